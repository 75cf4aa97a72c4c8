"""Targets in tables against the clerk's cases, in all the forms a table arrives in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Cell, Document, Table
from guatu.ledger.records import Target
from guatu.reading.extractors import tables, targets
from guatu.reading.material import Material, material_of
from guatu.reading.outline import outline_of
from guatu.text.span import Span

CASES = yaml.load(
    (Path(__file__).parents[2] / "cases" / "tables.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
for CASE in CASES:
    CASE["文"] = CASE["文"].replace("｜", "\t")


TABBED = [case for case in CASES if "\t" in case["文"]]


def marked(case: dict[str, Any]) -> object:
    """A case under its name; one the reader is known to miss must go on failing."""
    known = case.get("已知")
    marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
    return pytest.param(case, id=case["名"], marks=marks)


def targets_of(material: Material) -> list[Target]:
    """Those of the tables and of the text around them, as the pipeline joins them."""
    tabled = tables.extract(material)
    running = targets.extract(material, tabled.spans)
    return sorted((*tabled.targets, *running), key=lambda target: target.quote.start)


def with_tables(text: str) -> Document:
    """The document with its tabbed lines as the tables that Word or a web page would give."""
    found: list[Table] = []
    cells: list[Cell] = []
    at = first = row = 0
    for line in [*text.splitlines(keepends=True), ""]:
        if "\t" in line:
            first = first if cells else at
            place = at
            for column, words in enumerate(line.rstrip("\n").split("\t")):
                cells.append(Cell(Span(place, place + len(words)), row, column))
                place += len(words) + 1
            row += 1
        elif cells:
            found.append(Table(Span(first, at), tuple(cells)))
            cells, row = [], 0
        at += len(line)
    return Document("方案.docx", "docx", text, (), tuple(found))


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(
    case: dict[str, Any],
    supposed: Callable[[dict[str, Any]], Material],
    differences: Callable[[dict[str, Any], Sequence[Target]], list[str]],
) -> None:
    assert differences(case, targets_of(supposed(case))) == []


@pytest.mark.parametrize("case", TABBED, ids=[case["名"] for case in TABBED])
def test_a_table_of_the_document_is_read_like_its_lines(
    case: dict[str, Any], supposed: Callable[[dict[str, Any]], Material]
) -> None:
    plain = tables.extract(material_of(outline_of(Document("方案.txt", "txt", case["文"]))))
    known = tables.extract(material_of(outline_of(with_tables(case["文"]))))
    assert known.targets == plain.targets


def test_a_cell_over_two_rows_names_both() -> None:
    lines = ["指标\t2026年\t2028年", "公园（个）\t20\t30", "30\t40"]
    text = "\n".join(lines) + "\n"
    starts = [0, len(lines[0]) + 1, len(lines[0]) + len(lines[1]) + 2]

    def cell(words: str, line: int, column: int, rows: int = 1) -> Cell:
        at = text.index(words, starts[line])
        return Cell(Span(at, at + len(words)), line, column, rows)

    document = Document(
        "方案.docx",
        "docx",
        text,
        (),
        (
            Table(
                Span(0, len(text)),
                (
                    cell("指标", 0, 0),
                    cell("2026年", 0, 1),
                    cell("2028年", 0, 2),
                    cell("公园（个）", 1, 0, rows=2),
                    cell("20", 1, 1),
                    cell("30", 1, 2),
                    cell("30", 2, 1),
                    cell("40", 2, 2),
                ),
            ),
        ),
    )
    found = tables.extract(material_of(outline_of(document))).targets
    assert [(t.subject, int(t.value), t.unit) for t in found] == [
        ("公园", 20, "个"),
        ("公园", 30, "个"),
        ("公园", 30, "个"),
        ("公园", 40, "个"),
    ]


PIECES = """
指标 主要指标 序号 单位 2025年 2028年目标 基数 年均增速 预期性 森林覆盖率（%） 家 % 万吨 ≤3.0 45
— 〔8〕 1 注： 类别
"""
WORDS = [*PIECES.split(), "\n", "\n", "\t", "\t", "　"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=80).map("".join))
def test_any_text_gives_targets_that_stand_in_it(text: str) -> None:
    for document in (Document("方案.txt", "txt", text), with_tables(text)):
        found = tables.extract(material_of(outline_of(document)))
        for target in found.targets:
            assert target.quote.span.of(text) == target.quote.text != ""
            assert target.subject
            assert any(s <= target.quote.start and target.quote.end <= e for s, e in found.spans)
