"""The plan's text as HTML, every entry marked at its own words.

Entries overlap freely: a task holds targets, a finding lies on both.  So the text is cut at
every place where an entry begins or ends, and each piece names all the entries it belongs to;
the pieces of an entry, put together, are its quote.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Final

from guatu.documents.document import Cell, Document, Table
from guatu.ledger.records import Section
from guatu.text.normal import normal
from guatu.text.span import Span

HEADING_LEVELS: Final = 4

# Control characters have no place in HTML; a browser would drop some and read others as C1 text.
_CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]
_INVISIBLE = dict.fromkeys([*_CONTROLS, *range(0xD800, 0xE000)], "\ufffd")


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry's place in the text: ``key`` names its row, ``style`` is its CSS class.

    ``anchor`` names the place for links that lead to it, and gives it a sign in the margin.
    """

    span: Span
    key: str
    style: str
    anchor: str = ""


def shown(text: str) -> str:
    """Text of a document made safe for HTML, character for character as a browser shows it."""
    return escape(text.translate(_INVISIBLE))


class MarkedText:
    """A document's text in HTML, piece by piece, with its marks."""

    def __init__(self, text: str, marks: Iterable[Mark]) -> None:
        self._text = text
        held = [mark for mark in marks if 0 <= mark.span.start < mark.span.end <= len(text)]
        held.sort(key=lambda mark: (mark.span.start, -mark.span.end))
        self._cuts, self._covers = _pieces(held)
        self._begins = {
            start: tuple(group) for start, group in groupby(held, key=lambda mark: mark.span.start)
        }

    def html(self, span: Span) -> str:
        """The text at ``span``, escaped and marked."""
        first = bisect_right(self._cuts, span.start)
        last = bisect_left(self._cuts, span.end)
        edges = [span.start, *self._cuts[first:last], span.end]
        return "".join(
            self._piece(start, end, first - 1 + i)
            for i, (start, end) in enumerate(pairwise(edges))
            if start < end
        )

    def _piece(self, start: int, end: int, interval: int) -> str:
        words = shown(self._text[start:end])
        covers = self._covers[interval] if interval >= 0 else ()
        if not covers:
            return words
        signs = "".join(map(_sign, self._begins.get(start, ())))
        styles = " ".join(dict.fromkeys(mark.style for mark in covers))
        last = " ".join(f"{m.style}-end" for m in covers if m.span.end == end and m.anchor)
        # The shortest entry first: it is the one a click on these words means.
        keys = " ".join(mark.key for mark in sorted(covers, key=_length) if mark.key)
        named = f' data-e="{escape(keys)}"' if keys else ""
        return f'{signs}<span class="m {styles}{" " if last else ""}{last}"{named}>{words}</span>'


def _length(mark: Mark) -> int:
    return mark.span.end - mark.span.start


def _sign(mark: Mark) -> str:
    """The sign in the margin, which is also where links to the mark lead."""
    if not mark.anchor:
        return ""
    return (
        f'<i class="g {mark.style}" id="m-{escape(mark.anchor)}" data-e="{escape(mark.key)}"></i>'
    )


def _pieces(marks: Sequence[Mark]) -> tuple[list[int], list[tuple[Mark, ...]]]:
    """The sorted cuts, and for each the marks that cover the text from it to the next."""
    cuts = sorted({edge for mark in marks for edge in mark.span})
    opening = {cut: list(found) for cut, found in groupby(marks, key=lambda m: m.span.start)}
    covers: list[tuple[Mark, ...]] = []
    open_marks: list[Mark] = []
    for cut in cuts:
        open_marks = [mark for mark in open_marks if mark.span.end > cut]
        open_marks += opening.get(cut, ())
        covers.append(tuple(open_marks))
    return cuts, covers


# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class _Line:
    """A stretch of the text that is shown as one paragraph, heading or table."""

    span: Span
    level: int | None = None
    table: Table | None = None


def plan_html(
    document: Document, sections: Sequence[Section], title: str | None, marks: Iterable[Mark]
) -> str:
    """The whole plan: headings, paragraphs and tables, each entry marked in place."""
    text = document.text
    headings = {section.start: section for section in reversed(sections)}
    run_in = [Mark(section.quote.span, "", f"s{_level(section)}") for section in sections]
    marked = MarkedText(text, [*marks, *run_in])
    anchors = {section.start: i for i, section in reversed(list(enumerate(sections)))}
    starts = sorted(anchors)
    parts = []
    title_lines = _TitleLines(title)
    for line in _lines(document):
        span = _trimmed(text, line.span)
        if span.start >= span.end:
            continue
        here = starts[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        jumps = "".join(f'<i class="a" id="s-{anchors[start]}"></i>' for start in here)
        if line.table is not None:
            parts.append(jumps + _table_html(marked, text, line.table))
        elif title_lines.takes(span.of(text)):
            parts.append(f'<p class="title">{jumps}{marked.html(span)}</p>')
        else:
            level = _heading_level(headings.get(span.start), span) or line.level
            style = f"h{min(level, HEADING_LEVELS)}" if level else "b"
            parts.append(f'<p class="{style}">{jumps}{marked.html(span)}</p>')
    return "\n".join(parts)


def _level(section: Section) -> int:
    return min(section.path.count("/") + 1, HEADING_LEVELS)


def _heading_level(section: Section | None, line: Span) -> int | None:
    """The level of the section whose heading has the line to itself, but for a closing mark."""
    if section is None or section.quote.end < line.end - 1:
        return None
    return _level(section)


class _TitleLines:
    """Tells the lines of the title, which may run over several, from the rest."""

    def __init__(self, title: str | None) -> None:
        self._whole = self._rest = _bare(title or "")

    def takes(self, line: str) -> bool:
        """Whether the line is the title's next; lines come in order, and it is found once."""
        bare = _bare(line)
        if not bare or not self._rest.startswith(bare):
            self._rest = self._rest if self._rest == self._whole else ""
            return False
        if self._rest == self._whole and 2 * len(bare) < len(self._whole):
            return False  # a name the title begins with, such as the issuer's on a line above
        self._rest = self._rest[len(bare) :]
        return True


def _bare(text: str) -> str:
    return "".join(normal(text).split())


def _lines(document: Document) -> Iterator[_Line]:
    """All of the text in order: the document's blocks, and what lies outside them line by line."""
    tables = {table.span.start: table for table in document.tables}
    done = 0
    for block in document.blocks:
        yield from _loose_lines(document.text, Span(done, block.span.start))
        if block.kind == "table":
            yield _Line(block.span, table=tables.get(block.span.start))
        else:
            yield _Line(block.span, block.level if block.kind == "heading" else None)
        done = max(done, block.span.end)
    yield from _loose_lines(document.text, Span(done, len(document.text)))


def _loose_lines(text: str, span: Span) -> Iterator[_Line]:
    start = span.start
    while start < span.end:
        end = text.find("\n", start, span.end)
        end = span.end if end < 0 else end
        yield _Line(Span(start, end))
        start = end + 1


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and (text[start].isspace() or text[start] == "\ufeff"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _table_html(marked: MarkedText, text: str, table: Table) -> str:
    rows = [
        "<tr>" + "".join(_cell_html(marked, text, cell) for cell in cells) + "</tr>"
        for _, cells in groupby(
            sorted(table.cells, key=lambda cell: (cell.row, cell.column)), key=lambda c: c.row
        )
    ]
    return f'<div class="tb"><table>{"".join(rows)}</table></div>'


def _cell_html(marked: MarkedText, text: str, cell: Cell) -> str:
    tag = "th" if cell.row == 0 else "td"
    across = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    down = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    return f"<{tag}{across}{down}>{marked.html(_trimmed(text, cell.span))}</{tag}>"
