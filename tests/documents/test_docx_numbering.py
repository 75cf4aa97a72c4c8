"""Word's automatic numbers, as printed: the cases of tests/cases/numbering.yml and the links."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from guatu.documents import read_document
from guatu.documents.numerals import numeral

CASES = Path(__file__).parents[1] / "cases"
MakeDocx = Callable[..., bytes]


def _load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def _level(depth: int, level: dict[str, Any]) -> str:
    restart = f'<w:lvlRestart w:val="{level["重"]}"/>' if "重" in level else ""
    legal = "<w:isLgl/>" if level.get("正") else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{level.get("起", 1)}"/>'
        f'<w:numFmt w:val="{level["式"]}"/>{restart}{legal}'
        f'<w:suff w:val="{level.get("后", "tab")}"/><w:lvlText w:val="{level["文"]}"/></w:lvl>'
    )


def _numbering(case: dict[str, Any]) -> str:
    levels = "".join(_level(depth, level) for depth, level in enumerate(case["级"]))
    lists = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    for number, starts in case.get("另", {}).items():
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for depth, start in starts.items()
        )
        lists += f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{overrides}</w:num>'
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{lists}'


def _paragraph(depth: int | str, number: int = 1, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = (
        f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        if isinstance(depth, int)
        else ""
    )
    return f"<w:p><w:pPr>{named}{listed}</w:pPr><w:r><w:t>内容</w:t></w:r></w:p>"


def _printed(data: bytes) -> list[str]:
    lines = read_document(data, "方案.docx").text.splitlines()
    assert all(line.endswith("内容") for line in lines)
    return [line.removesuffix("内容") for line in lines]


@pytest.mark.parametrize("case", _load("numbering.yml"), ids=lambda case: case["名"])
def test_numbers_are_printed_as_word_prints_them(case: dict[str, Any], make_docx: MakeDocx) -> None:
    body = "".join(_paragraph(row[0], *row[2:]) for row in case["稿"])
    data = make_docx(body, numbering=_numbering(case))
    assert _printed(data) == [row[1] for row in case["稿"]]


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        (form, *pair)
        for form, pairs in _load("numbering_words.yml").items()
        for pair in pairs.items()
    ],
)
def test_numerals(form: str, value: int, printed: str) -> None:
    assert numeral(value, form) == printed


FOUR_LEVELS = {
    "级": [
        {"式": "chineseCounting", "文": "%1、"},
        {"式": "chineseCounting", "文": "（%2）"},
        {"式": "decimal", "文": "%3."},
    ]
}


def _style(identity: str, inner: str, based_on: str = "", kind: str = "paragraph") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{identity}"><w:name w:val="{identity}"/>{base}'
        f"<w:pPr>{inner}</w:pPr></w:style>"
    )


def _in_list(number: int, depth: int | None = None) -> str:
    level = "" if depth is None else f'<w:ilvl w:val="{depth}"/>'
    return f'<w:numPr>{level}<w:numId w:val="{number}"/></w:numPr>'


def test_the_number_comes_through_the_style_and_its_base(make_docx: MakeDocx) -> None:
    styles = _style("条", _in_list(1, 0)) + _style("细条", "", "条")
    body = _paragraph("无", style="条") + _paragraph("无", style="细条")
    data = make_docx(body, styles=styles, numbering=_numbering(FOUR_LEVELS))
    assert _printed(data) == ["一、", "二、"]


def test_a_paragraph_can_switch_off_the_number_of_its_style(make_docx: MakeDocx) -> None:
    styles = _style("条", _in_list(1, 0))
    body = (
        _paragraph("无", style="条")
        + f'<w:p><w:pPr><w:pStyle w:val="条"/>{_in_list(0)}</w:pPr>'
        + "<w:r><w:t>内容</w:t></w:r></w:p>"
        + _paragraph("无", style="条")
    )
    data = make_docx(body, styles=styles, numbering=_numbering(FOUR_LEVELS))
    assert _printed(data) == ["一、", "", "二、"]


def test_a_level_can_be_found_by_the_style_it_names(make_docx: MakeDocx) -> None:
    numbering = _numbering(FOUR_LEVELS).replace(
        '<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="乙级"/>'
    )
    styles = _style("甲级", _in_list(1, 0)) + _style("乙级", _in_list(1)) + _style("丙", "", "乙级")
    body = "".join(_paragraph("无", style=name) for name in ("甲级", "乙级", "乙级", "丙"))
    data = make_docx(body, styles=styles, numbering=numbering)
    assert _printed(data) == ["一、", "（一）", "（二）", "（三）"]


def test_an_abstract_list_may_only_point_to_a_list_style(make_docx: MakeDocx) -> None:
    numbering = (
        _numbering(FOUR_LEVELS)
        + '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="公文"/></w:abstractNum>'
        + '<w:num w:numId="9"><w:abstractNumId w:val="9"/></w:num>'
    )
    styles = _style("公文", _in_list(1), kind="numbering")
    body = _paragraph(0, 9) + _paragraph(1, 9) + _paragraph(0, 9)
    data = make_docx(body, styles=styles, numbering=numbering)
    assert _printed(data) == ["一、", "（一）", "二、"]


def test_a_level_can_be_replaced_for_one_list(make_docx: MakeDocx) -> None:
    replaced = (
        '<w:num w:numId="5"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="任务%1："/></w:lvl></w:lvlOverride></w:num>'
    )
    data = make_docx(
        _paragraph(0, 5) + _paragraph(0, 5), numbering=_numbering(FOUR_LEVELS) + replaced
    )
    assert _printed(data) == ["任务1：", "任务2："]


def test_symbol_fonts_are_printed_as_the_sign_they_show(make_docx: MakeDocx) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        '<w:lvlText w:val="l"/><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>'
        '</w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0D8;"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    data = make_docx(_paragraph(0) + _paragraph(1), numbering=numbering)
    assert _printed(data) == ["● ", "➢ "]


def test_styles_and_lists_that_point_at_one_another_end(make_docx: MakeDocx) -> None:
    styles = _style("甲", _in_list(9), "乙") + _style("乙", "", "甲")
    numbering = (
        '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="甲"/></w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="9"/></w:num>'
    )
    data = make_docx(_paragraph("无", style="甲"), styles=styles, numbering=numbering)
    assert _printed(data) == [""]
