"""Rows → what ``delivery.closing`` knows of projects when a period is closed: the only seam.

Fifteen queries, however many projects there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from guatu.delivery.annual.adjustments import Change
from guatu.delivery.annual.months import Month
from guatu.delivery.closing.adjustments import LaterAdjustment as Landing
from guatu.delivery.closing.close import Known, Pause, Reported
from guatu.delivery.closing.facts import ClosedRow, CountyShare
from guatu.delivery.closing.nodes import OwnNode
from guatu.delivery.closing.plan import PlanChange, YearPlan
from guatu.delivery.periods import Period
from guatu.delivery.supervision.lights import Exemption as Exempted
from guatu.delivery.supervision.lights import LightState
from guatu.web.annual.facts import schedule_of
from guatu.web.annual.models import Adjustment, AnnualLine, IssuedLine, LineColumns
from guatu.web.projects.models import CountyShare as Share
from guatu.web.projects.models import Node, Project, Stage, StageMove
from guatu.web.reporting.models import Ask, Measure, MeasureKind, Report, ReportingPeriod
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    CloseState,
    Exemption,
    LaterAdjustment,
    Light,
    Pausing,
)
from guatu.web.supervision.rows import closed_rows, light_states

# 固定资产投资统计的起点: from 500万元 of planned total investment on a project must be entered.
STATISTICS_FROM: Final = 5_000_000
_COLUMNS: Final = (
    "name", "leaf", "position", "section", "parent_id", "leader", "ownership", "tags", "stage",
    "investment", "start", "finish", "unit_name", "region__name", "unit__name", "unit__short_name",
)  # fmt: skip
_BEFORE_START: Final = (Stage.IDEA, Stage.RESERVE, Stage.EARLY)


@dataclass(frozen=True, slots=True)
class Web:
    """What a row keeps beside the arithmetic: whose it is now, and its report."""

    leaf: bool
    position: int
    unit: int | None
    region: int | None
    source: int | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a close rests on: projects in the library's order, and the lights before."""

    period: Period
    knowns: list[Known]
    web: dict[str, Web]
    lights: dict[str, LightState]
    exemptions: list[Exempted]
    before: Close | None = field(default=None)


def gather(period: ReportingPeriod) -> Gathered:
    """What is known of every project that the period concerns.

    These are: asked, reported, in the year's plan (as issued or adjusted), closed before in the
    cycle, and packages above them. A project of the library that none of it concerns has no row.
    """
    when = period.period
    reports = {r.project_id: r for r in Report.objects.filter(period=period, current=True)}
    asks = {
        project: (exempt_at is not None, reason)
        for project, exempt_at, reason in Ask.objects.filter(period=period).values_list(
            "project_id", "period_unit__exempt_at", "period_unit__exempt_reason"
        )
    }
    issued = _issued(period, when.year)
    changes = _changes(period, when.year)
    before = close_before(period)
    rows = _rows_before(before)
    concerned = {*reports, *asks, *issued, *changes, *(int(pk) for pk in rows)}
    projects = _projects(period, concerned)
    shares = _shares(period)
    moves = _moves(period)
    own_nodes = _own_nodes(period)
    pauses, exemptions = _pauses(period), _exemptions(period)
    landings, touched = _landings(period)
    measures = _measures(period)
    knowns, web = [], {}
    for project in projects:
        pk, key = project.pk, str(project.pk)
        report = reports.get(pk)
        excused, excuse = asks.get(pk, (False, ""))
        previous = rows.get(key)
        knowns.append(
            Known(
                project=key,
                period=when,
                name=project.name,
                unit=str(project.unit) if project.unit else project.unit_name,
                sector=project.section,
                county=project.region.name if project.region else "",
                shares=shares.get(pk, ()),
                parent=str(project.parent_id) if project.parent_id else None,
                leader=project.leader,
                ownership=project.ownership,
                tags=tuple(tag for tag in project.tags.split("、") if tag),
                stage=Stage.PAUSED
                if any(pause.holds_on(when.end) for pause in pauses.get(pk, ()))
                else _stage(project, moves.get(pk, ()), when.end, report),
                total_investment=project.investment,
                issued=issued.get(pk),
                changes=changes.get(pk, ()),
                start=_month(project.start),
                finish=_month(project.finish),
                own_nodes=own_nodes.get(pk, ()),
                reported=_reported(report, previous, when, pk in touched) if report else None,
                asked=pk in asks,
                excuse=excuse if excused else "",
                pauses=pauses.get(pk, ()),
                adjustments=landings.get(pk, ()),
                previous=previous,
                statistics_due=project.investment is None or project.investment >= STATISTICS_FROM,
                statistics=measures.get((pk, MeasureKind.STATISTICS)),
                finance=measures.get((pk, MeasureKind.FINANCE)),
            )
        )
        web[key] = Web(
            project.leaf,
            project.position,
            project.unit_id,
            project.region_id,
            report.pk if report else None,
        )
    lights = _lights_before(before)
    return Gathered(when, knowns, web, lights, exemptions, before)


# ------------------------------------------------------------------ what was closed before


def close_before(period: ReportingPeriod) -> Close | None:
    """The close that this period's rows are counted on from: the latest before it of its cycle."""
    found: Close | None = (
        Close.objects.filter(
            period__cycle=period.cycle_id, period__end__lt=period.start, state=CloseState.CURRENT
        )
        .order_by("-period__end")
        .first()
    )
    return found


def _rows_before(before: Close | None) -> dict[str, ClosedRow]:
    """Every close takes the rows of the one before on: its rows are the last of all projects."""
    if before is None:
        return {}
    return {row.project: row for row in closed_rows(ClosedProject.objects.filter(close=before))}


def _lights_before(before: Close | None) -> dict[str, LightState]:
    if before is None:
        return {}
    return {state.project: state for state in light_states(Light.objects.filter(close=before))}


# ------------------------------------------------------------------ the plan


def _issued(period: ReportingPeriod, year: int) -> dict[int, YearPlan]:
    lines = IssuedLine.objects.filter(plan__office=period.office_id, plan__year=year)
    return {line.project_id: _plan(line, year) for line in lines}


def _plan(line: LineColumns, year: int) -> YearPlan:
    return YearPlan(line.investment or 0, schedule_of(line, year))


def _changes(period: ReportingPeriod, year: int) -> dict[int, list[PlanChange]]:
    found: defaultdict[int, list[PlanChange]] = defaultdict(list)
    approved = Adjustment.objects.filter(plan__office=period.office_id, plan__year=year)
    for each in approved.order_by("approved_on", "pk"):
        after = None if each.after is None else _plan(_line(each.after), year)
        change = PlanChange(Change(each.kind), each.approved_on, after, each.reference)
        found[each.project_id].append(change)
    return dict(found)


def _line(values: Mapping[str, Any]) -> LineColumns:
    """An adjustment's line as it was kept (``LineColumns.values``)."""
    return AnnualLine(
        investment=values.get("investment"),
        start=_day(values.get("start")),
        finish=_day(values.get("finish")),
        nodes=values.get("nodes") or [],
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None


def _month(day: date | None) -> Month | None:
    return Month(day.year, day.month) if day else None


# ------------------------------------------------------------------ the project


def _projects(period: ReportingPeriod, concerned: set[int]) -> list[Project]:
    """Those concerned and the packages above them, in the library's order; one query."""
    everything = list(
        Project.objects.filter(office=period.office_id)
        .select_related("unit", "region")
        .only(*_COLUMNS)
        .order_by("position", "pk")
    )
    parents = {project.pk: project.parent_id for project in everything}
    wanted = set(concerned)
    for pk in concerned:
        above = parents.get(pk)
        while above is not None and above not in wanted:
            wanted.add(above)
            above = parents.get(above)
    return [project for project in everything if project.pk in wanted]


def _shares(period: ReportingPeriod) -> dict[int, tuple[CountyShare, ...]]:
    found: defaultdict[int, list[CountyShare]] = defaultdict(list)
    rows = Share.objects.filter(project__office=period.office_id).order_by("region__position", "pk")
    for project, county, amount in rows.values_list("project_id", "region__name", "amount"):
        found[project].append(CountyShare(county, amount))
    return {project: tuple(shares) for project, shares in found.items()}


def _moves(period: ReportingPeriod) -> dict[int, list[StageMove]]:
    found: defaultdict[int, list[StageMove]] = defaultdict(list)
    moves = StageMove.objects.filter(project__office=period.office_id)
    for move in moves.only("project_id", "from_stage", "to_stage", "on").order_by("on", "pk"):
        found[move.project_id].append(move)
    return dict(found)


def _own_nodes(period: ReportingPeriod) -> dict[int, list[OwnNode]]:
    found: defaultdict[int, list[OwnNode]] = defaultdict(list)
    nodes = Node.objects.filter(project__office=period.office_id)
    for node in nodes:
        found[node.project_id].append(OwnNode(node.name, node.planned, node.actual, node.pk))
    return dict(found)


def _stage(project: Project, moves: Iterable[StageMove], on: date, report: Report | None) -> str:
    """The stage on the period's last day; what was reported as begun or done is at least that."""
    stage = project.stage
    later = [move for move in moves if move.on > on]
    if later:
        stage = later[0].from_stage
    if report is not None and report.finished_on and report.finished_on <= on:
        return stage if stage in (Stage.COMPLETED, Stage.OPERATING) else Stage.COMPLETED
    started = report is not None and report.started_on and report.started_on <= on
    return Stage.STARTING if started and stage in _BEFORE_START else stage


def _reported(
    report: Report, previous: ClosedRow | None, period: Period, touched: bool
) -> Reported:
    """The report; 本期无变化 repeats the last figure, and an adjustment that lands still counts.

    Where adjustments were entered or withdrawn (``touched``), the figure that 无变化 wrote down
    at the time may be older than they are.
    """
    same_year = previous is not None and Period.parse(previous.period).year == period.year
    last = previous.reached_year if previous is not None and same_year else 0
    repeated = report.unchanged and (touched or report.reached_year == last)
    return Reported(
        reached_year=None if repeated else report.reached_year,
        reached_total=None if repeated else report.reached_total,
        started_on=report.started_on,
        finished_on=report.finished_on,
        in_statistics_on=report.in_statistics,
        unchanged=report.unchanged,
        late=report.late,
        fall_reason=report.reason,
    )


# ------------------------------------------------------------------ approvals and measures


def _pauses(period: ReportingPeriod) -> dict[int, list[Pause]]:
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    for each in Pausing.objects.filter(project__office=period.office_id).order_by("approved_on"):
        found[each.project_id].append(
            Pause(each.approved_on, each.reference, each.reason, each.cancelled, each.resumed_on)
        )
    return dict(found)


def _exemptions(period: ReportingPeriod) -> list[Exempted]:
    rows = Exemption.objects.filter(
        project__office=period.office_id, start__lte=period.end, until__gte=period.end
    )
    return [exempted(row) for row in rows]


def exempted(row: Exemption) -> Exempted:
    """The exemption as the lights see it; ended before its time, it ends the day before."""
    until = row.until if row.ended_on is None else min(row.until, row.ended_on - timedelta(days=1))
    return Exempted(
        project=str(row.project_id),
        reason=row.reason,
        approver=row.approver,
        start=row.start,
        until=until,
        rules=frozenset(row.rules),
        reference=row.reference,
    )


def _landings(period: ReportingPeriod) -> tuple[dict[int, list[Landing]], set[int]]:
    """What lands in the period; and which projects anything was entered for, withdrawn or not."""
    found: defaultdict[int, list[Landing]] = defaultdict(list)
    touched = set()
    rows = LaterAdjustment.objects.filter(lands_in=period)
    for row in rows.select_related("of_period").order_by("pk"):
        touched.add(row.project_id)
        if row.withdrawn:
            continue
        found[row.project_id].append(
            Landing(
                str(row.project_id),
                row.of_period.period,
                period.period,
                row.amount,
                row.reason,
                row.approver,
            )
        )
    return dict(found), touched


def _measures(period: ReportingPeriod) -> dict[tuple[int, str], int]:
    rows = Measure.objects.filter(period=period, current=True, project__isnull=False)
    return {
        (project or 0, kind): int(value)
        for project, kind, value in rows.values_list("project_id", "kind", "value")
    }
