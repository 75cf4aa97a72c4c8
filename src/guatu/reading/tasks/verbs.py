"""The verb that governs a commitment (任务动词): 全面建成…, 到2027年新增…, 市财政局要安排…"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from guatu.reading.tasks import words
from guatu.reading.tasks.words import Place
from guatu.text.periods import Period
from guatu.text.rare import Rare

# What stands in brackets, quotation marks and 《》 is name or remark, never the verb; a bracket
# holds one level of further brackets.
_INNER = re.compile(
    r"\([^()\n]{1,200}\)|\((?:[^()\n]|\([^()\n]{0,40}\)){1,200}\)|“[^“”\n]{1,30}”|\"[^\"\n]{1,30}\"|《[^《》\n]{1,80}》"
)
# 装备制造:2026年开工…: what is before the colon names the matter.
_LABEL = Rare(r"[^,;:。\n]{1,12}:(?=.)")
_LONGEST_LABEL = 13
_DISPOSAL = re.compile(r"把|将(?![来要于])")
_NEGATIONS = frozenset("不未无")
# 主要, 重要, 必要, 需要: words that end in 要.
_NO_DEMAND = frozenset("主重必需纲只")
_CLAUSE_END = re.compile(r"[,;:。!?\n\t]")
# 1,500,3%,…: clauses without a word, passed over together.
_FIGURES = frozenset("0123456789")
_WORDLESS = Rare(r"(?:[0-9.%]++[,;:。!?\n\t])++")


def bare_text(norm: str, periods: Iterable[Period]) -> str:
    """``norm`` with dates, names and what stands in brackets blanked, of the same length."""
    pieces: list[str] = []
    at = 0
    for period in periods:
        start, end = period.start, period.end
        if start >= at:
            pieces += norm[at:start], words.DATE * (end - start)
            at = end
    pieces.append(norm[at:])
    return _INNER.sub(_blank, "".join(pieces))


def _blank(match: re.Match[str]) -> str:
    run = match[0]
    return f"{run[0]}{words.NAME * (len(run) - 2)}{run[-1]}"


class Verbs:
    """What the verbs of one plan say; ``bare`` is its ``bare_text``."""

    def __init__(self, bare: str) -> None:
        self._bare = bare
        self._known: dict[Place, Place | None] = {}
        self._led: dict[Place, tuple[Place | None, int]] = {}

    def words(self, start: int, end: int) -> str:
        """The words of ``[start, end)`` that may hold a verb, and the character before them."""
        return self._bare[max(0, start - 1) : end]

    def governing(self, start: int, end: int) -> Place | None:
        """The first verb of ``[start, end)`` outside adverbs, dates and circumstances."""
        place = start, end
        known = self._known
        if place in known:
            return known[place]
        found = known[place] = self._governing(start, end)
        return found

    def leads(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` begins with a verb, adverbs and dates aside."""
        return self._lead(start, end)[0] is not None

    def says_something(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` says what is done or reached: a verb, or 明显改善, 以上."""
        if self.governing(start, end) is not None:
            return True
        return words.RESULTS.search(self._bare, start, end) is not None or self.demands(start, end)

    def demands(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` asks for something: 要, 必须, 确保, 不得."""
        return words.DEMANDING.search(self._bare, start, end) is not None

    def only_guides(self, start: int, end: int) -> bool:
        """True if each clause of ``[start, end)`` is a maxim: 坚持…, 以…为指导, 贯彻…精神."""
        at = start
        while at < end:
            opened = at
            if not words.GUIDING.match(self._bare, at, end):
                opened = self._lead(at, end)[1]
                if opened == at or not words.GUIDING.match(self._bare, opened, end):
                    return False
            stop = _CLAUSE_END.search(self._bare, opened, end)
            clause_end = stop.start() if stop else end
            at = clause_end + 1
        return True

    def only_describes(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` tells how things stand and asks for nothing."""
        if self.leads(start, end):
            return False
        # A copy, so that ^ and $ in the forms are the sentence's own ends.
        said = self._bare[start:end]
        describes = words.DESCRIBES_AT_ONCE.match(said) or words.DESCRIBES.search(said)
        return describes is not None and not self.demands(start, end)

    def _lead(self, start: int, end: int) -> tuple[Place | None, int]:
        place = start, end
        led = self._led
        if place in led:
            return led[place]
        lead = led[place] = words.leading_verb(self._bare, start, end)
        return lead

    def _governing(self, start: int, end: int) -> Place | None:
        skipped: list[Place] = []
        weak: Place | None = None
        bare = self._bare
        at = start
        if bare.find(":", start, min(end, start + _LONGEST_LABEL)) >= 0:
            label = _LABEL.match(bare, start, end)
            at = label.end() if label else start
        while at < end:
            if bare[at] in _FIGURES and (figures := _WORDLESS.match(bare, at, end)):
                at = figures.end()
                continue
            found, opened = self._lead(at, end)
            if found is not None and bare[found[0] : found[1]] not in words.AIM:
                return found
            stop = _CLAUSE_END.search(bare, opened, end)
            clause_end = stop.start() if stop else end
            # A single character (1,1,1, …) says nothing.
            if found is None and clause_end - opened > 1:
                found = self._of_clause(opened, clause_end, skipped)
            if found is not None:
                if bare[found[0] : found[1]] not in words.AIM:
                    return found
                weak = weak or found
                following = self._inside(found[1], clause_end)
                if following is not None:
                    return following
            at = clause_end + 1
        return weak or self._last_resort(start, end, skipped)

    def _of_clause(self, start: int, end: int, skipped: list[Place]) -> Place | None:
        """The verb of a clause that does not begin with it; a circumstance is put aside."""
        grounds = words.GROUNDS.match(self._bare, start, end)
        if grounds is not None:
            found = words.leading_verb(self._bare, grounds.end(), end)[0]
            if found is not None:
                return found
        elif words.CIRCUMSTANCE.match(self._bare, start, end) is None:
            if self._bare.startswith("对", start):
                # 对纳入计划的项目给予补助: what qualifies the object is no commitment.
                start = max(start, self._bare.rfind("的", start, end))
            return self._inside(start, end)
        skipped.append((start, end))
        return None

    def _last_resort(self, start: int, end: int, skipped: list[Place]) -> Place | None:
        """The verb of 根据…建设…, 以…为重点打造…: one clause, its circumstance included."""
        for clause in skipped:
            found = self._inside(*clause)
            if found is not None:
                return found
        shy = next(words.shy_words(self._bare, start, end), None)
        return (shy[0], shy[0] + len(shy[1])) if shy else None

    def _inside(self, start: int, end: int) -> Place | None:
        """The first sure verb of ``[start, end)``: never a noun, or behind 全面, 积极, 要.

        将… and 把… put the object first: their verb is the last one.
        """
        disposal = _DISPOSAL.search(self._bare, max(0, start - 1), end)
        if disposal is not None:
            verbs = list(self._sure(disposal.end(), end))
            if verbs:
                return verbs[-1]
        return next(self._sure(start, end), None)

    def _sure(self, start: int, end: int) -> Iterator[Place]:
        """The sure verbs of ``[start, end)``, in order."""
        bare = self._bare
        read = start  # adverbs before this place have been followed to their end
        for at, word in words.sure_words(bare, start, end):
            before = bare[at - 1] if at > start else ""
            if at < read or (before and before in _NEGATIONS):
                continue
            if word == "要" and before and before in _NO_DEMAND:
                continue
            if word in words.NEVER_NOUN or word in words.BRIEF:
                yield at, at + len(word)
                continue
            found, read = words.leading_verb(bare, at, end)
            if found is not None:
                yield found
