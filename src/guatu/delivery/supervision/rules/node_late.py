"""节点滞后: a node that was due is not reached."""

from __future__ import annotations

from fractions import Fraction

from guatu.delivery.annual.months import Month
from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.closing.nodes import DueNode, is_finish, is_start
from guatu.delivery.supervision.colours import Colour, Figure
from guatu.delivery.supervision.rule import Param, Params, Rule, Settlement, Verdict


def judge(facts: ProjectFacts, params: Params) -> Verdict | None:
    """The oldest node that is due and has no day on which it was reached.

    亮灯：节点应完成的当月结束仍未完成的，亮黄灯；连同应完成当月，连续{red}个月未完成的，亮红灯。
    只写明应完成投资比例的节点按投资进度评判；开工、竣工节点在计划已定开工、竣工时间时不在此重复评判。
    消灯：登记节点完成日期，或者节点经批准推迟到以后月份，或者竣工。由红灯消灯的先转黄灯，
    下期仍无亮灯情形的再转绿灯。
    依据：年度投资计划确定的节点，以及项目库登记的节点计划日期。
    """
    late = _late(facts)
    if not late:
        return None
    node, months = late[0], _months(late[0], facts)
    others = f"，另有{len(late) - 1}个节点逾期" if len(late) > 1 else ""
    due = f"{node.due.year}年{node.due.month}月{node.due.day}日"
    return Verdict(
        Colour.RED if months >= params["red"] else Colour.YELLOW,
        f"节点“{node.name}”应于{due}前完成，至期末未完成{others}。",
        (
            Figure("节点应完成日期", node.due),
            Figure("逾期", (facts.period.end - node.due).days, "天"),
            Figure("逾期节点", len(late), "个"),
        ),
    )


def settle(facts: ProjectFacts, params: Params) -> Settlement:
    """Made up when no node is late any more, or when it is finished."""
    if facts.finished:
        return Settlement(True, "项目已竣工。")
    late = _late(facts)
    if not late:
        return Settlement(True, "到期的节点均已完成，或者已经批准推迟。")
    words = f"节点“{late[0].name}”仍未完成。"
    return Settlement(False, words, (Figure("逾期节点", len(late), "个"),))


def _late(facts: ProjectFacts) -> list[DueNode]:
    """Nodes late by a whole month at least, the oldest first."""
    if facts.finished:
        return []
    return [
        node
        for node in facts.nodes
        if node.actual is None and not _judged_elsewhere(node, facts) and _months(node, facts) > 0
    ]


def _judged_elsewhere(node: DueNode, facts: ProjectFacts) -> bool:
    """By 逾期未开工 and 逾期未竣工, which know the planned months."""
    by_start = is_start(node.name) and facts.start is not None
    return by_start or (is_finish(node.name) and facts.finish is not None)


def _months(node: DueNode, facts: ProjectFacts) -> int:
    """Months over without it, the one it was due in included."""
    due = Month(node.due.year, node.due.month)
    return max(facts.period.last_full_month.number - due.number + 1, 0)


RULE = Rule(
    "node-late",
    "节点滞后",
    judge,
    settle,
    (Param("red", "红灯：连续未完成满", "个月", Fraction(3), Fraction(1), Fraction(24)),),
)
