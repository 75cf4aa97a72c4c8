"""Screens of closes and warnings: what they show, how many queries, what their forms do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guatu.web.annual.models import Decomposition, Share
from guatu.web.page.waiting import matters
from guatu.web.people.models import Role, User
from guatu.web.plans.models import Plan
from guatu.web.supervision import actions
from guatu.web.supervision.models import Close, CloseState, Exemption, Light, PackSwitch, Pausing
from guatu.web.supervision.queries.packs import packs_of
from guatu.web.supervision.queries.targets import outlooks

from .conftest import WAN, City

pytestmark = pytest.mark.django_db

Queries = Callable[[str], Any]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_list_shows_reasons_and_filters(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    two_months.close("2026-02")
    with queries_of("supervision:warnings"):
        page = desk.get(reverse("supervision:warnings"))
    text = text_of(page)
    assert "落后28.3个百分点" in text and "乡村道路望海段" in text
    assert "青川水厂" not in text_of(desk.get(reverse("supervision:warnings") + "?light=yellow"))
    only = text_of(desk.get(reverse("supervision:warnings") + "?county=望海县&changed=1"))
    assert "望海码头" in only and "望海公路" not in only
    old = Close.objects.get(key="2026-01")
    assert "2026年1月" in text_of(desk.get(reverse("supervision:warnings") + f"?close={old.pk}"))


def test_a_project_shows_its_lights_with_rule_and_clause(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    close = two_months.close("2026-02")
    pk = two_months.projects["望海公路"].pk
    with queries_of("supervision:project"):
        text = text_of(desk.get(reverse("supervision:project", args=[pk])))
    assert "2026年1月" in text and "默认规则第二条" in text
    with queries_of("supervision:light-why"):
        why = text_of(desk.get(reverse("supervision:light-why", args=[close.pk, pk])))
    assert all(part in why for part in ("亮灯：", "消灯：", "依据：", "10个百分点及以上"))


def test_a_figure_leads_to_its_row_its_report_and_who_gave_it(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    close = two_months.close("2026-02")
    pk = two_months.projects["望海公路"].pk
    with queries_of("supervision:why"):
        text = text_of(desk.get(reverse("supervision:why", args=[close.pk, pk, "reached_year"])))
    assert "上期累计" in text and "代录" in text and two_months.clerk.name in text
    assert desk.get(reverse("supervision:why", args=[close.pk, pk, "secret"])).status_code == 404
    silent = two_months.projects["望海码头"].pk
    text = text_of(desk.get(reverse("supervision:why", args=[close.pk, silent, "rate"])))
    assert "未报，累计数沿用上次填报" in text


def test_rates_say_numerator_denominator_and_both_bases(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    close = two_months.close("2026-02", factor=120)
    with queries_of("supervision:rates"):
        text = text_of(desk.get(reverse("supervision:rates") + "?by=unit"))
    assert "调整后口径" in text and "下达口径" in text and "T=120%" in text
    assert "市水务局" in text and "本年计划开工项目数" in text
    address = reverse("supervision:rate-why", args=[close.pk, "adjusted", "start-due"])
    assert "望海县" in text_of(desk.get(address))
    wrong = reverse("supervision:rate-why", args=[close.pk, "adjusted", "nothing"])
    assert desk.get(wrong).status_code == 404


def test_the_close_page_says_who_is_missing_and_closes(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    address = reverse("supervision:close", args=[two_months.periods["2026-02"].pk])
    page = desk.get(address)
    assert "望海码头" in text_of(page) and "比上期变灯" in text_of(page)
    form = {"factor": "120", "counted_by": "due", "basis": "adjusted"}
    unseen = desk.post(address, form)
    assert unseen.status_code == 422 and "还有单位未报" in text_of(unseen)
    assert desk.post(address, {**form, "seen": "on"}).status_code == 302
    close = Close.objects.get(key="2026-02")
    assert (close.state, close.factor, close.counted_by) == ("current", 120, "due")
    with queries_of("supervision:close"):
        text = text_of(desk.get(address))
    assert "已关账，第 1 版" in text
    again = reverse("supervision:reopen", args=[close.period_id])
    desk.post(again, {"reason": ""})
    close.refresh_from_db()
    assert close.state == CloseState.CURRENT
    desk.post(again, {"reason": "数有差错"})
    text = text_of(desk.get(address))
    assert "数有差错" in text and "已重新打开" in text


def test_what_is_due_waits_on_the_workbench(two_months: City, make_user: Any) -> None:
    told = [matter.words for matter in matters(two_months.clerk)]
    assert "2026年2月月报报送期限已过，可以关账" in told
    assert not any("关账" in each.words for each in matters(make_user(Role.LEADER)))


def test_approvals_are_entered_on_the_projects_page(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    pk = two_months.projects["望海公路"].pk
    wrong = desk.post(
        reverse("supervision:exempt", args=[pk]),
        {"reason": "审批", "approver": "何", "start": "2026-03-01", "until": "2026-02-01"},
    )
    assert wrong.status_code == 422 and "早于" in text_of(wrong)
    good = {"reason": "审批", "approver": "何", "start": "2026-02-01", "until": "2026-03-31"}
    assert desk.post(reverse("supervision:exempt", args=[pk]), good).status_code == 302
    paused = {
        "approved_on": "2026-02-03", "reference": "纪要", "approver": "领导小组", "reason": "征迁",
    }  # fmt: skip
    assert desk.post(reverse("supervision:pause", args=[pk]), paused).status_code == 302
    assert Exemption.objects.count() == Pausing.objects.count() == 1
    with queries_of("supervision:approvals"):
        text = text_of(desk.get(reverse("supervision:approvals")))
    assert "审批" in text and "征迁" in text
    resume = reverse("supervision:resume", args=[Pausing.objects.get().pk])
    assert desk.post(resume, {"on": "2026-01-01", "reference": "纪要"}).status_code == 422
    assert desk.post(resume, {"on": "2026-03-01", "reference": "纪要"}).status_code == 302


def test_an_issued_figure_is_put_right_by_a_form(two_months: City, desk: Client) -> None:
    period = two_months.periods["2026-01"]
    actions.mark_issued(Close.objects.get(), by=two_months.clerk)
    project = two_months.projects["南浦泵站"]
    address = reverse("supervision:adjust", args=[project.pk])
    form = {"of_period": period.pk, "amount": "−10", "reason": "多报", "approver": "何志恒"}
    assert desk.post(address, {**form, "amount": "十"}).status_code == 422
    assert desk.post(address, form).status_code == 302
    assert project.later_adjustments.get().amount == -10 * WAN


def test_packs_are_read_tried_changed_and_switched_on(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    two_months.close("2026-02")
    text = text_of(desk.get(reverse("supervision:pack", args=["yinchuan-2025"])))
    assert "连续3个月应开工未开工" in text and "消灯" in text
    with queries_of("supervision:try"):
        tried = desk.get(reverse("supervision:try", args=["yinchuan-2025"]))
    assert "没有不同" in text_of(tried)
    page = desk.get(reverse("supervision:pack-change", args=["default"]))
    form = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    form |= page.context["form"].initial | {"name": "本市规则", "behind-schedule-yellow": "5"}
    assert desk.post(reverse("supervision:pack-change", args=["default"]), form).status_code == 302
    own = packs_of(two_months.office)[-1]
    assert (own.code, own.name) == ("default-own", "本市规则")
    switch = reverse("supervision:switch", args=["default-own"])
    desk.post(switch, {"reason": ""})
    assert not PackSwitch.objects.exists()
    desk.post(switch, {"reason": "办公室会议"})
    with queries_of("supervision:packs"):
        text = text_of(desk.get(reverse("supervision:packs")))
    assert "正在使用“本市规则”第1版" in text
    assert desk.get(reverse("supervision:pack", args=["nobody"])).status_code == 404


def test_a_target_says_what_each_month_must_bring(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    plan = Plan.objects.create(
        office=two_months.office, title="方案", start_year=2026, end_year=2026
    )
    target = Decomposition.objects.create(
        office=two_months.office, plan=plan, lineage="00000000-0000-0000-0000-000000000001",
        subject="改造老旧小区", quote="改造老旧小区140个", whole=Decimal(140), measure_unit="个",
        start_year=2026, end_year=2026, accrual="sum", measured_by="reported",
    )  # fmt: skip
    Share.objects.create(decomposition=target, year=2026, value=Decimal(140))
    close = two_months.close("2026-02")
    [row] = outlooks(close)
    assert row.outlook == "没有完成数"
    address = reverse("supervision:targets")
    form = {"target": target.pk, "kind": "dispatch", "value": "20", "source": "住建局月报"}
    assert desk.post(address, form).status_code == 302
    with queries_of("supervision:targets"):
        text = text_of(desk.get(address))
    # 140 − 20 over ten months.
    [row] = outlooks(close)
    assert (row.per_month, row.outlook) == ("12", "可以达到") and "住建局月报" in text


def test_another_offices_close_is_nobodys_business(
    two_months: City, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    from guatu.web.people.models import Office

    other = Office.objects.create(name="别处办公室", short_name="别处")
    stranger = client_of(make_user(Role.CLERK, office=other))
    close = Close.objects.get()
    light = Light.objects.filter(close=close).first()
    assert light is not None
    for address in (
        reverse("supervision:warnings") + f"?close={close.pk}",
        reverse("supervision:light-why", args=[close.pk, light.project_id]),
        reverse("supervision:close", args=[close.period_id]),
        reverse("supervision:project", args=[light.project_id]),
    ):
        assert stranger.get(address).status_code == 404, address


def test_a_leader_reads_and_does_not_close(
    two_months: City, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    leader = client_of(make_user(Role.LEADER))
    address = reverse("supervision:close", args=[two_months.periods["2026-02"].pk])
    page = leader.get(address)
    assert page.status_code == 200 and "关账后不再收表" not in text_of(page)
    form = {"factor": "100", "counted_by": "due", "basis": "adjusted", "seen": "on"}
    assert leader.post(address, form).status_code == 403
