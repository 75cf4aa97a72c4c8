"""The first month of a city that starts from a published plan: from its file to its lights.

The plan lies in ``../shared`` (or ``$GUATU_SHARED``); elsewhere this is skipped and says so.
"""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.delivery.projects.heads import Mapping
from guatu.web.annual import actions as annual
from guatu.web.annual.models import AnnualPlan
from guatu.web.page import worker
from guatu.web.people.models import Office, Unit, UnitKind, User
from guatu.web.plans import actions as plans
from guatu.web.plans.models import Entry, Kind, Plan
from guatu.web.plans.names import NamesOf, pending_names
from guatu.web.projects import files
from guatu.web.projects.actions import importing
from guatu.web.projects.models import Import, Problem, Project
from guatu.web.reporting.models import Cycle, CycleKind, ReportingPeriod
from guatu.web.supervision.models import ClosedProject, Light
from guatu.web.supervision.queries.closes import current_close, rollups

ROOT = Path(__file__).parents[3]
PLAN = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared")) / "plans"
FILE = PLAN / "zunyi-2021-investment.txt"
WAN = 10_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not there"),
]

# 项目, 总投资, 2026年计划, 开工, 竣工; two to a unit.
PROJECTS = (
    ("城北水厂扩建工程", 20_000, 6_000, "2025年3月", "2027年6月"),
    ("北部工业园标准厂房", 50_000, 12_000, "2025年6月", "2027年12月"),
    ("旅游环线公路", 90_000, 30_000, "2024年10月", "2027年10月"),
    ("中心医院住院楼", 30_000, 9_000, "2026年4月", "2028年4月"),
    ("农村污水治理二期", 12_000, 4_000, "2026年9月", "2027年9月"),
    ("职业学校实训基地", 8_000, 3_000, "2025年9月", "2026年12月"),
)


@pytest.fixture
def published(clerk: User) -> Plan:
    """The plan read, every entry accepted, its units entered, published."""
    plans.upload_plan(by=clerk, name=FILE.name, content=FILE.read_bytes())
    worker.work_off()
    plan = Plan.objects.get()
    plans.accept_all(plan, by=clerk)
    entries = list(Entry.objects.filter(plan=plan))
    names = pending_names(entries, NamesOf(plan))
    decisions = [plans.Decision(name, kind=UnitKind.GOVERNMENT) for name in names]
    plans.decide_names(plan, decisions, by=clerk)
    plans.publish(plan, by=clerk, with_findings=True)
    assert Entry.objects.filter(plan=plan, kind=Kind.TARGET).count() > 50
    return plan


@pytest.fixture
def library(published: Plan, clerk: User) -> list[Project]:
    """A handful of projects, brought in by a sheet; their units are those of the plan."""
    units = list(Unit.objects.filter(kind=UnitKind.GOVERNMENT).order_by("pk")[:3])
    assert len(units) == 3
    book = openpyxl.Workbook()
    heads = ("序号", "项目名称", "总投资（万元）", "2026年计划投资（万元）", "责任单位",
             "开工时间", "竣工时间", "建设阶段")  # fmt: skip
    book.active.append(heads)
    for number, (name, total, year, start, finish) in enumerate(PROJECTS):
        unit = units[number // 2].name
        stage = "新开工" if "2026" in start else "在建"
        book.active.append((number + 1, name, total, year, unit, start, finish, stage))
    body = io.BytesIO()
    book.save(body)
    data = body.getvalue()
    looked = importing.look_at(data, "项目.xlsx")
    job = importing.hand_in(
        by=clerk, name="项目.xlsx", stored=files.keep(data, "imports", "sheet"), sheets=looked
    )
    mapping = Mapping.from_json(job.mapping["chosen"])
    importing.stage(job, by=clerk, sheet=job.sheet, mapping=mapping, chosen=mapping.fields,
                    units=mapping.units, year=mapping.year, whole=False)  # fmt: skip
    worker.work_off()
    job = Import.objects.get()
    importing.apply(job, by=clerk)
    worker.work_off()
    found = list(Project.objects.order_by("position", "pk"))
    assert [each.name for each in found] == [line[0] for line in PROJECTS]
    assert all(each.unit_id for each in found)
    return found


@pytest.fixture
def year(office: Office, library: list[Project], clerk: User) -> AnnualPlan:
    """2026's plan with all of them, issued."""
    made = annual.open_year(office=office, year=2026, by=clerk)
    annual.add_projects(made, library, by=clerk)
    return annual.issue(made, number="市投发〔2026〕1号", on=date(2026, 2, 1), by=clerk)


def cycle_from_plan(desk: Client, kind: str) -> Cycle:
    """What the clerk makes of the plan's own duty; how many days after the end is theirs to say."""
    page = desk.get(reverse("reporting:cycle-new"))
    wanted = CycleKind(kind).label
    [duty] = [row for row in page.context["duties"] if row.kind == wanted][:1]
    url = reverse("reporting:cycle-new") + duty.url
    shown = desk.get(url)
    assert duty.quote in shown.text
    given = {name: shown.context["form"].initial[name] for name in ("name", "kind", "ask_by")}
    answer = desk.post(url, {**given, "due_count": "3", "due_kind": "workday"})
    assert answer.status_code == 302, answer.text
    made = Cycle.objects.get(kind=kind)
    assert made.lineage is not None and made.quote == duty.quote
    return made


def opened(desk: Client, cycle: Cycle, key: str) -> ReportingPeriod:
    answer = desk.post(reverse("reporting:open", args=[cycle.pk]), {"key": key})
    assert answer.status_code == 302, answer.text
    return ReportingPeriod.objects.get(cycle=cycle, key=key)


def sheets_of(desk: Client, period: ReportingPeriod) -> list[bytes]:
    answer = desk.post(reverse("reporting:sheets-out", args=[period.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        return [package.read(name) for name in package.namelist()]


def test_the_first_month_from_the_plans_own_duties(
    desk: Client, year: AnnualPlan, spoil: ModuleType, clerk: User
) -> None:
    cycle = cycle_from_plan(desk, "month")
    october = opened(desk, cycle, "2026-10")
    # 2026-11-02, 03, 04: three workdays after the month's end, a Saturday.
    assert (october.due, october.due_provisional) == (date(2026, 11, 4), False)
    sheets = sheets_of(desk, october)
    assert len(sheets) == 3
    given = {
        "城北水厂扩建工程": (5_000, 8_000, "2025-03-08"),
        "北部工业园标准厂房": (4_000, 10_000, "2025-06-20"),
        "旅游环线公路": (27_000, 40_000, "2024-10-15"),
        "中心医院住院楼": (7_000, None, "2026-04-12"),
        "农村污水治理二期": (0, None, None),
    }

    def filled(sheet: Any, columns: dict[str, int]) -> None:
        for row in spoil.rows(sheet):
            name = sheet.cell(row, columns["项目名称"]).value
            if name not in given:
                continue
            reached, before, start = given[name]
            for head, value in (
                ("本年累计完成投资（万元）", reached),
                ("以前年度完成投资（万元）", before),
                ("实际开工日期", start),
                # Entered the statistics in its first year, but for the hospital.
                ("入统日期", f"{start[:4]}-12-20" if before else None),
                ("形象进度", "主体施工" if start else "征地"),
                ("存在问题", None if start else "林地手续未批"),
            ):
                if value is not None and head in columns:
                    sheet.cell(row, columns[head]).value = value

    uploads = [
        SimpleUploadedFile(f"报送{n}.xlsx", spoil.changed(data, filled))
        for n, data in enumerate(sheets)
    ]
    back = reverse("reporting:back", args=[october.pk])
    assert desk.post(back, {"sheets": uploads, "received_on": "2026-11-03"}).status_code == 302
    desk.post(reverse("reporting:back-apply", args=[october.pk]))
    shown = desk.get(back)
    assert not shown.context["waiting"], [row.state for row in shown.context["rows"]]
    missing = desk.get(reverse("reporting:missing", args=[october.pk])).text
    assert "职业学校实训基地" in missing and "旅游环线公路" not in missing
    assert [problem.words for problem in Problem.objects.all()] == ["林地手续未批"]

    url = reverse("supervision:close", args=[october.pk])
    form = {"factor": "100", "counted_by": "annual", "basis": "adjusted"}
    assert desk.post(url, form).status_code == 422, "who has not reported must be seen first"
    assert desk.post(url, {**form, "seen": "on"}).status_code == 302
    close = current_close(october)
    assert close is not None and close.number == 1
    closed = {row.project.name: row for row in ClosedProject.objects.select_related("project")}
    assert len(closed) == 6
    [whole] = rollups(close)
    sums = whole.adjusted
    # By hand: 5000 + 4000 + 27000 + 7000 + 0, and nothing known of the one that is missing.
    assert (sums.planned, sums.reached, sums.missing) == (64_000 * WAN, 43_000 * WAN, 1)
    assert closed["旅游环线公路"].reached_total == 67_000 * WAN
    lights = dict(Light.objects.values_list("project__name", "colour"))
    why = dict(Light.objects.values_list("project__name", "words"))
    assert lights["职业学校实训基地"] == "grey"
    assert lights["旅游环线公路"] == "green", why["旅游环线公路"]
    # 4,000 of 12,000 where ten twelfths of the year are over.
    assert lights["北部工业园标准厂房"] == "red", why["北部工业园标准厂房"]
    # Ought to have been begun in September and was not by the end of October.
    assert lights["农村污水治理二期"] in ("yellow", "red"), why["农村污水治理二期"]
    # Begun in April and in no statistics since.
    assert lights["中心医院住院楼"] == "red" and "入统" in why["中心医院住院楼"]
    page = desk.get(reverse("supervision:warnings")).text
    assert "北部工业园标准厂房" in page and "职业学校实训基地" in page
    refused = desk.post(back, {"sheets": uploads[:1], "received_on": "2026-11-03"})
    assert refused.status_code == 422


def test_ten_days_ask_only_what_happened(
    desk: Client, year: AnnualPlan, library: list[Project], spoil: ModuleType
) -> None:
    leader = library[0]
    leader.leader = "王志远"
    leader.save(update_fields=["leader"])
    cycle = cycle_from_plan(desk, "ten-day")
    period = opened(desk, cycle, "2026-10-c")
    assert str(period) == "2026年10月下旬旬报"
    asked = {ask.project.name: ask.fields for ask in period.asks.select_related("project")}
    assert "reached_year" in asked[leader.name]
    assert all(
        "reached_year" not in fields for name, fields in asked.items() if name != leader.name
    )

    def filled(sheet: Any, columns: dict[str, int]) -> None:
        for row in spoil.rows(sheet):
            sheet.cell(row, columns["存在问题"]).value = "资金未到位"
            if sheet.cell(row, columns["项目名称"]).value == leader.name:
                sheet.cell(row, columns[spoil.REACHED]).value = 5_000

    uploads = [
        SimpleUploadedFile(f"{n}.xlsx", spoil.changed(data, filled))
        for n, data in enumerate(sheets_of(desk, period))
    ]
    back = reverse("reporting:back", args=[period.pk])
    assert desk.post(back, {"sheets": uploads, "received_on": "2026-11-02"}).status_code == 302
    desk.post(reverse("reporting:back-apply", args=[period.pk]))
    assert Problem.objects.filter(words="资金未到位").count() == len(PROJECTS)
    # Only month periods are closed: a ten-day one is taken note of.
    shown = desk.get(reverse("supervision:close", args=[period.pk]))
    assert "只有月报关账" in shown.text
