"""How much was reached in a period (调度数): what is reported, and what is only carried on.

The two together are the close's figure of the period in the basis that takes every project
(全部填报口径), whether the period is closed yet or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.urls import reverse

from guatu.web.page.paging import Paged, paged
from guatu.web.people.models import Region
from guatu.web.projects.models import Project
from guatu.web.reporting.models import Report, ReportingPeriod
from guatu.web.reporting.standing import PutRight, put_right


@dataclass(slots=True)
class Part:
    """Projects with a figure of the year, in whole 元: reported now, or 沿用上次."""

    told: int = 0
    told_amount: int = 0
    carried: int = 0
    carried_amount: int = 0

    @property
    def amount(self) -> int | None:
        """本年累计 of both; None where no project has a figure."""
        return self.told_amount + self.carried_amount if self.told or self.carried else None

    def add(self, other: Part) -> None:
        """Count the projects of another part in."""
        self.told += other.told
        self.told_amount += other.told_amount
        self.carried += other.carried
        self.carried_amount += other.carried_amount


@dataclass(slots=True)
class Reached:
    """The whole, each region by id (None: no region is known), and the projects asked for."""

    whole: Part = field(default_factory=Part)
    regions: defaultdict[int | None, Part] = field(default_factory=lambda: defaultdict(Part))
    projects: dict[int, int | None] = field(default_factory=dict)

    def _add(self, region: int | None, part: Part) -> None:
        self.whole.add(part)
        self.regions[region].add(part)


def reached_in(
    period: ReportingPeriod, projects: Collection[int] = (), fitting: Q | None = None
) -> Reached:
    """What stands of the office's leaf projects at the period's end; three queries at most.

    ``fitting`` leaves projects out. A project counts in the region that it is entered in; its
    分县投资 is not taken apart here.
    """
    found = Reached()
    righted = put_right(period.cycle, period.period)
    rows = _with_figures(period).filter(fitting or Q())
    sums = (
        rows.exclude(pk__in=list(righted))
        .order_by()
        .values("region_id")
        .annotate(
            told=Count("here"),
            told_amount=Sum("here"),
            carried=Count("last", filter=Q(here=None)),
            carried_amount=Sum("last", filter=Q(here=None)),
        )
    )
    for row in sums:
        region = row.pop("region_id")
        part = Part(**{name: row[name] or 0 for name in Part.__slots__})
        if part.amount is not None:
            found._add(region, part)
    single = {*righted, *projects}
    if not single:
        return found
    figures = rows.filter(pk__in=single).values_list("pk", "region_id", "here", "same", "last")
    for pk, region, here, same, last in figures:
        part = _part(here, same, last, righted.get(pk))
        if pk in righted:
            found._add(region, part)
        if pk in projects:
            found.projects[pk] = part.amount
    return found


def _part(here: int | None, same: bool | None, last: int | None, righted: PutRight | None) -> Part:
    if righted is None:
        if here is not None:
            return Part(told=1, told_amount=here)
        return Part(carried=1, carried_amount=last) if last is not None else Part()
    if here is None:
        return Part(carried=1, carried_amount=righted.standing)
    # 本期无变化 repeats the figure before: what was put right later comes on top.
    return Part(told=1, told_amount=righted.standing if same else here)


def _reports(period: ReportingPeriod) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """For each project (``OuterRef``): its report in the period, and the year's before."""
    told = Report.objects.filter(project=OuterRef("pk"), current=True, reached_year__isnull=False)
    last = told.filter(
        period__cycle=period.cycle_id,
        period__start__gte=date(period.end.year, 1, 1),
        period__end__lt=period.start,
    )
    return told.filter(period=period), last.order_by("-period__end")


def _with_figures(period: ReportingPeriod) -> QuerySet[Any]:
    """Leaf projects with ``here`` (the period's figure), ``same`` (无变化), ``last`` (before)."""
    here, last = _reports(period)
    return Project.objects.filter(office=period.office_id, leaf=True).annotate(
        here=Subquery(here.values("reached_year")[:1]),
        same=Subquery(here.values("unchanged")[:1]),
        last=Subquery(last.values("reached_year")[:1]),
    )


# ------------------------------------------------------------------ project by project

TOLD: Final = "told"
CARRIED: Final = "carried"
SILENT: Final = "silent"
STATES: Final = (
    (TOLD, "本期已报"),
    (CARRIED, "未报，沿用上次"),
    (SILENT, "本年没有报过"),
)


@dataclass(frozen=True, slots=True)
class ReachedRow:
    """A project with its 调度数, and whether that is reported now or only carried on."""

    key: str
    url: str
    name: str
    region: str
    unit: str
    reached: int | None
    source: str
    state: str


@dataclass(frozen=True, slots=True)
class ReachedRows:
    """A page of them, and what all that fit make together."""

    page: Paged[ReachedRow]
    part: Part


def reached_rows(
    period: ReportingPeriod, chosen: Mapping[str, str], params: QueryDict
) -> ReachedRows:
    """Every leaf project of the office, those without a report in the period by name as well."""
    fitting = _fitting(chosen)
    here, last = _reports(period)
    rows = _with_figures(period).filter(fitting).select_related("region", "unit")
    rows = rows.annotate(
        here_report=Subquery(here.values("pk")[:1]), last_report=Subquery(last.values("pk")[:1])
    )
    righted = put_right(period.cycle, period.period)
    page: Paged[Any] = paged(rows.order_by("position", "pk"), params, size=100)
    shown = [_reached_row(project, righted.get(project.pk)) for project in page.rows]
    return ReachedRows(
        Paged(shown, page.number, page.size, page.total, page.query),
        reached_in(period, fitting=fitting).whole,
    )


def _fitting(chosen: Mapping[str, str]) -> Q:
    fitting = Q()
    if words := chosen.get("q"):
        fitting &= Q(name__icontains=words)
    if region := chosen.get("region"):
        fitting &= Q(region=int(region))
    match chosen.get("state"):
        case "told":
            fitting &= Q(here__isnull=False)
        case "carried":
            fitting &= Q(here__isnull=True, last__isnull=False)
        case "silent":
            fitting &= Q(here__isnull=True, last__isnull=True)
    return fitting


def _reached_row(project: Any, righted: PutRight | None) -> ReachedRow:
    part = _part(project.here, project.same, project.last, righted)
    state = TOLD if part.told else CARRIED if part.carried else SILENT
    report = project.here_report if part.told else project.last_report
    return ReachedRow(
        key=str(project.pk),
        url=reverse("reporting:project", args=[project.pk]),
        name=project.name,
        region=project.region.name if project.region else "",
        unit=project.unit.name if project.unit else project.unit_name,
        reached=part.amount,
        source=reverse("reporting:why", args=[report, "reached_year"]) if report else "",
        state=dict(STATES)[state],
    )


def regions_of(period: ReportingPeriod) -> list[tuple[str, str]]:
    """Regions of the office's leaf projects, to filter by."""
    projects = Project.objects.filter(office=period.office_id, leaf=True)
    found = Region.objects.filter(pk__in=projects.values("region"))
    return [(str(region.pk), region.name) for region in found]
