"""Working days against the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.text.calendar import Due, add_workdays, is_announced, is_workday

CASES = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "workdays.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["名"])
def test_cases(case: dict[str, object]) -> None:
    start, count, wanted = case["起"], case["加"], case["得"]
    assert isinstance(start, date)
    assert isinstance(count, int)
    assert isinstance(wanted, date)
    assert add_workdays(start, count) == Due(wanted, False)


def test_holidays_and_working_weekends() -> None:
    assert not is_workday(date(2025, 10, 1))
    assert is_workday(date(2025, 9, 28))  # 国庆节调休，星期日上班
    assert not is_workday(date(2025, 9, 27))


def test_unannounced_year_is_provisional_and_goes_by_the_weekday() -> None:
    monday = date(2090, 1, 2)
    assert not is_announced(monday)
    assert is_workday(monday)
    assert add_workdays(monday, 5) == Due(date(2090, 1, 9), True)


def test_overrides_go_first_and_settle_a_day() -> None:
    monday = date(2090, 1, 2)
    tuesday, wednesday = monday + timedelta(1), monday + timedelta(2)
    told = {tuesday: False, wednesday: True}
    assert add_workdays(monday, 1, overrides=told) == Due(wednesday, False)


def test_terms_beyond_the_calendar_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="超出"):
        add_workdays(date.max, 1)
    with pytest.raises(ValueError, match="超出"):
        add_workdays(date(2025, 1, 1), 10**9)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_going_there_and_back(day: date, count: int) -> None:
    there = add_workdays(day, count).date
    assert is_workday(there)
    assert there > day
    back = add_workdays(there, -count).date
    assert back <= day or not is_workday(day)
    assert sum(is_workday(day + timedelta(n)) for n in range(1, (there - day).days + 1)) == count
