"""投资进度滞后: the year's investment lies behind the project's own schedule."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.closing.rounding import percent
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.owed import progress_owed
from guatu.delivery.supervision.rule import Param, Params, Rule, Verdict, shown


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """The year's investment against 序时进度, in 百分点.

    亮灯：本年投资完成率低于序时进度{yellow}个百分点及以上、不超过{red}个百分点的，亮黄灯；
    超过{red}个百分点的，亮红灯。序时进度按节点计算，没有节点的按计划开工月至竣工月平均计算。
    消灯：黄灯在落后不足{yellow}个百分点时消灯；红灯须补齐所欠进度（完成率不低于序时进度）或者竣工，
    方可转为黄灯，下期仍无亮灯情形的再转为绿灯；尚无应完成投资、也未完成投资的，不算补齐。
    依据：年度投资计划确定的年度投资额、节点和起止时间；红灯补齐所欠后转黄，参照温州市瓯海区做法。
    """
    behind = facts.behind
    if behind is None or facts.rate is None or facts.finished or behind < params["yellow"]:
        return None
    colour = Colour.RED if behind > params["red"] else Colour.YELLOW
    words = (
        f"本年投资完成率{percent(facts.rate)}%，低于序时进度{percent(facts.due_part)}%，"
        f"落后{shown(behind)}个百分点。"
    )
    return Verdict(
        colour,
        words,
        (
            Figure("投资完成率", facts.rate * 100, "%"),
            Figure("序时进度", facts.due_part * 100, "%"),
            Figure("落后", behind, "百分点"),
            Figure("所欠投资", facts.shortfall, "元"),
        ),
    )


RULE = Rule(
    "behind-schedule",
    "投资进度滞后",
    judge,
    progress_owed,
    (
        Param("yellow", "黄灯：落后不少于", "百分点", Fraction(10), Fraction(1, 10), Fraction(100)),
        Param("red", "红灯：落后超过", "百分点", Fraction(30), Fraction(0), Fraction(100)),
    ),
)
