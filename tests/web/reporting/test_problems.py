"""存在问题 of a report becomes a problem of the library: once, and back with the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from guatu.delivery.periods import Period
from guatu.web.people.models import Unit, User
from guatu.web.projects.actions import details
from guatu.web.projects.models import Problem, Project
from guatu.web.reporting import actions
from guatu.web.reporting.actions.problems import key_of
from guatu.web.reporting.models import Report, ReportedProblem, ReportingPeriod, ReturnedFile

WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"
WORDS = "占用林地手续未批，需市卫生健康委协调搬迁。"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(clerk: User, projects: dict[str, Project]) -> Callable[..., Any]:
    """``tell(october, 800, "征地未完成")``: 青川水厂 reports so many 万元 and that problem."""

    def report(period: ReportingPeriod, wan: int, problems: str, on: str = "2026-11-04") -> Any:
        values = {"reached_year": wan * 10_000, "progress": "施工", "problems": problems}
        unit = period.units.get(unit__name=WATER)
        plant = projects["青川水厂"].pk
        day = date.fromisoformat(on)
        return actions.enter(unit, {plant: values}, by=clerk, given_by="王建国", received_on=day)

    return report


def said() -> list[str]:
    return sorted(Problem.objects.values_list("words", flat=True))


def test_a_reported_problem_is_entered_with_the_unit_that_it_names(
    october: ReportingPeriod, tell: Callable[..., Any], projects: dict[str, Project],
    units: dict[str, Unit], clerk: User,
) -> None:  # fmt: skip
    act = tell(october, 800, WORDS)
    [problem] = Problem.objects.all()
    assert (problem.words, problem.raised, problem.to_unit) == (
        WORDS, date(2026, 11, 4), units[HEALTH],
    )  # fmt: skip
    assert problem.deadline is None, "a deadline is the office's to set"
    plant = projects["青川水厂"]
    plant.refresh_from_db()
    assert plant.open_problems == 1
    actions.undo_act(october, act, by=clerk)
    plant.refresh_from_db()
    assert said() == [] and plant.open_problems == 0


def test_two_names_leave_the_choice_to_the_office(
    october: ReportingPeriod, tell: Callable[..., Any]
) -> None:
    tell(october, 800, "管线迁改须市卫生健康委、市交通运输局同时办理")
    assert Problem.objects.get().to_unit is None


@pytest.mark.parametrize("words", ["无", "暂无。", "  ", "没有问题", "—"])
def test_nothing_is_no_problem(
    october: ReportingPeriod, tell: Callable[..., Any], words: str
) -> None:
    tell(october, 800, words)
    assert said() == [] and key_of(words) == ""


def test_the_same_words_month_after_month_are_one_problem(
    october: ReportingPeriod, tell: Callable[..., Any], clerk: User
) -> None:
    tell(october, 800, "征地未完成")
    november = actions.open_period(october.cycle, Period.parse("2026-11"), by=clerk)
    act = tell(november, 900, "征地未完成。 ", "2026-11-20")
    assert said() == ["征地未完成"]
    # November's report goes, October's problem stays.
    actions.undo_act(november, act, by=clerk)
    assert said() == ["征地未完成"]
    # Solved and said again: it is back.
    details.answer_problem(Problem.objects.get(), by=clerk, answer="已交地", solved=True)
    tell(november, 900, "征地未完成", "2026-11-20")
    assert list(Problem.objects.values_list("solved", flat=True).order_by("pk")) == [True, False]


def test_what_the_office_takes_away_does_not_come_back(
    october: ReportingPeriod, tell: Callable[..., Any], clerk: User
) -> None:
    tell(october, 800, "征地未完成")
    details.remove_detail(Problem.objects.get(), by=clerk)
    tell(october, 810, "征地未完成")
    assert said() == []


def test_what_the_office_entered_itself_is_not_entered_twice(
    october: ReportingPeriod, tell: Callable[..., Any], clerk: User, projects: dict[str, Project]
) -> None:
    own = Problem(project=projects["青川水厂"], words="征地未完成", raised=date(2026, 10, 9))
    details.save_detail(own, by=clerk)
    act = tell(october, 800, "征地，未完成")
    assert said() == ["征地未完成"]
    actions.undo_act(october, act, by=clerk)
    assert said() == ["征地未完成"]


def test_a_corrected_report_corrects_its_problem_and_undo_brings_it_back(
    october: ReportingPeriod, tell: Callable[..., Any], clerk: User
) -> None:
    tell(october, 800, "征地未完成")
    act = tell(october, 800, "资金未到位")
    assert said() == ["资金未到位"]
    actions.undo_act(october, act, by=clerk)
    assert said() == ["征地未完成"]
    assert ReportedProblem.objects.count() == 1


def test_a_problem_that_was_worked_on_stays(
    october: ReportingPeriod, tell: Callable[..., Any], clerk: User
) -> None:
    act = tell(october, 800, "征地未完成")
    problem = Problem.objects.get()
    problem.deadline = date(2026, 12, 1)
    details.save_detail(problem, by=clerk)
    actions.undo_act(october, act, by=clerk)
    assert said() == ["征地未完成"]
    assert not Report.objects.filter(current=True, problems="征地未完成").exists()


def test_a_sheet_brings_its_problems_and_takes_them_back(
    sheets: dict[str, bytes], drop: Callable[..., list[ReturnedFile]], spoil: ModuleType,
    clerk: User,
) -> None:  # fmt: skip
    column = "存在问题"
    data = spoil.changed(
        sheets[WATER],
        spoil.fill(800, 2100, 560),
        spoil.fill("电力线路未迁", None, "无", column=column),
    )
    [file] = drop({"1.xlsx": data})
    actions.apply_file(file, by=clerk)
    assert said() == ["电力线路未迁"]
    act = file.reports.values_list("act", flat=True).first()
    actions.undo_act(file.period, act, by=clerk)
    assert said() == []
