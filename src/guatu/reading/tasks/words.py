"""The word lists of tasks, compiled once from ``lexicon/tasks.toml``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guatu.reading.lexicon import load
from guatu.text.rare import Rare

# Where a word stands: its start and its end.  A plan has thousands, so these are no ``Span``s.
Place = tuple[int, int]

_LISTS = load("tasks")


def _set(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


def _any(words: Iterable[str], behind: str = "") -> str:
    """An alternation that tries the longest word first and looks at each first character once.

    Each branch begins with a literal, which lets ``re`` skip over all other characters when it
    searches; ``behind`` is what must follow the word.
    """
    rests: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        rests[word[0]].add(word[1:])
    return "|".join(
        f"{re.escape(first)}{_one_of(tails)}{behind}" for first, tails in sorted(rests.items())
    )


def _one_of(tails: Iterable[str]) -> str:
    """A group of the tails, the longest first; no group for a single one, it costs compiling."""
    found = sorted(map(re.escape, tails), key=_length)
    return f"(?:{'|'.join(found)})" if len(found) > 1 else found[0]


def _length(word: str) -> int:
    return -len(word)


AIM = _set("aim")
_SHY = _set("shy")
_LIGHT = _set("light")
_VERBS = _set("verbs") | _SHY | _LIGHT | AIM
_ADVERBS = _set("adverbs") | _set("modals")
_CIRCUMSTANCES = _set("circumstances")
# What ``verbs.bare_text`` puts in the place of dates and of names in brackets or quotation marks.
DATE, NAME = "◇", "□"
_MARKS = frozenset(" \t\n、()·•●◆■★□-" + DATE + NAME)
_BEHIND_DATE = frozenset("前内末底间期起年度")
_DATED = frozenset(DATE + "前内末底间期年")
_DATE_RUN = re.compile(f"{DATE}+")


class _Tails:
    """What makes a noun of the verb before it: 完成率; of a shy one also 建设用地, 实施方案."""

    def __init__(self, tails: frozenset[str]) -> None:
        self._firsts = frozenset(tail[0] for tail in tails)
        self._pattern = Rare(_any(tails))

    def stand_at(self, bare: str, at: int, end: int) -> bool:
        """True if one of the tails stands at ``at``, before ``end``."""
        return (
            at < end and bare[at] in self._firsts and self._pattern.match(bare, at, end) is not None
        )


_TAILS_OF_VERB = _Tails(_set("hard_tails"))
_TAILS_OF_SHY = _Tails(_set("hard_tails") | _set("noun_tails"))


class _Word(NamedTuple):
    """A listed word: ``noun`` is what makes it a noun, ``None`` where it is no verb."""

    letters: str
    noun: _Tails | None
    is_final: bool  # a verb that gives way to no other
    is_circumstance: bool


def _by_head(words: Iterable[_Word]) -> dict[str, tuple[_Word, ...]]:
    """Words under their first two characters, in the order given."""
    heads: defaultdict[str, list[_Word]] = defaultdict(list)
    for word in words:
        heads[word.letters[:2]].append(word)
    return {head: tuple(found) for head, found in heads.items()}


def _word(letters: str) -> _Word:
    noun = _TAILS_OF_SHY if letters in _SHY else _TAILS_OF_VERB
    return _Word(
        letters,
        noun if letters in _VERBS else None,
        letters in _VERBS and letters not in _LIGHT and letters not in AIM,
        letters in _CIRCUMSTANCES,
    )


_HEADS = _by_head(map(_word, sorted(_VERBS | _ADVERBS, key=_length)))


def leading_verb(bare: str, at: int, end: int) -> tuple[Place | None, int]:
    """The verb that begins a clause behind adverbs and dates, and where those end.

    加快, 探索, 力争 give way to a verb that follows them: 加快推进 is 推进.  A clause that begins
    with 通过, 利用 and the like says how, not what.
    """
    found: Place | None = None
    start = at
    while at < end:
        for word in _HEADS.get(bare[at : at + 2], ()):
            if bare.startswith(word.letters, at, end):
                break
        else:
            char = bare[at]
            if char == DATE and (dates := _DATE_RUN.match(bare, at, end)):
                at = dates.end()
                continue
            if char in _ADVERBS:
                if at == start and char in _CIRCUMSTANCES:
                    break
            elif char not in _MARKS and not (
                char in _BEHIND_DATE and at and bare[at - 1] in _DATED
            ):
                break
            at += 1
            continue
        if word.is_circumstance and at == start:
            break
        behind = at + len(word.letters)
        if word.noun is not None and not word.noun.stand_at(bare, behind, end):
            found = at, behind
            if word.is_final:
                return found, at
        elif word.letters not in _ADVERBS:
            break
        at = behind
    return found, at


# Where a verb inside a clause may begin: one that is never a noun, or the adverb before any.
NEVER_NOUN = _VERBS - _SHY - AIM - _LIGHT
BRIEF = _set("brief")
_SURE = frozenset(word for word in _ADVERBS | _LIGHT if len(word) > 1) | _set("modals")
_SHY_WORDS = tuple(map(_word, sorted(_SHY, key=_length)))
_SURE_WORDS = (
    *map(_word, sorted(NEVER_NOUN, key=_length)),
    *(_Word(word, None, False, False) for word in sorted(_SURE, key=_length) if len(word) > 1),
)
_SINGLE = frozenset(word for word in _SURE if len(word) == 1) | {DATE}


class _Finder:
    """Finds listed words inside a clause, ten times faster than an alternation of hundreds.

    One pattern finds where a word may begin: its first character stands there, and some
    word's second one behind it.  The two lead to the few words that begin so.
    """

    def __init__(self, words: Iterable[_Word], single: Iterable[str] = ()) -> None:
        self._heads = _by_head(words)
        firsts, seconds = (
            "".join(sorted({re.escape(head[i]) for head in self._heads})) for i in (0, 1)
        )
        alone = "".join(map(re.escape, sorted(single)))
        paired = f"[{firsts}](?=[{seconds}])"
        self._places = re.compile(f"[{alone}]|{paired}" if alone else paired)

    def found(self, bare: str, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Where words that are no nouns begin in ``[start, end)``, apart and in order."""
        reached = start
        for place in self._places.finditer(bare, start, end):
            at = place.start()
            if at < reached:
                continue
            for word in self._heads.get(bare[at : at + 2], ()):
                if bare.startswith(word.letters, at, end):
                    reached = at + len(word.letters)
                    if word.noun is None or not word.noun.stand_at(bare, reached, end):
                        yield at, word.letters
                        break
            else:
                reached = at + 1
                char = bare[at]
                if char in _SINGLE or (
                    char in BRIEF and reached < end and bare[reached] in _FIGURES
                ):
                    yield at, char


_FIGURES = frozenset("0123456789")
sure_words = _Finder(_SURE_WORDS, _SINGLE | BRIEF).found
shy_words = _Finder(_SHY_WORDS).found
GROUNDS = re.compile(rf"以[^,;:。]{{1,60}}?为[\u4e00-\u9fff]{{0,4}}?(?:{_any(_set('grounds'))})的?")
CIRCUMSTANCE = re.compile(_any(_CIRCUMSTANCES))

_TITLES: dict[str, str] = _LISTS["titles"]
GOALS = re.compile(_TITLES["goals"])
GUIDANCE = re.compile(_TITLES["guidance"])
DESCRIBING = re.compile(_TITLES["describing"])
ACTIONS = re.compile(_TITLES["actions"])

_FORMS: dict[str, str] = _LISTS["forms"]
GUIDING = re.compile(_FORMS["guiding"])
DESCRIBES_AT_ONCE = re.compile(_FORMS["describing_at_once"])
DESCRIBES = re.compile(_FORMS["describing"])
DEMANDING = re.compile(_FORMS["demanding"])
RESULTS = Rare(_FORMS["results"])
