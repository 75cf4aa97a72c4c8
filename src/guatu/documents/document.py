"""A document as the reader sees it: one immutable text, its blocks, its tables, its pages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from guatu.text.span import Span

BlockKind = Literal["heading", "paragraph", "table", "footnote", "textbox"]
Format = Literal["txt", "html", "docx", "pdf"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table of the document, with its place in the text.

    ``number`` counts paragraphs and tables from 1 in reading order (段), ``page`` counts
    pages from 1 where the format has pages (pdf), else None.  ``level`` is 1 for the highest
    heading style and None for anything that is no heading.
    """

    kind: BlockKind
    span: Span
    number: int
    page: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its place in the text and the grid columns and rows it covers."""

    span: Span
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; in the text each row is a line and its cells are set apart by a tab.

    A tab or a line break inside a cell has become a space.  A cell that covers several
    columns or rows stands in the text once, at its first row and column.
    """

    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span stands, in words a reader of the paper understands."""

    page: int | None
    paragraph: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """One file, opened: ``text`` never changes, and every offset refers to it.

    For txt files ``text`` is the file exactly as it stands (line ends and a byte order mark
    kept).  ``blocks`` are in order and do not overlap; ``remarks`` are Chinese sentences on
    what opening did or could not do (修订已按接受处理, …).
    """

    name: str
    format: Format
    text: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(block.span.start for block in self.blocks))

    def place_of(self, offset: int) -> Place:
        """Page and paragraph of the character at ``offset``."""
        i = bisect_right(self._starts, offset) - 1
        if i < 0:
            return Place(None, None)
        return Place(self.blocks[i].page, self.blocks[i].number)
