"""The word lists around a number, compiled once from ``lexicon/targets.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from guatu.reading.lexicon import load
from guatu.text.rare import Rare

_LISTS = load("targets")


def _set(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


def _longest_first(words: Iterable[str], guards: Mapping[str, str] | None = None) -> str:
    """An alternation; a word with a guard does not count before the guard's characters."""
    guards = guards or {}
    return "|".join(
        re.escape(w) + (f"(?![{guards[w]}])" if w in guards else "")
        for w in sorted(words, key=lambda w: (-len(w), w))
    )


LEVEL = _set("level")
INCREASE = _set("increase")
DECREASE = _set("decrease")
DELIVER = _set("deliver")
ADVERB = _set("adverb")
GENERAL = _set("general")
SCOPE = _set("scope")
PHRASES = _set("phrases")
RISEN = _set("risen")
DELIVERED = _set("delivered")
STATED_ONCE = _set("stated_once")
WHOLE = _set("whole")
OPENERS = _set("openers")
SIZE = _set("size")
WAYS = _set("ways")
WAY = Rare(_longest_first(WAYS))

_CHANGE = dict.fromkeys(LEVEL, "level") | dict.fromkeys(INCREASE, "increase")
_CHANGE |= dict.fromkeys(DECREASE, "decrease")
# Every word that may stand between a subject and its number, with what it says.
ROLE: dict[str, str] = dict.fromkeys(ADVERB, "adverb") | dict.fromkeys(DELIVER, "deliver") | _CHANGE
ROLE |= dict.fromkeys(_set("treat"), "deliver")
# The lengths of the words that end in a character, longest first.
LENGTHS: dict[str, tuple[int, ...]] = {
    last: tuple(sorted({len(word) for word in ROLE if word[-1] == last}, reverse=True))
    for last in {word[-1] for word in ROLE}
}

_BEGINS_A_WORD: Mapping[str, str] = _LISTS["begins_a_word"]
LEAD = re.compile(rf"(?:{_longest_first(_set('lead_in'), _BEGINS_A_WORD)}|[、,:;\s])+")
_LED_BY = _longest_first(_set("deliver") | _set("lead_in") | ADVERB, _BEGINS_A_WORD)
LEAD_VERB = re.compile(rf"(?:(?:{_LED_BY})(?:[、\s]|和(?![美谐平睦])(?=[\u4e00-\u9fff]{{2}}))?)+")
DELIVER_WORD = Rare(_longest_first(DELIVER))
LEAD_CLAUSE = re.compile(rf"(?:{_longest_first(_set('lead_clause'), _BEGINS_A_WORD)}|[、,:;\s])+")
DELIVER_INSIDE = re.compile(
    r"(?:(?:新建|建成|创建|创成|争创|培育|打造|引进|引育|布局|认定)(?!项目|工程|平台|计划|基地|单位|名单)"
    r"|新增|完成|实现|发行|形成|建设(?=[^工项任目规标管资用单内投]))"
)
PREDICATE = re.compile(rf"(?:{_longest_first(_set('predicate'))})")
# Words behind a number that say the number's own verb follows: 由1亿元|扩大到2亿元.
CHANGES = re.compile(rf"(?:{_longest_first(w for w in LEVEL | INCREASE | DECREASE if len(w) > 1)})")
SCOPE_PREFIX = re.compile(
    rf"(?:每个[\u4e00-\u9fff()、]{{1,12}}?(?=建|设|至少|最少|要|应|都|均|创|有|打|培|完成|实现|布局|开展|$)"
    rf"|(?:{_longest_first(SCOPE)})(?=[\u4e00-\u9fffA-Z0-9(“]))"
)
PLACE = re.compile(
    r"(?:其中)?(?:(?:每(?![千万百十0-9亩人名户])个?|各|全|我|本|其他|其余)[\u4e00-\u9fff()、]{1,12}|(?:(?!示范|园|产业|发展|旅游|试点|合作|保护|实验|先行)[\u4e00-\u9fff()、]){1,14}(?:[县市区镇乡级省州旗](?:\))?|地区|流域|城区|周边|沿线)各?)$"
)
PAST_SECTION = re.compile(_LISTS["past"]["sections"])
CONDITIONS = re.compile(_LISTS["conditions"]["sections"])
PAST = re.compile(_LISTS["past"]["words"])
GIVEN = re.compile(_LISTS["money"]["given"])
EACH = re.compile(_LISTS["money"]["each"])
