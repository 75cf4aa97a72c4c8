"""Who does what: the organisations of notes, lines, tables and sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Cell, Document, Table
from guatu.reading.extractors import duties
from guatu.reading.outline import Outline, outline_of
from guatu.text.span import Span

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "duties.yml").read_text(encoding="utf-8")
)
ROLES = {"lead": "牵头", "responsible": "负责", "support": "配合"}


def outlined(text: str) -> Outline:
    return outline_of(Document("方案.txt", "txt", text))


@pytest.mark.parametrize("case", CASES, ids=[case["名"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = duties.extract(outlined(case["文"])).duties
    assert [[d.section, ROLES[d.role], d.unit] for d in found] == case["得"]


def test_a_note_within_a_paragraph_binds_the_sentences_since_the_note_before() -> None:
    text = "一、任务\n1.政务。建成平台（市大数据局牵头）。优化流程。实现支付（市财政局负责）。\n"
    notes = duties.extract(outlined(text))
    assert [span.of(text) for span in notes.notes] == ["（市大数据局牵头）", "（市财政局负责）"]
    assert [span.of(text) for span in notes.bound] == ["建成平台", "优化流程。实现支付"]


def test_labelled_lines_one_after_another_bind_the_same_text() -> None:
    text = "一、任务\n1.停车。新增车位。\n牵头单位：县城管局\n配合单位：县住建局\n"
    notes = duties.extract(outlined(text))
    assert notes.bound[0].of(text).strip() == "新增车位。"
    assert notes.bound[0].start == notes.bound[1].start


def test_a_note_in_the_heading_binds_the_whole_item() -> None:
    text = "一、任务\n（一）水利（责任单位：市水利局）\n建设水库3座。\n"
    notes = duties.extract(outlined(text))
    assert "建设水库3座" in notes.bound[0].of(text)


def test_a_note_behind_the_last_sub_item_binds_the_whole_item() -> None:
    text = "一、任务\n1.水利。（1）水库。建水库。（2）灌区。建灌区。（责任单位：市水利局）\n"
    bound = duties.extract(outlined(text)).bound[0].of(text)
    assert "建水库" in bound and "建灌区" in bound


def test_a_table_cell_binds_its_row() -> None:
    text = "一、任务\n任务\t责任单位\n修路\t县交通局\n架桥\t县住建局\n"
    notes = duties.extract(outlined(text))
    assert [span.of(text) for span in notes.notes] == ["县交通局", "县住建局"]
    assert [span.of(text) for span in notes.bound] == ["修路\t县交通局", "架桥\t县住建局"]


def test_a_line_of_a_flattened_table_binds_the_lines_of_its_row() -> None:
    text = "一、任务\n序号\n任务\n责任单位\n1\n修路\n县交通局\n2\n架桥\n县住建局\n二、保障\n"
    notes = duties.extract(outlined(text))
    assert [span.of(text) for span in notes.notes] == ["县交通局", "县住建局"]
    assert [span.of(text) for span in notes.bound] == ["1\n修路\n县交通局", "2\n架桥\n县住建局"]


def test_names_in_a_sentence_are_no_note() -> None:
    text = "一、保障\n（一）组织。市发改委牵头建立协调机制。\n"
    notes = duties.extract(outlined(text))
    assert len(notes.duties) == 1 and notes.notes == ()


WORDS = [
    "（", "）", "(", ")", "【", "】", "责任单位", "牵头", "负责", "配合", "：", "、", "，", "。",
    "市教育局", "各县", "和", "等有关部门", "1.", "（1）", "一、", "市委", "由", "会同",
    "列第一位者为牵头单位，下同", "2026年", "\n", "\t", "|", "\n责任单位\n", "序号\n", "1\n",
    "\n县交通局\n", "\n附件\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join))
def test_never_raises_and_every_name_stands_in_the_text(text: str) -> None:
    outline = outlined(text)
    found = duties.extract(outline)
    assert len(found.notes) == len(found.bound)
    for duty in found.duties:
        assert duty.quote.span.of(text) == duty.unit != ""
    for span in (*found.notes, *found.bound):
        assert 0 <= span.start <= span.end <= len(text)


def test_many_notes_side_by_side_do_not_nest() -> None:
    text = "一、任务\n1.修路。" + "（市交通局负责）" * 3000
    assert len(duties.extract(outlined(text)).duties) == 3000


def test_a_cell_over_several_rows_of_a_document_table_keeps_its_column() -> None:
    lines = ["一、任务", "任务\t责任单位\t时限", "修路\t县交通局\t2026年", "架桥\t2027年"]
    text = "\n".join(lines)

    def cell(words: str, row: int, column: int, rows: int = 1) -> Cell:
        start = text.index(words)
        return Cell(Span(start, start + len(words)), row, column, rows)

    table = Table(
        Span(text.index("任务\t"), len(text)),
        (
            cell("责任单位", 0, 1),
            cell("时限", 0, 2),
            cell("修路", 1, 0),
            cell("县交通局", 1, 1, 2),
            cell("2026年", 1, 2),
            cell("架桥", 2, 0),
            cell("2027年", 2, 2),
        ),
    )
    outline = outline_of(Document("方案.docx", "docx", text, tables=(table,)))
    assert [d.unit for d in duties.extract(outline).duties] == ["县交通局"]


def test_labels_alone_on_their_lines_are_soon_left_alone() -> None:
    text = "一、任务\n" + "责任单位\n待定的人\n" * 20000
    assert duties.extract(outlined(text)).duties == ()
