"""Severities, messages and places, on ledgers made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guatu.checks import Case, run_checks
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import Duty, PlanInfo, Section, Target, Task
from guatu.text.span import Quote

PLAN = PlanInfo(title="青川市行动方案", start=2024, end=2026)
END = date(2026, 12, 31)


def target(text: str, words: str, subject: str, value: str, unit: str) -> Target:
    """A plain target due at the plan's end, where ``words`` first stand in ``text``."""
    return Target(
        Quote(text.index(words), words), subject, "eq", "level", Decimal(value), None, unit,
        None, END, "clause", None, False, "target", None,
    )  # fmt: skip


def findings(
    text: str,
    targets: Sequence[Target] = (),
    plan: PlanInfo = PLAN,
    *,
    sections: tuple[Section, ...] = (),
    duties: tuple[Duty, ...] = (),
    tasks: tuple[Task, ...] = (),
) -> tuple[Finding, ...]:
    ledger = Ledger(plan, sections, tuple(targets), tasks, duties)
    return run_checks(Case.of(ledger, text))


def test_parts_beyond_their_whole_are_an_error_with_the_sum() -> None:
    text = "新建改建公路600公里，其中新建220公里、改建410公里。"
    [found] = findings(
        text,
        [
            target(text, "600公里", "公路", "600", "公里"),
            target(text, "220公里", "新建公路", "220", "公里"),
            target(text, "410公里", "改建公路", "410", "公里"),
        ],
    )
    assert (found.code, found.severity) == ("of-which", "error")
    assert "合计630公里" in found.message and "600公里" in found.message
    assert [place.text for place in found.places] == ["600公里", "220公里", "410公里"]


def test_parts_that_nearly_make_the_whole_are_a_question() -> None:
    text = "总量100万亩，其中甲59万亩、乙39万亩。"
    targets = [
        target(text, "100万亩", "总量", "1000000", "亩"),
        target(text, "59万亩", "甲", "590000", "亩"),
        target(text, "39万亩", "乙", "390000", "亩"),
    ]
    [found] = findings(text, targets)
    assert (found.code, found.severity) == ("of-which", "question")
    assert "合计98万亩" in found.message


def test_about_so_many_allows_for_parts_a_little_beyond() -> None:
    text = "总量约100个，其中甲60个、乙42个。"
    whole = replace(target(text, "100个", "总量", "100", "个"), comparator="approx")
    parts = [target(text, "60个", "甲", "60", "个"), target(text, "42个", "乙", "42", "个")]
    assert findings(text, [whole, *parts]) == ()


def test_two_values_that_exclude_each_other_are_an_error() -> None:
    text = "垃圾分类覆盖率80%。" + "\n" + "垃圾分类覆盖率85%。"
    one = target(text, "80%", "全市垃圾分类覆盖率", "80", "%")
    other = target(text, "85%", "垃圾分类覆盖率", "85", "%")
    [found] = findings(text, [one, other])
    assert (found.code, found.severity) == ("two-values", "error")
    assert "80%" in found.message and "85%" in found.message and "2026年" in found.message


def test_two_values_that_may_both_be_true_are_a_question() -> None:
    text = "垃圾分类覆盖率80%以上。" + "\n" + "垃圾分类覆盖率85%。"
    one = replace(target(text, "80%", "垃圾分类覆盖率", "80", "%"), comparator="ge")
    other = target(text, "85%", "垃圾分类覆盖率", "85", "%")
    assert [found.severity for found in findings(text, [one, other])] == ["question"]


def test_a_rate_and_its_rise_are_two_indicators() -> None:
    text = "垃圾分类覆盖率80%。" + "\n" + "垃圾分类覆盖率提高5%。"
    one = target(text, "80%", "垃圾分类覆盖率", "80", "%")
    rise = replace(target(text, "5%", "垃圾分类覆盖率", "5", "%"), change="increase")
    assert findings(text, [one, rise]) == ()


def test_scopes_keep_two_values_apart() -> None:
    text = "垃圾分类覆盖率80%。" + "\n" + "县城垃圾分类覆盖率70%。"
    one = target(text, "80%", "垃圾分类覆盖率", "80", "%")
    other = replace(target(text, "70%", "垃圾分类覆盖率", "70", "%"), scope="县城")
    assert findings(text, [one, other]) == ()


def test_a_deadline_before_the_plan_begins_is_a_question() -> None:
    text = "到2022年底，建成学校2所。"
    early = replace(target(text, "2所", "学校", "2", "所"), due=date(2022, 12, 31))
    [found] = findings(text, [early])
    assert (found.code, found.severity) == ("outside-period", "question")
    assert "2022年" in found.message and "2024—2026年" in found.message


def test_a_deadline_taken_from_the_plan_is_never_outside_it() -> None:
    text = "建成学校2所。"
    late = replace(target(text, "2所", "学校", "2", "所"), due=date(2030, 12, 31), due_from="plan")
    assert findings(text, [late]) == ()


def test_a_plan_without_a_period_is_told_once() -> None:
    text = "新建学校2所、医院1所。"
    open_ = [
        replace(target(text, "2所", "学校", "2", "所"), due=None, due_from=None),
        replace(target(text, "1所", "医院", "1", "所"), due=None, due_from=None),
    ]
    [found] = findings(text, open_, PlanInfo())
    assert (found.code, found.severity) == ("no-deadline", "note")
    assert "2项" in found.message and len(found.places) == 2


def test_names_of_one_unit_come_as_one_finding() -> None:
    text = "市发改委、市发展改革委、市发展和改革委员会、市教育局"
    duties = tuple(
        Duty(None, "responsible", Quote(text.index(name), name)) for name in text.split("、")
    )
    found = [one for one in findings(text, duties=duties) if one.code == "unit-names"]
    assert [one.severity for one in found] == ["question"]
    assert [place.text for place in found[0].places] == text.split("、")[:3]


def test_vague_tasks_are_summed_up_in_one_note() -> None:
    text = "".join(f"加强第{number}项工作。" for number in "甲乙丙丁戊己庚辛壬癸子丑")
    tasks = tuple(
        Task(Quote(at, text[at : at + 8]), None, "加强", None, None)
        for at in range(0, len(text), 8)
    )
    [found] = findings(text, tasks=tasks)
    assert (found.code, found.severity) == ("vague-tasks", "note")
    assert "12项任务中有12项" in found.message
    dated = tuple(replace(task, due=END, due_from="clause") for task in tasks)
    assert findings(text, tasks=dated) == ()


def test_equal_findings_come_once_and_in_order() -> None:
    text = "合格率96%88%60%。" + "\n" + "于925日前报送的的材料。"
    found = findings(text)
    assert [one.code for one in found] == ["damaged-text", "damaged-text", "repeated-words"]
    assert [one.places[0].text for one in found] == ["96%88%60%", "925日", "的的"]


TEXT = "一、任务（一）建成学校2所，其中甲1所。等3处三大到2025年（责任单位：市发改委）" * 3


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers whose entries stand anywhere and say anything."""
    offsets = st.integers(0, len(TEXT) - 8)
    words = st.sampled_from(("全市固定资产投资", "工业投资占比", "工业投资", "覆盖率", "学校", ""))
    values = st.decimals(allow_nan=False, allow_infinity=False)
    days = st.none() | st.dates()
    paths = st.sampled_from(("一", "二", "一/(一)", "一/(三)", "二/1", "二/1/(2)", "第三章", ""))

    def quote() -> Quote:
        start = draw(offsets)
        return Quote(start, TEXT[start : start + draw(st.integers(0, 8))])

    def count() -> range:
        return range(draw(st.integers(0, 8)))

    targets = [
        Target(
            quote(), draw(words), draw(st.sampled_from(("ge", "le", "eq", "approx"))),
            draw(st.sampled_from(("level", "increase"))), draw(values), draw(st.none() | values),
            draw(st.sampled_from(("元", "%", "公里", ""))), draw(days), draw(days),
            draw(st.sampled_from(("clause", "plan", None))), None, False,
            draw(st.sampled_from(("target", "fact", "total"))), None,
        )
        for _ in count()
    ]  # fmt: skip
    sections = [Section(draw(paths), draw(words), quote(), draw(offsets)) for _ in count()]
    duties = [
        Duty(draw(st.none() | paths), draw(st.sampled_from(("lead", "responsible"))), quote())
        for _ in count()
    ]
    tasks = [Task(quote(), None, draw(words), draw(days), "clause") for _ in count()]
    years = st.none() | st.integers(1900, 2100)
    return Ledger(
        PlanInfo(title=draw(st.none() | words), start=draw(years), end=draw(years)),
        sections=tuple(sorted(sections, key=lambda one: one.start)),
        targets=tuple(sorted(targets, key=lambda one: one.quote.start)),
        duties=tuple(sorted(duties, key=lambda one: one.quote.start)),
        tasks=tuple(sorted(tasks, key=lambda one: one.quote.start)),
    )


@given(ledgers())
def test_no_ledger_makes_a_check_raise(ledger: Ledger) -> None:
    for finding in run_checks(Case.of(ledger, TEXT)):
        assert finding.message and finding.code
