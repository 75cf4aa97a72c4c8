"""What stands on the page where one enters for a unit, and which projects can be confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guatu.delivery.projects.values import CellFault
from guatu.delivery.reporting.fields import BY_KEY, FIELDS, Value, Values, read, written
from guatu.web.reporting.models import PeriodUnit, ReportingPeriod
from guatu.web.reporting.queries.sheets import Stand, stands


@dataclass(slots=True)
class GridCell:
    """A cell to be typed into, or one that is not asked."""

    name: str
    head: str
    kind: str
    asked: bool
    text: str
    hint: str


@dataclass(slots=True)
class GridRow:
    """A project's row: what is known, its cells, and what is wrong with it."""

    pk: int
    name: str
    region: str
    planned: int | None
    last: int | None
    adjusted: int
    adjusted_words: str
    reported: bool
    cells: list[GridCell]
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A unit's projects as they are entered; ``entered`` are the values that were typed."""

    heads: list[str]
    rows: list[GridRow]
    entered: dict[int, Values]

    @property
    def wrong(self) -> bool:
        return any(row.faults for row in self.rows)

    def tell(self, pk: int, words: list[str]) -> None:
        """Put what is wrong beside its row."""
        for row in self.rows:
            if row.pk == pk:
                row.faults = [*row.faults, *words]


def grid(unit: PeriodUnit, posted: Mapping[str, Any] | None = None) -> Grid:
    """The unit's projects with what stands, or with what was typed."""
    standing = stands(unit.period, [unit], history=False)
    asked = {key for stand in standing.values() for key in stand.ask.fields}
    keys = [each.key for each in FIELDS if each.key in asked]
    made = Grid([BY_KEY[key].head for key in keys], [], {})
    for pk, stand in standing.items():
        typed, faults = _typed(pk, stand, posted, unit.period.end.year)
        row = _row(pk, stand, keys, posted)
        row.faults = faults
        made.rows.append(row)
        if typed:
            made.entered[pk] = typed
    return made


def _typed(
    pk: int, stand: Stand, posted: Mapping[str, Any] | None, year: int
) -> tuple[dict[str, Value], list[str]]:
    """Values that differ from what stands; a box that is not ticked is not sent."""
    if posted is None:
        return {}, []
    typed: dict[str, Value] = {}
    faults = []
    for key in stand.ask.fields:
        text = str(posted.get(f"{pk}-{key}", ""))
        try:
            value = read(key, text or None, year)
        except CellFault as fault:
            faults.append(f"“{BY_KEY[key].head}”填的是“{text[:20]}”，{fault}。")
            continue
        if (value or None) != (stand.values.get(key) or None) or value == 0:
            typed[key] = value
    only_empty = all(value is None or value is False for value in typed.values())
    return ({}, faults) if only_empty and stand.report is None else (typed, faults)


def _row(pk: int, stand: Stand, keys: list[str], posted: Mapping[str, Any] | None) -> GridRow:
    known = stand.known
    cells = []
    for key in keys:
        text = written(key, stand.values.get(key))
        if posted is not None and key in stand.ask.fields:
            text = str(posted.get(f"{pk}-{key}", ""))
        each = BY_KEY[key]
        cells.append(
            GridCell(
                f"{pk}-{key}", each.head, str(each.kind), key in stand.ask.fields, text, each.hint
            )
        )
    return GridRow(
        pk=pk,
        name=known.project.name,
        region=known.project.region.name if known.project.region else "",
        planned=known.planned,
        last=known.closed_reached,
        adjusted=known.adjusted,
        adjusted_words=known.adjusted_words,
        reported=stand.report is not None,
        cells=cells,
    )


@dataclass(frozen=True, slots=True)
class ConfirmableRow:
    """A project that was reported before and not yet for this period."""

    pk: str
    name: str
    unit: str
    reached: int | None
    adjusted: int
    adjusted_words: str
    progress: str
    before: str
    building: bool


def confirmable(
    period: ReportingPeriod, units: Sequence[tuple[str, str]], unit: str = ""
) -> list[ConfirmableRow]:
    """Projects of which 本期无变化 can be confirmed; ``units`` are the period's by id."""
    names = {int(pk): name for pk, name in units}
    rows = []
    for pk, stand in stands(period, history=False).items():
        known = stand.known
        last = known.last
        if stand.report is not None or last is None:
            continue
        if unit and str(stand.ask.period_unit_id) != unit:
            continue
        rows.append(
            ConfirmableRow(
                pk=str(pk),
                name=known.project.name,
                unit=names[stand.ask.period_unit_id],
                reached=known.closed_reached,
                adjusted=known.adjusted,
                adjusted_words=known.adjusted_words,
                progress=last.progress,
                before=f"{last.period.period.label}{'无变化' if last.unchanged else ''}",
                building=last.unchanged and isinstance(last.started_on, date),
            )
        )
    return rows
