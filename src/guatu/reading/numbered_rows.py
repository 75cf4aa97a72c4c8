"""Rows of a table of tasks (任务分解表) by their numbers, where the table is the whole plan."""

from __future__ import annotations

from typing import NamedTuple

from guatu.text.rare import Rare

_HEAD = Rare(r"(?m)^[ |]{0,4}(?:序号|编号)[ \t]{0,4}(?=[\n\r\t|])")
# A cell that is but a number, and what the next cell begins with.
_NUMBER = Rare(
    r"(?m)^[ |]{0,4}(?P<number>[0-9]{1,3})[.、]?[ \r]{0,4}[\t\n|][\s|]{0,8}"
    r"(?P<title>[^\s|][^\n\r\t|]{3,})"
)
# Two rows are no table: the lone figures of a page may stand so as well.
_FEWEST = 3


class NumberedRow(NamedTuple):
    """A row's number, and the cell behind it that says what is to be done."""

    start: int
    end: int
    number: int
    title: int
    title_end: int


def numbered_rows(norm: str) -> list[NumberedRow]:
    """The rows of the tables with a column 序号 whose numbers run on from 1."""
    found: list[NumberedRow] = []
    head = _HEAD.search(norm) if "序号" in norm or "编号" in norm else None
    if head is None:
        return found
    at = head.end()
    while match := _NUMBER.search(norm, at):
        at = match.end("number")
        number = int(match["number"])
        if number != len(found) + 1 or not _is_said(match["title"]):
            continue
        start, end = match.span("number")
        found.append(NumberedRow(start, end, number, *match.span("title")))
        at = match.end()
    return found if len(found) >= _FEWEST else []


def _is_said(title: str) -> bool:
    """True for words, False for the figures of another column."""
    return sum("\u4e00" <= char <= "\u9fff" for char in title) >= _FEWEST
