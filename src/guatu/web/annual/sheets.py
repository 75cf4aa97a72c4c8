"""The plan as an xlsx that comes back: row ids, versions and the sheet's number travel inside."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

from guatu.web.annual.cells import BY_KEY, FIELDS, CellFault, misfit, read_cell, write_cell
from guatu.web.annual.models import AnnualLine, AnnualPlan, SentSheet

SHEET: Final = "年度计划"
_MARK: Final = "挂图年度计划表"
_HEAD_ROW: Final = 3  # counted from 0: title, instructions, marks above it
_FIRST: Final = 5  # behind the head stands the line of totals
_COLUMNS: Final = ("行号（勿改）", "版本（勿改）", "序号", "项目名称", "县区", "责任单位", "类别")
_ASKED: Final = len(_COLUMNS)
_WIDTHS: Final = (0, 0, 6, 36, 12, 18, 14, 16, 11, 11, 40, 40)


class WrongSheet(Exception):
    """The file is not a sheet of this plan; the words say what it should be."""


def write_sheet(plan: AnnualPlan, sent: SentSheet, lines: Iterable[AnnualLine]) -> bytes:
    """The plan's lines as xlsx; the white columns are to be filled in."""
    import xlsxwriter

    lines = list(lines)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    look = _looks(book)
    title = f"{plan.office.name} {plan.year}年度投资计划"
    sheet.merge_range(0, 2, 0, _ASKED + 4, title, look["title"])
    words = (
        "只填白色的列；投资单位为万元，月份写成 2026-09，"
        "节点写成“6月 主体封顶 40%；12月 竣工 100%”。灰色的列和前两列请勿改动。"
    )
    sheet.merge_range(1, 2, 1, _ASKED + 4, words, look["note"])
    sheet.write_row(2, 0, [_MARK, str(sent.token)], look["hidden"])
    heads = [*_COLUMNS, *(field.head for field in FIELDS)]
    for column, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
        sheet.write(_HEAD_ROW, column, head, look["head"])
        sheet.set_column(column, column, width or 8, None, {"hidden": not width})
    sheet.set_row(2, None, None, {"hidden": True})
    total = sum(line.investment or 0 for line in lines)
    sheet.write_row(_HEAD_ROW + 1, 2, ["", "合计", "", "", ""], look["total"])
    last = _FIRST + max(len(lines), 1)
    formula = f"=SUM(H{_FIRST + 1}:H{last})"
    sheet.write_formula(_HEAD_ROW + 1, _ASKED, formula, look["total"], _wan(total))
    for row, line in enumerate(lines, start=_FIRST):
        _write_line(sheet, row, line, look)
    sheet.freeze_panes(_FIRST, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    grid = {"border": 1, "border_color": "#CBC6B8", "valign": "top", "font_size": 10}
    grey = {**grid, "bg_color": "#F4F2EC"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#545C66", "text_wrap": True}),
        "hidden": book.add_format({"font_color": "#FFFFFF"}),
        "head": book.add_format({**grey, "bold": True, "text_wrap": True, "align": "center"}),
        "total": book.add_format({**grey, "bold": True, "num_format": "#,##0.####"}),
        "given": book.add_format({**grey, "text_wrap": True}),
        "money": book.add_format({**grid, "num_format": "#,##0.####"}),
        "text": book.add_format({**grid, "text_wrap": True, "num_format": "@"}),
    }


def _write_line(sheet: Any, row: int, line: AnnualLine, look: Mapping[str, Any]) -> None:
    project = line.project
    unit = str(project.unit) if project.unit else project.unit_name
    region = project.region.name if project.region else ""
    given = [line.pk, line.version, row - _FIRST + 1, project.name, region, unit, project.section]
    for column, value in enumerate(given):
        if isinstance(value, str):
            # Never a formula, whatever a name begins with.
            sheet.write_string(row, column, value, look["given"])
        else:
            sheet.write_number(row, column, value, look["given"])
    for column, field in enumerate(FIELDS, start=_ASKED):
        value = line.values[field.key]
        if field.key == "investment":
            if value is None:
                sheet.write_blank(row, column, None, look["money"])
            else:
                sheet.write_number(row, column, _wan(value), look["money"])
        else:
            sheet.write_string(row, column, write_cell(field.key, value), look["text"])


def _wan(yuan: int) -> float:
    """万元 as a spreadsheet has numbers; exact to the 元 up to 900,000 亿元."""
    return float(Decimal(yuan) / 10_000)


# ------------------------------------------------------------------ coming back


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row as it came back: where it stands in the sheet, whose it is, what it says."""

    row: int
    line: int | None
    texts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Returned:
    """A sheet as it came back."""

    token: uuid.UUID
    rows: list[ReturnedRow]


def read_sheet(file: IO[bytes]) -> Returned:
    """A returned sheet; raises ``WrongSheet`` for anything that is not one."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(file)
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as fault:
        raise WrongSheet("这个文件打不开，请上传从这里导出的 xlsx 表。") from fault
    return Returned(_token(rows), _rows(rows))


def _token(rows: list[list[Any]]) -> uuid.UUID:
    for row in rows[:6]:
        if len(row) > 1 and row[0] == _MARK:
            try:
                return uuid.UUID(str(row[1]))
            except ValueError:
                break
    raise WrongSheet(
        "这不是从本系统导出的年度计划表，认不出哪一行是哪个项目。"
        "请先点“导出表格”，在导出的表里填好再上传。"
    )


def _rows(rows: list[list[Any]]) -> list[ReturnedRow]:
    heads = next((n for n, row in enumerate(rows[:8]) if row and row[0] == _COLUMNS[0]), None)
    if heads is None:
        raise WrongSheet("表头被改动过，请保留导出时的表头。")
    places = {str(head): column for column, head in enumerate(rows[heads])}
    missing = [field.head for field in FIELDS if field.head not in places]
    if missing:
        raise WrongSheet(f"表里缺少“{'”“'.join(missing)}”列，请保留导出时的表头。")
    found = []
    for number, row in enumerate(rows[heads + 1 :], start=heads + 2):
        texts = {field.key: _cell(row, places[field.head]) for field in FIELDS}
        line = _cell(row, 0)
        known = isinstance(line, (int, float)) and not isinstance(line, bool)
        if (not known and not _cell(row, 3)) or _cell(row, 3) == "合计":
            continue
        found.append(ReturnedRow(number, int(line) if known else None, texts))
    return found


def _cell(row: list[Any], column: int) -> Any:
    return row[column] if column < len(row) else ""


def compare(
    plan: AnnualPlan, sent: SentSheet, returned: Returned, lines: Mapping[int, AnnualLine]
) -> list[dict[str, Any]]:
    """Each row beside what was sent and what stands now, as ``ReturnedSheet.rows`` keeps it."""
    compared = []
    seen: set[int] = set()
    for row in returned.rows:
        line = lines.get(row.line) if row.line is not None else None
        kept = sent.lines.get(str(row.line))
        if line is None or kept is None:
            compared.append(_stray(row, "这一行不是计划里的项目，请在页面上用“加入项目”加进来。"))
        elif line.pk in seen:
            compared.append(_stray(row, "这个项目在表里出现了两次，请只留一行。"))
        else:
            seen.add(line.pk)
            compared.append(_compared(plan, row, line, kept))
    return compared


def _stray(row: ReturnedRow, words: str) -> dict[str, Any]:
    return {
        "row": row.row,
        "line": None,
        "change": "error",
        "values": {},
        "sent": {},
        "now": {},
        "changed": [],
        "version": 0,
        "errors": [f"第 {row.row} 行：{words}"],
    }


def _compared(
    plan: AnnualPlan, row: ReturnedRow, line: AnnualLine, kept: Mapping[str, Any]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: list[str] = []
    for key, text in row.texts.items():
        try:
            values[key] = read_cell(key, text, plan.year)
        except CellFault as fault:
            head = BY_KEY[key].head
            errors.append(f"第 {row.row} 行“{head}”填的是“{_short(text)}”，{fault}。")
    now, sent = line.values, kept["values"]
    # Only what was changed in the sheet counts: a cell left as it was sent says nothing.
    changed = [key for key, value in values.items() if value != sent.get(key)]
    if not errors and (words := misfit({**now, **{key: values[key] for key in changed}})):
        errors.append(f"第 {row.row} 行：{words}。")
    differs = [key for key in changed if values[key] != now[key]]
    stale = line.version != kept["version"] and any(now[key] != sent.get(key) for key in differs)
    change = "error" if errors else "stale" if stale else "changed" if differs else "same"
    return {
        "row": row.row,
        "line": line.pk,
        "name": line.project.name,
        "change": change,
        "values": values,
        "sent": sent,
        "now": now,
        "changed": differs,
        # A row that is not stale rests on what stands now; a stale one on what was sent.
        "version": kept["version"] if stale else line.version,
        "errors": errors,
    }


def _short(text: object) -> str:
    if isinstance(text, date):
        return text.isoformat()
    return str(text)[:20]
