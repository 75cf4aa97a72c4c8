"""Numbers as they are printed: rounded so that the parts of a table add up to its total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

YUAN: Final = 1
TEN_THOUSAND: Final = 10_000
HUNDRED_MILLION: Final = 100_000_000
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Printed:
    """Parts and total as printed; the parts add up to the total to the last digit.

    ``moved`` are the indices of parts that differ by one in the last digit from what rounding
    each by itself gives; where there are any the table says so (``note``).
    """

    parts: tuple[Decimal, ...]
    total: Decimal
    moved: tuple[int, ...]

    @property
    def note(self) -> str:
        """The words under the table; empty where nothing was moved."""
        return "注：分项尾数按最大余额法取舍，分项之和等于合计。" if self.moved else ""


def printed(amounts: Sequence[int], *, unit: int = HUNDRED_MILLION, places: int = 2) -> Printed:
    """Amounts in 元 as printed in 万元 or 亿元 (``unit``) with ``places`` digits."""
    return printed_parts([Fraction(amount, unit) for amount in amounts], places=places)


def printed_parts(values: Sequence[Fraction], *, places: int = 2) -> Printed:
    """Exact values as printed, by largest remainder (最大余额法).

    The total is the exact sum rounded half up. Each part is rounded down, and what is then
    missing from the total goes one by one to the largest remainders, the earlier first where
    they are alike. No part is moved by as much as one unit of the last digit from its exact value.
    """
    scale = 10**places
    exact = [value * scale for value in values]
    total = _half_up(sum(exact, Fraction(0)))
    floors = [value.__floor__() for value in exact]
    order = sorted(range(len(exact)), key=lambda i: floors[i] - exact[i])
    steps = list(floors)
    for i in order[: total - sum(floors)]:
        steps[i] += 1
    return Printed(
        parts=tuple(Decimal(step).scaleb(-places) for step in steps),
        total=Decimal(total).scaleb(-places),
        moved=tuple(i for i, value in enumerate(exact) if steps[i] != _half_up(value)),
    )


def rounded(value: Fraction | int, places: int = 2) -> Decimal:
    """One value as printed by itself: half away from nought (四舍五入)."""
    return Decimal(_half_up(Fraction(value) * 10**places)).scaleb(-places)


def money(amount: int, *, unit: int = HUNDRED_MILLION, places: int = 2) -> Decimal:
    """An amount in 元 as printed by itself in 万元 or 亿元."""
    return rounded(Fraction(amount, unit), places)


def percent(part: Fraction, places: int = 1) -> Decimal:
    """A part (1/4) as per cent (25.0)."""
    return rounded(part * 100, places)


def _half_up(value: Fraction) -> int:
    whole = (abs(value) + _HALF).__floor__()
    return whole if value >= 0 else -whole
