"""上报表: the superior's blank xlsx, mapped once, filled from each close in its own format."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.bulletins.offers import Kind, Line, Offer, Scope, Value, lines_of, offer
from guatu.delivery.closing.rounding import rounded

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

UNITS: Final = {"亿元": 100_000_000, "万元": 10_000, "元": 1}
MOST_ROWS: Final = 400
MOST_COLUMNS: Final = 60


class UnusableForm(ValueError):
    """The file cannot be filled; the words say why and what would help."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell, or the column under it: what stands there.

    For a scope of many rows ``cell`` is the first row's; ``names`` is the column that already has
    the names of counties, units or projects, empty where the rows are to be listed in order.
    """

    sheet: str
    cell: str
    scope: Scope
    fact: str
    unit: str = "万元"
    names: str = ""


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as the screen shows it; ``into`` is the merged cell's corner that it lies under."""

    ref: str
    text: str
    width: int = 1
    height: int = 1
    into: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as rows of cells; those under a merged cell are left out."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[CellView, ...]], ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The filled file, how many cells were written, and what a person should know."""

    data: bytes
    cells: int
    notes: tuple[str, ...]


def entries_to_data(entries: Sequence[Entry]) -> list[dict[str, str]]:
    """The mapping as JSON takes it."""
    return [asdict(entry) | {"scope": entry.scope.value} for entry in entries]


def entries_from_data(data: Sequence[Mapping[str, str]]) -> list[Entry]:
    """The mapping that ``entries_to_data`` wrote."""
    return [Entry(**{**each, "scope": Scope(each["scope"])}) for each in data]  # type: ignore[arg-type]


def look(data: bytes, name: str) -> list[SheetView]:
    """The form's sheets as they look, at most 400 rows and 60 columns; ``UnusableForm`` else."""
    from openpyxl.utils import get_column_letter

    book = _open(data, name)
    views = []
    for sheet in book.worksheets:
        width, height = _extent(sheet)
        hidden, spans = _merged(sheet)
        rows = []
        for row in range(1, height + 1):
            cells = []
            for column in range(1, width + 1):
                if (row, column) in hidden:
                    continue
                across, down = spans.get((row, column), (1, 1))
                text = _text(sheet.cell(row, column).value)
                cells.append(CellView(f"{get_column_letter(column)}{row}", text, across, down))
            rows.append((row, tuple(cells)))
        letters = tuple(get_column_letter(column) for column in range(1, width + 1))
        views.append(SheetView(sheet.title, letters, tuple(rows)))
    return views


def entry_faults(data: bytes, name: str, entry: Entry) -> list[str]:
    """What is wrong with one entry of a mapping, in Chinese; nothing where it can be filled."""
    return _faults_in(_open(data, name), entry)


def _faults_in(book: Any, entry: Entry) -> list[str]:
    from openpyxl.utils import column_index_from_string
    from openpyxl.utils.cell import coordinate_from_string
    from openpyxl.utils.exceptions import CellCoordinatesException

    if entry.sheet not in book.sheetnames:
        return [f"表里没有名为“{entry.sheet}”的工作表。"]
    sheet = book[entry.sheet]
    place = f"“{entry.sheet}”的 {entry.cell}"
    try:
        letters, row = coordinate_from_string(entry.cell)
        column = column_index_from_string(letters)
    except (ValueError, CellCoordinatesException):
        return [f"“{entry.cell}”不是单元格，应如 C5。"]
    faults = []
    if offer(entry.scope, entry.fact) is None:
        faults.append(f"{place}没有选填什么数。")
    corner = _merged(sheet)[0].get((row, column))
    if corner:
        faults.append(f"{place}是合并单元格的一部分，请改选它的左上角 {corner}。")
    elif isinstance(found := sheet.cell(row, column).value, str) and found.startswith("="):
        faults.append(f"{place}是公式，表自己会算，不用填。")
    if entry.names:
        try:
            of_names = column_index_from_string(entry.names)
        except ValueError:
            faults.append(f"名称列“{entry.names}”不是列号，应如 B。")
        else:
            if of_names == column:
                faults.append(f"{place}本身就是名称列，请另选要填的列。")
            elif not any(_names_below(sheet, row, of_names)):
                faults.append(
                    f"{entry.names} 列从第 {row} 行起没有名称，对不上行。"
                    "名称列留空，就按顺序逐行列出。"
                )
    return faults


def fill(
    data: bytes, name: str, entries: Sequence[Entry], month: ClosedMonth, *, office: str = ""
) -> Filled:
    """The form filled from a closed period; formats, widths and formulas stay the file's own.

    What could not be placed is said in ``notes``: a name without its row, a row without its name,
    more rows than the form has room for. Nothing that stands below a list is written over.
    """
    book = _open(data, name)
    notes: list[str] = []
    if _has_pictures(data):
        notes.append("表里的图片或图形没有保留，需要时请从空白表补上。")
    count = 0
    lines = {scope: lines_of(month, scope, office) for scope in {entry.scope for entry in entries}}
    blocks: dict[tuple[str, Scope, int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        faults = _faults_in(book, entry)
        if faults:
            notes += faults
            continue
        row = int("".join(c for c in entry.cell if c.isdigit()))
        if entry.scope is Scope.WHOLE:
            found = offer(entry.scope, entry.fact)
            assert found is not None, "an entry without faults has its offer"
            line = lines[Scope.WHOLE][0]
            _put(book[entry.sheet][entry.cell], found, line[found.code], entry.unit)
            count += 1
        else:
            blocks[entry.sheet, entry.scope, row, entry.names].append(entry)
    for (sheet, scope, row, names), block in blocks.items():
        writer = _Block(book[sheet], scope, row, block, notes)
        count += writer.by_name(lines[scope], names) if names else writer.listed(lines[scope])
    content = io.BytesIO()
    book.save(content)
    return Filled(content.getvalue(), count, tuple(dict.fromkeys(notes)))


class _Block:
    """Columns of one sheet that begin in the same row and are about the same things."""

    def __init__(
        self, sheet: Worksheet, scope: Scope, first: int, entries: Sequence[Entry], notes: list[str]
    ) -> None:
        from openpyxl.utils import column_index_from_string

        self._sheet, self._scope, self._first, self._notes = sheet, scope, first, notes
        self._hidden = _merged(sheet)[0]
        self._columns: list[tuple[int, Offer, str]] = []
        for entry in entries:
            found = offer(scope, entry.fact)
            assert found is not None, "an entry without faults has its offer"
            letters = entry.cell.rstrip("0123456789")
            self._columns.append((column_index_from_string(letters), found, entry.unit))

    def by_name(self, lines: Sequence[Line], names: str) -> int:
        """Fill the rows whose name the form already has."""
        from openpyxl.utils import column_index_from_string

        at = column_index_from_string(names)
        waiting = {_bare(str(line["name"])): line for line in lines}
        count = 0
        unknown = []
        for row, name in enumerate(_names_below(self._sheet, self._first, at), start=self._first):
            if not name:
                continue
            line = waiting.pop(_bare(name), None)
            if line is None:
                unknown.append(name)
            else:
                count += self._write(row, line)
        title = self._sheet.title
        if unknown:
            listed = "、".join(unknown[:5]) + ("等" if len(unknown) > 5 else "")
            self._notes.append(
                f"“{title}”里的{listed}（{len(unknown)} 行）在本期的数里没有，没有填。"
            )
        if waiting:
            left = [str(line["name"]) or "未填" for line in waiting.values()]
            listed = "、".join(left[:5]) + ("等" if len(left) > 5 else "")
            self._notes.append(f"{listed}（{len(left)} 个）在“{title}”里没有对应的行，没有填。")
        return count

    def listed(self, lines: Sequence[Line]) -> int:
        """List the lines one under another, as far as there is room."""
        room = self._room()
        count = 0
        for row, line in enumerate(lines[:room], start=self._first):
            if row > self._first:
                self._like_first(row)
            count += self._write(row, line)
        if len(lines) > room:
            self._notes.append(
                f"“{self._sheet.title}”从第 {self._first} 行起只有 {room} 行的地方，"
                f"还有 {len(lines) - room} 行没有填。请在空白表里加行后重新上传。"
            )
        return count

    def _room(self) -> int:
        """Rows down to the next that holds something, or without end."""
        columns = [column for column, _offer, _unit in self._columns]
        last = max(self._sheet.max_row, self._first)
        for row in range(self._first, last + 1):
            taken = any(
                self._sheet.cell(row, column).value is not None or (row, column) in self._hidden
                for column in columns
            )
            below = row > self._first and any(
                self._sheet.cell(row, column).value is not None
                for column in range(1, self._sheet.max_column + 1)
            )
            if (taken and row > self._first) or below:
                return row - self._first
        return MOST_ROWS * 100

    def _like_first(self, row: int) -> None:
        """The look of the first row where the form has no row of its own."""
        from copy import copy

        for column, _offer, _unit in self._columns:
            cell, model = self._sheet.cell(row, column), self._sheet.cell(self._first, column)
            if not cell.has_style and model.has_style:
                cell._style = copy(model._style)

    def _write(self, row: int, line: Line) -> int:
        count = 0
        for column, found, unit in self._columns:
            cell = self._sheet.cell(row, column)
            if (row, column) in self._hidden:
                corner = self._hidden[row, column]
                self._notes.append(
                    f"“{self._sheet.title}”的 {cell.coordinate} 并入了 {corner}，没有填。"
                )
                continue
            if isinstance(cell.value, str) and cell.value.startswith("="):
                continue
            _put(cell, found, line[found.code], unit)
            count += 1
        return count


def _put(cell: Any, found: Offer, value: Value, unit: str) -> None:
    """Write a value as the form's own number format shows it; nothing known stays empty."""
    if value is None:
        return
    if isinstance(value, str):
        cell.value = value
        # A name that begins with = is a name.
        cell.data_type = "s"
        return
    if isinstance(value, (int, Fraction)):
        places = 2
        part = Fraction(value)
        if found.kind is Kind.MONEY:
            part /= UNITS[unit]
        elif found.kind is Kind.PART:
            in_format = "%" in (cell.number_format or "")
            part, places = (part, 4) if in_format else (part * 100, 2)
        number = rounded(part, places)
        cell.value = int(number) if number == int(number) else float(number)
        return
    cell.value = value
    if cell.number_format == "General":
        cell.number_format = "yyyy-mm-dd"


def _open(data: bytes, name: str) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    if not data.startswith(b"PK"):
        raise UnusableForm(f"“{name}”不是 .xlsx。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
    try:
        return openpyxl.load_workbook(io.BytesIO(data))
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as fault:
        raise UnusableForm(
            f"“{name}”打不开，可能已损坏或加密。请用 Excel 或 WPS 打开后另存为 .xlsx。"
        ) from fault


def _has_pictures(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return any(part.startswith("xl/drawings/drawing") for part in package.namelist())


def _extent(sheet: Worksheet) -> tuple[int, int]:
    return min(sheet.max_column or 1, MOST_COLUMNS), min(sheet.max_row or 1, MOST_ROWS)


def _merged(
    sheet: Worksheet,
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], tuple[int, int]]]:
    """Cells that a merged one covers → its corner; corners → how far they reach."""
    hidden: dict[tuple[int, int], str] = {}
    spans = {}
    for merged in sheet.merged_cells.ranges:
        corner = f"{sheet.cell(merged.min_row, merged.min_col).coordinate}"
        spans[merged.min_row, merged.min_col] = (
            merged.max_col - merged.min_col + 1,
            merged.max_row - merged.min_row + 1,
        )
        for row in range(merged.min_row, merged.max_row + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                hidden[row, column] = corner
        del hidden[merged.min_row, merged.min_col]
    return hidden, spans


def _names_below(sheet: Worksheet, first: int, column: int) -> list[str]:
    last = min(sheet.max_row or first, first + MOST_ROWS * 10)
    return [_text(sheet.cell(row, column).value) for row in range(first, last + 1)]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _bare(name: str) -> str:
    """A name without the blanks that forms put into it: 东 湖 区."""
    return "".join(name.split())
