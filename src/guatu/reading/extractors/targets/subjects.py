"""What a number is the number of (指标名称): the words before it or behind it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from guatu.reading.extractors.targets.words import (
    DELIVER_INSIDE,
    DELIVER_WORD,
    GENERAL,
    LEAD,
    LEAD_CLAUSE,
    LEAD_VERB,
    LENGTHS,
    PLACE,
    ROLE,
    SCOPE_PREFIX,
    WAY,
    WAYS,
)
from guatu.text.rare import Rare
from guatu.text.span import Span

# 全市共有, 现有: what is there follows.
_HAS = re.compile(
    r"(?:[全我][市省县区州]|目前|现)?(?:共有|现有|拥有|已有|共建有|已建有|设有)(?!率|量|数)"
)
# 儿童活动场所|并设置免费游乐设施
_AND_DO = re.compile(r"并(?:设置|建成|投入|开展|实现|完成|通过|取得|配套|配备|同步|纳入|投用|交付)")
_WHOLE_OF = Rare(r"[全我][市省县区州]")
_GROUPS = (
    r"小学|初中|高中|幼儿园|中小学|城市|县城|农村|城镇|乡镇|建制镇|城区|市区"
    r"|[国省市县乡]?[家省市县镇村]级|男性?|女性?"
)
_GROUP = Rare(_GROUPS)
_HEADED = re.compile(
    rf"(?P<head>[^、]{{3,}}(?:率|数|比例|面积|人数|比重|系数))(?P<group>{_GROUPS})$"
)
# 全市安排重大项目: the verb of the whole.
_WHOLE_LED = re.compile(r"[全我][市省县区州](?:计划|共|累计)*(?:安排|谋划|推进|组织)(?:实施|建设)?")
_WHOLE_PLANS = re.compile(r"[全我][市省县区州](?:计划|累计|预计|拟)")
_LATIN = re.compile(r"[A-Za-z0-9.]+")
_LIST = re.compile(r"[、和与]|及(?!以[上下])")
_RATE = re.compile(
    r"(?:[毛净总][\u4e00-\u9fff]{2}率|[\u4e00-\u9fff]{2}化率|[\u4e00-\u9fff]{2}率|比重|占比|比例|面积|指数|强度|浓度|人数|收入|投资"
    r"|[\u4e00-\u9fff]{2}总量|(?:重点工程)?[排减用产总][\u4e00-\u9fff]?量|[\u4e00-\u9fff]{2}量)$"
)
_SHARES = frozenset(["占比", "比重", "比例"])
# A member of a 分别 list that is a place: the indicator stands behind the last of them.
_PLACED = re.compile(
    r"[\u4e00-\u9fff]{1,5}?(?:[县市区镇乡州省旗级]|城区|县城)|城市|农村|城镇|县城|城区|乡镇|集镇"
)
_INDICATOR = re.compile(
    r"(?:率|(?<!需氧)[量数额值比]|比重|占比|面积|里程|规模|收入|投资|产能|能力|密度|浓度|强度|寿命|指数|年限|水平|人口|容量|贷款|存款|税收|装机|价格|天数|床位|人才)$"
)
_COMMON_TAIL = Rare(
    r"(?:总|年|综合)?(?:产量|产值|增加值|面积|规模|人数|里程|容量|装机|能力|收入|数量|比重|占比|[\u4e00-\u9fff]{2}率)$"
)
_LAST_RATE = Rare(r"[\u4e00-\u9fff]{2}率$")
_TAIL = " 、,;:\n\r\t。)”的"
# The verb of the next thing, behind a comma or bare; 除尘改造、 closes the name of this one.
_NEXT_VERB = (
    r"建成|新建|建设|新增|完成|培育|打造|创建|改造|引进|推广|实施|力争|争创|其中"
    r"|(?<=[目区村园台])建设"
)
_AND = r"[、和及与或,\s]|以及|并"
_RIGHT_TAIL = re.compile(rf"(?:(?:{_AND})(?:{_AND}|{_NEXT_VERB})*|(?:{_NEXT_VERB})+)$")
_LONG = 22
# 具有发展前景的创业项目: which ones; 配套齐全、产城融合、特色鲜明的小镇: praise.
_SHORT_KEPT = 7
_LONG_KEPT = 14
_HOLDS = Rare(r"具有|具备|享受|取得|获得|从事|拥有")


class Left(NamedTuple):
    """The words before a number: the noun phrase's span and what stands behind it.

    ``words`` are the verbs and adverbs between noun phrase and number, nearest first, and
    ``roles`` what each says: level, increase, decrease, deliver, adverb.
    """

    start: int
    end: int
    roles: list[str]
    words: list[str]


def verb_of(left: Left) -> str | None:
    """The role of the verb nearest to the number; None where there is none."""
    for role in left.roles:
        if role != "adverb":
            return role
    return None


def left_of(norm: str, start: int, end: int) -> Left:
    """Strip verbs and adverbs from ``norm[start:end]`` from its end; nearest word first."""
    roles: list[str] = []
    words: list[str] = []
    at = end
    while at > start:
        if norm[at - 1] in " \t":
            at -= 1
            continue
        for length in LENGTHS.get(norm[at - 1], ()):
            word = norm[at - length : at]
            role = ROLE.get(word)
            if role is not None and length <= at - start:
                roles.append(role)
                words.append(word)
                at -= length
                break
        else:
            break
    return Left(start, at, roles, words)


def trimmed(norm: str, start: int, end: int) -> Span:
    """The span without punctuation and 的 at its edges."""
    while (
        end > start
        and norm[end - 1] in _TAIL
        and not (norm[end - 1] in ")”" and _balanced(norm, start, end))
    ):
        end -= 1
    while start < end and norm[start] in " 、,;:\n\r\t。)”":
        start += 1
    return Span(start, end)


def _balanced(norm: str, start: int, end: int) -> bool:
    return (norm[end - 1] == ")" and "(" in norm[start:end]) or (
        norm[end - 1] == "”" and "“" in norm[start:end]
    )


def named_before(norm: str, start: int, end: int, *, predicated: bool) -> Span:
    """The noun phrase of ``norm[start:end]``; ``predicated`` where a verb follows it."""
    span = trimmed(norm, start, end)
    pattern = LEAD_CLAUSE if predicated else LEAD_VERB
    match = pattern.match(norm, span.start, span.end) or LEAD.match(norm, span.start, span.end)
    if match:
        rest = span.end - match.end()
        if rest == 0:
            return Span(span.end, span.end)
        if rest >= 2 and norm[match.end()] not in "率值额性型":
            span = trimmed(norm, match.end(), span.end)
    if (has := _HAS.match(norm, span.start, span.end)) and span.end - has.end() >= 2:
        span = Span(has.end(), span.end)
    if (plans := _WHOLE_PLANS.match(norm, span.start, span.end)) and not predicated:
        verb = DELIVER_WORD.match(norm, plans.end(), span.end)
        behind = verb.end() if verb else plans.end()
        span = Span(behind, span.end) if span.end - behind >= 2 else span
    if (led := _WHOLE_LED.match(norm, span.start, span.end)) and not predicated:
        span = Span(led.end(), span.end) if span.end - led.end() >= 2 else span
    if not predicated:
        span = _behind_list(norm, span)
    if not predicated or span.end - span.start > _LONG:
        inside = [*DELIVER_INSIDE.finditer(norm, span.start, span.end)]
        if inside and span.end - inside[-1].end() >= 3 and inside[-1].start() > span.start:
            span = trimmed(norm, inside[-1].end(), span.end)
    return span


def _behind_list(norm: str, span: Span) -> Span:
    """滨江路东延、科技大道等断头路 → 断头路: the names are examples of the noun behind 等."""
    at = norm.rfind("等", span.start, span.end - 2)
    if at > span.start and "、" in norm[span.start : at] and norm[at + 1] not in "级等":
        return trimmed(norm, at + 1, span.end)
    return span


def named_behind(norm: str, start: int, end: int, *, share: bool, listed: bool = True) -> Span:
    """The noun phrase that begins at ``start``: up to the clause's end, modifiers cut.

    ``listed`` where another number follows, whose verb does not belong to this one; ``share``
    (a percentage of a group) keeps the whole condition the group must meet.
    """
    also = _AND_DO.search(norm, start + 2, end)
    if also is not None and not share:
        end = also.start()
    text = norm[start:end]
    cut = _RIGHT_TAIL.search(text)
    if cut and cut.start() >= 2 and listed:
        end = start + cut.start()
    if share:
        return trimmed(norm, start, end)
    # 配套齐全、产城融合的特色小镇: the name stands behind the last 的.
    last = norm.rfind("的", start, end - 2)
    if last > start and (end - last > 3):
        between = norm[start:last]
        if last - start > (_LONG_KEPT if _HOLDS.match(between) else _SHORT_KEPT):
            start = last + 1
    elif last == start:
        start += 1
    bracket = norm.find("(", start, end)
    if bracket > start + 1 and end - bracket > 12 and norm.find(")", bracket, end) in (-1, end - 1):
        end = bracket
    return _behind_list(norm, trimmed(norm, start, end))


def split_scope(norm: str, span: Span) -> tuple[Span | None, Span]:
    """市区PM2.5年均浓度 → 市区 and the rest."""
    match = SCOPE_PREFIX.match(norm, span.start, span.end)
    if (
        match
        and span.end - match.end() >= 3
        and norm[match.end()] not in "率、和级人化县市区镇乡村"
    ):
        return Span(match.start(), match.end()), Span(match.end(), span.end)
    return None, span


def scope_before(norm: str, start: int, end: int) -> Span | None:
    """市区 in 2027年市区启动新建…: the part that stands before the verb."""
    while start < end and norm[start] in " ,、":
        start += 1
    match = SCOPE_PREFIX.match(norm, start, end)
    if match is None or LEAD_VERB.match(norm, match.end(), end) is None:
        return None
    return Span(match.start(), match.end())


def is_place(norm: str, span: Span) -> bool:
    """True for words that only say where: 每个县(市、区), 全市, 开化、江山各."""
    text = norm[span.start : span.end]
    return len(text) <= 16 and PLACE.match(text) is not None


def is_general(text: str) -> bool:
    """总量, 优秀率, 投资: too general to stand alone."""
    return len(text) <= 1 or text in GENERAL


def members(norm: str, span: Span, count: int) -> list[tuple[Span, ...]] | None:
    """大豆种植、收获机械化率 for two numbers → two subjects, each a tuple of spans."""
    cuts = [
        m.start()
        for m in _LIST.finditer(norm, span.start, span.end)
        if norm.count("(", span.start, m.start()) == norm.count(")", span.start, m.start())
    ]
    if len(cuts) != count - 1:
        cuts = [c for c in cuts if norm[c] == "、"] if len(cuts) > count - 1 else []
        if len(cuts) != count - 1:
            return None
    edges = [span.start - 1, *cuts, span.end]
    parts = [Span(a + 1, b) for a, b in pairwise(edges)]
    last = parts[-1]
    tail = _RATE.search(norm, last.start, last.end)
    # 普及率、供水率、保证率: each has its word; 工业投资、民间投资占比: the share is of both.
    headed = _HEADED.match(norm, parts[0].start, parts[0].end)
    if headed is not None and all(_GROUP.fullmatch(norm, a, b) for a, b in parts[1:]):
        # 每百名学生拥有教师数小学、初中: the parts stand behind the indicator.
        head = Span(parts[0].start, headed.end("head"))
        return [(parts[0],), *((head, part) for part in parts[1:])]
    complete = all(_INDICATOR.search(norm, part.start, part.end) for part in parts[:-1])
    share = tail is not None and norm[tail.start() : tail.end()] in _SHARES
    result: list[tuple[Span, ...]] = []
    for part in parts[:-1]:
        begin = _shared_tail(norm, part, last, tail.start() if tail else last.start)
        alike = norm[part.end - 2 : part.end] == norm[last.end - 2 : last.end]
        whole = complete and not share
        alone = alike or whole or begin <= last.start
        result.append((part,) if alone else (part, Span(begin, last.end)))
    result.append((last,))
    return result


def places(norm: str, start: int, end: int, count: int) -> list[Span]:
    """The places named in ``norm[start:end]`` where there are exactly ``count`` of them."""
    parts = [
        Span(m.start("place"), m.end("place"))
        for m in re.finditer(
            rf"(?:^|[、和及]|(?<=其中)|(?<=支持))(?P<place>{_PLACED.pattern})(?=[、和及建开新]|$)",
            norm[start:end],
        )
    ]
    return [Span(a + start, b + start) for a, b in parts] if len(parts) == count else []


def _shared_tail(norm: str, part: Span, last: Span, default: int) -> int:
    """Where the words begin that all members share: behind the last member's own word."""
    bracket = norm.find("(", part.start, part.end)
    stop = bracket if bracket > part.start else part.end
    if _PLACED.fullmatch(norm, part.start, stop):
        place = _PLACED.match(norm, last.start, last.end)
        return place.end() if place and place.end() < last.end else last.start
    whole = _WHOLE_OF.match(norm, part.start, part.end)
    own = part.end - (whole.end() if whole else part.start)
    if norm[part.start : part.end] in WAYS and (way := WAY.match(norm, last.start, last.end)):
        return way.end()  # 新建、改扩建幼儿园
    latin = _LATIN.match(norm, last.start, last.end)
    if latin and norm[part.start : part.end].isascii():
        return latin.end() if latin.end() < last.end else last.start  # NOx和VOCs减排量
    if own <= 3 and last.end - last.start > own + 1:
        return last.start + own
    return default


def with_tail(norm: str, previous: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """牛羊肉总产量达到…,奶类达到…: the second lacks the word for what is measured."""
    if _INDICATOR.search(norm, span.start, span.end) or span.end - span.start > 8:
        return (span,)
    last = previous[-1]
    if _GROUP.fullmatch(norm, span.start, span.end):
        # 小学生均面积达到…,初中达到…; 每班学生数小学…、初中…
        group = _GROUP.match(norm, last.start, last.end)
        if group is not None and last.end - group.end() >= 3:
            return (span, Span(group.end(), last.end))
        headed = _HEADED.match(norm, last.start, last.end)
        if headed is not None:
            return (Span(last.start, headed.end("head")), span)
    tail = _COMMON_TAIL.search(norm, last.start, last.end)
    if tail is None or tail.start() <= last.start:
        return (span,)
    return (span, Span(tail.start(), tail.end()))


def with_base(norm: str, previous: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """合格率 … 优秀率: the earlier subject's base before the new word."""
    last = previous[-1]
    text = norm[span.start : span.end]
    if text in norm[last.start : last.end]:
        return (span,) if len(text) > 2 else previous
    if text.endswith("率"):
        rate = _LAST_RATE.search(norm, last.start, last.end)
        if rate is None:
            return (span,)
        base = (*previous[:-1], Span(last.start, rate.start()))
        return (*[s for s in base if s.end > s.start], span)
    return (*previous, span)
