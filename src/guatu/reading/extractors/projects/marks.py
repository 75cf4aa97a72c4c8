"""Where a text may name a project (项目), found once for the whole text.

Most sentences name none, and most clauses of the others: no verb of works stands in them, or no
word that a name ends with and that may be the end of one.  They are left on sight of these places.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from guatu.reading.extractors.projects.words import wordbook

# With these the object of a verb is a project whatever its name ends with.
_SURE = frozenset(("开工", "新建", "续建", "扩建", "迁建"))
# What may stand behind a name but is no word of the lists: the signs that part names, stops,
# amounts and counts, 前期…, 为重点, dates, and what may follow the head of a list (…公路改扩建).
_BEHIND = (
    "、(《“)》”等和与以及 \r,;:。!?\n\t并且力争前.0123456789一二两三四五六七八九十为作"
    "到至于在今明当年主汛春国元续建改扩新迁提升整治加开布"
)


class Marks(NamedTuple):
    """A text with the places, in order, that tell where projects may be named.

    ``verbs`` are the places where a verb of works or a word on progress may begin, ``ends`` those
    of the last characters of words that may end a name, and of 等.  Both end with a place behind
    the text, so that there always is a next one.
    """

    norm: str
    verbs: list[int]
    ends: list[int]

    def has_verb(self, start: int, end: int) -> bool:
        """Whether a verb of works may begin in ``[start, end)``."""
        return self.verbs[bisect_left(self.verbs, start)] < end

    def is_hopeful(self, start: int, end: int) -> bool:
        """Whether a name may end in ``[start, end)``; without it only 开工, 新建 … have names."""
        return self.ends[bisect_left(self.ends, start)] < end

    def is_sure(self, start: int, end: int) -> bool:
        """Whether 开工, 新建 … stand in ``[start, end)``, where any uncommon name will do."""
        norm, verbs = self.norm, self.verbs
        i = bisect_left(verbs, start)
        last = end - 2
        while (at := verbs[i]) <= last:
            if norm[at : at + 2] in _SURE:
                return True
            i += 1
        return False


def marks_of(norm: str) -> Marks:
    """The places of verbs and of ends of names in a text."""
    verbs, ends = _finders()
    behind = len(norm) + 1
    return Marks(norm, [*verbs(norm), behind], [*ends(norm), behind])


_Finder = Callable[[str], list[int]]


@cache
def _finders() -> tuple[_Finder, _Finder]:
    return _verbs(), _ends()


def _verbs() -> _Finder:
    """A function that gives all places of a text where the first two characters of a verb stand.

    A set of characters before another is many times as fast as an alternation of the words.
    """
    words = wordbook()
    pairs = {word[:2] for word in (*words.stages, *words.closing_stages, *words.signs)}
    firsts, seconds = (_set_of(pair[i] for pair in pairs) for i in (0, 1))
    pair_at = re.compile(f"{firsts}(?={seconds})")

    def places(text: str) -> list[int]:
        return [
            at for match in pair_at.finditer(text) if text[(at := match.start()) : at + 2] in pairs
        ]

    return places


def _ends() -> _Finder:
    """A function that gives all places where words that a name ends with may be its end.

    They are looked up by their last two characters; those of one character (桥, 路) are the end
    of no name where they close a common word (道路).
    """
    words = wordbook()
    # 高 ends few names and many other things.
    known = {*words.names.meaning, *words.heads.meaning, "项目", "工程", "试点"} - {"高"}
    pairs = {word for word in known if len(word) == 2}
    longer: dict[str, tuple[str, ...]] = {}
    for word in known:
        if len(word) > 2 and word[-2:] not in pairs:
            longer[word[-2:]] = (*longer.get(word[-2:], ()), word)
    single = {word for word in known if len(word) == 1}
    behind = {word[0] for group in (words.tails, words.closings, words.trailing)
              for word in group.meaning}.union(_BEHIND, words.progress_heads)  # fmt: skip
    # 等 closes a list, 二期 and (近期) tell a name, whatever follows.
    lasts = {pair[1] for pair in (*pairs, *longer)}.union(single, "等期")
    end_at = re.compile(
        rf"{_set_of(lasts)}(?:(?<=等)|(?<=期)(?:(?<=[一二三四五六0-9].)|(?=\)))|(?={_set_of(behind)}|\Z)"
        rf"(?:(?<={_set_of(single)})|(?<={_set_of(pair[0] for pair in (*pairs, *longer))}[^期])))"
    )
    single |= {"等", "期"}
    misleading = {word for word in words.common if len(word) == 2 and word[1] not in "等期"}

    def places(text: str) -> list[int]:
        return [
            at
            for match in end_at.finditer(text)
            if (pair := text[(at := match.start()) - 1 : at + 1]) in pairs
            or (text[at] in single and pair not in misleading)
            or (pair in longer and text.endswith(longer[pair], 0, at + 1))
        ]

    return places


def _set_of(chars: Iterable[str]) -> str:
    """A pattern for any one of the characters."""
    return f"[{re.escape(''.join(sorted(set(chars))))}]"
