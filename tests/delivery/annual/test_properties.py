"""What holds for any numbers: sums are exact, time never takes progress back, nothing raises."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.annual.adjustments import Adjustment, Change, adjusted, movement
from guatu.delivery.annual.decomposition import Accrual, still_required, year_balances
from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import (
    Node,
    Schedule,
    amount_due,
    progress_due,
    share_by_days,
    share_by_months,
    share_of_many,
)
from guatu.delivery.annual.shares import percentages, split, split_decimal

amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(-5, 10**13), min_size=1, max_size=40)
decimals = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=4
)
days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
months = st.none() | st.builds(Month, st.integers(2018, 2034), st.integers(1, 12))
nodes = st.builds(Node, st.integers(1, 12), st.none() | st.fractions(-1, 2, max_denominator=1000))
schedules = st.builds(
    Schedule, st.integers(2021, 2031), months, months, st.lists(nodes, max_size=6)
)


@given(amounts, weights)
def test_parts_add_up_to_the_whole(total: int, given_weights: list[int]) -> None:
    assert sum(split(total, given_weights)) == total


@given(amounts, weights)
def test_a_part_is_less_than_one_away_from_its_exact_share(total: int, given_weights: list[int]):
    whole = sum(max(w, 0) for w in given_weights)
    if whole:
        for part, weight in zip(split(total, given_weights), given_weights, strict=True):
            assert abs(Fraction(total * max(weight, 0), whole) - part) < 1


@given(amounts, weights)
def test_a_larger_weight_never_gets_less(total: int, given_weights: list[int]) -> None:
    pairs = sorted(zip(given_weights, map(abs, split(total, given_weights)), strict=True))
    by_weight = {}
    for weight, part in pairs:
        by_weight.setdefault(max(weight, 0), []).append(part)
    kept = [(min(parts), max(parts)) for _, parts in sorted(by_weight.items())]
    assert all(low[1] <= high[0] + 1 for low, high in pairwise(kept))
    assert all(high - low <= 1 for low, high in kept)


@given(decimals, st.lists(decimals, min_size=1, max_size=20), st.integers(0, 4))
def test_decimal_parts_add_up(total: Decimal, given_weights: list[Decimal], places: int) -> None:
    assert sum(split_decimal(total, given_weights, places)) == total


@given(weights)
def test_percentages_add_up_to_a_hundred(parts: list[int]) -> None:
    assert sum(percentages(parts)) in (Decimal(0), Decimal(100))


@given(schedules, days, st.integers(0, 400))
def test_time_never_takes_progress_back(schedule: Schedule, on: date, later: int) -> None:
    now, then = progress_due(schedule, on), progress_due(schedule, on + timedelta(days=later))
    assert 0 <= now <= then <= 1


@given(schedules)
def test_when_the_year_is_over_all_is_due(schedule: Schedule) -> None:
    assert progress_due(schedule, date(schedule.year + 1, 1, 1)) == 1
    assert progress_due(schedule, date(schedule.year - 1, 12, 31)) == 0


@given(st.integers(2021, 2031), st.integers(1, 12), st.integers(1, 12))
def test_before_the_start_month_nothing_is_due(year: int, start: int, now: int) -> None:
    schedule = Schedule(year, start=Month(year, start), finish=Month(year + 1, 6))
    assert (progress_due(schedule, Month(year, now).last_day) == 0) == (now < start)


@given(days, st.integers(0, 400), st.fractions(0, 2, max_denominator=100))
def test_the_share_of_the_year_grows(on: date, later: int, factor: Fraction) -> None:
    for share in (share_by_months, share_by_days):
        low = share(2026, on, factor=factor)
        assert 0 <= low <= share(2026, on + timedelta(days=later), factor=factor) <= factor


@given(st.lists(st.tuples(st.integers(0, 10**12), schedules), max_size=8), days)
def test_projects_together_lie_between_the_slowest_and_the_fastest(lines, on: date) -> None:
    parts = [progress_due(schedule, on) for amount, schedule in lines if amount]
    together = share_of_many(lines, on)
    assert together is None if not parts else min(parts) <= together <= max(parts)


@given(amounts, st.fractions(0, 1, max_denominator=1000))
def test_an_amount_due_is_the_nearest_yuan(amount: int, part: Fraction) -> None:
    assert abs(amount_due(amount, part) - amount * part) <= Fraction(1, 2)


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(0, 10**9)),
    st.lists(
        st.builds(
            Adjustment,
            st.sampled_from("甲乙丙丁戊"),
            st.sampled_from(Change),
            st.none(),
            st.none() | st.integers(0, 10**9),
        ),
        max_size=12,
    ),
)
def test_the_movement_leads_from_issued_to_adjusted(issued, moves) -> None:
    before = dict(issued)
    assert movement(issued, moves).now == sum(adjusted(issued, moves).amounts.values())
    assert issued == before


@given(
    st.dictionaries(st.integers(2021, 2030), decimals),
    st.dictionaries(st.integers(2021, 2030), st.lists(decimals, max_size=6)),
    st.sampled_from(Accrual),
)
def test_remainder_and_shares_are_the_whole(years, shares, accrual: Accrual) -> None:
    for year, each in year_balances(years, shares, accrual).items():
        if each.remainder is not None:
            assert each.remainder + sum(shares.get(year, ())) == years[year]


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.integers(-1, 10))
def test_what_is_still_required_closes_the_gap(whole: int, reached: int, left: int) -> None:
    parts = still_required(whole, reached, left)
    assert sum(parts) == (max(whole - reached, 0) if left > 0 else 0)
    assert max(parts, default=0) - min(parts, default=0) <= 1
