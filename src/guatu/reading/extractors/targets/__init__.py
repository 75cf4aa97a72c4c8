"""Numbers somebody can be held to (指标): which numbers, of what, how much, by when.

The clause around each number is read as a small grammar: subject, verb, comparator, number
(全市产业投资累计完成860亿元以上), or verb, number, name (新建60个社区健身广场).  Words come
from ``lexicon/targets.toml``; no sentence of any plan is known here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from guatu.ledger.records import Change, Comparator, Target, TargetKind
from guatu.reading.extractors.targets import refusals, subjects
from guatu.reading.extractors.targets.distribution import Shared, distributed
from guatu.reading.extractors.targets.layout import Layout, laid_out
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.timing import Clock, Timing
from guatu.reading.extractors.targets.words import (
    CHANGES,
    CONDITIONS,
    DELIVER_INSIDE,
    DELIVER_WORD,
    DELIVERED,
    LEAD_VERB,
    PAST,
    PAST_SECTION,
    PHRASES,
    PREDICATE,
    RISEN,
    STATED_ONCE,
    WAYS,
    WHOLE,
)
from guatu.reading.material import Material
from guatu.reading.outline import Sentence
from guatu.text.periods import Period
from guatu.text.quantities import Quantity
from guatu.text.span import Quote, Span

_AIM = re.compile(r"力争|争取|努力|争创|力求")
_RISING = re.compile(
    r"(?:新增|净增|增设|扩种)(?![和、及](?!恢复|改善)|的|建设用地|专项债|地方政府|债务)|(?:每年|年均)(?:扩大|增加|增长|提高)|扩大[\u4e00-\u9fff]{0,4}投资"
    r"|(?:^|[,;、\s年])(?:累计|再|力争|争取|预计)*增加(?![和、及到至])"
)
_FALLING = re.compile(
    r"(?:^|[,;、\s年])(?:累计|再|力争|争取|预计)*(?:压减|减少|削减|调减|缩减)(?![和、及到至])"
)
_OWN_VERB = re.compile(
    r"新建|建成|新增|创建|建设|培育|打造|引进|完成|实现|改造|治理|实施|推广|开工|达到|发展|形成|认定|支持"
    r"|推动|推进|创成|增加"
)
_EFFORT = re.compile(rf"{DELIVER_INSIDE.pattern}|扩大|增加|实施|推进|提高|改造|治理|建设|整治|加固")
_HELD_FOR = re.compile(r"的[\u4e00-\u9fff]{0,6}(?:企业|单位|项目|人员|个人|机构|职工|居民|家庭)")
_FROM_TO = re.compile(r"(?:由|从)[^,;。]{0,24}$")
_TO = re.compile(r"[^,;。]{0,14}(?:到|至)")
_BASIS_BEHIND = re.compile(r"[^,;。]{0,24}(?:的?基础上|基数上)")
_TOTAL_NOUN = re.compile(
    r"(?:(?:重大|重点|补短板|攻坚|支撑|主要)[\u4e00-\u9fff]{0,12}?)?(?:工程|项目|行动|举措|事项)$"
)
_TOTAL_VERB = re.compile(r"(?:共|总共|共计|谋划|安排|梳理|推进|实施)[\u4e00-\u9fff]{0,16}$")
_IN_ALL = re.compile(r"[共总]")
_TOTAL_SECTION = re.compile(r"总体|思路|思想|要求|目标|原则")
_WHOLE_MONEY = re.compile(r"(?:总投资|[概估匡]算投资)[约达为]{0,2}(?:共计)?$")
_WORDS_BEFORE = re.compile(r"[\u4e00-\u9fff]{2,8}$")
_SINCE = re.compile(r"\s*(?:[一二三四五六七八九十两几0-9近]{1,2}年来|[^,;。:]{2,12}以来,)")
_NOW = re.compile(r"\s*(?:目前|截至|截止|近年来|现阶段|当前)")
_IS_THERE = re.compile(r"[^。;]{0,4},(?:是|为|属于|位于)")
_ABOUT = re.compile(r"(?:约占|大约占|平均占|一般在|平均在|一般为)")
# 不少于公共停车泊位的15%: the comparator stands before what the share is of.
_FAR_COMPARATOR = re.compile(r"不(低于|少于|超过|高于)[^,;。]{2,16}的$")
_LISTED_ONE = re.compile(
    r"(?:新建|建成|建设|创建|打造|培育)[一二两三四五六七八九十百]{1,3}[个座所条处家][\u4e00-\u9fff]{1,14}[、和及]$"
)
# 每新招用1名职工: what is paid for, not what is to be reached.
_EACH_TIME = re.compile(
    r"每新?(?:招用|引进|新增|吸纳|培育|建成|招收|录用|接收)[\u4e00-\u9fff]{0,4}$"
)
# No sentence of a plan comes near these; only text that lost its full stops does.
_LONGEST_SENTENCE = 2000
_MOST_NUMBERS = 24
_MOST_IN_A_CLAUSE = 20
_FARTHEST = 800
_REACHING = frozenset(["覆盖", "支持", "占"])
# 以每年2个百分点的速度增长
_AT_A_RATE = re.compile(
    r"的?(?:年均)?(?:速度|增速|幅度|速率)(增长|提升|提高|递增|上升|下降|递减|降低)"
)
_RISES = frozenset(["增长", "提升", "提高", "递增", "上升"])
_OF_THESE = re.compile(
    r"[^,;、。0-9]{2,24}(?:率|比例|占比|比重)(?:均|都|力争|争取)*(?:达到?|为|保持|稳定在|提高到)?"
)
_THRESHOLD_ALONE = re.compile(r"超?[0-9.]*[百千万亿]*元(?:及?以上|以下)?")
_COMPARED = frozenset(["倍", "个百分点", "百分点"])
_COMPARISON = re.compile(
    r"(?:达到?|相当于|高于|高出|低于|快于|提高到|提升至|为|是|超过)[^,;。、]{2,16}"
    r"(?:的|水平|平均|均值|全[国省市县区]|增速|增幅)$"
)
_BECOMES = re.compile(r"(?:培育|建设|打造|创建|发展|提升|建|转型|评定|认定)(?:成为|成|为)")


@dataclass(slots=True)
class _Reader:
    """State of one pass over one plan."""

    material: Material
    masks: list[tuple[int, int]]
    clock: Clock
    past: list[bool]
    found: list[Target] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Last:
    """What the number before, in the same sentence, was read as."""

    spans: tuple[Span, ...]
    change: Change
    clause: int
    part: int
    quantity: Quantity
    kind: TargetKind


@dataclass(frozen=True, slots=True)
class _Place:
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


def extract(
    material: Material, masks: Iterable[Span] = (), clock: Clock | None = None
) -> tuple[Target, ...]:
    """All targets, facts and totals of the running text, in order.

    ``masks`` are places that hold no targets: duty notes, cited titles, tables read elsewhere.
    ``clock`` is one made for this material already, where the caller has it.
    """
    outline = material.outline
    past: list[bool] = []
    conditions: list[bool] = []
    for section, parent in zip(outline.sections, outline.parents, strict=True):
        told = PAST_SECTION.search(section.title) is not None
        past.append(told or (parent >= 0 and past[parent]))
        asks = CONDITIONS.search(section.title) is not None
        conditions.append(asks or (parent >= 0 and conditions[parent]))
    reader = _Reader(material, _merged(masks), clock or Clock(material), past)
    sentences = outline.sentences
    ends = [sentence.end for sentence in sentences]
    quantities = material.quantities
    i, count = 0, len(quantities)
    while i < count and sentences:
        sentence = sentences[min(bisect_right(ends, quantities[i].start), len(ends) - 1)]
        j = i + 1
        while j < count and quantities[j].start < sentence.end:
            j += 1
        asked = sentence.section >= 0 and conditions[sentence.section]
        told = sentence.kind in ("body", "title") and not asked
        if told and quantities[i].start >= sentence.start:
            for piece, group in _pieces(sentence, quantities[i:j]):
                _read_sentence(reader, piece, group)
        i = j
    return tuple(reader.found)


def _pieces(
    sentence: Sentence, quantities: Sequence[Quantity]
) -> Iterator[tuple[Sentence, Sequence[Quantity]]]:
    """The sentence with its numbers; one that nobody would write (lost stops) in pieces.

    The numbers of a sentence are compared with one another, so these have to be few.
    """
    if len(quantities) <= _MOST_NUMBERS and sentence.end - sentence.start <= _LONGEST_SENTENCE:
        yield sentence, quantities
        return
    start, first = sentence.start, 0
    for i, q in enumerate(quantities, 1):
        last = i == len(quantities)
        following = sentence.end if last else quantities[i].outer_start
        if not last and following - q.outer_end <= _FARTHEST and i - first < _MOST_NUMBERS:
            continue
        start = max(start, quantities[first].outer_start - _FARTHEST)
        end = max(q.outer_end, min(following, q.outer_end + _FARTHEST))
        yield sentence._replace(start=start, end=end), quantities[first:i]
        start, first = q.outer_end, i


def _merged(masks: Iterable[Span]) -> list[tuple[int, int]]:
    """The masks in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(masks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _masked(masks: list[tuple[int, int]], at: int) -> bool:
    i = bisect_right(masks, (at, 1 << 60)) - 1
    return i >= 0 and at < masks[i][1]


def _read_sentence(reader: _Reader, sentence: Sentence, quantities: Sequence[Quantity]) -> None:
    norm = reader.material.outline.norm
    start = sentence.start
    if sentence.kind == "title" and sentence.section >= 0:
        section = reader.material.outline.sections[sentence.section]
        start = max(start, min(section.quote.end - len(section.title), sentence.end))
    layout = laid_out(norm, start, sentence.end)
    if len(quantities) > _MOST_IN_A_CLAUSE:
        quantities = _uncrowded(layout, quantities)
    free = [
        q
        for q in quantities
        if not _masked(reader.masks, q.start) and not layout.is_quoted(q.start)
    ]
    kept = [
        q
        for q in free
        if not (q.kind == "duration" and q.comparator == "eq" and not _reached(norm, layout, q))
        and not _describes(norm, layout, q, free)
    ]
    if not kept:
        return
    shared = distributed(reader.material, layout, kept)
    last: _Last | None = None
    earlier: dict[str, _Last] = {}
    cut = start
    for i, q in enumerate(kept):
        before = kept[i - 1] if i else None
        behind = kept[i + 1] if i + 1 < len(kept) else None
        place, cut = _place(reader.material, layout, q, before, behind, cut)
        target = _target(
            reader, sentence, layout, q, place, behind, shared.get(q.start), last, earlier
        )
        if target is not None:
            reader.found.append(target)
            part = layout.parts[place.clause]
            last = _Last(target.subject_spans, target.change, place.clause, part, q, target.kind)
            if earlier.get(q.unit) is None or q.value >= earlier[q.unit].quantity.value:
                earlier[q.unit] = last


def _uncrowded(layout: Layout, quantities: Sequence[Quantity]) -> list[Quantity]:
    """The numbers without those of clauses that hold more than anyone writes in a clause."""
    clauses = [layout.clause_at(q.start) for q in quantities]
    held = Counter(clauses)
    return [
        q
        for q, clause in zip(quantities, clauses, strict=True)
        if held[clause] <= _MOST_IN_A_CLAUSE
    ]


def _reached(norm: str, layout: Layout, q: Quantity) -> bool:
    """True for 开放时间达到42小时: only such stretches of time are figures of their own."""
    if _is_basis(norm, q, layout.ends[layout.clause_at(q.start)]):
        return True
    return verb_of(subjects.left_of(norm, max(0, q.outer_start - 8), q.outer_start)) is not None


def _is_basis(norm: str, q: Quantity, clause_end: int) -> bool:
    """由45分钟缩短至35分钟: the first figure is where the second starts from."""
    led = _FROM_TO.search(norm, max(0, q.outer_start - 14), q.outer_start)
    return led is not None and _TO.match(norm, q.outer_end, clause_end) is not None


def _describes(norm: str, layout: Layout, q: Quantity, others: Sequence[Quantity]) -> bool:
    """True for numbers inside the name of what another number counts: 1000吨级泊位6个."""
    clause = layout.clause_at(q.start)
    start, end = layout.starts[clause], layout.ends[clause]
    for o in others:
        if o.start >= end:
            break
        if q.kind == "money" and o.kind == "count" and o.start == q.outer_end:
            return True  # 其中10亿元以上8个
        if o.kind == "percent" and q.outer_end <= o.start and q.kind in ("count", "measure"):
            # 全市20个国考断面水质优良比例达到95%: the share of these.
            between = norm[q.outer_end : o.outer_start]
            if (
                q.outer_end == q.end
                and _OF_THESE.fullmatch(between)
                and verb_of(subjects.left_of(norm, start, q.outer_start)) is None
            ):
                return True
        if o.kind == "percent" and o.outer_end <= q.start and o.start >= start:
            # 90%以上的学校7项指标达标: the condition of the share.
            between = norm[o.outer_end : q.outer_start]
            if between.startswith("的") and "、" not in between:
                return True
    counted = any(
        o.kind == "count"
        and o is not q
        and (
            o.outer_end == q.outer_start
            or q.outer_end <= o.start < end
            or (q.kind == "money" and start <= o.start < o.outer_end <= q.outer_start < o.end + 12)
        )
        for o in others
    )
    return refusals.is_threshold(q, norm, start, end, counted)


def _place(
    material: Material,
    layout: Layout,
    q: Quantity,
    before: Quantity | None,
    behind: Quantity | None,
    cut: int,
) -> tuple[_Place, int]:
    """The words of ``q``, and from where the next number's words may begin."""
    norm = material.outline.norm
    clause = layout.clause_at(q.start)
    clause_start, clause_end = _clause_bounds(norm, layout, clause, q)
    start = max(clause_start, cut if cut <= q.outer_start else clause_start)
    if before is not None and start < before.outer_end <= q.outer_start:
        start = before.outer_end
    named_end = q.outer_start
    for period in material.periods_in(start, q.outer_start):
        if period.role == "every" or period.end > q.outer_start:
            continue
        if period.role == "base" or _only_verbs(norm, period.end, q.outer_start):
            named_end = min(named_end, period.start)
        else:
            start, named_end = period.end, q.outer_start
    end, next_cut = clause_end, cut
    if behind is not None and q.outer_end <= behind.outer_start < clause_end:
        end = behind.outer_start
        # 5个公园、健身步道1500公里: what follows the last 、 belongs to the next number.
        closed = behind.outer_end >= clause_end or norm[behind.outer_end] in ",;、。)和及"
        comma = norm.rfind("、", q.outer_end, end)
        if closed and comma >= q.outer_end and end - comma > 2:
            end = next_cut = comma
    for period in material.periods_in(q.outer_end, end):
        if _is_ahead(period, material):
            end = period.start
            break
    return _Place(clause, start, max(named_end, start), end, clause_start, clause_end), next_cut


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


def _target(
    reader: _Reader,
    sentence: Sentence,
    layout: Layout,
    q: Quantity,
    place: _Place,
    behind: Quantity | None,
    shared: Shared | None,
    last: _Last | None,
    earlier: Mapping[str, _Last],
) -> Target | None:
    material = reader.material
    norm, text = material.outline.norm, material.outline.text
    left = subjects.left_of(norm, place.start, q.outer_start)
    if place.named_end < left.end and left.end - place.named_end <= 12 and not left.words[1:]:
        # 提高到2025年的50%: the verb stands before the date.
        led = subjects.left_of(norm, place.start, place.named_end)
        if verb_of(led) == "level" and led.words[0][-1] in "到至":
            left = Left(place.start, led.end, left.roles + led.roles, left.words + led.words)
    left = left._replace(end=max(place.start, min(left.end, place.named_end)))
    right_start, right = _right(norm, q, place, behind)
    part_start = layout.starts[layout.parts.index(layout.parts[place.clause])]
    if _refused(norm, q, left, right, place, part_start, sentence, listed=shared is not None):
        return None
    scope: Span | None = None
    if shared is not None and shared.spans:
        spans, scope = shared.spans, shared.scope
    else:
        spans, scope = _subject(norm, q, left, right_start, right, place, last, earlier)
        if shared is not None and shared.scope:
            scope = shared.scope
            spans = last.spans if last else spans
        if not spans:
            spans = _fallback(material, q, sentence, layout, place, left, last, earlier)
            if last is None and right and spans and PREDICATE.match(right):
                end = max(place.end, right_start)
                spans = (*spans, subjects.named_behind(norm, right_start, end, share=True))
        spans = _with_year(norm, q, place, left, spans, last)
    if not spans:
        return None
    if scope is None and len(spans) == 1 and not (shared is not None and shared.spans):
        scope, rest = subjects.split_scope(norm, spans[0])
        spans = (rest,)
    if scope is None and not place.start <= spans[0].start <= place.start + 2:
        scope = subjects.scope_before(norm, place.start, q.outer_start)
    section = sentence.section
    timing = reader.clock.of(q.start, layout, section)
    if shared is not None and shared.period is not None:
        timing = Timing(shared.period.first, shared.period.last, "clause", shared.period)
    plan = material.plan
    carried = timing.first is None and timing.due_from in ("section", "plan")
    if carried and plan.start and norm.startswith("每年", spans[0].start):
        timing = timing._replace(first=date(plan.start, 1, 1))
    kind = _kind(reader, sentence, q, place, left, spans, timing, last)
    if kind == "fact" and timing.due_from in ("section", "plan"):
        timing = Timing(None, None, None)
    change = shared.change if shared else None
    if change is None:
        change = _change(norm, q, left, place, spans, last, layout)
    comparator = shared.comparator if shared and shared.comparator else q.comparator
    if comparator == "eq" and (far := _FAR_COMPARATOR.search(norm, place.start, q.outer_start)):
        comparator = "ge" if far[1] in ("低于", "少于") else "le"
    risen = bool(left.words and left.words[0] in RISEN)
    if comparator == "eq" and risen:
        comparator = "ge"
    return Target(
        quote=Quote(q.start, text[q.start : q.end]),
        subject="".join(text[a:b] for a, b in spans).strip(),
        comparator=_comparator(comparator),
        change=change,
        value=q.value,
        high=q.high,
        unit=shared.unit if shared and shared.unit else q.unit,
        first=timing.first,
        due=timing.due,
        due_from=timing.due_from,
        scope=text[scope.start : scope.end] if scope else None,
        aim=_AIM.search(norm, part_start, q.start) is not None,
        kind=kind,
        section=material.outline.sections[section].path if section >= 0 else None,
        subject_spans=spans,
        exclusive=q.exclusive or risen,
    )


_COMPARATORS: dict[str, Comparator] = {"ge": "ge", "le": "le", "approx": "approx"}


def _comparator(name: str) -> Comparator:
    return _COMPARATORS.get(name, "eq")


def _right(norm: str, q: Quantity, place: _Place, behind: Quantity | None) -> tuple[int, str]:
    """Where the words behind the number begin, and these words ('' where none belong to it)."""
    start = q.outer_end
    while start < place.end and norm[start] in " \t":
        start += 1
    right = norm[start : place.end]
    if not right and behind is not None and behind.outer_start - q.outer_end <= 1:
        # 3000户约1.2万人避险搬迁: both numbers count what follows the second.
        start = behind.outer_end
        right = norm[start : place.clause_end]
    if right and right[0] in "、和及与或,;)”(于在且":
        return start, ""
    return start, right


# ------------------------------------------------------------------ refusals
def _refused(
    norm: str,
    q: Quantity,
    left: Left,
    right: str,
    place: _Place,
    part_start: int,
    sentence: Sentence,
    *,
    listed: bool,
) -> bool:
    verb = verb_of(left)
    if q.outer_start > place.clause_start and norm[q.outer_start - 1] in "每第前后满":
        return True
    if q.kind == "duration" and not _is_basis(norm, q, place.clause_end):
        if norm[q.start - 1] == "满" or _HELD_FOR.match(norm, q.outer_end, place.clause_end):
            return True  # 连续经营满三年的企业
        said = verb in ("level", "decrease") or q.outer_start < q.start
        if not said or left.end - place.clause_start < 3:
            return True
        if verb == "level" and left.words[0] in STATED_ONCE:
            return True
    if q.kind == "group" and not (
        q.value > 1 and (verb == "deliver" or (verb == "level" and norm[q.start].isdigit()))
    ):
        return True
    if q.unit in ("次", "场次") and q.value == 1 and q.high is None:
        return True  # 每年组织1次: a routine
    if refusals.is_share_of_a_rule(norm, q, place.clause_start, place.clause_end):
        return True
    if q.kind == "bare" and not listed and not _bare_counts(q, verb, right):
        return True
    if _vague_one(norm, q, left, verb, sentence) and not _in_list(norm, place, q):
        return True
    if _EACH_TIME.search(norm, place.clause_start, q.start):
        return True
    delivered = _EFFORT.search(norm, place.clause_start, q.start) is not None
    return (
        refusals.is_grouping(norm, q, right)
        or (q.unit != "倍" and refusals.only_describes(norm, place.clause_start, q, delivered))
        or refusals.is_condition(q, norm, place.clause_start, place.clause_end)
        or refusals.is_given(q, norm, part_start, place.clause_start, place.clause_end)
    )


def _in_list(norm: str, place: _Place, q: Quantity) -> bool:
    """建设两个中心、三座场馆: the verb before the first governs the list."""
    led = norm[place.clause_start : q.start]
    return bool(_LISTED_ONE.search(led)) and q.value > 1


def _bare_counts(q: Quantity, verb: str | None, right: str) -> bool:
    """A number without unit counts where it is said to be reached, or counts people or things."""
    if verb in ("level", "increase", "decrease"):
        return True
    if q.value < 1 and right.startswith("的"):
        return True  # 三分之二以上的县达到…
    return q.value >= 1000 and (bool(right) or q.comparator in ("ge", "le"))


def _vague_one(norm: str, q: Quantity, left: Left, verb: str | None, sentence: Sentence) -> bool:
    """一套制度, 三个方面: Chinese numerals count where things are delivered, not in phrases."""
    if norm[q.start].isdigit() or q.kind not in ("count", "group"):
        return False
    if sentence.kind == "title" or q.unit in PHRASES or norm[q.start - 1] in "后统唯单":
        return True
    if q.comparator in ("ge", "le"):
        return False
    if q.value == 1:
        return not (verb == "deliver" and left.words[0] != "打造")
    return not (verb == "deliver" or (verb == "level" and left.words[0] not in STATED_ONCE))


# ------------------------------------------------------------------ subjects
def _subject(
    norm: str,
    q: Quantity,
    left: Left,
    right_start: int,
    right: str,
    place: _Place,
    last: _Last | None,
    earlier: Mapping[str, _Last],
) -> tuple[tuple[Span, ...], Span | None]:
    """The spans that name what is counted, and the scope they are limited to."""
    share = q.kind == "percent" or (q.kind == "bare" and q.value < 1 and right.startswith("的"))
    verb = verb_of(left)
    predicated = verb in ("level", "increase", "decrease")
    if q.unit in _COMPARED and not predicated:
        # 增速达到全省平均水平的1.2倍, 增速高于全省平均水平2个百分点
        compared = _COMPARISON.search(norm, place.start, q.outer_start)
        if compared is not None:
            whole = subjects.named_before(norm, place.start, compared.start(), predicated=True)
            if whole.end - whole.start >= 2:
                return (whole,), None
    before = subjects.named_before(norm, left.start, left.end, predicated=predicated)
    named = norm[before.start : before.end]
    basis = _BASIS_BEHIND.match(norm, q.outer_end, place.clause_end)
    if basis is not None and right:
        stop = max(right_start, norm.find("基", right_start, basis.end()))
        behind = subjects.trimmed(norm, right_start, stop)
        if behind.end - behind.start >= 2:
            return (behind,), None  # 在现有12个特色小镇的基础上
    if right.startswith("的"):
        right, right_start = right[1:], right_start + 1
    becomes = _BECOMES.match(right)
    if becomes and not share:
        start = right_start + becomes.end()
        return (subjects.named_behind(norm, start, place.end, share=False),), None
    is_verb = bool(right) and (PREDICATE.match(right) or CHANGES.match(right)) is not None
    listed = place.end < place.clause_end
    if right and not is_verb:
        strict = predicated and left.words[0] not in DELIVERED
        if not (strict and len(named) >= 3 and not subjects.is_place(norm, before)):
            end = place.end if place.end > right_start else place.clause_end
            behind = subjects.named_behind(norm, right_start, end, share=share, listed=listed)
            if named.endswith(("规模", "总量", "总额", "面积", "投资", "资金", "里程")) and (
                subjects.is_general(named) and not share
            ):
                return (behind, before), None  # 总规模50亿元的发展基金
            if share and named and left.words and left.words[0] in _REACHING:
                # 电商服务站点覆盖80%以上的行政村: the verb ties the two.
                end = norm.find(left.words[0], left.end, q.outer_start) + len(left.words[0])
                return (Span(before.start, max(before.end, end)), behind), None
            if behind.end - behind.start >= 2:
                return _behind(norm, before, named, behind, share)
            if share and behind.end > behind.start and named:
                return (before, behind), None
    if last is not None and _same_of(norm, before, q, last.quantity, predicated):
        if named.endswith("级") and q.kind == "count":
            return (before, *(s for s in last.spans if norm[s.end - 1] != "级")), None
        return last.spans, before
    if not predicated and verb == "deliver" and left.end - left.start >= 2:
        # 国家储备林建设45万亩: the verb closes the name where nothing follows the number.
        whole = subjects.named_before(norm, left.start, _verb_end(norm, left, q), predicated=False)
        if whole.end - whole.start > before.end - before.start >= 2:
            before, named = whole, norm[whole.start : whole.end]
    if is_verb and not named and (delivered := _delivering(norm, q, left)) is not None:
        # 每年安排3000万元用于基础研究
        behind = subjects.named_behind(norm, right_start, place.end, share=True)
        return (delivered, behind), None
    if last is not None and _THRESHOLD_ALONE.fullmatch(named):
        return (before, *earlier.get(q.unit, last).spans), None  # 其中10亿元以上8个
    if subjects.is_general(named) or (is_verb and not named):
        return _joined(norm, before, named, right_start, is_verb, place, last), None
    if share and is_verb and not predicated and not CHANGES.fullmatch(right):
        behind = subjects.named_behind(norm, right_start, place.end, share=True)
        return (before, behind), None
    if (
        predicated
        and last is not None
        and last.quantity.unit == q.unit
        and last.clause >= place.clause - 1
    ):
        return subjects.with_tail(norm, last.spans, before), None
    return (before,) if len(named) >= 2 else (), None


def _same_of(norm: str, before: Span, q: Quantity, earlier: Quantity, predicated: bool) -> bool:
    """省级不低于90%,市、县级不低于70%: the same figure of another part."""
    if q.kind != earlier.kind or q.unit != earlier.unit:
        return False
    led = norm[before.start - 2 : before.start] == "其中" or earlier.outer_end < before.start < (
        earlier.outer_end + 3
    )
    said = predicated or q.comparator != "eq" or led
    return said and subjects.is_place(norm, before)


def _joined(
    norm: str,
    before: Span,
    named: str,
    right_start: int,
    is_verb: bool,
    place: _Place,
    last: _Last | None,
) -> tuple[Span, ...]:
    """A subject too general to stand alone, joined with the one before; () without one."""
    if last is None:
        return ()
    verb = Span(before.start - 2, before.end)
    if norm[verb.start : verb.end] == "完成投资":
        near = last.clause >= place.clause - 1 and last.quantity.kind == "count"
        short = sum(b - a for a, b in last.spans) <= 10
        return (*last.spans, verb) if near and short else (verb,)
    if named and last.clause >= place.clause - 2:
        joined = subjects.with_base(norm, last.spans, before)
        if len(joined) > 1:
            return joined
    if is_verb:
        return (*last.spans, subjects.named_behind(norm, right_start, place.end, share=True))
    return ()


def _verb_end(norm: str, left: Left, q: Quantity) -> int:
    """Behind the delivering verb that follows the noun phrase: 储备林建设|110万亩."""
    if left.roles and left.roles[-1] == "deliver":
        return norm.find(left.words[-1], left.end, q.outer_start) + len(left.words[-1])
    return left.end


def _behind(
    norm: str, before: Span, named: str, behind: Span, share: bool
) -> tuple[tuple[Span, ...], Span | None]:
    if not named or named in WHOLE:
        return (behind,), None
    if subjects.is_place(norm, before):
        return (behind,), before
    if share and len(named) <= 24:
        return (before, behind), None
    return (behind,), None


def _lists_on(norm: str, q: Quantity, place: _Place, left: Left, last: _Last) -> bool:
    """每年创建标杆县1个,示范乡镇6个: the list goes on behind a comma."""
    return (
        last.clause == place.clause - 1
        and norm[place.clause_start - 1] == ","
        and q.kind in ("count", "measure")
        and q.outer_end >= place.end
        and q.comparator == "eq"
        and _OWN_VERB.search(norm, place.clause_start, q.start) is None
        and not norm.startswith(("累计", "共", "其中", "总"), place.clause_start)
    )


def _with_year(
    norm: str, q: Quantity, place: _Place, left: Left, spans: tuple[Span, ...], last: _Last | None
) -> tuple[Span, ...]:
    """每年 and 年均 stay in the subject, with the verb that follows them."""
    if not spans:
        return spans
    if (
        last is not None
        and not left.words
        and spans != last.spans
        and norm.startswith("每年", last.spans[0].start)
        and (last.clause == place.clause or _lists_on(norm, q, place, left, last))
    ):
        # 每年创建示范村30个、示范镇5个: the verb governs the list.
        start = last.spans[0].start
        verb = DELIVER_WORD.match(norm, start + 2, last.spans[0].end)
        return (Span(start, verb.end() if verb else start + 2), *spans)
    for word in ("每年", "年均"):
        at = norm.rfind(word, place.start, q.outer_start)
        if at < 0:
            continue
        verb = subjects.trimmed(norm, at, q.outer_start)
        if spans[0].start >= q.end:
            return (verb, *spans)
        if spans[-1].end <= at:
            return (*spans, verb) if norm[verb.start : verb.end] != word else spans
        if at < spans[0].start and spans[-1].end <= q.start:
            return (Span(at, spans[-1].end),)
    return spans


def _way(norm: str, q: Quantity, left: Left, own: tuple[Span, ...]) -> Span | None:
    """新建 in 其中新建220公里: where only the way tells a part of the whole."""
    way = own[0] if own else _delivering(norm, q, left)
    return way if way is not None and norm[way.start : way.end] in WAYS else None


def _delivering(norm: str, q: Quantity, left: Left) -> Span | None:
    """The delivering verb that stands farthest before the number."""
    for role, word in zip(reversed(left.roles), reversed(left.words), strict=True):
        if role == "deliver":
            start = norm.find(word, left.end, q.outer_start)
            return Span(start, start + len(word)) if start >= 0 else None
    return None


def _fallback(
    material: Material,
    q: Quantity,
    sentence: Sentence,
    layout: Layout,
    place: _Place,
    left: Left,
    last: _Last | None,
    earlier: Mapping[str, _Last],
) -> tuple[Span, ...]:
    """Words from farther off: the same word earlier, the number before, or the item's title."""
    norm = material.outline.norm
    named = subjects.named_before(norm, left.start, left.end, predicated=False)
    own = (named,) if named.end - named.start >= 2 else ()
    if own and not last:
        word = norm[named.start : named.end]
        at = norm.rfind(word[-2:], layout.start, place.clause_start)
        if at > layout.start:
            match = _WORDS_BEFORE.search(norm, max(layout.start, at - 8), at)
            if match and match.end() - match.start() >= 2:
                return (subjects.named_before(norm, match.start(), at + 2, predicated=True),)
    if last is not None:
        way = _way(norm, q, left, own)
        led = norm[place.clause_start : place.clause_start + 2]
        if way is not None and (led in ("其中", "包括") or last.clause == place.clause):
            whole = earlier.get(q.unit, last)
            return (way, *(s for s in whole.spans if norm[s.start : s.end] not in WAYS))
    if own and place.start > place.clause_start:
        head = subjects.named_before(norm, place.clause_start, place.start, predicated=True)
        for period in material.periods_in(place.clause_start, place.start):
            head = subjects.trimmed(norm, head.start, min(head.end, period.start))
        if head.end - head.start > 2:
            return (head, *own)
    if last is not None and not own:
        return last.spans
    if not own and place.clause and norm[place.clause_start : place.clause_start + 2] == "其中":
        # 专任教师达到大专学历,其中60%达到本科: the clause before names who is meant.
        start, end = layout.starts[place.clause - 1], layout.ends[place.clause - 1]
        predicate = PREDICATE.search(norm, start + 2, end)
        if predicate is not None:
            who = subjects.left_of(norm, start, predicate.start())
            named = subjects.named_before(norm, who.start, who.end, predicated=True)
            if named.end - named.start >= 2:
                return (named,)
    if sentence.section >= 0:
        section = material.outline.sections[sentence.section]
        title = Span(section.quote.end - len(section.title), section.quote.end)
        match = LEAD_VERB.match(norm, title.start, title.end)
        if match and title.end - match.end() >= 2:
            title = Span(match.end(), title.end)
        if title.end > title.start and not title.start <= place.clause_start < title.end:
            return (title, *own)
    return own


# ------------------------------------------------------------- change and kind
def _change(
    norm: str,
    q: Quantity,
    left: Left,
    place: _Place,
    spans: tuple[Span, ...],
    last: _Last | None,
    layout: Layout,
) -> Change:
    if q.unit == "番":
        return "increase"
    for role, word in zip(left.roles, left.words, strict=True):
        if role == "deliver" and word in ("新增", "增加", "扩大", "提升", "增设", "扩种", "扩繁"):
            return "increase"
        if role in ("increase", "decrease"):
            if word in ("增速", "增幅", "降幅"):
                return "level"
            return "increase" if role == "increase" else "decrease"
        if role in ("level", "deliver"):
            break
    speed = _AT_A_RATE.match(norm, q.outer_end, place.clause_end)
    if speed is not None:
        return "increase" if speed[1] in _RISES else "decrease"
    words = norm[place.start : q.outer_start]
    if verb_of(left) == "level" and left.words[0] not in DELIVERED:
        return "level"
    if _RISING.search(words):
        return "increase"
    if _FALLING.search("," + words):
        return "decrease"
    if last is None or last.change != "increase" or _OWN_VERB.search(words):
        return "level"
    if spans == last.spans or norm[place.clause_start : place.clause_start + 2] == "其中":
        return last.change
    # 新增省级基地5个、孵化基地15个: the verb of the list governs all its members.
    kinds = ("count", "measure")
    same_list = layout.parts[place.clause] == last.part and (
        last.quantity.kind in kinds and q.kind in kinds
    )
    bare = norm[place.clause_start : q.outer_start].strip() == ""
    near = last.clause == place.clause or (last.clause == place.clause - 1 and bare)
    counted = verb_of(left) in (None, "deliver")
    return "increase" if same_list and near and counted else "level"


def _kind(
    reader: _Reader,
    sentence: Sentence,
    q: Quantity,
    place: _Place,
    left: Left,
    spans: tuple[Span, ...],
    timing: Timing,
    last: _Last | None,
) -> TargetKind:
    material = reader.material
    norm, plan = material.outline.norm, material.plan
    begins = plan.start or (plan.issued.year if plan.issued else None)
    if begins is None and plan.end:
        begins = plan.end - 4  # plans look five years ahead at most
    future = False
    if timing.due_from in ("clause", "sentence") and timing.due and begins:
        if timing.due < date(begins, 1, 1):
            return "fact"
        future = timing.due >= date(begins, 12, 31)
    if _SINCE.match(norm, sentence.start, q.start):
        return "fact"
    led = norm[place.clause_start : q.outer_start]
    raised = bool(left.words) and left.words[0][-1] in "到至"
    if _FROM_TO.search(led):
        if _TO.match(norm, q.outer_end, place.clause_end) and not raised:
            return "fact"
        future = True
    if _BASIS_BEHIND.match(norm, q.outer_end, place.clause_end):
        return "fact"
    if not future and _NOW.match(norm, sentence.start, q.start):
        return "fact"
    stands = verb_of(left) is None and _IS_THERE.match(norm, q.outer_end, place.clause_end + 3)
    if stands or _ABOUT.search(norm, place.clause_start, q.start):
        return "fact"
    if not future:
        if sentence.section >= 0 and reader.past[sentence.section]:
            return "fact"
        if PAST.search(norm, place.clause_start, q.start):
            return "fact"
        goes_on = last is not None and last.kind == "fact" and last.clause >= place.clause - 1
        if goes_on and not left.words and timing.due_from in (None, "section", "plan"):
            return "fact"  # 现有学校64所,在校生4万人
    return "total" if _is_total(norm, material, sentence, q, place, spans) else "target"


def _is_total(
    norm: str,
    material: Material,
    sentence: Sentence,
    q: Quantity,
    place: _Place,
    spans: tuple[Span, ...],
) -> bool:
    """18个重大工程, 总投资2140亿元 where the plan speaks of itself as a whole."""
    last = norm[spans[-1].start : spans[-1].end]
    if q.kind == "money" and _WHOLE_MONEY.search(norm[place.start : q.outer_start]):
        return True
    section = sentence.section
    led = norm[place.clause_start : q.outer_start]
    if section < 0 and not _IN_ALL.search(led):
        return False
    if section >= 0:
        title = material.outline.sections[section].title
        if not (section == 0 or _TOTAL_SECTION.search(title)):
            return False
    if norm[place.clause_start : place.clause_start + 2] == "全年":
        return False
    if q.kind != "count" or len(last) > 20 or not _TOTAL_NOUN.search(last):
        return False
    return _TOTAL_VERB.search(led) is not None
