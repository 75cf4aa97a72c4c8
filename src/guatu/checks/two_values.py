"""One indicator, one date, two values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice

from guatu.checks.context import Case, plain_subject, printed
from guatu.ledger.findings import Finding
from guatu.ledger.records import Target
from guatu.text.rare import Rare

CODE = "two-values"

_INDICATOR = Rare(
    r"(?:率|比重|比例|占比|[数量值]|面积|里程|规模|总额|收入|浓度|指数|系数|能力|寿命|投资|余额"
    r"|强度|床位|覆盖面|水平|成本|费用|消耗|能耗|人口|人数)$"
)
_RATE = Rare(r"[%‰/]")
_GENERIC = frozenset(
    ("固定资产投资额", "项目总投资", "完成投资", "计划投资", "年度投资", "总投资额")
)
# Enough for any plan, and a bound for damaged ones.
_PAIRS_LOOKED_AT = 200
_SHORTEST_NAME = 5
# Items named for a place hold figures for that place alone.
_PLACE_TITLE = Rare(r"[县区市镇乡州旗]$")


def check(case: Case) -> Iterator[Finding]:
    """同一指标、同一时限出现两个不同的数。

    查什么：名称、单位、时限、范围都相同的指标，在不同条目（或表格与正文）中数值不同。
    举例：指标表中2028年千人托位数4.6个，正文写4.8个。
    怎么改：以指标表或主要目标为准，统一全文数值；如口径不同，请在名称中写明。
    """
    groups: dict[tuple[object, ...], list[Target]] = defaultdict(list)
    for target in case.ledger.targets:
        name = plain_subject(target.subject)
        if target.kind == "target" and target.due and len(name) >= _SHORTEST_NAME:
            key = (name, target.unit, target.due, target.change, target.scope, target.high)
            groups[key].append(target)
    for group in groups.values():
        if len({target.value for target in group}) > 1 and _is_one_indicator(group[0]):
            yield from _compared(case, group)


def _is_one_indicator(target: Target) -> bool:
    """False for names that fit many things: 完成投资, 新建学校."""
    name = plain_subject(target.subject)
    if name in _GENERIC:
        return False
    return bool(_INDICATOR.search(name)) or (
        target.change == "level" and bool(_RATE.search(target.unit))
    )


def _compared(case: Case, group: list[Target]) -> Iterator[Finding]:
    for one, other in islice(combinations(group, 2), _PAIRS_LOOKED_AT):
        if one.value != other.value and _same_matter(case, one, other):
            yield _finding(one, other)
            return


def _same_matter(case: Case, one: Target, other: Target) -> bool:
    """False where period, place or wording tells that two different things are meant."""
    if None not in (one.first, other.first) and one.first != other.first:
        return False
    if case.sentence(one.quote.start) == case.sentence(other.quote.start):
        return False
    places = [
        {
            title
            for index in case.ancestors(case.section_at(target.quote.start))
            if _PLACE_TITLE.search(title := case.ledger.sections[index].title)
        }
        for target in (one, other)
    ]
    return places[0] == places[1]


def _finding(one: Target, other: Target) -> Finding:
    # 80%以上 and 85% can both be true; 80% and 85% cannot.
    low, high = sorted((one, other), key=lambda target: target.value)
    compatible = (low.comparator == "ge" and high.comparator in ("eq", "ge")) or (
        high.comparator == "le" and low.comparator in ("eq", "le")
    )
    due = f"（{one.due.year}年）" if one.due else ""
    return Finding(
        CODE,
        "question" if compatible else "error",
        f"“{plain_subject(one.subject)}”{due}前后不一：一处为{printed(one.value, one.unit)}，"
        f"一处为{printed(other.value, other.unit)}，请统一。",
        (one.quote, other.quote),
    )
