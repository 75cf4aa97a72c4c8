"""Findings of a plan: dealt with or left as they are, and still so after another reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from guatu.web.page.worker import work_off
from guatu.web.people.models import Role, TrailEntry
from guatu.web.plans import actions, queries
from guatu.web.plans.models import Plan, SettledFinding

pytestmark = pytest.mark.django_db

# Three parts of 30, 20 and 80 make more than the whole of 120.
ODD = """临江市停车设施建设方案
一、总体要求
到2027年，全市停车设施投资达到120亿元，其中新建停车场投资30亿元、改造停车楼投资20亿元、智慧停车投资80亿元。
二、重点任务
(一)建设停车场。到2027年底，建成公共停车场25处。(牵头单位:市住建局)
"""


@pytest.fixture
def odd(read_in: Callable[..., Any]) -> Plan:
    plan: Plan = read_in(ODD, name="停车方案.txt")
    return plan


def page_of(plan: Plan) -> queries.FindingsPage:
    page = queries.findings_page(Plan.objects.get(pk=plan.pk))
    assert page is not None
    return page


def test_a_finding_is_dealt_with_once_and_taken_up_again(odd: Plan, clerk: Any) -> None:
    first, *others = page_of(odd).open_findings
    actions.settle_finding(odd, code=first.code, place=first.spans, how="dealt", by=clerk)
    page = page_of(odd)
    assert [row.code for row in page.open_findings] == [row.code for row in others]
    (row,) = page.settled_findings
    assert (row.settled_words, row.by) == ("已处理", clerk.name)
    actions.settle_finding(
        odd, code=first.code, place=first.spans, how="kept", reason="原文如此", by=clerk
    )
    (row,) = page_of(odd).settled_findings
    assert (row.settled_words, row.reason) == ("不改", "原文如此")
    actions.reopen_finding(odd, code=first.code, place=first.spans, by=clerk)
    assert page_of(odd).settled_findings == ()
    verbs = TrailEntry.objects.filter(verb__startswith="plan.finding").values_list(
        "verb", flat=True
    )
    assert list(verbs.order_by("pk")) == [
        "plan.finding-settled",
        "plan.finding-settled",
        "plan.finding-reopened",
    ]


def test_leaving_it_as_it_is_needs_a_reason(odd: Plan, clerk: Any) -> None:
    row = page_of(odd).open_findings[0]
    with pytest.raises(ValidationError, match="不改要写明理由"):
        actions.settle_finding(
            odd, code=row.code, place=row.spans, how="kept", reason="  ", by=clerk
        )
    assert not SettledFinding.objects.exists()


def test_another_reading_keeps_what_was_settled(odd: Plan, clerk: Any) -> None:
    row = page_of(odd).open_findings[0]
    actions.settle_finding(
        odd, code=row.code, place=row.spans, how="kept", reason="原文如此", by=clerk
    )
    actions.read_again(odd, by=clerk)
    work_off()
    (kept,) = page_of(odd).settled_findings
    assert (kept.message, kept.reason) == (row.message, "原文如此")


def test_only_who_may_review_may_settle(odd: Plan, make_user: Callable[..., Any]) -> None:
    row = page_of(odd).open_findings[0]
    with pytest.raises(PermissionDenied):
        actions.settle_finding(
            odd, code=row.code, place=row.spans, how="dealt", by=make_user(Role.LEADER)
        )


def test_the_screen_says_what_is_missing_and_keeps_the_mark(desk: Client, odd: Plan) -> None:
    row = page_of(odd).open_findings[0]
    path = f"/plans/{odd.pk}/review/finding/"
    typed = {"code": row.code, "place": row.spans, "how": "kept", "reason": ""}
    refused = desk.post(path, typed, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "不改要写明理由" in refused.content.decode()
    done = desk.post(path, typed | {"reason": "与起草单位核实"}, headers={"HX-Request": "true"})
    assert done["HX-Trigger-After-Swap"] == "findings-changed"
    assert "与起草单位核实" in done.content.decode() and "已办 1 处" in done.content.decode()
    whole = desk.get(f"/plans/{odd.pk}/review/").content.decode()
    assert "与起草单位核实" in whole and "data-settled" in whole
    gone = desk.post(path, typed | {"code": "no-such"}, headers={"HX-Request": "true"})
    assert gone.status_code == 422


def test_open_findings_are_published_only_when_said_so_and_stay_noted(
    odd: Plan, clerk: Any, desk: Client
) -> None:
    actions.accept_all(odd, by=clerk)
    names = [row.name for row in queries.names_page(odd) if row.how in ("ask", "unknown")]
    actions.decide_names(
        odd, [actions.Decision(name, kind="government") for name in names], by=clerk
    )
    first = page_of(odd).open_findings[0]
    page = desk.get(f"/plans/{odd.pk}/publish/").content.decode()
    assert first.message in page and f"#finding={first.code}@{first.spans}" in page
    assert (
        f'data-place="{first.code}@{first.spans}"'
        in desk.get(f"/plans/{odd.pk}/review/").content.decode()
    )
    refused = desk.post(f"/plans/{odd.pk}/publish/", {"words": "首次"})
    assert refused.status_code == 422 and "处未处理" in refused.content.decode()
    assert not odd.versions.exists()
    desk.post(f"/plans/{odd.pk}/publish/", {"words": "首次", "with_findings": "on"})
    version = odd.versions.get()
    assert [each["words"] for each in version.findings] == [
        row.message for row in page_of(odd).open_findings
    ]
    actions.settle_finding(odd, code=first.code, place=first.spans, how="dealt", by=clerk)
    page = desk.get(f"/plans/{odd.pk}/versions/1/").content.decode()
    assert "发布时未处理的对账发现" in page and first.message in page and "已处理" in page


def test_a_plan_without_open_findings_is_published_without_asking(
    odd: Plan, clerk: Any, desk: Client
) -> None:
    for row in page_of(odd).open_findings:
        actions.settle_finding(
            odd, code=row.code, place=row.spans, how="kept", reason="原文如此", by=clerk
        )
    page = desk.get(f"/plans/{odd.pk}/publish/").content.decode()
    assert "对账发现都已处理" in page and "with_findings" not in page
