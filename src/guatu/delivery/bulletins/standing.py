"""Where units, counties and sectors stand (完成情况): the one table of bulletin and board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from guatu.delivery.closing.facts import Basis, ClosedRow
from guatu.delivery.closing.ranking import rank
from guatu.delivery.closing.rates import (
    CountedBy,
    Rate,
    deviation,
    investment_rate,
    schedule_rate,
    start_rate,
)
from guatu.delivery.closing.rollups import Dimension, Rollup, roll_up, whole
from guatu.delivery.closing.rounding import HUNDRED_MILLION, percent, printed, rounded

MISSING: Final = "—"


@dataclass(frozen=True, slots=True)
class Line:
    """A group, or all of them together (``key`` is then ``None``): exact and as printed.

    Printed money is 亿元 with two digits, rates per cent and deviations 百分点 with one.
    """

    dimension: Dimension
    key: str | None
    rollup: Rollup
    planned: Decimal
    reached: Decimal
    this_period: Decimal
    rate: Rate
    schedule: Rate
    deviation: Fraction | None
    starts: Rate
    rank: int | None = None
    tied: bool = False

    @property
    def name(self) -> str:
        """合计, or the group's name; 未填 where it has none."""
        return "合计" if self.key is None else self.key or "未填"

    @property
    def place(self) -> str:
        """The middle of a fact's id."""
        return "all" if self.key is None else f"{self.dimension.value}={self.key}"

    @property
    def rate_words(self) -> str:
        return per_cent(self.rate.value)

    @property
    def deviation_words(self) -> str:
        return signed(self.deviation)

    @property
    def starts_words(self) -> str:
        return per_cent(self.starts.value)

    def light(self, colour: str) -> int:
        """How many leaf projects have this light."""
        return self.rollup.lights.get(colour, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """The table by one dimension: total, then groups by rank; ``note`` says what was rounded."""

    dimension: Dimension
    total: Line
    lines: tuple[Line, ...]
    note: str

    @property
    def ranked(self) -> list[Line]:
        """Lines that take part in the ranking."""
        return [line for line in self.lines if line.rank is not None]


def standing(
    rows: Sequence[ClosedRow],
    dimension: Dimension,
    lights: Mapping[str, str],
    *,
    basis: Basis = Basis.ADJUSTED,
    counted_by: CountedBy = CountedBy.ANNUAL,
) -> Standing:
    """The table of a closed period; ``lights`` is project → colour.

    Groups rank by 投资完成率 as printed, those without a plan last and without a rank. Parts are
    rounded by largest remainder so that each column adds up to its total.
    """
    groups = roll_up(rows, (dimension,), lights=lights)
    everything = whole(rows, lights=lights)
    return standing_of(groups, everything, dimension, basis=basis, counted_by=counted_by)


def standing_of(
    groups: Sequence[Rollup],
    everything: Rollup,
    dimension: Dimension,
    *,
    basis: Basis = Basis.ADJUSTED,
    counted_by: CountedBy = CountedBy.ANNUAL,
) -> Standing:
    """The same table from roll-ups by this one dimension that are already made."""
    columns = {
        name: printed([getattr(group.of(basis), name) for group in groups], unit=HUNDRED_MILLION)
        for name in ("planned", "reached", "this_period")
    }
    rates = {group.keys[0]: investment_rate(group, basis).value for group in groups}
    ranks = {each.key: each for each in rank(rates.items(), places=3)}
    lines = {
        group.keys[0]: _line(
            dimension,
            group.keys[0],
            group,
            basis,
            counted_by,
            [columns[name].parts[number] for name in columns],
            ranks[group.keys[0]].rank,
            tied=ranks[group.keys[0]].tied,
        )
        for number, group in enumerate(groups)
    }
    total = _line(
        dimension,
        None,
        everything,
        basis,
        counted_by,
        [column.total for column in columns.values()],
    )
    note = next((column.note for column in columns.values() if column.note), "")
    return Standing(dimension, total, tuple(lines[key] for key in ranks), note)


def _line(
    dimension: Dimension,
    key: str | None,
    group: Rollup,
    basis: Basis,
    counted_by: CountedBy,
    money: Sequence[Decimal],
    place: int | None = None,
    *,
    tied: bool = False,
) -> Line:
    done, due = investment_rate(group, basis), schedule_rate(group, basis)
    planned, reached, this_period = money
    return Line(
        dimension=dimension,
        key=key,
        rollup=group,
        planned=planned,
        reached=reached,
        this_period=this_period,
        rate=done,
        schedule=due,
        deviation=deviation(done, due.value),
        starts=start_rate(group, basis, counted_by),
        rank=place,
        tied=tied,
    )


def per_cent(part: Fraction | None) -> str:
    """A part as per cent with one digit, — where there is none."""
    return MISSING if part is None else str(percent(part))


def signed(points: Fraction | None) -> str:
    """百分点 with one digit and their sign; 0.0 has none."""
    if points is None:
        return MISSING
    number = rounded(points, 1)
    return f"{number:+}" if number else f"{abs(number)}"
