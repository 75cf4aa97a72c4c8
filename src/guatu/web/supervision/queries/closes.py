"""Closes and what they froze: the one place that bulletins, boards and rankings read from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import CountedBy
from guatu.delivery.closing.rollups import Dimension, Rollup, roll_up
from guatu.web.people.models import Office
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    ClosedRollup,
    CloseState,
    Light,
)
from guatu.web.supervision.rows import closed_rows, light_states, rollup_from_data
from guatu.web.supervision.working import GROUPINGS, grouping


class NotClosed(LookupError):
    """The period has no close that stands."""


def current_close(period: ReportingPeriod) -> Close | None:
    """The close whose figures are the period's now; None while it is open or being closed."""
    return closes_of(period).filter(state=CloseState.CURRENT).first()


def closes_of(period: ReportingPeriod) -> QuerySet[Close]:
    """All versions of a period's close, the newest first."""
    found: QuerySet[Close] = Close.objects.filter(period=period).exclude(state=CloseState.DROPPED)
    return found.select_related("period__cycle", "by", "reopening__by").order_by("-number")


def current_closes(office: Office) -> QuerySet[Close]:
    """The office's closes that stand, the latest period first."""
    found: QuerySet[Close] = Close.objects.filter(office=office, state=CloseState.CURRENT)
    return found.select_related("period__cycle").order_by("-period__end", "-pk")


def latest_close(office: Office) -> Close | None:
    """The close of the latest period that is closed."""
    return current_closes(office).first()


def close_of(what: ReportingPeriod | Close) -> Close:
    """The close itself, or the period's current one; ``NotClosed`` where there is none."""
    if isinstance(what, Close):
        return what
    found = current_close(what)
    if found is None:
        raise NotClosed(str(what))
    return found


def closed_month(what: ReportingPeriod | Close) -> ClosedMonth:
    """A closed period as the bulletin and the board know it: rows and lights; two queries."""
    close = close_of(what)
    rows = closed_rows(ClosedProject.objects.filter(close=close))
    states = light_states(Light.objects.filter(close=close, leaf=True))
    return ClosedMonth(
        period=close.period.period,
        rows=tuple(rows),
        lights={state.project: state for state in states},
        basis=Basis(close.basis),
        counted_by=CountedBy(close.counted_by),
        factor=Fraction(close.factor, 100),
        first=is_first(close),
    )


def is_first(close: Close) -> bool:
    """Whether dispatch began with this close in the middle of a year: no 上期累计 is known."""
    period = close.period
    return close.previous_id is None and period.start != date(period.end.year, 1, 1)


def rollups(what: ReportingPeriod | Close, by: Sequence[Dimension] = ()) -> list[Rollup]:
    """Roll-ups of a close as they were written, sorted by their keys; one query.

    A grouping that is not written at the close is rolled up from its rows. Written ones name no
    projects; ``projects_in`` does.
    """
    close = close_of(what)
    if tuple(by) in GROUPINGS:
        found = ClosedRollup.objects.filter(close=close, by=grouping(by)).order_by("pk")
        return [rollup_from_data(data) for data in found.values_list("data", flat=True)]
    month = closed_month(close)
    colours = {pk: state.colour.value for pk, state in month.lights.items()}
    return roll_up(month.rows, by, lights=colours)


def rows_of(close: Close) -> QuerySet[Any]:
    """The closed projects that are summed."""
    found: QuerySet[Any] = ClosedProject.objects.filter(close=close, leaf=True)
    return found
