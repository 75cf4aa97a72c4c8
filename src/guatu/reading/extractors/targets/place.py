"""Where a number stands: the words of its clause that belong to it, and what was read before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from guatu.ledger.records import Change, Target, TargetKind
from guatu.reading.extractors.targets import subjects
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.timing import Clock
from guatu.reading.material import Material
from guatu.text.periods import Period
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Span

OWN_VERB = re.compile(
    r"新建|建成|新增|创建|建设|培育|打造|引进|完成|实现|改造|治理|实施|推广|开工|达到|发展|形成|认定|支持"
    r"|推动|推进|创成|增加"
)
FROM_TO = re.compile(r"(?:由|从)[^,;。]{0,24}$")
TO = Rare(r"[^,;。]{0,14}(?:到|至)")
# 处理能力由目前的200吨/日增加到350吨/日
_FROM_NOW = Rare(
    r"[由从](?:目前|现有|现在|现状|当前|原来|原有|原先|上年|上年末|去年|年初)的?(?=[^,;。]{0,8}$)"
)
BASIS_BEHIND = re.compile(r"[^,;。]{0,24}(?:的?基础上|基数上)")


@dataclass(slots=True)
class Reader:
    """State of one pass over one plan."""

    material: Material
    masks: list[tuple[int, int]]
    clock: Clock
    past: list[bool]
    found: list[Target] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Last:
    """What the number before, in the same sentence, was read as."""

    spans: tuple[Span, ...]
    change: Change
    clause: int
    part: int
    quantity: Quantity
    kind: TargetKind


@dataclass(frozen=True, slots=True)
class Place:
    """The bounds of the words that belong to one number.

    ``start``..``named_end`` holds its words before (``named_end`` lies before a date or a
    baseline), ``end`` is where its words behind stop.
    """

    clause: int
    start: int
    named_end: int
    end: int
    clause_start: int
    clause_end: int


def place_of(
    material: Material,
    layout: Layout,
    q: Quantity,
    before: Quantity | None,
    behind: Quantity | None,
    cut: int,
) -> tuple[Place, int]:
    """The words of ``q``, and from where the next number's words may begin."""
    norm = material.outline.norm
    clause = layout.clause_at(q.start)
    clause_start, clause_end = _clause_bounds(norm, layout, clause, q)
    start = max(clause_start, cut if cut <= q.outer_start else clause_start)
    if before is not None and start < before.outer_end <= q.outer_start:
        start = before.outer_end
    named_end = q.outer_start
    # The dates of the clause: mostly none, and looked up once for both sides of the number.
    dates = material.periods_in(start, clause_end)
    since = False
    for period in dates:
        if period.start >= q.outer_start:
            break
        if period.role == "every" or period.end > q.outer_start:
            continue
        # 由2025年的9件增至15件; 由2020年的9件增加到2025年的15件: one name for both.
        since = since or norm[period.start - 1] in "由从"
        if since or period.role == "base" or _only_verbs(norm, period.end, q.outer_start):
            named_end = min(named_end, period.start)
        else:
            start, named_end = period.end, q.outer_start
    if basis := _FROM_NOW.search(norm, start, named_end):
        named_end = basis.start()
    end, next_cut = clause_end, cut
    if behind is not None and q.outer_end <= behind.outer_start < clause_end:
        end = behind.outer_start
        # 5个公园、健身步道1500公里: what follows the last 、 belongs to the next number.
        closed = behind.outer_end >= clause_end or norm[behind.outer_end] in ",;、。)和及"
        comma = norm.rfind("、", q.outer_end, end)
        if closed and comma >= q.outer_end and end - comma > 2:
            end = next_cut = comma
    for period in dates:
        if period.start >= end:
            break
        if period.start >= q.outer_end and _is_ahead(period, material):
            end = period.start
            break
    return Place(clause, start, max(named_end, start), end, clause_start, clause_end), next_cut


def _is_ahead(period: Period, material: Material) -> bool:
    """False for the date of a standard or an event long before the plan: 1988年颁布的规定."""
    plan = material.plan
    starts = plan.start or (plan.issued.year if plan.issued else None)
    return period.last is None or starts is None or period.last.year >= starts


def _clause_bounds(norm: str, layout: Layout, clause: int, q: Quantity) -> tuple[int, int]:
    """The clause of a number; inside a bracket, the bracket's clause."""
    start, end = layout.starts[clause], layout.ends[clause]
    bracket = layout.bracket_at(q.start)
    if bracket is None:
        return start, end
    start, end = max(start, bracket[0]), min(end, bracket[1])
    start = max([start, *(norm.rfind(mark, start, q.start) + 1 for mark in ",;:")])
    end = min([end, *(s for s in (norm.find(m, q.end, end) for m in ",;") if s > 0)])
    return start, end


def _only_verbs(norm: str, start: int, end: int) -> bool:
    left = subjects.left_of(norm, start, end)
    return left.end - start <= 1
