"""Deadlines before the plan begins or after it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from guatu.checks.context import Case, excerpt, plain_subject
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare
from guatu.text.span import Quote, Span

CODE = "outside-period"

_LONG_RANGE = Rare(r"展望|远景|远期|愿景|长远|中长期|本世纪")
# A date so far behind the plan's end is no slip but a long-range aim (到2035年).
_LONG_RANGE_YEARS = 8
_SHOWN = 2
_OWN_WORDS = frozenset(("clause", "sentence"))


def check(case: Case) -> Iterator[Finding]:
    """完成时限在方案实施期之外。

    查什么：指标、任务的时限晚于方案期末，或早于方案期初。
    远景、展望目标和同一指标的分阶段目标（如2020年、2030年）不提示。
    举例：2016—2017年的方案中写“三年内淘汰…”，期末已到2018年。
    怎么改：改正年份；确属跨期安排的，写明期内应完成的部分。
    """
    plan = case.ledger.plan
    found: dict[tuple[Span, int], list[tuple[str, Quote]]] = {}
    # An indicator that has a value within the period too may well have a later stage.
    within = {
        plain_subject(target.subject)
        for target in case.ledger.targets
        if plan.end is not None and target.due is not None and target.due.year <= plan.end
    }
    for words, name, quote, due in _dated(case):
        late = plan.end is not None and plan.end < due.year < plan.end + _LONG_RANGE_YEARS
        early = plan.start is not None and due.year < plan.start
        if early or (late and name not in within and not _long_range(case, quote)):
            found.setdefault((case.sentence(quote.start), due.year), []).append((words, quote))
    for (_, year), entries in found.items():
        period = f"{plan.start}—{plan.end}年" if plan.start else f"至{plan.end}年"
        listed = "、".join(excerpt(words, 24) for words, _ in entries[:_SHOWN])
        more = f"等{len(entries)}项" if len(entries) > _SHOWN else ""
        yield Finding(
            CODE,
            "question",
            f"“{listed}”{more}的时限为{year}年，不在方案实施期（{period}）内，请核对年份。",
            tuple(quote for _, quote in entries),
        )


def _dated(case: Case) -> Iterator[tuple[str, str, Quote, date]]:
    """What the plan gives a date of its own, with words and a name for it: targets, bare tasks."""
    for target in case.ledger.targets:
        if target.kind == "target" and target.due is not None and target.due_from in _OWN_WORDS:
            name = plain_subject(target.subject)
            yield target.subject + target.quote.text, name, target.quote, target.due
    for task in case.ledger.tasks:
        if task.due is not None and task.due_from in _OWN_WORDS and not task.targets:
            yield task.quote.text, "", task.quote, task.due


def _long_range(case: Case, quote: Quote) -> bool:
    span = case.sentence(quote.start)
    if _LONG_RANGE.search(case.norm, span.start, span.end):
        return True
    sections = case.ledger.sections
    return any(
        _LONG_RANGE.search(sections[index].title)
        for index in case.ancestors(case.section_at(quote.start))
    )
