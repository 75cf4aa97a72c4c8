"""Enumerations of projects (甲、乙和丙等重大项目): parts, head, and which parts are names."""

from __future__ import annotations

import re
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading.extractors.projects.heads import head_kind
from guatu.reading.extractors.projects.names import (
    AWARDED,
    FORMAL,
    INITIAL,
    INNER,
    LONGEST_NAME,
    ending_of,
    evidence_of,
    is_refused,
)
from guatu.reading.extractors.projects.words import before_adverbs, wordbook

SEPARATOR = re.compile(r"[、(《“)》”等和与]|以及|及其|及")
_COUNTED_HEAD = re.compile(
    r"(?:[0-9]{1,3}|[两二三四五六七八九十]{1,2})(?P<measure>[条座个大处所项家片宗])(?:以上)?"
    r"(?P<head>[\u4e00-\u9fff“”]{2,16})$"
)
_PREDICATE = re.compile(
    r"向.{0,40}(?:转变|转型|集聚|聚集|靠拢|迈进|转移|倾斜)$|创建|争创|晋升|申报"
)
_HEAD = re.compile(r"(?:[^、(]|\([^()]{0,40}\)|\()*+")
_HEAD_CUT = re.compile(r"(?:项目|工程|平台|公路|水库|铁路|机场)(?=和|及|以及)")
# Not the 等 that closes a list: 高等专科学校, 中等职业, 等级.
_OTHER_ET_CETERA = re.compile(
    r"(?<=[高中初])等(?=专科|学校|职业|院校|教育|师范|医学|专业|收入)|等[级线]"
)
# 总投资5亿元的甲, 对在谈的乙, 列入明年计划的丙.
_ATTRIBUTE = re.compile(r"(?:总?投资|占地|投入|对|列入|纳入|位于|由)[^、的]{1,24}的")
_BEFORE_END = re.compile(r"前期(?:工作|手续|研究)")
_AMOUNT = re.compile(r"[0-9.]{1,8}(?:万|亿)?(?:平方米|公里|亩|公顷|千米|延米|平方公里)$")
_SPECIFICATION = re.compile(
    r"\((?:[^()]{0,30}[0-9][^()]{0,4}(?:张|个|万|亿|公里|平方|立方|亩|吨|座|人|套)|总投资|全长|规模|设|含|包括|不含|其中)"
    r"[^()]{0,60}\)$|\((?:20[0-9]{2}年)?[0-9]{1,2}月[^()]{0,6}\)$"
)
_RIGHT = re.compile(r"[^、和及等(]{0,40}")
_HOPED_TAIL = re.compile(r"(?:并|且|,)?(?:力争|争取)[^、]{0,10}$|(?:并|且)$")
_STAGE_ORDER: tuple[Stage, ...] = ("plan", "prepare", "finish", "start", "build")
# With these any uncommon name will do, whatever it ends with.
_EAGER = frozenset(("sure", "label", "box"))
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


class _List(NamedTuple):
    """The parts of an enumeration and the common noun that closes it (等5条高速公路)."""

    parts: tuple[tuple[int, int], ...]
    head: str | None  # None without 等; "" for 等 alone
    stage: Stage | None
    rest: int  # where another enumeration may begin, or the end


def names_in(norm: str, start: int, end: int, mode: str) -> tuple[Name, ...]:
    """The names of projects in the object of a verb.

    ``mode``: ``none`` an ordinary object, ``loose`` one of a verb that mostly has slogans for
    objects (打造), ``sure`` and ``built`` one of a verb of works (开工, 建成), ``before`` names
    before their verb, ``told`` names before words on their progress, ``label`` the list behind a
    label such as 续建项目:, ``box`` an object in a box of projects.
    """
    eager = mode in _EAGER
    hopeful = wordbook().hopeful
    if not (eager or hopeful(norm, start, end)):
        return ()
    if SEPARATOR.search(norm, start, end) is None and not _may_be_one(norm, start, end, mode):
        return ()
    names: list[Name] = []
    at = start
    while at < end and (eager or at == start or hopeful(norm, at, end)):
        enumeration = _enumerated(norm, at, end)
        if enumeration.head is not None and head_kind(enumeration.head) == "refused":
            break
        names += _accepted(norm, enumeration, mode)
        at = enumeration.rest
    return tuple(names)


def _may_be_one(norm: str, start: int, end: int, mode: str) -> bool:
    """Whether an object without any separator may be a name: most are left here."""
    if end - start < 2:
        return False
    stop, _ = _without_tail(norm, start, end)
    if mode not in _EAGER and norm[stop - 1] not in wordbook().last_chars:
        return False
    name = _trimmed(norm, start, stop)
    return name is not None and _fits(norm[name.start : name.end], "none", mode, quoted=False)


def _enumerated(norm: str, start: int, end: int) -> _List:
    """The first enumeration of ``[start, end)``: up to 等 with its head, or to the end."""
    stop, stage = _without_tail(norm, start, end)
    depth = 0
    parts: list[tuple[int, int]] = []
    at = start
    for match in SEPARATOR.finditer(norm, start, stop):
        token = match[0]
        if token in "(《“":
            depth += 1
        elif token in ")》”":
            depth = max(0, depth - 1)
            if token == "”" and depth == 0 and norm.startswith("“", match.end()):
                parts.append((at, match.end()))
                at = match.end()
        elif depth:
            continue
        elif token == "、":
            parts.append((at, match.start()))
            at = match.end()
        elif token == "等":
            if match.start() <= at or _OTHER_ET_CETERA.match(norm, match.start()):
                continue
            return _closed(norm, parts, (at, match.start()), match.end(), stop, end, stage)
        elif token != "及其" and _splits(norm, at, match, stop):
            parts.append((at, match.start()))
            at = match.end()
    if at < stop:
        parts.append((at, stop))
    return _counted(norm, parts, stage, end)


def _closed(
    norm: str,
    parts: list[tuple[int, int]],
    last: tuple[int, int],
    after: int,
    stop: int,
    end: int,
    stage: Stage | None,
) -> _List:
    """A list that 等 closes; what follows its head may be another list."""
    matched = _HEAD.match(norm, after, stop)
    head_end = matched.end() if matched else stop
    cut = _HEAD_CUT.search(norm, after, head_end)
    if cut:
        head_end = cut.end()
    head = norm[after:head_end]
    if not parts and norm[last[1] - 1] in "市县区镇" and head.endswith(("项目", "工程")):
        return _List(((last[0], head_end),), None, stage, end)  # 某县等水系连通项目: one project
    goes_on = head_end < stop
    return _List((*parts, last), head, None if goes_on else stage, head_end + 1 if goes_on else end)


def _counted(norm: str, parts: list[tuple[int, int]], stage: Stage | None, end: int) -> _List:
    """A list without 等, perhaps closed by its count: 白浦、耒河、祁川3大通用机场."""
    if len(parts) > 1:
        first, last = parts[-1]
        match = _COUNTED_HEAD.search(norm, max(first, last - 24), last)
        if match and match.start() > first:
            parts[-1] = (first, match.start())
            # 六大工程 sums up measures, not works.
            summed = match["measure"] == "大" and match["head"].endswith(("工程", "项目"))
            return _List(tuple(parts), "领域" if summed else match["head"], stage, end)
    return _List(tuple(parts), None, stage, end)


def _splits(norm: str, at: int, match: re.Match[str], stop: int) -> bool:
    """Whether 和, 及, 与 parts two names rather than two words of one name."""
    following = _RIGHT.match(norm, match.end(), stop)
    right = following[0] if following else ""
    left = norm[at : match.start()]
    if len(right) < 2 or len(left) < 2:
        return False
    if match[0] == "与" and "间" in right[3:]:
        return False
    if match[0] == "与":
        return ending_of(left) == "works" and evidence_of(right) >= INITIAL
    if left.endswith(("项目", "工程")):
        return True
    if ending_of(left) == ending_of(right.removesuffix("建设")) == "none":
        return False
    if evidence_of(right):
        return True
    return ending_of(left) == "works" and ending_of(right) == "works" and len(right) > 3


def _without_tail(norm: str, start: int, end: int) -> tuple[int, Stage | None]:
    """The end of the object without 前期工作, 项目建设 …, and the stage these words give."""
    words = wordbook()
    stage: Stage | None = None
    if norm[end - 1] in "并且" or "争" in norm[max(start, end - 12) : end]:
        hoped = _HOPED_TAIL.search(norm, max(start, end - 24), end)
        end = hoped.start() if hoped else end
    for _ in range(3):
        tail = words.tails.at(norm, start + 1, end)
        if not tail or (tail == "建设" and norm[end - 3] in _KEEPS_BUILDING):
            break
        stage = stage or words.tail_stages.get(tail)
        end -= len(tail)
    return end, stage


def _accepted(norm: str, enumeration: _List, mode: str) -> list[Name]:
    """The parts of the enumeration that are names of projects."""
    kind = head_kind(enumeration.head)
    first, last = enumeration.parts[-1] if enumeration.parts else (0, 0)
    if kind == "none" and _PREDICATE.search(norm, first, last):
        return []
    if kind not in ("project", "works") and mode not in _EAGER:
        last_chars = wordbook().last_chars
        if not any(norm[_without_tail(norm, *p)[0] - 1] in last_chars for p in enumeration.parts):
            return []
    names = [_trimmed(norm, *part) for part in enumeration.parts]
    texts = [norm[name.start : name.end] if name else "" for name in names]
    taken = [
        bool(name) and _fits(text, kind, mode, name is not None and name.quoted)
        for name, text in zip(names, texts, strict=True)
    ]
    if len(texts) > 1 and (any(taken) or kind in ("none", "works")):
        _take_neighbours(texts, taken, kind, mode)
    stage = enumeration.stage
    kept: list[Name] = []
    said = _said_before(names)
    for name, take, own in zip(reversed(names), reversed(taken), reversed(said), strict=True):
        if name is None:
            continue
        if name.built:
            stage = name.stage  # 甲建设、乙前期: what closes 乙 does not reach back over 甲
        if take:
            kept.append(name._replace(stage=name.stage or stage or own))
    if kind == "none" and len(texts) > 1 and taken[-1] and _shares_project(texts):
        kept[0] = kept[0]._replace(end=kept[0].end - 2)
    return kept[::-1]


def _said_before(names: list[Name | None]) -> list[Stage | None]:
    """For each part the stage of the last verb of its own: 续建甲、启动建设乙和丙."""
    said: list[Stage | None] = []
    stage: Stage | None = None
    for name in names:
        if name and name.verbs and (found := phrase_stage(name.verbs)):
            stage = found
        said.append(stage)
    return said


def phrase_stage(phrase: str) -> Stage | None:
    """The stage of a verb phrase: 谋划推进 plan, 确保建成 finish, 启动建设 start."""
    words = wordbook()
    stages = {words.stages[verb] for verb in words.verb.findall(phrase)}
    return next((stage for stage in _STAGE_ORDER if stage in stages), None)


def _shares_project(texts: list[str]) -> bool:
    """Whether the 项目 behind the last name belongs to all of them: 甲公园、乙大桥项目."""
    if not texts[-1].endswith("项目") or any(
        "工程" in t[-4:] or t.endswith("项目") for t in texts[:-1]
    ):
        return False
    return ending_of(texts[-1]) == "works"


def _trimmed(norm: str, start: int, end: int) -> Name | None:
    """A part without the verb before it and the 建设, 前期 … behind it."""
    words = wordbook()
    while start < end and norm[start] in " \r、":
        start += 1
    verb = words.more.match(norm, start, end)
    if verb and end - verb.end() >= 2 and norm[verb.end()] not in "和及与)”、":
        start = verb.end()
    own = norm[verb.start() : start] if verb and start == verb.end() else ""
    if attribute := _ATTRIBUTE.match(norm, start, end - 2):
        start = attribute.end()
    stop, stage = _without_tail(norm, start, end)
    built = stop < end
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
    return Name(start + quoted, stop - quoted, stage, quoted, built, own, said_until)


def _fits(text: str, kind: str, mode: str, quoted: bool) -> bool:
    """Whether a part is a name, by its own words, the head of its list and its verb."""
    ending = ending_of(text)
    if ending == "none" and kind not in ("project", "works") and mode not in _EAGER:
        return False
    if (quoted and kind != "works") or (kind == "loose" and ending in ("none", "action")):
        return False
    if is_refused(text):
        return False
    if mode == "box" and ending != "none" and len(text) > 6:
        return True
    evidence = evidence_of(text)
    return bool(evidence) and _enough(text, ending, evidence, kind, mode)


def _enough(text: str, ending: str, evidence: int, kind: str, mode: str) -> bool:
    """Whether the evidence is enough for what the list and the verb say."""
    if kind == "project" or (kind == "works" and mode != "loose"):
        return evidence >= INITIAL or ending != "none"
    if kind in ("loose", "works") or mode == "loose":
        named = ending == "works" or (ending == "generic" and text.endswith("项目"))
        return evidence >= FORMAL and named and not AWARDED.search(text)
    if ending == "works" and not text.endswith(("平台", "系统")):
        return evidence >= (INNER if mode == "before" else INITIAL) and not AWARDED.search(text)
    if mode in ("sure", "built", "before", "told", "label", "box"):
        return evidence >= INITIAL
    return evidence >= FORMAL


def _take_neighbours(texts: list[str], taken: list[bool], kind: str, mode: str) -> None:
    """Names that their list tells: 白沙至石桥、…天然气管道; 市体育馆、科技馆、游泳馆."""
    if mode == "loose" and kind != "project":
        return
    last = max((i for i, take in enumerate(taken) if take), default=-1)
    if last < 0 and (
        kind != "none" or sum(bool(text) and ending_of(text) != "none" for text in texts) < 2
    ):
        return  # nothing sure, and no two that could vouch for each other
    mostly = 2 * sum(taken) >= len(texts)
    led = taken[0] and evidence_of(texts[0]) == FORMAL
    # Without a sure name in the list only what ends like a project can be one.
    known = [
        0 if take or not text or (last < 0 and ending_of(text) == "none") or is_refused(text)
        else evidence_of(text)
        for text, take in zip(texts, taken, strict=True)
    ]  # fmt: skip
    twins = kind == "none" and sum(e >= INITIAL for e in known) + sum(taken) > 1
    for i, text in enumerate(texts):
        if taken[i] or not text or (not known[i] and last < 0) or is_refused(text):
            continue
        if kind == "project":
            taken[i] = mostly and len(text) > 3 and (sum(taken) > 1 or ending_of(text) != "none")
        elif ending_of(text) == "none":
            taken[i] = known[i] >= INITIAL and i < last and len(text) <= 12 and kind != "loose"
        elif twins and not (AWARDED.search(text) or text.endswith("试点")):
            taken[i] = known[i] >= (INNER if last >= 0 else INITIAL)
        if not taken[i] and (mostly or led) and kind in ("none", "works", "open", "soft"):
            taken[i] = i > 0 and 2 < len(text) <= 10 and ending_of(text) == "works"
