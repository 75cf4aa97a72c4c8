"""代录, N个项目本期无变化, 统计数 beside 调度数, messages to those who have not reported."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from guatu.delivery.periods import Period
from guatu.web.annual.models import Accrual, AnnualPlan, Decomposition
from guatu.web.annual.models import Measure as MeasuredBy
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Office, Role, User
from guatu.web.plans.models import Plan
from guatu.web.projects.models import Project
from guatu.web.reporting import actions
from guatu.web.reporting.models import Measure, Report, ReportingPeriod
from guatu.web.reporting.queries.gaps import figures_of
from guatu.web.reporting.queries.period import drafts, projects_of, unit_choices
from guatu.web.reporting.queries.reached import reached_rows

WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"
pytestmark = pytest.mark.django_db

Reached = Callable[[], dict[str, int]]


def test_entered_for_a_unit_with_who_and_the_scan(
    october: ReportingPeriod, desk: Client, projects: dict[str, Project], reached: Reached
) -> None:
    unit = october.units.get(unit__name=WATER)
    plant, lake = projects["青川水厂"].pk, projects["云溪水库"].pk
    url = reverse("reporting:enter", args=[unit.pk])
    assert desk.get(url).status_code == 200
    given = {
        f"{plant}-reached_year": "800",
        f"{plant}-progress": "主体封顶",
        f"{lake}-unchanged": "是",
        "given_by": "市水利局 王建国（电话）",
        "received_on": "2026-11-04",
        "scan": SimpleUploadedFile("盖章.pdf", b"%PDF-1.4 scan"),
    }
    assert desk.post(url, given).status_code == 302
    assert reached() == {"青川水厂": 800, "云溪水库": 1800}
    report = Report.objects.get(period=october, project=plant)
    assert (report.how, report.given_by) == ("entered", "市水利局 王建国（电话）")
    assert report.scan_name == "盖章.pdf" and report.scan_stored
    why = desk.get(reverse("reporting:why", args=[report.pk, "reached_year"])).text
    assert "由市水利局 王建国（电话）提供，扫描件“盖章.pdf”" in why
    assert "80" in why and "720" in why  # 本期 and 上期累计


def test_what_is_wrong_stands_beside_its_row_and_what_was_typed_stays(
    october: ReportingPeriod, desk: Client, projects: dict[str, Project], reached: Reached
) -> None:
    unit = october.units.get(unit__name=WATER)
    plant = projects["青川水厂"].pk
    url = reverse("reporting:enter", args=[unit.pk])
    given = {"given_by": "王建国", "received_on": "2026-11-04"}
    answer = desk.post(url, {**given, f"{plant}-reached_year": "八百"})
    assert answer.status_code == 422
    assert "“本年累计完成投资（万元）”填的是“八百”，应为数字（万元）。" in answer.text
    assert 'value="八百"' in answer.text
    answer = desk.post(url, {**given, f"{plant}-reached_year": "700"})
    assert "属于核减，请写明原因" in answer.text
    assert reached() == {}
    fine = {**given, f"{plant}-reached_year": "700", f"{plant}-reason": "审计核减"}
    assert desk.post(url, fine).status_code == 302
    assert reached() == {"青川水厂": 700}


def test_who_gave_the_figures_must_be_said(
    october: ReportingPeriod, clerk: User, projects: dict[str, Project]
) -> None:
    unit = october.units.get(unit__name=WATER)
    with pytest.raises(CannotDo, match="谁提供"):
        actions.enter(
            unit,
            {projects["青川水厂"].pk: {"reached_year": 1}},
            by=clerk,
            given_by=" ",
            received_on=date(2026, 11, 4),
        )


def test_many_projects_are_confirmed_unchanged_by_one_act(
    october: ReportingPeriod, desk: Client, projects: dict[str, Project], reached: Reached
) -> None:
    url = reverse("reporting:unchanged", args=[october.pk])
    page = desk.get(url).text
    # 望海港区 was never reported: it cannot be unchanged.
    assert "青川水厂" in page and "望海港区" not in page
    picked = [projects[name].pk for name in ("青川水厂", "望海海堤", "南浦大道")]
    answer = desk.post(url, {"pick": picked, "received_on": "2026-11-04"}, follow=True)
    assert "已确认 3 个项目本期无变化" in answer.text
    assert reached() == {"青川水厂": 720, "望海海堤": 480, "南浦大道": 1200}
    [act] = set(Report.objects.filter(period=october).values_list("act", flat=True))
    desk.post(reverse("reporting:undo", args=[october.pk, act]))
    assert reached() == {}


def test_a_project_never_reported_cannot_be_unchanged(
    october: ReportingPeriod, clerk: User, projects: dict[str, Project]
) -> None:
    with pytest.raises(CannotDo, match="以前没有报过"):
        actions.confirm_unchanged(
            october, [projects["望海港区"].pk], by=clerk, received_on=date(2026, 11, 4)
        )


def test_silence_is_not_a_report(
    october: ReportingPeriod, clerk: User, projects: dict[str, Project]
) -> None:
    unit = october.units.get(unit__name=WATER)
    told = {projects["青川水厂"].pk: {"reached_year": 8_000_000}}
    actions.enter(unit, told, by=clerk, given_by="王建国", received_on=date(2026, 11, 4))
    [water, roads, health] = drafts(october, date(2026, 11, 9))
    assert water.words.startswith(
        "市水利局：贵单位2026年10月调度填报表已收到，“云溪水库”、“望海海堤” 2 个项目还没有填。"
        "报送期限是2026年11月6日，已逾期 3 天"
    )
    assert "调度填报表尚未收到，涉及 2 个项目" in roads.words
    assert health.projects == ["望海医院"]
    assert "就是今天" in drafts(october, date(2026, 11, 6))[0].words


def test_three_figures_stand_side_by_side(
    september: ReportingPeriod, desk: Client, clerk: User, projects: dict[str, Project]
) -> None:
    whole = figures_of(september).money[0]
    # 60 % of 1200, 3000, 800, 2000 and 1500.
    assert (whole.dispatch, whole.statistics, whole.gaps) == ("5,100", "—", [None, None, None])
    url = reverse("reporting:figures", args=[september.pk])
    given = {"kind": "statistics", "subject": "whole", "value": "4,600", "source": ""}
    assert desk.post(url, given).status_code == 422
    assert desk.post(url, {**given, "source": "市统计局9月快报"}).status_code == 302
    assert desk.post(url, {**given, "value": "4650", "source": "9月快报更正"}).status_code == 302
    whole = figures_of(september).money[0]
    [gap, no_finance, _none] = whole.gaps
    # 450 of 4,650 is 9.7 %: not a wide gap.
    assert gap is not None and no_finance is None
    assert (whole.statistics, gap.words, gap.part, gap.wide) == ("4,650", "+450", "9.7%", False)
    assert Measure.objects.count() == 2  # the earlier figure stays
    plant = projects["青川水厂"]
    actions.set_measure(
        september, by=clerk, kind="finance", value=Decimal(6_000_000), source="财务支付台账",
        project=plant,
    )  # fmt: skip
    row = next(row for row in figures_of(september).money if row.name == "青川水厂")
    [_none, gap, _none] = row.gaps
    assert gap is not None
    assert (row.dispatch, row.finance, gap.words, gap.part) == ("720", "600", "+120", "20.0%")
    assert gap.wide and gap.title == "调度数比财务数多"


def test_a_target_of_the_plan_has_its_three_figures(
    september: ReportingPeriod, desk: Client, office: Office, clerk: User
) -> None:
    plan = Plan.objects.create(office=office, title="临江市补短板方案", created_by=clerk)
    target = Decomposition.objects.create(
        office=office, plan=plan, lineage=uuid.uuid4(), subject="新建充电桩", quote="新建充电桩",
        whole=2000, measure_unit="个", start_year=2026, end_year=2028,
        accrual=Accrual.SUM, measured_by=MeasuredBy.REPORTED, source_name="附件1",
    )  # fmt: skip
    url = reverse("reporting:figures", args=[september.pk])
    given = {"subject": f"target-{target.pk}", "kind": "dispatch", "value": "1,250.5",
             "source": "市发展改革委月报"}  # fmt: skip
    assert desk.post(url, given).status_code == 302
    # A place that nobody has filled for money: 调度数 of money come from reports alone.
    assert "由报表汇总" in desk.post(url, {**given, "subject": "whole"}).text
    assert "请填数字" in desk.post(url, {**given, "value": "约1200"}).text
    assert desk.post(url, {**given, "kind": "statistics", "value": "1000"}).status_code == 302
    [row] = figures_of(september).targets
    assert (row.name, row.unit, row.dispatch, row.statistics) == (
        "新建充电桩", "个", "1,250.5", "1,000",
    )  # fmt: skip
    gap = row.gaps[0]
    assert gap is not None
    # 250.5 of 1,000.
    assert (gap.words, gap.part, gap.wide) == ("+250.5", "25.1%", True)
    page = desk.get(url).text
    assert "新建充电桩" in page and "市发展改革委月报" in page


def test_dispatch_figures_come_from_reports_only(september: ReportingPeriod, clerk: User) -> None:
    with pytest.raises(CannotDo, match="由报表汇总"):
        actions.set_measure(september, by=clerk, kind="dispatch", value=Decimal(1), source="估计")


def test_the_sums_of_the_projects_are_those_of_their_rows(
    october: ReportingPeriod, clerk: User, projects: dict[str, Project]
) -> None:
    unit = october.units.get(unit__name=WATER)
    told = {
        projects["青川水厂"].pk: {"reached_year": 8_000_000},
        projects["云溪水库"].pk: {"reached_year": 17_000_000, "reason": "核减"},
    }
    actions.enter(unit, told, by=clerk, given_by="王建国", received_on=date(2026, 11, 4))
    port = {projects["望海港区"].pk: {"reached_year": 3_000_000}}
    roads = october.units.get(unit__name=ROADS)
    actions.enter(roads, port, by=clerk, given_by="李工", received_on=date(2026, 11, 4))
    units = unit_choices(october)
    whole = projects_of(october, {}, QueryDict(), units)
    # 1,200 + 3,000 + 800 + 2,000 + 5,000 + 1,500 planned; 800 + 1,700 + 300 reached.
    assert (whole.planned, whole.reached) == (135_000_000, 28_000_000)
    # 800 − 720 and 1,700 − 1,800; the port was never reported before: it has no 本期.
    assert whole.amount == 800_000 - 1_000_000
    assert whole.amount == sum(row.amount or 0 for row in whole.page.rows)
    assert [row.name for row in whole.page.rows] == list(projects)
    for chosen, names in {
        "told": ["青川水厂", "云溪水库", "望海港区"],
        "none": ["望海海堤", "南浦大道", "望海医院"],
        "reason": ["云溪水库"],
        "late": [],
    }.items():
        found = projects_of(october, {"state": chosen}, QueryDict(), units)
        assert [row.name for row in found.page.rows] == names, chosen


def test_as_a_year_begins_what_is_reached_is_of_this_month(
    october: ReportingPeriod, clerk: User, projects: dict[str, Project], plan: AnnualPlan
) -> None:
    unit = october.units.get(unit__name=WATER)
    told = {projects["青川水厂"].pk: {"reached_year": 8_000_000}}
    actions.enter(unit, told, by=clerk, given_by="王建国", received_on=date(2026, 11, 4))
    january = actions.open_period(october.cycle, Period.parse("2027-01"), by=clerk)
    [row] = [
        row
        for row in projects_of(january, {}, QueryDict(), unit_choices(january)).page.rows
        if row.name == "青川水厂"
    ]
    assert row.last == 0
    unit = january.units.get(unit__name=WATER)
    told = {projects["青川水厂"].pk: {"reached_year": 1_000_000}}
    actions.enter(
        unit, told, by=clerk, given_by="王建国", received_on=date(2027, 2, 4),
        today=date(2027, 2, 4),
    )  # fmt: skip
    report = Report.objects.get(period=january, current=True)
    # 1,200 before 2026, 800 in 2026, 100 in January.
    assert report.reached_before == 20_000_000
    assert report.reached_total == 21_000_000
    assert projects_of(january, {}, QueryDict(), unit_choices(january)).amount == 1_000_000


def test_the_sum_leads_to_all_projects_and_names_who_did_not_report(
    october: ReportingPeriod, desk: Client, clerk: User, projects: dict[str, Project]
) -> None:
    """Of September's 5,100 青川水厂 gives 720; 700 after its 核减 in October, the rest is old."""
    plant = projects["青川水厂"]
    unit = october.units.get(unit__name=WATER)
    given = {"reached_year": 7_000_000, "reason": "审计核减"}
    actions.enter(
        unit, {plant.pk: given}, by=clerk, given_by="王建国", received_on=date(2026, 11, 4)
    )
    whole = figures_of(october).money[0]
    assert (whole.dispatch, whole.dispatch_url) == (
        "5,080", reverse("reporting:reached", args=[october.pk]),
    )  # fmt: skip
    rows = reached_rows(october, {}, QueryDict())
    assert rows.part.amount == 50_800_000 == sum(row.reached or 0 for row in rows.page.rows)
    told = {row.name: row.state for row in rows.page.rows}
    assert (told.pop("青川水厂"), told.pop("望海港区")) == ("本期已报", "本年没有报过")
    assert len(told) == 4 and set(told.values()) == {"未报，沿用上次"}
    carried = reached_rows(october, {"state": "carried"}, QueryDict())
    assert {row.name for row in carried.page.rows} == set(told)
    assert carried.part.amount == 43_800_000
    page = desk.get(whole.dispatch_url, {"state": "carried"}).text
    assert "望海医院" in page and "43,800" not in page and "4,380" in page


SCREENS = ("period", "projects", "missing", "back", "unchanged", "figures", "reached")


@pytest.mark.parametrize("screen", SCREENS)
def test_screens_of_a_period(
    october: ReportingPeriod, desk: Client, screen: str, queries_of: Callable[[str], object],
    sheets: dict[str, bytes], drop: Callable[..., object],
) -> None:  # fmt: skip
    drop({f"{name}.xlsx": data for name, data in sheets.items()})
    url = reverse(f"reporting:{screen}", args=[october.pk])
    desk.get(url)
    with queries_of(f"reporting:{screen}"):
        assert desk.get(url).status_code == 200


def test_screens_without_a_period(
    october: ReportingPeriod, desk: Client, queries_of: Callable[[str], object],
    sheets: dict[str, bytes], drop: Callable[..., list[object]], projects: dict[str, Project],
) -> None:  # fmt: skip
    [file] = drop({"a.xlsx": sheets[WATER]})
    unit = october.units.first()
    assert unit is not None
    for name, url in {
        "desk": reverse("reporting:desk"),
        "cycle-new": reverse("reporting:cycle-new"),
        "open": reverse("reporting:open", args=[october.cycle_id]) + "?key=2026-11",
        "holidays": reverse("reporting:holidays"),
        "enter": reverse("reporting:enter", args=[unit.pk]),
        "file": reverse("reporting:file", args=[file.pk]),  # type: ignore[attr-defined]
        "project": reverse("reporting:project", args=[projects["青川水厂"].pk]),
    }.items():
        desk.get(url)
        with queries_of(f"reporting:{name}"):
            assert desk.get(url).status_code == 200, name


def test_a_leader_reads_and_is_offered_nothing_to_do(
    october: ReportingPeriod, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    leader = client_of(make_user(Role.LEADER))
    page = leader.get(reverse("reporting:period", args=[october.pk]))
    assert page.status_code == 200
    assert "下载全部填报表" not in page.text and "代录" not in page.text
    unit = october.units.first()
    assert unit is not None
    assert leader.post(reverse("reporting:sheet-out", args=[unit.pk])).status_code == 403
    assert leader.get(reverse("reporting:cycle-new")).status_code == 403
