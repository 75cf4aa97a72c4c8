"""Ranking (排名) of units and projects by what they brought about; people are never ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from guatu.delivery.closing.rounding import rounded


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a ranking table; ``rank`` is None for what has no value (不参加排名)."""

    key: str
    value: Fraction | None
    printed: Decimal | None
    rank: int | None
    tied: bool

    @property
    def words(self) -> str:
        """第3名, 并列第3名, 不参加排名."""
        if self.rank is None:
            return "不参加排名"
        return f"{'并列' if self.tied else ''}第{self.rank}名"


def rank(
    values: Iterable[tuple[str, Fraction | None]], *, places: int = 4, lower_first: bool = False
) -> list[Ranked]:
    """The table from first to last; alike as printed is alike in rank, and the next is skipped.

    Values are compared as they stand on the page, rounded to ``places`` digits (4 is 12.34 % as
    0.1234), so that nobody sees two like numbers with different ranks. Two tied for second are
    both second and the one after is fourth. Tied ones keep the order given, those without a value
    stand last.
    """
    given = list(values)
    shown = [
        (key, value, None if value is None else rounded(value, places)) for key, value in given
    ]
    with_value = sorted(
        (each for each in shown if each[2] is not None),
        key=lambda each: (each[2] or 0) if lower_first else -(each[2] or 0),
    )
    count: dict[Decimal | None, int] = {}
    for _, _, number in with_value:
        count[number] = count.get(number, 0) + 1
    ranked: list[Ranked] = []
    first: dict[Decimal | None, int] = {}
    for place, (key, value, number) in enumerate(with_value, start=1):
        first.setdefault(number, place)
        ranked.append(Ranked(key, value, number, first[number], count[number] > 1))
    return ranked + [
        Ranked(key, None, None, None, False) for key, value, _ in shown if value is None
    ]
