"""Reporting periods (报告期): ten-day 旬, month, quarter, half-year, year.

A period is known by its key (``2026-10-a`` is 2026年10月上旬), has a first and a last day, both
included, and the day on which its form is due. The year in all of them is the calendar year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from guatu.delivery.annual.months import Month
from guatu.ledger.records import DayKind
from guatu.text.calendar import NO_OVERRIDES, Due, add_workdays


class PeriodKind(StrEnum):
    """How long a period is; the values are those of a plan's ``Cadence``."""

    TEN_DAY = "ten-day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


_WORDS: Final = {
    PeriodKind.TEN_DAY: "旬",
    PeriodKind.MONTH: "月",
    PeriodKind.QUARTER: "季度",
    PeriodKind.HALF_YEAR: "半年",
    PeriodKind.YEAR: "年",
}
_MONTHS: Final = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}
_QUARTERS: Final = "一二三四"
_HALVES: Final = "上下"
_KEY: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<month>0[1-9]|1[0-2])(?:-(?P<ten>[abc]))?))?",
    re.ASCII,
)
_ONE_DAY: Final = timedelta(days=1)


class NoSuchPeriod(ValueError):
    """The key or the first day is no period's; ``str()`` says in Chinese what one looks like."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting period (报告期), named by its kind and its first day.

    Periods of one kind are ordered by time. ``Period.of`` and ``Period.parse`` make them; the
    constructor itself raises ``NoSuchPeriod`` where no period of the kind begins on ``start``.
    """

    start: date
    kind: PeriodKind
    # The last day, included; asked for so often that it is worked out once.
    end: date = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if _first_day(self.kind, self.start) != self.start:
            words = _WORDS[self.kind]
            raise NoSuchPeriod(f"{self.start.isoformat()} 不是报告期（{words}）的第一天。")
        object.__setattr__(self, "end", _last_day(self.kind, self.start))

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Period:
        """The period of this kind in which ``day`` lies."""
        return cls(_first_day(kind, day), kind)

    @classmethod
    def parse(cls, key: str) -> Period:
        """The period of a key; ``NoSuchPeriod`` where it is none."""
        return _parsed(key)

    @property
    def year(self) -> int:
        """The calendar year; no period lies in two."""
        return self.start.year

    @property
    def key(self) -> str:
        """``2026-10``, ``2026-10-a``, ``2026-Q3``, ``2026-H1``, ``2026``; ``parse`` reads it."""
        year, month = f"{self.start.year:04d}", self.start.month
        match self.kind:
            case PeriodKind.TEN_DAY:
                return f"{year}-{month:02d}-{'abc'[self._ten]}"
            case PeriodKind.MONTH:
                return f"{year}-{month:02d}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{(month + 2) // 3}"
            case PeriodKind.HALF_YEAR:
                return f"{year}-H{(month + 5) // 6}"
            case PeriodKind.YEAR:
                return year

    @property
    def label(self) -> str:
        """As a bulletin names it: 2026年10月上旬, 2026年三季度, 2026年上半年."""
        year, month = f"{self.start.year}年", self.start.month
        match self.kind:
            case PeriodKind.TEN_DAY:
                return f"{year}{month}月{'上中下'[self._ten]}旬"
            case PeriodKind.MONTH:
                return f"{year}{month}月"
            case PeriodKind.QUARTER:
                return f"{year}{_QUARTERS[(month - 1) // 3]}季度"
            case PeriodKind.HALF_YEAR:
                return f"{year}{_HALVES[(month - 1) // 6]}半年"
            case PeriodKind.YEAR:
                return year

    @property
    def previous(self) -> Period:
        """The one before (上期)."""
        return Period.of(self.kind, self.start - _ONE_DAY)

    @property
    def next(self) -> Period:
        """The one after (下期)."""
        return Period.of(self.kind, self.end + _ONE_DAY)

    @property
    def opens_year(self) -> bool:
        """The first of its kind in the year: figures of the year begin again at nought."""
        return self.start.month == 1 and self.start.day == 1

    @property
    def last_full_month(self) -> Month:
        """The last month that is over when the period ends: of 2026年10月上旬 it is September."""
        day = self.end
        over = Month(day.year, day.month)
        if day == over.last_day:
            return over
        return Month(day.year, day.month - 1) if day.month > 1 else Month(day.year - 1, 12)

    @property
    def _ten(self) -> int:
        return (self.start.day - 1) // 10

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.key

    def due_day(
        self, count: int, days: DayKind, *, overrides: Mapping[date, bool] = NO_OVERRIDES
    ) -> Due:
        """When the period's form is due: ``count`` workdays or calendar days after its end.

        Workdays observe 调休; ``overrides`` (day → worked) is the office's own holiday table and
        goes first. ``provisional`` is true where a year on the way has no announced holidays.
        Calendar days are counted as they are: a due day on a Sunday stays there.
        三季度 + 3 workdays in 2026 is Saturday 10 October, a day of 调休上班.
        """
        if count < 0:
            raise ValueError(f"报送期限的天数不能是负数：{count}")
        if days == "calendar":
            return Due(self.end + timedelta(days=count), False)
        return add_workdays(self.end, count, overrides=overrides)


def _first_day(kind: PeriodKind, day: date) -> date:
    """The first day of the period of this kind in which ``day`` lies."""
    if kind is PeriodKind.TEN_DAY:
        return day.replace(day=min((day.day - 1) // 10, 2) * 10 + 1)
    length = _MONTHS[kind]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _last_day(kind: PeriodKind, start: date) -> date:
    if kind is PeriodKind.TEN_DAY and start.day < 21:
        return start + timedelta(days=9)
    last = start.month + _MONTHS.get(kind, 1) - 1
    return date(start.year, last, calendar.monthrange(start.year, last)[1])


@lru_cache(maxsize=1024)
def _parsed(key: str) -> Period:
    """The period of a key; each row of a close names the same few."""
    found = _KEY.fullmatch(key)
    if found is None or not MINYEAR <= int(found["year"]) <= MAXYEAR:
        raise NoSuchPeriod(
            f"“{key[:40]}”不是报告期，应写作 2026-10（月）、2026-10-a/b/c（上中下旬）、"
            "2026-Q3（季度）、2026-H1（半年）或 2026（年）。"
        )
    year = int(found["year"])
    if found["quarter"]:
        return Period(date(year, int(found["quarter"]) * 3 - 2, 1), PeriodKind.QUARTER)
    if found["half"]:
        return Period(date(year, int(found["half"]) * 6 - 5, 1), PeriodKind.HALF_YEAR)
    if found["month"] is None:
        return Period(date(year, 1, 1), PeriodKind.YEAR)
    if found["ten"] is None:
        return Period(date(year, int(found["month"]), 1), PeriodKind.MONTH)
    first = 1 + 10 * "abc".index(found["ten"])
    return Period(date(year, int(found["month"]), first), PeriodKind.TEN_DAY)
