"""Warning rules, a file a rule; the order is that of a light's reasons.

To add one, write a module with ``RULE``, whose ``judge`` has a docstring with 亮灯, 消灯 and 依据,
add a line to ``RULES``, and name it in the packs that are to use it.
"""

from __future__ import annotations

from guatu.delivery.supervision.rule import Rule
from guatu.delivery.supervision.rules import (
    behind,
    finish_late,
    node_late,
    not_in_statistics,
    shortfall,
    slightly_behind,
    stagnant,
    start_late,
)

RULES: tuple[Rule, ...] = (
    start_late.RULE,
    behind.RULE,
    shortfall.RULE,
    not_in_statistics.RULE,
    finish_late.RULE,
    node_late.RULE,
    stagnant.RULE,
    slightly_behind.RULE,
)
