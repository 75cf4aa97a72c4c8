"""Rows of the ledger and the reader's own nouns: each made from the other, without the database.

``fields`` of a row is the entry in the exchange form (guatu.exports.exchange) without its place and
quote; the typed columns that lists need are always worked out from it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from guatu.documents.document import Block, Cell, Document, Table
from guatu.exports.exchange import SCHEMA, from_json
from guatu.ledger.ledger import Ledger
from guatu.reading.reading import Reading
from guatu.text.span import Span
from guatu.web.plans.models import EntryColumns, Kind, SourceKind

JsonObject = dict[str, Any]

LISTS: Final[Mapping[str, str]] = {
    Kind.TARGET: "targets",
    Kind.TASK: "tasks",
    Kind.DUTY: "duties",
    Kind.PROJECT: "projects",
    Kind.ROUTINE: "routines",
    Kind.CITATION: "citations",
}
# The words of an entry stand under this name in the exchange form.
_QUOTE: Final[Mapping[str, str]] = {Kind.DUTY: "unit", Kind.CITATION: "title"}
_PLACE: Final = frozenset({"start", "page", "paragraph", "targets", "projects"})
_LARGEST: Final = Decimal(10) ** 23
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


# --------------------------------------------------------------------- the document


def storable(document: Document) -> Document:
    """The document with the few characters replaced that no database takes; offsets stay."""
    if not _UNSTORABLE.search(document.text):
        return document
    return replace(document, text=_UNSTORABLE.sub("\ufffd", document.text))


def layout_of(document: Document) -> JsonObject:
    """Blocks and tables as JSON."""
    return {
        "blocks": [[b.kind, *b.span, b.number, b.page, b.level] for b in document.blocks],
        "tables": [
            [*t.span, [[*c.span, c.row, c.column, c.row_span, c.column_span] for c in t.cells]]
            for t in document.tables
        ],
    }


def document_of(
    *, name: str, form: str, text: str, layout: JsonObject, remarks: Sequence[str]
) -> Document:
    """The document as it was opened."""
    blocks = tuple(
        Block(kind, Span(start, end), number, page, level)
        for kind, start, end, number, page, level in layout.get("blocks", ())
    )
    tables = tuple(
        Table(
            Span(start, end),
            tuple(
                Cell(Span(a, b), row, column, down, across)
                for a, b, row, column, down, across in cells
            ),
        )
        for start, end, cells in layout.get("tables", ())
    )
    return Document(name, form or "txt", text, blocks, tables, tuple(remarks))  # type: ignore[arg-type]


# ------------------------------------------------------------------ reading → rows


def quote_of(kind: str, item: JsonObject) -> str:
    """The words an exchanged entry rests on."""
    return str(item[_QUOTE.get(kind, "quote")])


def fields_of(kind: str, item: JsonObject) -> JsonObject:
    """What an exchanged entry says beyond its place and its words."""
    left_out = _PLACE | {_QUOTE.get(kind, "quote")}
    return {name: value for name, value in item.items() if name not in left_out}


def columns_of(kind: str, quote: str, fields: JsonObject, titles: Mapping[str, str]) -> JsonObject:
    """The typed columns of an entry; ``titles`` are those of the sections by path."""
    section = fields.get("section") or ""
    return {
        "subject": _subject(kind, quote, fields),
        "value": _decimal(fields.get("value")),
        "unit": str(fields.get("unit") or "")[:60] if kind == Kind.TARGET else "",
        "due": _day(fields.get("due")),
        "section": section[:60],
        "section_title": titles.get(section, "")[:200],
    }


def _subject(kind: str, quote: str, fields: JsonObject) -> str:
    if kind == Kind.TARGET:
        return fields.get("subject") or quote
    return quote


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def titles_of(data: JsonObject) -> dict[str, str]:
    """Titles of the sections by path; the first of a path counts."""
    titles: dict[str, str] = {}
    for section in data["sections"]:
        titles.setdefault(section["path"], section["title"])
    return titles


def exchanged(data: JsonObject) -> Iterable[tuple[str, int, JsonObject]]:
    """All entries of an exchanged reading as (kind, index in its list, entry), in reading order."""
    found = [
        (item["start"], rank, kind, index, item)
        for rank, (kind, name) in enumerate(LISTS.items())
        for index, item in enumerate(data[name])
    ]
    # A task stands before what lies in it.
    found.sort(key=lambda entry: (entry[0], entry[2] != Kind.TASK, entry[1], entry[3]))
    return [(kind, index, item) for _, _, kind, index, item in found]


# ------------------------------------------------------------------ rows → reading


def reading_of(
    data: JsonObject,
    document: Document,
    entries: Sequence[EntryColumns],
    parts: Mapping[Any, Any],
    about: JsonObject | None = None,
) -> Reading:
    """The reading that these rows are: what exports, marks and checks work with.

    ``entries`` stand in order; ``parts`` names for the key (``lineage``) of a target or project
    that of the task it lies in.  Entries from another source get their words behind the text.
    """
    document, places = _with_annex(document, entries)
    lists: dict[str, list[JsonObject]] = {name: [] for name in LISTS.values()}
    index_of: dict[Any, tuple[str, int]] = {}
    for entry in entries:
        rows = lists[LISTS[entry.kind]]
        index_of[entry.lineage] = (entry.kind, len(rows))
        rows.append(_item(entry, places[entry.lineage]))
    for key, task_key in parts.items():
        held, holder = index_of.get(key), index_of.get(task_key)
        if held is None or holder is None or held[0] not in (Kind.TARGET, Kind.PROJECT):
            continue
        lists["tasks"][holder[1]][LISTS[held[0]]].append(held[1])
    whole = {
        "schema": SCHEMA,
        "plan": about or data["plan"],
        "sections": data["sections"],
        "coverage": data["coverage"],
        "findings": [],
        **lists,
    }
    ledger: Ledger = from_json(whole, document.text).ledger
    return Reading(document, ledger)


def _item(entry: EntryColumns, start: int) -> JsonObject:
    item = {**entry.fields, "start": start, _QUOTE.get(entry.kind, "quote"): entry.quote}
    if entry.kind == Kind.TASK:
        item |= {"targets": [], "projects": []}
    return item


def _with_annex(
    document: Document, entries: Sequence[EntryColumns]
) -> tuple[Document, dict[Any, int]]:
    """Words of other sources behind the plan's text, and where each entry's words stand."""
    places: dict[Any, int] = {}
    text, blocks = document.text, list(document.blocks)
    for entry in entries:
        if entry.source == SourceKind.PLAN and entry.start is not None:
            places[entry.lineage] = entry.start
            continue
        head = f"\n（{entry.source_name}）"
        places[entry.lineage] = len(text) + len(head)
        number = blocks[-1].number + 1 if blocks else 1
        line = Span(len(text) + 1, len(text) + len(head) + len(entry.quote))
        text += head + entry.quote
        blocks.append(Block("paragraph", line, number))
    if text is document.text:
        return document, places
    return replace(document, text=text, blocks=tuple(blocks)), places


def exchanged_number(value: Decimal) -> int | float | str:
    """A number in the exchange form: an int where it is whole, else digits."""
    whole = value == value.to_integral_value()
    return int(value) if whole and abs(value.adjusted()) < 300 else str(value)


# --------------------------------------------------------------- words in the text


def find_words(text: str, words: str, near: int) -> Span | None:
    """Where these words stand in the text, the place nearest to ``near``; blanks do not count."""
    wanted = "".join(words.split())
    if not wanted:
        return None
    pattern = re.compile(r"\s*".join(map(re.escape, wanted)))
    best: Span | None = None
    for found in pattern.finditer(text):
        if best is None or abs(found.start() - near) < abs(best.start - near):
            best = Span(found.start(), found.end())
    return best


_SENTENCE_END: Final = re.compile(r"[。！？!?\r\n]")


def sentence_around(text: str, start: int, end: int) -> Span:
    """The sentence that these words stand in."""
    first = max(
        (m.end() for m in _SENTENCE_END.finditer(text, max(0, start - 1000), start)),
        default=max(0, start - 1000),
    )
    behind = _SENTENCE_END.search(text, end)
    last = behind.end() if behind else len(text)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return Span(first, last)
