"""What a plan says of itself (方案概况): title, 文号, issuer, date, years, draft or issued."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise

from guatu.ledger.records import PlanInfo
from guatu.reading.outline import Outline
from guatu.text.periods import Period
from guatu.text.rare import Rare

_KIND = r"(?:方案|规划|计划|纲要|意见|措施|办法|要点|决定|行动|分工|若干政策|政策)"
_TITLE = re.compile(rf"{_KIND}(?:\([^()\n]{{2,20}}\))*$")
_DRAFT = re.compile(r"\((?:征求意见稿|送审稿|草案|审议稿|讨论稿|试行)\)$")
_QUOTED = Rare(rf"《([^《》\n]{{4,80}}{_KIND}(?:\([^()\n]{{2,20}}\))*)》")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:\([^()\n]{1,6}\))?[〔(](?:19|20)[0-9]{2}[〕)]\s?第?[0-9]{1,4}\s?号"
)
_DATE = re.compile(r"((?:19|20)[0-9]{2})\s?[年./-]\s?([0-9]{1,2})\s?[月./-]\s?([0-9]{1,2})\s?日?")
_CHINESE_DATE = re.compile(
    r"([二一][〇零九0][〇零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月"
    r"([一二三四五六七八九十]{1,3})日"
)
_YEARS = re.compile(r"((?:19|20)[0-9]{2})年?\s?(?:-|至|到)\s?((?:19|20)[0-9]{2})年?")
_FIVE_YEAR = re.compile(r"“?十([一二三四五六七八九])五”?|第十([一二三四五六七八九])个五年")
_TERM = re.compile(
    r"(?:期限|规划期|实施期|实施时间|工作周期|计划周期)(?:为|是|:)?((?:19|20)[0-9]{2})年?\s?(?:-|至|到)\s?((?:19|20)[0-9]{2})年"
)
_FROM_ON = re.compile(
    r"((?:19|20)[0-9]{2})年(?:起|开始),?(?:用|利用)?([0-9一二三四五六七八九十])年(?:内|时间|左右)"
)
_ONE_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(?!远景|-)")
_ISSUER = re.compile(
    r"([\u4e00-\u9fff]{0,24}?(?:人民政府办公[厅室]|人民政府|国务院办公厅|国务院|委员会办公室|委员会"
    r"|领导小组办公室|领导小组|指挥部|办公[厅室]|局|厅|部|署))"
)
_REGION = re.compile(
    r"([\u4e00-\u9fff]{1,7}?(?:自治区|自治州|自治县|省|市|盟|地区|县|区|旗|镇|新区|开发区|州(?![市县区])))"
)
_NO_NAME = frozenset("全各我本省市县区级等和辖设推的及、进大中小到在与为对由是该向以年内外")
_FRONT = 4000
_SIGNATURE = 400


def plan_of(outline: Outline) -> PlanInfo:
    """The plan's title, number, issuer, date, stated years, status and region.

    What is not printed is None; ``end`` is filled from the deadlines by ``settled``.
    """
    norm = outline.norm
    front = norm[: min(max(outline.body_start, 1), _FRONT)]
    head = norm[: outline.starts[0]] if outline.starts else norm[:_FRONT]
    title = _title(front) or _title_in_quotes(head[:_FRONT])
    back = norm[outline.body_end : outline.body_end + _SIGNATURE]
    number = _number(head[:_FRONT])
    issued = _issued(front, back)
    start, end = _years(title or "")
    if start is None:
        start, end = _stated(norm[outline.body_start : outline.body_start + 3000]) or (start, end)
    return PlanInfo(
        title=_as_printed(outline, title),
        number=_as_printed(outline, number),
        issuer=_issuer(title, front, back),
        issued=issued,
        start=start,
        end=end,
        status="draft"
        if re.search(r"征求意见稿|草案|征求.{0,40}意见", head[:_FRONT])
        else "issued",
        region=_region(title, front, back, norm[outline.body_start : outline.body_start + 1500]),
    )


def settled(plan: PlanInfo, periods: Iterable[Period]) -> PlanInfo:
    """``plan`` with its end year read from its deadlines where the plan states no period.

    That is the latest year that the deadlines share: single far-off dates (到2035年) of a
    plan whose deadlines otherwise lie earlier do not count.
    """
    if plan.end is not None:
        return plan
    least = plan.issued.year if plan.issued else 1990
    dated = [
        period
        for period in periods
        if period.last is not None and period.role in ("by", "in") and period.last.year >= least
    ]
    # 五年累计培训… is reckoned from the date of issue where nothing better is known.
    named = [period for period in dated if period.grain != "duration"]
    years = Counter(period.last.year for period in named or dated if period.last)
    if not years:
        return plan
    most = max(years.values())
    return replace(plan, end=max(year for year, n in years.items() if 4 * n >= most))


def _as_printed(outline: Outline, words: str | None) -> str | None:
    """``words`` of the half-width text in the plan's own characters, line breaks closed up."""
    if not words:
        return words
    pattern = r"\s{0,80}".join(re.escape(char) for char in words if not char.isspace())
    match = re.search(pattern, outline.norm[: _FRONT * 2])
    if match is None:
        return words
    printed = outline.text[match.start() : match.end()]
    return "".join(line.strip() for line in printed.splitlines())


def _lines(front: str) -> list[str]:
    return [line.strip() for line in front.split("\n")]


def _title(front: str) -> str | None:
    """The last line (or run of short lines) before the body that ends like a plan's title."""
    lines = [_DRAFT.sub("", line) for line in _lines(front) if line]
    found = None
    for i, line in enumerate(lines):
        whole = line
        if re.fullmatch(r"\([^()]{2,20}\)", line) and found and i and lines[i - 1].endswith(found):
            found += line
            continue
        if not _TITLE.search(line) or len(line) > 90 or "。" in line or ";" in line:
            continue
        # A long title is set in two lines; the first one has no ending of its own.
        if i and len(line) < 26 and 4 < len(lines[i - 1]) < 40 and _continues(lines[i - 1]):
            whole = lines[i - 1] + line
        found = _without_notice(whole)
    return found


def _continues(line: str) -> bool:
    return not re.search(r"[。;:,、)〕》号日]$|通知$|公室$|政府$", line) and not _TITLE.search(line)


def _without_notice(line: str) -> str:
    """某市人民政府关于印发某方案的通知 → 某方案."""
    match = re.search(
        r"(?:印发|转发|公布|发布)《?(.{4,80}?)》?(?:\(征求意见稿\))?(?:的通知|$)", line
    )
    return match[1] if match else line


def _title_in_quotes(head: str) -> str | None:
    for match in _QUOTED.finditer(head):
        after = head[match.end() : match.end() + 24]
        if re.match(r".{0,12}(?:已经|印发|予以|的通知)", after):
            return match[1]
    return None


def _number(head: str) -> str | None:
    """A document number on a line of its own or behind the title, not one that is cited."""
    for match in _NUMBER.finditer(head):
        before = head[max(0, match.start() - 2) : match.start()]
        if "》" not in before and "(" not in before:
            return match[0].lstrip("的据按照")
    return None


def _issued(front: str, back: str) -> date | None:
    """The date of issue: of the signature in the notice, else behind the plan."""
    for part in (front, back):
        dates = [_date_of(match) for match in _DATE.finditer(part)]
        dates += [_chinese_date(match) for match in _CHINESE_DATE.finditer(part)]
        real = [d for d in dates if d is not None]
        if real:
            return real[-1]
    return None


def _date_of(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


_CN = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "0": 0}


def _chinese_date(match: re.Match[str]) -> date | None:
    year = int("".join(str(_CN[c]) for c in match[1]))
    try:
        return date(year, _small(match[2]), _small(match[3]))
    except ValueError:
        return None


def _small(digits: str) -> int:
    tens, mark, ones = digits.rpartition("十")
    if not mark:
        return _CN.get(digits, 0)
    return 10 * (_CN.get(tens, 1) if tens else 1) + (_CN.get(ones, 0) if ones else 0)


def _years(title: str) -> tuple[int | None, int | None]:
    """The years a title states: (2021-2023年), “十四五”, 2026年工作要点."""
    if match := _YEARS.search(title):
        return int(match[1]), int(match[2])
    if match := _FIVE_YEAR.search(title):
        number = _CN[match[1] or match[2]]
        first = 2011 + 5 * (number - 2)  # 十二五 is 2011-2015
        return first, first + 4
    if match := _ONE_YEAR.search(title):
        return int(match[1]), int(match[1])
    return None, None


def _stated(body: str) -> tuple[int, int] | None:
    """Years the text gives for the plan as a whole: 2012年起5年内, 实施期限为2021-2023年."""
    if match := _TERM.search(body):
        return int(match[1]), int(match[2])
    if match := _FROM_ON.search(body):
        years = int(match[2]) if match[2].isdigit() else _CN.get(match[2], 0)
        if years:
            return int(match[1]), int(match[1]) + years - 1
    return None


def _issuer(title: str | None, front: str, back: str) -> str | None:
    """Who issued it: the line above the date, or what stands before 关于 in a title."""
    for part in (front, back):
        lines = [line for line in _lines(part) if line]
        for above, line in pairwise(lines):
            if _DATE.match(line) or _CHINESE_DATE.match(line):
                match = _ISSUER.fullmatch(above.replace(" ", ""))
                if match:
                    return match[1]
        for line in lines:
            if (_DATE.search(line) and "印发" in line) and (match := _ISSUER.match(line)):
                return match[1]
    for line in [title or "", *_lines(front)]:
        match = _ISSUER.match(line)
        if match and line[match.end() :].startswith("关于"):
            return match[1]
    return None


def _region(title: str | None, front: str, back: str, body: str) -> str | None:
    """The place the plan is made for, by its title, its issuer or its first words."""
    for part in [title or "", *_lines(front), *_lines(back)]:
        if part.startswith(("国务院", "中华人民共和国", "国家")):
            return "全国"
        match = _REGION.match(part)
        if match and not _NO_NAME & set(match[1][:2]):
            return match[1]
    places = Counter(m[1] for m in re.finditer(r"([\u4e00-\u9fff]{2}[省市州县])", body))
    common = [
        p
        for p, n in places.most_common(6)
        if n > 1 and not _NO_NAME & set(p[:2]) and p[1:] != "城市"
    ]
    return common[0] if common else None
