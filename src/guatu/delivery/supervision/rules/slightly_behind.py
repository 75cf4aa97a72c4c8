"""略有滞后: behind by less than what lights yellow; noted, so that the gap has no silent green."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict, shown


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """A note beside green.

    亮灯：本年投资完成率低于序时进度不足{below}个百分点的，亮绿灯并注明落后数，不作预警。
    消灯：完成率达到序时进度，或者落后达到{below}个百分点改按投资进度滞后评判。
    依据：默认规则。公开的预警办法一般只规定落后达到一定幅度的情形，未规定的幅度由本条明确为绿灯。
    """
    behind = facts.behind
    if behind is None or facts.finished or not 0 < behind < params["below"]:
        return None
    return Verdict(
        Colour.GREEN,
        f"低于序时进度{shown(behind)}个百分点，请关注。",
        (Figure("落后", behind, "百分点"), Figure("所欠投资", facts.shortfall, "元")),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """It never lights red; there is nothing to make up."""
    return Settlement(True, "本条不亮红灯。")


RULE = Rule(
    "slightly-behind",
    "略有滞后",
    judge,
    settle,
    (Param("below", "落后不足", "百分点", Fraction(10), Fraction(0), Fraction(100)),),
)
