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
            return (way, *(s for s in whole.spans if norm[s.start : s.end] not in WAYS))
    if own and place.start > place.clause_start:
        head = subjects.named_before(norm, place.clause_start, place.start, predicated=True)
        for period in material.periods_in(place.clause_start, place.start):
            head = subjects.trimmed(norm, head.start, min(head.end, period.start))
        if head.end - head.start > 2:
            return (head, *own)
    if last is not None and not own:
        return _of_level(norm, last.spans) if verb_of(left) == "level" else last.spans
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
