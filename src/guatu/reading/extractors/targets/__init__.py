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
from datetime import date

from guatu.ledger.records import Comparator, Target
from guatu.reading.extractors.targets import subjects
from guatu.reading.extractors.targets.admission import describes, reached, refused
from guatu.reading.extractors.targets.distribution import Shared, distributed
from guatu.reading.extractors.targets.fallback import named_elsewhere
from guatu.reading.extractors.targets.judgement import change_of, kind_of
from guatu.reading.extractors.targets.layout import Layout, laid_out
from guatu.reading.extractors.targets.naming import subject_of, with_treatment, with_year
from guatu.reading.extractors.targets.place import Last, Place, Reader, place_of
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.timing import Clock, Timing
from guatu.reading.extractors.targets.words import (
    CONDITIONS,
    PAST_SECTION,
    PREDICATE,
    RISEN,
)
from guatu.reading.material import Material
from guatu.reading.outline import Sentence
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Quote, Span

_AIM = re.compile(r"力争|争取|努力|争创|力求")
# 不少于公共停车泊位的15%: the comparator stands before what the share is of.
_FAR_COMPARATOR = re.compile(r"不(低于|少于|超过|高于)[^,;。]{2,16}的$")
# No sentence of a plan comes near these; only text that lost its full stops does.
_LONGEST_SENTENCE = 2000
_MOST_NUMBERS = 24
_FEW_FIGURES = 3
_HAN = Rare(r"[\u4e00-\u9fff]")
_MOST_IN_A_CLAUSE = 20
_FARTHEST = 800


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
    reader = Reader(material, _merged(masks), clock or Clock(material), past)
    sentences = outline.sentences
    ends = [sentence.end for sentence in sentences]
    quantities, norm = material.quantities, outline.norm
    i, count = 0, len(quantities)
    while i < count and sentences:
        sentence = sentences[min(bisect_right(ends, quantities[i].start), len(ends) - 1)]
        j = i + 1
        while j < count and quantities[j].start < sentence.end:
            j += 1
        asked = sentence.section >= 0 and conditions[sentence.section]
        told = sentence.kind in ("body", "title") and not asked
        figures = quantities[i].kind == "bare" and not _HAN.search(norm, *sentence[:2])
        if told and quantities[i].start >= sentence.start and not figures:
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
        group = quantities[first:i]
        # The same few figures over and over: nobody's list.
        if i - first < _MOST_NUMBERS or len({(g.value, g.unit) for g in group}) > _FEW_FIGURES:
            yield sentence._replace(start=start, end=end), group
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


def _read_sentence(reader: Reader, sentence: Sentence, quantities: Sequence[Quantity]) -> None:
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
        if not (q.kind == "duration" and q.comparator == "eq" and not reached(norm, layout, q))
        and not describes(norm, layout, q, free)
    ]
    if not kept:
        return
    shared = distributed(reader.material, layout, kept)
    last: Last | None = None
    earlier: dict[str, Last] = {}
    cut = start
    for i, q in enumerate(kept):
        before = kept[i - 1] if i else None
        behind = kept[i + 1] if i + 1 < len(kept) else None
        place, cut = place_of(reader.material, layout, q, before, behind, cut)
        target = _target(
            reader, sentence, layout, q, place, behind, shared.get(q.start), last, earlier
        )
        if target is not None:
            reader.found.append(target)
            part = layout.parts[place.clause]
            last = Last(target.subject_spans, target.change, place.clause, part, q, target.kind)
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


def _target(
    reader: Reader,
    sentence: Sentence,
    layout: Layout,
    q: Quantity,
    place: Place,
    behind: Quantity | None,
    shared: Shared | None,
    last: Last | None,
    earlier: Mapping[str, Last],
) -> Target | None:
    material = reader.material
    norm, text = material.outline.norm, material.outline.text
    left = subjects.left_of(norm, place.start, q.outer_start)
    if place.named_end < left.end and left.end - place.named_end <= 12 and not left.words[1:]:
        # 提高到2025年的50%: the verb stands before the date.
        led = subjects.left_of(norm, place.start, place.named_end)
        if verb_of(led) == "level" and led.words[0][-1] in "到至":
            left = Left(place.start, led.end, left.roles + led.roles, left.words + led.words)
    if left.end > place.named_end:
        left = Left(left.start, max(place.start, place.named_end), left.roles, left.words)
    right_start, right = _right(norm, q, place, behind)
    part_start = layout.starts[layout.parts.index(layout.parts[place.clause])]
    if refused(norm, q, left, right, place, part_start, sentence, listed=shared is not None):
        return None
    scope: Span | None = None
    if shared is not None and shared.spans:
        spans, scope = shared.spans, shared.scope
    else:
        spans, scope = subject_of(norm, q, left, right_start, right, place, last, earlier)
        if shared is not None and shared.scope:
            scope = shared.scope
            spans = last.spans if last else spans
        if not spans:
            spans = named_elsewhere(material, q, sentence, layout, place, left, last, earlier)
            if last is None and right and spans and PREDICATE.match(right):
                end = max(place.end, right_start)
                spans = (*spans, subjects.named_behind(norm, right_start, end, share=True))
        spans = with_year(norm, q, place, left, spans, last)
        if spans and behind is not None:
            spans = with_treatment(norm, q, spans, behind, place.clause_end)
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
    kind = kind_of(reader, sentence, q, place, left, spans, timing, last)
    if kind == "fact" and timing.due_from in ("section", "plan"):
        timing = Timing(None, None, None)
    change = shared.change if shared else None
    if change is None:
        change = change_of(norm, q, left, place, spans, last, layout)
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


def _right(norm: str, q: Quantity, place: Place, behind: Quantity | None) -> tuple[int, str]:
    """Where the words behind the number begin, and these words ('' where none belong to it)."""
    start = q.outer_end
    while start < place.end and norm[start] in " \t":
        start += 1
    right = norm[start : place.end]
    if not right and behind is not None and behind.outer_start - q.outer_end <= 1:
        # 3000户约1.2万人避险搬迁: both numbers count what follows the second.
        start = behind.outer_end
        right = norm[start : place.clause_end]
        if right[:1].isdigit():
            return start, ""  # 改造老旧小区26个1.1万户58万平方米
    if right and right[0] in "、和及与或,;)”(于在且":
        return start, ""
    return start, right
