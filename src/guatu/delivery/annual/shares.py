"""Splitting a whole into parts that add up to it exactly (largest remainder)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

# More digits than any target or sum of money has, so that scaling never rounds.
_DIGITS = 60


def split(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` by weights, in whole numbers that add up to it.

    Each part is its exact share rounded down, and what is left over goes one by one to the
    largest remainders, the earlier first where they are alike. Weights below nought count as
    nought; where none is above, all get alike. No weights, no parts.
    """
    if not weights:
        return []
    usable = [max(weight, 0) for weight in weights]
    whole = sum(usable)
    if whole == 0:
        usable, whole = [1] * len(usable), len(usable)
    # The floor is taken of the amount, so that −10 is split as 10 is, with the sign before it.
    sign, amount = (-1, -total) if total < 0 else (1, total)
    parts = [amount * weight // whole for weight in usable]
    remainders = [amount * weight % whole for weight in usable]
    order = sorted(range(len(parts)), key=lambda i: -remainders[i])
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def places_of(value: Decimal) -> int:
    """Digits behind the point: 12.50 has one that counts."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def split_decimal(total: Decimal, weights: Sequence[Decimal], places: int = 0) -> list[Decimal]:
    """As ``split``, in steps of ``places`` digits, or of the total's own where it has more."""
    with localcontext() as context:
        context.prec = _DIGITS
        steps = max(places, places_of(total))
        finest = max((places_of(weight) for weight in weights), default=0)
        whole_weights = [int(weight.scaleb(finest)) for weight in weights]
        parts = split(int(total.scaleb(steps)), whole_weights)
        return [Decimal(part).scaleb(-steps) for part in parts]


def percentages(parts: Sequence[int], places: int = 1) -> list[Decimal]:
    """What per cent of their sum each part is; together exactly 100 (no sum, all nought)."""
    if sum(max(part, 0) for part in parts) == 0:
        return [Decimal(0)] * len(parts)
    step = Decimal(1).scaleb(-places)
    steps = split(100 * 10**places, parts)
    return [(part * step).quantize(step, ROUND_HALF_UP) for part in steps]
