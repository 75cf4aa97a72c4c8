"""Tasks and coverage: what of a plan is to be done, and that nothing of it is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Cell, Document, Table
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import Project, Task
from guatu.reading.assembly import assembled
from guatu.reading.extractors import duties, routines, targets
from guatu.reading.material import material_of
from guatu.reading.outline import outline_of
from guatu.reading.tasks.parts import Cutter
from guatu.reading.tasks.verbs import Verbs, bare_text
from guatu.text.span import Quote, Span

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "tasks.yml").read_text(encoding="utf-8")
)
ROLES = {"lead": "牵头", "responsible": "负责", "support": "配合"}


def ledger_of(text: str, tables: tuple[Table, ...] = ()) -> Ledger:
    outline = outline_of(Document("方案.txt", "txt", text, tables=tables))
    material = material_of(outline)
    noted = duties.extract(outline)
    return assembled(
        material,
        targets=targets.extract(material, noted.notes),
        duties=noted,
        routines=routines.extract(outline),
    )


def told(task: Task) -> dict[str, Any]:
    return {
        "任": task.quote.text,
        "动": task.verb,
        "限": task.due,
        "自": task.due_from,
        "单": [f"{ROLES[unit.role]} {unit.unit}" for unit in task.units],
    }


@pytest.mark.parametrize("case", CASES, ids=[case["名"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    ledger = ledger_of(case["文"])
    found = [told(task) for task in ledger.tasks]
    assert [task["任"] for task in found] == [task["任"] for task in case["得"]]
    for task, expected in zip(found, case["得"], strict=True):
        assert {key: task[key] for key in expected} == expected
    if "导" in case:
        assert [quote.text for quote in ledger.coverage.guidance] == case["导"]
    if "余" in case:
        assert [quote.text for quote in ledger.coverage.left_out] == case["余"]


# ------------------------------------------------------------------- entries
def test_a_task_knows_its_section_its_targets_and_its_projects() -> None:
    text = "一、任务\n1.文体。新建球场3个、书屋5个。建成青川图书馆。\n"
    outline = outline_of(Document("方案.txt", "txt", text))
    material = material_of(outline)
    library = Project(Quote(text.index("青川"), "青川图书馆"), "finish", None, "一/1")
    ledger = assembled(
        material,
        targets=targets.extract(material),
        duties=duties.extract(outline),
        projects=(library,),
    )
    first, second = ledger.tasks
    assert (first.section, first.targets, first.projects) == ("一/1", (0, 1), ())
    assert (second.section, second.targets, second.projects) == ("一/1", (), (0,))


def test_the_ledger_holds_all_that_was_given() -> None:
    text = "临江市交通行动方案（2026—2028年）\n一、任务\n1.公路。改造公路60公里。\n"
    outline = outline_of(Document("方案.txt", "txt", text))
    material = material_of(outline)
    noted = duties.extract(outline)
    found = targets.extract(material)
    ledger = assembled(material, targets=found, duties=noted)
    assert ledger.plan is material.plan
    assert ledger.sections is outline.sections
    assert ledger.targets is found
    assert ledger.duties is noted.duties


def test_the_units_of_two_labelled_lines_stand_in_the_order_of_the_text() -> None:
    text = "一、任务\n1.停车。新增车位800个。\n牵头单位：县城管局\n配合单位：县住建局\n"
    (task,) = ledger_of(text).tasks
    assert told(task)["单"] == ["牵头 县城管局", "配合 县住建局"]


def test_a_row_of_a_division_of_work_is_a_task_with_its_units() -> None:
    text = "一、任务分工\n序号\t工作任务\t责任单位\n1\t新建充电桩5000个\t市发展改革委\n"
    header = text.index("序号")
    row = text.index("1\t新建")
    cells = (
        Cell(Span(header, header + 2), 0, 0),
        Cell(Span(header + 3, header + 7), 0, 1),
        Cell(Span(header + 8, header + 12), 0, 2),
        Cell(Span(row, row + 1), 1, 0),
        Cell(Span(row + 2, row + 12), 1, 1),
        Cell(Span(row + 13, len(text) - 1), 1, 2),
    )
    ledger = ledger_of(text, (Table(Span(header, len(text) - 1), cells),))
    (task,) = ledger.tasks
    assert task.quote.text == "新建充电桩5000个"
    assert told(task)["单"] == ["负责 市发展改革委"]
    assert ledger.coverage.left_out == ()


def test_dates_before_the_plan_are_no_deadlines() -> None:
    text = "石桥县行动方案（2026—2028年）\n一、任务\n1.小区。改造2000年底前建成的小区。\n"
    (task,) = ledger_of(text).tasks
    assert (task.due, task.due_from) == (date(2028, 12, 31), "plan")


# ------------------------------------------------------------------ coverage
def test_what_belongs_to_nothing_is_listed() -> None:
    text = "一、任务\n1.公路。改造公路60公里。某某某某某。\n"
    coverage = ledger_of(text).coverage
    assert [quote.text for quote in coverage.left_out] == ["某某某某某"]
    # 一、任务 1.公路。 and the task with its full stop are 4 + 5 + 9 of 24 characters.
    assert (coverage.body, coverage.in_entries, coverage.in_guidance) == (24, 18, 0)
    assert coverage.share == pytest.approx(18 / 24)


def test_an_empty_text_is_wholly_accounted_for() -> None:
    ledger = ledger_of("")
    assert ledger.tasks == ()
    assert (ledger.coverage.share, ledger.coverage.body) == (1.0, 0)


def test_a_plan_without_numbers_is_read_as_work_to_be_done() -> None:
    (task,) = ledger_of("全市新建公园3座。\n").tasks
    assert task.quote.text == "全市新建公园3座"
    assert task.section is None


# ---------------------------------------------------------------- properties
WORDS = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "1.",
            "①",
            "。",
            "；",
            "，",
            "：",
            "（",
            "）",
            "“",
            "”",
            "《",
            "》",
            "\n",
            "\t",
        ),
        *(
            "到2027年",
            "2026年底前",
            "力争",
            "建设",
            "新建",
            "3个",
            "95%",
            "加快",
            "推进",
            "坚持",
            "以",
            "为",
        ),
        *(
            "重点",
            "指导思想",
            "主要目标",
            "责任单位：市水利局",
            "（市财政局负责）",
            "将",
            "纳入",
            "对",
            "的",
        ),
        *(
            "企业",
            "给予",
            "完成时限：",
            "注：",
            "专栏1",
            "近年来",
            "是",
            "重要",
            "积极",
            "要",
            "一是",
            "每月",
        ),
    ]
)
PLANS = st.lists(WORDS, max_size=80).map("".join)


def check(text: str) -> None:
    ledger = ledger_of(text)
    coverage = ledger.coverage
    end = 0
    for task in ledger.tasks:
        assert task.quote.span.of(text) == task.quote.text
        assert task.quote.text.strip() == task.quote.text != ""
        assert task.quote.start >= end, "tasks overlap"
        end = task.quote.end
        assert task.verb is None or task.verb in task.quote.text
        assert (task.due is None) == (task.due_from is None)
    for quote in (*coverage.guidance, *coverage.left_out):
        assert quote.span.of(text) == quote.text
    assert 0 <= coverage.share <= 1
    assert 0 <= coverage.in_entries + coverage.in_guidance <= coverage.body
    left = coverage.body - coverage.in_entries - coverage.in_guidance
    assert not left or coverage.left_out, "what is not accounted for must be listed"


@given(PLANS)
def test_any_mixture_of_a_plans_words_is_read(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(PLANS)
def test_every_word_of_the_body_is_judged(text: str) -> None:
    outline = outline_of(Document("方案.txt", "txt", text))
    bare = bare_text(outline.norm, ())
    notes = duties.extract(outline).notes
    parts = list(Cutter(outline, bare, notes, Verbs(bare), []).parts())
    spans = [*notes, *((part.start, part.end) for part in parts)]
    judged = {offset for start, end in spans for offset in range(start, end)}
    body = range(outline.body_start, outline.body_end)
    assert not [text[at] for at in body if at not in judged and text[at].isalnum()]


@pytest.mark.parametrize(
    "unit", ["积极", "将", "是", "到2027年；", "（", "建设；", "一是", "1.", "\t"]
)
def test_time_is_linear_in_length(unit: str) -> None:
    """A long run of one thing is read to its end; a quadratic reader would not come back."""
    text = "一、任务\n" + unit * 20_000
    assert ledger_of(text).coverage.share <= 1


def test_every_published_plan_is_accounted_for(published_plan: Any) -> None:
    text = published_plan.path.read_bytes().decode("utf-8")
    check(text)
    assert ledger_of(text).coverage.share >= 0.98
