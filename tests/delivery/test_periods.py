"""Reporting periods: the cases of tests/cases/report_periods.yml, and what holds on any day."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.periods import NoSuchPeriod, Period, PeriodKind

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "report_periods.yml").read_text(encoding="utf-8")
)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
kinds = st.sampled_from(PeriodKind)


@pytest.mark.parametrize("case", [c for c in CASES if "名" in c], ids=lambda c: c["键"])
def test_names_and_bounds(case: dict[str, Any]) -> None:
    period = Period.parse(case["键"])
    assert period.key == str(period) == case["键"]
    assert period.label == case["名"]
    assert (period.start, period.end) == (case["起"], case["止"])
    assert (period.previous.key, period.next.key) == (case["上期"], case["下期"])
    assert period.opens_year == case.get("年初", False)


@pytest.mark.parametrize(
    "case", [c for c in CASES if "期限" in c], ids=lambda c: f"{c['键']} {c['期限']}"
)
def test_due_days(case: dict[str, Any]) -> None:
    count, counted = case["期限"]
    due = Period.parse(case["键"]).due_day(count, counted, overrides=case.get("另", {}))
    assert due == (case["得"], case.get("暂定", False))


@pytest.mark.parametrize("key", [c["错"] for c in CASES if "错" in c])
def test_other_words_are_no_period(key: str) -> None:
    with pytest.raises(NoSuchPeriod):
        Period.parse(key)


def test_no_period_begins_in_its_middle() -> None:
    with pytest.raises(NoSuchPeriod):
        Period(date(2026, 10, 2), PeriodKind.MONTH)


def test_a_due_day_lies_not_before_the_end() -> None:
    with pytest.raises(ValueError, match="负数"):
        Period.parse("2026-10").due_day(-1, "workday")


@given(kinds, days)
def test_every_day_lies_in_one_period_of_a_kind(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert day in period
    assert day not in period.previous and day not in period.next
    assert period.previous.end + timedelta(days=1) == period.start
    assert period.next.previous == period
    assert period.start.year == period.end.year == period.year
    assert Period.parse(period.key) == period
    assert period.previous < period < period.next


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_said_to_be_none(text: str) -> None:
    with contextlib.suppress(NoSuchPeriod):
        assert Period.parse(text).key == text
