"""What a paper says of itself (纸面要素): its 文号, its period, its 成文日期 and 印发日期."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile
from typing import Final

from guatu.delivery.bulletins.paper import printed
from guatu.text.normal import normal
from guatu.text.numerals import parse_numeral

_SPACE: Final = re.compile(r"\s+")
_YEAR: Final = re.compile(r"[〔(](\d{4})[〕)]")
# A line of its own: 临办发〔2026〕3号, with 签发人 behind it where a paper goes up; or 第12期.
_NUMBER: Final = re.compile(
    r"(?P<number>[^\d,。:;]{0,30}[〔(]\d{4}[〕)]第?\d{1,5}号|\(?(?:总?第|\d{4}年第)\d{1,5}[期号]\)?)"
    r"(?:签发人.*)?"
)
_FIGURES: Final = "〇零一二三四五六七八九十"
_DAY: Final = (
    rf"(?P<year>\d{{4}}|[{_FIGURES}]{{4}})年"
    rf"(?P<month>\d{{1,2}}|[{_FIGURES}]{{1,2}})月(?P<day>\d{{1,2}}|[{_FIGURES}]{{1,3}})日"
)
_SIGNED: Final = re.compile(_DAY)
_PRINTED: Final = re.compile(rf"{_DAY}印发")
_PERIOD: Final = re.compile(
    r"\d{4}年(?:\d{1,2}月?(?:-+|至|到)\d{1,2}月|\d{1,2}月(?:[上中下]旬)?|第?[一二三四1-4前]+季度"
    r"|[上下]半年)?"
)
# The title ends where the text begins: at 主送机关, a heading, or a sentence.
_TEXT: Final = re.compile(r".*[:,。]|一、")


class Mark(StrEnum):
    """What may be said otherwise in the paper than it was registered."""

    NUMBER = "number"
    PERIOD = "period"
    DAY = "date"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class OddMark:
    """A mark that the paper has otherwise: its words there (empty: none), and as they should be."""

    mark: Mark
    printed: str
    expected: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What a paper says of itself; empty or None where it says nothing.

    ``period`` is the first in its title (2026年1—10月), ``printed_on`` the day of 版记.
    """

    number: str = ""
    period: str = ""
    signed_on: date | None = None
    printed_on: date | None = None

    def in_period_of(self, draft: Marks) -> OddMark | None:
        """The period where the paper's title names another than its draft's."""
        if self.period == draft.period:
            return None
        return OddMark(Mark.PERIOD, self.period, draft.period)

    def against(self, number: str, on: date) -> list[OddMark]:
        """What differs from the number and the day that the paper is registered under."""
        odd = []
        if self.number != number_in_form(number):
            odd.append(OddMark(Mark.NUMBER, self.number, number_in_form(number)))
        if self.signed_on != on:
            odd.append(OddMark(Mark.DAY, _words(self.signed_on), _words(on)))
        if self.printed_on is not None and self.printed_on < on:
            odd.append(OddMark(Mark.PRINTED, _words(self.printed_on), f"{_words(on)}或以后"))
        return odd


def number_in_form(number: str) -> str:
    """A 文号 with its year in 六角括号, whatever was typed: 临办发〔2026〕3号."""
    return _YEAR.sub(r"〔\1〕", _SPACE.sub("", normal(number)))


def marks_of(lines: Sequence[str]) -> Marks:
    """What the lines of a paper say of it."""
    plain = [_plain(line) for line in lines]
    numbers = (match["number"] for line in plain if (match := _NUMBER.fullmatch(line)))
    signed = (_day(match) for line in plain if (match := _SIGNED.fullmatch(line)))
    sent = [_day(match) for line in plain if (match := _PRINTED.search(line))]
    period = _PERIOD.search("".join(_title(plain)))
    return Marks(
        number_in_form(next(numbers, "")),
        re.sub("-+", "—", period[0]) if period else "",
        next((day for day in signed if day), None),
        sent[-1] if sent else None,
    )


def without_marks(text: str) -> str:
    """The text without the lines that are its marks: their numbers are compared by themselves."""
    lines = text.split("\n")
    plain = [_plain(line) for line in lines]
    title = set(_title(plain))
    kept = (
        line
        for line, words in zip(lines, plain, strict=True)
        if not (
            words in title
            or _NUMBER.fullmatch(words)
            or _SIGNED.fullmatch(words)
            or _PRINTED.search(words)
        )
    )
    return "\n".join(kept)


def _plain(line: str) -> str:
    return _SPACE.sub("", normal(line))


def _title(plain: Sequence[str]) -> list[str]:
    """The lines between 文号 and text."""
    head = takewhile(lambda line: _NUMBER.fullmatch(line) or not _TEXT.match(line), plain)
    return [line for line in head if line and not _NUMBER.fullmatch(line)]


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (parse_numeral(match[part]) for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _words(day: date | None) -> str:
    return printed(day) if day else ""
