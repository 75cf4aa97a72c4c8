"""Figures of a board: standings, rates, lights; from the roll-ups that the close has written.

The table is ``delivery.bulletins.standing``, which the bulletin of the same close prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from guatu.delivery.bulletins.standing import Standing, per_cent, signed, standing_of
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import (
    CountedBy,
    Rate,
    finish_rate,
    operating_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.rollups import Dimension, Rollup
from guatu.delivery.supervision.colours import Colour
from guatu.web.page.lights import LOOKS
from guatu.web.supervision.models import Close, ClosedRollup
from guatu.web.supervision.rows import rollup_from_data
from guatu.web.supervision.working import grouping

SHOWN: tuple[Colour, ...] = (
    Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.PAUSED,
)  # fmt: skip
_BY: tuple[tuple[Dimension, ...], ...] = (
    (),
    (Dimension.COUNTY,),
    (Dimension.UNIT,),
    (Dimension.SECTOR,),
    (Dimension.SECTOR, Dimension.COUNTY),
)


@dataclass(frozen=True, slots=True)
class Groups:
    """The roll-ups of a close by what they group."""

    close: Close
    found: dict[tuple[Dimension, ...], list[Rollup]]
    # 合计 of the period before; None where there is none.
    before: Rollup | None

    @property
    def whole(self) -> Rollup:
        return self.found[()][0]

    @property
    def basis(self) -> Basis:
        return Basis(self.close.basis)

    @property
    def counted_by(self) -> CountedBy:
        return CountedBy(self.close.counted_by)

    def standing(self, dimension: Dimension) -> Standing:
        """The table by county, unit or sector, as the bulletin has it."""
        return standing_of(
            self.found[(dimension,)],
            self.whole,
            dimension,
            basis=self.basis,
            counted_by=self.counted_by,
        )


def groups_of(close: Close) -> Groups:
    """Everything that a close summed, and the whole of the one before; one query."""
    names = {grouping(by): by for by in _BY}
    found: defaultdict[tuple[Dimension, ...], list[Rollup]] = defaultdict(list)
    before = None
    whose = Q(close=close, by__in=list(names)) | Q(close=close.previous_id, by=grouping(()))
    rows = ClosedRollup.objects.filter(whose).order_by("pk")
    for of, by, data in rows.values_list("close_id", "by", "data"):
        if of == close.pk:
            found[names[by]].append(rollup_from_data(data))
        else:
            before = rollup_from_data(data)
    return Groups(close, found, before)


def why(close: Close, name: str, **where: str) -> str:
    """The address of what a figure of the board rests on."""
    query = urlencode(where)
    return reverse("board:why", args=[close.key, name]) + _with(close, query)


def listed(close: Close, **where: str) -> str:
    """The address of the projects behind a count."""
    return reverse("board:projects", args=[close.key]) + _with(close, urlencode(where))


def _with(close: Close, query: str) -> str:
    parts = [query, f"cycle={close.period.cycle_id}"]
    return "?" + "&".join(part for part in parts if part)


# ------------------------------------------------------------------------------ the head


@dataclass(frozen=True, slots=True)
class Head:
    """The whole: money in 亿元 as printed, rates in per cent as printed."""

    planned: Decimal
    reached: Decimal
    # None where dispatch begins with this close: no 上期累计 to take it from.
    this_period: Decimal | None
    rate: str
    schedule: str
    deviation: str
    ahead: bool | None
    time: str
    factor: int
    projects: int
    leaves: int
    tops: int
    missing: int
    # 0 to 1, for the bar.
    rate_part: float
    schedule_part: float


def head_of(groups: Groups, table: Standing, *, first: bool = False) -> Head:
    """The first lines of the board, from the total of its tables; ``first`` of ``is_first``."""
    total = table.total
    sums = groups.whole.of(groups.basis)
    time = time_share(groups.close.period.period, factor=Fraction(groups.close.factor, 100))
    return Head(
        planned=total.planned,
        reached=total.reached,
        this_period=None if first else total.this_period,
        rate=total.rate_words,
        schedule=per_cent(total.schedule.value),
        deviation=signed(total.deviation),
        ahead=None if total.deviation is None else total.deviation >= 0,
        time=per_cent(time),
        factor=groups.close.factor,
        projects=sums.projects,
        leaves=groups.whole.leaves,
        tops=groups.whole.tops,
        missing=sums.missing,
        rate_part=float(min(total.rate.value or 0, 1)),
        schedule_part=float(min(total.schedule.value or 0, 1)),
    )


# ------------------------------------------------------------------------------ standings


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A line of the standings; money in 亿元 as printed."""

    key: str
    url: str
    place: str
    name: str
    planned: Decimal
    planned_why: str
    reached: Decimal
    reached_why: str
    this_period: Decimal | None
    this_period_why: str
    rate: str
    rate_why: str
    deviation: str
    deviation_why: str
    behind: bool
    starts: str
    starts_why: str
    red: int
    red_url: str
    yellow: int
    yellow_url: str


def standing_rows(close: Close, table: Standing, *, first: bool = False) -> list[StandingRow]:
    """合计, then the groups by rank; ``first`` of ``is_first``."""
    name = table.dimension.value
    rows = []
    for line in (table.total, *table.lines):
        where = {} if line.key is None else {name: line.key}
        rows.append(
            StandingRow(
                key=line.place,
                url=listed(close, **where),
                place="" if line.rank is None else f"{line.rank}{'（并列）' if line.tied else ''}",
                name=line.name,
                planned=line.planned,
                planned_why=why(close, "planned", **where),
                reached=line.reached,
                reached_why=why(close, "reached", **where),
                this_period=None if first else line.this_period,
                this_period_why=why(close, "this_period", **where),
                rate=line.rate_words,
                rate_why=why(close, "rate", **where),
                deviation=line.deviation_words,
                deviation_why=why(close, "deviation", **where),
                behind=line.deviation is not None and line.deviation < 0,
                starts=line.starts_words,
                starts_why=why(close, "starts", **where),
                red=line.light("red"),
                red_url=listed(close, light="red", **where),
                yellow=line.light("yellow"),
                yellow_url=listed(close, light="yellow", **where),
            )
        )
    return rows


# --------------------------------------------------------------------- lights, sector × county


@dataclass(frozen=True, slots=True)
class LightCount:
    """How many projects have this light, and where they are listed."""

    colour: str
    letter: str
    words: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A sector over the counties; an empty cell has no project."""

    name: str
    cells: list[list[LightCount]]
    total: list[LightCount]


@dataclass(frozen=True, slots=True)
class Matrix:
    """亮灯情况: sector by county, with totals either way."""

    counties: list[str]
    rows: list[MatrixRow]
    foot: MatrixRow


def matrix_of(groups: Groups) -> Matrix:
    """Lights by sector and county; a line project stands in each of its counties."""
    close = groups.close
    counties = [group.keys[0] for group in groups.found[(Dimension.COUNTY,)]]
    cells = {group.keys: group for group in groups.found[(Dimension.SECTOR, Dimension.COUNTY)]}
    rows = []
    for sector in groups.found[(Dimension.SECTOR,)]:
        [name] = sector.keys
        rows.append(
            MatrixRow(
                name or "未分类别",
                [
                    _counts(close, cells.get((name, county)), sector=name, county=county)
                    for county in counties
                ],
                _counts(close, sector, sector=name),
            )
        )
    foot = MatrixRow(
        "合计",
        [
            _counts(close, group, county=group.keys[0])
            for group in groups.found[(Dimension.COUNTY,)]
        ],
        _counts(close, groups.whole),
    )
    return Matrix([county or "未填县区" for county in counties], rows, foot)


def _counts(close: Close, group: Rollup | None, **where: str) -> list[LightCount]:
    if group is None:
        return []
    return [
        LightCount(
            colour.value,
            LOOKS[colour.value].letter,
            LOOKS[colour.value].words,
            group.lights[colour.value],
            listed(close, light=colour.value, **where),
        )
        for colour in SHOWN
        if group.lights.get(colour.value)
    ]


def light_counts(groups: Groups) -> list[LightCount]:
    """All lights of the whole, noughts too; 不评 only where there are some."""
    return [
        LightCount(
            colour.value,
            LOOKS[colour.value].letter,
            LOOKS[colour.value].words,
            groups.whole.lights.get(colour.value, 0),
            listed(groups.close, light=colour.value),
        )
        for colour in (*SHOWN, Colour.NONE)
        if colour is not Colour.NONE or groups.whole.lights.get(colour.value)
    ]


# ------------------------------------------------------------------------------ rates


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate with what it divides by what; both 口径 beside each other."""

    name: str
    words: str
    numerator: int
    denominator: int
    value: str
    issued: str
    used: bool
    url: str


def rates_of(groups: Groups) -> list[RateRow]:
    """开工率, 竣工率, 投产率 with each of their denominators, 入统率 with its two."""
    whole = groups.whole
    pairs: list[tuple[Sequence[Rate], bool]] = []
    for make in (start_rate, finish_rate):
        for by in CountedBy:
            both = [make(whole, basis, by) for basis in (groups.basis, Basis.ORIGINAL)]
            pairs.append((both, by is groups.counted_by))
    by = groups.counted_by
    pairs.append(
        ([operating_rate(whole, basis, by) for basis in (groups.basis, Basis.ORIGINAL)], True)
    )
    for of_all in (False, True):
        both = [
            statistics_rate(whole, basis, of_all=of_all) for basis in (groups.basis, Basis.ORIGINAL)
        ]
        pairs.append((both, not of_all))
    return list(_rate_rows(groups.close, pairs))


def _rate_rows(close: Close, pairs: Iterable[tuple[Sequence[Rate], bool]]) -> Iterable[RateRow]:
    for (rate, issued), used in pairs:
        yield RateRow(
            name=rate.definition.name,
            words=f"{rate.definition.numerator} ÷ {rate.definition.denominator}",
            numerator=rate.numerator,
            denominator=rate.denominator,
            value=per_cent(rate.value),
            issued=per_cent(issued.value),
            used=used,
            url=why(close, rate.definition.code),
        )
