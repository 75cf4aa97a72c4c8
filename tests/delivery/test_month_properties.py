"""What holds for any projects, reports and rules: sums, printing, lights, targets."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.annual.adjustments import Change
from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import Node, Schedule
from guatu.delivery.closing.adjustments import LaterAdjustment
from guatu.delivery.closing.close import Known, Pause, Reported, close_row
from guatu.delivery.closing.facts import Basis, ClosedRow, CountyShare, facts_of
from guatu.delivery.closing.gaps import Measures, gaps
from guatu.delivery.closing.plan import PlanChange, YearPlan, plan_on
from guatu.delivery.closing.ranking import rank
from guatu.delivery.closing.rates import CountedBy, finish_rate, operating_rate, start_rate
from guatu.delivery.closing.required import Goal, GoalKind, Outlook, Standing, required
from guatu.delivery.closing.rollups import _MONEY, Dimension, Sums, leaves, roll_up, whole
from guatu.delivery.closing.rounding import printed_parts, rounded
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import (
    Exemption,
    LightState,
    state_from_data,
    state_to_data,
)
from guatu.delivery.supervision.packs import PACKS, pack_from_data, pack_to_data
from guatu.delivery.supervision.replay import compare, lights_of, replay

PERIODS = [Period.parse(f"{2025 + m // 12}-{m % 12 + 1:02d}") for m in range(6, 20)]
JULY = Period.parse("2026-07")
yuan = st.integers(0, 10**12)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
months = st.none() | st.builds(Month, st.integers(2025, 2027), st.integers(1, 12))
nodes = st.lists(
    st.builds(Node, st.integers(1, 12), st.none() | st.fractions(0, 1, max_denominator=100)),
    max_size=3,
)
plans = st.builds(
    YearPlan, st.integers(0, 10**11), st.builds(Schedule, st.just(2026), months, months, nodes)
)
changes = st.lists(
    st.builds(PlanChange, st.sampled_from(Change), days, st.none() | plans), max_size=3
)
pauses = st.lists(
    st.builds(Pause, days, resumed_on=st.none() | days, cancelled=st.booleans()), max_size=2
)
reports = st.none() | st.builds(
    Reported,
    reached_year=st.none() | st.integers(0, 10**11),
    reached_total=st.none() | yuan,
    started_on=st.none() | days,
    finished_on=st.none() | days,
    in_statistics_on=st.none() | days,
    unchanged=st.booleans(),
    late=st.booleans(),
)
counties = st.sampled_from(["东湖", "西岭", "南湾", ""])


@st.composite
def portfolios(draw: st.DrawFn) -> list[ClosedRow]:
    """Rows of a period: leaves, packages at any depth, line projects through counties."""
    names = [f"p{i}" for i in range(draw(st.integers(0, 9)))]
    rows = []
    for i, name in enumerate(names):
        known = Known(
            project=name,
            period=JULY,
            unit=draw(st.sampled_from(["甲局", "乙局"])),
            sector=draw(st.sampled_from(["交通", "水利", "工业"])),
            county=draw(counties),
            shares=tuple(
                draw(st.lists(st.builds(CountyShare, counties, st.integers(0, 10**9)), max_size=3))
            ),
            parent=draw(st.none() | st.sampled_from(names[: i + 1] or [name])),
            stage=draw(st.sampled_from(["early", "building", "completed", "paused"])),
            issued=draw(st.none() | plans),
            changes=draw(changes),
            reported=draw(reports),
            asked=draw(st.booleans()),
            pauses=draw(pauses),
        )
        rows.append(close_row(known))
    return rows


@given(portfolios(), st.lists(st.sampled_from(Dimension), unique=True))
def test_groups_add_up_to_the_leaves(rows: list[ClosedRow], by: list[Dimension]) -> None:
    total, groups = whole(rows), roll_up(rows, by)
    for basis in Basis:
        each_basis = [group.of(basis) for group in groups]
        sums = [sum(each[i] for each in each_basis) for i in range(len(Sums._fields))]
        for i, field in enumerate(Sums._fields):
            if i in _MONEY or Dimension.COUNTY not in by:
                assert sums[i] == total.of(basis)[i], field
            else:
                assert sums[i] >= total.of(basis)[i], field
    kept = leaves(rows)
    assert total.reported.reached == sum(row.reached_year for row in kept)
    assert total.original.planned == sum(row.issued or 0 for row in kept)
    assert total.leaves == len(kept) and total.tops <= total.leaves
    assert {p for group in groups for p in group.projects} == {row.project for row in kept}


@given(portfolios())
def test_no_rate_of_events_is_above_one(rows: list[ClosedRow]) -> None:
    for group in [whole(rows), *roll_up(rows, [Dimension.COUNTY])]:
        for basis in Basis:
            for by in CountedBy:
                for rate in (start_rate, finish_rate, operating_rate):
                    found = rate(group, basis, by)
                    assert found.value is None or 0 <= found.value <= 1
                    assert found.words


@given(plans, changes, days)
def test_what_is_approved_later_changes_nothing_of_before(issued, moves, on: date) -> None:
    before = [move for move in moves if move.approved_on <= on]
    assert plan_on(issued, moves, on) == plan_on(issued, before, on)


@st.composite
def histories(draw: st.DrawFn) -> list[ClosedRow]:
    """One project through many periods, closed one after the other."""
    project = draw(st.sampled_from(["甲", "乙", "丙"]))
    issued, moves, pause = draw(plans), draw(changes), draw(pauses)
    adjustments = [
        LaterAdjustment(project, draw(st.sampled_from(PERIODS)), lands, amount, "多报", "办公室")
        for lands, amount in draw(
            st.lists(st.tuples(st.sampled_from(PERIODS), st.integers(-100, 100)), max_size=2)
        )
    ]
    rows: list[ClosedRow] = []
    for period in PERIODS:
        if draw(st.integers(0, 9)) == 0:
            continue
        known = Known(
            project=project,
            period=period,
            stage=draw(st.sampled_from(["early", "building", "building", "completed"])),
            issued=issued,
            changes=moves,
            pauses=pause,
            reported=draw(reports),
            asked=draw(st.booleans()),
            excuse=draw(st.sampled_from(["", "台风"])),
            adjustments=adjustments,
            previous=rows[-1] if rows else None,
        )
        rows.append(close_row(known))
    return rows


@given(histories())
def test_the_money_of_a_year_adds_up(rows: list[ClosedRow]) -> None:
    done: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        assert row.this_period == row.reached_year - row.previous
        assert row.work + row.adjustment == row.this_period
        assert row.reduction == max(0, -row.work)
        done[row.period[:4]] += row.this_period
        assert done[row.period[:4]] == row.reached_year
        if row.carried:
            assert row.work == 0 and row.covers == 0
    for before, row in pairwise(rows):
        assert row.previous == (before.reached_year if before.period[:4] == row.period[:4] else 0)


@st.composite
def exempted(draw: st.DrawFn) -> list[Exemption]:
    return draw(
        st.lists(
            st.builds(
                Exemption,
                st.sampled_from(["甲", "乙"]),
                st.just("地质灾害"),
                st.just("领导小组"),
                days,
                days,
                st.sampled_from([frozenset(), frozenset({"behind-schedule"})]),
            ),
            max_size=2,
        )
    )


packs = st.sampled_from([*PACKS.values()])
NEVER_JUDGED = (Colour.GREY, Colour.PAUSED, Colour.NONE)


@given(histories(), packs, exempted(), st.integers(0, 14))
def test_replaying_all_equals_going_on_from_any_period(
    rows: list[ClosedRow], pack, exemptions: list[Exemption], cut: int
) -> None:
    everything = replay(rows, pack, exemptions)
    assert replay(reversed(rows), pack, exemptions) == everything
    first = replay(rows[:cut], pack, exemptions)
    kept = {state.project: state_from_data(state_to_data(state)) for state in first}
    assert first + replay(rows[cut:], pack, exemptions, previous=kept) == everything
    step: list[LightState] = []
    for row in rows:
        before = {state.project: state for state in step}
        step += lights_of([row], pack, exemptions, previous=before)
    assert step == everything


@given(histories(), packs, exempted())
def test_no_light_without_a_reason_of_its_colour(rows, pack, exemptions) -> None:
    for state in replay(rows, pack, exemptions):
        assert state.reasons
        assert state.reasons[0].colour is state.colour
        assert all(reason.words and reason.clause and reason.rule for reason in state.reasons)


@given(histories(), packs)
def test_red_is_left_only_by_making_up_and_only_to_yellow(rows, pack) -> None:
    facts = {row.period: facts_of(row) for row in rows}
    settle = {chosen.rule.code: chosen for chosen in pack.rules}
    for before, state in pairwise(replay(rows, pack)):
        still_open = {red.rule for red in state.open_reds}
        left = [red for red in before.open_reds if red.rule not in still_open]
        if state.colour in NEVER_JUDGED:
            assert not left
            continue
        for red in left:
            chosen = settle[red.rule]
            assert chosen.rule.settle(facts[state.period], chosen.params).made_up
        if before.open_reds and not state.reasons[0].rule.startswith(("excused", "not-asked")):
            assert state.colour in (Colour.RED, Colour.YELLOW)
        assert not (before.colour is Colour.RED and state.colour is Colour.GREEN)


@given(histories(), packs, exempted())
def test_an_exemption_makes_nothing_up(rows, pack, exemptions) -> None:
    for before, state in pairwise(replay(rows, pack, exemptions)):
        if before.colour is Colour.RED and state.colour is Colour.GREEN:
            assert any("豁免" in reason.words for reason in state.reasons)
            assert {red.rule for red in before.open_reds} & {red.rule for red in state.open_reds}


@given(histories(), packs, packs)
def test_a_trial_counts_every_light_once(rows, kept_pack, tried_pack) -> None:
    kept, tried = replay(rows, kept_pack), replay(rows, tried_pack)
    for trial in compare(kept, tried):
        assert sum(trial.kept.values()) == sum(trial.tried.values())
        moved = sum(abs(trial.kept[c] - trial.tried[c]) for c in Colour)
        assert moved <= 2 * len(trial.differences)
    assert all(not trial.differences for trial in compare(kept, kept))


@given(st.lists(st.fractions(-(10**6), 10**6), max_size=30), st.integers(0, 4))
def test_printed_parts_add_up(values: list[Fraction], places: int) -> None:
    found = printed_parts(values, places=places)
    assert sum(found.parts) == found.total == rounded(sum(values, Fraction(0)), places)
    for part, value in zip(found.parts, values, strict=True):
        assert abs(Fraction(part) - value) < Fraction(1, 10**places)
    same = [i for i, value in enumerate(values) if found.parts[i] == rounded(value, places)]
    assert sorted([*same, *found.moved]) == list(range(len(values)))


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.fractions(-2, 2)), max_size=12))
def test_a_rank_is_one_more_than_those_printed_higher(values) -> None:
    found = rank(values)
    assert sorted(each.key for each in found) == sorted(key for key, _ in values)
    for each in found:
        if each.printed is None:
            assert each.rank is None
            continue
        above = [o for o in found if o.printed is not None and o.printed > each.printed]
        alike = [o for o in found if o.printed == each.printed]
        assert each.rank == len(above) + 1 and each.tied == (len(alike) > 1)


decimals = st.decimals(0, 10**6, places=2)


@given(
    st.sampled_from(GoalKind),
    decimals,
    days,
    days,
    decimals,
    st.booleans(),
    st.booleans(),
    st.none() | decimals,
)
def test_the_required_rate_leads_to_the_target(
    kind, value, due, on, reached, at_most, exclusive, limit
) -> None:
    goal = Goal(kind, value, due, at_most=at_most, exclusive=exclusive, limit=limit)
    found = required(goal, Standing(on, reached))
    assert found.words
    if found.outlook is Outlook.ACHIEVED:
        assert found.per_month == 0
        assert reached <= value if at_most else reached >= value
    elif found.outlook is Outlook.POSSIBLE:
        assert found.per_month is not None and found.months_left > 0
        sign = -1 if at_most else 1
        end = Fraction(reached) + sign * found.per_month * max(found.months_left, Fraction(1))
        assert end == Fraction(value)
    else:
        assert found.per_month is None


@given(st.fractions(0, 1, max_denominator=100), yuan, st.integers(1, 10**9), st.integers(0, 10**9))
def test_the_part_of_the_rest_leads_to_the_ratio(goal, done, base, rest) -> None:
    done %= base + 1
    want = Decimal(goal.numerator) / Decimal(goal.denominator)
    now = Standing(JULY.end, numerator=Decimal(done), denominator=Decimal(base), rest=Decimal(rest))
    found = required(Goal(GoalKind.RATIO, want, date(2026, 12, 31)), now)
    if found.of_rest is not None:
        assert (done + found.of_rest * rest) / (base + rest) == Fraction(want)
    elif found.outlook is Outlook.IMPOSSIBLE:
        assert Fraction(done + rest, base + rest) < Fraction(want)
    else:
        assert Fraction(done, base) >= Fraction(want)


@given(st.none() | yuan, st.none() | yuan, st.none() | yuan)
def test_gaps_are_between_those_that_are_there(dispatch, statistics, finance) -> None:
    found = gaps(Measures(dispatch, statistics, finance))
    there = sum(each is not None for each in (dispatch, statistics, finance))
    assert len(found) == there * (there - 1) // 2


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
pack_data = st.fixed_dictionaries(
    {},
    optional={
        "code": json,
        "name": json,
        "version": json,
        "rules": json
        | st.lists(
            st.fixed_dictionaries(
                {"rule": st.sampled_from(["behind-schedule", "start-late", "没有"])},
                optional={
                    "clause": st.text(max_size=4),
                    "params": st.dictionaries(
                        st.sampled_from(["yellow", "red", "x"]),
                        st.integers(-5, 200) | st.sampled_from(["12.5", "1/0", "1e9999", "甲"]),
                    ),
                },
            )
        ),
    },
)


@given(pack_data)
def test_any_data_is_a_pack_or_says_what_is_wrong(data) -> None:
    read = pack_from_data(data)
    assert (read.pack is None) == bool(read.faults)
    if read.pack is not None:
        assert pack_from_data(pack_to_data(read.pack)).pack == read.pack
