"""One part of an enumeration of projects, without the words around its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading.extractors.projects.names import LONGEST_NAME
from guatu.reading.extractors.projects.words import DATE_ENDS, before_adverbs, wordbook
from guatu.text.rare import Rare

# 总投资5亿元的甲, 对在谈的乙, 列入明年计划的丙.
_ATTRIBUTE = Rare(r"(?:总?投资|占地|投入|对|列入|纳入|位于|由)[^、的]{1,24}的")
_ATTRIBUTE_HEADS = frozenset("总投占对列纳位由")
_BEFORE_END = Rare(r"前期(?:工作|手续|研究)")
_AMOUNT = re.compile(r"[0-9.]{1,8}(?:万|亿)?(?:平方米|公里|亩|公顷|千米|延米|平方公里)$")
_SPECIFICATION = Rare(
    r"\((?:[^()]{0,30}[0-9][^()]{0,4}(?:张|个|万|亿|公里|平方|立方|亩|吨|座|人|套)|总投资|全长|规模|设|含|包括|不含|其中)"
    r"[^()]{0,60}\)$|\((?:20[0-9]{2}年)?[0-9]{1,2}月[^()]{0,6}\)$"
)
_HOPED_TAIL = Rare(r"(?:并|且|,)?(?:力争|争取)[^、]{0,10}$|(?:并|且)$")
_STAGE_ORDER: tuple[Stage, ...] = ("plan", "prepare", "finish", "start", "build")
_KEEPS_BUILDING = frozenset("扩改迁新续重")


class Name(NamedTuple):
    """What may be the name of a project, with the stage its own words give (…前期工作)."""

    start: int
    end: int
    stage: Stage | None
    quoted: bool
    built: bool  # 建设, 前期 … stood behind it
    verbs: str = ""  # the verb phrase of its own before it (续建甲、启动建设乙)
    said_until: int = 0  # where words of its own behind it end (甲6月投产、乙10月投产), or 0


def trimmed(norm: str, start: int, end: int) -> Name | None:
    """A part without the verb before it and the 建设, 前期 … behind it."""
    words = wordbook()
    while start < end and norm[start] in " \r、":
        start += 1
    own = ""
    if start < end and norm[start] in words.openers:
        verb = words.more.match(norm, start, end)
        behind = verb.end() if verb else start
        if end - behind >= 2 and norm[behind] not in "和及与)”、":
            own, start = norm[start:behind], behind
    if (
        start < end
        and norm[start] in _ATTRIBUTE_HEADS
        and (attribute := _ATTRIBUTE.match(norm, start, end - 2))
    ):
        start = attribute.end()
    stop, stage = without_tail(norm, start, end)
    built = stop < end
    if built and norm[stop - 1] in DATE_ENDS:
        stop = before_adverbs(norm, start + 2, stop)  # 甲中心2026年|启动建设
    said_until = 0
    if stop - start > 4 and (closing := words.closings.at(norm, start + 2, stop)):
        stage, said_until = words.closing_stages[closing], stop
        stop = before_adverbs(norm, start, stop - len(closing))
    elif norm.find("前期", start + 2, stop) > 0 and (
        cut := _BEFORE_END.search(norm, start + 2, stop)
    ):
        stage, stop, said_until = "prepare", cut.start(), stop
    if norm[stop - 1] in "米亩里顷" and (amount := _AMOUNT.search(norm, start + 4, stop)):
        stop = amount.start()
    if norm[stop - 1] == ")" and (note := _SPECIFICATION.search(norm, start, stop)):
        stop = note.start()
    while start < stop and norm[stop - 1] in " \r":
        stop -= 1
    if not 2 <= stop - start <= LONGEST_NAME:
        return None
    quoted = norm[start] == "“" and norm[stop - 1] == "”" and norm.count("“", start, stop) == 1
    if quoted and stop - start == 2:
        return None
    return Name(start + quoted, stop - quoted, stage, quoted, built, own, said_until)


def without_tail(norm: str, start: int, end: int) -> tuple[int, Stage | None]:
    """The end of the object without 前期工作, 项目建设 …, and the stage these words give."""
    words = wordbook()
    stage: Stage | None = None
    if norm[end - 1] in "并且" or norm.find("争", max(start, end - 12), end) >= 0:
        hoped = _HOPED_TAIL.search(norm, max(start, end - 24), end)
        end = hoped.start() if hoped else end
    tail_chars = words.tails.sizes
    for _ in range(3):
        if norm[end - 1] not in tail_chars:
            break
        tail = words.tails.at(norm, start + 1, end)
        if not tail or (tail == "建设" and norm[end - 3] in _KEEPS_BUILDING):
            break
        stage = stage or words.tail_stages.get(tail)
        end -= len(tail)
    return end, stage


def phrase_stage(phrase: str) -> Stage | None:
    """The stage of a verb phrase: 谋划推进 plan, 确保建成 finish, 启动建设 start."""
    words = wordbook()
    stages = {words.stages[verb] for verb in words.verb.findall(phrase)}
    return next((stage for stage in _STAGE_ORDER if stage in stages), None)
