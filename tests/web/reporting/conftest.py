"""An office with a plan in force, three units and a month that is open."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.delivery.periods import Period
from guatu.web.annual import actions as annual
from guatu.web.annual.models import AnnualPlan
from guatu.web.people.models import Office, Region, RegionLevel, Unit, User
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting import actions
from guatu.web.reporting.models import Cycle, PeriodUnit, Report, ReportingPeriod, ReturnedFile

WAN = 10_000
WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"


@pytest.fixture(scope="session")
def spoil() -> ModuleType:
    """The script that spoils sheets as people do."""
    path = Path(__file__).with_name("spoiling.py")
    spec = importlib.util.spec_from_file_location("spoiling", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def counties(office: Office) -> list[Region]:
    """青川区, 望海县 of 临江市."""
    since = date(2020, 1, 1)
    city = Region.objects.create(
        code="970300", name="临江市", level=RegionLevel.CITY, valid_from=since
    )
    office.region = city
    office.save()
    return [
        Region.objects.create(
            code=f"97030{n}", name=name, level=RegionLevel.COUNTY, parent=city,
            valid_from=since, position=n,
        )
        for n, name in enumerate(("青川区", "望海县"), start=1)
    ]  # fmt: skip


@pytest.fixture
def units(make_unit: Callable[..., Unit]) -> dict[str, Unit]:
    """Three departments in the directory's order."""
    return {
        name: make_unit(name, position=n) for n, name in enumerate((WATER, ROADS, HEALTH), start=1)
    }


@pytest.fixture
def make_project(
    office: Office, counties: list[Region], units: dict[str, Unit]
) -> Callable[..., Project]:
    """``make_project("青川水厂", WATER, 1200)``: 1,200 万元 in the year, building since 2025."""

    def make(name: str, unit: str, wan: int = 1000, **fields: Any) -> Project:
        fields.setdefault("region", counties[0])
        fields.setdefault("office", office)
        fields.setdefault("stage", Stage.BUILDING)
        fields.setdefault("start", date(2025, 3, 1))
        fields.setdefault("finish", date(2027, 6, 1))
        fields.setdefault("position", Project.objects.count() + 1)
        fields.setdefault("investment", wan * 5 * WAN)
        return Project.objects.create(
            name=name, unit=units[unit], unit_name=unit, year_investment=wan * WAN, **fields
        )

    return make


@pytest.fixture
def projects(make_project: Callable[..., Project], counties: list[Region]) -> dict[str, Project]:
    """Six projects of three units."""
    found = [
        make_project("青川水厂", WATER, 1200),
        make_project("云溪水库", WATER, 3000, leader="何志恒"),
        make_project("望海海堤", WATER, 800, region=counties[1]),
        make_project("南浦大道", ROADS, 2000),
        make_project("望海港区", ROADS, 5000, region=counties[1], stage=Stage.STARTING,
                     start=date(2026, 9, 1)),
        make_project("望海医院", HEALTH, 1500, region=counties[1]),
    ]  # fmt: skip
    return {project.name: project for project in found}


@pytest.fixture
def plan(office: Office, clerk: User, projects: dict[str, Project]) -> AnnualPlan:
    """The year's plan with all of them, issued."""
    made = annual.open_year(office=office, year=2026, by=clerk)
    annual.add_projects(made, projects.values(), by=clerk)
    return annual.issue(made, number="临投发〔2026〕3号", on=date(2026, 2, 1), by=clerk)


@pytest.fixture
def cycle(office: Office, clerk: User) -> Cycle:
    """The monthly report, due 5 workdays after the month."""
    return actions.add_cycle(
        by=clerk, name="月调度", kind="month", due_count=5, due_kind="workday",
        source_name="临政办发〔2026〕8号",
    )  # fmt: skip


@pytest.fixture
def september(cycle: Cycle, plan: AnnualPlan, clerk: User) -> ReportingPeriod:
    """September, with everybody's figures: a tenth of the plan times nine."""
    period = actions.open_period(cycle, Period.parse("2026-09"), by=clerk)
    for unit in PeriodUnit.objects.filter(period=period):
        entered = {
            ask.project_id: {
                "reached_year": ask.project.year_investment * 6 // 10,
                "reached_before": ask.project.year_investment,
                "started_on": date(2025, 3, 10),
                "in_statistics": date(2025, 5, 1),
                "progress": "主体施工",
            }
            for ask in unit.asks.select_related("project")
            if ask.project.stage == Stage.BUILDING
        }
        actions.enter(unit, entered, by=clerk, given_by="联络员", received_on=date(2026, 10, 8))
    return period


@pytest.fixture
def october(september: ReportingPeriod, clerk: User) -> ReportingPeriod:
    """October, open."""
    return actions.open_period(september.cycle, Period.parse("2026-10"), by=clerk)


@pytest.fixture
def sheets(october: ReportingPeriod, desk: Client) -> dict[str, bytes]:
    """October's sheets as the office downloads them, by unit."""
    answer = desk.post(reverse("reporting:sheets-out", args=[october.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        return {name.split(" ")[1]: package.read(name) for name in package.namelist()}


@pytest.fixture
def drop(october: ReportingPeriod, desk: Client) -> Callable[..., list[ReturnedFile]]:
    """``drop({"改名.xlsx": data})``: files dropped at once; those that are new, in order."""

    def make(files: dict[str, bytes], received: str = "2026-11-04") -> list[ReturnedFile]:
        last = ReturnedFile.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        uploads = [SimpleUploadedFile(name, data) for name, data in files.items()]
        answer = desk.post(
            reverse("reporting:back", args=[october.pk]),
            {"sheets": uploads, "received_on": received},
        )
        assert answer.status_code == 302, answer.text
        return list(ReturnedFile.objects.filter(pk__gt=last).order_by("pk"))

    return make


@pytest.fixture
def reached(october: ReportingPeriod) -> Callable[[], dict[str, int]]:
    """``reached()``: 本年累计 in 万元 of October's reports that stand, by project."""

    def look() -> dict[str, int]:
        found = Report.objects.filter(period=october, current=True).select_related("project")
        return {report.project.name: (report.reached_year or 0) // WAN for report in found}

    return look
