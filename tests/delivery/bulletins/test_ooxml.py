"""What Word and WPS are strict about: the schema's order, ids that stand once, tables with a grid.

The orders are those of ECMA-376, transitional (wml.xsd); a file against them is "damaged" to Word.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import yaml

from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.paper import Paper

pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
ORDERS: dict[str, list[str]] = {
    name: words.split()
    for name, words in yaml.safe_load(
        (Path(__file__).parents[2] / "cases/ooxml_order.yml").read_text("utf-8")
    ).items()
}


@pytest.fixture(scope="module")
def parts(full: Paper) -> dict[str, Element]:
    """Every XML part of a paper that has all there can be."""
    with zipfile.ZipFile(io.BytesIO(official_docx(full))) as package:
        return {
            name: ElementTree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }


@pytest.fixture(scope="module")
def document(parts: dict[str, Element]) -> Element:
    return parts["word/document.xml"]


def out_of_order(root: Element) -> list[str]:
    """Elements whose children are not in the schema's order, or not in the schema."""
    found = []
    for name, order in ORDERS.items():
        for element in root.iter(f"{WP if name == 'anchor' else W}{name}"):
            children = [child.tag.rpartition("}")[2] for child in element]
            children = [child for child in children if child != "graphic"]
            places = [order.index(child) if child in order else -1 for child in children]
            if -1 in places or places != sorted(places):
                found.append(f"{name}: {children}")
    return found


def test_children_stand_in_the_order_of_the_schema(parts: dict[str, Element]) -> None:
    for name in ("word/document.xml", *(n for n in parts if n.startswith("word/footer"))):
        assert out_of_order(parts[name]) == [], name


def test_the_order_check_finds_what_is_out_of_order() -> None:
    wrong = f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:jc/><w:keepNext/></w:pPr></w:p>'
    assert out_of_order(ElementTree.fromstring(wrong)) == ["pPr: ['jc', 'keepNext']"]


def test_ids_stand_once_and_fit_the_schema(document: Element, full: Paper) -> None:
    controls = [each.get(W + "val") or "" for each in document.iter(W + "id")]
    figures = [*full.figures()]
    assert len(controls) == len(set(controls)) == len(figures)
    drawings = [each.get("id") or "" for each in document.iter(WP + "docPr")]
    assert len(drawings) == len(set(drawings)) == 3, "two charts and 版记"
    assert all(0 < int(each) < 2**31 for each in [*controls, *drawings])


def test_every_table_has_a_grid_and_every_cell_ends_with_a_paragraph(document: Element) -> None:
    tables = list(document.iter(W + "tbl"))
    assert len(tables) == 4
    for table in tables:
        grid = [int(each.get(W + "w") or 0) for each in table.iter(W + "gridCol")]
        assert 8834 <= sum(grid) <= 8854, "as wide as the type area"
        for row in table.iter(W + "tr"):
            widths = [int(each.get(W + "w") or 0) for each in row.iter(W + "tcW")]
            assert widths == grid
        for cell in table.iter(W + "tc"):
            assert cell[-1].tag == W + "p"


def test_a_table_repeats_its_head_and_breaks_no_row(document: Element) -> None:
    lists = [each for each in document.iter(W + "tbl") if len(list(each.iter(W + "tr"))) > 2]
    assert len(lists) == 3
    for table in lists:
        rows = list(table.iter(W + "tr"))
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            True, *([False] * (len(rows) - 1)),
        ]  # fmt: skip
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_every_picture_and_footer_that_is_named_is_there(
    parts: dict[str, Element], full: Paper
) -> None:
    relations = {
        each.get("Id"): each.get("Target") for each in parts["word/_rels/document.xml.rels"]
    }
    used = [
        value
        for element in parts["word/document.xml"].iter()
        for key, value in element.attrib.items()
        if "officeDocument/2006/relationships" in key
    ]
    assert len(used) == 4, "two charts and two footers"
    with zipfile.ZipFile(io.BytesIO(official_docx(full))) as package:
        assert {f"word/{relations[name]}" for name in used} <= set(package.namelist())


def test_a_picture_stays_with_its_caption_and_its_table(document: Element) -> None:
    body = document.find(W + "body")
    assert body is not None
    blocks = list(body)
    places = [
        place for place, block in enumerate(blocks) if block.find(f".//{WP}inline") is not None
    ]
    for place in places:
        for block in blocks[place : place + 2]:
            assert block.find(f"{W}pPr/{W}keepNext") is not None
    first = places[0]
    words = ["".join(text.text or "" for text in block.iter(W + "t")) for block in blocks]
    assert words[first + 1 : first + 3] == ["图1　完成率", "表1"]
    assert blocks[first + 2].find(f"{W}pPr/{W}keepNext") is not None
    assert blocks[first + 3].tag == W + "tbl"
