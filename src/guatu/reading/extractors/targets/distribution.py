"""分别: one list of names, one list of numbers, paired member by member."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guatu.ledger.records import Change
from guatu.reading.extractors.targets import subjects
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.material import Material
from guatu.text.periods import Period
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Span

_TO = Rare(r"[到至]$")
_NAMES = re.compile(r"(?P<names>[^,;、]{3,}(?:、[^,;、]{3,})+?)(?:年内|全年|当年|20[0-9]{2}年)")
_NAME = Rare(r"[^、,;\s]+")


@dataclass(frozen=True, slots=True)
class Shared:
    """What one number of a 分别 list takes from the list; None and () where it has its own."""

    spans: tuple[Span, ...] = ()
    scope: Span | None = None
    comparator: str | None = None
    change: Change | None = None
    period: Period | None = None
    unit: str | None = None


def distributed(
    material: Material, layout: Layout, quantities: Sequence[Quantity]
) -> dict[int, Shared]:
    """The members of every 分别 list of a sentence, by the start of their number."""
    norm = material.outline.norm
    result: dict[int, Shared] = {}
    at = norm.find("分别", layout.start, layout.end)
    while at >= 0:
        clause = layout.clause_at(at)
        group = [q for q in quantities if at < q.start < layout.ends[clause]]
        if len(group) > 1 and norm[at + 2 : at + 3] not in ("负", "牵"):
            half = len(group) // 2
            turn = norm[group[half - 1].outer_end : group[half].outer_start]
            if norm[at + 2] in "由从" and len(group) % 2 == 0 and _TO.search(turn):
                # 分别由11%、13%降至8%、9%以内: two lists of the same names.
                result.update(_members(material, layout, clause, at, group[:half]))
                result.update(_members(material, layout, clause, at, group[half:]))
            elif norm[at + 2] != "由":
                result.update(_members(material, layout, clause, at, group))
        at = norm.find("分别", at + 2, layout.end)
    return result


def _members(
    material: Material, layout: Layout, clause: int, at: int, group: Sequence[Quantity]
) -> dict[int, Shared]:
    norm = material.outline.norm
    own = subjects.left_of(norm, at + 2, group[0].outer_start)
    behind = subjects.named_before(norm, at + 2, group[0].outer_start, predicated=False)
    common = Shared(
        comparator=_comparator(group),
        change=_change(subjects.left_of(norm, at, group[0].outer_start)),
        unit=_unit(group),
    )
    start, end = layout.starts[clause], at
    for period in material.periods_in(start, at):
        if period.role == "base":
            end = min(end, period.start)
        elif period.role != "every":
            start = period.end
    head = subjects.named_before(norm, start, end, predicated=True)
    listed = _NAMES.match(norm, layout.starts[clause], at)
    if listed and head.start >= listed.end("names") and head.end - head.start <= 8:
        parts = [Span(m.start(), m.end()) for m in _NAME.finditer(norm, *listed.span("names"))]
        if len(parts) == len(group):
            # 甲工程、乙工程年内完成投资分别达到…: the date parts the names from what is measured.
            return {
                q.start: replace(common, spans=(part, head))
                for q, part in zip(group, parts, strict=True)
            }
    names = own.end - own.start >= 2  # what is counted stands behind 分别
    periods = [
        p
        for p in material.periods_in(layout.starts[max(0, clause - 1)], at)
        if p.last is not None and p.role in ("in", "by")
    ]
    if len(periods) != len(group) and periods and periods[-1].end <= layout.ends[clause]:
        periods = _years_of(periods[-1], len(group)) or periods
    if len(periods) == len(group):
        # 2024年、2025年分别完成改造6万户、5万户: a year for each.
        if head.end - head.start < 2 and not names:
            before = min(layout.ends[clause], periods[0].start)
            head = subjects.named_before(norm, layout.starts[clause], before, predicated=True)
        named = head if head.end - head.start >= 2 else behind
        known = head.end - head.start >= 2 or (names and behind.end - behind.start >= 2)
        known = known and not subjects.is_general(norm[named.start : named.end])
        whole = replace(common, spans=(named,) if known else ())
        return {
            q.start: replace(whole, period=period) for q, period in zip(group, periods, strict=True)
        }
    if names:
        # 某县、某区分别新建厂房…: the places stand before 分别, the thing behind it.
        where = subjects.places(norm, layout.starts[max(0, clause - 1)], at, len(group))
        whole = replace(common, spans=(behind,) if behind.end - behind.start > 2 else ())
        if where:
            return {
                q.start: replace(whole, scope=scope) for q, scope in zip(group, where, strict=True)
            }
    if head.end <= head.start and clause:
        clause -= 1
        head = subjects.named_before(
            norm, layout.starts[clause], layout.ends[clause], predicated=True
        )
    found = subjects.members(norm, head, len(group))
    if found is not None:
        return {
            q.start: replace(common, spans=spans) for q, spans in zip(group, found, strict=True)
        }
    whole = replace(common, spans=(head,) if head.end > head.start else ())
    scopes = _scopes_before(norm, layout, clause, len(group))
    return {q.start: replace(whole, scope=scope) for q, scope in zip(group, scopes, strict=True)}


def _years_of(period: Period, count: int) -> list[Period]:
    """2025-2027年…分别不低于A、B、C: a year for each, where there are as many."""
    first, last = period.first, period.last
    if first is None or last is None or last.year - first.year + 1 != count:
        return []
    return [
        period._replace(first=date(year, 1, 1), last=date(year, 12, 31))
        for year in range(first.year, last.year + 1)
    ]


def _change(left: subjects.Left) -> Change | None:
    """The change that the verb behind 分别 gives to the whole list."""
    for role in left.roles:
        if role == "increase":
            return "increase"
        if role == "decrease":
            return "decrease"
    return None


def _unit(group: Sequence[Quantity]) -> str | None:
    """分别降低20个和10个百分点: the closing unit is that of every member."""
    last = group[-1].unit
    return last if group[0].unit == "个" and last.startswith("个") and len(last) > 1 else None


def _comparator(group: Sequence[Quantity]) -> str | None:
    """分别…95%和85%以上, 分别不低于95%和85%: one comparator covers the whole list."""
    first, last = group[0], group[-1]
    if last.outer_end > last.end and last.comparator in ("ge", "le", "approx"):
        return last.comparator
    if first.outer_start < first.start and first.comparator in ("ge", "le"):
        return first.comparator
    return None


def _scopes_before(norm: str, layout: Layout, clause: int, count: int) -> list[Span | None]:
    """主城区、县城、建制镇…全覆盖,污水处理率分别达到…: the list stands in the clause before."""
    if clause:
        start, end = layout.starts[clause - 1], layout.ends[clause - 1]
        names = [Span(m.start(), m.end()) for m in _NAME.finditer(norm, start, end)]
        if len(names) == count:
            longest = max(3, max(n.end - n.start for n in names[:-1]) - 1)
            last = names[-1]
            return [*names[:-1], Span(last.start, min(last.end, last.start + longest))]
    return [None] * count
