"""The word lists of ``lexicon/projects.toml``, made ready for looking up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading import lexicon
from guatu.text.rare import Rare

_DATE = (
    r"(?:(?:到|至|于|在)?(?:20[0-9]{2}年|今年|明年|当年|年(?=[底末初内中])|[0-9]{1,2}月)"
    r"(?:[0-9]{1,2}月|[一二三四]季度|[上下]半年|[春秋]季学期)?"
    r"(?:份|底|末|初|内|中旬|[上下]旬)?(?:之?前|以前)?"
    r"|(?:[一二三四]季度|[上下]半年)[末底内]?(?:之?前|以前)?|(?:主汛期|汛期|春节|国庆节?|元旦)(?:之?前|期间))"
)


class Endings(NamedTuple):
    """Words that may end a stretch of text, with what they mean, found by the last character."""

    meaning: dict[str, str]
    sizes: dict[str, tuple[int, ...]]  # last character → lengths, the longest first

    def at(self, text: str, start: int, end: int) -> str:
        """The longest of the words that ends at ``end``; nothing where there is none."""
        for size in self.sizes.get(text[end - 1], ()):
            if end - size >= start and (word := text[end - size : end]) in self.meaning:
                return word
        return ""


class Wordbook(NamedTuple):
    """The word lists of ``lexicon/projects.toml``, ready for use."""

    verb: re.Pattern[str]
    lead: re.Pattern[str]
    more: re.Pattern[str]
    openers: frozenset[str]  # what adverbs, dates, particles and verbs begin with
    lead_heads: frozenset[str]  # the same without verbs, and what parts clauses
    trailing: Endings  # adverbs, as they stand before a verb that closes the clause
    pure_closing: re.Pattern[str]
    progress: re.Pattern[str]
    progress_heads: frozenset[str]  # the first characters of words on progress
    signs: frozenset[str]  # what tells, where no verb does, that a clause is worth reading
    stages: dict[str, Stage]
    tail_stages: dict[str, Stage]
    closing_stages: dict[str, Stage]
    tails: Endings
    closings: Endings
    names: Endings
    heads: Endings
    last_chars: frozenset[str]  # what a name, or words behind it, may end with
    hopes: tuple[str, ...]
    shy: frozenset[str]
    works: frozenset[str]
    soft: tuple[str, ...]
    wide: tuple[str, ...]
    common: frozenset[str]
    common_sizes: dict[str, tuple[int, ...]]
    singles: frozenset[str]
    places: frozenset[str]
    not_stems: frozenset[str]


_DATE_HEADS = "到至于在2今明当年0123456789主汛春国元一二三四上下"
_DATE_AT_END = Rare(rf"(?:{_DATE})$")
DATE_ENDS = frozenset("年月日底末初内前旬度期间份节旦季")


def before_adverbs(text: str, start: int, end: int) -> int:
    """Where the adverbs and dates begin that end at ``end`` (…大桥|力争2025年底前|建成)."""
    trailing = wordbook().trailing
    for _ in range(6):
        if end <= start:
            return start
        if word := trailing.at(text, start, end):
            end -= len(word)
        elif text[end - 1] in DATE_ENDS and (
            date := _DATE_AT_END.search(text, max(start, end - 16), end)
        ):
            end = date.start()
        else:
            break
    return end


@cache
def wordbook() -> Wordbook:
    data = lexicon.load("projects")
    nouns, common = data["nouns"], data["common"]["words"].split()
    stages, closing_stages = _by_stage(data["verbs"]), _by_stage(data["closings"])
    tail_stages = _by_stage({k: v for k, v in data["tails"].items() if k != "neutral"})
    hopes = tuple(data["hopes"].split())
    works, actions = nouns["works"].split(), nouns["actions"].split()
    verb = _any(stages)
    adverbs = _any([*data["adverbs"].split(), *hopes])
    # 将, 也, 还 … count only before a verb or another adverb: 将开工, but 将军路.
    particle = f"[{data['particles'].replace(' ', '')}]"
    loose = f"(?:{adverbs}|{_DATE}|{particle}(?={verb}|{adverbs}))"
    loose_heads = frozenset(
        word[0] for word in (*data["adverbs"].split(), *hopes, *data["particles"].split())
    ).union(_DATE_HEADS)
    known = {word for word in [*common, *works] if len(word) > 1}
    return Wordbook(
        verb=re.compile(rf"(?:{verb})(?<!构建成)(?!(?<=建成|建设|开发)区(?!域)|率|面积|里程)"),
        lead=re.compile(rf"[\s、]{{0,3}}+(?:[\u4e00-\u9fff]{{2,6}}方面)?+{loose}{{0,6}}+"),
        more=re.compile(rf"(?:{loose}|(?:{verb})(?!(?<=建成|建设|开发)(?:大?[街路道]|区))){{0,6}}+"),
        openers=loose_heads.union(word[0] for word in stages),
        lead_heads=loose_heads.union("、 \t\r\u3000\xa0"),
        trailing=_endings(
            dict.fromkeys([*data["adverbs"].split(), *hopes, *data["particles"].split()], "")
        ),
        pure_closing=re.compile(
            # 6月底前完工并投入使用: the last of two verbs counts.
            rf"(?:(?:其中|项目|工程|主体|一期|预计|并|且|{loose}|(?:{_any(closing_stages)})(?=[并且])){{1,8}}+)?"
            rf"(?P<verb>{_any(closing_stages)})$"
        ),
        progress=re.compile("|".join(data["progress"]["words"].split())),
        progress_heads=frozenset(word[0] for word in data["progress"]["words"].split()),
        signs=frozenset(data["progress"]["signs"].split()),
        stages=stages,
        tail_stages=tail_stages,
        closing_stages=closing_stages,
        tails=_endings(dict.fromkeys([*tail_stages, *data["tails"]["neutral"].split()], "")),
        closings=_endings(dict.fromkeys(closing_stages, "")),
        names=_endings(dict.fromkeys(actions, "action") | dict.fromkeys(works, "works")),
        heads=_endings(dict.fromkeys([*works, *data["heads"]["extra"].split()], "works")),
        last_chars=frozenset(
            word[-1] for word in [*works, *actions, *closing_stages]
        ).union("目程点期)”变米亩里顷 \r"),
        hopes=hopes,
        shy=frozenset(data["shy"]["verbs"].split()),
        works=frozenset(works),
        soft=tuple(data["heads"]["soft"].split()),
        wide=tuple(data["wide"]["words"].split()),
        common=frozenset(known),
        common_sizes=_sizes(known, 0),
        singles=frozenset(word for word in common if len(word) == 1),
        places=frozenset(data["places"]["words"].split()),
        not_stems=frozenset(data["common"]["not_stems"].split()),
    )  # fmt: skip


def _endings(meaning: dict[str, str]) -> Endings:
    return Endings(meaning, _sizes(meaning, -1))


def _sizes(words: Iterable[str], which: int) -> dict[str, tuple[int, ...]]:
    """For each first (0) or last (-1) character the lengths of the words, longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[which], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}


def _by_stage(groups: dict[str, str]) -> dict[str, Stage]:
    """Each word of the groups with its stage, the group's name."""
    stages: dict[str, Stage] = {
        "plan": "plan", "prepare": "prepare", "start": "start", "build": "build",
        "finish": "finish",
    }  # fmt: skip
    return {word: stages[name] for name, words in groups.items() for word in words.split()}


def _any(words: Iterable[str]) -> str:
    """An alternation of the words, longer ones first, grouped by their first character.

    The groups let the engine leave a place after one comparison of characters.
    """
    groups: dict[str, set[str]] = {}
    for word in words:
        groups.setdefault(word[0], set()).add(word[1:])
    return "|".join(
        re.escape(first) + "(?:" + "|".join(sorted(map(re.escape, rest), key=len)[::-1]) + ")"
        for first, rest in groups.items()
    )
