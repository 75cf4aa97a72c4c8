"""The Chinese words and figures of all exports."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guatu.exports import words


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.9625, "96.2%"), (1.0, "100.0%"), (0.99999, "99.9%"), (0.0, "0.0%")],
)
def test_a_share_is_never_rounded_up_to_all(share: float, shown: str) -> None:
    assert words.percent(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("145000000000", "145,000,000,000"),
        ("0.50", "0.5"),
        ("1E+3", "1,000"),
        ("1200", "1,200"),
        ("-3.10", "-3.1"),
    ],
)
def test_numbers_have_thousands_and_no_idle_digits(value: str, shown: str) -> None:
    assert words.number(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (2026, 2028, "2026—2028年"),
        (2026, 2026, "2026年"),
        (None, 2020, "至2020年"),
        (2021, None, "2021年起"),
        (None, None, ""),
    ],
)
def test_the_years_of_a_plan(start: int | None, end: int | None, shown: str) -> None:
    assert words.years(start, end) == shown


def test_time_allowed() -> None:
    assert words.days(3, "workday") == "3个工作日"
    assert words.days(10, "calendar") == "10日"
    assert words.days(None, None) == ""
