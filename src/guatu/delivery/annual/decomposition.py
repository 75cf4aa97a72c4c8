"""Decomposing a target (任务分解): years × counties × departments, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Accrual(StrEnum):
    """How the years of a target go together."""

    # 各年累加: 6,800 亿元 in three years is what the years add up to.
    SUM = "sum"
    # 期末达到: 12 万个 by 2027 is what stands in the last year; the years before lead there.
    LEVEL = "level"
    # 比率: a county's 52 % is no part of the city's 52 %; nothing is added up.
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Balance:
    """A whole, what of it was given out, and what was not."""

    whole: Decimal | None
    given: Decimal

    @property
    def remainder(self) -> Decimal | None:
        """未分解: below nought where more was given out than there is; None without a whole."""
        return None if self.whole is None else self.whole - self.given

    @property
    def over(self) -> bool:
        """More was given out than there is."""
        if self.whole is None:
            return False
        return self.given > self.whole if self.whole >= 0 else self.given < self.whole

    @property
    def settled(self) -> bool:
        """Given out to the last bit."""
        return self.whole is not None and self.whole == self.given


def balance(whole: Decimal | None, parts: Sequence[Decimal]) -> Balance:
    """What is given out of a whole."""
    return Balance(whole, sum(parts, Decimal(0)))


def year_balances(
    years: Mapping[int, Decimal],
    shares: Mapping[int, Sequence[Decimal]],
    accrual: Accrual,
) -> dict[int, Balance]:
    """For each year: its total for the whole area against what counties or departments got.

    A year that has shares and no total has no whole. Rates are never added up.
    """
    if accrual is Accrual.RATE:
        return {}
    return {
        year: balance(years.get(year), shares.get(year, ())) for year in sorted({*years, *shares})
    }


def whole_balance(
    whole: Decimal | None, years: Mapping[int, Decimal], accrual: Accrual
) -> Balance | None:
    """The target of the plan against its years: their sum, or the last year's level."""
    match accrual:
        case Accrual.SUM:
            return balance(whole, list(years.values()))
        case Accrual.LEVEL:
            last = years[max(years)] if years else Decimal(0)
            return Balance(whole, last)
        case Accrual.RATE:
            return None


@dataclass(frozen=True, slots=True)
class Gap:
    """What a total asks for against what the planned projects bring (必需与计划)."""

    required: int
    planned: int

    @property
    def missing(self) -> int:
        """Still to be found; never below nought."""
        return max(self.required - self.planned, 0)

    @property
    def spare(self) -> int:
        """Planned beyond what is asked for."""
        return max(self.planned - self.required, 0)


def still_required(whole: int, reached: int, years_left: int) -> list[int]:
    """What each remaining year must bring at least, spread evenly in whole 元; none if reached."""
    if years_left <= 0:
        return []
    base, extra = divmod(max(whole - reached, 0), years_left)
    return [base + (1 if i < extra else 0) for i in range(years_left)]


def leaf_sum(amounts: Mapping[str, int], parent_of: Mapping[str, str]) -> int:
    """Packages and their sub-projects summed once: only those without a child that counts.

    A package whose sub-projects stand in the list is left out; one whose sub-projects do not
    stand there counts itself.
    """
    with_children = set()
    for key in amounts:
        above, seen = parent_of.get(key), {key}
        while above is not None and above not in seen:
            with_children.add(above)
            seen.add(above)
            above = parent_of.get(above)
    return sum(amount for key, amount in amounts.items() if key not in with_children)
