"""Spreadsheets in and out (表格): what is seen is what goes out; what comes in is plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.page.tables import Column

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 100_000

_WAN: Final = Decimal(10_000)
_YI: Final = Decimal(100_000_000)
_FORMATS: Final = {
    "wan": "#,##0",
    "yi": "#,##0.00",
    "number": "#,##0",
    "percent": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_WIDTHS: Final = {"l": 34, "m": 22, "s": 12, "": 16}


class UnreadableSheet(Exception):
    """The file is no sheet that we can open; the words say what would be."""


def rows_of(data: bytes, name: str) -> list[list[str]]:
    """The first sheet of an .xlsx, .xls, .ods or .csv as text, one list a row."""
    if name.lower().endswith((".csv", ".txt")):
        return _csv_rows(data)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError, ValueError, OverflowError) as fault:
        words = _("“%(name)s”不是能识别的表格。请另存为 .xlsx 后再传。")
        raise UnreadableSheet(words % {"name": name}) from fault
    if len(found) > MOST_ROWS:
        raise UnreadableSheet(_("表格超过 %(most)d 行，请拆分后再传。") % {"most": MOST_ROWS})
    return [[_text(cell) for cell in row] for row in found]


def _csv_rows(data: bytes) -> list[list[str]]:
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        try:
            return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
        except csv.Error as fault:
            raise UnreadableSheet(_("CSV 文件的格式不对，请另存为 .xlsx 后再传。")) from fault
    raise UnreadableSheet(_("CSV 文件的编码不能识别，请另存为 .xlsx 后再传。"))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return str(cell).strip()


def sheet_of(title: str, columns: Sequence[Column], rows: Iterable[Any], note: str = "") -> bytes:
    """Rows under these columns as an .xlsx: figures as figures, heads fixed, ready to print."""
    import xlsxwriter

    target = io.BytesIO()
    # Text that begins with = is text: a sheet that goes out never computes what someone typed.
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(title[:31].translate(str.maketrans("", "", "[]:*?/\\")))
    base = {"font_name": "宋体", "font_size": 10.5, "border": 1, "valign": "vcenter"}
    head = book.add_format({**base, "bold": True, "bg_color": "#EEF1F6", "text_wrap": True})
    text = book.add_format({**base, "text_wrap": True})
    styles = {
        kind: book.add_format({**base, "num_format": form}) for kind, form in _FORMATS.items()
    }
    page.write_string(0, 0, title, book.add_format({"font_name": "黑体", "font_size": 14}))
    page.write_string(1, 0, note or _("导出时间 ") + f"{timezone.localtime():%Y-%m-%d %H:%M}")
    for place, column in enumerate(columns):
        words = f"{column.head}（{column.unit}）" if column.unit else column.head
        page.write_string(2, place, words, head)
        page.set_column(place, place, _WIDTHS[column.width])
    last = 2
    for last, row in enumerate(rows, start=3):
        for place, column in enumerate(columns):
            _write(page, last, place, column, getattr(row, column.key), styles, text)
    page.freeze_panes(3, 1)
    page.autofilter(2, 0, max(last, 3), len(columns) - 1)
    page.repeat_rows(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def _write(
    page: Any, row: int, place: int, column: Column, value: Any, styles: dict[str, Any], text: Any
) -> None:
    style = styles.get(column.kind, text)
    match column.kind:
        case "wan" if value is not None:
            page.write_number(row, place, Decimal(value) / _WAN, style)
        case "yi" if value is not None:
            page.write_number(row, place, Decimal(value) / _YI, style)
        case "number" | "percent" | "points" if value is not None:
            page.write_number(row, place, value, style)
        case "day" | "moment" if isinstance(value, datetime):
            page.write_datetime(row, place, timezone.localtime(value).replace(tzinfo=None), style)
        case "day" if isinstance(value, date):
            page.write_datetime(row, place, value, style)
        case _:
            words = "" if value is None else column.text(value)
            page.write_string(row, place, words, text if value is not None else style)


def download(data: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file to save under a Chinese name."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
