"""Dates and stretches of time in a plan: 到2027年底, 一季度, “十五五”期间, 三年内 → Period (时限).

One regular expression finds where a period may begin; small anchored ones read the rest.  Every
repetition is bounded, so that time stays linear on any text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

from guatu.text.normal import normal
from guatu.text.numerals import chinese_number
from guatu.text.rare import Rare


class Period(NamedTuple):
    """A stretch of time as printed, with its first and last day where they can be known.

    ``start``/``end`` take in the words that make it a deadline or a baseline: 到2017年底,
    较2012年, “十四五”期间.  ``role``: ``by`` (a deadline: 到…, …底, …前; ``first`` is None),
    ``in`` (a stretch: 2017年, 2021-2023年, 三年内), ``since`` (自2018年起; ``last`` is None),
    ``every`` (每年, 逐季, 年均; no days), ``base`` (a baseline, no deadline: 较2012年, 同比).
    ``grain``: day, week, ten-day (旬), month, quarter, half, year, plan (五年规划期), duration
    (三年内, 同比).
    ``stated`` is false where the year was not in the words (三年内, 年底前, 6月底前).
    """

    start: int
    end: int
    first: date | None
    last: date | None
    role: str
    grain: str
    stated: bool


def find_periods(
    text: str, *, issued: date | None = None, plan: tuple[int, int] | None = None
) -> list[Period]:
    """The periods of ``text`` in order; years inside 《》 are left out.

    ``issued`` (the plan's date) and ``plan`` (its first and last year) give 年底前, 6月底前 and
    三年内 their days; without them such periods have none.
    """
    return periods_in(normal(text), issued=issued, plan=plan)


def periods_in(
    norm: str, *, issued: date | None = None, plan: tuple[int, int] | None = None
) -> list[Period]:
    """As ``find_periods``, for a caller who holds the ``normal()`` text already."""
    setting = _Setting(issued, plan if plan and _known(plan[0]) and _known(plan[1]) else None)
    found: list[Period] = []
    place = 0
    search = _BEGINNING.search
    while (match := search(norm, place)) is not None:
        kind = match.lastgroup
        if kind is None:  # a title, a name: masked
            place = match.end()
            continue
        period, place = _READERS[kind](norm, match.start(), match.end(), setting)
        if period is not None:
            if found:
                period = _in_step(norm, found[-1], period)
            found.append(period)
            setting.remember(period)
    return found


def _in_step(norm: str, one: Period, other: Period) -> Period:
    """``other`` with the role of ``one`` where both stand in one list: 到2025年和2030年."""
    if other.role != "in" or one.role != "by" or one.grain != other.grain or not other.last:
        return other
    if norm[other.end - 1] not in "年五”" or norm[one.end : other.start].strip(" ") not in _LISTED:
        return other
    if other.grain == "year" and other.first and other.first.year < other.last.year:
        return other
    return other._replace(first=None, role="by")


_LISTED: Final = frozenset("、和及与")


# ------------------------------------------------------------------- setting


class _Setting:
    """What is known of the text: when it was issued, which years it covers, the year last named."""

    def __init__(self, issued: date | None, plan: tuple[int, int] | None) -> None:
        self.issued = issued
        self.plan = plan
        self.end = 0
        self._named: tuple[int, int] | None = None

    def remember(self, period: Period) -> None:
        """Keep the year of a dated period, for the 9月底前 that may follow in its sentence."""
        self.end = period.end
        if period.stated and period.last and period.grain != "plan" and period.role in ("by", "in"):
            self._named = period.end, period.last.year

    def year(self) -> int | None:
        """The year 今年 and 年底前 speak of: that of a one-year plan, else that of issue."""
        if self.plan and self.plan[0] == self.plan[1]:
            return self.plan[0]
        if self.issued is None:
            return None
        return max(self.issued.year, self.plan[0]) if self.plan else self.issued.year

    def year_at(self, norm: str, place: int) -> int | None:
        """The year a bare 6月 at ``place`` belongs to: one named in the sentence, else ``year``."""
        if self._named is not None and place - self._named[0] < 200:
            between = norm[self._named[0] : place]
            if "。" not in between and "\n" not in between:
                return self._named[1]
        return self.year()

    def years(self, count: int, *, ahead: bool) -> tuple[date, date] | None:
        """The first and last day of ``count`` years told without a beginning (三年内, 未来两年).

        A plan's own period comes first: its years if it lasts as long, else counted from its
        beginning.  Counted from the issue otherwise; 未来, 今后 leave the running year out
        once its first quarter is over.
        """
        if self.plan and (not ahead or self.issued is None or self._lasts(count)):
            first = self.plan[0]
        elif self.issued is not None:
            first = self.issued.year + (ahead and self.issued.month > 3)
        else:
            return None
        last = first + count - 1
        return (date(first, 1, 1), date(last, 12, 31)) if _known(last) else None

    def _lasts(self, count: int) -> bool:
        return self.plan is not None and self.plan[1] - self.plan[0] + 1 == count


def _known(year: int) -> bool:
    return 1900 <= year <= 2199


# ------------------------------------------------------------------- grammar

_TO = "(?:-{1,2}|至|到)"
_STOP = r"[\s,。;:、)”》|的]|\Z"
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二12]?|[一二三四五六七八九])"
_DAY = "(?:[12][0-9]|3[01]|0?[1-9]|二?十[1-9一二三四五六七八九]?|[一二三四五六七八九])"
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")

# Grouped by the first character, which the look-behinds ask for: a false start costs little.
_BEGINNING: Final = re.compile(
    rf"""[0-9一二三四五六七八九十两“《年今明去上下本每逐按月季同环近规半前第](?:
    (?<=[0-9])(?<![0-9A-Za-z].)(?<![0-9A-Za-z]-.)(?:
        [0-9]{{24}}[0-9]*
        |(?P<date>(?:(?<=1)\ ?9|(?<=2)\ ?[01])\ ?[0-9]\ ?[0-9](?=\ {{0,2}}(?:年|[-至到、和,./]))
            |[0-9]?(?=(?:{_TO}[01]?[0-9])?\ {{0,2}}月)
            |(?<=[1-4])(?=季度))
        |(?P<span>[0-9]?(?:{_TO}[0-9]{{1,2}})?\ {{0,2}}(?:年|个月)))
    |(?<=[一二三四五六七八九十两])(?<![一二三四五六七八九十百千].)(?:
        (?P<chinese_date>(?:(?<=二)[〇零]|(?<=一)九)[〇零一二三四五六七八九]{{2}}(?=\ ?年)
            |(?<=[一二三四])(?=季度)
            |[一二]?(?=月(?:底|末|初|份|[上中下]旬|[一二三四五六七八九十]{{1,3}}日)))
        |(?P<five>(?<=十)[一二三四五六七八九]五|(?<=二)十五?五)(?![个家项条座年月日天])
        |(?P<chinese_span>[一二三四五六七八九十]{{0,2}}
            (?:[至到][一二三四五六七八九十]{{1,2}})?(?:年|个月)))
    |(?<=年)(?:(?P<year_end>年?(?:底|末|初|内|中前))|(?P<yearly>均))
    |(?<=[每逐按])(?P<every>个?(?:年|半年|季度?|月|旬|周|日|天|学期|学年)
        |[两二三四五2345]个?[年月]|隔[一两二三]?年)
    |(?<=[今明去上下本])(?:(?<!下)(?P<relative_date>年)(?!级|龄|轻|代)|(?P<half>半年))
    |(?<=[今明])(?P<two_years>[明后]两年)
    |(?<=“)(?P<quoted_five>[六七八九十二]?[一二三四五六七八九十]?五)(?=”|规划|期间|时期|末)
    |(?<=《)[^《》\n]{{0,120}}(?:《[^《》\n]{{0,60}}》[^《》\n]{{0,120}}){{0,2}}》
    |(?<=第)(?:[一二三四五六七八九十]{{1,3}}个五年|(?P<ordinal_quarter>[一二三四1-4]季度))
    |(?<=前)(?P<quarters>[二两三23]个?季度)
    |(?<=[月季])(?P<month_end>度?[底末](?=前|之前|以前|完成|,|。))
    |(?<=半)(?P<half_year>年(?=内|以内|之内|左右|时间))
    |(?<=规)(?P<planned>划期(?:内|间|末)?)
    |(?<=[同环])(?P<base>比)(?!例|较|重|如)
    |(?<=近)(?P<recent>几?年来?|期)
    )""",
    re.VERBOSE,
)

# A date from its year (if it has one) to the words that bind it, as they stand.
_DATE: Final = re.compile(
    rf"""(?:
        (?P<year>[12]\ ?[09]\ ?[0-9]\ ?[0-9])(?:
            (?P<iso>(?P<sign>[-./])(?P<month0>1[0-2]|0?[1-9])(?P=sign)(?P<day0>[0-3]?[0-9])(?![0-9]))
            |(?:\ {{0,2}}年?度?\ ?{_TO}\ ?(?P<year2>(?:[12][09])?[0-9]{{2}})
                (?=\ {{0,2}}年|(?<=[0-9]{{4}})(?:{_STOP})))?
            (?P<counted>\ {{0,2}}年(?:度|份)?)?
        )
        |(?P<relative>[今明去上本])年度?
    )?
    (?:\ {{0,2}}(?:
        (?P<month>{_MONTH})(?:\ ?{_TO}\ ?(?P<month2>{_MONTH}))?\ {{0,2}}月份?
            (?:\ {{0,2}}(?P<day>{_DAY})\ {{0,2}}日|(?P<decade>[上中下])旬)?
            (?:\ ?{_TO}\ ?(?:(?P<year3>[12][09][0-9]{{2}})\ ?年)?(?P<month3>{_MONTH})\ ?月
                (?:\ ?(?P<day3>{_DAY})\ ?日)?)?
        |第?(?P<quarter>[1-4一二三四])\ ?季度
        |前(?P<quarters>[二两三23])个?季度
        |(?P<half>[上下])半年
        |全年(?!龄)
    ))?
    (?P<edge>年?(?:底(?![部层线价数座册稿蕴色])|末(?!端)|初(?![步级中始次期创衷设审装])|中(?=前))
        |年?内(?![部容外蒙涵地陆河需审生])|期间)?
    (?P<bound>(?:结束)?(?:之前|以前|前(?![0-9一二两三四五六七八九十期景瞻列茅端沿后往提置])
        |以后|之后|后(?![续备期方勤台发])|以来|来(?=[,。;])|起(?![到步草来点重伏飞义诉动源])|开始|止|为止))?
    (?P<compared>相比|相较|比较|为(?:基[数期准年]|参照)|的?基础上|基数)?
    """,
    re.VERBOSE,
)
# 2018年第3号, 2019年版: a document, not a year.
_NUMBERED: Final = re.compile(r"\ ?第?[0-9]{1,5}号|[版届]|本(?=[\)”》])")
_FIVE: Final = Rare(
    r"""“?(?P<number>[一二三四五六七八九十]{1,2})五”?
    (?P<edge>(?:规划)?(?:时期|期间|阶段|期内|末期|期末|末|以来|初期|初|中期|后期
        |(?P<part>[前后])(?P<count>[一二两三四])年))?(?P<bound>之前|以前|前)?""",
    re.VERBOSE,
)
_NAME_BEHIND_FIVE: Final = Rare(r"[^,。;:、“”\n]{0,12}(?:规划|纲要|蓝图)")

# 三年行动计划, 五年倍增计划: names.  三年内…, 两年新增…计划… are not.
_NAME_BEHIND_SPAN: Final = re.compile(
    r"(?!内|以内|之内|时间|间|来|里|累计|共|总|将|力争|左右|完成|新增|新建|建成|实施|引进|培育"
    r"|改造|淘汰|打造|实现)"
    r"[^,。;:、\n]{0,6}(?:计划|行动|方案|规划|攻坚|倍增|纲要|工程)"
)
_BEHIND_SPAN: Final = re.compile(
    r"(?P<within>左右?的?时间|左右|内|以内|之内|的?时间|间|里|期间)"
    r"|(?P<past>来)|(?P<no>[级期龄制前后多半以画]|一[遇次轮度]|年|行动|计划|未|未满)|"
)
_AHEAD: Final = ("未来", "今后", "接下来", "往后", "下一步")
_PAST: Final = ("近", "过去", "最近", "连续", "已", "以往", "此前", "上一个", "头")
_LEADS: Final = ("用", "力争", "争取", "通过", "经过", "计划", "预计", "在", "确保", "共", "分")
_CLAUSE_OPENS: Final = frozenset(",。;:、(\n “")
_DAYS_OF_DECADE: Final = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}


# ------------------------------------------------------------- dates and years


def _number(words: str | None) -> int:
    """A month, day, quarter or count in figures or words; 0 where there is none."""
    if not words:
        return 0
    if words.isascii():
        return int(words)
    plain = "".join(_FIGURE_WORDS.get(char, char) for char in words)
    value = chinese_number(plain)
    return int(value) if value is not None else 0


_FIGURE_WORDS: Final = dict(zip("123456789", "一二三四五六七八九", strict=True))


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), _month_end(year, last)


def _dated(norm: str, start: int, _: int, setting: _Setting) -> tuple[Period | None, int]:
    """A date with or without its year, in figures."""
    match = _DATE.match(norm, start)
    return _period_of(norm, start, match, setting)


def _dated_in_words(norm: str, start: int, _: int, setting: _Setting) -> tuple[Period | None, int]:
    """二〇三五年, 一季度末, 六月底: read as figures, one character for one."""
    window = norm[start : start + 60]
    head = 4 if window[1:2] in "〇零九" else 0
    match = _DATE.match(window[:head].translate(_CHINESE_DIGITS) + window[head:])
    return _period_of(norm, start, match, setting)


def _period_of(
    norm: str, start: int, match: re.Match[str] | None, setting: _Setting
) -> tuple[Period | None, int]:
    if match is None or match.end() == match.start():
        return None, start + 1
    end = start + match.end() - match.start()
    if match["year"] and _NUMBERED.match(norm, end):
        return None, end
    lone_year = match["year"] and not (match["counted"] or match["year2"] or match["iso"])
    if lone_year and not _shares_year_word(norm, end):
        return None, end
    days = _days(norm, start, match, setting)
    if days is None:
        return None, end
    first, last, grain = days
    stated = bool(match["year"])
    return _bound(norm, start, end, match, first, last, grain, stated, setting)


_Days = tuple[date | None, date | None, str]
_SHARES: Final = Rare(r"(?:[、和,及] ?[12][09][0-9]{2}){1,5} ?年")


def _shares_year_word(norm: str, end: int) -> bool:
    """Whether a year without 年 has its 年 later: 2018、2019年."""
    return _SHARES.match(norm, end) is not None


def _days(norm: str, start: int, match: re.Match[str], setting: _Setting) -> _Days | None:
    """(first, last, grain) of the date itself, or None where it is no date (2月30日)."""
    year = _year_of(norm, start, match, setting)
    try:
        return _days_of(match, year)
    except ValueError:
        return None


def _year_of(norm: str, start: int, match: re.Match[str], setting: _Setting) -> int | None:
    if match["year"]:
        return int(match["year"].replace(" ", ""))
    if match["relative"] is None:
        return setting.year_at(norm, start)
    year = setting.year()
    return None if year is None else year + {"明": 1, "去": -1, "上": -1}.get(match["relative"], 0)


def _days_of(match: re.Match[str], year: int | None) -> _Days:
    if match["iso"]:
        day = date(year or 1, int(match["month0"]), int(match["day0"]))
        return day, day, "day"
    if match["month"]:
        return _days_of_month(match, year)
    if match["quarter"] or match["quarters"]:
        last = _number(match["quarter"]) or _number(match["quarters"])
        first = last if match["quarter"] else 1
        if year is None:
            return None, None, "quarter"
        return (*_months(year, 3 * first - 2, 3 * last), "quarter")
    if match["half"]:
        if year is None:
            return None, None, "half"
        return (*(_months(year, 1, 6) if match["half"] == "上" else _months(year, 7, 12)), "half")
    if year is None:
        return None, None, "year"
    if "初" in (match["edge"] or ""):
        return (*_months(year, 1, 3), "quarter")
    if "中" in (match["edge"] or ""):
        return (*_months(year, 1, 6), "half")
    return date(year, 1, 1), date(_second_year(match, year), 12, 31), "year"


def _second_year(match: re.Match[str], year: int) -> int:
    second = match["year2"]
    if not second:
        return year
    value = int(second) if len(second) == 4 else year // 100 * 100 + int(second)
    if not year <= value <= 2199:
        raise ValueError(second)
    return value


def _days_of_month(match: re.Match[str], year: int | None) -> _Days:
    month, last_month = _number(match["month"]), _number(match["month2"] or match["month3"])
    last_year = int(match["year3"]) if match["year3"] else year
    grain = "day" if match["day"] or match["decade"] else "month"
    if year is None or last_year is None:
        return None, None, grain
    first, last = _months(year, month, month)
    if match["decade"]:
        low, high = _DAYS_OF_DECADE[match["decade"]]
        first, last = date(year, month, low), date(year, month, min(high, last.day))
    elif match["day"]:
        first = last = date(year, month, _number(match["day"]))
    elif "初" in (match["edge"] or ""):
        last = date(year, month, 10)
    if last_month:
        last = _month_end(last_year, last_month)
        if match["day3"]:
            last = date(last_year, last_month, _number(match["day3"]))
        if last < first:
            raise ValueError(match[0])
    return first, last, grain


# ------------------------------------------------------- the words that bind


def _bound(
    norm: str,
    start: int,
    end: int,
    match: re.Match[str],
    first: date | None,
    last: date | None,
    grain: str,
    stated: bool,
    setting: _Setting,
) -> tuple[Period, int]:
    """The date with the words before and behind it, which tell its role."""
    edge, bound = match["edge"] or "", match["bound"] or ""
    lead, role = _lead(norm, start, end, setting)
    several = bool(match["year2"] or match["month2"] or match["month3"])
    if match["compared"] and not role and norm[start - 1 : start] in _COMPARING:
        lead, role = max(start - 1, setting.end), "base"
    if match["compared"] or match["relative"] in ("去", "上"):
        role = "base"
    elif role == "base":
        pass
    elif bound and bound[-1] in "来起始":
        role = "since"
    elif bound and bound[-1] == "后":
        role, first, last = "since", last and _next_day(last), None
    elif several:
        role = "in"
    elif role in ("since", "status"):
        if role == "status":
            role = "base" if _is_past(last, setting) else "by"
    elif bound or edge[-1:] in ("底", "末", "中"):
        role = "by"
    if role == "by":
        first = None
        if not stated and last and setting.issued and last < setting.issued:
            last = _a_year_later(last)  # 3月底前 in a plan issued in September
    elif role == "since":
        last = None
    if several and match["compared"] is None:
        lead = start if role == "in" else lead
    return Period(lead, end, first, last, role or "in", grain, stated), end


def _next_day(day: date) -> date | None:
    return day + timedelta(days=1) if day < date.max else None


def _a_year_later(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def _is_past(day: date | None, setting: _Setting) -> bool:
    """Whether 截至… speaks of a state reached: it lies before the issue or the plan's beginning."""
    if day is None:
        return True
    if setting.issued is not None:
        return day <= setting.issued
    return setting.plan is not None and day.year < setting.plan[0]


# 达到2020年水平: a measure, not a date.
_NOT_BEFORE_TO: Final = frozenset("达得受感遇恢复回高低升降")


def _lead(norm: str, start: int, end: int, setting: _Setting) -> tuple[int, str]:
    """(where the words before a date begin, the role they give it or '')."""
    at = start
    while at > setting.end and norm[at - 1] == " ":
        at -= 1
    if at <= setting.end:
        return start, ""
    word, before = norm[at - 1], norm[at - 2] if at - 2 >= setting.end else ""
    if word == "到" and before == "至" and norm[at - 3 : at - 2] == "截":
        return max(at - 3, setting.end), "status"
    if word == "到":
        if before and before in _NOT_BEFORE_TO:
            level = norm.startswith(("水平", "的水平", "标准"), end)
            return (at - 1, "base") if level else (start, "")
        return at - 1, "by"
    if word in "至止" and before == "截":
        return at - 2, "status"
    if word == "至" and before not in ("甚", "乃"):
        return at - 1, "by"
    if word == "较" or (word == "比" and before not in ("占", "同", "环")):
        return at - 1 - (before == "相" or before == "对"), "base"
    if word in "对于" and (found := _RELATIVE_TO.search(norm, max(setting.end, at - 4), at)):
        return found.start(), "base"
    if word in "由从" and norm.startswith("的", end):  # 由2024年的856家增加到…
        return at - 1, "base"
    if word in "自从":
        return at - 1, "since"
    return start, ""


_COMPARING: Final = frozenset("与同以和在跟")
_RELATIVE_TO: Final = Rare(r"(?:相对于?|相较于?|相比于|对比于?|较之于)\Z")


# --------------------------------------------------- five-year plans, durations


def _five_year(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """“十四五”期间, 到“十五五”末."""
    if norm[start - 1 : start] == "“":
        start -= 1
    match = _FIVE.match(norm, start)
    number = _number(match["number"]) if match else 0
    if match is None or not 6 <= number <= 25:
        return None, end
    edge = match["edge"] or ""
    # “八五”普法 counts the rounds of legal education, not the plans
    if not edge and (number < 10 or _NAME_BEHIND_FIVE.match(norm, match.end())):
        return None, match.end()
    first, last = 2016 + 5 * (number - 13), 2020 + 5 * (number - 13)
    lead, role = _lead(norm, start, match.end(), setting)
    if edge.endswith("以来"):
        role = "since"
    elif edge.endswith(("末", "末期")) or match["bound"]:
        role = "by"
    elif match["part"]:
        count = _number(match["count"].replace("两", "二"))
        if match["part"] == "前":
            last = first + count - 1
        else:
            first = last - count + 1
    elif edge.endswith(("初", "初期")):
        last = first
    if role == "status":
        role = "by"
    return (
        Period(
            lead,
            match.end(),
            None if role == "by" else date(first, 1, 1),
            None if role == "since" else date(last, 12, 31),
            role or "in",
            "plan",
            True,
        ),
        match.end(),
    )


def _duration(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """三年内, 未来两年, 五年累计, 用3-5年时间; not 三年行动计划, 三年级, 3年以上."""
    words = norm[start:end]
    months = words.endswith("月")
    upper = _number(re.split(_TO, words.rstrip("年个月 "))[-1].replace("两", "二").strip())
    behind = _BEHIND_SPAN.match(norm, end)
    before = norm[max(0, start - 4, setting.end) : start].rstrip()
    if upper == 0 or behind is None or behind["no"] or before.endswith(("第", "每", "满", "满了")):
        return None, end
    if behind["past"] or before.endswith(_PAST) or before in ("前", ",前", "。前"):
        lead = start - max((len(word) for word in _PAST if before.endswith(word)), default=0)
        return Period(lead, behind.end(), None, None, "base", "duration", False), behind.end()
    if not months and _NAME_BEHIND_SPAN.match(norm, end):
        return None, end
    ahead = next((word for word in _AHEAD if before.endswith(word)), "")
    opens = start == 0 or norm[start - 1] in _CLAUSE_OPENS
    within = behind["within"]
    inside = not months and before[-1:] >= "一" and _SUMS_UP.match(norm, end) is not None
    if not (ahead or within or inside or (not months and (opens or before.endswith(_LEADS)))):
        return None, end
    if not (ahead or within) and not _STARTS_A_DEED.match(norm, end):
        return None, end
    days = None if months else setting.years(upper, ahead=bool(ahead))
    first, last = days or (None, None)
    period = Period(start - len(ahead), behind.end(), first, last, "in", "duration", False)
    return period, behind.end()


def _two_years(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """今明两年: the year that 今年 speaks of and the next; 明后两年 begins a year later."""
    year = setting.year()
    inside = _WITHIN.match(norm, end)
    end = inside.end() if inside else end
    first = last = None
    if year is not None:
        first_year = year + (norm[start] == "明")
        first, last = date(first_year, 1, 1), date(first_year + 1, 12, 31)
    return Period(start, end, first, last, "in", "duration", False), end


_WITHIN: Final = Rare(r"内|以内|之内|时间|期间")

# 两年新增…, 五年累计…: a duration with something done in it; 三年学制 is none.
_STARTS_A_DEED: Final = Rare(
    r"累计|新|完成|建成|实现|打造|培育|引进|力争|共|总|计划|增长|投资|投入|改造|淘汰|治理|建设"
    r"|达到|实施|再|滚动|任务|翻|推广|创建|开展|争取|保障|安排|筹集|筹措|培训|培养|发放|组织|整治|修复|盘活|带动"
)
# 电网投资三年完成36亿元, 能耗五年累计下降14%: behind a noun the deed has to follow at once.
_SUMS_UP: Final = re.compile(r"(?:累计|合计|总计|共计|共|总共|新增|完成|投入|投放)(?![工全任])")


# ------------------------------------------------------------ words of routine


def _char_before(norm: str, start: int) -> str:
    """The character before ``start``, a line break at the beginning of the text."""
    return norm[start - 1] if start else "\n"


def _year_end(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """年底前, 年内, 年初: of the year of issue or of a one-year plan."""
    words = norm[start:end]
    if _char_before(norm, start) in _INSIDE_A_WORD:
        return None, end
    match = _YEAR_END.match(norm, start)
    if match is None:
        return None, end
    end = match.end()
    year = setting.year_at(norm, start)
    first = last = None
    if year is not None:
        first, last = date(year, 1, 1), date(year, 12, 31)
    if "初" in words and first and year:
        first, last = _months(year, 1, 3)
    if "中" in words and year:
        last = date(year, 6, 30)
    role = "in" if ("内" in words or "初" in words) and not match["bound"] else "by"
    lead, leading = _lead(norm, start, end, setting)
    if leading == "by":
        role = "by"
    return Period(lead, end, first if role == "in" else None, last, role, "year", False), end


_INSIDE_A_WORD: Final = frozenset(
    "0123456789一二三四五六七八九十几多两半全学周中百千少青成老童每逐历当后前"
)
_YEAR_END: Final = Rare(
    r"年?年?(?:底(?![部层线价数座册稿蕴色])|末(?!端)|初(?![步级中始次期创衷设审装])"
    r"|内(?![部容外蒙涵地陆河需审生])|中(?=前))"
    r"(?P<bound>之前|以前|前(?![0-9一二两三四五六七八九十期景瞻列茅端沿后往提置]))?"
)


def _month_ends(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """月底前, 季末前 without a month: a deadline whose day is not told."""
    if _char_before(norm, start) in "0123456789一二三四五六七八九十每逐个":
        return None, end
    grain = "month" if norm[start] == "月" else "quarter"
    bound = next((word for word in ("之前", "以前", "前") if norm.startswith(word, end)), "")
    start -= _char_before(norm, start) in "本当次" and start - 1 >= setting.end
    end += len(bound)
    return Period(start, end, None, None, "by", grain, False), end


def _half_year(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """半年内: a duration counted from no stated day."""
    behind = _BEHIND_SPAN.match(norm, end)
    if behind is None or _char_before(norm, start) in "上下每一":
        return None, end
    return Period(start, behind.end(), None, None, "in", "duration", False), behind.end()


def _plan_period(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """规划期内, 到规划期末: the plan's own years."""
    first = last = None
    if setting.plan:
        first, last = date(setting.plan[0], 1, 1), date(setting.plan[1], 12, 31)
    lead, role = _lead(norm, start, end, setting)
    role = "by" if role == "by" or norm[end - 1] == "末" else "in"
    return Period(lead, end, first if role == "in" else None, last, role, "plan", False), end


def _every(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """每年, 逐季, 按月, 年均; with a day where one stands behind it (每年3月底前)."""
    words = norm[start:end]
    if words == "年均" and _char_before(norm, start) in "多百千成":
        return None, end
    if words[0] == "按" and norm.startswith(("份", "龄", "前", "后", "内", "期", "常"), end):
        return None, end
    match = _EVERY_TAIL.match(norm, end)
    end = match.end() if match else end
    grain = next((name for char, name in _EVERY_GRAINS.items() if char in words), "day")
    return Period(start, end, None, None, "every", grain, False), end


_EVERY_GRAINS: Final = {
    "半": "half",
    "年": "year",
    "均": "year",
    "季": "quarter",
    "月": "month",
    "旬": "ten-day",
    "周": "week",
}
_EVERY_TAIL: Final = re.compile(
    rf"度?(?: ?{_MONTH} ?月(?:份| ?{_DAY} ?日|[上中下]旬)?)?"
    rf"(?:[年月季度]?[底末初])?(?:{_DAY}日)?(?:之?前|以前)?"
)


def _baseline(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """同比, 环比."""
    return Period(start, end, None, None, "base", "duration", False), end


def _recent(norm: str, start: int, end: int, setting: _Setting) -> tuple[Period | None, int]:
    """近年来 looks back, 近期 ahead; 近期建设规划 is a name."""
    start -= _char_before(norm, start) in "最将" and start - 1 >= setting.end
    if _char_before(norm, start) in "临附邻靠接贴":  # 临近年关
        return None, end
    if norm[end - 1] != "期":
        return Period(start, end, None, None, "base", "duration", False), end
    if norm.startswith(("建设", "规划", "目标", "”", "实施"), end):
        return None, end
    return Period(start, end, None, None, "in", "duration", False), end


_READERS: Final = {
    "date": _dated,
    "chinese_date": _dated_in_words,
    "relative_date": _dated,
    "half": _dated,
    "ordinal_quarter": _dated,
    "quarters": _dated,
    "span": _duration,
    "two_years": _two_years,
    "chinese_span": _duration,
    "five": _five_year,
    "quoted_five": _five_year,
    "year_end": _year_end,
    "month_end": _month_ends,
    "half_year": _half_year,
    "planned": _plan_period,
    "every": _every,
    "yearly": _every,
    "base": _baseline,
    "recent": _recent,
}
