"""A workbook file into plain rows: xlsx, xls and csv, and et, which mostly holds an xls."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from guatu.delivery.projects.heads import Merge
from guatu.delivery.projects.values import Cell

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
_MOST_UNPACKED: Final = 1024 * 1024 * 1024
_WORKBOOK: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class UnreadableSheet(ValueError):
    """The file is no sheet we can open; the words say how to mend it."""


class DamagedSheet(UnreadableSheet):
    """It looks like a workbook and cannot be opened as one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its rows from the top, its joined cells."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)


def open_sheets(data: bytes, name: str, *, only: str = "") -> list[Sheet]:
    """The sheets of a workbook that hold something; ``only`` the one of that name, if there is."""
    if not data:
        raise UnreadableSheet(f"“{name}”是空文件。")
    suffix = Path(name).suffix.lower()
    if suffix == ".csv":
        sheets = [_open_csv(data, name)]
    elif suffix in (".et", ".ett", ".wps"):
        sheets = _open_wps(data, name, only)
    elif data[:4] in _WORKBOOK:
        sheets = _open_workbook(data, name, only)
    elif suffix in (".xlsx", ".xls", ".xlsm"):
        raise UnreadableSheet(
            f"“{name}”的内容不是 Excel 表格，可能是网页或文本改了扩展名。"
            "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
        )
    else:
        raise UnreadableSheet(f"“{name}”不是表格文件，支持 .xlsx、.xls、.csv、.et。")
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise UnreadableSheet(f"“{name}”里没有内容。")
    return sheets


def _open_csv(data: bytes, name: str) -> Sheet:
    # Excel 在中文系统里存 csv 用 GB 码，WPS 可选 UTF-8。
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableSheet(f"“{name}”的文字编码无法识别，请另存为 .xlsx 后再上传。")
    if "\0" in text:
        raise UnreadableSheet(f"“{name}”不是文本，请另存为 .xlsx 后再上传。")
    head = text[:4096]
    delimiter = max(",\t;", key=head.count)
    try:
        rows: list[list[Cell]] = [
            [cell or None for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise UnreadableSheet(f"“{name}”的引号不成对，请另存为 .xlsx 后再上传。") from None
    return Sheet("csv", _bounded(rows, name))


def _open_wps(data: bytes, name: str, only: str) -> list[Sheet]:
    """WPS saves an et as an xls by another name; what is none of that LibreOffice is asked for."""
    if data[:4] not in _WORKBOOK:
        raise UnreadableSheet(
            f"“{name}”的内容不是 WPS 表格，可能是别的文件改了扩展名。"
            "请用 WPS 打开，另存为 .xlsx 后再上传。"
        )
    try:
        return _open_workbook(data, name, only)
    except DamagedSheet:
        return _open_workbook(_by_office(data, name), name, only)


def _open_workbook(data: bytes, name: str, only: str) -> list[Sheet]:
    import python_calamine

    if data[:2] == b"PK":
        _refuse_bomb(data, name)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == python_calamine.SheetVisibleEnum.Visible
            and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = []
        for title in [only] if only in visible else visible:
            sheet = book.get_sheet_by_name(title)
            rows = sheet.to_python(skip_empty_area=False)
            merges = [
                (top, left, bottom, right)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            ]
            plain = [[_plain(cell) for cell in row] for row in rows]
            sheets.append(Sheet(title, _bounded(plain, name), merges))
    except UnreadableSheet:
        raise
    except python_calamine.PasswordError:
        raise UnreadableSheet(f"“{name}”设了打开密码，请去掉密码后再上传。") from None
    except Exception as fault:  # calamine has many kinds; all mean the file is damaged
        raise DamagedSheet(
            f"“{name}”打不开，文件可能已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
        ) from fault
    return sheets


def _refuse_bomb(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(info.file_size for info in package.infolist())
    except zipfile.BadZipFile:
        raise UnreadableSheet(
            f"“{name}”不完整，可能没有传完。请重新上传，或用 Excel 另存后再试。"
        ) from None
    if size > _MOST_UNPACKED:
        raise UnreadableSheet(f"“{name}”解开后过大，请拆成几张表再上传。")


def _plain(cell: Any) -> Cell:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    if isinstance(cell, (str, int, float, bool, date, datetime)):
        return cell
    return str(cell)


def _bounded(rows: list[list[Cell]], name: str) -> list[list[Cell]]:
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS:
        raise UnreadableSheet(f"“{name}”有 {len(rows)} 行，一次最多 {MOST_ROWS} 行，请拆开再上传。")
    return [row[:MOST_COLUMNS] for row in rows]


def _by_office(data: bytes, name: str) -> bytes:
    """The workbook as xlsx by LibreOffice; a word on how to save it where there is none."""
    from guatu.delivery.projects.conversion import CannotConvert, to_xlsx

    try:
        return to_xlsx(data, Path(name).suffix.lower())
    except CannotConvert as fault:
        raise UnreadableSheet(f"“{name}”{fault}") from None
