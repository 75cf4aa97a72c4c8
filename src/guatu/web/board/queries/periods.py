"""Which close a board shows, and what a period that is not closed still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from guatu.delivery.periods import NoSuchPeriod, Period
from guatu.web.people.models import Office
from guatu.web.reporting.models import CycleKind, ReportingPeriod
from guatu.web.reporting.queries.closable import CLOSED_KINDS, closable
from guatu.web.reporting.queries.reports import not_reported
from guatu.web.supervision.models import Close
from guatu.web.supervision.queries.closes import current_closes


@dataclass(frozen=True, slots=True)
class Choice:
    """A closed period one may turn to."""

    key: str
    label: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period that is not closed: what it waits for."""

    label: str
    due: date
    url: str
    asked: int
    owing: list[tuple[str, int]]
    closing: bool

    @property
    def projects_owing(self) -> int:
        return sum(count for _unit, count in self.owing)


def closes_by_key(office: Office, cycle: str = "") -> list[Close]:
    """The closes a board can show, the latest first; of one cycle where the address names it.

    An office with several cycles sees those of the shortest, of its first one among equals,
    unless it says otherwise.
    """
    found = list(current_closes(office))
    cycles = {close.period.cycle for close in found}
    if not cycles:
        return []
    first = min(cycles, key=lambda each: (CLOSED_KINDS.index(CycleKind(each.kind)), each.pk))
    wanted = int(cycle) if cycle.isascii() and cycle.isdigit() else first.pk
    return [close for close in found if close.period.cycle_id == wanted]


def close_for(closes: list[Close], key: str) -> Close | None:
    """The close of the period of that key."""
    return next((close for close in closes if close.key == key), None)


def choices(closes: list[Close], here: Close | None, view: str = "board:board") -> list[Choice]:
    """Closed periods to turn to, the latest first."""
    many = len({close.period.cycle_id for close in closes}) > 1
    return [
        Choice(
            close.key,
            close.period.period.label,
            reverse(view, args=[close.key]) + (f"?cycle={close.period.cycle_id}" if many else ""),
            here is not None and close.pk == here.pk,
        )
        for close in closes
    ]


def open_periods(office: Office, key: str = "") -> list[OpenPeriod]:
    """Periods to be closed that are open, the earliest first; only ``key`` where it is given."""
    found = closable(ReportingPeriod.objects.filter(office=office))
    found = found.exclude(closes__state="current").select_related("cycle")
    if key:
        found = found.filter(key=key)
    return [
        OpenPeriod(
            label=period.period.label,
            due=period.due,
            url=reverse("reporting:period", args=[period.pk]),
            asked=period.asks.count(),
            owing=[
                (str(missing.unit.unit), len(missing.projects)) for missing in not_reported(period)
            ],
            closing=not period.is_open,
        )
        for period in found.order_by("end")[:3]
    ]


def label_of(key: str) -> str:
    """2026年10月 for 2026-10; the key itself where it is none."""
    try:
        return Period.parse(key).label
    except NoSuchPeriod:
        return ""
