"""What a period would ask, and the days off: questions before a period is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guatu.delivery.periods import Period
from guatu.delivery.reporting.asked import Meter, meter
from guatu.web.people.models import Unit, UnitKind
from guatu.web.projects.models import Project
from guatu.web.reporting.facts import Known, known_projects
from guatu.web.reporting.models import AskBy, Cycle, Holiday, Report
from guatu.web.reporting.queries.closable import shorter


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one unit: its projects, each with its fields."""

    unit: Unit
    projects: list[tuple[Project, tuple[str, ...]]]

    @property
    def meter(self) -> Meter:
        return meter(fields for _project, fields in self.projects)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a period would ask: units with their projects, and projects that nobody is asked for."""

    units: list[Wanted]
    # Asked in principle, but no unit (or county government) to ask.
    homeless: list[Project] = field(default_factory=list)
    # Reported already for the same day by a shorter period: not asked again.
    known: int = 0

    @property
    def meter(self) -> Meter:
        return sum((each.meter for each in self.units), Meter(0, 0, 0))


def overrides() -> dict[date, bool]:
    """The holiday table as the calendar takes it: day → worked."""
    return dict(Holiday.objects.values_list("day", "works"))


def wanted(cycle: Cycle, period: Period) -> Asking:
    """What the cycle asks for the period, by unit in the directory's order."""
    told = _told_already(cycle, period)
    counties = _county_units(cycle) if cycle.ask_by == AskBy.COUNTY else {}
    by_unit: dict[int, Wanted] = {}
    homeless = []
    known = 0
    for each in _in_order(known_projects(cycle.office, period, cycle)):
        fields = each.asked(period)
        if not fields:
            continue
        if each.project.pk in told:
            known += 1
            continue
        unit = each.project.unit
        if cycle.ask_by == AskBy.COUNTY:
            unit = counties.get(each.project.region_id or 0)
        if unit is None:
            homeless.append(each.project)
            continue
        by_unit.setdefault(unit.pk, Wanted(unit, [])).projects.append((each.project, fields))
    units = sorted(by_unit.values(), key=lambda each: (each.unit.position, each.unit.name))
    return Asking(units, homeless, known)


def _in_order(known: Mapping[int, Known]) -> list[Known]:
    return sorted(known.values(), key=lambda each: (each.project.position, each.project.pk))


def _told_already(cycle: Cycle, period: Period) -> set[int]:
    """Projects whose figures at the period's last day a shorter period's report told already."""
    if not (kinds := shorter(period.kind)):
        return set()
    found = Report.objects.filter(
        current=True,
        period__office=cycle.office,
        period__end=period.end,
        period__cycle__kind__in=kinds,
        reached_year__isnull=False,
    )
    return set(found.values_list("project_id", flat=True))


def _county_units(cycle: Cycle) -> dict[int, Unit]:
    """The government or administration of each county and zone."""
    kinds = (UnitKind.COUNTY, UnitKind.ZONE)
    units = Unit.objects.filter(kind__in=kinds, active=True, region__isnull=False)
    return {unit.region_id or 0: unit for unit in units.order_by("-position")}
