"""Working days of mainland China (工作日), with the holidays the State Council has announced.

The one module that knows ``chinesecalendar``; it is imported at the first question, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

# Years for which the State Council's notice (国办发明电) is in the package are known exactly;
# beyond them a day is judged by its weekday, and the answer is marked provisional.
_FARTHEST: Final = 36_600
_ONE_DAY: Final = timedelta(days=1)

NO_OVERRIDES: Final[Mapping[date, bool]] = {}


class Due(NamedTuple):
    """The day a term of working days ends; ``provisional`` while its holidays are not announced."""

    date: date
    provisional: bool


@cache
def _announced() -> tuple[frozenset[date], frozenset[date], int, int]:
    """Holidays, working weekends (调休上班), and the first and last year they are known for."""
    from chinese_calendar.constants import holidays, workdays

    years = [day.year for day in holidays]
    # A notice puts 元旦 of the year after into December; a year counts as announced only
    # when its 国庆节 is.
    last = max(day.year for day in holidays if day.month == 10)
    return frozenset(holidays), frozenset(workdays), min(years), last


def is_announced(day: date) -> bool:
    """Whether the holidays of ``day``'s year are known."""
    _, _, first, last = _announced()
    return first <= day.year <= last


def is_workday(day: date, *, overrides: Mapping[date, bool] = NO_OVERRIDES) -> bool:
    """Whether people work on ``day``, 调休 observed; ``overrides`` (day → worked) goes first.

    In a year without announced holidays Monday to Friday are taken as working days.
    """
    if (known := overrides.get(day)) is not None:
        return known
    holidays, workdays, _, _ = _announced()
    if day in holidays:
        return False
    return day in workdays or day.weekday() < 5


def add_workdays(day: date, count: int, *, overrides: Mapping[date, bool] = NO_OVERRIDES) -> Due:
    """The day ``count`` working days after ``day``, which is not counted itself (民法典第201条).

    A negative ``count`` goes back (会前3个工作日); nought gives ``day``, or the next working day
    where ``day`` is none (第203条).  ``provisional`` is true if a day on the way lies in a year
    whose holidays are not announced and is not settled by ``overrides``.
    """
    if abs(count) > _FARTHEST:
        raise ValueError(f"工作日数超出范围：{count}")
    step = -_ONE_DAY if count < 0 else _ONE_DAY
    left, provisional = abs(count), False
    if count == 0:
        left, day = 1, day - step
    while left:
        try:
            day += step
        except OverflowError as error:
            raise ValueError(f"日期超出可计算的范围：{day}") from error
        provisional = provisional or not (day in overrides or is_announced(day))
        left -= is_workday(day, overrides=overrides)
    return Due(day, provisional)
