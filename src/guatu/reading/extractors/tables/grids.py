"""Tables in the forms a text brings them: known cells, cells set apart by tabs, a cell a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from guatu.reading.extractors.tables.columns import (
    FIGURES,
    TASK_HEAD,
    VALUE,
    header_of,
    is_task,
    role_of,
)
from guatu.reading.material import Material
from guatu.text.rare import Rare
from guatu.text.span import Span

Row = dict[int, Span]

_SHORT = 40
# More flattened tables than any plan holds: each is looked at for many lines.
_MOST_TABLES = 100
_MOST_COLUMNS = 40
_MOST_CELLS = 800
_HEADER_LINE = re.compile(
    r"\n(?P<line>[ \t]{0,8}(?:(?:主要|核心)?指 {0,4}标(?:名称)?"
    rf"|{TASK_HEAD})[ \t\r]{{0,8}})(?=\n)"
)
_ORDERS = frozenset(["序号", "类别", "分类", "领域", "类型", "项目"])
_BOUND = frozenset(["预期性", "约束性", "指导性", "预期", "约束"])
_ABSENT = frozenset(["-", "--", "/", ""])
# Lines with tabs, or with bars, that follow one another.
_BAR_RUN = Rare(r"(?:[^|\n]*\|[^\n]*(?:\n|\Z))+")
_RUN = Rare(r"(?:[^\t\n]*\t[^\n]*(?:\n|\Z))+")
_HEADER_ROWS = 4


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's first rows, and the rest for whoever asks; ``span`` is the whole table."""

    span: Span
    head: Sequence[Row]
    _norm: str
    _rest: Sequence[Row] | Span
    _mark: str = "\t"

    def rows(self) -> Iterator[Row]:
        """All rows, by column number."""
        yield from self.head
        if isinstance(self._rest, Span):
            yield from _tabbed_rows(self._norm, self._rest.start, self._rest.end, self._mark)
        else:
            yield from self._rest


def grids_of(material: Material) -> Iterator[Grid]:
    """The tables of a plan: those the document knows, else those its lines make up."""
    document, norm = material.outline.document, material.outline.norm
    if not document.tables:
        yield from _tabbed(norm, "\t", _RUN)
        if "|" in norm:
            yield from _tabbed(norm, "|", _BAR_RUN)
        yield from _flattened(norm)
        return
    for table in document.tables:
        rows: dict[int, Row] = {}
        for cell in table.cells:
            for row in range(cell.row, cell.row + max(1, cell.row_span)):
                rows.setdefault(row, {})[cell.column] = cell.span
        ordered = [rows[row] for row in sorted(rows)]
        yield Grid(table.span, ordered[:_HEADER_ROWS], norm, ordered[_HEADER_ROWS:])


# ------------------------------------------------------------- cells and tabs
def _tabbed(norm: str, mark: str, run: Rare) -> Iterator[Grid]:
    at = norm.find(mark)
    while at >= 0:
        start = norm.rfind("\n", 0, at) + 1
        match = run.match(norm, start)
        end = match.end() if match else at + 1
        stop = start
        for _ in range(_HEADER_ROWS):
            stop = norm.find("\n", stop, end) + 1 or end
        head = list(_tabbed_rows(norm, start, stop, mark))
        if len(head) > 1:
            yield Grid(Span(start, end), head, norm, Span(stop, end), mark)
        at = norm.find(mark, end)


def _tabbed_rows(norm: str, start: int, end: int, mark: str) -> Iterator[Row]:
    while start < end:
        stop = norm.find("\n", start, end)
        stop = end if stop < 0 else stop
        row: Row = {}
        while True:
            tab = norm.find(mark, start, stop)
            if tab < 0:
                row[len(row)] = Span(start, stop)
                break
            row[len(row)] = Span(start, tab)
            start = tab + 1
        yield row
        start = stop + 1


# --------------------------------------------------------------- a cell a line
def _flattened(norm: str) -> Iterator[Grid]:
    """A header run of short lines, then rows of as many."""
    done = 0
    for match in islice(_HEADER_LINE.finditer(norm), _MOST_TABLES):
        if match.start() < done:
            continue
        lines = _short_lines(norm, match.start("line"), _MOST_COLUMNS)
        header = 0
        for span in lines:
            words = norm[span.start : span.end]
            named = header == 0 and is_task(words)
            if role_of(words) is None and not named and not _is_order(norm, span):
                break
            header += 1
            done = span.end
        if header < 3 or header == _MOST_COLUMNS:
            continue
        lines = _short_lines(norm, match.start("line"), _MOST_CELLS)
        before = _line_before(norm, match.start("line"))
        first = [before] if before and _is_order(norm, before) else []
        columns = first + lines[:header]
        if header_of(norm, [dict(enumerate(columns))]) is None:
            continue
        rows = list(_flat_rows(norm, columns, lines[header:]))
        head = [dict(enumerate(columns))]
        yield Grid(Span(columns[0].start, lines[-1].end), head, norm, rows)


def _flat_rows(norm: str, columns: Sequence[Span], cells: Sequence[Span]) -> Iterator[Row]:
    """Rows of a flattened table: aligned from their end, since group names stand between."""
    roles = [role_of(norm[c.start : c.end]) for c in columns]
    name = next(
        i
        for i, (c, role) in enumerate(zip(columns, roles, strict=True))
        if (role is not None and role.role == "name") or (role is None and is_task(c.of(norm)))
    )
    width = len(columns) - name
    values = [
        k for k in range(1, width) if (role := roles[name + k]) is not None and role.role in FIGURES
    ]
    i = 0
    while values and i + width <= len(cells):
        row = cells[i : i + width]
        words = norm[row[0].start : row[0].end].strip()
        fits = all(_is_value(norm, row[k]) for k in values) and not VALUE.match(words)
        if fits and words not in _BOUND:
            yield {name + k: span for k, span in enumerate(row)}
            i += width
        else:
            i += 1


def _is_value(norm: str, span: Span) -> bool:
    text = norm[span.start : span.end].strip()
    return VALUE.match(text) is not None or text in _ABSENT


def _is_order(norm: str, span: Span) -> bool:
    return norm[span.start : span.end].strip() in _ORDERS


def _line_before(norm: str, start: int) -> Span | None:
    if start < 2:
        return None
    begin = norm.rfind("\n", 0, start - 1) + 1
    return Span(begin, start - 1)


def _short_lines(norm: str, start: int, most: int) -> list[Span]:
    """At most ``most`` short lines from ``start`` on, up to the first long one or a note."""
    lines: list[Span] = []
    while start < len(norm) and len(lines) < most:
        stop = norm.find("\n", start)
        stop = len(norm) if stop < 0 else stop
        text = norm[start:stop].strip()
        if len(text) > _SHORT or text.startswith("注"):
            break
        if text:
            lines.append(Span(start, stop))
        start = stop + 1
    return lines
