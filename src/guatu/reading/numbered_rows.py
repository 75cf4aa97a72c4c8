"""Rows of a table of tasks (任务分解表) by their numbers: items of a plan as others are."""

from __future__ import annotations

from typing import NamedTuple

from guatu.text.rare import Rare

_HEAD = Rare(r"(?m)^[ |]{0,4}(?:序号|编号)[ \t]{0,4}(?=[\n\r\t|])")
# A cell that is but a number, and what the next cell begins with.
_NUMBER = Rare(
    r"(?m)^[ |]{0,4}(?P<number>[0-9]{1,3})[.、]?[ \r]{0,4}[\t\n|][\s|]{0,8}"
    r"(?P<title>[^\s|][^\n\r\t|]{3,})"
)
# A column that says who does it: such a table hands out tasks, others list what there is.
_WHO = Rare(r"(?:主要|市级|县级|区级)?(?:牵头|责任|配合|主办|协办|承办|实施)(?:单位|部门|地区)")
_MOST_HEADS = 10
_LONGEST_HEAD = 14
# A row of a cell a line takes no more than that up to the next.
_LONGEST_ROW = 1500
# So many other numbers alone on a line may stand between two rows.
_MOST_VAIN = 8
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


def task_rows(norm: str) -> list[list[NumberedRow]]:
    """The rows of each table of tasks that was copied a cell a line, whose numbers run on from 1.

    Its heads begin with 序号 and hold 牵头单位, 责任单位 or the like; other tables number what
    is no item of the plan.
    """
    if "\n序号" not in norm and "\n编号" not in norm:
        return []
    tables: list[list[NumberedRow]] = []
    reached = 0
    for head in _HEAD.finditer(norm):
        if head.start() < reached or (at := _behind_heads(norm, head.end())) is None:
            continue
        rows: list[NumberedRow] = []
        stop, vain = at + _LONGEST_ROW, 0
        while vain < _MOST_VAIN and (match := _NUMBER.search(norm, at, stop)):
            at = match.end("number")
            number = int(match["number"])
            vain += 1
            if number == len(rows) + 1 and _is_said(match["title"]):
                rows.append(NumberedRow(*match.span("number"), number, *match.span("title")))
                at = reached = match.end()
                stop, vain = at + _LONGEST_ROW, 0
        if len(rows) >= _FEWEST:
            tables.append(rows)
    return tables


def _behind_heads(norm: str, start: int) -> int | None:
    """Where the heads of a table of tasks end, a line each; None if they are no such heads."""
    says_who = False
    for _ in range(_MOST_HEADS):
        while norm.startswith(("\n", " ", "\r"), start):
            start += 1
        stop = norm.find("\n", start, start + _LONGEST_HEAD + 4)
        line = norm[start:stop].strip() if stop > 0 else ""
        if line.rstrip(".、") == "1":
            return start if says_who else None
        if not line or len(line) > _LONGEST_HEAD:
            return None
        says_who = says_who or _WHO.fullmatch(line) is not None
        start = stop
    return None


def _is_said(title: str) -> bool:
    """True for words, False for the figures of another column."""
    return sum("\u4e00" <= char <= "\u9fff" for char in title) >= _FEWEST
