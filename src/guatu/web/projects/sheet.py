"""The list as a workbook, exactly as it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils import timezone

from guatu.web.page.tables import Column
from guatu.web.projects.queries.library import ProjectRow, Sums

_WIDTHS = {"l": 36, "m": 22}


def workbook_of(
    columns: Sequence[Column], rows: Iterable[ProjectRow], sums: Sums, conditions: str
) -> bytes:
    """An xlsx with a title, the conditions, the totals first and then the rows."""
    import xlsxwriter

    data = BytesIO()
    book = xlsxwriter.Workbook(
        data,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("项目库")
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#EEF1F6", "text_wrap": True, "align": "center"}
    )
    text = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
    money = book.add_format({"border": 1, "num_format": "#,##0", "valign": "top"})
    bold = book.add_format({"border": 1, "num_format": "#,##0", "bold": True})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.width, 14))
    sheet.write_string(0, 0, "项目库", title)
    made = f"{timezone.localtime():%Y-%m-%d %H:%M} 导出"
    made += f"，{sums.projects} 个项目、{sums.leaves} 个末级项目"
    sheet.write_string(1, 0, f"{made}。{'条件：' + conditions if conditions else ''}")
    for place, column in enumerate(columns):
        unit = f"（{column.unit}）" if column.unit else ""
        sheet.write_string(2, place, column.head + unit, head)
    for place, column in enumerate(columns):
        total = getattr(sums, column.key, None) if column.kind == "wan" else None
        words = "合计（末级项目）" if place == 0 else ""
        _write(sheet, 3, place, column, words if total is None else total, bold, bold)
    number = 3
    for number, row in enumerate(rows, start=4):
        for place, column in enumerate(columns):
            _write(sheet, number, place, column, getattr(row, column.key), text, money)
    sheet.freeze_panes(4, 1)
    sheet.autofilter(2, 0, max(number, 3), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return data.getvalue()


_LIGHTS = {"red": "红", "yellow": "黄", "green": "绿", "paused": "停", "grey": ""}


def _write(
    sheet: Any, row: int, place: int, column: Column, value: Any, text: Any, money: Any
) -> None:
    if column.kind == "wan" and isinstance(value, int):
        sheet.write_number(row, place, value / 10_000, money)
    elif column.kind == "light":
        sheet.write_string(row, place, _LIGHTS.get(str(value), ""), text)
    elif column.kind == "number" and isinstance(value, int):
        sheet.write_number(row, place, value, money)
    elif value is None or value == "—":
        sheet.write_blank(row, place, None, text)
    else:
        sheet.write_string(row, place, str(value), text)
