"""The period's sheet of a unit as xlsx (填报表): written to go out, read whatever came back.

Every row carries who it is: the sheet's number, the project, the period, the version. A sheet
that comes back is therefore known whatever its file is called, whichever columns were put in
between, and in whatever order its rows stand.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from guatu.delivery.projects.sheets import Sheet, open_sheets
from guatu.delivery.projects.values import Cell, text_of
from guatu.delivery.reporting.fields import BY_KEY, FIELDS, MOST_WORDS, Kind, Value, Values, written

TAB: Final = "调度填报"
MARK: Final = "挂图调度填报表"
_ID, _VERSION = "行标识（勿改）", "期别版本（勿改）"
_NAME: Final = "项目名称"
_GIVEN: Final = (_ID, _VERSION, "序号", _NAME, "县区", "年度计划投资（万元）", "上期累计（万元）")
_GIVEN_WIDTHS: Final = (0, 0, 5, 27, 9, 11, 11)
# 通报后调整: two more grey columns, where something of the kind lands in the period.
_ADJUSTED: Final = ("通报后调整（万元）", "调整原因")
_ADJUSTED_WIDTHS: Final = (11, 24)
# Height of a line in points.
_LINE: Final = 14
_LAST_PROGRESS: Final = "上期形象进度"
_HEAD_ROW: Final = 4
_ROW_ID: Final = re.compile(r"GT([0-9a-f]{12})-(\d{1,12})")
_ROW_VERSION: Final = re.compile(r"([0-9]{4}[0-9A-Za-z\-]{0,6})/(\d{1,6})")
_LOOKED_AT: Final = 60
_MOST_FAULTY: Final = 40


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A project's row as it goes out.

    ``asked`` are its white cells; ``values`` what is known for them already; ``last`` what stood
    in the period before (whole 元 and words), ``adjusted`` what of it was put right after issue.
    """

    project: int
    name: str
    region: str
    planned: int | None
    asked: tuple[str, ...]
    values: Values
    version: int = 0
    last_reached: int | None = None
    last_progress: str = ""
    adjusted: int = 0
    adjusted_words: str = ""


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """A unit's sheet: whose, of which period, due when, with which rows."""

    token: str
    office: str
    unit: str
    period_key: str
    period_label: str
    due: str
    rows: Sequence[SheetRow]
    year: int
    last_day: date


def write_sheet(unit: UnitSheet) -> bytes:
    """The sheet as xlsx: white cells to fill, grey ones known, checked as they are typed."""
    import xlsxwriter

    target = io.BytesIO()
    # Text that begins with = is text: a sheet that goes out never computes what someone typed.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet(TAB)
    look = _looks(book)
    fields = _columns(unit.rows)
    given, given_widths = _given(unit.rows)
    heads = [*given, *(_LAST_PROGRESS if key == "" else BY_KEY[key].head for key in fields)]
    title = f"{unit.office} {unit.period_label}调度填报表"
    last = len(heads) - 1
    page.merge_range(0, 2, 0, last, title, look["title"])
    page.merge_range(
        1, 2, 1, last, f"填报单位：{unit.unit}　　请于 {unit.due} 前交回", look["note"]
    )
    words = (
        "只填白色的格，灰色的是已知的；投资单位为万元，从1月1日起累计。与上期相同的，只在“本期"
        "无变化”填“是”。可以增加列，请勿改动最左边两列和表头。"
    )
    if len(given) > len(_GIVEN):
        words += "有通报后调整的，本年累计＝上期累计＋通报后调整＋本期完成。"
    page.merge_range(2, 2, 2, last, words, look["note"])
    page.write_row(3, 0, [MARK, f"{unit.token} {unit.period_key}"], look["hidden"])
    page.set_row(3, None, None, {"hidden": True})
    page.set_row(2, 30)
    page.set_row(_HEAD_ROW, 2 * _LINE)
    widths = [*given_widths, *(18 if key == "" else BY_KEY[key].width for key in fields)]
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        page.write_string(_HEAD_ROW, column, head, look["head"])
        page.set_column(column, column, width or 8, None, {"hidden": not width})
    for number, row in enumerate(unit.rows, start=1):
        _write_row(page, _HEAD_ROW + number, number, row, unit, fields, look, len(given))
    _validate(page, fields, len(unit.rows), unit, len(given))
    page.freeze_panes(_HEAD_ROW + 1, 4)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(_HEAD_ROW)
    page.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def _given(rows: Sequence[SheetRow]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Heads and widths of the grey columns at the left."""
    if any(row.adjusted for row in rows):
        return _GIVEN + _ADJUSTED, _GIVEN_WIDTHS + _ADJUSTED_WIDTHS
    return _GIVEN, _GIVEN_WIDTHS


def _columns(rows: Sequence[SheetRow]) -> list[str]:
    """Fields that at least one row asks; "" is the column of last period's progress."""
    wanted = {key for row in rows for key in row.asked}
    fields = [each.key for each in FIELDS if each.key in wanted]
    if "progress" in fields and any(row.last_progress for row in rows):
        fields.insert(fields.index("progress"), "")
    return fields


def _looks(book: Any) -> dict[str, Any]:
    grid = {"border": 1, "border_color": "#CBC6B8", "valign": "top", "font_size": 10}
    grey = {**grid, "bg_color": "#F1EEE6", "font_color": "#545C66"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#545C66", "text_wrap": True, "valign": "top"}),
        "hidden": book.add_format({"font_color": "#FFFFFF"}),
        "head": book.add_format(
            {**grey, "bold": True, "text_wrap": True, "align": "center", "font_color": "#1C2026"}
        ),
        "grey": book.add_format({**grey, "text_wrap": True}),
        "grey_money": book.add_format({**grey, "num_format": "#,##0.####"}),
        "grey_signed": book.add_format({**grey, "num_format": "+#,##0.####;-#,##0.####"}),
        "grey_day": book.add_format({**grey, "num_format": "yyyy-mm-dd"}),
        "money": book.add_format({**grid, "num_format": "#,##0.####"}),
        "day": book.add_format({**grid, "num_format": "yyyy-mm-dd"}),
        "text": book.add_format({**grid, "text_wrap": True}),
        "tick": book.add_format({**grid, "align": "center"}),
    }


def _write_row(
    page: Any,
    at: int,
    number: int,
    row: SheetRow,
    unit: UnitSheet,
    fields: Sequence[str],
    look: Mapping[str, Any],
    first: int,
) -> None:
    page.write_string(at, 0, f"GT{unit.token}-{row.project}", look["grey"])
    page.write_string(at, 1, f"{unit.period_key}/{row.version}", look["grey"])
    page.write_number(at, 2, number, look["grey"])
    page.write_string(at, 3, row.name, look["grey"])
    page.write_string(at, 4, row.region, look["grey"])
    _write_money(page, at, 5, row.planned, look["grey_money"])
    _write_money(page, at, 6, row.last_reached, look["grey_money"])
    # Not every program makes a row as high as its words: of what is given that is known here.
    given = (row.name, 27), (row.adjusted_words, 24), (row.last_progress, 18)
    page.set_row(at, _LINE * max(-(-2 * len(words) // (width - 1)) or 1 for words, width in given))
    if first > len(_GIVEN):
        _write_money(page, at, 7, row.adjusted or None, look["grey_signed"])
        page.write_string(at, 8, row.adjusted_words, look["grey"])
    for column, key in enumerate(fields, start=first):
        if key == "":
            page.write_string(at, column, row.last_progress, look["grey"])
            continue
        kind = BY_KEY[key].kind
        open_cell = key in row.asked
        value = row.values.get(key)
        style = look[
            {Kind.MONEY: "money", Kind.DAY: "day", Kind.TEXT: "text", Kind.TICK: "tick"}[kind]
            if open_cell
            else {Kind.MONEY: "grey_money", Kind.DAY: "grey_day"}.get(kind, "grey")
        ]
        _write_value(page, at, column, key, value, style)


def _write_value(page: Any, at: int, column: int, key: str, value: Value, style: Any) -> None:
    kind = BY_KEY[key].kind
    if value is None or value is False:
        page.write_blank(at, column, None, style)
    elif kind is Kind.MONEY:
        _write_money(page, at, column, int(str(value)), style)
    elif kind is Kind.DAY:
        page.write_datetime(at, column, value, style)
    else:
        page.write_string(at, column, written(key, value), style)


def _write_money(page: Any, at: int, column: int, yuan: int | None, style: Any) -> None:
    if yuan is None:
        page.write_blank(at, column, None, style)
    else:
        # 万元 as a spreadsheet has numbers; exact to the 元 up to 900,000 亿元.
        page.write_number(at, column, float(Decimal(yuan) / 10_000), style)


def _validate(page: Any, fields: Sequence[str], rows: int, unit: UnitSheet, first: int) -> None:
    """What a white cell takes, told while it is typed; a warning, since people paste as well."""
    last = _HEAD_ROW + max(rows, 1)
    for column, key in enumerate(fields, start=first):
        if key == "":
            continue
        each = BY_KEY[key]
        rule: dict[str, Any] = {
            "input_title": each.head[:32],
            "input_message": each.hint,
            "error_title": "请核对",
            "error_type": "stop" if each.kind is Kind.TICK else "warning",
        }
        match each.kind:
            case Kind.MONEY:
                rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
                rule["error_message"] = "应为不小于零的数字，单位万元。"
            case Kind.DAY:
                rule |= {"validate": "date", "criteria": "between"}
                rule |= {"minimum": date(1980, 1, 1), "maximum": unit.last_day}
                rule["error_message"] = f"应为不晚于 {unit.last_day} 的日期，如 {unit.year}-03-01。"
            case Kind.TICK:
                rule |= {"validate": "list", "source": ["是"]}
                rule["error_message"] = "填“是”或空着。"
            case Kind.TEXT:
                rule |= {"validate": "length", "criteria": "<=", "value": MOST_WORDS}
                rule["error_message"] = f"不超过 {MOST_WORDS} 个字。"
        page.data_validation(_HEAD_ROW + 1, column, last, column, rule)


# ------------------------------------------------------------------ coming back


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row as it came back: where it stands, whose it says it is, what its cells hold.

    ``cells`` has only the fields whose column was found; ``project`` is None where the row
    carries no mark.
    """

    row: int
    token: str
    project: int | None
    period_key: str
    version: int
    name: str
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook as it came back: rows, the sheet's number and period, and what was odd."""

    token: str
    period_key: str
    rows: tuple[ReturnedRow, ...]
    remarks: tuple[str, ...] = ()


class NotOurSheet(ValueError):
    """The workbook is no sheet that went out from here; the words say what to do."""


def _plain(words: str) -> str:
    """A head as it is compared: half width, no blanks, without its unit in brackets."""
    text = "".join(unicodedata.normalize("NFKC", words).split())
    return re.sub(r"\((?:万元|勿改|元)\)", "", text)


_PLAIN_FIELDS: Final = {_plain(each.head): each.key for each in FIELDS}
_PLAIN_ID, _PLAIN_VERSION, _PLAIN_NAME = _plain(_ID), _plain(_VERSION), _plain(_NAME)
_KNOWN: Final = {
    *_PLAIN_FIELDS, *map(_plain, (*_GIVEN, *_ADJUSTED)), _plain(_LAST_PROGRESS)
}  # fmt: skip
_NO_PROJECT: Final = ("合计", "小计", "总计", "填表", "填报", "审核", "注", "说明", "备注")


def read_sheet(data: bytes, name: str) -> Returned:
    """What came back, from any workbook file (xlsx, xls, et, csv).

    Raises ``UnreadableSheet`` for a file that is no workbook and ``NotOurSheet`` for one that
    did not go out from here.
    """
    remarks: list[str] = []
    rows: list[ReturnedRow] = []
    token = period = ""
    sheets = open_sheets(data, name)
    for sheet in sheets:
        mark = _mark(sheet)
        found = _rows_of(sheet, remarks)
        if mark and found:
            token, period = token or mark[0], period or mark[1]
        rows.extend(found)
    marked = [row for row in rows if row.project is not None]
    if marked:
        tokens = [row.token for row in marked]
        # The rows say best whose they are: people copy them into the sheet of another period.
        token = max(dict.fromkeys(tokens), key=tokens.count)
        period = next(row.period_key for row in marked if row.token == token) or period
    if not token:
        raise NotOurSheet(
            f"“{name}”不是从本系统发出的填报表，认不出是哪个单位、哪一期。"
            "请在发出的表里填好再交；实在没有的，在单位那一行点“代录”。"
        )
    return Returned(token, period, tuple(rows), tuple(remarks))


def _mark(sheet: Sheet) -> tuple[str, str] | None:
    """Number and period that stand in the hidden line."""
    for row in sheet.rows[:_LOOKED_AT]:
        for place, cell in enumerate(row):
            if cell == MARK:
                after = next((text_of(each) for each in row[place + 1 :] if each), "")
                number, _, period = after.partition(" ")
                if re.fullmatch(r"[0-9a-f]{12}", number):
                    return number, period
    return None


def _head_of(sheet: Sheet) -> tuple[int, dict[str, int], list[str]] | None:
    """The line of heads: its place, the column of each, and heads that are not ours."""
    best: tuple[int, dict[str, int], list[str]] | None = None
    for at, row in enumerate(sheet.rows[:_LOOKED_AT]):
        places: dict[str, int] = {}
        others: list[str] = []
        for column, cell in enumerate(row):
            if not isinstance(cell, str):
                continue
            head = _plain(cell)
            if head in _KNOWN:
                places.setdefault(head, column)
            elif head:
                others.append(text_of(cell)[:20])
        fields = sum(head in _PLAIN_FIELDS for head in places)
        ours = (_PLAIN_ID in places and fields >= 1) or (_PLAIN_NAME in places and fields >= 2)
        if ours and (best is None or len(places) > len(best[1])):
            best = (at, places, others)
    return best


def _rows_of(sheet: Sheet, remarks: list[str]) -> list[ReturnedRow]:
    head = _head_of(sheet)
    if head is None:
        return []
    at, places, others = head
    if others:
        remarks.append(f"多出的列没有读：{'、'.join(others[:6])}。")
    if _PLAIN_ID not in places:
        remarks.append("“行标识”列不见了，按项目名称对应。")
    fields = {key: places[head] for head, key in _PLAIN_FIELDS.items() if head in places}
    found = []
    for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
        returned = _row(number, row, places, fields)
        if returned is not None:
            found.append(returned)
    return found


def _row(
    number: int, row: list[Cell], places: Mapping[str, int], fields: Mapping[str, int]
) -> ReturnedRow | None:
    name = text_of(_at(row, places.get(_PLAIN_NAME)))
    mark = _ROW_ID.fullmatch(text_of(_at(row, places.get(_PLAIN_ID))))
    cells = {key: _at(row, column) for key, column in fields.items()}
    if mark is None and (not name or name.startswith(_NO_PROJECT) or not _anything(cells)):
        return None
    version = _ROW_VERSION.fullmatch(text_of(_at(row, places.get(_PLAIN_VERSION))))
    return ReturnedRow(
        row=number,
        token=mark[1] if mark else "",
        project=int(mark[2]) if mark else None,
        period_key=version[1] if version else "",
        version=int(version[2]) if version else 0,
        name=name,
        cells=cells,
    )


def _anything(cells: Mapping[str, Cell]) -> bool:
    return any(cell is not None and text_of(cell) for cell in cells.values())


def _at(row: list[Cell], column: int | None) -> Cell:
    return row[column] if column is not None and column < len(row) else None


def faults_told(faults: Sequence[str]) -> Iterator[str]:
    """The faults of a file in words, cut where there are too many to read."""
    yield from faults[:_MOST_FAULTY]
    if len(faults) > _MOST_FAULTY:
        yield f"还有 {len(faults) - _MOST_FAULTY} 处同样要改。"
