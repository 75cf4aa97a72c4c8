"""Sums of the parts against a stated total: sectors, and years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from guatu.checks.context import Case, MarkerKind, is_countable, plain_subject, printed
from guatu.ledger.findings import Finding
from guatu.ledger.records import Target

CODE = "parts-total"
YEARS_CODE = "years-total"

_FEWEST_PARTS = 4
# Parts that make up less of the total, or more, are parts of something else.
_LEAST, _MOST = Decimal("0.75"), Decimal("1.25")


def check(case: Case) -> Iterator[Finding]:
    """各项之和与总数不符。

    查什么：同级各条目导语中的投资额之和，与总体要求所定总投资额不同；或分年度数之和与累计数不同。
    举例：总目标6,800亿元，各领域合计6,447亿元；三年累计2,160亿元，分年度为660、720、790亿元。
    怎么改：补列未分解的部分或调整分项；分项多为“以上”的，可说明余额来源。
    """
    yield from _sectors(case)
    yield from _years(case)


# ------------------------------------------------------------------ sectors
def _sectors(case: Case) -> Iterator[Finding]:
    totals = [target for target in case.ledger.targets if _is_investment(target)]
    if len(totals) <= _FEWEST_PARTS:
        return
    for parts in _parts_by_level(case):
        first = parts[0]
        fitting = [
            total
            for total in totals
            if total.quote.start < first.quote.start
            and total.due == first.due
            and (total.first == first.first or None in (total.first, first.first))
        ]
        added = sum((part.value for part in parts), Decimal(0))
        if any(total.value == added for total in fitting):
            continue
        close = [total for total in fitting if _LEAST * total.value <= added <= _MOST * total.value]
        if close:
            total = min(close, key=lambda one: abs(one.value - added))
            yield _sector_finding(total, parts, added)


def _is_investment(target: Target) -> bool:
    return (
        target.unit == "元"
        and target.change == "level"
        and target.kind != "fact"
        and target.subject.endswith("投资")
        and "年均" not in target.subject
        and "每年" not in target.subject
    )


def _parts_by_level(case: Case) -> Iterator[list[Target]]:
    """Investments in the opening sentences of numbered items, for each kind of marker."""
    levels: dict[MarkerKind, list[list[Target]]] = defaultdict(list)
    for index in range(len(case.ledger.sections)):
        if case.guidance[index]:
            continue
        start, end = case.own_text(index)
        while start < end and case.norm[start] in "。:. \r\n\t":
            start += 1
        stop = case.norm.find("。", start, end)
        found = case.targets_in(start, end if stop < 0 else stop)
        if parts := [target for target in found if _is_investment(target)]:
            levels[case.markers[index][0]].append(parts)
    for items in levels.values():
        due = items[0][0].due
        parts = [part for item in items for part in item if part.due == due]
        if len(items) >= _FEWEST_PARTS and len(parts) >= _FEWEST_PARTS:
            yield parts


def _sector_finding(total: Target, parts: list[Target], added: Decimal) -> Finding:
    at_least = sum(part.comparator == "ge" for part in parts)
    remark = f"其中{at_least}项为“以上”，" if at_least else ""
    difference = total.value - added
    relation = "少" if difference > 0 else "多"
    return Finding(
        CODE,
        "question",
        f"所列{len(parts)}项投资合计{printed(added, '元')}，比总额{printed(total.value, '元')}"
        f"{relation}{printed(abs(difference), '元')}；{remark}请核对是否有未分解或重复计算的部分。",
        (total.quote, *(part.quote for part in parts)),
    )


# -------------------------------------------------------------------- years
def _years(case: Case) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Target]] = defaultdict(list)
    for target in case.ledger.targets:
        if target.kind != "fact" and target.due and is_countable(target.unit):
            groups[plain_subject(target.subject), target.unit].append(target)
    for group in groups.values():
        yearly = {target.due.year: target for target in group if _one_year(target) and target.due}
        if len(yearly) < 2:
            continue
        for total in group:
            if not _one_year(total) and _covers(case, total, yearly):
                yield from _year_finding(total, [yearly[year] for year in sorted(yearly)])


def _one_year(target: Target) -> bool:
    return bool(target.first and target.due and target.first.year == target.due.year)


def _covers(case: Case, total: Target, yearly: dict[int, Target]) -> bool:
    """True where the years are exactly those of the total, which is one of several years."""
    start = total.first.year if total.first else case.ledger.plan.start
    if start is None or total.due is None or "每年" in total.subject or "年均" in total.subject:
        return False
    return set(yearly) == set(range(start, total.due.year + 1))


def _year_finding(total: Target, yearly: list[Target]) -> Iterator[Finding]:
    added = sum((target.value for target in yearly), Decimal(0))
    largest = max(target.value for target in yearly)
    # A stock reached year by year (存量) ends at its last value; only flows are added up.
    if added == total.value or total.value <= largest or added < _LEAST * total.value:
        return
    if added > _MOST * total.value:
        return
    exact = total.comparator == "eq" and all(target.comparator == "eq" for target in yearly)
    years = "、".join(printed(target.value) for target in yearly)
    yield Finding(
        YEARS_CODE,
        "error" if exact else "question",
        f"“{plain_subject(total.subject)}”分年度{years}合计{printed(added, total.unit)}，"
        f"与累计{printed(total.value, total.unit)}不符，请核对。",
        (total.quote, *(target.quote for target in yearly)),
    )
