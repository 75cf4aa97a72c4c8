"""其中 parts against their whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from guatu.checks.context import Case, is_countable, printed
from guatu.ledger.findings import Finding, Severity
from guatu.ledger.records import Target
from guatu.text.rare import Rare

CODE = "of-which"

_OF_WHICH = re.compile(r"其中(?![一之])")
_STOP = Rare(r"[。;!?\n]")
# A part stands close behind the last one: 、封山育林16万亩.  What is farther off is a new thought.
_NEXT_PART = 18
_WHOLE_BEFORE = 60
# Parts that make up so much of the whole were meant to make up all of it.
_NEARLY_ALL = Decimal("0.95")


def check(case: Case) -> Iterator[Finding]:
    """“其中”各项与总数不符。

    查什么：“其中”所列各项之和（或其中一项）大于总数；或之和接近总数而不相等。
    举例：“新建改建农村公路600公里，其中新建220公里、改建410公里”，两项合计630公里。
    怎么改：核对总数与各项；如各项有交叉或只列主要部分，请写明。
    """
    for found in _OF_WHICH.finditer(case.norm):
        end = _end(case, found.end())
        parts = _parts(case, found.end(), end)
        whole = _whole(case, found.start(), parts[0].unit) if parts else None
        if whole is not None:
            yield from _compared(whole, parts)


def _end(case: Case, start: int) -> int:
    """Where the list ends: at the sentence's or part sentence's end, or at the next 其中."""
    limit = min(len(case.norm), start + 400)
    stop = _STOP.search(case.norm, start, limit)
    end = stop.start() if stop else limit
    again = case.norm.find("其中", start, end)
    return again if again >= 0 else end


def _parts(case: Case, start: int, end: int) -> list[Target]:
    """The numbers of the list: one unit, each close behind the last."""
    parts: list[Target] = []
    for target in case.targets_in(start, end):
        if not is_countable(target.unit):
            break
        if parts and (
            target.unit != parts[0].unit or target.quote.start - parts[-1].quote.end > _NEXT_PART
        ):
            break
        if not parts and target.quote.start - start > _WHOLE_BEFORE:
            break
        parts.append(target)
    return parts


def _whole(case: Case, at: int, unit: str) -> Target | None:
    """The last number with the parts' unit before 其中 in its sentence."""
    start = case.sentence(max(at - 1, 0)).start
    for target in reversed(case.targets_in(max(start, at - _WHOLE_BEFORE), at)):
        if target.unit == unit:
            return target
    return None


def _compared(whole: Target, parts: list[Target]) -> Iterator[Finding]:
    total = whole.high or whole.value
    if whole.comparator == "ge" or any(part.comparator == "le" for part in parts):
        return
    if any(part.value > total for part in parts):
        yield _finding("error", whole, [part for part in parts if part.value > total], "大于总数")
        return
    # 10亿元以上30个、50亿元以上5个: the second are among the first.
    if len(parts) < 2 or any("以上" in part.subject for part in parts):
        return
    added = sum((part.value for part in parts), Decimal(0))
    slack = total / 20 if whole.comparator == "approx" else 0
    if added > total + slack:
        yield _finding("error", whole, parts, "大于总数")
    elif _NEARLY_ALL * whole.value <= added < whole.value - slack:
        yield _finding("question", whole, parts, "接近而不等于总数，请确认是否漏列")


def _finding(severity: Severity, whole: Target, parts: list[Target], relation: str) -> Finding:
    added = sum((part.value for part in parts), Decimal(0))
    listed = "、".join(part.quote.text for part in parts)
    summed = f"合计{printed(added, whole.unit)}，" if len(parts) > 1 else ""
    return Finding(
        CODE,
        severity,
        f"“其中”所列{listed}{summed}{relation}（总数{whole.quote.text}）。",
        (whole.quote, *(part.quote for part in parts)),
    )
