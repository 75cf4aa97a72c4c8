"""The hand-worked city of the closes, for boards and charts."""

from __future__ import annotations

from typing import Any

import pytest

from guatu.web.supervision import actions
from guatu.web.supervision.models import Close

from ..supervision.conftest import WAN, City, hand_city, table, two_months

__all__ = ["hand_city", "table", "two_months"]


@pytest.fixture
def february(hand_city: City, table: dict[str, Any]) -> Close:
    """January issued, February closed, with what the table says was approved in it."""
    first, second = table["月"][:2]
    hand_city.open("2026-01")
    hand_city.report("2026-01", first["报"])
    actions.mark_issued(hand_city.close("2026-01"), by=hand_city.clerk)
    hand_city.open("2026-02")
    for name, day in second["停缓建"].items():
        actions.pause(
            hand_city.projects[name], by=hand_city.clerk, approved_on=day, reference="纪要3号",
            approver="领导小组", reason="用地未落实",
        )  # fmt: skip
    for each in second["通报后调整"]:
        actions.adjust_later(
            hand_city.projects[each["项目"]], by=hand_city.clerk, amount=each["额"] * WAN,
            of_period=hand_city.again(each["期"]), reason="多报设备款", approver="何志恒",
        )  # fmt: skip
    hand_city.report("2026-02", second["报"])
    return hand_city.close("2026-02")


@pytest.fixture
def january(two_months: City) -> Close:
    """January closed, February open."""
    return Close.objects.select_related("period__cycle", "by", "office").get(key="2026-01")
