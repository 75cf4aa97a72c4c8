"""Projects named one by one: their names, stages and dates; classes of things are none."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Cell, Document, Table
from guatu.ledger.records import Project
from guatu.reading.extractors import projects
from guatu.reading.outline import outline_of
from guatu.text.periods import periods_in
from guatu.text.span import Span

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "projects.yml").read_text(encoding="utf-8")
)


def read(text: str, notes: tuple[Span, ...] = ()) -> tuple[Project, ...]:
    outline = outline_of(Document("方案.txt", "txt", text))
    return projects.extract(outline, tuple(periods_in(outline.norm)), notes)


def marked(case: dict[str, Any]) -> object:
    """A case under its name; one the reader is known to miss must go on failing."""
    known = case.get("已知")
    marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
    return pytest.param(case, id=case["名"], marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    text = case["文"] if "\n" in case["文"] else f"一、任务\n{case['文']}\n"
    found = [[p.quote.text, p.stage, p.due and p.due.isoformat()] for p in read(text)]
    assert found == case["得"]


def test_notes_on_responsibility_hold_no_projects() -> None:
    text = "一、任务\n建成白沙大桥(责任单位:市大桥局、建设海棠湾大桥指挥部)。\n"
    start, end = text.index("("), text.index(")") + 1
    assert [p.quote.text for p in read(text, (Span(start, end),))] == ["白沙大桥"]


def test_the_deadline_of_the_item_holds_where_the_sentence_has_none() -> None:
    text = "一、任务\n1.扩充教育资源。新建县第三幼儿园。\n完成时限：2024年8月底\n"
    assert [p.due for p in read(text)] == [date(2024, 8, 31)]


def test_a_project_knows_its_section() -> None:
    text = "一、任务\n(一)交通\n建成白沙大桥。\n(二)水利\n开工建设红石水库。\n"
    assert [p.section for p in read(text)] == ["一/(一)", "一/(二)"]


def test_a_word_table_with_a_merged_group_cell() -> None:
    rows = [
        ["阶段", "项目名称", "建设年限"],
        ["新开工", "海棠湾大桥", "2023-2025"],
        ["", "红石水库", "2024"],
    ]
    lines = ["\t".join(row) for row in rows]
    text = "一、任务\n" + "\n".join(lines) + "\n"
    cells: list[Cell] = []
    at = text.index("阶段")
    for i, row in enumerate(rows):
        for j, word in enumerate(row):
            if word:
                tall = 2 if word == "新开工" else 1
                cells.append(Cell(Span(at, at + len(word)), i, j, tall))
            at += len(word) + 1
    table = Table(Span(text.index("阶段"), at - 1), tuple(cells))
    outline = outline_of(Document("方案.docx", "docx", text, tables=(table,)))
    found = [(p.quote.text, p.stage, p.due) for p in projects.extract(outline)]
    assert found == [
        ("海棠湾大桥", "start", date(2025, 12, 31)),
        ("红石水库", "start", date(2024, 12, 31)),
    ]


def test_time_grows_with_length_only() -> None:
    def seconds(text: str) -> float:
        outline = outline_of(Document("方案.txt", "txt", text))
        began = time.process_time()
        projects.extract(outline)
        return time.process_time() - began

    pieces = ["推进甲、乙、丙", "推进甲大桥、乙山水库、", "等项目和", "((“《", "建成，"]
    pieces += ["1\t项目名称\t\n", "专栏1 重大项目\n1.白沙大桥。\n"]
    for piece in pieces:
        text = "一、任务\n" + piece * (24_000 // len(piece))
        assert seconds(text * 8) < 20 * seconds(text) + 0.5


WORDS = [
    "推进", "建成", "开工建设", "谋划", "争取", "力争", "前期工作", "、", "和", "及", "等",
    "等重大项目", "等5条高速公路", "建设", "白沙", "红石水库", "海棠湾大桥", "市体育馆", "G75",
    "一期", "（", "）", "(", ")", "“", "”", "《", "》", "，", "；", "。", "：", "2025年底前", "\n",
    "一、", "1.", "专栏1 重大项目\n", "项目名称\t建设年限\n", "\t", "续建项目", "千伏", "变",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join))
def test_never_raises_and_every_name_stands_in_the_text(text: str) -> None:
    found = read(text)
    for project in found:
        assert project.quote.span.of(text) == project.quote.text != ""
    ends = [project.quote.end for project in found]
    assert all(end <= p.quote.start for end, p in zip(ends, found[1:], strict=False))
