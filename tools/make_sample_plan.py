"""Make the Word version of the sample plan from its text.

    python tools/make_sample_plan.py

``samples/linjiang-2026-investment.txt`` is the one source.  The docx has the same words, set
the way an office sets them: 一、（一）1. come from Word's automatic numbering (1. runs on through
the whole chapter), a table, a bordered box, a text box, the usual fonts and margins.  Markers
that the numbering would not produce, as after a deleted item, stay typed by hand.
The result is the same byte by byte whenever the text is the same.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SOURCE = SAMPLES / "linjiang-2026-investment.txt"
TARGET = SAMPLES / "linjiang-2026-investment.docx"

ISSUED = datetime(2026, 3, 18)
TABLE_WIDTHS = (12, 64, 26, 20, 20, 14)  # millimetres
HEADINGS, ITEMS = 41, 42  # the ids of our lists, clear of those in the template

Kind = Literal["chapter", "part", "item", "table", "box", "paragraph"]
_CHINESE = "一二三四五六七八九十"
_MARKERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("chapter", re.compile(f"([{_CHINESE}])、")),
    ("part", re.compile(f"（([{_CHINESE}])）")),
    ("item", re.compile(r"(\d+)\.")),
)
_STYLES: dict[Kind, str] = {"chapter": "Heading 1", "part": "Heading 2"}


class Piece(NamedTuple):
    """One or more lines of the source that become one thing in Word.

    ``number`` is the value of its marker, ``text`` what follows the marker.
    """

    kind: Kind
    lines: tuple[str, ...]
    number: int = 0
    text: str = ""


def pieces_of(lines: list[str]) -> Iterator[Piece]:
    """The source's lines as chapters, parts, items, tables, boxes and paragraphs."""
    at = 0
    while at < len(lines):
        end = at + 1
        if "\t" in lines[at]:
            while end < len(lines) and "\t" in lines[end]:
                end += 1
            yield Piece("table", tuple(lines[at:end]))
        elif lines[at].startswith("专栏"):
            while end < len(lines) and marked(lines[end]) is None:
                end += 1
            yield Piece("box", tuple(lines[at:end]))
        else:
            yield marked(lines[at]) or Piece("paragraph", (lines[at],), text=lines[at])
        at = end


def marked(line: str) -> Piece | None:
    """The line as a numbered piece, or None where it has no marker."""
    for kind, marker in _MARKERS:
        if found := marker.match(line):
            digits = found[1]
            number = int(digits) if digits.isdecimal() else _CHINESE.index(digits) + 1
            return Piece(kind, (line,), number, line[found.end() :])
    return None


# ------------------------------------------------------------------ how Word is to number
# Items have a list of their own, one instance a chapter: only so do all word processors
# let 1. 2. 3. run on across （一）（二）（三）.
_LEVEL = """
<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>
  <w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>"""
_HEADINGS = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="{HEADINGS}"><w:multiLevelType w:val="multilevel"/>
  {_LEVEL.format(level=0, form="chineseCounting", text="%1、")}
  {_LEVEL.format(level=1, form="chineseCounting", text="（%2）")}
</w:abstractNum>"""
_ITEMS = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="{ITEMS}"><w:multiLevelType w:val="singleLevel"/>
  {_LEVEL.format(level=0, form="decimal", text="%1.")}
</w:abstractNum>"""


class Numbering:
    """Word's automatic numbering in one document, and what it would print next."""

    def __init__(self, document: Document) -> None:
        self._part = document.part.numbering_part.element
        first = self._part.find(qn("w:num"))
        for abstract in (_HEADINGS, _ITEMS):
            first.addprevious(parse_xml(abstract))
        self._instance(HEADINGS, HEADINGS)
        self._items = ITEMS
        self._last: dict[Kind, int] = {"chapter": 0, "part": 0, "item": 0}

    def takes(self, piece: Piece) -> bool:
        """Whether the piece's number is the next one; if so it is counted."""
        if piece.number != self._last[piece.kind] + 1:
            return False
        self._last[piece.kind] = piece.number
        if piece.kind == "chapter":
            self._last["part"] = self._last["item"] = 0
        if piece.kind == "item" and piece.number == 1:
            self._items += 1
            self._instance(self._items, ITEMS)
        return True

    def put_on(self, paragraph: Paragraph, kind: Kind) -> None:
        """Let Word number the paragraph."""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = int(kind == "part")
        properties.get_or_add_numId().val = self._items if kind == "item" else HEADINGS

    def _instance(self, number: int, abstract: int) -> None:
        """A list of its own that starts from 1."""
        self._part.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>'
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )


# ------------------------------------------------------------------------ how it looks
def set_font(style: ParagraphStyle, name: str, size: float) -> None:
    """One font for Chinese, Times for the rest, black."""
    style.font.name = "Times New Roman"
    style.font.size = Pt(size)
    style.font.bold = False
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        properties.rFonts.attrib.pop(qn(theme), None)
    for colour in properties.findall(qn("w:color")):
        properties.remove(colour)


def lay_out(document: Document) -> None:
    """Page, fonts and lines as GB/T 9704 asks for them."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    for name, font, size in (
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
    ):
        style = document.styles[name]
        set_font(style, font, size)
        style.paragraph_format.line_spacing = Pt(28.95)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(border)


def indented(paragraph: Paragraph) -> Paragraph:
    """The paragraph with its first line set in by two characters."""
    paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


# ---------------------------------------------------------------------- the pieces
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right")
)

_TEXT_BOX = f"""
<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
  xmlns:v="urn:schemas-microsoft-com:vml">
 <mc:AlternateContent>
  <mc:Choice Requires="wps"><w:drawing>
   <wp:inline distT="0" distB="0" distL="0" distR="0">
    <wp:extent cx="5580000" cy="1260000"/><wp:docPr id="1" name="专栏"/>
    <a:graphic><a:graphicData
      uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
     <wps:wsp><wps:cNvSpPr txBox="1"/>
      <wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5580000" cy="1260000"/></a:xfrm>
       <a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
       <a:ln w="9525"><a:solidFill><a:srgbClr val="808080"/></a:solidFill></a:ln></wps:spPr>
      <wps:txbx><w:txbxContent/></wps:txbx>
      <wps:bodyPr wrap="square" anchor="t"><a:spAutoFit/></wps:bodyPr>
     </wps:wsp></a:graphicData></a:graphic>
   </wp:inline></w:drawing></mc:Choice>
  <mc:Fallback><w:pict>
   <v:rect style="width:439pt;height:99pt"><v:textbox><w:txbxContent/></v:textbox></v:rect>
  </w:pict></mc:Fallback>
 </mc:AlternateContent>
</w:r>"""


def add_table(document: Document, rows: tuple[str, ...]) -> None:
    """The rows as a grid, the first one repeated on every page."""
    cells = [row.split("\t") for row in rows]
    table = document.add_table(len(cells), len(cells[0]), style="Table Grid")
    table.autofit = False
    for row, texts in zip(table.rows, cells, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, text, width in zip(row.cells, texts, TABLE_WIDTHS, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(20)
            paragraph.add_run(text).font.size = Pt(12)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def add_bordered(document: Document, lines: tuple[str, ...]) -> None:
    """A box made of bordered paragraphs."""
    for line in lines:
        paragraph = document.add_paragraph(line)
        borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{_BORDERS}</w:pBdr>")
        # After keepNext and the like, before spacing and indent: the schema's order.
        paragraph._p.get_or_add_pPr().insert_element_before(
            borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
        )


def add_text_box(document: Document, lines: tuple[str, ...]) -> None:
    """A drawn text box, with the older form beside it as Word writes it."""
    host = document.add_paragraph()
    host.paragraph_format.line_spacing = 1.0
    host._p.append(parse_xml(_TEXT_BOX))
    for content in host._p.iter(qn("w:txbxContent")):
        for line in lines:
            inner = deepcopy(document.add_paragraph(line)._p)
            document.element.body.remove(document.paragraphs[-1]._p)
            content.append(inner)


def add_piece(document: Document, piece: Piece, numbering: Numbering) -> None:
    """One piece in its Word form."""
    if piece.kind == "table":
        add_table(document, piece.lines)
    elif piece.kind == "box":
        add_box = add_bordered if piece.lines[0].startswith("专栏1") else add_text_box
        add_box(document, piece.lines)
    elif piece.kind == "paragraph":
        paragraph = indented(document.add_paragraph(piece.text))
        if piece.text.startswith("表"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        add_numbered(document, piece, numbering)


def add_numbered(document: Document, piece: Piece, numbering: Numbering) -> None:
    """A heading or item; its marker by Word where Word would print the same, else typed."""
    style = None if "。" in piece.text else _STYLES.get(piece.kind)
    automatic = numbering.takes(piece)
    paragraph = indented(document.add_paragraph(piece.text if automatic else piece.lines[0], style))
    if automatic:
        numbering.put_on(paragraph, piece.kind)


def add_notice(document: Document, lines: list[str]) -> None:
    """The covering notice: title, 文号, addressees, text, signature."""
    title, number, addressees, text, issuer, day, remark = lines
    document.add_paragraph(title, "Title")
    document.add_paragraph(number).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(addressees)
    indented(document.add_paragraph(text))
    document.add_paragraph(issuer).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph(day).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    indented(document.add_paragraph(remark)).add_run().add_break(WD_BREAK.PAGE)


def plan_as_docx(text: str) -> bytes:
    """The plan's text as a Word file."""
    lines = text.splitlines()
    plan = lines.index("（此件公开发布）") + 1
    document = docx.Document()
    lay_out(document)
    add_notice(document, lines[:plan])
    for line in lines[plan : plan + 2]:
        document.add_paragraph(line, "Title")
    numbering = Numbering(document)
    for piece in pieces_of(lines[plan + 2 :]):
        add_piece(document, piece, numbering)
    properties = document.core_properties
    properties.title, properties.author = lines[plan], "临江市人民政府"
    properties.comments = ""
    properties.created = properties.modified = ISSUED
    made = io.BytesIO()
    document.save(made)
    return undated(made.getvalue())


def undated(archive: bytes) -> bytes:
    """The zip with every member dated alike, so that the same text gives the same bytes."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, ISSUED.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return result.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(plan_as_docx(SOURCE.read_text(encoding="utf-8")))
    print(f"{TARGET.relative_to(SAMPLES.parent)}  {TARGET.stat().st_size} bytes")
