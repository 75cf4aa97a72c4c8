"""What an official paper (公文) holds, before anybody thinks of Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure (数) and the fact it was made from.

    ``fact`` is the fact's id, unique within one close; ``words`` what is printed, without the unit.
    """

    fact: str
    words: str

    def __post_init__(self) -> None:
        if not self.fact:
            raise ValueError("a printed figure names its fact")


Piece = str | Figure


class Level(StrEnum):
    """The rank of a paragraph (结构层次): 一、 / （一） / 1. / （1） / body."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: words and figures in their order."""

    pieces: tuple[Piece, ...]
    level: Level = Level.BODY


class Align(StrEnum):
    """Where the words of a column stand."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, where its words stand."""

    head: str
    width: float = 1.0
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption above and a note below; a row has a cell for each column.

    ``bold_rows`` counts rows from the top that are totals (合计).
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Piece, ...], ...]
    caption: str = ""
    note: str = ""
    bold_rows: int = 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells for {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG) with its caption below; ``described`` are its words for who cannot see it."""

    png: bytes
    caption: str
    described: str


Block = Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """An official paper (公文) in the parts that GB/T 9704-2012 names.

    ``red_head`` is the issuing organ's mark (发文机关标志), empty for a paper without one;
    ``copies_to`` is 抄送, ``printed_by`` and ``printed_on`` are the last line of 版记.
    """

    title: str
    body: tuple[Block, ...]
    signature: str
    signed_on: date | None = None
    red_head: str = ""
    number: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    annexes: tuple[tuple[str, tuple[Block, ...]], ...] = ()
    remark: str = ""
    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None

    def figures(self) -> Iterator[Figure]:
        """All figures in reading order, tables and annexes included."""
        yield from _figures(self.body)
        for _title, blocks in self.annexes:
            yield from _figures(blocks)


def _figures(blocks: Sequence[Block]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (piece for piece in block.pieces if isinstance(piece, Figure))
        elif isinstance(block, Table):
            for row in block.rows:
                yield from (cell for cell in row if isinstance(cell, Figure))


def paragraph(*pieces: Piece, level: Level = Level.BODY) -> Paragraph:
    """A paragraph of these pieces."""
    return Paragraph(pieces, level)


def printed(day: date) -> str:
    """A date as papers write it (成文日期): 2026年11月5日, no leading noughts."""
    return f"{day.year}年{day.month}月{day.day}日"
