"""An office with counties, departments, projects and a published plan to decompose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from guatu.web.annual import actions
from guatu.web.annual.models import AnnualPlan, Decomposition
from guatu.web.people.models import Office, Region, RegionLevel, Unit, User
from guatu.web.plans.models import (
    Kind,
    LedgerEntry,
    LedgerUnit,
    Plan,
    PlanVersion,
    Reading,
    Upload,
)
from guatu.web.projects.models import Project, Stage

WAN = 10_000


@pytest.fixture
def counties(office: Office) -> list[Region]:
    """青川区, 南浦区, 望海县 of 临江市."""
    since = date(2020, 1, 1)
    city = Region.objects.create(
        code="970300", name="临江市", level=RegionLevel.CITY, valid_from=since
    )
    office.region = city
    office.save()
    return [
        Region.objects.create(
            code=f"97030{n}",
            name=name,
            level=RegionLevel.COUNTY,
            parent=city,
            valid_from=since,
            position=n,
        )
        for n, name in enumerate(("青川区", "南浦区", "望海县"), start=1)
    ]


@pytest.fixture
def make_project(office: Office, counties: list[Region]) -> Callable[..., Project]:
    """``make_project("青川水厂", 1200)``: 1,200 万元 in the year."""

    def make(name: str, wan: int | None = 100, **fields: object) -> Project:
        fields.setdefault("region", counties[0])
        fields.setdefault("office", office)
        fields.setdefault("stage", Stage.BUILDING)
        fields.setdefault("position", Project.objects.count() + 1)
        year = None if wan is None else wan * WAN
        return Project.objects.create(name=name, year_investment=year, **fields)

    return make


@pytest.fixture
def plan(office: Office, clerk: User) -> AnnualPlan:
    """The office's plan of 2026, still empty."""
    return actions.open_year(office=office, year=2026, by=clerk)


@pytest.fixture
def filled(
    plan: AnnualPlan, clerk: User, counties: list[Region], make_project: Callable[..., Project]
) -> AnnualPlan:
    """… with three projects: 300, 200 and 100 万元."""
    projects = [
        make_project("青川水厂", 300, start=date(2026, 1, 1), finish=date(2026, 12, 1)),
        make_project("南浦大道", 200, region=counties[1], start=date(2026, 9, 1)),
        make_project("望海医院", 100, region=counties[2]),
    ]
    actions.add_projects(plan, projects, by=clerk)
    return plan


@pytest.fixture
def issued(filled: AnnualPlan, clerk: User) -> AnnualPlan:
    """… and issued on 2026-02-01."""
    return actions.issue(filled, number="临投发〔2026〕3号", on=date(2026, 2, 1), by=clerk)


@pytest.fixture
def entry(office: Office, clerk: User, make_unit: Callable[..., Unit]) -> LedgerEntry:
    """A published target: 累计完成投资 600 亿元 from 2026 to 2027."""
    plan = Plan.objects.create(
        office=office, title="临江市补短板行动方案", start_year=2026, end_year=2027
    )
    quote = "到2027年，累计完成补短板投资600亿元。"
    upload = Upload.objects.create(
        office=office,
        plan=plan,
        file_name="方案.txt",
        sha256="0" * 64,
        size=1,
        stored="x",
        text=quote,
    )
    reading = Reading.objects.create(office=office, upload=upload, number=1)
    version = PlanVersion.objects.create(
        office=office,
        plan=plan,
        upload=upload,
        reading=reading,
        number=1,
        about={},
        sha256="0" * 64,
        published_by=clerk,
    )
    entry = LedgerEntry.objects.create(
        office=office,
        version=version,
        kind=Kind.TARGET,
        position=1,
        start=0,
        end=len(quote),
        quote=quote,
        subject="累计完成补短板投资",
        value=Decimal(600),
        unit="亿元",
        due=date(2027, 12, 31),
        fields={"value": "600"},
    )
    LedgerUnit.objects.create(
        office=office, entry=entry, unit=make_unit("市发改委"), printed="市发改委", role="lead"
    )
    return entry


@pytest.fixture
def target(entry: LedgerEntry, clerk: User, counties: list[Region]) -> Decomposition:
    """… taken into decomposition, its years adding up."""
    return actions.decompose(
        entry, accrual="sum", measured_by="reported", start_year=2026, end_year=2027, by=clerk
    )
