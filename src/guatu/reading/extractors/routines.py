"""Recurring or timed administrative duties (时限要求): 每季度结束后3个工作日内报送…

A routine is something an office does at intervals or within days: meeting, reporting,
inspecting, assessing.  A number of things to be delivered each year (每年创建20个) is a target
and left to others; 定期 without a period is no routine.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guatu.ledger.records import Cadence, DayKind, Routine
from guatu.reading.lexicon import load
from guatu.reading.outline import Outline
from guatu.reading.units import is_proper, is_unit, units_in
from guatu.text.rare import Rare
from guatu.text.span import Span


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_WORDS = load("routines")
_CADENCES: dict[str, Cadence] = {
    word: cadence for cadence, words in _WORDS["cadences"].items() for word in words
}
_RHYTHMS: dict[str, Cadence] = {
    word: cadence for cadence, words in _WORDS["rhythms"].items() for word in words
}
_DAYS = r"(?P<days>[0-9]{1,3}|[一二三四五六七八九十百]{1,4})\s?"
_WITHIN = rf"{_DAYS}个?(?P<unit>工作日|自然日|日|天|月)(?:[以之])?内"
_DATE = (
    r"(?:(?:20[0-9]{2}|当|次|本|同|上|翌|每)年)?(?:[0-9]{1,2}|次|当|首)月"
    r"(?:(?P<day>[0-9]{1,4})日|底|末|[上中下]旬)(?:\([^()]{1,6}\))?(?:之?前|以前)"
    r"|(?<![0-9.])(?P<bare>[0-9]{1,4})日(?:\([^()]{1,6}\))?(?:之?前|以前)"
    r"|(?:20[0-9]{2}年|当年|次年)?年?(?:年底|底|年末|末|年终)(?:之?前|以前)"
)
# What a time ends in, or begins with; each alternative begins with a plain character, so that
# the scan skips all others.  Where the time begins is then looked for backwards.
_BEFORE_IT = r"(?:\([^()\n]{1,6}\))?(?:之?前|以前)"
_ENDS = [
    *(rf"{unit}[以之]?内" for unit in ("工作日", "自然日", "日", "天", "月")),
    *(rf"{unit}{_BEFORE_IT}" for unit in ("日", "旬", "底", "末", "终")),
    "评估",
]
_RHYTHM = "|".join(
    rf"{re.escape(word)}(?:{_alternatives(_WORDS['rhythm_of'])})" for word in _RHYTHMS
)
_TRIGGER = re.compile("|".join((_alternatives(_CADENCES), *_ENDS, _RHYTHM)))
_WITHIN_TAIL = Rare(rf"{_WITHIN}$")
# 次月3个工作日内 comes every month, 次季度首月10日内 every quarter.
_NEXT_WORDS = r"(?P<year>次年)|(?P<quarter>(?:次|下个?)季度?)|(?:次|下个?)月"
_EACH_NEXT = Rare(_NEXT_WORDS)
_AFTER_EACH = Rare(rf"(?:{_NEXT_WORDS})(?:首月|初|前)?$")
_DATE_TAIL = Rare(rf"(?:{_DATE})$")
_YEAR = re.compile(r"20[0-9]{2}年(?:年?底|末|[上下]半年)?(?!度|以来|以上)|年?底前|年末前")


class _Time(NamedTuple):
    """A time of doing: 每月, 7个工作日内, 于2025年6月底前; ``cadence`` is None for once."""

    start: int
    end: int
    cadence: Cadence | None
    within: str | None = None
    words: str = ""


def _time(norm: str, trigger: re.Match[str]) -> _Time | None:
    """The time whose beginning or end a scan has found."""
    word, start, end = trigger[0], trigger.start(), trigger.end()
    if word in _CADENCES:
        return _Time(start, end, _CADENCES[word], words=word)
    low = max(0, start - 24)
    if word.endswith("内"):
        tail = _WITHIN_TAIL.search(norm[low:end])
        if tail is None:
            return None
        each = _AFTER_EACH.search(norm, low, low + tail.start())
        begins = each.start() if each else low + tail.start()
        return _Time(begins, end, _next(each[0]) if each else None, tail["unit"])
    if word == "评估":
        return _year_before(norm, start)
    if word[-1] == "前":
        tail = _DATE_TAIL.search(norm[low:end])
        return _Time(low + tail.start(), end, _next(tail[0]), words=tail[0]) if tail else None
    return None


def _next(words: str) -> Cadence | None:
    """次月10日前 comes every month, 次年1月底前 every year."""
    each = _EACH_NEXT.match(words)
    if each is None:
        return None
    return "year" if each["year"] else "quarter" if each["quarter"] else "month"


def _year_before(norm: str, end: int) -> _Time | None:
    """The year at the beginning of a clause on an assessment: 2023年组织中期评估."""
    low = max(0, end - 40)
    low = _behind_stop(norm, low, end)
    year = _YEAR.search(norm, low, end)
    return _Time(year.start(), year.end(), None, words=year[0]) if year else None


_DAY_BEFORE = Rare(_DATE)
_DAYS_WITHIN = re.compile(_WITHIN)
_FIRST_DAYS = re.compile(rf"前{_DAYS}个?(?P<unit>工作日|日|天)")
_STOPS = ",;。:!?\n"
_PAUSES = frozenset(_STOPS) - {"。"}
_STOP = re.compile(f"[{_STOPS}]")

_RECURRING = re.compile(_alternatives(_WORDS["doings"]["recurring"]))
_WITHIN_DOING = Rare(_alternatives(_WORDS["doings"]["within"]))
_REPORTING = Rare(_alternatives(_WORDS["doings"]["reporting"]))
_ASSESSING = Rare(
    r"(?:开展|组织|进行|委托|实施)[^,;。]{0,14}评估(?!认定|验收|机构)"
    r"|完成[^,;。]{0,12}(?:总结|中期|终期|期末|绩效|(?:实施|落实|执行)(?:情况|效果))性?(?:自我)?评估"
)
_ASSESSED = Rare(r"总结|实施|效果|规划|方案|政策|中期|终期|年度|第三方|绩效|期末|自评")
_OWN_PLAN = Rare(
    r"(?:制定|制订|出台|印发|细化|编制)[^,;。《]{0,12}(?:方案|细则|工作计划|行动计划|推进计划|台账|落实意见|实施意见|实施办法)"
)
_EACH = Rare(r"^(?:各|本)|[、,](?:各)")
# A count of things makes it a target; 一次, 3场, 2轮 and days do not.
_COUNT = re.compile(
    r"[0-9](?![0-9.]|\s?(?:次|场|轮|期|日|天|月|年|周?岁|号|季|批|遍|小时|位|个(?:工作日|月|自然日|季)|-|至|底|[A-Za-z+]))"
    r"|[二三四五六七八九十两百](?:个(?!工作日|月|季|自然)|家|名|所|座|项|公里|亩)"
    r"|增长|增收|新增|提高到|达到|占比|比例|不低于|补助|补贴|奖励|给予|免费(?!体检)|减免"
)
# 每年评选…10名: honours given, not things to be delivered.
_HONOURS = re.compile(r"(?:组织|集中|择优)?(?:评选|评比|表彰|评定)")
_SHORTENS = Rare(r"压缩|缩短|压减|减至|降至|控制|缩减|提速|时限|有效期|平均")

# Between subject and time: 各单位要于…, 领导小组应当在….
_MODAL = re.compile(
    r"(?:要求|原则上|必须|应当|务必|需要|要|应|须|需|请|将|并|至少|可|均|再|则|也|按规定|分别|定期)+$"
)
_TIME_BEFORE = re.compile(
    r"(?:于|在|从|自)$"
    r"|(?:于|在(?![建册线校岗编])|自(?![然治主来行贸])|从(?![业事])|收到|接到)"
    r"[^,;。]{0,24}(?:起|后|之日|的)$"
    r"|(?:本|该|方案|文件|通知)[^,;。]{1,14}(?:起|后)$"
)
_WITH = re.compile(
    r"会同|联合(?!会)|牵头(?!单位|部门)|负责(?!人|同志)|统筹|组织|积极|及时|认真|严格|切实|结合|根据|按照|对照|要|应|须|将|落实|实行|建立|加强|对(?!外|口|台)"
)
_ACTOR_END = re.compile(
    r"(?:部门|单位|各地|地区|办公室|小组|专班|委员会|企业|机构|主体|业主|专员|链长|河长|林长|会议|主任|书记|[省市县区镇乡]长|负责人|分管领导)$"
)
_ONWARD = re.compile(
    r"\s*(?:并|同时)?(?:(?:及时)?(?:上报|报送|呈报|抄送|报(?!名|考|废|销|刊|道|价))|向[^,;。]{2,20}报|形成[^,;。]{2,20}报|将[^,;。]{2,30}报)"
)
_TO = re.compile(
    r"(?:报送|上报|呈报|报备|反馈|抄送|提交|报(?!告|到|名|考|废|销|表|刊|纸|道|价|送|备))(?:给|至|到)?(?P<to>[^,;。报]{2,40}?)"
    r"(?=备案|备查|审定|审批|审核|审议|汇总|同意|批准|统一|$)"
    r"|(?:向|给)(?P<towards>[^,;。]{2,24}?)(?:书面|专题|专项|集中|作)?(?:报告|汇报|报送|反馈|上报|备案|通报|述职|抄告|申报|公布|公开|公示|发布|提交|移交|推送)"
)
# To whom something is reported without a name: 向社会公布, 向牵头单位报送.
_UNNAMED = Rare(
    r"社会(?:各界|公众)?|公众|企业|群众|[\u4e00-\u9fff]{0,6}(?:单位|部门|专班|办公室|小组)"
)
# Whose letters and complaints are answered: 对企业和群众的投诉…答复.
_ANSWERED = re.compile(
    r"对(?P<who>(?:(?:企业|群众|居民|市民|业主|客商|投资者|用户|申请人|举报人|投诉人|经营主体)"
    r"(?:[和及、与]|(?=[的投反提举申来诉]|$))){1,3})"
)
_ANSWER = Rare(r"答复|回复|反馈|告知|回应|办结")
_LEADING_ACTOR = 28


# 三是每月… begins with the ordinal of its measure.
_ORDINAL = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}(?:是|要))?\s*")


_MARKER = Rare(
    r"(?:第[一二三四五六七八九十百0-9]{1,4}[章节条]|[一二三四五六七八九十]{1,3}[、.]"
    r"|[0-9]{1,3}[.、)]|\([一二三四五六七八九十0-9]{1,3}\)|[①-⑳])[ \t]*"
)


class _Clause(NamedTuple):
    """A clause that states a time: where it begins, where its time does, where it ends.

    ``whole`` is the end of the whole clause where several times share one doing
    (每月25日前将进度、每年11月底前将总结报市发改委).
    """

    start: int
    time: int
    end: int
    whole: int


def extract(outline: Outline) -> tuple[Routine, ...]:
    """The routines of the plan in reading order; at most one for each clause."""
    norm = outline.norm
    found: list[Routine] = []
    rhythms: list[Routine] = []
    before = _Before(outline)
    done = 0
    for trigger in _TRIGGER.finditer(norm, 0, outline.body_end):
        if trigger.start() < done:
            continue
        if rhythm := _rhythm(outline, trigger, before):
            rhythms.append(rhythm)
            continue
        time = _time(norm, trigger)
        if time is None or time.start < done:
            continue
        routine = _routine(outline, time, _clause(outline, time), before)
        if routine is not None:
            found.append(routine)
            done = routine.quote.end
    found.extend(_unexplained(norm, rhythms, found))
    found.sort(key=lambda routine: routine.quote.start)
    return tuple(found)


# ------------------------------------------------------------------ clauses
def _clause(outline: Outline, time: _Time) -> _Clause:
    """The clause around a time; a time that stands alone before a comma takes in the next."""
    norm, limit = outline.norm, outline.body_end
    start = max(0, time.start - 120)
    section = outline.section_at(time.start)
    if section >= 0 and start < outline.bodies[section] <= time.start:
        start = outline.bodies[section]
    start = _behind_stop(norm, start, time.start)
    if section >= 0 and start <= outline.sections[section].start < time.start:
        # An item that is one sentence: its number is no part of the clause.
        marker = _MARKER.match(norm, outline.sections[section].start, time.start)
        start = marker.end() if marker else start
    if ordinal := _ORDINAL.match(norm, start, time.start):
        start = ordinal.end()
    end = _clause_end(norm, time.end, limit)
    if norm[end : end + 1] == "," and _LONE.fullmatch(norm, time.end, end):
        end = _clause_end(norm, end + 1, limit)
    for _ in range(2):
        onward = _ONWARD.match(norm, end + 1, limit) if norm[end : end + 1] == "," else None
        if onward is None:
            break
        following = _clause_end(norm, onward.end(), limit)
        if _TRIGGER.search(norm, end + 1, following):
            break
        end = following
    shared = [cut.start() for cut in _SHARED.finditer(norm, start, end)]
    before = [cut + 1 for cut in shared if cut < time.start]
    after = [cut for cut in shared if cut >= time.end]
    return _Clause(before[-1] if before else start, time.start, after[0] if after else end, end)


# A time that stands alone before its comma: 每月底前,各单位…
_LONE = re.compile(r"\s?|[^,;。]{0,14}[前内底末初后]")
_SHARED = re.compile(
    rf"、(?=于?(?:{_alternatives(_CADENCES)})|[0-9一二三四五六七八九十]{{1,3}}个?(?:工作日|日|天)内)"
)


def _behind_stop(norm: str, start: int, end: int) -> int:
    """Where the last clause of ``[start, end)`` begins: behind its last stop, or at ``start``."""
    for stop in _STOPS:
        at = norm.rfind(stop, start, end)
        if at >= 0:
            start = at + 1
    return start


def _clause_end(norm: str, start: int, limit: int) -> int:
    stop = _STOP.search(norm, start, min(limit, start + 200))
    end = stop.start() if stop else min(limit, start + 200)
    bracket = norm.find("(", start, end)
    if bracket > start and (
        norm.find(")", bracket, end) < 0 or _DUTY_NOTE.match(norm, bracket, end)
    ):
        return bracket
    return end


# A bracket that says who does it, or that closes behind the clause, is no part of it.
_DUTY_NOTE = Rare(r"\([^()]{0,80}(?:责任|负责|牵头|配合)")


def _routine(outline: Outline, time: _Time, clause: _Clause, before: _Before) -> Routine | None:
    norm = outline.norm
    if not _is_routine(norm, time, clause):
        return None
    subject, start = _subject(norm, clause)
    days, kind = _days(norm, time, clause)
    end = clause.end
    if time.words.endswith("一") and norm[time.start - 1 : time.start] in ("“", "、"):
        start = time.start
        closing = norm.find("”", start, end)
        end = closing if closing >= 0 else end
    while end > start and norm[end - 1] in " \t\r":
        end -= 1
    actor = subject or _actor_behind(norm, time, clause)
    if actor is None and (start == clause.time or _SUBJECTLESS.match(norm, start)):
        actor = before.actor(clause.start)
    to = _recipient(norm, clause.time, max(end, clause.whole)) or _answered(norm, clause.start, end)
    return Routine(
        outline.quote(start, end), time.cadence or "once", days, kind,
        outline.text[actor.start : actor.end] if actor else None,
        outline.text[to.start : to.end] if to else None,
    )  # fmt: skip


def _is_routine(norm: str, time: _Time, clause: _Clause) -> bool:
    if time.within:
        return _falls_due(norm, time, clause)
    return _recurs(norm, time, clause) if time.cadence else _is_reported(norm, time, clause)


def _recurs(norm: str, time: _Time, clause: _Clause) -> bool:
    """True if the clause says what is done at each interval, and not how many are made."""
    if time.words.endswith("一"):  # 一月一协调: the doing follows at once
        return _RECURRING.match(norm, time.end, clause.end) is not None
    doing = _RECURRING.search(norm, time.end, clause.whole)
    if doing is None and _BY_DAY.match(norm, time.end, clause.whole) is None:
        return False
    return (
        _HONOURS.match(norm, time.end, clause.end) is not None
        or _COUNT.search(norm, clause.start, clause.end) is None
    )


def _falls_due(norm: str, time: _Time, clause: _Clause) -> bool:
    """True for what is to be done within days: 7个工作日内书面答复."""
    if _SHORTENS.search(norm, clause.start, clause.end):
        return False
    if time.within == "工作日":
        # Only offices reckon in working days: whatever they do then is a time limit.
        return _DOES.match(norm, time.end, clause.end) is not None
    if time.cadence:
        return _RECURRING.search(norm, time.end, clause.end) is not None
    if _WITHIN_DOING.search(norm, time.end, clause.end) is None:
        return False
    # 三个月内 may be any period; it is a time limit where it counts from an event.
    return time.within != "月" or _FROM_EVENT.search(norm, clause.start, clause.time) is not None


# 每月8日前, 每季度末月20日前: a day of its own, so an office is to do something by it.
_BY_DAY = Rare(
    r"(?:末月?|首月|第[一二三]个?月|[0-9]{1,2}月)?\s?[0-9]{1,2}日(?:\([^()]{1,6}\))?(?:之?前|以前)"
    r"[^,;。]*[\u4e00-\u9fff]{2}"
)
_DOES = Rare(r",?[^,;。]*[\u4e00-\u9fff]{2}")
_FROM_EVENT = Rare(r"印发|发布|下发|之日|起|后")


def _is_reported(norm: str, time: _Time, clause: _Clause) -> bool:
    """True for reporting, assessing or planning duties with a date, which are no targets."""
    start, end = time.end, clause.end
    dated = time.words.endswith(("前", "底", "末", "半年"))
    if dated and _REPORTING.search(norm, start, end):
        return True
    if _ASSESSING.search(norm, start, end) and _ASSESSED.search(norm, start, end):
        return True
    if not dated or _OWN_PLAN.search(norm, start, end) is None:
        return False
    if norm.startswith("会同", clause.start):
        return True  # 各牵头单位…,会同配合单位于…前制定…
    subject, _ = _subject(norm, clause)
    return subject is not None and _EACH.search(norm[subject.start : subject.end]) is not None


# --------------------------------------------------------------------- days
_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")}


def _days(norm: str, time: _Time, clause: _Clause) -> tuple[int | None, DayKind | None]:
    """How many days, and of which kind: within N days, or by the Nth of each month."""
    within = _DAYS_WITHIN.search(norm, clause.time, clause.end) or _FIRST_DAYS.search(
        norm, clause.time, clause.end
    )
    if within is not None:
        if "月" in within["unit"]:
            return None, None
        return _number(within["days"]), "workday" if within["unit"] == "工作日" else "calendar"
    if time.cadence in ("month", "quarter", "ten-day"):
        for date in _DAY_BEFORE.finditer(norm, clause.time, clause.end):
            day = date["day"] or date["bare"]
            if day and int(day) <= 31:
                return int(day), "calendar"
    return None, None


def _number(digits: str) -> int | None:
    if digits.isdecimal() and digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return _NUMERALS.get(digits)
    high = _NUMERALS.get(tens, 1) if tens else 1
    return high * 10 + _NUMERALS.get(ones, 0)


# ---------------------------------------------------------- who, and to whom
def _subject(norm: str, clause: _Clause) -> tuple[Span | None, int]:
    """The actor before the time, and where the quote begins.

    Without an actor the quote takes in the whole clause (对重点项目每月调度).
    """
    end = clause.time
    for tail in (_MODAL, _TIME_BEFORE, _MODAL):
        low = max(clause.start, end - 40)
        match = tail.search(norm[low:end])
        if match is not None:
            end = low + match.start()
    quote = end + _modal_length(norm, end, clause.time)
    if end == clause.start:
        return None, quote
    joint = norm.startswith("会同", clause.start)
    actor = None if joint else _actor(norm, clause.start, end)
    if actor is None:
        return None, clause.start
    return actor, actor.end if norm[actor.end : actor.end + 1] in _OBJECTS else quote


# 市营商环境局对企业投诉在七日内答复: what the duty is about stands before its time.
_OBJECTS = frozenset("对将就把按")


def _modal_length(norm: str, start: int, end: int) -> int:
    """How much of ``[start, end)`` is 要, 应, 并 … before the time proper."""
    match = _MODAL_HEAD.match(norm, start, end)
    return match.end() - start if match else 0


_MODAL_HEAD = re.compile(r"(?:要求|原则上|必须|应当|务必|需要|要|应|须|需|将|并|均|再|则|也)+")


def _actor(norm: str, start: int, end: int) -> Span | None:
    """The name of an organisation or group that fills ``[start, end)`` or begins it."""
    while start < end and norm[start] in " \t\r请由":
        start += 1
    by = norm.rfind("由", start, end)
    if by > start and norm[by - 1] not in "自理缘":
        start = by + 1  # 表列项目由责任单位
    stop = _WITH.search(norm, start + 2, end)
    if stop is not None:
        end = stop.start()
    seat = norm.find("(设在", start, end)
    if seat > start and norm[end - 1] == ")":
        end = seat
    while end > start and norm[end - 1] in " \t":
        end -= 1
    name = norm[start:end]
    if not 2 <= len(name) <= 40:
        return None
    if is_unit(name) or _ACTOR_END.search(name) or name.startswith("各"):
        return Span(start, end)
    spans = units_in(norm, start, end)
    if spans and spans[-1].end == end and spans[0].start == start:
        return Span(start, end)
    return next(
        (Span(start, stop) for stop in range(end - 1, start + 3, -1) if _acts(norm[start:stop])),
        None,
    )


def _acts(name: str) -> bool:
    """True for the name of somebody who can be told to act."""
    return is_proper(name) or (is_unit(name) and _ACTOR_END.search(name) is not None)


def _actor_behind(norm: str, time: _Time, clause: _Clause) -> Span | None:
    """The subject behind a time that stands alone: 印发后1个月内,各牵头部门要…"""
    comma = norm.find(",", time.end, time.end + 16)
    if comma < 0 or _LONE.fullmatch(norm, time.end, comma) is None:
        return None
    start = comma + 1
    return _headed(norm, start, min(clause.end, start + _LEADING_ACTOR))


def _headed(norm: str, start: int, end: int) -> Span | None:
    """The actor with which ``[start, end)`` begins, before 要, 负责, 会同 …"""
    stop = _WITH.search(norm, start + 2, end)
    if stop is None or _TRIGGER.search(norm, start, stop.start()):
        return None
    return _actor(norm, start, stop.start())


# A clause that begins so has left out its subject; 奖补资金在15个工作日内拨付 has not.
_SUBJECTLESS = Rare(r"[对将就把按向凡于在自从]|收到|接到|会同")


class _Before:
    """Who is said to act before a place of the plan: the subject a clause there leaves out.

    A clause stands before many places; each is looked at once, and a run of clauses that name
    nobody is passed over in one step.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._told: dict[tuple[int, int], Span | None] = {}
        # The stop behind the last clause of such a run → the stop before its first clause.
        self._silent: dict[int, int] = {}

    def actor(self, place: int) -> Span | None:
        """The actor of a clause or sentence before ``place``, the nearest first."""
        norm, silent = self._outline.norm, self._silent
        low, end = self._low(place), place
        sentences = 0
        run = -1  # the stop behind the run of silent clauses that has been followed to ``end``
        while True:
            before = silent.get(end, -1)
            if before < low:
                if before >= 0 and (stop := _STOP.search(norm, low, end)):
                    start, end = low, stop.start()  # what ``low`` leaves of the run
                else:
                    start = _behind_stop(norm, low, end)
                if start < place:
                    stopped = norm[end : end + 1] == "。"
                    sentences += stopped
                    if sentences > 1:
                        return None
                    if actor := self._actor_in(start, end):
                        return actor
                    if stopped:
                        run = -1
                if start == low:
                    return None
                before = start - 1
                if norm[end : end + 1] in _PAUSES:
                    silent[end] = before
            if end in silent:
                run = max(run, end)
                silent[run] = before
            end = before

    def _low(self, place: int) -> int:
        """How far back the subject may stand: 240 characters, within the item and the line."""
        norm, outline = self._outline.norm, self._outline
        low = max(0, place - 240)
        section = outline.section_at(place)
        if section >= 0 and low < outline.bodies[section] <= place:
            low = outline.bodies[section]
        return max(low, norm.rfind("\n", low, place) + 1)

    def _actor_in(self, start: int, end: int) -> Span | None:
        """The actor that the clause ``[start, end)`` names."""
        norm, told = self._outline.norm, self._told
        while start < end and norm[start] in " \t\r":
            start += 1
        if (start, end) not in told:
            told[start, end] = _headed(
                norm, start, min(end, start + _LEADING_ACTOR)
            ) or _timed_actor(norm, start, end)
        return told[start, end]


def _timed_actor(norm: str, start: int, end: int) -> Span | None:
    """The subject of an earlier clause that has a time itself: 市重大办每月通报…"""
    for trigger in _TRIGGER.finditer(norm, start, min(end, start + 60)):
        if time := _time(norm, trigger):
            return _subject(norm, _Clause(start, time.start, end, end))[0]
    return None


def _recipient(norm: str, start: int, end: int) -> Span | None:
    """To whom it is reported: 报送市发改委, 向市政府报告."""
    for match in _TO.finditer(norm, start, end):
        group = "to" if match["to"] else "towards"
        low, high = match.span(group)
        spans = units_in(norm, low, high)
        if spans and spans[-1].end == high:
            room = _ROOM.search(norm, spans[0].start, high)
            return Span(spans[0].start, room.start() if room else high)
        if _UNNAMED.fullmatch(norm, low, high):
            return Span(low, high)
    return None


def _answered(norm: str, start: int, end: int) -> Span | None:
    """Who is answered: 对居民投诉3日内回复."""
    match = _ANSWERED.search(norm, start, end)
    if match is None or _ANSWER.search(norm, match.end(), end) is None:
        return None
    return Span(match.start("who"), match.start("who") + len(match["who"].rstrip("和及、与")))


# 反馈项目科(县政府312房间): the room is not part of the name.
_ROOM = Rare(r"\([^()]*(?:[0-9]|房间|室)[^()]*\)$")


# ------------------------------------------------------------------ rhythms
_RHYTHM_HEADS = frozenset(word[0] for word in _RHYTHMS)


def _rhythm(outline: Outline, trigger: re.Match[str], spoken: _Before) -> Routine | None:
    """月调度, 季通报: a rhythm that is named, not described."""
    start, norm = trigger.start(), outline.norm
    if trigger[0][0] not in _RHYTHM_HEADS or trigger[0] in _CADENCES:
        return None
    before = norm[start - 1 : start]
    if before.isalnum() and not _RHYTHM_SAID.search(norm[max(0, start - 4) : start]):
        return None
    cadence = next((c for word, c in _RHYTHMS.items() if trigger[0].startswith(word)), None)
    if cadence is None:
        return None
    actor = spoken.actor(start)
    return Routine(
        outline.quote(start, trigger.end()), cadence, None, None,
        outline.text[actor.start : actor.end] if actor else None, None,
    )  # fmt: skip


_RHYTHM_SAID = Rare(r"(?:实行|建立|落实|坚持|执行|健全|完善|推行|和|与)$")


# What describes a rhythm stands at most so far behind its name.
_SPELLED_OUT = 300


def _unexplained(norm: str, rhythms: list[Routine], found: list[Routine]) -> Iterator[Routine]:
    """The named rhythms that nothing describes.

    What is done in the rest of the sentence describes them all; a later sentence of the same
    paragraph describes those in quotes that come as often (建立“月通报、季观摩”制度。每月通报…).
    """
    starts = [routine.quote.start for routine in found]
    for rhythm in rhythms:
        start = rhythm.quote.start
        limit = min(len(norm), start + _SPELLED_OUT)
        line = norm.find("\n", start, limit)
        line = line if line >= 0 else limit
        stop = norm.find("。", start, line)
        stop = stop if stop >= 0 else line
        behind = found[bisect_left(starts, start) : bisect_left(starts, line)]
        quoted = norm.rfind("“", max(0, start - 20), start) > norm.rfind("”", 0, start)
        if not any(
            r.quote.start < stop or (quoted and r.cadence == rhythm.cadence) for r in behind
        ):
            yield rhythm
