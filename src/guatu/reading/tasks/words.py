"""The word lists of tasks, compiled once from ``lexicon/tasks.toml``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from guatu.reading.lexicon import load
from guatu.text.span import Span

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
# The name of a thing rather than a verb: 完成率; with a shy verb also 建设用地, 实施方案.
_HARD_TAIL = _any(_set("hard_tails"))
_SOFT_TAIL = _any(_set("hard_tails") | _set("noun_tails"))
# What ``verbs.bare_text`` puts in the place of dates and of names in brackets or quotation marks.
DATE, NAME = "◇", "□"
_MARKS = frozenset(" \t\n、()·•●◆■★□-" + DATE + NAME)
_BEHIND_DATE = frozenset("前内末底间期起年度")
_TAIL_OF_VERB = re.compile(_HARD_TAIL)
_TAIL_OF_SHY = re.compile(_SOFT_TAIL)


def _by_head(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words under their first two characters, the longest first."""
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        heads[word[:2]].append(word)
    return {head: tuple(sorted(found, key=_length)) for head, found in heads.items()}


_HEADS = _by_head(_VERBS | _ADVERBS)


def leading_verb(bare: str, at: int, end: int) -> tuple[Span | None, int]:
    """The verb that begins a clause behind adverbs and dates, and where those end.

    加快, 探索, 力争 give way to a verb that follows them: 加快推进 is 推进.  A clause that begins
    with 通过, 利用 and the like says how, not what.
    """
    found: Span | None = None
    start = at
    while at < end:
        word = _word_at(bare, at, end)
        if at == start and word in _CIRCUMSTANCES:
            break
        if word is None:
            if bare[at] not in _MARKS and not (
                bare[at] in _BEHIND_DATE and at and bare[at - 1] in DATE + "前内末底间期年"
            ):
                break
            at += 1
            continue
        behind = at + len(word)
        tail = _TAIL_OF_SHY if word in _SHY else _TAIL_OF_VERB
        if word in _VERBS and not tail.match(bare, behind, end):
            found = Span(at, behind)
            if word not in _LIGHT and word not in AIM:
                return found, at
        elif word not in _ADVERBS:
            break
        at = behind
    return found, at


def _word_at(bare: str, at: int, end: int) -> str | None:
    """The longest verb or adverb that begins at ``at``."""
    for word in _HEADS.get(bare[at : at + 2], ()):
        if bare.startswith(word, at, end):
            return word
    return bare[at] if bare[at] in _ADVERBS else None


# Where a verb inside a clause may begin: one that is never a noun, or the adverb before any.
NEVER_NOUN = _VERBS - _SHY - AIM - _LIGHT
BRIEF = _set("brief")
_SURE = frozenset(word for word in _ADVERBS | _LIGHT if len(word) > 1) | _set("modals")
_NOT_HARD = f"(?!{_HARD_TAIL})"
INSIDE = re.compile(
    f"{_any(NEVER_NOUN, _NOT_HARD)}|{_any(_SURE)}|{_any(BRIEF, '(?=[0-9])')}|{DATE}"
)
SHY_INSIDE = re.compile(f"(?:{_any(_SHY)})(?!{_SOFT_TAIL})")
GROUNDS = re.compile(rf"以[^,;:。]{{1,60}}?为[\u4e00-\u9fff]{{0,4}}?(?:{_any(_set('grounds'))})的?")
CIRCUMSTANCE = re.compile(_any(_CIRCUMSTANCES))

_TITLES: dict[str, str] = _LISTS["titles"]
GOALS = re.compile(_TITLES["goals"])
GUIDANCE = re.compile(_TITLES["guidance"])
DESCRIBING = re.compile(_TITLES["describing"])
ACTIONS = re.compile(_TITLES["actions"])

_FORMS: dict[str, str] = _LISTS["forms"]
GUIDING = re.compile(_FORMS["guiding"])
DESCRIBES = re.compile(_FORMS["describing"])
DEMANDING = re.compile(_FORMS["demanding"])
RESULTS = re.compile(_FORMS["results"])
