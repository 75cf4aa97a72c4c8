"""逾期未竣工: the planned month of completion is over and the work is not finished."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """The completion that is due and did not come.

    亮灯：计划竣工当月结束仍未竣工的，亮黄灯；连同计划竣工当月，连续{red}个月应竣工未竣工的，亮红灯。
    消灯：竣工，或者计划竣工时间经批准推迟到以后月份。由红灯消灯的先转黄灯，下期仍无亮灯情形的再转绿灯。
    依据：默认规则，比照逾期未开工；年度投资计划确定的计划竣工时间。
    """
    late = _months(facts)
    if facts.finish is None or late <= 0:
        return None
    planned = f"{facts.finish.year}年{facts.finish.month}月"
    words = (
        f"计划{planned}竣工，当月未竣工。"
        if late == 1
        else f"计划{planned}竣工，已连续{late}个月应竣工未竣工。"
    )
    return Verdict(
        Colour.RED if late >= params["red"] else Colour.YELLOW,
        words,
        (Figure("计划竣工月末", facts.finish.last_day), Figure("应竣工未竣工", late, "个月")),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """Made up when it is finished, or when the completion is due no longer."""
    if facts.finished:
        return Settlement(True, "项目已竣工。")
    late = _months(facts)
    if late <= 0:
        return Settlement(True, "计划竣工时间已调整，尚未到竣工时间。")
    return Settlement(False, "仍未竣工。", (Figure("应竣工未竣工", late, "个月"),))


def _months(facts: ProjectFacts) -> int:
    """Months in which it should have been finished and was not, the planned one included."""
    if facts.finish is None or facts.finished:
        return 0
    return max(facts.period.last_full_month.number - facts.finish.number + 1, 0)


RULE = Rule(
    "finish-late",
    "逾期未竣工",
    judge,
    settle,
    (Param("red", "红灯：连续应竣工未竣工满", "个月", Fraction(3), Fraction(1), Fraction(24)),),
)
