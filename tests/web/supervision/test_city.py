"""Four months worked out by hand (tests/cases/closes/city.yml), gone through by the web's verbs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from guatu.delivery.bulletins.standing import standing
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import CountedBy, start_rate, statistics_rate, time_share
from guatu.delivery.closing.rollups import Dimension, roll_up, whole
from guatu.delivery.supervision.colours import Colour
from guatu.web.annual import actions as annual
from guatu.web.supervision import actions
from guatu.web.supervision.models import ClosedProject, Light
from guatu.web.supervision.queries.closes import closed_month, rollups

from .conftest import WAN, City


def wan(amount: float) -> int:
    return int((Decimal(str(amount)) * WAN).to_integral_value())


def do_month(city: City, month: dict[str, Any]) -> Any:
    key = month["期"]
    city.open(key)
    for name, day in month.get("停缓建", {}).items():
        actions.pause(
            city.projects[name], by=city.clerk, approved_on=day, reference="纪要3号",
            approver="领导小组", reason="用地未落实",
        )  # fmt: skip
    for name, day in month.get("调出", {}).items():
        annual.adjust(
            city.plan, kind="out", project=city.projects[name], values=None, reference="纪要5号",
            approver="领导小组", approved_on=day, reason="选址调整", by=city.clerk,
        )  # fmt: skip
    for each in month.get("通报后调整", []):
        actions.adjust_later(
            city.projects[each["项目"]], by=city.clerk, of_period=city.again(each["期"]),
            amount=each["额"] * WAN, reason="多报设备款", approver="何志恒",
        )  # fmt: skip
    city.report(key, month["报"])
    close = city.close(key, factor=month.get("时间进度系数"))
    if month.get("通报"):
        actions.mark_issued(close, by=city.clerk)
    return close


@pytest.mark.django_db
def test_four_months_agree_with_the_table(hand_city: City, table: dict[str, Any]) -> None:
    for month in table["月"]:
        close = do_month(hand_city, month)
        rows = {row.name: row for row in ClosedProject.objects.filter(close=close)}
        lights = {
            x.project.name: x for x in Light.objects.filter(close=close).select_related("project")
        }
        for name, (reached, this, due, colour) in month["得"].items():
            row = rows[name]
            found = (row.reached_year, row.this_period, row.planned_due)
            assert found == (wan(reached), wan(this), wan(due)), (month["期"], name)
            assert Colour(lights[name].colour).words == colour, (
                month["期"], name, lights[name].words,
            )  # fmt: skip
            assert lights[name].reasons, "never a light without a reason"
        for name, amount in month.get("调整", {}).items():
            assert rows[name].adjustment == wan(amount)
        for name, amount in month.get("核减", {}).items():
            assert rows[name].reduction == wan(amount)
            assert rows[name].reduction_reason
        stagnant = [name for name, row in rows.items() if row.stagnant]
        assert stagnant == month.get("停滞", [])
        for row in rows.values():
            assert row.this_period == row.reached_year - row.previous
        if "合计" in month:
            totals_agree(close, month)


def totals_agree(close: Any, month: dict[str, Any]) -> None:
    known = closed_month(close)
    colours = {pk: state.colour.value for pk, state in known.lights.items()}
    [total] = rollups(close)
    assert total.projects == () and total == _bare(whole(known.rows, lights=colours))
    bases = {"调整后口径": Basis.ADJUSTED, "下达口径": Basis.ORIGINAL}
    for words, wanted in month["合计"].items():
        sums = total.of(bases[words])
        found = (sums.projects, sums.planned, sums.reached)
        assert found == (wanted["项目"], wan(wanted["计划"]), wan(wanted["累计"])), words
    counties = {each.keys[0]: each.adjusted for each in rollups(close, (Dimension.COUNTY,))}
    for county, (planned, reached) in month["县区"].items():
        assert (counties[county].planned, counties[county].reached) == (wan(planned), wan(reached))
    for by, wanted in month["开工率"].items():
        rate = start_rate(total, Basis.ADJUSTED, CountedBy(by))
        assert [rate.numerator, rate.denominator] == wanted, by
    entered = statistics_rate(total, Basis.ADJUSTED)
    assert [entered.numerator, entered.denominator] == month["入统率"]
    assert time_share(known.period, factor=known.factor) == Fraction(month["时间进度"], 100)
    # What is written at the close is what the bulletin works out of the rows.
    for by in (Dimension.COUNTY, Dimension.UNIT, Dimension.SECTOR):
        stored = rollups(close, (by,))
        assert stored == [_bare(each) for each in roll_up(known.rows, (by,), lights=colours)]
    table = standing(known.rows, Dimension.COUNTY, colours)
    assert {line.name for line in table.lines} == set(month["县区"])


def _bare(rollup: Any) -> Any:
    from dataclasses import replace

    return replace(rollup, projects=())


@pytest.mark.django_db
def test_a_pause_leaves_the_past_as_it_was(hand_city: City, table: dict[str, Any]) -> None:
    first = do_month(hand_city, table["月"][0])
    before = list(ClosedProject.objects.filter(close=first).order_by("pk").values())
    do_month(hand_city, table["月"][1])
    assert list(ClosedProject.objects.filter(close=first).order_by("pk").values()) == before
    assert date(2026, 2, 15) in ClosedProject.objects.values_list("paused_on", flat=True)
