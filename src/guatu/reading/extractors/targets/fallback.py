"""Names from farther off: the way of building, the number before, the item's title."""

from __future__ import annotations

from collections.abc import Mapping

from guatu.reading.extractors.targets import subjects
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.place import Last, Place
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.words import (
    LEAD_VERB,
    PREDICATE,
    WAYS,
)
from guatu.reading.material import Material
from guatu.reading.outline import Sentence
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Span

# A clause that says how or why names nothing that could be counted.
_NO_TOPIC = Rare(r"\s*(?:按照?|根据|坚持|围绕|结合|为|以|通过|依据|针对|确保|力争)")
_LONGEST_CELL = 24
_NO_CELL = Rare(r"[,。;:!?0-9]")
_SHORTEST_TOPIC, _LONGEST_TOPIC = 3, 20
_WORDS_BEFORE = Rare(r"[\u4e00-\u9fff]{2,8}$")


def _way(norm: str, q: Quantity, left: Left, own: tuple[Span, ...]) -> Span | None:
    """新建 in 其中新建220公里: where only the way tells a part of the whole."""
    way = own[0] if own else delivering(norm, q, left)
    return way if way is not None and norm[way.start : way.end] in WAYS else None


def delivering(norm: str, q: Quantity, left: Left) -> Span | None:
    """The delivering verb that stands farthest before the number."""
    for role, word in zip(reversed(left.roles), reversed(left.words), strict=True):
        if role == "deliver":
            start = norm.find(word, left.end, q.outer_start)
            return Span(start, start + len(word)) if start >= 0 else None
    return None


def _of_level(norm: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """分担率每年提升2个百分点,2028年达到40%: the second is of 分担率 alone."""
    at = norm.find("每年", spans[0].start + 2, spans[0].end)
    return (Span(spans[0].start, at),) if at > 0 and len(spans) == 1 else spans


def _row_topic(material: Material, layout: Layout, place: Place) -> tuple[Span, ...]:
    """适老化改造 in the cell (the line) before 完成2500户: tables of a cell a line."""
    norm = material.outline.norm
    stop = layout.start
    if place.clause or stop < 2 or norm[stop - 1] != "\n":
        return ()
    end = len(norm[:stop].rstrip())
    start = norm.rfind("\n", max(0, end - _LONGEST_CELL - 1), end) + 1
    section = material.outline.section_at(stop)
    titled = section >= 0 and material.outline.bodies[section] > start
    above = norm.rfind("\n", max(0, start - 8), start - 1)
    numbered = norm[above + 1 : start].strip().isdigit()
    if titled or not start or not numbered or _NO_CELL.search(norm, start, end):
        return ()
    topic = subjects.named_before(norm, start, end, predicated=False)
    return (topic,) if topic.end - topic.start >= _SHORTEST_TOPIC else ()


def _of_all_years(norm: str, spans: tuple[Span, ...], led: str) -> tuple[Span, ...]:
    """每年培训300人次,五年累计培训1500人次: the second is not of each year."""
    first = spans[0]
    if "累计" in led and norm.startswith("每年", first.start) and first.end - first.start > 3:
        return (Span(first.start + 2, first.end), *spans[1:])
    return spans


def _topic(norm: str, layout: Layout, place: Place) -> tuple[Span, ...]:
    """既有住宅加装电梯,2026年完成30部: the clause before says of what, its own when."""
    before = place.clause - 1
    if before < 0 or layout.parts[before] != layout.parts[place.clause]:
        return ()
    start, end = layout.starts[before], layout.ends[before]
    if _NO_TOPIC.match(norm, start, end):
        return ()
    topic = subjects.named_before(norm, start, end, predicated=False)
    return (topic,) if _SHORTEST_TOPIC <= topic.end - topic.start <= _LONGEST_TOPIC else ()


def named_elsewhere(
    material: Material,
    q: Quantity,
    sentence: Sentence,
    layout: Layout,
    place: Place,
    left: Left,
    last: Last | None,
    earlier: Mapping[str, Last],
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
            if any(norm.find(norm[way.start : way.end], *span) >= 0 for span in whole.spans):
                return whole.spans  # 每年盘活农房500栋,2026年、2027年累计分别达到…
            return (way, *(s for s in whole.spans if norm[s.start : s.end] not in WAYS))
    if own and place.start > place.clause_start:
        head = subjects.named_before(norm, place.clause_start, place.start, predicated=True)
        for period in material.periods_in(place.clause_start, place.start):
            head = subjects.trimmed(norm, head.start, min(head.end, period.start))
        if head.end - head.start > 2:
            return (head, *own)
    if last is not None and not own:
        if verb_of(left) == "level":
            return _of_level(norm, last.spans)
        return _of_all_years(norm, last.spans, norm[place.clause_start : q.outer_start])
    if not own and place.clause and norm[place.clause_start : place.clause_start + 2] == "其中":
        # 专任教师达到大专学历,其中60%达到本科: the clause before names who is meant.
        start, end = layout.starts[place.clause - 1], layout.ends[place.clause - 1]
        predicate = PREDICATE.search(norm, start + 2, end)
        if predicate is not None:
            who = subjects.left_of(norm, start, predicate.start())
            named = subjects.named_before(norm, who.start, who.end, predicated=True)
            if named.end - named.start >= 2:
                return (named,)
    if not own and (topic := _topic(norm, layout, place) or _row_topic(material, layout, place)):
        return topic
    if sentence.section >= 0:
        section = material.outline.sections[sentence.section]
        title = Span(section.quote.end - len(section.title), section.quote.end)
        match = LEAD_VERB.match(norm, title.start, title.end)
        if match and title.end - match.end() >= 2:
            title = Span(match.end(), title.end)
        if title.end > title.start and not title.start <= place.clause_start < title.end:
            return (title, *own)
    return own
