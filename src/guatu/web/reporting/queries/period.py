"""A period at one look: its units, its projects, figures side by side, what one rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.reporting.asked import Meter, meter
from guatu.web.annual.models import AnnualLine
from guatu.web.page import formats
from guatu.web.page.paging import Paged, paged
from guatu.web.people.models import Region
from guatu.web.reporting.models import (
    Ask,
    PeriodUnit,
    Report,
    ReportingPeriod,
)
from guatu.web.reporting.queries.reports import not_reported
from guatu.web.reporting.queries.sheets import Stand, stands
from guatu.web.reporting.standing import PutRight, put_right, was_put_right


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the period: what is asked of it, what came."""

    pk: int
    name: str
    meter: Meter
    reported: int
    unchanged: int
    late: int
    received: date | None
    state: str
    state_code: str
    note: str
    sent: Any

    @property
    def owing(self) -> int:
        return self.meter.projects - self.reported


@dataclass(frozen=True, slots=True)
class PeriodUnits:
    """All units of a period, and the sums over them."""

    rows: list[UnitRow]
    meter: Meter
    reported: int
    owing_units: int
    late: int


def units_of(period: ReportingPeriod, today: date) -> PeriodUnits:
    """The period's units in the directory's order; three questions."""
    asked: dict[int, list[list[str]]] = {}
    for unit, fields in Ask.objects.filter(period=period).values_list("period_unit_id", "fields"):
        asked.setdefault(unit, []).append(fields)
    told = {
        row["period_unit"]: row
        for row in Report.objects.filter(period=period, current=True)
        .order_by()
        .values("period_unit")
        .annotate(
            n=Count("pk"),
            unchanged=Count("pk", filter=Q(unchanged=True)),
            late=Count("pk", filter=Q(late=True)),
            received=Max("received_on"),
        )
    }
    units = PeriodUnit.objects.filter(period=period).select_related("unit", "exempt_by")
    rows = [
        _unit_row(unit, asked.get(unit.pk, []), told.get(unit.pk), period, today) for unit in units
    ]
    return PeriodUnits(
        rows=rows,
        meter=sum((row.meter for row in rows), Meter(0, 0, 0)),
        reported=sum(row.reported for row in rows),
        owing_units=sum(row.owing > 0 and row.state_code != "exempt" for row in rows),
        late=sum(row.late > 0 for row in rows),
    )


def _unit_row(
    unit: PeriodUnit,
    fields: Sequence[Sequence[str]],
    told: Mapping[str, Any] | None,
    period: ReportingPeriod,
    today: date,
) -> UnitRow:
    count = told["n"] if told else 0
    late = told["late"] if told else 0
    code, words = _state(unit, count, len(fields), period.due, today)
    return UnitRow(
        pk=unit.pk,
        name=str(unit.unit),
        meter=meter(fields),
        reported=count,
        unchanged=told["unchanged"] if told else 0,
        late=late,
        received=told["received"] if told else None,
        state=words,
        state_code=code,
        note=f"{unit.exempt_reason}（{unit.exempt_person}批准）" if unit.exempt else "",
        sent=unit.sent,
    )


def _state(unit: PeriodUnit, count: int, asked: int, due: date, today: date) -> tuple[str, str]:
    if unit.exempt:
        return "exempt", "免报"
    if count >= asked:
        return "done", "已报"
    overdue = "，已逾期" if today > due else ""
    if count:
        return "part", f"还差 {asked - count} 个{overdue}"
    return "none", f"未报{overdue}"


# ------------------------------------------------------------------ the period's projects

STATES: Final = (
    ("none", "未报"),
    ("told", "已报"),
    ("unchanged", "本期无变化"),
    ("late", "逾期报"),
    ("reason", "有情况说明"),
    ("problems", "有存在问题"),
)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """An asked project with its report."""

    key: str
    url: str
    name: str
    region: str
    unit: str
    planned: int | None
    last: int | None
    amount: int | None
    reached: int | None
    source: str
    part: Decimal | None
    progress: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectRows:
    """A page of them, and the sums over all that fit the filters."""

    page: Paged[ProjectRow]
    planned: int
    # None where none of them was reported before.
    amount: int | None
    reached: int


def projects_of(
    period: ReportingPeriod,
    chosen: Mapping[str, str],
    params: QueryDict,
    units: Sequence[tuple[str, str]],
) -> ProjectRows:
    """The period's projects that fit the filters; ``units`` are its ``unit_choices``.

    Sums are the database's; only the page's projects are worked out one by one.
    """
    names = {int(pk): name for pk, name in units}
    asks = _fitting(period, chosen)
    mark = was_put_right(period.cycle, period.period, "project")
    found = list(asks.annotate(righted=mark).values_list("project_id", "righted"))
    righted = put_right(period.cycle, period.period) if any(mark for _pk, mark in found) else {}
    page: Paged[int] = paged([pk for pk, _mark in found], params, size=100)
    rows = [
        _project_row(stand, names[stand.ask.period_unit_id])
        for stand in stands(period, projects=page.rows, history=False).values()
    ]
    sums = _sums(period, asks, righted)
    return ProjectRows(
        Paged(rows, page.number, page.size, page.total, page.query),
        sums["planned"] or 0,
        sums["amount"],
        sums["reached"] or 0,
    )


def _fitting(period: ReportingPeriod, chosen: Mapping[str, str]) -> QuerySet[Ask]:
    asks = Ask.objects.filter(period=period).order_by("project__position", "project_id")
    if words := chosen.get("q"):
        asks = asks.filter(project__name__icontains=words)
    if unit := chosen.get("unit"):
        asks = asks.filter(period_unit=int(unit))
    if region := chosen.get("region"):
        asks = asks.filter(project__region=int(region))
    report = Report.objects.filter(period=period, current=True, project=OuterRef("project"))
    match chosen.get("state"):
        case "none":
            asks = asks.filter(~Exists(report))
        case "told":
            asks = asks.filter(Exists(report))
        case "unchanged":
            asks = asks.filter(Exists(report.filter(unchanged=True)))
        case "late":
            asks = asks.filter(Exists(report.filter(late=True)))
        case "reason":
            asks = asks.filter(Exists(report.exclude(reason="")))
        case "problems":
            asks = asks.filter(Exists(report.exclude(problems="")))
    return asks


def _sums(
    period: ReportingPeriod, asks: QuerySet[Ask], righted: Mapping[int, PutRight]
) -> dict[str, int | None]:
    """年度计划, 本期 and 本年累计 of these projects together."""
    of_project = Report.objects.filter(project=OuterRef("project"), current=True)
    here = of_project.filter(period=period).values("reached_year")[:1]
    earlier = of_project.filter(
        period__office=period.office_id, period__end__lt=period.start, reached_year__isnull=False
    ).order_by("-period__end", "-period__start")
    first_day = date(period.end.year, 1, 1)
    last: Any = Coalesce(
        Subquery(earlier.filter(period__start__gte=first_day).values("reached_year")[:1]),
        # Nought at the turn of the year; nothing where nothing was ever reported.
        Case(
            When(Exists(earlier), then=Value(0)),
            default=Value(0) if period.start == first_day else Value(None),
        ),
        output_field=BigIntegerField(),
    )
    if righted:
        # As it was closed: the report alone does not know what was put right since.
        closed = [When(project=pk, then=Value(each.before)) for pk, each in righted.items()]
        last = Case(*closed, default=last, output_field=BigIntegerField())
    planned = AnnualLine.objects.filter(
        project=OuterRef("project"),
        plan__office=period.office_id,
        plan__year=period.end.year,
        moved_out=False,
    ).values("investment")[:1]
    return (
        asks.order_by()
        .annotate(here=Subquery(here), last=last, plan=Subquery(planned))
        .aggregate(planned=Sum("plan"), amount=Sum(F("here") - F("last")), reached=Sum("here"))
    )


def _project_row(stand: Stand, unit: str) -> ProjectRow:
    known, report = stand.known, stand.report
    project = known.project
    reached = report.reached_year if report else None
    amount = None
    if reached is not None and known.closed_reached is not None:
        amount = reached - known.closed_reached
    part = None
    if reached is not None and known.planned:
        part = Decimal(reached) / Decimal(known.planned)
    return ProjectRow(
        key=str(project.pk),
        url=reverse("reporting:project", args=[project.pk]),
        name=project.name,
        region=project.region.name if project.region else "",
        unit=unit,
        planned=known.planned,
        last=known.closed_reached,
        amount=amount,
        reached=reached,
        source=reverse("reporting:why", args=[report.pk, "reached_year"]) if report else "",
        part=part,
        progress=report.progress if report else "",
        state=_report_state(report),
        reason="；".join(filter(None, [report.reason, report.problems])) if report else "",
    )


def _report_state(report: Report | None) -> str:
    if report is None:
        return "未报"
    words = "无变化" if report.unchanged else "已报"
    return f"{words}，逾期" if report.late else words


def unit_choices(period: ReportingPeriod) -> list[tuple[str, str]]:
    """Units of the period, to filter by."""
    units = PeriodUnit.objects.filter(period=period).select_related("unit")
    return [(str(unit.pk), str(unit.unit)) for unit in units]


def region_choices(period: ReportingPeriod) -> list[tuple[str, str]]:
    """Counties of the period's projects, to filter by."""
    found = Region.objects.filter(project__in=period.asks.values("project")).distinct()
    return [(str(region.pk), region.name) for region in found]


# ------------------------------------------------------------------ 谁还没报


@dataclass(frozen=True, slots=True)
class Draft:
    """A unit that still owes rows, and the words with which it can be asked."""

    pk: int
    unit: str
    projects: list[str]
    asked: int
    words: str


def drafts(period: ReportingPeriod, today: date) -> list[Draft]:
    """谁还没报, each with a message to copy (催报)."""
    label = period.period.label
    due = formats.day_in_prose(period.due)
    return [
        Draft(
            pk=each.unit.pk,
            unit=str(each.unit.unit),
            projects=[project.name for project in each.projects],
            asked=each.asked,
            words=_message(each.unit.unit.name, label, due, each, period.due, today),
        )
        for each in not_reported(period)
    ]


def _message(unit: str, label: str, due: str, each: Any, day: date, today: date) -> str:
    names = [project.name for project in each.projects]
    left = (day - today).days
    when = (
        f"报送期限是{due}，已逾期 {-left} 天"
        if left < 0
        else f"报送期限是{due}" + ("，就是今天" if left == 0 else f"，还有 {left} 天")
    )
    if each.silent:
        what = f"{label}调度填报表尚未收到，涉及 {len(names)} 个项目"
    else:
        listed = "、".join(f"“{name}”" for name in names[:5])
        more = f"等 {len(names)} 个项目" if len(names) > 5 else f" {len(names)} 个项目"
        what = f"{label}调度填报表已收到，{listed}{more}还没有填"
    return (
        f"{unit}：贵单位{what}。{when}，请尽快填好发出的表交回；"
        "本期没有变化的，在“本期无变化”一栏填“是”即可。"
    )
