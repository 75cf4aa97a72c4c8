"""What goes into a unit's sheet, and what stands beside a sheet that came back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guatu.delivery.reporting.fields import Value
from guatu.delivery.reporting.sheets import SheetRow
from guatu.web.reporting.facts import Known, known_projects
from guatu.web.reporting.models import Ask, PeriodUnit, Report, ReportingPeriod


@dataclass(frozen=True, slots=True)
class SheetData:
    """The rows of a unit's sheet."""

    unit: PeriodUnit
    rows: list[SheetRow]


@dataclass(frozen=True, slots=True)
class Stand:
    """An asked project as it stands in its period: what is known, what was reported for it."""

    ask: Ask
    known: Known
    report: Report | None

    @property
    def values(self) -> dict[str, Value]:
        """What a new report would start from: the report that stands, or the lasting values."""
        return self.report.values if self.report else dict(self.known.carried)

    @property
    def version(self) -> int:
        return self.report.version if self.report else 0


def stands(
    period: ReportingPeriod,
    units: Iterable[PeriodUnit] | None = None,
    known: Mapping[int, Known] | None = None,
    projects: Collection[int] | None = None,
    history: bool = True,
) -> dict[int, Stand]:
    """Every asked project of the period (or of some units, or some of them) by id, in order.

    ``known`` saves asking again for what rests on earlier periods (``known_of``); reports of the
    period itself are always asked for. Without ``history`` rows cannot be checked.
    """
    asks = Ask.objects.filter(period=period).select_related("period_unit")
    if units is not None:
        asks = asks.filter(period_unit__in=list(units))
    if projects is not None:
        asks = asks.filter(project__in=projects)
    found = {ask.project_id: ask for ask in asks}
    if known is None:
        known = known_projects(
            period.office, period.period, period.cycle, only=found, history=history
        )
    reports = {
        report.project_id: report
        for report in Report.objects.filter(period=period, current=True, project_id__in=found)
    }
    rows = [known[pk] for pk in found if pk in known]
    rows.sort(key=lambda each: (each.project.position, each.project.pk))
    return {
        each.project.pk: Stand(found[each.project.pk], each, reports.get(each.project.pk))
        for each in rows
    }


def sheet_data(
    period: ReportingPeriod, units: Sequence[PeriodUnit]
) -> list[tuple[PeriodUnit, SheetData]]:
    """The rows of each unit's sheet, filled with what is known."""
    by_unit: dict[int, list[Stand]] = {unit.pk: [] for unit in units}
    for stand in stands(period, units).values():
        by_unit[stand.ask.period_unit_id].append(stand)
    return [
        (unit, SheetData(unit, [_sheet_row(stand, period) for stand in by_unit[unit.pk]]))
        for unit in units
    ]


def _sheet_row(stand: Stand, period: ReportingPeriod) -> SheetRow:
    known = stand.known
    project = known.project
    same_year = known.money is not None and known.money.period.end.year == period.end.year
    return SheetRow(
        project=project.pk,
        name=project.name,
        region=project.region.name if project.region else "",
        planned=known.planned,
        asked=tuple(stand.ask.fields),
        values=stand.values,
        version=stand.version,
        last_reached=known.closed_reached if same_year else None,
        adjusted=known.adjusted,
        adjusted_words=known.adjusted_words,
        last_progress=known.last.progress if known.last else "",
    )


def known_of(standing: Mapping[int, Stand]) -> dict[int, Known]:
    """What is known of each project from earlier periods; ``stands`` takes it."""
    return {pk: stand.known for pk, stand in standing.items()}
