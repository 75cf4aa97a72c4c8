"""停缓建, 豁免, ± after issue, rule packs and their replay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guatu.delivery.supervision.packs import DEFAULT, PACKS, YINCHUAN_2025, pack_to_data
from guatu.web.people.actions import CannotDo
from guatu.web.supervision import actions
from guatu.web.supervision.models import Close, ClosedProject, Light
from guatu.web.supervision.queries.closes import closed_month
from guatu.web.supervision.queries.lights import changed_lights, light_history
from guatu.web.supervision.queries.packs import pack_in_use, packs_of, try_pack

from .conftest import WAN, City

pytestmark = pytest.mark.django_db

GROUNDS = {"reason": "规划调整", "approver": "何志恒"}


def colour_of(close: Close, name: str) -> str:
    return Light.objects.get(close=close, project__name=name).colour


def test_an_exemption_covers_its_periods_and_a_red_comes_back(
    hand_city: City, table: dict[str, Any]
) -> None:
    project = hand_city.projects["望海公路"]
    actions.exempt(
        project, by=hand_city.clerk, start=date(2026, 2, 1), until=date(2026, 2, 28), **GROUNDS
    )
    found = []
    for month in table["月"][:3]:
        hand_city.open(month["期"])
        hand_city.report(month["期"], month["报"])
        found.append(colour_of(hand_city.close(month["期"]), "望海公路"))
    assert found == ["yellow", "green", "red"]
    points = light_history(project)
    assert [point.colour.value for point in points] == ["red", "green", "yellow"]
    assert "规划调整" in points[1].reasons[0].words
    assert {light.project.name for light in changed_lights(Close.objects.get(key="2026-03"))} >= {
        "望海公路"
    }


def test_an_exemption_ended_early_holds_no_longer(two_months: City) -> None:
    project = two_months.projects["望海公路"]
    made = actions.exempt(
        project, by=two_months.clerk, start=date(2026, 2, 1), until=date(2026, 6, 30), **GROUNDS
    )
    actions.end_exemption(made, by=two_months.clerk, on=date(2026, 2, 20), reason="已批复")
    assert colour_of(two_months.close("2026-02"), "望海公路") == "yellow"
    made.refresh_from_db()
    with pytest.raises(CannotDo):
        actions.end_exemption(made, by=two_months.clerk, on=date(2026, 3, 1), reason="再结束")


def test_an_exemption_needs_reason_person_and_end(hand_city: City) -> None:
    with pytest.raises(CannotDo, match=r"豁免原因.*批准人.*早于"):
        actions.exempt(
            hand_city.projects["望海公路"], by=hand_city.clerk, reason=" ", approver="",
            start=date(2026, 3, 1), until=date(2026, 2, 1),
        )  # fmt: skip


def test_a_project_is_judged_again_once_it_is_resumed(
    hand_city: City, table: dict[str, Any]
) -> None:
    project = hand_city.projects["南浦医院"]
    made = actions.pause(
        project, by=hand_city.clerk, approved_on=date(2026, 1, 20), reference="纪要1号",
        approver="领导小组", reason="用地未落实",
    )  # fmt: skip
    with pytest.raises(CannotDo, match="还没有复工"):
        actions.pause(
            project, by=hand_city.clerk, approved_on=date(2026, 2, 1), reference="纪要2号",
            approver="领导小组", reason="用地未落实",
        )  # fmt: skip
    hand_city.open("2026-01")
    hand_city.report("2026-01", table["月"][0]["报"])
    first = hand_city.close("2026-01")
    actions.resume(made, by=hand_city.clerk, on=date(2026, 2, 10), reference="纪要4号")
    hand_city.open("2026-02")
    hand_city.report("2026-02", table["月"][1]["报"])
    second = hand_city.close("2026-02")
    assert [colour_of(each, "南浦医院") for each in (first, second)] == ["paused", "green"]


# ------------------------------------------------------------------ ± after issue


def test_an_adjustment_lands_in_the_open_period_and_leaves_the_issued_one(
    two_months: City,
) -> None:
    first = Close.objects.get()
    project = two_months.projects["南浦泵站"]
    given = {"of_period": two_months.again("2026-01"), "amount": -10 * WAN, **GROUNDS}
    with pytest.raises(CannotDo, match="尚未通报"):
        actions.adjust_later(project, by=two_months.clerk, **given)
    actions.mark_issued(first, by=two_months.clerk)
    before = closed_month(first)
    given["of_period"] = two_months.again("2026-01")
    made = actions.adjust_later(project, by=two_months.clerk, **given)
    assert made.lands_in.key == "2026-02"
    second = two_months.close("2026-02")
    row = ClosedProject.objects.get(close=second, project=project)
    # 本期无变化: the last figure, put right.
    assert (row.reached_year, row.previous, row.adjustment, row.this_period) == (
        30 * WAN, 40 * WAN, -10 * WAN, -10 * WAN,
    )  # fmt: skip
    assert row.unchanged_run == 1
    assert closed_month(first) == before
    with pytest.raises(CannotDo, match="已经关账"):
        actions.withdraw_adjustment(made, by=two_months.clerk)
    with pytest.raises(CannotDo, match="没有正在填报的期"):
        actions.adjust_later(project, by=two_months.clerk, **given)


def test_an_adjustment_withdrawn_in_time_counts_for_nothing(two_months: City) -> None:
    actions.mark_issued(Close.objects.get(), by=two_months.clerk)
    project = two_months.projects["南浦泵站"]
    made = actions.adjust_later(
        project, by=two_months.clerk, of_period=two_months.again("2026-01"), amount=-WAN, **GROUNDS
    )
    actions.withdraw_adjustment(made, by=two_months.clerk)
    row = ClosedProject.objects.get(close=two_months.close("2026-02"), project=project)
    assert (row.adjustment, row.reached_year) == (0, 40 * WAN)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amount": 0}, "为零"),
        ({"reason": " "}, "调整原因"),
        ({"approver": ""}, "批准人"),
        ({"amount": -41 * WAN}, "小于零"),
    ],
)
def test_an_adjustment_without_grounds_is_refused(
    two_months: City, given: dict[str, Any], words: str
) -> None:
    actions.mark_issued(Close.objects.get(), by=two_months.clerk)
    full = {"amount": -WAN, **GROUNDS, **given}
    with pytest.raises(CannotDo, match=words):
        actions.adjust_later(
            two_months.projects["南浦泵站"], by=two_months.clerk,
            of_period=two_months.again("2026-01"), **full,
        )  # fmt: skip


# ------------------------------------------------------------------ rule packs


def test_a_pack_is_tried_before_it_judges_and_keeps_closed_lights(
    hand_city: City, table: dict[str, Any]
) -> None:
    for month in table["月"][:3]:
        hand_city.open(month["期"])
        hand_city.report(month["期"], month["报"])
        hand_city.close(month["期"])
    kept = list(Light.objects.order_by("pk").values_list("pk", "colour", "pack"))
    # The default replayed is what was kept.
    assert [trial.differences for trial in try_pack(hand_city.office, DEFAULT)] == [(), (), ()]
    trials = try_pack(hand_city.office, YINCHUAN_2025)
    different = {
        trial.period: {hand_city_name(each.project) for each in trial.differences}
        for trial in trials
    }
    # 银川2025 knows no 停滞: only the pump station of March differs.
    assert different == {"2026-01": set(), "2026-02": set(), "2026-03": {"南浦泵站"}}
    assert list(Light.objects.order_by("pk").values_list("pk", "colour", "pack")) == kept
    with pytest.raises(CannotDo, match="原因"):
        actions.switch_pack(YINCHUAN_2025, by=hand_city.clerk, reason="")
    actions.switch_pack(YINCHUAN_2025, by=hand_city.clerk, reason="市政府专题会议")
    assert pack_in_use(hand_city.office) == YINCHUAN_2025
    hand_city.open("2026-04")
    hand_city.report("2026-04", table["月"][3]["报"])
    close = hand_city.close("2026-04")
    assert (close.pack_code, close.pack["name"]) == ("yinchuan-2025", "银川市2025年")
    assert (
        list(Light.objects.order_by("pk").values_list("pk", "colour", "pack"))[: len(kept)] == kept
    )


def hand_city_name(project: str) -> str:
    return str(Light.objects.filter(project=int(project)).first().project.name)  # type: ignore[union-attr]


def test_a_changed_pack_is_the_offices_own_next_version(hand_city: City) -> None:
    data = pack_to_data(DEFAULT)
    data["name"] = "临江市2026年"
    data["rules"][1]["params"]["yellow"] = "5"
    first = actions.keep_pack(data, by=hand_city.clerk)
    second = actions.keep_pack(first.data, by=hand_city.clerk)
    assert [(each.code, each.version) for each in (first, second)] == [
        ("default-own", 1), ("default-own", 2),
    ]  # fmt: skip
    assert [(pack.code, pack.version) for pack in packs_of(hand_city.office)] == [
        *((pack.code, pack.version) for pack in PACKS.values()), ("default-own", 2),
    ]  # fmt: skip
    data["rules"][1]["params"]["yellow"] = "-5"
    with pytest.raises(CannotDo, match="之间的数"):
        actions.keep_pack(data, by=hand_city.clerk)
