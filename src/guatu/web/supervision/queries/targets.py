"""Targets of the plan: how they stand, and what each month must still bring (倒排月均)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Sum
from django.urls import reverse

from guatu.delivery.closing.required import Goal, GoalKind, Outlook, Required, Standing, required
from guatu.delivery.closing.rounding import rounded
from guatu.web.annual.models import Accrual, Decomposition, Share
from guatu.web.annual.models import Measure as MeasuredBy
from guatu.web.annual.queries.targets import shown
from guatu.web.projects.models import TieKind, TieState
from guatu.web.reporting.models import Measure
from guatu.web.supervision.models import Close, ClosedProject

_YUAN: Final = {"元": 1, "万元": 10_000, "亿元": 100_000_000, "亿": 100_000_000}
_GOALS: Final = {
    Accrual.SUM: GoalKind.INCREASE,
    Accrual.LEVEL: GoalKind.LEVEL,
    Accrual.RATE: GoalKind.RATIO,
}
OUTLOOK_WORDS: Final = {
    Outlook.ACHIEVED: "已达到",
    Outlook.POSSIBLE: "可以达到",
    Outlook.HARD: "难以达到",
    Outlook.IMPOSSIBLE: "无法达到",
    Outlook.UNKNOWN: "没有完成数",
}
# Those likely missed first.
_ORDER: Final = (
    Outlook.IMPOSSIBLE, Outlook.HARD, Outlook.POSSIBLE, Outlook.UNKNOWN, Outlook.ACHIEVED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetOutlook:
    """A target of the year as it stands at a close, and what is still required each month."""

    pk: int
    key: str
    url: str
    subject: str
    unit: str
    goal: str
    reached: str
    source: str
    part: Decimal | None
    outlook: str
    required: Required
    per_month: str
    words: str


def outlooks(close: Close) -> list[TargetOutlook]:
    """The year's targets of the office, those likely missed first; three queries.

    What was reached of a target: for one that is summed from projects, the closed figures of its
    tied projects; else the last figure entered for it (本年累计 for targets that add up, the level
    or the per cent as it stands for the others).
    """
    period = close.period.period
    shares = list(
        Share.objects.filter(
            decomposition__office=close.office_id,
            decomposition__start_year__lte=period.year,
            decomposition__end_year__gte=period.year,
            year=period.year,
            region__isnull=True,
            unit__isnull=True,
        )
        .select_related("decomposition")
        .order_by("decomposition__plan", "decomposition")
    )
    found = [share.decomposition for share in shares]
    entered = _entered(close)
    summed = _summed(close, [each for each in found if each.measured_by == MeasuredBy.PROJECTS])
    rows = [
        _outlook(each, share.value, close, entered.get(each.pk, {}), summed.get(each.pk))
        for share, each in zip(shares, found, strict=True)
    ]
    return sorted(rows, key=lambda row: (_ORDER.index(row.required.outlook), row.part or 0))


def _entered(close: Close) -> dict[int, dict[date, Measure]]:
    """Figures entered for targets in the close's year up to its period, by target and day."""
    found: defaultdict[int, dict[date, Measure]] = defaultdict(dict)
    rows = Measure.objects.filter(
        period__office=close.office_id,
        target__isnull=False,
        current=True,
        period__end__lte=close.period.end,
        period__end__year=close.period.end.year,
    )
    for row in rows.select_related("period").order_by("period__end", "pk"):
        found[row.target_id or 0][row.period.end] = row
    return dict(found)


def _summed(close: Close, targets: list[Decomposition]) -> dict[int, int]:
    """What tied projects reached this year, in 元."""
    by_entry = {str(each.lineage): each.pk for each in targets}
    if not by_entry:
        return {}
    tied = ClosedProject.objects.filter(
        close=close,
        leaf=True,
        project__ties__kind=TieKind.TARGET,
        project__ties__entry__in=list(by_entry),
        project__ties__state=TieState.CONFIRMED,
    )
    sums = tied.order_by().values_list("project__ties__entry").annotate(sum=Sum("reached_year"))
    return {by_entry[entry]: reached for entry, reached in sums}


def _outlook(
    each: Decomposition,
    goal: Decimal,
    close: Close,
    entered: Mapping[date, Measure],
    summed: int | None,
) -> TargetOutlook:
    value, source, best = _reached(each, entered, summed)
    ratio = each.accrual == Accrual.RATE
    scale = Decimal("0.01") if ratio else Decimal(1)
    due = date(close.period.end.year, 12, 31)
    wanted = Goal(_GOALS[Accrual(each.accrual)], goal * scale, due)
    now = Standing(
        close.period.end, value=None if value is None else value * scale, best_month=best
    )
    found = required(wanted, now)
    return TargetOutlook(
        pk=each.pk,
        key=str(each.pk),
        url=reverse("annual:target", args=[each.pk]),
        subject=each.subject,
        unit=each.measure_unit,
        goal=shown(goal),
        reached=shown(value),
        source=source,
        part=(value / goal if value is not None and goal else None),
        outlook=OUTLOOK_WORDS[found.outlook],
        required=found,
        per_month=_per_month(found, ratio=ratio),
        words=found.words,
    )


def _per_month(found: Required, *, ratio: bool) -> str:
    if found.per_month is None:
        return "—"
    if ratio:
        return f"{rounded(found.per_month * 100)}个百分点"
    return shown(rounded(found.per_month))


def _reached(
    each: Decomposition, entered: Mapping[date, Measure], summed: int | None
) -> tuple[Decimal | None, str, Decimal | None]:
    """Value, where it comes from, and the most that one month has brought."""
    factor = _YUAN.get(each.measure_unit.strip())
    if each.measured_by == MeasuredBy.PROJECTS and factor is not None and summed is not None:
        exact = rounded(Fraction(summed, factor))
        return exact, "挂接项目本年累计完成之和", None
    if not entered:
        return None, "", None
    last = entered[max(entered)]
    best = best_month(entered) if each.accrual == Accrual.SUM else None
    words = f"{last.get_kind_display()}：{last.source}（{last.period.period.label}）"
    return last.value, words, best


def best_month(entered: Mapping[date, Measure]) -> Decimal | None:
    """The most that a month of the year has brought; a quarter's step counts as three months.

    None where there is but one figure: it says nothing of single months.
    """
    by_month = {day.month: entered[day].value for day in sorted(entered)}
    if len(by_month) < 2:
        return None
    steps, since, before = [], 0, Decimal(0)
    for month, value in by_month.items():
        steps.append((value - before) / (month - since))
        since, before = month, value
    return max(steps)
