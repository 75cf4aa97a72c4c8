"""A document being written down: each block takes its span at the moment it is added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guatu.documents.document import Block, BlockKind, Cell, Document, Format, Table
from guatu.text.span import Span

# Control characters and lone surrogates say nothing and cannot be written out again.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[\s\x1c-\x1f]+")


@dataclass(frozen=True, slots=True)
class DraftCell:
    """A table cell before it has a place in the text."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


class Draft:
    """Collects blocks, tables and remarks, and gives back the finished document.

    Every block stands on lines of its own; what is empty after trimming is left out.
    """

    def __init__(self, name: str, form: Format) -> None:
        self._name = name
        self._format = form
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self._remarks: list[str] = []

    def add(
        self,
        text: str,
        kind: BlockKind = "paragraph",
        *,
        page: int | None = None,
        level: int | None = None,
    ) -> None:
        """Append a paragraph, heading, footnote or text box."""
        trimmed = _LINE_END.sub("\n", _UNPRINTABLE.sub("", text)).strip()
        if trimmed:
            self._append(trimmed, kind, page, level)

    def add_table(self, cells: Iterable[DraftCell], *, page: int | None = None) -> None:
        """Append a table: a row a line, its cells set apart by tabs, blank rows left out."""
        rows: dict[int, list[DraftCell]] = {}
        for cell in cells:
            rows.setdefault(cell.row, []).append(cell)
        rows = {row: held for row, held in rows.items() if any(one_line(c.text) for c in held)}
        if not rows:
            return
        start = self._length
        lines: list[str] = []
        placed: list[Cell] = []
        at = start
        for row in sorted(rows):
            texts: list[str] = []
            for cell in sorted(rows[row], key=lambda cell: cell.column):
                text = one_line(cell.text)
                placed.append(_placed(cell, Span(at, at + len(text))))
                texts.append(text)
                at += len(text) + 1
            lines.append("\t".join(texts))
        span = self._append("\n".join(lines), "table", page, None)
        self._tables.append(Table(span, tuple(placed)))

    def remark(self, sentence: str) -> None:
        """Note something opening did or could not do."""
        if sentence not in self._remarks:
            self._remarks.append(sentence)

    @property
    def empty(self) -> bool:
        """Whether nothing has been added yet."""
        return not self._blocks

    def document(self) -> Document:
        """The finished document."""
        return Document(
            self._name,
            self._format,
            "".join(self._parts),
            tuple(self._blocks),
            tuple(self._tables),
            tuple(self._remarks),
        )

    def _append(self, text: str, kind: BlockKind, page: int | None, level: int | None) -> Span:
        span = Span(self._length, self._length + len(text))
        self._parts.append(text + "\n")
        self._length = span.end + 1
        self._blocks.append(Block(kind, span, len(self._blocks) + 1, page, level))
        return span


def one_line(text: str) -> str:
    """``text`` trimmed, with every tab, line break and run of blanks turned into one space."""
    return _BLANKS.sub(" ", _UNPRINTABLE.sub("", text)).strip()


def columns_of(cells: Sequence[DraftCell]) -> int:
    """How many columns a table has in which some cell begins."""
    return len({cell.column for cell in cells})


def _placed(cell: DraftCell, span: Span) -> Cell:
    return Cell(span, cell.row, cell.column, cell.row_span, cell.column_span)
