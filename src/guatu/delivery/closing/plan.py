"""A project's annual plan on a day: as issued, and after what was approved until then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guatu.delivery.annual.adjustments import Change
from guatu.delivery.annual.schedule import Schedule


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A project's line of the annual plan: the year's investment in 元 and its schedule."""

    investment: int
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class PlanChange:
    """An approved 调入, 调出 or 调整 of one project; ``after`` is its whole line from then on."""

    kind: Change
    approved_on: date
    after: YearPlan | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PlanNow:
    """The line on a day; ``current`` is None where the project is not, or no longer, in the plan.

    ``faults`` say in Chinese which changes do not fit what stood there; they are left out.
    """

    issued: YearPlan | None
    current: YearPlan | None
    moved_in_on: date | None = None
    moved_out_on: date | None = None
    words: str = ""
    faults: tuple[str, ...] = ()


def plan_on(issued: YearPlan | None, changes: Iterable[PlanChange], on: date) -> PlanNow:
    """The project's line on the evening of ``on``.

    A change holds from its approval date on; before that day the plan is what it was, so that an
    adjustment approved in August changes nothing of July. Changes of one day keep their order.
    """
    current = issued
    moved_in = moved_out = None
    words, faults = "", []
    for change in sorted(changes, key=lambda each: each.approved_on):
        if change.approved_on > on:
            continue
        fault = _misfit(change, current)
        if fault:
            faults.append(f"{change.approved_on.isoformat()} 批准的计划调整未采用：{fault}")
            continue
        if change.kind is Change.OUT:
            current, moved_in, moved_out = None, None, change.approved_on
            words = _words("调出", change)
            continue
        current = change.after
        if change.kind is Change.IN:
            moved_in, moved_out = change.approved_on, None
            words = _words("调入", change)
    return PlanNow(issued, current, moved_in, moved_out, words, tuple(faults))


def _words(verb: str, change: PlanChange) -> str:
    day = change.approved_on
    reference = f"（{change.reference}）" if change.reference else ""
    return f"{day.year}年{day.month}月{day.day}日批准{verb}年度计划{reference}"


def _misfit(change: PlanChange, current: YearPlan | None) -> str:
    if change.kind is Change.IN and current is not None:
        return "项目已在计划内，不能再调入。"
    if change.kind is not Change.IN and current is None:
        return "项目不在计划内，不能调出或者调整。"
    if change.kind is not Change.OUT and change.after is None:
        return "没有写明调整后的年度计划。"
    return ""
