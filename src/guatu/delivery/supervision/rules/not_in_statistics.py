"""开工未入统: the work has begun and the project is not in the statistics (固定资产投资统计库)."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction

from guatu.delivery.annual.months import Month
from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """Started for more than a month and not entered.

    亮灯：实际开工超过{yellow}个月仍未入统的，亮黄灯；超过{red}个月的，亮红灯。
    不需入统的项目不评；只知已开工而没有开工日期的，无从起算，不评。
    消灯：入统。由红灯消灯的先转黄灯，下期仍无亮灯情形的再转绿灯。
    依据：固定资产投资统计的入库要求，开工项目应当及时入统。
    """
    if facts.started_on is None or facts.in_statistics or not facts.statistics_due:
        return None
    on, end = facts.started_on, facts.period.end
    if end <= _months_after(on, int(params["yellow"])):
        return None
    red = end > _months_after(on, int(params["red"]))
    more = params["red"] if red else params["yellow"]
    return Verdict(
        Colour.RED if red else Colour.YELLOW,
        f"{on.year}年{on.month}月{on.day}日开工，已超过{more}个月未入统。",
        (Figure("开工日期", on), Figure("开工天数", (end - on).days, "天")),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """Made up when it is in the statistics, or need not be."""
    if facts.in_statistics:
        return Settlement(True, "项目已入统。")
    if not facts.statistics_due:
        return Settlement(True, "项目不需入统。")
    return Settlement(False, "仍未入统。")


def _months_after(day: date, count: int) -> date:
    """The same day of a later month, or its last (31 January + 1 month is 28 February)."""
    number = Month(day.year, day.month).number + count
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


RULE = Rule(
    "not-in-statistics",
    "开工未入统",
    judge,
    settle,
    (
        Param("yellow", "黄灯：开工超过", "个月", Fraction(1), Fraction(0), Fraction(24)),
        Param("red", "红灯：开工超过", "个月", Fraction(2), Fraction(0), Fraction(24)),
    ),
)
