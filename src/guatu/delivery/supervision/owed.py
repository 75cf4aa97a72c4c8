"""What a red owes for its progress: the same, whichever way a rule measured it."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.closing.rounding import percent
from guatu.delivery.supervision.colours import Figure
from guatu.delivery.supervision.rule import Params, Settlement, shown


def progress_owed(facts: ProjectFacts, _params: Params) -> Settlement:
    """Made up when level with the schedule, finished, or without a plan to lag behind.

    A new year in which nothing is due yet and nothing was done makes up for nothing.
    """
    if facts.finished:
        return Settlement(True, "项目已竣工，不再评判年度投资进度。")
    behind = facts.behind
    if behind is None:
        return Settlement(True, "年度计划已无投资额，不再评判年度投资进度。")
    owed = (Figure("落后", max(behind, Fraction(0)), "百分点"),)
    due = percent(facts.due_part)
    if behind > 0:
        words = f"低于序时进度{due}%，仍落后{shown(behind)}个百分点，所欠进度未补齐。"
        return Settlement(False, words, (*owed, Figure("所欠投资", facts.shortfall, "元")))
    if facts.due_part == 0 and facts.reached_year <= 0:
        return Settlement(False, "本年尚无应完成投资，也未完成投资，所欠进度未补齐。", owed)
    return Settlement(True, f"本年投资完成率已达到序时进度{due}%，所欠进度已补齐。", owed)
