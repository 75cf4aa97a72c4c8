"""Figures side by side (三数并列), a project's reports, and what a reported figure rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from guatu.delivery.reporting.fields import BY_KEY, Kind, written
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.people.models import Region
from guatu.web.projects.models import Project
from guatu.web.reporting.models import How, Measure, MeasureKind, Report, ReportingPeriod
from guatu.web.reporting.queries.reached import Part, reached_in
from guatu.web.reporting.queries.reports import measures_of
from guatu.web.reporting.standing import put_right

# ------------------------------------------------------------------ 三数并列


@dataclass(slots=True)
class FigureRow:
    """The same thing three ways, and how far they lie apart; in whole 元."""

    name: str
    dispatch: int | None
    dispatch_url: str
    statistics: int | None
    finance: int | None
    sources: list[str]
    edit: str
    # What 调度数 is made of: reported, and carried on from the last report of the year.
    covered: Part | None = None

    @property
    def statistics_gap(self) -> int | None:
        """调度数 − 统计数."""
        return _gap(self.dispatch, self.statistics)

    @property
    def finance_gap(self) -> int | None:
        """调度数 − 财务数."""
        return _gap(self.dispatch, self.finance)


def _gap(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def figures_of(period: ReportingPeriod) -> list[FigureRow]:
    """本年累计完成投资 of the area, each county, and projects with other figures: side by side.

    The first row, all projects, says what its 调度数 covers.
    """
    entered: dict[tuple[int | None, int | None], dict[str, Measure]] = {}
    projects: dict[int, Project] = {}
    for measure in measures_of(period):
        if measure.target_id is None:
            key = (measure.project_id, measure.region_id)
            entered.setdefault(key, {})[measure.kind] = measure
            if measure.project is not None:
                projects[measure.project.pk] = measure.project
    reached = reached_in(period, projects)
    regions = Region.objects.filter(pk__in=[pk for pk in reached.regions if pk])
    listed = reverse("reporting:projects", args=[period.pk])
    total = reached.whole.amount
    rows = [_figure_row("全部项目", total, listed, entered.get((None, None), {}), "whole")]
    for county in regions:
        url = f"{listed}?region={county.pk}"
        mine = entered.get((None, county.pk), {})
        edit = f"region-{county.pk}"
        rows.append(_figure_row(county.name, reached.regions[county.pk].amount, url, mine, edit))
    for pk, project in projects.items():
        value = reached.projects.get(pk)
        url = reverse("reporting:project", args=[pk])
        mine = entered.get((pk, None), {})
        rows.append(_figure_row(project.name, value, url, mine, f"project-{pk}"))
    rows[0].covered = reached.whole
    return rows


def _figure_row(
    name: str, dispatch: int | None, url: str, entered: Mapping[str, Measure], edit: str
) -> FigureRow:
    statistics = entered.get(MeasureKind.STATISTICS)
    finance = entered.get(MeasureKind.FINANCE)
    return FigureRow(
        name=name,
        dispatch=dispatch,
        dispatch_url=url,
        statistics=int(statistics.value) if statistics else None,
        finance=int(finance.value) if finance else None,
        sources=[
            f"{each.get_kind_display()}：{each.source}" for each in (statistics, finance) if each
        ],
        edit=edit,
    )


# ------------------------------------------------------------------ a project's reports


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A report of a project, whether it stands or not."""

    pk: int
    period: str
    period_url: str
    version: int
    state: str
    reached: int | None
    source: str
    progress: str
    reason: str
    how: str
    received: date
    late: bool
    by: str


def history_of(project: Project) -> list[HistoryRow]:
    """All that was reported of a project, the latest first; replaced and withdrawn ones too."""
    found = (
        Report.objects.filter(project=project)
        .select_related("period__cycle", "by", "file")
        .order_by("-period__end", "-period__start", "-version")
    )
    return [
        HistoryRow(
            pk=report.pk,
            period=str(report.period),
            period_url=reverse("reporting:period", args=[report.period_id]),
            version=report.version,
            state="有效" if report.current else "已撤销" if report.withdrawn else "已更正",
            reached=report.reached_year,
            source=reverse("reporting:why", args=[report.pk, "reached_year"]),
            progress="本期无变化" if report.unchanged else report.progress,
            reason=report.reason,
            how=report.get_how_display(),
            received=report.received_on,
            late=report.late,
            by=report.by.name,
        )
        for report in found
    ]


_DEFINITIONS: Final = {
    "reached_year": (
        "从 1 月 1 日到报告期末累计完成的投资（调度数），由责任单位报送，不与统计数合并。"
    ),
    "reached_before": "到上年底累计完成的投资，只在第一次报送时填。",
    "reached_total": "开工以来累计完成投资＝以前年度完成＋本年累计完成。",
}


def report_source(report: Report, key: str) -> Source:
    """What a reported figure rests on: who reported it when, in which file and row."""
    head = "开工以来累计完成投资" if key == "reached_total" else BY_KEY[key].head
    value = getattr(report, key)
    money = key == "reached_total" or BY_KEY[key].kind is Kind.MONEY
    steps = [_report_step(report)]
    before = Report.objects.filter(
        project=report.project,
        current=True,
        period__cycle=report.period.cycle_id,
        period__end__lt=report.period.start,
        reached_year__isnull=False,
    ).select_related("period__cycle")
    last = before.order_by("-period__end").first()
    if key == "reached_year" and last is not None:
        same_year = last.period.end.year == report.period.end.year
        earlier = (last.reached_year or 0) if same_year else 0
        righted = put_right(report.period.cycle, report.period.period).get(report.project_id)
        if righted is not None:
            earlier = righted.before
        rows = [
            (
                f"{last.period}累计（万元）",
                formats.wan(earlier if same_year else last.reached_year),
            ),
            *([(righted.words, "已含在本期")] if righted and righted.words else []),
            ("本期＝本年累计−上期累计（万元）", formats.wan((report.reached_year or 0) - earlier)),
        ]
        steps.append(Step("与上期相比", rows=rows))
    steps.append(
        Step(
            "各期报送",
            link=reverse("reporting:project", args=[report.project_id]),
            link_words="这个项目各期报了什么",
        )
    )
    return Source(
        name=f"{report.project.name}：{head.removesuffix('（万元）')}",
        value=formats.wan(value) if money else written(key, value) or formats.MISSING,
        unit="万元" if money else "",
        definition=_DEFINITIONS.get(key, "由责任单位报送。"),
        steps=steps,
    )


def _report_step(report: Report) -> Step:
    lines = [
        f"{report.period}，第 {report.version} 版，{report.get_how_display()}，"
        f"{formats.day_in_prose(report.received_on)}收到" + ("，逾期" if report.late else ""),
        f"{report.by.name}于 {formats.moment(report.at)} 办理",
    ]
    if report.how == How.ENTERED:
        scan = f"，扫描件“{report.scan_name}”" if report.scan_name else "，没有扫描件"
        lines.append(f"由{report.given_by}提供{scan}")
    if report.unchanged:
        lines.append("单位确认本期无变化")
    if report.reason:
        lines.append(f"情况说明：{report.reason}")
    if report.withdrawn:
        lines.append("这一版已撤销")
    elif not report.current:
        lines.append("这一版后来更正过")
    if report.file_id is None:
        return Step("报送", lines)
    assert report.file is not None, "a report that came by a file has it"
    lines.append(f"来自“{report.file.name}”第 {report.row} 行")
    return Step(
        "报送",
        lines,
        link=reverse("reporting:file", args=[report.file_id]),
        link_words="查看这张表",
    )
