"""Reports of a period, last known figures, and who has not reported: for this app and others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from guatu.web.people.models import Office
from guatu.web.projects.models import Project
from guatu.web.reporting.models import Ask, Measure, PeriodUnit, Report, ReportingPeriod


def reports_of(period: ReportingPeriod) -> dict[int, Report]:
    """The reports that stand for the period, by project."""
    found = Report.objects.filter(period=period, current=True).select_related(
        "project__unit", "project__region", "period_unit__unit"
    )
    return {report.project_id: report for report in found}


def last_known(office: Office, on: date) -> dict[int, Report]:
    """The latest report of each project from periods that ended on or before ``on``."""
    newest = Report.objects.filter(
        project=OuterRef("pk"), current=True, period__office=office, period__end__lte=on
    ).order_by("-period__end", "-period__start")
    pks = Project.objects.filter(office=office).annotate(newest=Subquery(newest.values("pk")[:1]))
    wanted = [pk for pk in pks.values_list("newest", flat=True) if pk]
    reports = Report.objects.select_related("period", "project").in_bulk(wanted)
    return {report.project_id: report for report in reports.values()}


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that still owes rows: which projects, of how many."""

    unit: PeriodUnit
    projects: list[Project]
    asked: int

    @property
    def silent(self) -> bool:
        """Nothing at all has come from it."""
        return len(self.projects) == self.asked


def not_reported(period: ReportingPeriod) -> list[Missing]:
    """谁还没报: units with projects that have no report, in the directory's order; none of 免报."""
    reported = set(
        Report.objects.filter(period=period, current=True).values_list("project_id", flat=True)
    )
    asked: dict[int, int] = defaultdict(int)
    owed: dict[int, list[Project]] = defaultdict(list)
    asks = (
        Ask.objects.filter(period=period, period_unit__exempt_at__isnull=True)
        .select_related("project__region")
        .order_by("project__position", "project_id")
    )
    for ask in asks:
        asked[ask.period_unit_id] += 1
        if ask.project_id not in reported:
            owed[ask.period_unit_id].append(ask.project)
    units = PeriodUnit.objects.filter(pk__in=list(owed)).select_related("unit", "period__cycle")
    return [Missing(unit, owed[unit.pk], asked[unit.pk]) for unit in units]


def measures_of(period: ReportingPeriod) -> list[Measure]:
    """Statistics and payments that were entered for the period and stand."""
    found = Measure.objects.filter(period=period, current=True)
    return list(found.select_related("project", "region", "target", "by"))
