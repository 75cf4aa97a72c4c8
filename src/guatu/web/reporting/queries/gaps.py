"""Figures side by side (三数并列): dispatch, statistics and finance, and the gaps between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.urls import reverse

from guatu.delivery.closing.gaps import Gap, Measures, Source, gaps
from guatu.web.annual.models import Decomposition
from guatu.web.annual.queries.targets import shown
from guatu.web.page import formats
from guatu.web.people.models import Region
from guatu.web.projects.models import Project
from guatu.web.reporting.models import Measure, MeasureKind, ReportingPeriod
from guatu.web.reporting.queries.reached import Part, reached_in
from guatu.web.reporting.queries.reports import measures_of

# A target's figure has up to six places: gaps are worked out in whole millionths.
_PARTS: Final = 1_000_000
_PAIRS: Final[tuple[tuple[Source, Source], ...]] = (
    ("dispatch", "statistics"),
    ("dispatch", "finance"),
    ("statistics", "finance"),
)


@dataclass(frozen=True, slots=True)
class GapCell:
    """A gap as it is shown: +1,200, its part of the other, and whether it is wide (> 10 %)."""

    words: str
    part: str
    wide: bool
    title: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The same thing three ways in the words of the page, and how far they lie apart.

    ``gaps`` has a cell for 调度−统计, 调度−财务, 统计−财务; None where one of the two is missing.
    """

    name: str
    unit: str
    dispatch: str
    dispatch_url: str
    statistics: str
    finance: str
    gaps: list[GapCell | None]
    sources: list[str]
    edit: str


@dataclass(frozen=True, slots=True)
class Figures:
    """三数并列 of a period: money of the area, counties and projects; the year's plan targets.

    ``covered`` says what 调度数 of all projects is made of: reported, and carried on.
    """

    money: list[FigureRow]
    targets: list[FigureRow]
    covered: Part


def figures_of(period: ReportingPeriod, targets: list[Decomposition] | None = None) -> Figures:
    """本年累计完成投资 and the year's targets as each source has them; seven queries."""
    entered: dict[tuple[int | None, int | None, int | None], dict[str, Measure]] = {}
    projects: dict[int, Project] = {}
    for measure in measures_of(period):
        key = (measure.project_id, measure.region_id, measure.target_id)
        entered.setdefault(key, {})[measure.kind] = measure
        if measure.project is not None:
            projects[measure.project.pk] = measure.project
    reached = reached_in(period, projects)
    listed = reverse("reporting:reached", args=[period.pk])
    total = reached.whole.amount
    rows = [_money_row("全部项目", total, listed, entered.get((None, None, None), {}), "whole")]
    known = {pk for pk in reached.regions if pk} | {region for _p, region, _t in entered if region}
    for county in Region.objects.filter(pk__in=known):
        url = f"{listed}?region={county.pk}"
        mine = entered.get((None, county.pk, None), {})
        amount = reached.regions[county.pk].amount
        rows.append(_money_row(county.name, amount, url, mine, f"region-{county.pk}"))
    for pk, project in projects.items():
        url = reverse("reporting:project", args=[pk])
        mine = entered.get((pk, None, None), {})
        rows.append(_money_row(project.name, reached.projects.get(pk), url, mine, f"project-{pk}"))
    asked = targets_of(period) if targets is None else targets
    told_of = [_target_row(each, entered.get((None, None, each.pk), {})) for each in asked]
    return Figures(rows, told_of, reached.whole)


def targets_of(period: ReportingPeriod) -> list[Decomposition]:
    """The office's decomposed targets that run in the period's year; one query."""
    year = period.end.year
    found = Decomposition.objects.filter(
        office=period.office_id, start_year__lte=year, end_year__gte=year
    )
    return list(found)


def _money_row(
    name: str, dispatch: int | None, url: str, entered: Mapping[str, Measure], edit: str
) -> FigureRow:
    statistics = _value(entered, MeasureKind.STATISTICS)
    finance = _value(entered, MeasureKind.FINANCE)
    told = Measures(dispatch, _whole(statistics), _whole(finance))
    return FigureRow(
        name=name,
        unit="万元",
        dispatch=formats.wan(dispatch),
        dispatch_url=url,
        statistics=formats.wan(told.statistics),
        finance=formats.wan(told.finance),
        gaps=_cells(told, formats.wan),
        sources=_sources(entered),
        edit=edit,
    )


def _target_row(target: Decomposition, entered: Mapping[str, Measure]) -> FigureRow:
    values = {kind: _value(entered, kind) for kind in MeasureKind.values}
    dispatch = values[MeasureKind.DISPATCH]
    statistics, finance = values[MeasureKind.STATISTICS], values[MeasureKind.FINANCE]
    told = Measures(_millionths(dispatch), _millionths(statistics), _millionths(finance))
    return FigureRow(
        name=target.subject,
        unit=target.measure_unit,
        dispatch=shown(dispatch),
        dispatch_url=reverse("annual:target", args=[target.pk]),
        statistics=shown(statistics),
        finance=shown(finance),
        gaps=_cells(told, lambda amount: shown(Decimal(amount) / _PARTS)),
        sources=_sources(entered),
        edit=f"target-{target.pk}",
    )


def _value(entered: Mapping[str, Measure], kind: str) -> Decimal | None:
    found = entered.get(kind)
    return found.value if found else None


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _millionths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * _PARTS)


def _cells(told: Measures, in_words: Callable[[int], str]) -> list[GapCell | None]:
    found = {(gap.one, gap.other): gap for gap in gaps(told)}
    return [_cell(found.get(pair), in_words) for pair in _PAIRS]


def _cell(gap: Gap | None, in_words: Callable[[int], str]) -> GapCell | None:
    if gap is None:
        return None
    sign = "+" if gap.amount > 0 else ""
    part = ""
    if gap.part is not None:
        part = formats.percent(Decimal(gap.part.numerator) / gap.part.denominator)
    return GapCell(f"{sign}{in_words(gap.amount)}", part, gap.is_wide(), gap.words)


def _sources(entered: Mapping[str, Measure]) -> list[str]:
    order = (MeasureKind.DISPATCH, MeasureKind.STATISTICS, MeasureKind.FINANCE)
    return [
        f"{entered[kind].get_kind_display()}：{entered[kind].source}"
        for kind in order
        if kind in entered
    ]
