"""Tables drawn with ruled lines: which cell each character of the page stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guatu.documents.draft import DraftCell
from guatu.documents.pdf_lines import joined, lines_of
from guatu.documents.pdf_page import Glyph, Page, Ruling

_TOUCH = 3.0
_SAME_EDGE = 3.0
_SMALLEST = 18.0


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A ruled table or box on a page, with the characters that stand inside it."""

    top: float
    columns: int
    cells: tuple[DraftCell, ...]
    glyphs: tuple[Glyph, ...]


class _Sets:
    """Which things belong together (union-find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, item: int) -> int:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        self._parent[self.find(one)] = self.find(other)


def ruled_tables(page: Page) -> tuple[list[RuledTable], list[Glyph]]:
    """The ruled tables of the page from the top down, and the characters outside them."""
    outside = page.glyphs
    tables: list[RuledTable] = []
    for across, down in _connected(page.across, page.down):
        grid = _Grid(across, down)
        if not grid.drawn:
            continue
        table, outside = grid.filled(outside, page.number)
        if table is not None:
            tables.append(table)
    return sorted(tables, key=lambda table: -table.top), outside


def _connected(
    across: Sequence[Ruling], down: Sequence[Ruling]
) -> list[tuple[list[Ruling], list[Ruling]]]:
    """Groups of rulings that touch one another."""
    sets = _Sets(len(across) + len(down))
    for i, flat in enumerate(across):
        for j, upright in enumerate(down):
            if _touch(flat, upright):
                sets.join(i, len(across) + j)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i, flat in enumerate(across):
        groups.setdefault(sets.find(i), ([], []))[0].append(flat)
    for j, upright in enumerate(down):
        groups.setdefault(sets.find(len(across) + j), ([], []))[1].append(upright)
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 2]


def _touch(flat: Ruling, upright: Ruling) -> bool:
    return (
        flat.start - _TOUCH <= upright.at <= flat.end + _TOUCH
        and upright.start - _TOUCH <= flat.at <= upright.end + _TOUCH
    )


class _Grid:
    """The grid that connected rulings draw; neighbours without a wall between are one cell."""

    def __init__(self, across: list[Ruling], down: list[Ruling]) -> None:
        self._across = across
        self._down = down
        self._xs = _edges(ruling.at for ruling in down)
        self._ys = _edges(ruling.at for ruling in across)

    @property
    def drawn(self) -> bool:
        """Whether it encloses anything large enough to hold text."""
        return (
            len(self._xs) >= 2
            and len(self._ys) >= 2
            and self._xs[-1] - self._xs[0] >= _SMALLEST
            and self._ys[-1] - self._ys[0] >= _SMALLEST / 2
        )

    def filled(self, glyphs: Iterable[Glyph], page: int) -> tuple[RuledTable | None, list[Glyph]]:
        """The table with the characters that stand in it, and the characters that do not."""
        columns, rows = len(self._xs) - 1, len(self._ys) - 1
        sets = self._merged(columns, rows)
        inside: dict[int, list[Glyph]] = {}
        outside: list[Glyph] = []
        for glyph in glyphs:
            column = bisect_right(self._xs, (glyph.left + glyph.right) / 2) - 1
            row = bisect_right(self._ys, glyph.middle) - 1
            if 0 <= column < columns and 0 <= row < rows:
                inside.setdefault(sets.find(row * columns + column), []).append(glyph)
            else:
                outside.append(glyph)
        if not inside:
            return None, outside
        squares: dict[int, list[tuple[int, int]]] = {}
        for square in range(columns * rows):
            at = (rows - 1 - square // columns, square % columns)
            squares.setdefault(sets.find(square), []).append(at)
        cells = [_cell(places, inside.get(group, []), page) for group, places in squares.items()]
        held = tuple(glyph for group in inside.values() for glyph in group)
        top = max(glyph.top for glyph in held)
        width = len({cell.column for cell in cells})
        return RuledTable(top, width, tuple(cells), held), outside

    def _merged(self, columns: int, rows: int) -> _Sets:
        sets = _Sets(columns * rows)
        for row in range(rows):
            height = (self._ys[row] + self._ys[row + 1]) / 2
            for column in range(columns):
                middle = (self._xs[column] + self._xs[column + 1]) / 2
                here = row * columns + column
                right, above = self._xs[column + 1], self._ys[row + 1]
                if column + 1 < columns and not _walled(self._down, right, height):
                    sets.join(here, here + 1)
                if row + 1 < rows and not _walled(self._across, above, middle):
                    sets.join(here, here + columns)
        return sets


def _walled(rulings: Iterable[Ruling], at: float, across: float) -> bool:
    return any(
        abs(ruling.at - at) <= _SAME_EDGE and ruling.start <= across <= ruling.end
        for ruling in rulings
    )


def _cell(places: list[tuple[int, int]], glyphs: list[Glyph], page: int) -> DraftCell:
    rows = [row for row, _ in places]
    columns = [column for _, column in places]
    text = joined(line.text for line in lines_of(glyphs, page))
    return DraftCell(
        text, min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    )


def _edges(positions: Iterable[float]) -> list[float]:
    """Positions with those that are one edge drawn twice taken together."""
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > _SAME_EDGE:
            edges.append(position)
    return edges
