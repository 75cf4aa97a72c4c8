"""The wall chart's places, worked out by hand on a year of 365 days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.annual.months import Month
from guatu.delivery.wallchart.layout import (
    ChartNode,
    ChartProject,
    FlagState,
    chart_of,
)

TODAY = date(2026, 10, 31)
YEAR = {"first": Month(2026, 1), "last": Month(2026, 12)}


def test_a_bar_runs_from_its_first_morning_to_its_last_evening() -> None:
    """March 1 is after 59 days, June 30 ends the 181st."""
    project = ChartProject(
        "p", "甲桥", planned_start=date(2026, 3, 1), planned_finish=date(2026, 6, 30)
    )
    (row,) = chart_of([project], TODAY, **YEAR).rows
    assert row.planned is not None
    assert (row.planned.start, row.planned.end) == (59 / 365, 181 / 365)
    assert not (row.planned.before or row.planned.after)


def test_what_lies_beyond_the_edges_is_cut_and_says_so() -> None:
    project = ChartProject(
        "p", "乙路", planned_start=date(2025, 4, 1), planned_finish=date(2027, 6, 30)
    )
    (row,) = chart_of([project], TODAY, **YEAR).rows
    assert row.planned is not None
    assert (row.planned.start, row.planned.end) == (0.0, 1.0)
    assert (row.planned.before, row.planned.after) == (True, True)


def test_the_real_bar_ends_today_while_work_goes_on() -> None:
    """October 31 is the 304th day."""
    project = ChartProject("p", "丙", started_on=date(2026, 1, 1))
    (row,) = chart_of([project], TODAY, **YEAR).rows
    assert row.real is not None
    assert (row.real.start, row.real.end) == (0.0, 304 / 365)


def test_nothing_is_drawn_of_what_is_not_known() -> None:
    (row,) = chart_of([ChartProject("p", "丁")], TODAY, **YEAR).rows
    assert (row.planned, row.base, row.real, row.flags) == (None, None, None, ())


def test_the_issued_plan_is_drawn_only_where_it_was_changed() -> None:
    same = ChartProject(
        "a", "甲",
        planned_start=date(2026, 3, 1), planned_finish=date(2026, 9, 30),
        base_start=date(2026, 3, 1), base_finish=date(2026, 9, 30),
    )  # fmt: skip
    moved = ChartProject(
        "b", "乙",
        planned_start=date(2026, 5, 1), planned_finish=date(2026, 12, 31),
        base_start=date(2026, 3, 1), base_finish=date(2026, 9, 30),
    )  # fmt: skip
    first, second = chart_of([same, moved], TODAY, **YEAR).rows
    assert first.base is None
    assert second.base is not None


@pytest.mark.parametrize(
    ("planned", "actual", "state"),
    [
        (date(2026, 5, 31), date(2026, 6, 20), FlagState.REACHED),
        (date(2026, 5, 31), None, FlagState.OVERDUE),
        (date(2026, 10, 31), None, FlagState.COMING),
        (date(2026, 12, 31), None, FlagState.COMING),
        (None, date(2026, 2, 1), FlagState.REACHED),
        # A day in the future is a forecast that somebody typed as done.
        (date(2026, 12, 31), date(2026, 12, 1), FlagState.COMING),
    ],
)
def test_a_node_is_reached_overdue_or_coming(
    planned: date | None, actual: date | None, state: FlagState
) -> None:
    project = ChartProject("p", "甲", nodes=(ChartNode("封顶", planned, actual),))
    (flag,) = chart_of([project], TODAY, **YEAR).rows[0].flags
    assert (flag.state, flag.day) == (state, actual or planned)


def test_bands_stand_where_their_first_project_does_and_rows_are_numbered_through() -> None:
    projects = [
        ChartProject("1", "甲", bands=("交通短板", "公路")),
        ChartProject("2", "乙", bands=("水利短板", "水库")),
        ChartProject("3", "丙", bands=("交通短板", "公路")),
    ]
    chart = chart_of(projects, TODAY)
    assert [(band.title, [row.project.name for row in band.rows]) for band in chart.bands] == [
        ("交通短板 · 公路", ["甲", "丙"]),
        ("水利短板 · 水库", ["乙"]),
    ]
    assert [row.number for row in chart.rows] == [1, 2, 3]


def test_months_and_years_fill_the_scale() -> None:
    chart = chart_of([], TODAY, first=Month(2025, 11), last=Month(2026, 2))
    assert [tick.label for tick in chart.months] == ["11月", "12月", "1月", "2月"]
    assert [tick.label for tick in chart.years] == ["2025年", "2026年"]
    assert (chart.months[0].start, chart.months[-1].end) == (0.0, 1.0)
    assert chart.years[0].end == chart.years[1].start == 61 / 120
    assert chart.now is None


def test_without_a_span_all_that_is_planned_is_shown_but_ten_years_at_the_most() -> None:
    near = ChartProject("a", "甲", planned_start=date(2025, 5, 1), planned_finish=date(2027, 3, 31))
    chart = chart_of([near], TODAY)
    assert (chart.first, chart.last) == (Month(2025, 5), Month(2027, 3))
    far = ChartProject("b", "乙", planned_start=date(1958, 1, 1), planned_finish=date(2099, 1, 1))
    chart = chart_of([far], TODAY)
    assert (chart.first, chart.last) == (Month(2022, 1), Month(2031, 12))


DAYS = st.none() | st.dates()


@given(st.lists(st.tuples(DAYS, DAYS, DAYS, DAYS, DAYS, DAYS), max_size=5), st.dates())
def test_any_days_stay_on_the_chart(days: list[tuple[date | None, ...]], today: date) -> None:
    projects = [
        ChartProject(
            str(number), "甲", planned_start=a, planned_finish=b, base_start=c, started_on=d,
            finished_on=e, nodes=(ChartNode("节点", f, a),),
        )
        for number, (a, b, c, d, e, f) in enumerate(days)
    ]  # fmt: skip
    chart = chart_of(projects, today)
    assert len(chart.rows) == len(projects)
    assert len(chart.months) <= 120
    for row in chart.rows:
        for bar in (row.planned, row.base, row.real):
            assert bar is None or 0 <= bar.start <= bar.end <= 1
        assert all(0 <= flag.at <= 1 for flag in row.flags)
    assert all(tick.start <= tick.end for tick in chart.months)
