"""Units' quarterly reports: which quarters, which units, and a unit's span from the closes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Sum

from guatu.delivery.bulletins.unit import UnitSpan
from guatu.delivery.periods import Period, PeriodKind
from guatu.web.people.models import Office
from guatu.web.reporting.models import CycleKind, Report
from guatu.web.supervision.models import Close, ClosedProject
from guatu.web.supervision.queries.closes import closed_month, current_closes


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter with the closes of its months, the last one first."""

    period: Period
    closes: tuple[Close, ...]

    @property
    def last(self) -> Close:
        return self.closes[0]

    @property
    def is_whole(self) -> bool:
        """Its last month is closed."""
        return bool(self.last.period.end >= self.period.end)


def quarters(office: Office) -> list[Quarter]:
    """Quarters of which a month, or the whole, is closed, the latest first.

    A quarter that was closed by months is told by these alone, so that nothing counts twice.
    """
    kinds = (CycleKind.MONTH, CycleKind.QUARTER)
    closes = current_closes(office).filter(period__cycle__kind__in=kinds)[:48]
    found: dict[str, list[Close]] = defaultdict(list)
    for kind in kinds:
        told = set(found)
        for close in closes:
            key = Period.of(PeriodKind.QUARTER, close.period.end).key
            if close.period.cycle.kind == kind and key not in told:
                found[key].append(close)
    return [Quarter(Period.parse(key), tuple(found[key])) for key in sorted(found, reverse=True)]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that has projects in the quarter's last close."""

    name: str
    projects: int
    planned: int | None
    reached: int


def units_of(quarter: Quarter) -> list[UnitRow]:
    """The units with projects, by name; one query."""
    found = (
        ClosedProject.objects.filter(close=quarter.last, leaf=True)
        .exclude(unit="")
        .values("unit")
        .annotate(n=Count("pk"), planned=Sum("planned"), reached=Sum("reached_year"))
        .order_by("-n", "unit")
    )
    return [UnitRow(row["unit"], row["n"], row["planned"], row["reached"]) for row in found]


def unit_span(quarter: Quarter, unit: str) -> UnitSpan:
    """What the unit's report is made from."""
    months = [close.pk for close in quarter.closes]
    amounts = (
        ClosedProject.objects.filter(close__in=months, unit=unit, leaf=True)
        .values("project_id")
        .annotate(amount=Sum("this_period"))
    )
    problems = Report.objects.filter(
        period=quarter.last.period, current=True, project__closed_rows__close=quarter.last,
        project__closed_rows__unit=unit,
    ).exclude(problems="")  # fmt: skip
    signs = ClosedProject.objects.filter(close=quarter.last, unit=unit, unit_now__isnull=False)
    return UnitSpan(
        unit=unit,
        full_name=signs.values_list("unit_now__name", flat=True).first() or "",
        quarter=quarter.period,
        month=closed_month(quarter.last),
        amounts={str(row["project_id"]): row["amount"] for row in amounts},
        problems={str(pk): words for pk, words in problems.values_list("project_id", "problems")},
    )
