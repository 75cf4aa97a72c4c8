"""Periods: what is asked of whom and until when; exemptions, late projects, other cadences."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from guatu.delivery.periods import Period
from guatu.web.annual.models import AnnualPlan
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Office, Role, UnitKind, User
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting import actions
from guatu.web.reporting.models import Ask, Cycle, PeriodUnit, Report, ReportingPeriod
from guatu.web.reporting.queries.asking import wanted
from guatu.web.reporting.queries.reports import last_known, not_reported, reports_of

WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"
pytestmark = pytest.mark.django_db


def asked(period: ReportingPeriod) -> dict[str, list[str]]:
    asks = Ask.objects.filter(period=period).select_related("project")
    asks = asks.order_by("project__position")
    return {ask.project.name: ask.fields[:-2] for ask in asks}


def test_a_month_asks_what_is_not_known(october: ReportingPeriod) -> None:
    fields = asked(october)
    assert list(fields) == [
        "青川水厂", "云溪水库", "望海海堤", "南浦大道", "望海港区", "望海医院",
    ]  # fmt: skip
    # September told start, entry into statistics and the money of earlier years.
    assert fields["青川水厂"] == [
        "reached_year", "stopped_on", "finished_on", "progress", "problems",
    ]  # fmt: skip
    assert fields["望海港区"] == ["reached_year", "started_on", "progress", "problems"]


def test_a_quarter_asks_nothing_that_its_last_month_has_told(
    september: ReportingPeriod, clerk: User
) -> None:
    quarterly = actions.add_cycle(
        by=clerk, name="季报", kind="quarter", due_count=3, due_kind="workday",
        source_name="临政办发〔2026〕8号",
    )  # fmt: skip
    asking = wanted(quarterly, Period.parse("2026-Q3"))
    assert asking.known == 5
    assert [project.name for project, _fields in asking.units[0].projects] == ["望海港区"]
    period = actions.open_period(quarterly, Period.parse("2026-Q3"), by=clerk)
    # 国庆 from 1 to 7 October, 10 October is worked: the third working day is Saturday.
    assert (period.due, period.due_provisional) == (date(2026, 10, 10), False)


def test_ten_days_ask_starts_stops_problems_and_the_leaders_projects(
    september: ReportingPeriod, clerk: User
) -> None:
    ten_days = actions.add_cycle(
        by=clerk, name="旬调度", kind="ten-day", due_count=2, due_kind="calendar",
        source_name="市政府会议纪要〔2026〕5号",
    )  # fmt: skip
    period = actions.open_period(ten_days, Period.parse("2026-10-a"), by=clerk)
    fields = asked(period)
    assert fields["青川水厂"] == ["stopped_on", "problems"]
    assert fields["望海港区"] == ["started_on", "problems"]
    assert fields["云溪水库"] == [
        "reached_year", "stopped_on", "finished_on", "progress", "problems",
    ]  # fmt: skip
    unit = period.units.get(unit__name=ROADS)
    port = Project.objects.get(name="望海港区")
    told = {port.pk: {"started_on": date(2026, 10, 9)}}
    actions.enter(unit, told, by=clerk, given_by="联络员", received_on=date(2026, 10, 11))
    # The month knows the start and asks it no more.
    october = actions.open_period(september.cycle, Period.parse("2026-10"), by=clerk)
    assert "started_on" not in asked(october)["望海港区"]
    assert Report.objects.get(period=period, current=True).stage == Stage.STARTING


def test_counties_can_be_asked_instead(
    plan: AnnualPlan, clerk: User, make_unit: Any, counties: Any
) -> None:
    for region in counties:
        make_unit(f"{region.name}人民政府", UnitKind.COUNTY, region=region)
    cycle = actions.add_cycle(
        by=clerk, name="县区月报", kind="month", due_count=3, due_kind="calendar",
        ask_by="county", source_name="方案",
    )  # fmt: skip
    period = actions.open_period(cycle, Period.parse("2026-10"), by=clerk)
    found = {str(unit.unit): unit.asks.count() for unit in PeriodUnit.objects.filter(period=period)}
    assert found == {"青川区人民政府": 3, "望海县人民政府": 3}


def test_the_due_day_follows_the_holiday_table_and_says_when_it_is_provisional(
    september: ReportingPeriod, clerk: User
) -> None:
    cycle = september.cycle
    assert actions.due_of(cycle, Period.parse("2026-10")) == (date(2026, 11, 6), False)
    actions.set_holiday(by=clerk, day=date(2026, 11, 4), works=False, note="停电检修")
    assert actions.due_of(cycle, Period.parse("2026-10")).date == date(2026, 11, 9)
    assert actions.due_of(cycle, Period.parse("2040-03")).provisional


def test_a_cycle_rests_on_words(clerk: User) -> None:
    with pytest.raises(ValidationError, match="依据"):
        actions.add_cycle(by=clerk, name="无依据", kind="month", due_count=5, due_kind="workday")


def test_a_period_is_opened_once(october: ReportingPeriod, clerk: User) -> None:
    with pytest.raises(CannotDo, match="已经开过期"):
        actions.open_period(october.cycle, Period.parse("2026-10"), by=clerk)
    with pytest.raises(CannotDo, match="不是这个制度的报告期"):
        actions.open_period(october.cycle, Period.parse("2026-Q4"), by=clerk)


def test_nobody_but_the_clerk_runs_a_period(
    october: ReportingPeriod, make_user: Callable[..., User]
) -> None:
    with pytest.raises(PermissionDenied):
        actions.open_period(october.cycle, Period.parse("2026-11"), by=make_user(Role.LEADER))


def test_an_exemption_needs_reason_and_person(
    october: ReportingPeriod, clerk: User, desk: Client
) -> None:
    unit = october.units.get(unit__name=HEALTH)
    url = reverse("reporting:exempt", args=[unit.pk])
    assert desk.post(url, {"reason": "", "person": ""}).status_code == 422
    assert [str(each.unit.unit) for each in not_reported(october)] == [WATER, ROADS, HEALTH]
    desk.post(url, {"reason": "机构改革", "person": "何志恒"})
    assert [str(each.unit.unit) for each in not_reported(october)] == [WATER, ROADS]
    page = desk.get(reverse("reporting:period", args=[october.pk])).text
    assert "机构改革（何志恒批准）" in page and "还有 2 家未报全" in page
    desk.post(reverse("reporting:exempt-end", args=[unit.pk]))
    assert len(not_reported(october)) == 3


def test_projects_that_come_later_are_asked_as_well(
    october: ReportingPeriod, clerk: User, make_project: Callable[..., Project]
) -> None:
    with pytest.raises(CannotDo, match="没有要补列"):
        actions.ask_again(october, by=clerk)
    make_project("白河泵站", WATER, 100)
    assert actions.ask_again(october, by=clerk) == 1
    assert "白河泵站" in asked(october)


def test_a_project_without_a_unit_is_told_and_not_lost(
    plan: AnnualPlan, cycle: Cycle, make_project: Callable[..., Project], desk: Client
) -> None:
    project = make_project("无主工程", WATER)
    Project.objects.filter(pk=project.pk).update(unit=None)
    assert wanted(cycle, Period.parse("2026-10")).homeless == [project]
    page = desk.get(reverse("reporting:open", args=[cycle.pk]) + "?key=2026-10").text
    assert "1 个项目没有可发的单位" in page and "无主工程" in page


def test_a_period_that_is_closed_takes_nothing(
    sheets: dict[str, bytes], october: ReportingPeriod, clerk: User
) -> None:
    ReportingPeriod.objects.filter(pk=october.pk).update(state="closed")
    unit = october.units.get(unit__name=HEALTH)
    with pytest.raises(CannotDo, match="已关账"):
        actions.enter(unit, {}, by=clerk, given_by="某", received_on=date(2026, 11, 3))
    closed = ReportingPeriod.objects.get(pk=october.pk)
    with pytest.raises(CannotDo, match="已关账"):
        actions.take_in(
            closed, name="a.xlsx", data=sheets[HEALTH], by=clerk, received_on=date(2026, 11, 3)
        )


def test_one_sheet_a_unit_in_one_zip(
    october: ReportingPeriod, desk: Client, sheets: dict[str, bytes]
) -> None:
    assert list(sheets) == [WATER, ROADS, HEALTH]
    sheet = openpyxl.load_workbook(io.BytesIO(sheets[WATER])).active
    heads = [cell.value for cell in sheet[5]]
    first = dict(zip(heads, [cell.value for cell in sheet[6]], strict=True))
    assert first["项目名称"] == "青川水厂"
    assert (first["年度计划投资（万元）"], first["上期累计（万元）"]) == (1200, 720)
    assert first["上期形象进度"] == "主体施工"
    assert first["本年累计完成投资（万元）"] is None
    # What everybody has told already has no column any more.
    assert "实际开工日期" not in heads and "入统日期" not in heads
    assert sheet.column_dimensions["A"].hidden and sheet.row_dimensions[4].hidden
    assert len(sheet.data_validations.dataValidation) >= 5
    one = desk.post(reverse("reporting:sheet-out", args=[october.units.first().pk]))
    assert zipfile.is_zipfile(io.BytesIO(one.content))
    assert "attachment" in one["Content-Disposition"]


def test_what_others_ask(
    september: ReportingPeriod, october: ReportingPeriod, office: Office, clerk: User
) -> None:
    assert {r.project.name for r in reports_of(september).values()} == {
        "青川水厂", "云溪水库", "望海海堤", "南浦大道", "望海医院",
    }  # fmt: skip
    assert reports_of(october) == {}
    known = last_known(office, date(2026, 10, 31))
    assert {report.period.key for report in known.values()} == {"2026-09"}
    assert last_known(office, date(2026, 8, 31)) == {}


def test_an_act_leaves_a_trail(october: ReportingPeriod, clerk: User) -> None:
    from guatu.web.people.models import TrailEntry

    made = TrailEntry.objects.filter(verb="report.made")
    assert made.count() == 5
    assert made.first().after["reached_year"] == 7_200_000
    assert TrailEntry.objects.filter(verb="period.opened").count() == 2
