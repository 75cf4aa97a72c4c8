"""Roll-ups (汇总) by unit, sector and county: leaves once, line projects by their county shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from guatu.delivery.annual.months import Month
from guatu.delivery.annual.shares import split
from guatu.delivery.closing.facts import Basis, ClosedRow, ReportState
from guatu.delivery.periods import Period

NO_LIGHTS: Final[Mapping[str, str]] = {}


class Dimension(StrEnum):
    """What rows are grouped by."""

    UNIT = "unit"
    SECTOR = "sector"
    COUNTY = "county"


class Sums(NamedTuple):
    """Whole 元 and counts of leaf projects of one basis; ``Basis`` says whose.

    Of starts: ``annual`` is planned for this year, ``due`` planned by the period's end, each with
    how many of these have started; the same for finishing and operating.
    """

    projects: int = 0
    planned: int = 0
    # 应完成: what each project's own 序时进度 asks for.
    due: int = 0
    reached: int = 0
    this_period: int = 0
    adjustment: int = 0
    reduction: int = 0
    # 未报: projects whose figure is only carried, and how much of ``reached`` that is.
    missing: int = 0
    missing_reached: int = 0
    started: int = 0
    starts_annual: int = 0
    started_annual: int = 0
    starts_due: int = 0
    started_due: int = 0
    finished: int = 0
    finishes_annual: int = 0
    finished_annual: int = 0
    finishes_due: int = 0
    finished_due: int = 0
    operating: int = 0
    operating_annual: int = 0
    operating_due: int = 0
    # 应入统 of those started, and 已入统 of these; and of all projects.
    must_enter: int = 0
    entered: int = 0
    must_enter_all: int = 0
    stagnant: int = 0


_NOTHING: Final = Sums()
# The fields that are money: a line project's are split by county; its counts are not.
_MONEY: Final = tuple(
    Sums._fields.index(name)
    for name in (
        "planned", "due", "reached", "this_period", "adjustment", "reduction", "missing_reached",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rollup:
    """The sums of one group: ``keys`` are its unit, sector, county in the order asked for.

    Money of all groups adds up to the money of the whole; counts do too, except by county, where
    a line project counts in every county that it runs through (``shared`` says how many do).
    """

    keys: tuple[str, ...]
    original: Sums
    adjusted: Sums
    reported: Sums
    # Leaf projects by light.
    lights: Mapping[str, int]
    # 项: packages count once; ``leaves`` are the 子项.
    tops: int
    leaves: int
    shared: int
    paused: int
    moved_in: int
    moved_out: int
    # Leaf projects in the order of the rows, for the way from a figure to what it rests on.
    projects: tuple[str, ...]

    def of(self, basis: Basis) -> Sums:
        """The sums of a basis."""
        match basis:
            case Basis.ORIGINAL:
                return self.original
            case Basis.ADJUSTED:
                return self.adjusted
            case Basis.REPORTED:
                return self.reported


def leaves(rows: Sequence[ClosedRow]) -> list[ClosedRow]:
    """Rows to be summed: a package whose parts have rows is left out, at any depth."""
    present = {row.project for row in rows}
    parents = {row.parent for row in rows if row.parent is not None and row.parent != row.project}
    above = parents & present
    return [row for row in rows if row.project not in above]


def roll_up(
    rows: Sequence[ClosedRow],
    by: Sequence[Dimension] = (),
    *,
    lights: Mapping[str, str] = NO_LIGHTS,
) -> list[Rollup]:
    """One roll-up for each group that has a project, sorted by its keys; ``by`` nothing: the whole.

    ``lights`` is project → colour. Rows are those of one period, packages among them.
    """
    parent_of = {row.project: row.parent for row in rows}
    groups: defaultdict[tuple[str, ...], list[_Piece]] = defaultdict(list)
    for row in leaves(rows):
        sums = tuple(_sums(row, basis) for basis in Basis)
        parts = counties_of(row) if Dimension.COUNTY in by else [(row.county, 1)]
        for county, share in zip(parts, _split(sums, [weight for _, weight in parts]), strict=True):
            keys = tuple(_key(row, dimension, county[0]) for dimension in by)
            groups[keys].append(_Piece(row, share, len(parts) > 1))
    return [_rollup(keys, pieces, parent_of, lights) for keys, pieces in sorted(groups.items())]


def whole(rows: Sequence[ClosedRow], *, lights: Mapping[str, str] = NO_LIGHTS) -> Rollup:
    """The roll-up of all rows together (合计); all noughts where there are none."""
    found = roll_up(rows, lights=lights)
    return found[0] if found else _rollup((), [], {}, lights)


def counties_of(row: ClosedRow) -> list[tuple[str, int]]:
    """The counties of a project with their weights; its own county where it has no shares."""
    weights: dict[str, int] = {}
    for share in row.shares:
        weights[share.county] = weights.get(share.county, 0) + share.weight
    return list(weights.items()) or [(row.county, 1)]


class _Piece(NamedTuple):
    """A leaf, or its part in one county."""

    row: ClosedRow
    sums: tuple[Sums, ...]
    shared: bool


def _rollup(
    keys: tuple[str, ...],
    pieces: Sequence[_Piece],
    parent_of: Mapping[str, str | None],
    lights: Mapping[str, str],
) -> Rollup:
    rows = {piece.row.project: piece.row for piece in pieces}
    by_basis = [_added([piece.sums[i] for piece in pieces]) for i in range(len(Basis))]
    colours: dict[str, int] = {}
    for project in rows:
        if project in lights:
            colours[lights[project]] = colours.get(lights[project], 0) + 1
    return Rollup(
        keys=keys,
        original=by_basis[0],
        adjusted=by_basis[1],
        reported=by_basis[2],
        lights=colours,
        tops=len({_top(project, parent_of) for project in rows}),
        leaves=len(rows),
        shared=sum(piece.shared for piece in pieces),
        paused=sum(row.paused_on is not None for row in rows.values()),
        moved_in=sum(row.moved_in_on is not None for row in rows.values()),
        moved_out=sum(row.moved_out_on is not None for row in rows.values()),
        projects=tuple(rows),
    )


def _added(parts: Sequence[Sums]) -> Sums:
    return Sums(*map(sum, zip(*parts, strict=True))) if parts else _NOTHING


def _key(row: ClosedRow, dimension: Dimension, county: str) -> str:
    match dimension:
        case Dimension.UNIT:
            return row.unit
        case Dimension.SECTOR:
            return row.sector
        case Dimension.COUNTY:
            return county


def _top(project: str, parent_of: Mapping[str, str | None]) -> str:
    """The package at the top of the project, as far as it stands in the rows."""
    seen = {project}
    above = parent_of.get(project)
    while above is not None and above in parent_of and above not in seen:
        seen.add(above)
        project, above = above, parent_of.get(above)
    return project


def _split(sums: tuple[Sums, ...], weights: Sequence[int]) -> list[tuple[Sums, ...]]:
    """Sums by county; each amount of money adds up again, counts stand in every county."""
    if len(weights) == 1:
        return [sums]
    parts: list[tuple[Sums, ...]] = []
    by_basis = [{i: split(each[i], weights) for i in _MONEY} for each in sums]
    for place in range(len(weights)):
        parts.append(
            tuple(
                Sums(*(money[i][place] if i in money else value for i, value in enumerate(each)))
                for each, money in zip(sums, by_basis, strict=True)
            )
        )
    return parts


@lru_cache(maxsize=64)
def _last_full_month(period: str) -> Month:
    """Every row of a close asks for the same one."""
    return Period.parse(period).last_full_month


def _sums(row: ClosedRow, basis: Basis) -> Sums:
    """A leaf's own sums in a basis; all noughts where it is not one of its projects."""
    if not row.counts_in(basis):
        return _NOTHING
    original = basis is Basis.ORIGINAL
    start = row.issued_start if original else row.start
    finish = row.issued_finish if original else row.finish
    now = _last_full_month(row.period)
    year = int(row.period[:4])
    starts_annual = start is not None and start.year == year
    starts_due = starts_annual and start is not None and start <= now
    finishes_annual = finish is not None and finish.year == year
    finishes_due = finishes_annual and finish is not None and finish <= now
    must_enter = row.started and row.statistics_due
    missing = row.report is ReportState.MISSING
    return Sums(
        projects=1,
        planned=(row.issued if original else row.planned) or 0,
        due=row.issued_due if original else row.planned_due,
        reached=row.reached_year,
        this_period=row.this_period,
        adjustment=row.adjustment,
        reduction=row.reduction,
        missing=int(missing),
        missing_reached=row.reached_year if missing else 0,
        started=int(row.started),
        starts_annual=int(starts_annual),
        started_annual=int(starts_annual and row.started),
        starts_due=int(starts_due),
        started_due=int(starts_due and row.started),
        finished=int(row.finished),
        finishes_annual=int(finishes_annual),
        finished_annual=int(finishes_annual and row.finished),
        finishes_due=int(finishes_due),
        finished_due=int(finishes_due and row.finished),
        operating=int(row.operating),
        operating_annual=int(finishes_annual and row.operating),
        operating_due=int(finishes_due and row.operating),
        must_enter=int(must_enter),
        entered=int(must_enter and row.in_statistics),
        must_enter_all=int(row.statistics_due),
        stagnant=int(row.stagnant),
    )
