"""停滞: a project in 在建 that was confirmed as unchanged period after period."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import BUILDING, ProjectFacts
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """Confirmed as unchanged in periods running.

    亮灯：在建项目连续{yellow}期填报“本期无变化”的，亮黄灯。未报的期次不计，也不中断。
    消灯：填报有新的进展，或者不再处于在建阶段。
    依据：默认规则。在建项目长期没有变化，应当说明原因。
    """
    if facts.stage != BUILDING or facts.finished or facts.unchanged_run < params["yellow"]:
        return None
    run = facts.unchanged_run
    return Verdict(
        Colour.YELLOW,
        f"在建项目已连续{run}期填报无变化，停滞。",
        (Figure("连续无变化", run, "期"),),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """It never lights red; there is nothing to make up."""
    return Settlement(True, "本条不亮红灯。")


RULE = Rule(
    "stagnant",
    "停滞",
    judge,
    settle,
    (Param("yellow", "黄灯：连续无变化满", "期", Fraction(2), Fraction(1), Fraction(36)),),
)
