"""逾期未开工: the planned month of the start is over and the work has not begun."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """The start that is due and did not come.

    亮灯：计划开工当月结束仍未开工的，亮黄灯；连同计划开工当月，连续{red}个月应开工未开工的，亮红灯。
    消灯：实际开工，或者计划开工时间经批准推迟到以后月份。由红灯消灯的先转黄灯，下期仍无亮灯情形的再转绿灯。
    依据：年度投资计划确定的计划开工时间。
    """
    late = _months(facts)
    if facts.start is None or late <= 0:
        return None
    colour = Colour.RED if late >= params["red"] else Colour.YELLOW
    planned = f"{facts.start.year}年{facts.start.month}月"
    words = (
        f"计划{planned}开工，当月未开工。"
        if late == 1
        else f"计划{planned}开工，已连续{late}个月应开工未开工。"
    )
    return Verdict(
        colour,
        words,
        (Figure("计划开工月末", facts.start.last_day), Figure("应开工未开工", late, "个月")),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """Made up when it has started, or when the start is due no longer."""
    if facts.started_on is not None:
        day = facts.started_on
        words = f"项目已于{day.year}年{day.month}月{day.day}日开工。"
        return Settlement(True, words, (Figure("开工日期", day),))
    if facts.started or facts.finished:
        return Settlement(True, "项目已开工。")
    late = _months(facts)
    if late <= 0:
        return Settlement(True, "计划开工时间已调整，尚未到开工时间。")
    return Settlement(False, "仍未开工。", (Figure("应开工未开工", late, "个月"),))


def _months(facts: ProjectFacts) -> int:
    """Months in which it should have started and had not, the planned one included; 0 for none."""
    if facts.start is None or facts.started or facts.finished:
        return 0
    return max(facts.period.last_full_month.number - facts.start.number + 1, 0)


RULE = Rule(
    "start-late",
    "逾期未开工",
    judge,
    settle,
    (Param("red", "红灯：连续应开工未开工满", "个月", Fraction(3), Fraction(1), Fraction(24)),),
)
