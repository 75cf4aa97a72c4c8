"""Tables: columns named once, for the page and for the sheet that goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import QueryDict
from django.utils.safestring import SafeString

from guatu.web.page import formats

Kind = Literal["text", "number", "wan", "yi", "percent", "points", "day", "moment", "light", "flag"]
_FIGURES: frozenset[str] = frozenset({"number", "wan", "yi", "percent", "points"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the row's attribute ``key``, under ``head`` with its ``unit``."""

    key: str
    head: str
    kind: Kind = "text"
    unit: str = ""
    sort: bool = False
    # Attribute with an address: the cell becomes a link (for figures: what it rests on).
    link: str = ""
    # A template for a cell that needs more; it gets `row`, `value` and `column`.
    template: str = ""
    # s, m or l: how wide the column may grow. Wide text wraps, figures never do.
    width: str = ""
    # As ``template``, in Python, for lists of many rows: the cell's HTML of a row.
    draw: Callable[[Any], SafeString] | None = None

    @property
    def figure(self) -> bool:
        return self.kind in _FIGURES

    def text(self, value: Any) -> str:
        """The value as it is written."""
        match self.kind:
            case "number":
                return formats.number(value)
            case "wan":
                return formats.wan(value)
            case "yi":
                return formats.yi(value)
            case "percent":
                return formats.percent(value)
            case "points":
                return formats.points(value)
            case "day":
                return formats.day(value)
            case "moment":
                return formats.moment(value)
            case "flag":
                return "是" if value else ""
            case _:
                return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value under its column."""

    column: Column
    value: Any
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: which way it is sorted now, and the address that sorts by it."""

    column: Column
    order: Literal["", "up", "down"]
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row ready to be drawn."""

    row: Any
    key: str
    address: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, sorted as the address says; drawn by ``{% table %}``."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    params: QueryDict | None = None
    # Values of the first line under the head, by column key: 合计.
    totals: dict[str, Any] | None = None
    # Rows can be picked; the keys are sent as `pick`.
    pick: bool = False
    caption: str = ""
    target: str = "#rows"
    dense: bool = field(default=False)

    @property
    def heads(self) -> list[Head]:
        name, down = sort_of(self.params, self.columns)
        heads = []
        for column in self.columns:
            order: Literal["", "up", "down"] = ""
            if column.key == name:
                order = "down" if down else "up"
            turned = f"-{column.key}" if order == "up" else column.key
            query = self.params.copy() if self.params is not None else QueryDict(mutable=True)
            query["sort"] = turned
            query.pop("page", None)
            heads.append(Head(column, order, "?" + query.urlencode()))
        return heads

    @property
    def lines(self) -> list[Line]:
        return [
            Line(row, str(getattr(row, "key", "")), getattr(row, "url", ""), self._cells(row))
            for row in self.rows
        ]

    @property
    def total_cells(self) -> list[Cell]:
        totals = self.totals or {}
        return [
            Cell(c, totals.get(c.key), c.text(totals[c.key]) if c.key in totals else "", "")
            for c in self.columns
        ]

    def _cells(self, row: Any) -> list[Cell]:
        cells = []
        for column in self.columns:
            value = getattr(row, column.key)
            link = getattr(row, column.link) if column.link else ""
            cells.append(Cell(column, value, column.text(value), link))
        return cells


def sort_of(params: QueryDict | None, columns: Sequence[Column]) -> tuple[str, bool]:
    """What the address sorts by, and whether downwards; empty where it does not or may not."""
    wanted = params.get("sort", "") if params is not None else ""
    name = wanted.removeprefix("-")
    allowed = any(column.sort and column.key == name for column in columns)
    return (name, wanted.startswith("-")) if allowed else ("", False)
