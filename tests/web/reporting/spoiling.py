"""Spoils sheets as people do: renamed, filled twice, columns put in, rows out, another format.

Each function takes the bytes of a sheet that went out and gives the bytes of what comes back.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl

HEAD = 5  # the line of heads, counted from 1
REACHED = "本年累计完成投资（万元）"
UNCHANGED = "本期无变化"

Sheet = Any
Change = Callable[[Sheet, dict[str, int]], None]


def changed(data: bytes, *changes: Change) -> bytes:
    """The workbook after these changes; each gets the sheet and the columns by their heads."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    for change in changes:
        change(sheet, heads(sheet))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def heads(sheet: Sheet) -> dict[str, int]:
    """The column of each head, wherever the line of heads stands now."""
    for row in sheet.iter_rows(max_row=40):
        found = {str(cell.value): cell.column for cell in row if cell.value}
        if "项目名称" in found:
            return found
    return {}


def rows(sheet: Sheet) -> list[int]:
    """The rows of projects."""
    name = heads(sheet)["项目名称"]
    first = next(r for r in range(1, 60) if sheet.cell(r, name).value == "项目名称") + 1
    return [r for r in range(first, sheet.max_row + 1) if sheet.cell(r, name).value]


def fill(*amounts: object, column: str = REACHED) -> Change:
    """The first rows' cells of a column, from above; None leaves one alone."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        for row, amount in zip(rows(sheet), amounts, strict=False):
            if amount is not None:
                sheet.cell(row, columns[column]).value = amount

    return change


def same_for_all(value: object, column: str) -> Change:
    """Every project's cell of a column."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        for row in rows(sheet):
            sheet.cell(row, columns[column]).value = value

    return change


def insert_columns(sheet: Sheet, columns: dict[str, int]) -> None:
    """One's own columns at the very left and in the middle, with something in them."""
    sheet.insert_cols(columns[REACHED])
    sheet.cell(HEAD, columns[REACHED]).value = "分管领导"
    sheet.insert_cols(1)
    sheet.cell(HEAD, 1).value = "排序"
    for row in range(HEAD + 1, sheet.max_row + 1):
        sheet.cell(row, 1).value = row


def delete_rows(*places: int) -> Change:
    """Some projects' rows taken out."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        known = rows(sheet)
        for place in sorted(places, reverse=True):
            sheet.delete_rows(known[place])

    return change


def turn_round(sheet: Sheet, columns: dict[str, int]) -> None:
    """The rows sorted the other way."""
    known = rows(sheet)
    values = [[cell.value for cell in sheet[row]] for row in known]
    for row, line in zip(known, reversed(values), strict=True):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column).value = value


def add_title(sheet: Sheet, columns: dict[str, int]) -> None:
    """Two lines of one's own above everything."""
    sheet.insert_rows(1, 2)
    sheet.cell(1, 3).value = "市水利局报送（盖章）"


def add_notes(sheet: Sheet, columns: dict[str, int]) -> None:
    """A total and a signature below."""
    last = sheet.max_row
    sheet.cell(last + 1, columns["项目名称"]).value = "合计"
    sheet.cell(last + 1, columns[REACHED]).value = 999_999
    sheet.cell(last + 2, columns["项目名称"]).value = "填表人：王建国"


def add_project(name: str) -> Change:
    """A project of one's own below."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        last = sheet.max_row + 1
        sheet.cell(last, columns["项目名称"]).value = name
        sheet.cell(last, columns[REACHED]).value = 10

    return change


def twice(sheet: Sheet, columns: dict[str, int]) -> None:
    """The first project's row copied below with another number."""
    first, last = rows(sheet)[0], sheet.max_row + 1
    for cell in sheet[first]:
        sheet.cell(last, cell.column).value = cell.value
    sheet.cell(last, columns[REACHED]).value = 77


def rename_head(old: str, new: str) -> Change:
    """A head written otherwise."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        sheet.cell(HEAD, columns[old]).value = new

    return change


def delete_column(head: str) -> Change:
    """A column taken out."""

    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        sheet.delete_cols(columns[head])

    return change


def second_sheet(data: bytes) -> bytes:
    """The sheet behind an empty one and beside somebody's own."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.create_sheet("Sheet1", 0)
    book.create_sheet("工作台账").append(["序号", "事项", "进展"])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def pasted_values(data: bytes) -> bytes:
    """Only what is to be seen, pasted into a new book: the hidden line of marks is gone."""
    old = openpyxl.load_workbook(io.BytesIO(data)).active
    book = openpyxl.Workbook()
    for row in old.iter_rows(min_row=HEAD, values_only=True):
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def as_xls(data: bytes) -> bytes:
    """The old format, as some offices still save it: written record by record (BIFF5)."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [
        (row[0].row - 1, cell.column - 1, cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    return _ole(_biff(cells))


def _record(kind: int, body: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body


def _biff(cells: list[tuple[int, int, Any]]) -> bytes:
    """A workbook of one sheet in BIFF8: labels as LABEL records, numbers as NUMBER."""
    import struct
    from datetime import datetime

    def bof(kind: int) -> bytes:
        return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))

    end = _record(0x000A, b"")
    name = "填报".encode("utf-16-le")
    place = len(bof(5)) + len(_record(0x0042, b"\xb0\x04")) + 4 + 8 + len(name) + len(end)
    bound = _record(0x0085, struct.pack("<IHBB", place, 0, 2, 1) + name)
    book = bof(5) + _record(0x0042, b"\xb0\x04") + bound + end
    body = bof(0x10)
    for row, column, value in cells:
        at = struct.pack("<HHH", row, column, 0)
        if isinstance(value, datetime):
            value = value.date().isoformat()
        if isinstance(value, (int, float)):
            body += _record(0x0203, at + struct.pack("<d", value))
        else:
            text = str(value)[:2000]
            body += _record(
                0x0204, at + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
            )
    return book + body + end


def _ole(stream: bytes) -> bytes:
    """The compound file that holds a stream named Workbook."""
    import struct

    size = 512
    stream = stream.ljust(max(len(stream), 4096), b"\0")
    stream += b"\0" * (-len(stream) % size)
    count = len(stream) // size
    free, chain_end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    # Sector 0 is the FAT, 1 the directory, the stream follows.
    fat = [fat_mark, chain_end]
    fat += [n + 3 for n in range(count - 1)] + [chain_end]
    assert len(fat) <= 128, "one FAT sector is enough for a test"
    fat += [free] * (128 - len(fat))

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw), kind, 1)
            + struct.pack("<III", free, free, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, length)
        )

    directory = entry("Root Entry", 5, 1, chain_end, 0)
    directory += entry("Workbook", 2, free, 2, len(stream))
    directory += (b"\0" * 64 + struct.pack("<HBB", 0, 0, 0) + struct.pack("<III", free, free, free)
                  + b"\0" * 48) * 2  # fmt: skip
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
        + struct.pack("<IIII", 0, 1, 1, 0)
        + struct.pack("<IIIII", 4096, chain_end, 0, chain_end, 0)
        + struct.pack("<I", 0)
        + struct.pack("<108I", *[free] * 108)
    )
    return header + struct.pack("<128I", *fat) + directory + stream
