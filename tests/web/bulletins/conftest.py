"""An office whose September is reported and closed, and what one does to a docx in Word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from guatu.delivery.bulletins.closed_month import Particulars
from guatu.delivery.periods import Period
from guatu.web.annual import actions as annual
from guatu.web.bulletins import actions
from guatu.web.bulletins.models import Bulletin
from guatu.web.people.models import Office, Region, RegionLevel, Unit, UnitKind, User
from guatu.web.projects import files
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.models import PeriodUnit, ReportingPeriod
from guatu.web.supervision import actions as supervision
from guatu.web.supervision.models import Close

WAN = 10_000
ISSUED_ON = date(2026, 10, 12)
# 年度计划 and 本年累计 in 万元; the whole: 8,200 of 12,000.
CITY = (
    ("青川水厂", "市水利局", "青川区", 2_000, 1_500),
    ("云溪水库", "市水利局", "青川区", 3_000, 2_100),
    ("南浦大道", "市交通运输局", "望海县", 4_000, 2_600),
    ("望海医院", "市卫生健康委", "望海县", 3_000, 2_000),
)


@pytest.fixture
def projects(office: Office, clerk: User) -> dict[str, Project]:
    """Four projects of three units in two counties."""
    since = date(2020, 1, 1)
    city = Region.objects.create(
        code="970300", name="临江市", level=RegionLevel.CITY, valid_from=since
    )
    office.region = city
    office.save()
    units: dict[str, Unit] = {}
    regions: dict[str, Region] = {}
    made = {}
    for number, (name, unit, county, wan, _reached) in enumerate(CITY, start=1):
        if unit not in units:
            units[unit] = Unit.objects.create(
                name=unit, kind=UnitKind.GOVERNMENT, office=office, position=number
            )
        if county not in regions:
            regions[county] = Region.objects.create(
                code=f"97030{number}", name=county, level=RegionLevel.COUNTY, parent=city,
                valid_from=since, position=number,
            )  # fmt: skip
        made[name] = Project.objects.create(
            office=office, name=name, unit=units[unit], unit_name=unit, region=regions[county],
            stage=Stage.BUILDING, start=date(2025, 3, 1), finish=date(2027, 6, 1),
            position=number, investment=wan * 5 * WAN, year_investment=wan * WAN,
        )  # fmt: skip
    return made


@pytest.fixture
def september(office: Office, clerk: User, projects: dict[str, Project]) -> ReportingPeriod:
    """September, reported by all and still open."""
    plan = annual.open_year(office=office, year=2026, by=clerk)
    annual.add_projects(plan, projects.values(), by=clerk)
    annual.issue(plan, number="临投发〔2026〕3号", on=date(2026, 2, 1), by=clerk)
    cycle = reporting.add_cycle(
        by=clerk, name="月调度", kind="month", due_count=5, due_kind="workday",
        source_name="临政办发〔2026〕8号",
    )  # fmt: skip
    period = reporting.open_period(cycle, Period.parse("2026-09"), by=clerk)
    reached = {name: wan for name, _unit, _county, _plan, wan in CITY}
    for unit in PeriodUnit.objects.filter(period=period):
        entered = {
            ask.project_id: {
                "reached_year": reached[ask.project.name] * WAN,
                "reached_before": 0,
                "started_on": date(2025, 3, 10),
                "in_statistics": date(2025, 5, 1),
                "progress": "主体施工",
                "problems": "征迁进度慢" if ask.project.name == "南浦大道" else "",
            }
            for ask in unit.asks.select_related("project")
        }
        reporting.enter(unit, entered, by=clerk, given_by="李工", received_on=date(2026, 10, 8))
    return period


@pytest.fixture
def close(september: ReportingPeriod, clerk: User) -> Close:
    """September's close."""
    return supervision.close_period(september, by=clerk)


@pytest.fixture
def particulars() -> Particulars:
    """Who issues it to whom."""
    return Particulars(
        signature="临江市重大项目办公室",
        red_head="临江市重大项目办公室文件",
        addressee="各县（市、区）人民政府",
        copies_to="市政府办公室",
        printed_by="临江市重大项目办公室",
    )


@pytest.fixture
def bulletin(close: Close, clerk: User, particulars: Particulars) -> Bulletin:
    """September's draft."""
    return actions.draft(close, by=clerk, particulars=particulars)


@pytest.fixture
def draft_docx(bulletin: Bulletin) -> bytes:
    """The draft as the clerk downloads it."""
    return files.read(bulletin.files.get(kind="draft").stored)


@pytest.fixture
def filled_docx(bulletin: Bulletin) -> bytes:
    """The draft with number and date filled in, as the clerk hands it in."""
    return actions.printed_docx(bulletin, number="临重大办〔2026〕12号", on=ISSUED_ON)


@pytest.fixture
def edited() -> Callable[..., bytes]:
    """``edited(docx, ("68.3", "70.0"))``: the text of the docx changed as in Word."""

    def make(docx: bytes, *changes: tuple[str, str]) -> bytes:
        content = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(docx)) as package,
            zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for name in package.namelist():
                data = package.read(name)
                if name == "word/document.xml":
                    text = data.decode()
                    for old, new in changes:
                        assert old in text, old
                        text = text.replace(old, new, 1)
                    data = text.encode()
                out.writestr(name, data)
        return content.getvalue()

    return make
