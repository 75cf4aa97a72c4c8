"""Closing, opening again, what is refused, jobs, and what the library shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guatu.web.page.frozen import Immutable
from guatu.web.page.models import Job
from guatu.web.page.worker import work_off
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Role, TrailEntry
from guatu.web.projects.actions import details
from guatu.web.projects.models import Node, Project
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.models import PeriodState
from guatu.web.supervision import actions
from guatu.web.supervision.actions import closing
from guatu.web.supervision.facts import gather
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    ClosedRollup,
    CloseState,
    Light,
)
from guatu.web.supervision.queries.closes import NotClosed, closed_month, current_close

from .conftest import WAN, City

pytestmark = pytest.mark.django_db


def test_a_close_sets_the_librarys_lights_and_figures(two_months: City) -> None:
    two_months.close("2026-02")
    project = Project.objects.get(name="望海公路")
    assert (project.light, project.reached_year, project.reached_period) == (
        "yellow", 60 * WAN, "2026-02",
    )  # fmt: skip
    assert "28.3个百分点" in project.light_reason
    assert Project.objects.get(name="望海码头").light == "grey"


def test_the_day_a_node_was_reached_comes_to_the_lights(hand_city: City) -> None:
    project = hand_city.projects["青川水厂"]
    node = Node(project=project, name="清水池封顶", planned=date(2026, 1, 20))
    details.save_detail(node, by=hand_city.clerk)
    hand_city.open("2026-01")
    hand_city.report("2026-01", {"青川水厂": 100})
    close = hand_city.close("2026-01")
    light = Light.objects.get(close=close, project=project)
    assert (light.colour, light.rule) == ("yellow", "node-late")
    assert "“清水池封顶”应于2026年1月20日前完成" in light.words
    node.actual = date(2026, 2, 10)
    details.save_detail(node, by=hand_city.clerk)
    hand_city.open("2026-02")
    hand_city.report("2026-02", {"青川水厂": 200})
    close = hand_city.close("2026-02")
    row = ClosedProject.objects.get(close=close, project=project)
    assert row.nodes == [["清水池封顶", "2026-01-20", "2026-02-10"]]
    assert Light.objects.get(close=close, project=project).colour == "green"


def test_no_report_is_taken_once_the_period_is_closed(two_months: City) -> None:
    with pytest.raises(CannotDo, match="已关账"):
        two_months.report("2026-01", {"青川水厂": 130})


def test_closed_rows_are_written_once(two_months: City) -> None:
    close = Close.objects.get()
    for model in (ClosedProject, Light, ClosedRollup):
        with pytest.raises(Immutable):
            model.objects.filter(close=close).update(close=close)
        with pytest.raises(Immutable):
            model.objects.filter(close=close).delete()
    with pytest.raises(Immutable):
        Close.objects.filter(pk=close.pk).update(factor=120)
    with pytest.raises(CannotDo):
        closing.sweep(close)


def test_opened_again_and_closed_as_version_two(two_months: City) -> None:
    first = two_months.close("2026-02")
    before = closed_month(first)
    actions.reopen(two_months.again("2026-02"), by=two_months.clerk, reason="交通局来函更正")
    assert current_close(two_months.again("2026-02")) is None
    with pytest.raises(NotClosed):
        closed_month(two_months.again("2026-02"))
    assert Project.objects.get(name="望海码头").light == "green", "the light of January again"
    two_months.report("2026-02", {"望海码头": 100})
    second = two_months.close("2026-02")
    assert (first.number, second.number, second.previous_id) == (1, 2, first.previous_id)
    assert closed_month(first) == before, "what was closed stays as it was"
    assert Close.objects.get(pk=first.pk).state == CloseState.REOPENED
    verbs = TrailEntry.objects.filter(kind="supervision.close").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == [
        "period.closed", "period.closed", "period.reopened", "period.closed",
    ]  # fmt: skip
    row = ClosedProject.objects.get(close=second, project__name="望海码头")
    assert (row.reached_year, row.this_period) == (100 * WAN, 50 * WAN)


@pytest.mark.parametrize("reason", ["", "  "])
def test_opening_again_needs_a_reason(two_months: City, reason: str) -> None:
    with pytest.raises(CannotDo, match="原因"):
        actions.reopen(two_months.again("2026-01"), by=two_months.clerk, reason=reason)


def test_an_earlier_period_stays_closed_while_a_later_one_rests_on_it(two_months: City) -> None:
    two_months.close("2026-02")
    with pytest.raises(CannotDo, match="2026年2月月报已经接着"):
        actions.reopen(two_months.again("2026-01"), by=two_months.clerk, reason="更正")


def test_what_is_issued_is_never_opened_again(two_months: City) -> None:
    close = Close.objects.get()
    actions.mark_issued(close, by=two_months.clerk)
    actions.mark_issued(close, by=two_months.clerk)
    assert two_months.again("2026-01").state == PeriodState.ISSUED
    with pytest.raises(CannotDo, match="当期办理调整"):
        actions.reopen(two_months.again("2026-01"), by=two_months.clerk, reason="更正")


def test_a_reopened_close_cannot_be_issued(two_months: City) -> None:
    close = Close.objects.get()
    actions.reopen(two_months.again("2026-01"), by=two_months.clerk, reason="更正")
    with pytest.raises(CannotDo, match="不是这一期现在有效"):
        actions.mark_issued(close, by=two_months.clerk)


def test_an_open_period_before_blocks(two_months: City) -> None:
    two_months.open("2026-03")
    with pytest.raises(CannotDo, match="2026年2月月报还没有关账"):
        two_months.close("2026-03")


def test_a_returned_file_not_dealt_with_blocks(two_months: City) -> None:
    period = two_months.again("2026-02")
    reporting.take_in(
        period, name="一张表.xlsx", data=b"no sheet", by=two_months.clerk,
        received_on=date(2026, 3, 2),
    )  # fmt: skip
    period.files.update(state="staged")
    with pytest.raises(CannotDo, match="1 张交回的表"):
        two_months.close("2026-02")


def test_only_the_clerk_closes(two_months: City, make_user: Any) -> None:
    leader = make_user(Role.LEADER)
    with pytest.raises(PermissionDenied):
        actions.close_period(two_months.again("2026-02"), by=leader)


def test_a_large_close_is_a_job_and_out_of_sight_until_it_is_whole(two_months: City) -> None:
    made = two_months.close("2026-02", small=0)
    period = two_months.again("2026-02")
    assert made.state == CloseState.WRITING
    assert current_close(period) is None and not period.is_open
    assert two_months.close("2026-02", small=0).pk == made.pk, "asked twice, closed once"
    assert Project.objects.get(name="望海码头").light == "green", "still January's"
    work_off()
    made.refresh_from_db()
    assert made.state == CloseState.CURRENT and made.projects == 14
    assert Job.objects.get(kind="supervision.close").result == {"projects": 14}
    assert two_months.again("2026-02").version == 1
    assert Project.objects.get(name="望海码头").light == "grey"


def test_job_and_small_close_give_the_same(two_months: City) -> None:
    small = two_months.close("2026-02")
    actions.reopen(two_months.again("2026-02"), by=two_months.clerk, reason="再关一次")
    large = two_months.close("2026-02", small=0)
    work_off()
    large.refresh_from_db()
    assert large.digest == small.digest != ""
    assert closed_month(large) == closed_month(small)


def test_a_close_taken_up_again_lays_changed_rows_anew(
    two_months: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "CHUNK", 5)
    made = two_months.close("2026-02", small=0)
    lay, count = closing.lay, [0]

    def killed(some: closing.Laid) -> None:
        count[0] += 1
        if count[0] == 3:
            raise SystemExit
        lay(some)

    monkeypatch.setattr(closing, "lay", killed)
    with pytest.raises(SystemExit):
        work_off()
    assert ClosedProject.objects.filter(close=made).count() == 10
    monkeypatch.setattr(closing, "lay", lay)
    Project.objects.filter(name="青川水厂").update(leader="王志远")
    Job.objects.update(state="waiting")
    work_off()
    made.refresh_from_db()
    assert made.state == CloseState.CURRENT
    assert ClosedProject.objects.filter(close=made).count() == 14
    assert ClosedProject.objects.get(close=made, name="青川水厂").leader == "王志远"


def test_a_close_that_failed_is_given_up(two_months: City) -> None:
    made = two_months.close("2026-02", small=0)
    actions.give_up(made, by=two_months.clerk)
    assert two_months.again("2026-02").is_open
    work_off()
    assert current_close(two_months.again("2026-02")) is None
    assert not ClosedProject.objects.filter(close=made).exists()
    assert two_months.close("2026-02").number == 1
    with pytest.raises(CannotDo):
        actions.give_up(made, by=two_months.clerk)


def test_what_is_known_takes_as_many_queries_for_one_as_for_all(two_months: City) -> None:
    period = two_months.again("2026-02")
    with CaptureQueriesContext(connection) as captured:
        gathered = gather(period)
    assert len(gathered.knowns) == 14
    assert len(captured) <= 15, [each["sql"][:90] for each in captured.captured_queries]
    close = Close.objects.select_related("period").get()
    with CaptureQueriesContext(connection) as captured:
        closed_month(close)
    assert len(captured) == 2
