"""Adjustments after issue as reporting asks for them: its sheets print them beside 上期累计."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from guatu.delivery.periods import Period
from guatu.web.page import formats
from guatu.web.reporting.models import Cycle
from guatu.web.reporting.standing import PutRight
from guatu.web.supervision.models import Close, ClosedProject, CloseState, LaterAdjustment


def put_right(cycle: Cycle, period: Period) -> dict[int, PutRight]:
    """Projects adjusted in the period's year, by id; one query, three where there are any.

    An adjustment of an earlier year's period changes the total since the start and no figure of
    this year: it is not among them.
    """
    found: defaultdict[int, list[LaterAdjustment]] = defaultdict(list)
    for each in _landed(cycle, period).select_related("of_period", "lands_in").order_by("pk"):
        if each.of_period.period.year == period.year:
            found[each.project_id].append(each)
    if not found:
        return {}
    before = _closed_before(cycle, period, list(found))
    return {
        project: _put_right(before.get(project, 0), adjustments, period)
        for project, adjustments in found.items()
    }


def was_put_right(cycle: Cycle, period: Period, project: str) -> Exists:
    """Whether ``put_right`` may have the project of a row (``project``: the row's column of it)."""
    return Exists(_landed(cycle, period).filter(project=OuterRef(project)))


def _landed(cycle: Cycle, period: Period) -> QuerySet[LaterAdjustment]:
    found: QuerySet[LaterAdjustment] = LaterAdjustment.objects.filter(
        lands_in__cycle=cycle,
        lands_in__start__gte=date(period.year, 1, 1),
        lands_in__start__lte=period.start,
        withdrawn=False,
    )
    return found


def _put_right(before: int, adjustments: list[LaterAdjustment], period: Period) -> PutRight:
    here = [each for each in adjustments if each.lands_in.key == period.key]
    words = "；".join(
        f"{each.of_period.period.label}的数调整 {_signed(each.amount)} 万元：{each.reason}"
        for each in here
    )
    return PutRight(before, sum(each.amount for each in here), words)


def _signed(amount: int) -> str:
    """In 万元 to the last 元: the figure beside these words is as exact."""
    exact = f"{Decimal(amount) / formats.WAN:+,.4f}".rstrip("0").rstrip(".")
    return exact.replace("-", formats.MINUS)


def _closed_before(cycle: Cycle, period: Period, projects: list[int]) -> dict[int, int]:
    """本年累计 of these projects in the close that the period goes on from."""
    close = (
        Close.objects.filter(
            period__cycle=cycle,
            period__end__lt=period.start,
            period__start__gte=date(period.year, 1, 1),
            state=CloseState.CURRENT,
        )
        .order_by("-period__end")
        .values("pk")[:1]
    )
    rows = ClosedProject.objects.filter(close__in=close, project__in=projects)
    return dict(rows.values_list("project", "reached_year"))
