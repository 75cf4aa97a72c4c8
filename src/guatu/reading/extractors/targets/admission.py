"""Whether a number is one that somebody can be held to, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guatu.reading.extractors.targets import refusals, subjects
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.place import FROM_TO, TO, Place
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.words import (
    DELIVER_INSIDE,
    PHRASES,
    STATED_ONCE,
)
from guatu.reading.outline import Sentence
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare

_EFFORT = re.compile(rf"{DELIVER_INSIDE.pattern}|扩大|增加|实施|推进|提高|改造|治理|建设|整治|加固")
_HELD_FOR = Rare(r"的[\u4e00-\u9fff]{0,6}(?:企业|单位|项目|人员|个人|机构|职工|居民|家庭)")
_LISTED_ONE = re.compile(
    r"(?:新建|建成|建设|创建|打造|培育)[一二两三四五六七八九十百]{1,3}[个座所条处家][\u4e00-\u9fff]{1,14}[、和及]$"
)
# 每新招用1名职工: what is paid for, not what is to be reached.
_EACH_TIME = re.compile(
    r"每新?(?:招用|引进|新增|吸纳|培育|建成|招收|录用|接收)[\u4e00-\u9fff]{0,4}$"
)
_OF_THESE = Rare(
    r"[^,;、。0-9]{2,24}(?:率|比例|占比|比重)(?:均|都|力争|争取)*(?:达到?|为|保持|稳定在|提高到)?"
)


def reached(norm: str, layout: Layout, q: Quantity) -> bool:
    """True for 开放时间达到42小时: only such stretches of time are figures of their own."""
    if _is_basis(norm, q, layout.ends[layout.clause_at(q.start)]):
        return True
    return verb_of(subjects.left_of(norm, max(0, q.outer_start - 8), q.outer_start)) is not None


def _is_basis(norm: str, q: Quantity, clause_end: int) -> bool:
    """由45分钟缩短至35分钟: the first figure is where the second starts from."""
    led = FROM_TO.search(norm, max(0, q.outer_start - 14), q.outer_start)
    return led is not None and TO.match(norm, q.outer_end, clause_end) is not None


def describes(norm: str, layout: Layout, q: Quantity, others: Sequence[Quantity]) -> bool:
    """True for numbers inside the name of what another number counts: 1000吨级泊位6个."""
    clause = layout.clause_at(q.start)
    start, end = layout.starts[clause], layout.ends[clause]
    if _is_basis(norm, q, end):
        return False
    for o in others if len(others) > 1 else ():
        if o.start >= end:
            break
        if q.kind == "money" and o.kind == "count" and o.start == q.outer_end:
            return True  # 其中10亿元以上8个
        if o.kind == "percent" and q.outer_end <= o.start and q.kind in ("count", "measure"):
            # 全市20个国考断面水质优良比例达到95%: the share of these.
            between = norm[q.outer_end : o.outer_start]
            if (
                q.outer_end == q.end
                and _OF_THESE.fullmatch(between)
                and verb_of(subjects.left_of(norm, start, q.outer_start)) is None
            ):
                return True
        if o.kind == "percent" and o.outer_end <= q.start and o.start >= start:
            # 90%以上的学校7项指标达标: the condition of the share.
            between = norm[o.outer_end : q.outer_start]
            if between.startswith("的") and "、" not in between:
                return True
    counted = len(others) > 1 and any(
        o.kind == "count"
        and o is not q
        and (
            o.outer_end == q.outer_start
            or q.outer_end <= o.start < end
            or (q.kind == "money" and start <= o.start < o.outer_end <= q.outer_start < o.end + 12)
        )
        for o in others
    )
    return refusals.is_threshold(q, norm, start, end, counted)


def refused(
    norm: str,
    q: Quantity,
    left: Left,
    right: str,
    place: Place,
    part_start: int,
    sentence: Sentence,
    *,
    listed: bool,
) -> bool:
    """True for numbers nobody can be held to; ``listed`` for a member of a 分别 list."""
    verb = verb_of(left)
    if q.outer_start > place.clause_start and norm[q.outer_start - 1] in "每第前后满":
        return True
    if q.kind == "duration" and not _is_basis(norm, q, place.clause_end):
        if norm[q.start - 1] == "满" or _HELD_FOR.match(norm, q.outer_end, place.clause_end):
            return True  # 连续经营满三年的企业
        said = verb in ("level", "decrease") or q.outer_start < q.start
        if not said or left.end - place.clause_start < 3:
            return True
        if verb == "level" and left.words[0] in STATED_ONCE:
            return True
    if q.kind == "group" and not (
        q.value > 1 and (verb == "deliver" or (verb == "level" and norm[q.start].isdigit()))
    ):
        return True
    if q.unit in ("次", "场次") and q.value == 1 and q.high is None:
        return True  # 每年组织1次: a routine
    if refusals.is_share_of_a_rule(norm, q, place.clause_start, place.clause_end):
        return True
    if q.kind == "bare" and not listed and not _bare_counts(q, verb, right):
        return True
    if _vague_one(norm, q, left, verb, sentence) and not _in_list(norm, place, q):
        return True
    if _EACH_TIME.search(norm, place.clause_start, q.start):
        return True
    delivered = _EFFORT.search(norm, place.clause_start, q.start) is not None
    return (
        refusals.is_grouping(norm, q, right)
        or (
            q.unit != "倍"
            and refusals.only_describes(norm, place.clause_start, q, delivered)
            and not _is_basis(norm, q, place.clause_end)
        )
        or refusals.is_condition(q, norm, place.clause_start, place.clause_end)
        or refusals.is_given(q, norm, part_start, place.clause_start, place.clause_end)
    )


def _in_list(norm: str, place: Place, q: Quantity) -> bool:
    """建设两个中心、三座场馆: the verb before the first governs the list."""
    led = norm[place.clause_start : q.start]
    return bool(_LISTED_ONE.search(led)) and q.value > 1


def _bare_counts(q: Quantity, verb: str | None, right: str) -> bool:
    """A number without unit counts where it is said to be reached, or counts people or things."""
    if verb in ("level", "increase", "decrease"):
        return True
    if q.value < 1 and right.startswith("的"):
        return True  # 三分之二以上的县达到…
    return q.value >= 1000 and (bool(right) or q.comparator in ("ge", "le"))


def _vague_one(norm: str, q: Quantity, left: Left, verb: str | None, sentence: Sentence) -> bool:
    """一套制度, 三个方面: Chinese numerals count where things are delivered, not in phrases."""
    if norm[q.start].isdigit() or q.kind not in ("count", "group"):
        return False
    if sentence.kind == "title" or q.unit in PHRASES or norm[q.start - 1] in "后统唯单":
        return True
    if q.comparator in ("ge", "le"):
        return False
    if q.value == 1:
        return not (verb == "deliver" and left.words[0] != "打造")
    return not (verb == "deliver" or (verb == "level" and left.words[0] not in STATED_ONCE))
