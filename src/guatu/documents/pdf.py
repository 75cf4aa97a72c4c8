"""Pdf files with a text layer: paragraphs put together again, page furniture dropped."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from guatu.documents.document import Document
from guatu.documents.draft import Draft, DraftCell
from guatu.documents.errors import UnreadableDocument
from guatu.documents.pdf_lines import (
    Line,
    Setting,
    continues,
    joined,
    lines_of,
    set_margins,
    setting_of,
)
from guatu.documents.pdf_page import Page, read_page
from guatu.documents.pdf_tables import RuledTable, ruled_tables

MAX_PAGES = 2000
MAX_CHARACTERS = 1_500_000
TIME_LIMIT = 120.0

_PAGE_NUMBER = re.compile(
    r"[\s—–―─_\-－·.…]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})\s*(?:页)?\s*"
    r"(?:[/／,，]?\s*(?:共|of)?\s*\d{0,4}\s*页?)?[\s—–―─_\-－·.…]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_EDGE = 0.16
_HEADER_ZONE = 0.12

_PASSWORD = "已加密，需要密码才能打开。请去除密码（另存或打印为新的 pdf）后重试。"
_BROKEN = "已损坏，无法作为 pdf 打开。请重新下载，或用 WPS 等打开后另存为 docx 再读取。"
_SCANNED = (
    "是扫描件，没有文字层，无法读取。"
    "请先用 WPS、Acrobat 等做文字识别（OCR），另存为带文字的 pdf 或 docx 后再读取。"
)
_NO_TEXT = "里没有文字。请确认文件没有选错；如有原始 docx，请直接读取 docx。"
_GARBLED = (
    "的文字层无法还原成汉字（字体缺少编码表）。"
    "请用原始 docx，或做文字识别（OCR）后另存为 docx 再读取。"
)
_TOO_LONG = "过大（超过 {pages} 页或 {characters} 万字），未予读取。请只保留方案正文后重试。"
_TOO_SLOW = "内容异常复杂，读取超过 {seconds:.0f} 秒，已停止。请另存为 docx 后重试。"

_PASSWORD_ERROR = 4


@dataclass(frozen=True, slots=True)
class _TableItem:
    """A table in the stream of lines, with the page it stands on."""

    cells: tuple[DraftCell, ...]
    page: int


_Item = Line | _TableItem


def open_pdf(data: bytes, name: str) -> Document:
    """The pdf's text layer as a document; every block knows its page."""
    pages = _pages(data, name)
    _refuse_unreadable(pages, name)
    draft = Draft(name, "pdf")
    items = list(_items(pages))
    lines = [item for item in items if isinstance(item, Line)]
    setting = setting_of(lines)
    body_em = Counter(round(line.em, 1) for line in lines for _ in line.text).most_common(1)
    _write(draft, items, setting, body_em[0][0] if body_em else 0.0)
    scanned = [str(page.number) for page in pages if not page.glyphs and page.pictured]
    if scanned:
        draft.remark(f"第 {'、'.join(scanned[:20])} 页没有文字层（可能是扫描页），未读入")
    if draft.empty:
        raise UnreadableDocument(name, _NO_TEXT)
    return draft.document()


def _pages(data: bytes, name: str) -> list[Page]:
    deadline = time.monotonic() + TIME_LIMIT
    pages: list[Page] = []
    characters = 0
    try:
        with pypdfium2.PdfDocument(data) as document:
            count = len(document)
            if count > MAX_PAGES:
                raise _too_long(name)
            for index in range(count):
                pages.append(read_page(document, index))
                characters += len(pages[-1].glyphs)
                if characters > MAX_CHARACTERS:
                    raise _too_long(name)
                if time.monotonic() > deadline:
                    raise UnreadableDocument(name, _TOO_SLOW.format(seconds=TIME_LIMIT))
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD_ERROR
        raise UnreadableDocument(name, _PASSWORD if locked else _BROKEN) from error
    return pages


def _too_long(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        name, _TOO_LONG.format(pages=MAX_PAGES, characters=MAX_CHARACTERS // 10_000)
    )


def _refuse_unreadable(pages: Sequence[Page], name: str) -> None:
    glyphs = [glyph for page in pages for glyph in page.glyphs]
    pictured = sum(page.pictured for page in pages)
    # A few characters on scanned pages are a stamp or a page number, not a text layer.
    if pictured and len(glyphs) < 10 * pictured:
        raise UnreadableDocument(name, _SCANNED)
    if not glyphs:
        raise UnreadableDocument(name, _NO_TEXT)
    lost = sum(1 for glyph in glyphs if glyph.character == "\ufffd" or _is_private(glyph.character))
    if lost > 0.3 * len(glyphs):
        raise UnreadableDocument(name, _GARBLED)


def _is_private(character: str) -> bool:
    return "\ue000" <= character[0] <= "\uf8ff"


# From pages to one stream of lines and tables.


def _items(pages: Sequence[Page]) -> Iterator[_Item]:
    prepared = [(page, *ruled_tables(page)) for page in pages]
    lines = {page.number: lines_of(outside, page.number) for page, _, outside in prepared}
    repeated = _repeated(pages, lines)
    columns: dict[int, list[Line]] = {}
    for page in pages:
        kept = [
            line for line in lines[page.number] if not _is_furniture(line, page, lines, repeated)
        ]
        lines[page.number] = kept
        # Pages of one width share their margins, so that a short last page has some too.
        columns.setdefault(round(page.width), []).extend(kept)
    for width, column in columns.items():
        set_margins(column, width)
    for page, tables, _ in prepared:
        yield from _merged(tables, lines[page.number], page.number)


def _merged(tables: list[RuledTable], lines: list[Line], page: int) -> Iterator[_Item]:
    placed: list[tuple[float, list[_Item]]] = [(line.top, [line]) for line in lines]
    for table in tables:
        if table.columns > 1:
            placed.append((table.top, [_TableItem(table.cells, page)]))
            continue
        boxed = lines_of(table.glyphs, page)
        set_margins(boxed)
        placed.append((table.top, list(boxed)))
    for _, items in sorted(placed, key=lambda pair: -pair[0]):
        yield from items


def _repeated(pages: Sequence[Page], lines: dict[int, list[Line]]) -> set[str]:
    """Words that stand at the edge of several pages: running headers and footers."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_masked(line) for line in lines[page.number] if _at_edge(line, page)})
    least = max(2, len(pages) // 3)
    return {words for words, count in seen.items() if count >= least}


def _at_edge(line: Line, page: Page) -> bool:
    middle = (line.top + line.bottom) / 2
    return not _HEADER_ZONE * page.height < middle < (1 - 0.09) * page.height


def _masked(line: Line) -> str:
    return _DIGITS.sub("0", line.text.replace(" ", ""))


def _is_furniture(line: Line, page: Page, lines: dict[int, list[Line]], repeated: set[str]) -> bool:
    if _at_edge(line, page) and _masked(line) in repeated:
        return True
    middle = (line.top + line.bottom) / 2
    if _EDGE * page.height < middle < (1 - _EDGE / 2) * page.height:
        return False
    return _PAGE_NUMBER.fullmatch(line.text) is not None


# From the stream to blocks.


def _write(draft: Draft, items: Sequence[_Item], setting: Setting, body_em: float) -> None:
    at = 0
    while at < len(items):
        item = items[at]
        if isinstance(item, _TableItem):
            draft.add_table(item.cells, page=item.page)
            at += 1
            continue
        rows = _rows_of_cells(items, at)
        if rows:
            draft.add_table(_cells(rows), page=item.page)
            at += len(rows)
            continue
        paragraph = _paragraph(items, at, setting)
        heading = item.em > 1.2 * body_em and item.balanced
        draft.add(
            joined(line.text for line in paragraph),
            "heading" if heading else "paragraph",
            page=item.page,
            level=1 if heading else None,
        )
        at += len(paragraph)


def _paragraph(items: Sequence[_Item], at: int, setting: Setting) -> list[Line]:
    first = items[at]
    assert isinstance(first, Line)
    lines = [first]
    for item in items[at + 1 :]:
        if not isinstance(item, Line) or not continues(lines[-1], item, setting):
            break
        lines.append(item)
    return lines


def _rows_of_cells(items: Sequence[_Item], at: int) -> list[Line]:
    """Lines from ``at`` on whose parts stand in the same columns: a table without rulings."""
    rows: list[Line] = []
    for item in items[at:]:
        if not isinstance(item, Line) or len(item.cells) < 2:
            break
        if rows and not _aligned(rows[0], item):
            break
        rows.append(item)
    return rows if len(rows) >= 2 else []


def _aligned(row: Line, other: Line) -> bool:
    if len(row.cells) != len(other.cells) or row.page != other.page:
        return False
    reach = 3 * row.em
    return all(abs(a - b) <= reach for a, b in zip(row.starts, other.starts, strict=True))


def _cells(rows: Sequence[Line]) -> list[DraftCell]:
    return [
        DraftCell(text, number, column)
        for number, line in enumerate(rows)
        for column, text in enumerate(line.cells)
    ]
