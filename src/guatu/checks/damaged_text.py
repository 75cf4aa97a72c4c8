"""Text that lost or garbled characters on its way: 925日, 96%88%60%, 1个以。"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from guatu.checks.context import Case, excerpt
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare
from guatu.text.span import Quote

CODE = "damaged-text"

# Every run of digits is looked at once, from its first digit; the group tells what may be wrong.
_NUMBER = re.compile(
    r"[0-9](?<![0-9].)[0-9]*+(?:"
    r"(?P<day>日(?!内|以|后|历|元|均|报))"
    r"|(?P<month_and_day>(?P<sign>[\u4e00-\u9fff])(?P<day_number>[0-9]{1,2})日)"
    r"|(?P<together>(?:\.[0-9]{1,3})?%(?:[0-9]{1,3}(?:\.[0-9]{1,3})?%)++)"
    r"|(?P<bound>(?:[个家项座处条所人户套件辆台张亩%]|公里|亿元|万元|平方米|百分点)以(?=[,。;、)\n]))"
    r"|(?P<letter>[Oo][0-9]{1,4}(?![A-Za-z0-9]))"
    r"|(?P<alone>(?=[ \t\r]{0,8}(?:\n|\Z)))"
    r")"
)
_LOST_NUMBER = re.compile(r"(?:不低于|不少于|不高于|提高到|增加到|下降到|降低到|压缩至)(?=[,。;])")
_QUESTION_MARKS = Rare(r"\?\?++")
_STRANGE = Rare("[\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f]++")
# GB18030 taken for UTF-8 and back leaves these behind.
_MOJIBAKE = ("锟斤拷", "烫烫烫")
_ENUMERATING = frozenset("至到和与及或、")
_SHOWN = 10
_BEFORE_DATE = ("于", "在", "至", "到")


def check(case: Case) -> Iterator[Finding]:
    """疑似缺字、错字或乱码。

    查什么：缺“月”的日期、不存在的日期、连在一起的百分数、缺“上”“下”的“以”、夹在数字里的字母、乱码。
    举例：“于925日前”“分别达到96%88%60%”“1个以。”“2024年3阅18日”。
    怎么改：对照原稿补正。
    """
    for found in _NUMBER.finditer(case.norm):
        if what := _what_is_wrong(case, found):
            yield _finding(case, *found.span(), what)
    for found in _LOST_NUMBER.finditer(case.norm):
        yield _finding(case, *found.span(), "其后疑缺数字")
    yield from _garbled(case)


def _what_is_wrong(case: Case, found: re.Match[str]) -> str | None:
    """The damage at a number in a few words, or None where it is sound after all."""
    norm, start = case.norm, found.start()
    digits = found[0][: -len(found[found.lastgroup or 0]) or None]
    before = norm[max(0, start - 2) : start]
    match found.lastgroup:
        case "day":
            # 于925日前, 2026年930日; 120日内 is a time limit.
            dated = before.endswith(_BEFORE_DATE) or (before[-1:] == "年" and before[0].isdigit())
            return "疑缺“月”字" if dated and _is_month_and_day(digits) else None
        case "month_and_day":
            return _wrong_day(found["sign"], digits, found["day_number"], before)
        case "together":
            return "几个百分数连在一起，疑缺顿号"
        case "bound":
            return "“以”后疑缺“上”或“下”“内”"
        case "letter":
            in_word = before[-1:].isascii() and before[-1:].isalpha()
            return None if in_word else "数字中夹有字母，疑为0之误"
        case _:
            # 2017918 alone on its line: a date of signature.
            alone = not norm[norm.rfind("\n", 0, start) + 1 : start].strip()
            year = len(digits) == 7 and digits.startswith("20")
            dated = alone and year and _is_month_and_day(digits[4:])
            return "疑为缺“年”“月”“日”的日期" if dated else None


def _wrong_day(sign: str, month: str, day: str, before: str) -> str | None:
    if sign == "月":
        decimal = before[-1:] == "."
        return None if decimal or _is_day(month, day) else "没有这一天"
    if before[-1:] == "年" and len(month) < 3 and sign not in _ENUMERATING:
        return f"“{sign}”疑为“月”字之误"
    return None


def _is_month_and_day(digits: str) -> bool:
    """925, 1231: month and two digits of a day written without 月."""
    return 3 <= len(digits) <= 4 and digits[0] != "0" and _is_day(digits[:-2], digits[-2:])


def _is_day(month: str, day: str) -> bool:
    """True where the calendar has that day, 29 February included."""
    if len(month) > 2 or not 1 <= int(month) <= 12:
        return False
    return 1 <= int(day) <= monthrange(2024, int(month))[1]


def _finding(case: Case, start: int, end: int, what: str) -> Finding:
    low = max(case.sentence(start).start, start - 12)
    words = case.text[low : min(end + 6, len(case.text))]
    return Finding(
        CODE,
        "question",
        f"“{excerpt(words, 32)}”：{what}，请对照原稿。",
        (case.quote(start, end),),
    )


def _garbled(case: Case) -> Iterator[Finding]:
    """One finding for all characters that no reader can make out."""
    places: list[Quote] = []
    if _may_be_strange(case.text):
        places += [case.quote(*found.span()) for found in _STRANGE.finditer(case.text)]
    for words in _MOJIBAKE:
        at = case.text.find(words)
        if at >= 0:
            places.append(case.quote(at, at + len(words)))
    for found in _QUESTION_MARKS.finditer(case.norm) if "??" in case.norm else ():
        start, end = found.span()
        if _is_chinese(case.norm[start - 1 : start]) and _is_chinese(case.norm[end : end + 1]):
            places.append(case.quote(start, end))
    if places:
        yield Finding(
            CODE,
            "question",
            f"有{len(places)}处乱码或无法显示的字符，请对照原稿。",
            tuple(sorted(places)[:_SHOWN]),
        )


def _may_be_strange(text: str) -> bool:
    """False where none of ``_STRANGE`` can stand: a look that costs half of the search."""
    # What lies from \x1c to \x1f separates, and the replacement character is a sign like others.
    hidden = any(char in text for char in "\ufffd\x1c\x1d\x1e\x1f")
    return hidden or not "".join(text.split()).isprintable()


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
