"""应完成投资欠账: how much of what the schedule asks for is not done, as a part of it."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.closing.rounding import percent
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.owed import progress_owed
from guatu.delivery.supervision.rule import Param, Params, Rule, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """The shortfall as a part of what is due by now, however small that is of the year's plan.

    亮灯：本年完成投资比按序时进度应完成的投资少{yellow}%以上（不含{yellow}%）、不超过{red}%的，亮黄灯；
    少{red}%以上（不含{red}%）的，亮红灯。尚无应完成投资的不评。
    消灯：黄灯在所欠不超过{yellow}%时消灯；红灯须补齐所欠进度（完成率不低于序时进度）或者竣工，
    方可转为黄灯，下期仍无亮灯情形的再转为绿灯。
    依据：年度投资计划确定的年度投资额、节点和起止时间；按完成额与应完成额之比评判，参照三亚市、武汉市做法。
    """
    if facts.finished or facts.rate is None or facts.due_part <= 0:
        return None
    # Of the exact parts: the amount due is rounded to whole 元, and a bound is a bound.
    missing = 1 - facts.rate / facts.due_part
    if missing * 100 <= params["yellow"]:
        return None
    return Verdict(
        Colour.RED if missing * 100 > params["red"] else Colour.YELLOW,
        f"本年完成投资为按序时进度应完成投资的{percent(1 - missing)}%，欠{percent(missing)}%。",
        (
            Figure("应完成投资", facts.planned_due, "元"),
            Figure("本年完成投资", facts.reached_year, "元"),
            Figure("所欠投资", facts.shortfall, "元"),
            Figure("欠账比例", missing * 100, "%"),
        ),
    )


RULE = Rule(
    "shortfall",
    "应完成投资欠账",
    judge,
    progress_owed,
    (
        Param("yellow", "黄灯：所欠超过应完成投资的", "%", Fraction(0), Fraction(0), Fraction(100)),
        Param("red", "红灯：所欠超过应完成投资的", "%", Fraction(50), Fraction(0), Fraction(100)),
    ),
)
