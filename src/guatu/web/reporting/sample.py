"""The sample city's ten months (临江市 2026-01 至 2026-10), reported as units report.

Each month is opened, its sheets go out, come back filled and are taken, unit by unit, through the
verbs that the screens use. Every project has a story worked out from its number: most are near
their schedule, some start late or not at all, two stand still for a while, one is cut down, some
units are late, miss a month or are let off. Nothing is drawn at random: two loads are the same.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from guatu.delivery.annual.schedule import Schedule, progress_due
from guatu.delivery.periods import Period
from guatu.delivery.reporting.checks import Level, remarks_of
from guatu.delivery.reporting.fields import Value
from guatu.delivery.reporting.sheets import SheetRow, UnitSheet, write_sheet
from guatu.web.annual import actions as annual
from guatu.web.annual.facts import schedule_of
from guatu.web.annual.models import AnnualLine, AnnualPlan
from guatu.web.people.models import Region
from guatu.web.people.sample import SampleCity
from guatu.web.plans.models import Kind, LedgerEntry
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting import actions
from guatu.web.reporting.facts import Known, known_projects
from guatu.web.reporting.models import (
    AskBy,
    Cycle,
    CycleKind,
    DueKind,
    MeasureKind,
    PeriodUnit,
    Report,
    ReportingPeriod,
)

YEAR: Final = 2026
MONTHS: Final = tuple(f"{YEAR}-{month:02d}" for month in range(1, 11))
CYCLE: Final = "重大项目月调度"
_WAN: Final = 10_000

# Units by their place among those asked: who misses a month, who is let off, who is late.
_MISSES: Final = {(12, 4), (15, 7), (9, 10)}
_LET_OFF: Final = {(16, 2): "机构改革划转，数据由新单位从下期报起"}
_LATE: Final = {2: 1, 6: 3, 10: 2}

_STOPPED: Final = (("停工整改", 6, 9), ("征迁未完成，停工等待", 7, 0))
_PROGRESS: Final = (
    "土方开挖和基坑支护施工",
    "桩基施工，完成 {part}%",
    "主体结构施工，完成 {part}%",
    "主体完成，转入安装和装修",
    "设备安装调试",
)
_PROBLEMS: Final = (
    "剩余地块征迁尚未完成，影响后续作业面",
    "用地指标未落实，土地报批滞后",
    "专项债券资金尚未到位",
    "管线迁改协调时间较长",
)


def cycle_of(city: SampleCity) -> Cycle:
    """The monthly report as the sample plan asks for it: by the 5th of the month after."""
    known = Cycle.objects.filter(office=city.office, name=CYCLE).first()
    if known is not None:
        return known
    duty = LedgerEntry.objects.filter(
        office=city.office, kind=Kind.ROUTINE, fields__cadence="month", fields__days=5
    ).first()
    return actions.add_cycle(
        by=city.clerk,
        name=CYCLE,
        kind=CycleKind.MONTH,
        due_count=5,
        due_kind=DueKind.CALENDAR,
        ask_by=AskBy.UNIT,
        lineage=duty.lineage if duty else None,
        quote=duty.quote if duty else "",
        source_name="" if duty else "临江市补短板扩投资三年行动方案",
    )


def report_month(city: SampleCity, key: str) -> ReportingPeriod:
    """One month opened, reported and measured; a second call changes nothing."""
    cycle = cycle_of(city)
    known = cycle.periods.filter(key=key).first()
    if known is not None:
        return known
    period = actions.open_period(cycle, Period.parse(key), by=city.clerk)
    _adjust(city, period)
    _sheets(city, period)
    _measure(city, period)
    return period


def load(city: SampleCity) -> None:
    """All ten months."""
    for key in MONTHS:
        report_month(city, key)


# ------------------------------------------------------------------ sheets out and back


def _sheets(city: SampleCity, period: ReportingPeriod) -> None:
    month = period.start.month
    units = list(PeriodUnit.objects.filter(period=period).select_related("unit", "period__cycle"))
    lines = {
        line.project_id: line
        for line in AnnualLine.objects.filter(plan__office=city.office, plan__year=YEAR)
    }
    known = known_projects(city.office, period.period, period.cycle)
    for place, (sent, data) in enumerate(actions.send_sheets(units, by=city.clerk), start=1):
        unit = sent.period_unit
        if (place, month) in _LET_OFF:
            reason = _LET_OFF[place, month]
            actions.exempt(unit, by=city.clerk, reason=reason, person="何志恒")
            continue
        if (place, month) in _MISSES:
            continue
        received = _received(period, place)
        rows = [
            _filled(row, known[row.project], lines.get(row.project), period, received)
            for row in data.rows
        ]
        body = write_sheet(
            UnitSheet(
                token=sent.token,
                office=city.office.name,
                unit=unit.unit.name,
                period_key=period.key,
                period_label=period.period.label,
                due=period.due.isoformat(),
                rows=rows,
                year=YEAR,
                last_day=period.end,
            )
        )
        name = f"{unit.unit}{month}月调度表.xlsx"
        file, _new = actions.take_in(
            period, name=name, data=body, by=city.clerk, received_on=received
        )
        actions.apply_file(file, by=city.clerk, today=received, known=known)


def _received(period: ReportingPeriod, place: int) -> date:
    """The day the unit's sheet came: a day or two before it was due, or late."""
    late = _LATE.get(place, 0) if (period.start.month + place) % 3 == 0 else 0
    return period.due + timedelta(days=late) if late else period.due - timedelta(days=place % 3)


# ------------------------------------------------------------------ a project's story


@dataclass(frozen=True, slots=True)
class Story:
    """How a project goes: how far from its schedule, how late it starts, when it stands still."""

    pace: Fraction
    late_start: int
    stop: tuple[str, int, int] | None
    silent: frozenset[int]
    idle: frozenset[int]


def story_of(project: Project) -> Story:
    """The story that a project's place in the library gives it."""
    number = project.position
    pace = Fraction((72, 88, 95, 99, 102, 106, 93, 81, 97, 60, 100, 90)[number % 12], 100)
    late = (0, 0, 1, 0, 2, 0, 4, 0, 0, 12)[number % 10]
    stop = {41: _STOPPED[0], 80: _STOPPED[1]}.get(number)
    silent = frozenset({5} if number % 29 == 7 else {9} if number % 37 == 11 else ())
    idle = frozenset({7, 8} if number % 31 == 5 else {6} if number % 17 == 3 else ())
    return Story(pace, late, stop, silent, idle)


def _filled(
    row: SheetRow, known: Known, line: AnnualLine | None, period: ReportingPeriod, on: date
) -> SheetRow:
    """The row as the unit fills it on a day; as it was sent where it leaves the project out."""
    project = known.project
    story = story_of(project)
    month = period.start.month
    if month in story.silent:
        return row
    values: dict[str, Value] = dict(row.values)
    started = _start(project, values, story, period)
    if started:
        values["started_on"] = started
    if "reached_before" in row.asked:
        values["reached_before"] = _before(project)
    last = known.last_reached or 0
    if month in story.idle and row.last_reached is not None and started:
        values["unchanged"] = True
        return replace(row, values=values)
    _stop(values, story, period)
    reached = _reached(project, line, story, period, started)
    if values.get("stopped_on") and not values.get("resumed_on"):
        reached = last
    reached = max(reached, last)
    if project.position % 53 == 9 and month == 8:
        reached = last * 9 // 10 // _WAN * _WAN
        values["reason"] = "经财务决算审核，核减上半年多报的设备购置费"
    values["reached_year"] = reached
    _words(values, project, month, bool(started))
    finished = _finish(project, period, started)
    if finished:
        values["finished_on"] = finished
    if started and "in_statistics" in row.asked:
        values["in_statistics"] = _entered(project, started, period)
    values["reason"] = values.get("reason") or _why(known, values, period, on) or None
    return replace(row, values=values)


def _entered(project: Project, started: date, period: ReportingPeriod) -> date | None:
    """The day it entered the statistics: some months after its start, by its number."""
    if started.year < YEAR:
        return None if project.position % 41 == 13 else date(started.year, 12, 31)
    soon = started.month + (0, 0, 1, 0, 1, 2, 0, 1, 4, 0)[project.position % 10]
    return period.end if period.start.month >= soon else None


def _why(known: Known, values: Mapping[str, Value], period: ReportingPeriod, on: date) -> str:
    """The word that a check asks for; empty where none does."""
    remarks = remarks_of(known.case(values, period.period, on))
    asking = [remark.words for remark in remarks if remark.level is Level.WORD]
    if not asking:
        return ""
    plan = any("年度计划" in words for words in asking)
    return "加快施工，提前完成部分明年工作量" if plan else "主要设备集中到货入账"


def _start(
    project: Project, values: Mapping[str, Value], story: Story, period: ReportingPeriod
) -> date | None:
    known = values.get("started_on")
    if isinstance(known, date):
        return known
    if project.start is None:
        return None
    if project.start < date(YEAR, 1, 1):
        return project.start.replace(day=8 + project.position % 18)
    month = project.start.month + story.late_start
    if project.start.year > YEAR or month > period.end.month:
        return None
    return date(YEAR, month, 3 + project.position % 24)


def _before(project: Project) -> int:
    """What earlier years reached, by the months that lie before this one."""
    if project.investment is None or project.start is None or project.finish is None:
        return 0
    begun = project.start.year * 12 + project.start.month
    all_months = project.finish.year * 12 + project.finish.month - begun + 1
    past = YEAR * 12 + 1 - begun
    return project.investment * max(past, 0) // max(all_months, 1) * 9 // 10 // _WAN * _WAN


def _stop(values: dict[str, Value], story: Story, period: ReportingPeriod) -> None:
    if story.stop is None:
        return
    why, from_month, to_month = story.stop
    if period.start.month == from_month:
        values["stopped_on"] = date(YEAR, from_month, 12)
        values["problems"] = why
    if to_month and period.start.month == to_month:
        values["resumed_on"] = date(YEAR, to_month, 6)


def _reached(
    project: Project,
    line: AnnualLine | None,
    story: Story,
    period: ReportingPeriod,
    started: date | None,
) -> int:
    if started is None or line is None or not line.investment:
        return 0
    schedule: Schedule = schedule_of(line, YEAR)
    due = progress_due(schedule, period.end)
    if started.year == YEAR:
        # Late begun, as much behind as it is late.
        behind = (started.month - (project.start.month if project.start else 1)) * 31
        earlier = period.end - timedelta(days=behind)
        due = progress_due(schedule, earlier) if earlier.year == YEAR else Fraction(0)
    wobble = Fraction(100 + (project.position * period.start.month) % 7 - 3, 100)
    part = min(due * story.pace * wobble, Fraction(115, 100))
    return int(line.investment * part) // (10 * _WAN) * (10 * _WAN)


def _words(values: dict[str, Value], project: Project, month: int, started: bool) -> None:
    if not started:
        values["progress"] = "办理施工许可等前期手续" if project.stage != Stage.IDEA else None
    else:
        words = _PROGRESS[min((month + project.position % 9) // 4, len(_PROGRESS) - 1)]
        values["progress"] = words.format(part=min(95, month * 9 + project.position % 9))
    if project.position % 11 == 4 and month % 3 == 1:
        values["problems"] = _PROBLEMS[project.position % len(_PROBLEMS)]


def _finish(project: Project, period: ReportingPeriod, started: date | None) -> date | None:
    finish = project.finish
    if finish is None or started is None or finish.year != YEAR:
        return None
    slips = project.position % 3 == 0
    if slips or finish.month != period.end.month:
        return None
    return date(YEAR, finish.month, calendar.monthrange(YEAR, finish.month)[1] - 2)


# ------------------------------------------------------------- adjustments, statistics


def _adjust(city: SampleCity, period: ReportingPeriod) -> None:
    """In July three projects are adjusted as a city does at mid-year."""
    if period.start.month != 7:
        return
    plan = AnnualPlan.objects.filter(office=city.office, year=YEAR).first()
    if plan is None or not plan.is_issued or plan.adjustments.exists():
        return
    lines = list(
        plan.lines.filter(moved_out=False, investment__gt=0)
        .select_related("project")
        .order_by("project__position")
    )
    for line, kind, part, reason in (
        (lines[20], "change", Fraction(7, 10), "征迁进度滞后，年度任务相应调减"),
        (lines[45], "change", Fraction(12, 10), "提前到位专项债券，加快实施"),
        (lines[70], "out", Fraction(0), "选址调整，重新办理前期手续"),
    ):
        values = {**line.values, "investment": int((line.investment or 0) * part)}
        annual.adjust(
            plan,
            kind=kind,
            project=line.project,
            values=None if kind == "out" else values,
            reference="临补短板办会议纪要〔2026〕9号",
            approver="市补短板扩投资工作领导小组",
            approved_on=date(YEAR, 7, 20),
            reason=reason,
            by=city.clerk,
        )


def _measure(city: SampleCity, period: ReportingPeriod) -> None:
    """The statistics bureau's total, and that of two counties, a little below what was reported."""
    told = Report.objects.filter(period=period, current=True)
    total = sum(value or 0 for value in told.values_list("reached_year", flat=True))
    source = f"市统计局{period.start.month}月固定资产投资快报"
    share = Fraction(91 + period.start.month % 4, 100)
    _put(city, period, None, int(total * share), source)
    for name in ("青川区", "望海县"):
        region = city.regions[name]
        mine = Report.objects.filter(period=period, current=True, project__region=region)
        reached = sum(value or 0 for value in mine.values_list("reached_year", flat=True))
        _put(city, period, region, int(reached * share), source)


def _put(
    city: SampleCity, period: ReportingPeriod, region: Region | None, yuan: int, source: str
) -> None:
    actions.set_measure(
        period,
        by=city.clerk,
        kind=MeasureKind.STATISTICS,
        region=region,
        value=Decimal(yuan // _WAN * _WAN),
        source=source,
    )
