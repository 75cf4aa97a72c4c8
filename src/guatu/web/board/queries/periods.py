"""Which close a board shows, and what a period that is not closed still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from guatu.delivery.periods import NoSuchPeriod, Period
from guatu.web.people.models import Office
from guatu.web.reporting.models import CycleKind, PeriodState, Report, ReportingPeriod
from guatu.web.reporting.queries.closable import CLOSED_KINDS, closable
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
    # A pack's rules are long and asked for where a light is explained.
    found = list(
        current_closes(office)
        .select_related("period__cycle", "previous", "by")
        .defer("pack", "previous__pack")
    )
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
    """Periods to be closed that are open, the earliest first; only ``key`` where it is given.

    One query, which counts the rows a unit still owes (``reports.not_reported`` names them).
    """
    found = closable(ReportingPeriod.objects.filter(office=office))
    found = found.exclude(closes__state="current")
    if key:
        found = found.filter(key=key)
    told = Report.objects.filter(
        period=OuterRef("pk"), project=OuterRef("asks__project"), current=True
    )
    owing = Q(~Exists(told), asks__isnull=False, asks__period_unit__exempt_at__isnull=True)
    unit = "asks__period_unit__unit"
    rows = (
        found.order_by("end", "pk", f"{unit}__position", f"{unit}__name")
        .values_list("pk", "key", "due", "state", f"{unit}__short_name", f"{unit}__name")
        .annotate(asked=Count("asks"), owing=Count("asks", filter=owing))
    )
    months = [(head, list(units)) for head, units in groupby(rows, itemgetter(0, 1, 2, 3))]
    return [
        OpenPeriod(
            label=Period.parse(name).label,
            due=due,
            url=reverse("reporting:period", args=[pk]),
            asked=sum(asked for *_head, asked, _owing in units),
            owing=[(short or full, owing) for *_head, short, full, _asked, owing in units if owing],
            closing=state != PeriodState.OPEN,
        )
        for (pk, name, due, state), units in months[:3]
    ]


def label_of(key: str) -> str:
    """2026年10月 for 2026-10; the key itself where it is none."""
    try:
        return Period.parse(key).label
    except NoSuchPeriod:
        return ""
