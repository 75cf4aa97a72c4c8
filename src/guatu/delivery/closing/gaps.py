"""数据打架: 调度数, 统计数 and 财务数 of the same thing side by side, never merged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final, Literal

Source = Literal["dispatch", "statistics", "finance"]

WORDS: Final[dict[Source, str]] = {
    "dispatch": "调度数",
    "statistics": "统计数",
    "finance": "财务数",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """The same cumulative amount (元) as three sources have it; None where one has none.

    Dispatch is what units reported, statistics only what the bureau released and the office
    entered, finance what was paid.
    """

    dispatch: int | None = None
    statistics: int | None = None
    finance: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two sources lie apart: ``amount`` = one − other in 元, ``part`` of the other."""

    one: Source
    other: Source
    amount: int
    # None where the other is nought.
    part: Fraction | None

    @property
    def words(self) -> str:
        """调度数比统计数多, 少; 一致."""
        if self.amount == 0:
            return f"{WORDS[self.one]}与{WORDS[self.other]}一致"
        return f"{WORDS[self.one]}比{WORDS[self.other]}{'多' if self.amount > 0 else '少'}"

    def is_wide(self, threshold: Fraction = Fraction(1, 10)) -> bool:
        """The gap is more than ``threshold`` of the other, or there is no other to measure by."""
        if self.amount == 0:
            return False
        return self.part is None or abs(self.part) > threshold


def gaps(measures: Measures) -> list[Gap]:
    """The gaps between every two sources that have a figure."""
    sources: tuple[tuple[Source, int | None], ...] = (
        ("dispatch", measures.dispatch),
        ("statistics", measures.statistics),
        ("finance", measures.finance),
    )
    return [
        Gap(one, other, first - second, Fraction(first - second, abs(second)) if second else None)
        for (one, first), (other, second) in combinations(sources, 2)
        if first is not None and second is not None
    ]
