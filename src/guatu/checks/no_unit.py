"""Numbers that need a unit of measure and have none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guatu.checks.context import Case
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare
from guatu.text.span import Quote

CODE = "no-unit"

_BARE = Rare(r"[0-9][0-9.,]{0,12}\Z")
_BOUNDS = (re.compile(r"以[上下内](?<=[0-9]..)"), re.compile(r"左右(?<=[0-9]..)"))
_ENDS_BARE = Rare(r"(?<![0-9A-Za-z.+:/\-])[0-9]{1,9}(?:\.[0-9]{1,4})?\Z")
# What is measured without a unit, or ranked.
_PURE_NUMBER = Rare(
    r"指数|系数|比|倍|评分|得分|分值|满意度|测评|考核|等级|评级|排名|位次|位居|[前第]$|PM|GB|弹性"
    r"|[pP][hH]|序号|版本|型号"
)
_NAME_BEFORE = 24


def check(case: Case) -> Iterator[Finding]:
    """指标只有数、没有计量单位。

    查什么：“新增绿色工厂15以上”一类缺单位的数；指数、系数、比值、得分不需要单位，不提示。
    举例：“省级绿色工厂15以上”，疑缺“家”。
    怎么改：补写计量单位。
    """
    seen: set[int] = set()
    bounds = [found for pattern in _BOUNDS for found in pattern.finditer(case.norm)]
    for bound in sorted(bounds, key=re.Match.start):
        number = _ENDS_BARE.search(case.norm[max(0, bound.start() - 16) : bound.start()])
        if number is None:
            continue
        start = bound.start() - len(number[0])
        before = _name_before(case, start)
        if not _PURE_NUMBER.search(before):
            seen.add(start)
            words = case.text[start : bound.end()]
            yield _finding(f"{before[-10:]}{words}", start, words)
    for target in case.ledger.targets:
        start = target.quote.start
        if target.kind != "target" or target.unit or not _BARE.match(target.quote.text):
            continue
        if start in seen or _PURE_NUMBER.search(target.subject):
            continue
        if not _PURE_NUMBER.search(_name_before(case, start)):
            yield _finding(target.subject + target.quote.text, start, target.quote.text)


def _name_before(case: Case, start: int) -> str:
    """The words of the clause in front of a number."""
    words = case.norm[max(0, start - _NAME_BEFORE) : start]
    return re.split(r"[,。;\n]", words)[-1]


def _finding(words: str, start: int, number: str) -> Finding:
    return Finding(CODE, "question", f"“{words}”没有计量单位，请补写。", (Quote(start, number),))
