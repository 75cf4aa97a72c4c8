"""Figures and dates as LOOK writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.web.page import formats


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234, 0, "1,234"),
        (Decimal("1234.5"), 0, "1,235"),
        (Decimal("-0.4"), 0, "0"),
        (Decimal("-12.345"), 2, "−12.35"),
        (None, 0, "—"),
    ],
)
def test_number(value: Decimal | None, places: int, text: str) -> None:
    assert formats.number(value, places) == text


def test_money_is_whole_yuan_shown_as_wan_and_yi() -> None:
    assert formats.wan(123_456_789) == "12,346"
    assert formats.yi(123_456_789) == "1.23"
    assert formats.wan(0) == "0"
    assert formats.wan(None) == formats.yi(None) == "—"


def test_ratios_and_differences() -> None:
    assert formats.percent(Decimal("0.7399")) == "74.0%"
    assert formats.percent(None) == "—"
    assert formats.points(Decimal("1.25")) == "+1.3"
    assert formats.points(Decimal("-17.7")) == "−17.7"
    assert formats.points(Decimal("0.04")) == "0.0"


def test_dates_in_tables_and_in_sentences() -> None:
    assert formats.day(date(2026, 11, 5)) == "2026-11-05"
    # Five to midnight in London is the next morning in the office.
    assert formats.day(datetime(2026, 11, 5, 23, 55, tzinfo=UTC)) == "2026-11-06"
    assert formats.moment(datetime(2026, 11, 5, 1, 30, tzinfo=UTC)) == "2026-11-05 09:30"
    assert formats.day_in_prose(date(2026, 11, 5)) == "2026年11月5日"
    assert formats.day(None) == formats.moment(None) == formats.day_in_prose(None) == "—"


def test_rounded_parts_add_up() -> None:
    parts = [Decimal("33.333"), Decimal("33.333"), Decimal("33.334")]
    assert formats.rounded_to_sum(parts, 1) == [Decimal("33.3"), Decimal("33.3"), Decimal("33.4")]


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(st.lists(amounts, min_size=1, max_size=20), st.integers(0, 3))
def test_rounded_parts_add_up_always(parts: list[Decimal], places: int) -> None:
    rounded = formats.rounded_to_sum(parts, places)
    step = Decimal(1).scaleb(-places)
    assert sum(rounded) == sum(parts).quantize(step, "ROUND_HALF_UP")
    assert all(abs(r - p) <= step for r, p in zip(rounded, parts, strict=True))
