"""Months as numbers, and the part of them that a day has seen."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year; ordered, and countable by its distance from another."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"没有 {self.month} 月")

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def number(self) -> int:
        """Months since the year 0, so that months can be subtracted."""
        return self.year * 12 + self.month - 1

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])


def months_seen(on: date, since: Month) -> Fraction:
    """Months that have passed from the beginning of ``since`` to the evening of ``on``.

    A month counts by its days: the 10th of a month of 30 days is a third. Before ``since`` it is
    nought or less.
    """
    days = calendar.monthrange(on.year, on.month)[1]
    return Fraction(Month(on.year, on.month).number - since.number) + Fraction(on.day, days)
