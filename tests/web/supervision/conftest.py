"""A city that a clerk can follow by hand: projects, plan and months from a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from guatu.delivery.periods import Period
from guatu.web.annual import actions as annual
from guatu.web.annual.models import AnnualPlan
from guatu.web.people.models import Office, Region, RegionLevel, Unit, UnitKind, User
from guatu.web.projects.models import CountyShare, Project, Stage
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.models import (
    Cycle,
    CycleKind,
    DueKind,
    PeriodUnit,
    ReportingPeriod,
)
from guatu.web.supervision import actions
from guatu.web.supervision.models import Close

WAN = 10_000
CASES = Path(__file__).parents[2] / "cases" / "closes"


def month_of(text: str) -> date:
    year, month = text.split("-")
    return date(int(year), int(month), 1)


@dataclass
class City:
    """The table's city: its projects by name, and the verbs of a month."""

    office: Office
    clerk: User
    cycle: Cycle
    plan: AnnualPlan
    projects: Mapping[str, Project]
    periods: dict[str, ReportingPeriod] = field(default_factory=dict)

    def open(self, key: str) -> ReportingPeriod:
        self.periods[key] = reporting.open_period(self.cycle, Period.parse(key), by=self.clerk)
        return self.periods[key]

    def report(self, key: str, reports: Mapping[str, Any]) -> None:
        """Entered for the units, as somebody gave them; the same names as in the table."""
        period = self.periods[key]
        units = {each.unit_id: each for each in PeriodUnit.objects.filter(period=period)}
        by_unit: dict[int, dict[int, dict[str, Any]]] = {}
        for name, given in reports.items():
            project = self.projects[name]
            values = self._values(given, project)
            by_unit.setdefault(project.unit_id, {})[project.pk] = values
        for unit, rows in by_unit.items():
            reporting.enter(
                units[unit],
                rows,
                by=self.clerk,
                given_by="李工",
                received_on=period.due,
                today=date(2026, 12, 1),
            )

    def _values(self, given: Any, project: Project) -> dict[str, Any]:
        if given == "无变化":
            return {"unchanged": True}
        if given == "前期":
            return {"reached_year": 0, "progress": f"办理前期手续 {len(self.periods)}"}
        more = given if isinstance(given, dict) else {"累计": given}
        values = {"reached_year": more["累计"] * WAN, "reason": more.get("说明", "据实填报")}
        if project.stage == Stage.BUILDING:
            values |= {
                "started_on": date(2025, 6, 1),
                "in_statistics": date(2025, 7, 31),
                "reached_before": 0,
            }
        if "开工" in more:
            values["started_on"] = more["开工"]
        return values

    def close(self, key: str, **more: Any) -> Close:
        period = ReportingPeriod.objects.get(pk=self.periods[key].pk)
        return actions.close_period(period, by=self.clerk, **more)

    def again(self, key: str) -> ReportingPeriod:
        """The period as it stands now."""
        return ReportingPeriod.objects.select_related("cycle", "office").get(
            pk=self.periods[key].pk
        )


@pytest.fixture(scope="session")
def table() -> dict[str, Any]:
    """The table of the hand-worked city."""
    found: dict[str, Any] = yaml.safe_load((CASES / "city.yml").read_text("utf-8"))
    return found


@pytest.fixture
def hand_city(table: dict[str, Any], office: Office, clerk: User) -> City:
    """The office of the table with its projects in an issued plan; no period is open yet."""
    since = date(2020, 1, 1)
    city = Region.objects.create(
        code="970300", name="临江市", level=RegionLevel.CITY, valid_from=since
    )
    regions = {
        name: Region.objects.create(
            code=f"97030{n}", name=name, level=RegionLevel.COUNTY, parent=city, valid_from=since,
            position=n,
        )
        for n, name in enumerate(table["县区"], start=1)
    }  # fmt: skip
    units: dict[str, Unit] = {}
    projects: dict[str, Project] = {}
    for number, row in enumerate(table["项目"], start=1):
        if row["单位"] not in units:
            units[row["单位"]] = Unit.objects.create(
                name=row["单位"], kind=UnitKind.GOVERNMENT, office=office
            )
        planned = row.get("计划")
        projects[row["名"]] = Project.objects.create(
            office=office,
            name=row["名"],
            position=number,
            section="基础设施",
            region=regions[row["县"]],
            unit=units[row["单位"]],
            leaf=not row.get("打捆", False),
            parent=projects.get(row.get("属", "")),
            investment=(planned or 900) * 3 * WAN,
            year_investment=planned * WAN if planned else None,
            start=month_of(row["开工"]) if "开工" in row else None,
            finish=month_of(row["竣工"]) if "竣工" in row else None,
            stage=Stage.EARLY if row.get("前期") else Stage.BUILDING,
        )
        for county, amount in row.get("分县", {}).items():
            CountyShare.objects.create(
                project=projects[row["名"]], region=regions[county], amount=amount * WAN
            )
    plan = annual.open_year(office=office, year=2026, by=clerk)
    annual.add_projects(plan, projects.values(), by=clerk)
    plan = annual.issue(plan, number="临投发〔2026〕1号", on=date(2026, 1, 5), by=clerk)
    cycle = reporting.add_cycle(
        by=clerk, name="月报", kind=CycleKind.MONTH, due_count=5, due_kind=DueKind.CALENDAR,
        source_name="领导小组会议纪要",
    )  # fmt: skip
    return City(office, clerk, cycle, plan, projects)


@pytest.fixture
def two_months(hand_city: City, table: dict[str, Any]) -> City:
    """January closed, February reported and still open."""
    first, second = table["月"][0], table["月"][1]
    hand_city.open("2026-01")
    hand_city.report("2026-01", first["报"])
    hand_city.close("2026-01")
    hand_city.open("2026-02")
    hand_city.report("2026-02", second["报"])
    return hand_city
