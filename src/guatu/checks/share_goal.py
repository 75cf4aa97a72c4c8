"""Share goals against the amounts the plan itself sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from guatu.checks.context import Case, plain_subject, printed
from guatu.ledger.findings import Finding
from guatu.ledger.records import Target
from guatu.text.rare import Rare

CODE = "share-goal"

_SHARE = Rare(r"(?P<part>.{2,24}?)占(?P<whole>.{0,24}?)的?(?:比重|比例|比)$")
_ALL_INVESTMENT = ("固定资产投资", "总投资", "全社会固定资产投资", "投资")
# Percentage points that rounding may explain.
_TOLERANCE = 1

# The first target of each name and date.
_Amounts = dict[tuple[str, date | None], Target]


def check(case: Case) -> Iterator[Finding]:
    """占比目标与方案自己的数额对不上。

    查什么：方案既定了某项占比目标，又给出该项与总体的数额，而按数额算出的占比与目标不同。
    举例：工业投资占比目标30%，工业投资1,450亿元、总投资6,800亿元，算得21.3%。
    怎么改：核对口径（占比是期末数还是累计数、总体是否同一口径），或调整目标与数额。
    """
    level = [t for t in case.ledger.targets if t.change == "level" and t.kind != "fact"]
    goals = [target for target in level if target.unit == "%" and "占" in target.subject]
    if not goals:
        return
    amounts: _Amounts = {}
    for target in level:
        if target.unit != "%":
            amounts.setdefault((plain_subject(target.subject), target.due), target)
    for goal in goals:
        if (share := _SHARE.match(plain_subject(goal.subject))) is not None:
            yield from _compared(goal, share, amounts)


def _compared(goal: Target, share: re.Match[str], amounts: _Amounts) -> Iterator[Finding]:
    """The goal against the plan's amounts of the part and of the whole for the same date."""
    part = amounts.get((share["part"], goal.due))
    if part is None or not (share["whole"] or share["part"].endswith("投资")):
        return
    wholes = (plain_subject(share["whole"]),) if share["whole"] else _ALL_INVESTMENT
    whole = next((amounts[name, goal.due] for name in wholes if (name, goal.due) in amounts), None)
    if whole is None or whole.unit != part.unit or not whole.value or whole is part:
        return
    if None in (part.first, whole.first) or part.first == whole.first:
        yield from _finding(goal, part, whole)


def _finding(goal: Target, part: Target, whole: Target) -> Iterator[Finding]:
    reached = part.value / whole.value * 100
    short = goal.value - reached
    if goal.comparator == "le":
        short = -short
    elif goal.comparator != "ge":
        short = abs(short)
    if short <= _TOLERANCE:
        return
    yield Finding(
        CODE,
        "question",
        f"“{plain_subject(goal.subject)}”目标为{printed(goal.value)}%，而按方案所列"
        f"{printed(part.value, part.unit)}与{printed(whole.value, whole.unit)}计算为"
        f"{reached:.1f}%，请核对口径或数额。",
        (goal.quote, part.quote, whole.quote),
    )
