"""Word documents (docx): what stands on paper, automatic numbers included, revisions accepted.

The body is walked as XML: paragraphs, tables in their place, text boxes behind the paragraph
they hang on, notes at the end.  Headers, footers and comments are not part of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from guatu.documents.document import BlockKind, Document
from guatu.documents.docx_numbering import SYMBOLS, Numbering
from guatu.documents.docx_styles import (
    Styles,
    number_ref,
    outline_level,
    switched_on,
    value_of,
    w,
)
from guatu.documents.draft import Draft, DraftCell
from guatu.documents.errors import UnreadableDocument
from guatu.documents.package import Package

MAIN_PART = "word/document.xml"
_MAX_SPAN = 500

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

# Wrappers that only mark what they hold: it is read as if they were not there.
_TRANSPARENT = frozenset(
    w(tag) for tag in (
        "ins", "moveTo", "smartTag", "customXml", "sdtContent", "hyperlink", "fldSimple",
        "dir", "bdo", "ruby", "rubyBase",
    )
)  # fmt: skip
_REMOVED = frozenset({w("del"), w("moveFrom")})
_TEXT_OF = {
    w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-",
}  # fmt: skip
_DRAWN = frozenset({w("drawing"), w("pict"), w("object")})
_NOTE_REFERENCES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}

_NO_TEXT = "里没有文字。请确认文件没有选错。"
_PICTURES = (
    "里只有图片，没有文字（可能是扫描件）。"
    "请先用 WPS 或其他工具做文字识别（OCR），另存为 docx 后再读取。"
)


def open_docx(data: bytes, name: str) -> Document:
    """The docx file as a document, each automatic number standing where it is printed."""
    return open_package(Package(data, name), name)


def open_package(package: Package, name: str) -> Document:
    """The Word document in an office package that is already open."""
    main = main_part(package)
    root = package.xml(main)
    body = None if root is None else root.find(w("body"))
    if body is None:
        raise UnreadableDocument(
            name, "缺少正文部分，无法打开。请用 Word 或 WPS 打开并另存为 docx 后重试。"
        )
    reader = _Reader(package, main, name)
    reader.read(body)
    if reader.draft.empty:
        drawn = any(element.tag in _DRAWN for element in body.iter())
        raise UnreadableDocument(name, _PICTURES if drawn else _NO_TEXT)
    return reader.draft.document()


def main_part(package: Package) -> str:
    """The name of the part that holds the body."""
    named = package.related("").get("officeDocument", [])
    return next((part for part in named if part in package.names), MAIN_PART)


@dataclass(slots=True)
class _Field:
    """A field (域) being read: its instruction is dropped, its result kept."""

    instruction: str = ""
    in_result: bool = False

    @property
    def silent(self) -> bool:
        return not self.in_result or self.instruction.split()[:1] == ["TOC"]


@dataclass(slots=True)
class _Tally:
    """What the remarks will tell."""

    inserted: int = 0
    deleted: int = 0
    moved: int = 0
    hidden: int = 0
    contents: bool = False


@dataclass(slots=True)
class _Carry:
    """Words of paragraphs whose mark was deleted; they join the next paragraph."""

    words: list[str] = field(default_factory=list)


class _Reader:
    """Walks the parts of one docx and writes down what it finds."""

    def __init__(self, package: Package, main: str, name: str) -> None:
        self.draft = Draft(name, "docx")
        self._package = package
        self._related = package.related(main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._tally = _Tally()
        self._fields: list[_Field] = []
        self._fields_balanced = True
        self._notes: list[tuple[str, str]] = []
        self._boxes: list[Element] = []

    def read(self, body: Element) -> None:
        """Write down the body, then the notes it refers to, then the remarks."""
        self._story(body, None)
        self._read_notes()
        self._remark()

    # Stories: runs of paragraphs and tables (body, cell, text box, note).

    def _story(self, story: Element, kind: BlockKind | None) -> None:
        """Write down every paragraph and table; ``kind`` is forced on paragraphs if given."""
        self._fields, outer_fields = [], self._fields
        self._fields_balanced, outer_balanced = _fields_balanced(story), self._fields_balanced
        carry = _Carry()
        for block in self._blocks(story):
            if block.tag == w("tbl"):
                self._table(block, kind)
                continue
            text = self._paragraph(block, carry)
            if text is not None:
                level = self._level(block) if kind is None else None
                self.draft.add(text, kind or ("heading" if level else "paragraph"), level=level)
            self._read_boxes()
        if carry.words:
            self.draft.add("".join(carry.words), kind or "paragraph")
        self._fields, self._fields_balanced = outer_fields, outer_balanced

    def _blocks(self, parent: Element) -> Iterator[Element]:
        """The paragraphs and tables of a story in order, wrappers opened."""
        for child in parent:
            if child.tag in (w("p"), w("tbl")):
                yield child
            elif child.tag == w("sdt"):
                if _is_contents(child):
                    self._tally.contents = True
                elif (content := child.find(w("sdtContent"))) is not None:
                    yield from self._blocks(content)
            elif child.tag in _TRANSPARENT:
                yield from self._blocks(child)
            elif child.tag == _MC + "AlternateContent":
                yield from self._blocks(_alternative(child))
            elif child.tag == w("altChunk"):
                self.draft.remark("文中嵌入的外部文档未读入，请另行核对")

    def _read_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._story(box, "textbox")

    def _read_notes(self) -> None:
        for part_kind in ("footnote", "endnote"):
            part = self._part(part_kind + "s") if self._notes else None
            notes = {} if part is None else {
                note.get(w("id")): note for note in part.iterfind(w(part_kind))
            }  # fmt: skip
            for kind, identity in self._notes:
                if kind == part_kind and identity in notes:
                    self._story(notes.pop(identity), "footnote")

    # Paragraphs.

    def _paragraph(self, paragraph: Element, carry: _Carry) -> str | None:
        """The printed text of a paragraph; None where it is not printed or joins the next."""
        properties = paragraph.find(w("pPr"))
        style = value_of(properties, "pStyle") or self._styles.default
        words: list[str] = []
        self._inline(paragraph, words, self._styles.hidden(style))
        text = "".join(words)
        if self._styles.in_contents(style):
            self._tally.contents = self._tally.contents or bool(text.strip())
            return None
        mark = None if properties is None else properties.find(w("rPr"))
        if _mark_removed(mark):
            carry.words.append(text)
            return None
        if switched_on(mark, "vanish") and not text.strip():
            return None
        marker = self._numbering.marker(number_ref(properties), style)
        text = "".join(carry.words) + text
        carry.words.clear()
        if not text.strip() and not any(character.isalnum() for character in marker):
            return None  # a bullet before nothing
        return marker + text.strip()

    def _level(self, paragraph: Element) -> int | None:
        properties = paragraph.find(w("pPr"))
        own = value_of(properties, "outlineLvl")
        if own is not None:
            return outline_level(own)
        return self._styles.heading_level(value_of(properties, "pStyle") or self._styles.default)

    def _inline(self, parent: Element, words: list[str], hidden: bool) -> None:
        """Append the words of a paragraph or a wrapper in it."""
        for child in parent:
            tag = child.tag
            if tag == w("r"):
                self._run(child, words, hidden)
            elif tag in _REMOVED:
                self._count_removed(child)
            elif tag in _TRANSPARENT:
                self._count_added(child)
                self._inline(child, words, hidden)
            elif tag == w("sdt"):
                content = child.find(w("sdtContent"))
                properties = child.find(w("sdtPr"))
                if content is not None and not switched_on(properties, "showingPlcHdr"):
                    self._inline(content, words, hidden)
            elif tag == _MC + "AlternateContent":
                self._inline(_alternative(child), words, hidden)
            elif tag in (_MATH + "oMath", _MATH + "oMathPara"):
                words.append(_formula(child))

    def _run(self, run: Element, words: list[str], hidden: bool) -> None:
        properties = run.find(w("rPr"))
        own = switched_on(properties, "vanish")
        if own is None:
            style = value_of(properties, "rStyle")
            own = hidden or (style is not None and self._styles.hidden(style))
        if own and any(child.tag == w("t") and (child.text or "").strip() for child in run):
            self._tally.hidden += 1
        self._run_content(run, [] if own else words)

    def _run_content(self, run: Element, words: list[str]) -> None:
        for child in run:
            tag = child.tag
            if tag == w("fldChar"):
                self._field_mark(child.get(w("fldCharType"), ""))
            elif tag == w("instrText"):
                if self._fields and not self._fields[-1].in_result:
                    self._fields[-1].instruction += child.text or ""
            elif self._silent():
                continue
            elif tag == w("t"):
                words.append(child.text or "")
            elif tag in _TEXT_OF:
                words.append(_TEXT_OF[tag])
            elif tag == w("sym"):
                words.append(_symbol(child))
            elif tag in _NOTE_REFERENCES:
                self._notes.append((_NOTE_REFERENCES[tag], child.get(w("id"), "")))
            elif tag in _DRAWN:
                self._boxes.extend(_boxes(child))
            elif tag == _MC + "AlternateContent":
                self._run_content(_alternative(child), words)
            elif tag in _TRANSPARENT:
                self._inline(child, words, False)

    # Fields.

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
            self._tally.contents = self._tally.contents or self._fields[-1].silent
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _silent(self) -> bool:
        return self._fields_balanced and any(field.silent for field in self._fields)

    # Tables.

    def _table(self, table: Element, kind: BlockKind | None) -> None:
        rows = [list(_wrapped(row, "tc")) for row in self._rows(table)]
        if max((len(row) for row in rows), default=0) <= 1:
            # A frame around a box of text (专栏): its paragraphs are paragraphs.
            for row in rows:
                for cell in row:
                    self._story(cell, kind)
            return
        self.draft.add_table(self._cells(table))
        self._read_boxes()

    def _rows(self, table: Element) -> Iterator[Element]:
        for row in _wrapped(table, "tr"):
            properties = row.find(w("trPr"))
            if properties is not None and properties.find(w("del")) is not None:
                self._tally.deleted += 1
            else:
                yield row

    def _cells(self, table: Element) -> list[DraftCell]:
        cells: list[DraftCell] = []
        above: dict[int, int] = {}
        for number, row in enumerate(self._rows(table)):
            column = _bounded(value_of(row.find(w("trPr")), "gridBefore"), 0)
            for cell in _wrapped(row, "tc"):
                properties = cell.find(w("tcPr"))
                width = max(1, _bounded(value_of(properties, "gridSpan"), 1))
                text = self._cell_text(cell)
                at = above.get(column)
                if _continues(properties, "vMerge") and at is not None:
                    cells[at] = _taller(cells[at], number, text)
                elif _continues(properties, "hMerge") and cells and cells[-1].row == number:
                    cells[-1] = _wider(cells[-1], width, text)
                else:
                    above[column] = len(cells)
                    cells.append(DraftCell(text, number, column, 1, width))
                column += width
        return cells

    def _cell_text(self, story: Element) -> str:
        """The words of a cell; tables and text boxes inside it are read as words too."""
        carry = _Carry()
        parts: list[str] = []
        for block in self._blocks(story):
            if block.tag == w("tbl"):
                for row in self._rows(block):
                    parts.extend(self._cell_text(cell) for cell in _wrapped(row, "tc"))
                continue
            parts.append(self._paragraph(block, carry) or "")
            boxes, self._boxes = self._boxes, []
            parts.extend(self._cell_text(box) for box in boxes)
        parts.extend(carry.words)
        return " ".join(part for part in parts if part)

    # Remarks.

    def _count_removed(self, element: Element) -> None:
        if any(True for _ in element.iter(w("r"))):
            if element.tag == w("del"):
                self._tally.deleted += 1
            else:
                self._tally.moved += 1

    def _count_added(self, element: Element) -> None:
        if element.tag == w("ins") and any(True for _ in element.iter(w("r"))):
            self._tally.inserted += 1

    def _remark(self) -> None:
        tally = self._tally
        revisions = [
            f"{name} {count} 处"
            for name, count in (
                ("插入", tally.inserted), ("删除", tally.deleted), ("移动", tally.moved),
            )
            if count
        ]  # fmt: skip
        if revisions:
            self.draft.remark("修订按接受处理：" + "、".join(revisions))
        comments = self._part("comments")
        count = 0 if comments is None else sum(1 for _ in comments.iter(w("comment")))
        if count:
            self.draft.remark(f"批注 {count} 条未读入")
        if tally.hidden:
            self.draft.remark(f"隐藏文字 {tally.hidden} 处未读入")
        if tally.contents:
            self.draft.remark("目录页未读入，标题以正文为准")

    def _part(self, kind: str) -> Element | None:
        for part in self._related.get(kind, []):
            root = self._package.xml(part)
            if root is not None:
                return root
        return None


def _wrapped(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also where a wrapper stands between."""
    for child in parent:
        if child.tag == w(tag):
            yield child
        elif child.tag == w("sdt") or child.tag in _TRANSPARENT:
            yield from _wrapped(child, tag)


def _alternative(element: Element) -> Element:
    """The one branch of mc:AlternateContent to read: the first that holds any words."""
    branches = [branch for branch in element if branch.tag in (_MC + "Choice", _MC + "Fallback")]
    for branch in branches:
        if any(True for _ in branch.iter(w("t"))):
            return branch
    return branches[0] if branches else element


def _boxes(drawing: Element) -> list[Element]:
    """The outermost text boxes of a drawing, each once."""
    found: list[Element] = []
    waiting = [drawing]
    while waiting:
        element = waiting.pop()
        if element.tag == w("txbxContent"):
            found.append(element)
        elif element.tag == _MC + "AlternateContent":
            waiting.append(_alternative(element))
        else:
            waiting.extend(reversed(element))
    return found


def _is_contents(sdt: Element) -> bool:
    gallery = sdt.find(f"{w('sdtPr')}/{w('docPartObj')}/{w('docPartGallery')}")
    return gallery is not None and gallery.get(w("val")) == "Table of Contents"


def _fields_balanced(story: Element) -> bool:
    """Whether every field ends; where one does not, nothing is taken for an instruction."""
    kinds = [mark.get(w("fldCharType")) for mark in story.iter(w("fldChar"))]
    return kinds.count("begin") == kinds.count("end")


def _mark_removed(mark: Element | None) -> bool:
    return mark is not None and any(child.tag in _REMOVED for child in mark)


def _continues(properties: Element | None, tag: str) -> bool:
    merge = None if properties is None else properties.find(w(tag))
    return merge is not None and merge.get(w("val"), "continue") != "restart"


def _taller(cell: DraftCell, row: int, text: str) -> DraftCell:
    return DraftCell(
        f"{cell.text} {text}", cell.row, cell.column, row - cell.row + 1, cell.column_span
    )


def _wider(cell: DraftCell, width: int, text: str) -> DraftCell:
    return DraftCell(
        f"{cell.text} {text}", cell.row, cell.column, cell.row_span, cell.column_span + width
    )


def _formula(element: Element) -> str:
    """The characters of a formula in a line."""
    return "".join(part.text or "" for part in element.iter(_MATH + "t"))


def _symbol(element: Element) -> str:
    """A character of a symbol font as the ordinary character it looks like."""
    try:
        code = int(element.get(w("char"), ""), 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:
        return SYMBOLS.get(code & 0xFF, "□")
    return chr(code) if 0x20 <= code < 0xD800 else ""


def _bounded(text: str | None, default: int) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return default
    return min(int(text[:6]), _MAX_SPAN)
