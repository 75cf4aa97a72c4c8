"""Enumerations of projects (甲、乙和丙等重大项目): parts, head, and which parts are names."""

from __future__ import annotations

import re
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading.extractors.projects.heads import head_kind
from guatu.reading.extractors.projects.marks import Marks
from guatu.reading.extractors.projects.names import (
    INITIAL,
    clear_evidence_of,
    ending_of,
    evidence_of,
    is_refused,
)
from guatu.reading.extractors.projects.parts import Name, phrase_stage, trimmed, without_tail
from guatu.reading.extractors.projects.taking import EAGER, fits, take_neighbours
from guatu.reading.extractors.projects.words import wordbook
from guatu.text.numerals import parse_numeral

# 以 only before 及, 及 with 其; beginning with a set lets the engine skip everything else.
SEPARATOR = re.compile(r"[、(《“)》”等和与及以](?:(?<=以)及|(?<=及)其|(?<!以))")
_COUNTED_HEAD = re.compile(
    r"(?P<count>[0-9]{1,3}|[两二三四五六七八九十]{1,2})(?P<measure>[条座个大处所项家片宗])(?:以上)?"
    r"(?P<head>[\u4e00-\u9fff“”]{2,16})$"
)
_COUNT = re.compile(r"(?P<count>[0-9]{1,3}|[两二三四五六七八九十])[条座个处所项家片宗]$")
_PREDICATE = re.compile(
    r"向.{0,40}(?:转变|转型|集聚|聚集|靠拢|迈进|转移|倾斜)$|创建|争创|晋升|申报"
)
_HEAD = re.compile(r"(?:[^、(]|\([^()]{0,40}\)|\()*+")
_HEAD_CUT = re.compile(r"(?:项目|工程|平台|公路|水库|铁路|机场)(?=和|及|以及)")
# What is said of the listed ones: …等项目要倒排工期.
_SAID_OF = re.compile(
    r"(?:项目|工程)(?=[要须应需将均都在于按]|力争|争取|确保|全部|全面|必须|务必|加快|抓紧|尽快|倒排)"
)
# Not the 等 that closes a list: 高等专科学校, 中等职业, 等级.
_OTHER_ET_CETERA = re.compile(
    r"(?<=[高中初])等(?=专科|学校|职业|院校|教育|师范|医学|专业|收入)|等[级线]"
)
_RIGHT = re.compile(r"[^、和及等(]{0,40}")


class _List(NamedTuple):
    """The parts of an enumeration and the common noun that closes it (等5条高速公路)."""

    parts: tuple[tuple[int, int], ...]
    head: str | None  # None without 等; "" for 等 alone
    stage: Stage | None
    rest: int  # where another enumeration may begin, or the end
    is_whole: bool = False  # its count says that it names all of them: 甲、乙2座水库


def names_in(marks: Marks, start: int, end: int, mode: str) -> tuple[Name, ...]:
    """The names of projects in the object of a verb.

    ``mode``: ``none`` an ordinary object, ``loose`` one of a verb that mostly has slogans for
    objects (打造), ``sure`` and ``built`` one of a verb of works (开工, 建成), ``before`` names
    before their verb, ``told`` names before words on their progress, ``label`` the list behind a
    label such as 续建项目:, ``box`` an object in a box of projects.
    """
    eager = mode in EAGER
    if not (eager or marks.is_hopeful(start, end)):
        return ()
    norm = marks.norm
    if SEPARATOR.search(norm, start, end) is None and not _may_be_one(norm, start, end, mode):
        return ()
    names: list[Name] = []
    at = start
    while at < end and (eager or at == start or marks.is_hopeful(at, end)):
        enumeration = _enumerated(norm, at, end)
        kind = head_kind(enumeration.head)
        if kind == "refused":
            break
        names += _accepted(marks, enumeration, kind, mode)
        at = enumeration.rest
    return tuple(names)


def _may_be_one(norm: str, start: int, end: int, mode: str) -> bool:
    """Whether an object without any separator may be a name: most are left here."""
    if end - start < 2:
        return False
    stop, _ = without_tail(norm, start, end)
    if mode not in EAGER and norm[stop - 1] not in wordbook().last_chars:
        return False
    name = trimmed(norm, start, stop)
    return name is not None and fits(norm[name.start : name.end], "none", mode, quoted=False)


def _enumerated(norm: str, start: int, end: int) -> _List:
    """The first enumeration of ``[start, end)``: up to 等 with its head, or to the end."""
    stop, stage = without_tail(norm, start, end)
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
    said = None if cut else _SAID_OF.search(norm, after, head_end)
    if said:
        return _List((*parts, last), norm[after : said.end()], stage, end)
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
            whole = parse_numeral(match["count"]) == len(parts)
            return _List(tuple(parts), "领域" if summed else match["head"], stage, end, whole)
        count = _COUNT.search(norm, max(first + 2, last - 4), last)
        if count and parse_numeral(count["count"]) == len(parts):
            parts[-1] = (first, count.start())  # 甲院、乙院2所今年完工
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
        return ending_of(left) == "works" and clear_evidence_of(right) >= INITIAL
    if left.endswith(("项目", "工程")):
        return True
    if ending_of(left) == ending_of(right.removesuffix("建设")) == "none":
        return False
    if evidence_of(right):
        return True
    return ending_of(left) == "works" and ending_of(right) == "works" and len(right) > 3


def _accepted(marks: Marks, enumeration: _List, kind: str, mode: str) -> list[Name]:
    """The parts of the enumeration that are names of projects."""
    norm, parts = marks.norm, enumeration.parts
    first, last = parts[-1] if parts else (0, 0)
    if kind == "none" and _PREDICATE.search(norm, first, last):
        return []
    if parts and norm.startswith("一批", parts[0][0]):
        return []  # 一批骨干通道和水源工程: of none is said which
    asked = kind not in ("project", "works") and mode not in EAGER
    if asked and not _may_hold_names(marks, parts, kind, mode):
        return []
    names = [trimmed(norm, *part) for part in parts]
    last_chars = wordbook().last_chars
    if asked and not any(n and norm[n.end - 1 + n.quoted] in last_chars for n in names):
        return []
    texts = [norm[name.start : name.end] if name else "" for name in names]
    taken = [
        name is not None and fits(text, kind, mode, name.quoted)
        for name, text in zip(names, texts, strict=True)
    ]
    if len(texts) > 1 and (any(taken) or kind in ("none", "works")):
        take_neighbours(texts, taken, kind, mode)
    named = enumeration.is_whole and kind in ("works", "project") and mode != "loose"
    if named and any(taken):
        taken = [bool(text) and not is_refused(text) for text in texts]
    if not any(taken):
        return []
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


def _may_hold_names(marks: Marks, parts: tuple[tuple[int, int], ...], kind: str, mode: str) -> bool:
    """Whether a list with no head that vouches for it may hold names: most are left here.

    A part must be one by its own words, or two that end like projects vouch for each other.
    """
    norm = marks.norm
    vouching = 0
    for start, end in parts:
        if not marks.is_hopeful(start, end) or (name := trimmed(norm, start, end)) is None:
            continue
        text = norm[name.start : name.end]
        if fits(text, kind, mode, name.quoted):
            return True
        vouching += ending_of(text) != "none"
    return kind == "none" and mode != "loose" and vouching > 1


def _said_before(names: list[Name | None]) -> list[Stage | None]:
    """For each part the stage of the last verb of its own: 续建甲、启动建设乙和丙."""
    said: list[Stage | None] = []
    stage: Stage | None = None
    for name in names:
        if name and name.verbs and (found := phrase_stage(name.verbs)):
            stage = found
        said.append(stage)
    return said


def _shares_project(texts: list[str]) -> bool:
    """Whether the 项目 behind the last name belongs to all of them: 甲公园、乙大桥项目."""
    if not texts[-1].endswith("项目") or any(
        "工程" in t[-4:] or t.endswith("项目") for t in texts[:-1]
    ):
        return False
    return ending_of(texts[-1]) == "works"
