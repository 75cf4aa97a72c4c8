"""A paper as docx in the form of GB/T 9704-2012 (党政机关公文格式).

A4; type area 156 mm × 225 mm (margins 37, 35, 28, 26 mm), 22 lines of 28 characters; title 2号
小标宋, body 3号仿宋, first rank 黑体, second rank 楷体; page number 4号 with dashes, odd pages
right, even pages left; 版记 at the foot of the last page. Each figure stands in a content control
whose tag is its fact, so that the clerk may edit the paper in Word or WPS and ``changed`` still
finds it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Figure,
    Level,
    Paper,
    Paragraph,
    Picture,
    Piece,
    Table,
    printed,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx

TAG: Final = "guatu:"

_SONG: Final = "方正小标宋简体"
_FANG: Final = "仿宋_GB2312"
_KAI: Final = "楷体_GB2312"
_HEI: Final = "黑体"
_RED: Final = "FF0000"
# 2号, 3号 and 4号 in half points.
_SECOND: Final = 44
_THIRD: Final = 32
_FOURTH: Final = 28
_SMALL: Final = 24
_FIFTH: Final = 21
# 225 mm / 22 lines are 28.99 pt; Word and LibreOffice round up what does not fit, hence 28.95.
_LINE: Final = 579
_TITLE_LINE: Final = 700
# 28 characters of 16 pt are 448 pt in 442.2 pt: each stands a quarter of a point closer.
_CLOSER: Final = -5
_CHARACTER: Final = 316  # a character's width with that, in twips
_AREA: Final = 8844  # 156 mm in twips
_FONTS: Final = {Level.FIRST: _HEI, Level.SECOND: _KAI, Level.THIRD: _FANG, Level.BODY: _FANG}
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST_PICTURE_MM: Final = 150
_WPS: Final = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_NAMESPACES: Final = (
    ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    f' xmlns:wps="{_WPS}"'
)
_NO_MARGINS: Final = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
)
_TIGHT: Final = (
    '<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="57" w:type="dxa"/>'
    '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
)


def official_docx(paper: Paper) -> bytes:
    """The paper as a docx file; its fonts are named, not carried along."""
    from docx import Document

    document = Document()
    writer = _Writer(document)
    _set_page(document)
    writer.head(paper)
    writer.blocks(paper.body)
    writer.tail(paper)
    for title, blocks in paper.annexes:
        writer.annex(title, blocks)
    writer.imprint(paper)
    core = document.core_properties
    core.title, core.author = (_clean(words)[:255] for words in (paper.title, paper.signature))
    core.comments = ""
    content = BytesIO()
    document.save(content)
    return content.getvalue()


class _Writer:
    """Puts one paragraph, table or picture after another before the section's end."""

    def __init__(self, document: Docx) -> None:
        self._document = document
        self._body = document.element.body
        for left in list(self._body):
            if not left.tag.endswith("sectPr"):
                self._body.remove(left)
        self._ids = itertools.count(1_000_001)

    # ------------------------------------------------------------------ parts of a paper

    def head(self, paper: Paper) -> None:
        """版头 and title: mark in red, number, the red line, title, 主送机关."""
        if paper.red_head:
            # The mark's upper edge lies 35 mm below the type area's (GB/T 9704, 7.2.4).
            size = _head_size(paper.red_head)
            self._line(
                [paper.red_head], font=_SONG, size=size, jc="center", colour=_RED,
                before=1700, line=max(_LINE, size * 12), closer=0,
            )  # fmt: skip
            self._blank()
            line = f'w:val="single" w:sz="12" w:space="9" w:color="{_RED}"'
            rule = f"<w:pBdr><w:bottom {line}/></w:pBdr>"
            self._line([paper.number], jc="center", edges=rule)
            self._blank(2)
        elif paper.number:
            self._line([paper.number], jc="center")
            self._blank()
        for words in _title_lines(paper.title):
            self._line([words], font=_SONG, size=_SECOND, jc="center", line=_TITLE_LINE, closer=0)
        self._blank()
        if paper.addressee:
            self._line([f"{paper.addressee}："])

    def tail(self, paper: Paper) -> None:
        """附件说明, 署名, 成文日期, 附注."""
        # No signature alone on a page: what stands before it goes along.
        self._keep_last_together()
        if paper.attachments:
            self._blank(keep=True)
            numbered = len(paper.attachments) > 1
            # The name's second line stands under its first character (7.3.4).
            hang = 4 if numbered else 3
            for number, name in enumerate(paper.attachments, start=1):
                head = "附件：" if number == 1 else "　　　"
                words = f"{number}.{name}" if numbered else name
                self._line([head + words], left=2 + hang, first=-hang, keep=True)
        self._blank(keep=True)
        self._blank(keep=True)
        day = printed(paper.signed_on) if paper.signed_on else "　　　　年　月　日"
        # 成文日期 leaves four characters at the right, 署名 stands centred over it (7.3.5.1).
        date_width, name_width = _width(day), _width(paper.signature)
        shift = max(0.0, 4 + (date_width - name_width) / 2)
        self._line([paper.signature], jc="right", right=shift, keep=True)
        self._line([day], jc="right", right=4, keep=bool(paper.remark))
        if paper.remark:
            self._line([f"（{paper.remark}）"], first=2)

    def annex(self, title: str, blocks: Sequence[Block]) -> None:
        """附件 on a page of its own: its mark, its title, its blocks."""
        mark, _, name = title.partition(" ")
        self._line([mark], font=_HEI, page=True)
        self._blank()
        for words in _title_lines(name or mark):
            self._line([words], font=_SONG, size=_SECOND, jc="center", line=_TITLE_LINE, closer=0)
        self._blank()
        self.blocks(blocks)

    def imprint(self, paper: Paper) -> None:
        """版记: 抄送 and who printed it when, between lines, at the foot of the last page."""
        lines: list[tuple[list[Piece], dict[str, Any]]] = []
        if paper.copies_to:
            # The second line stands under the first organ's first character (7.4.2).
            lines.append(([f"抄送：{paper.copies_to}。"], {"left": 4, "right": 1, "first": -3}))
        if paper.printed_by:
            day = f"{printed(paper.printed_on)}印发" if paper.printed_on else ""
            tab = f'<w:tabs><w:tab w:val="right" w:pos="{_AREA - 280}"/></w:tabs>'
            lines.append(([paper.printed_by, "\t", day], {"left": 1, "tabs": tab}))
        rows = ""
        for number, (pieces, form) in enumerate(lines):
            # First and last line 0.35 mm, between them 0.25 mm (7.4.1), as wide as the type area.
            edges = f'<w:top w:val="single" w:sz="{8 if number == 0 else 6}"/>'
            if number == len(lines) - 1:
                edges += '<w:bottom w:val="single" w:sz="8"/>'
            rows += (
                f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{_AREA}" w:type="dxa"/>'
                f"<w:tcBorders>{edges}</w:tcBorders></w:tcPr>"
                f"{self._paragraph(pieces, size=_FOURTH, closer=0, **form)}</w:tc></w:tr>"
            )
        if rows:
            height = -(-_width(paper.copies_to) // 27) + 1.5
            self._at_foot(
                f'<w:tbl><w:tblPr><w:tblW w:w="{_AREA}" w:type="dxa"/>'
                f'<w:tblLayout w:type="fixed"/>{_NO_MARGINS}</w:tblPr>'
                f'<w:tblGrid><w:gridCol w:w="{_AREA}"/></w:tblGrid>{rows}</w:tbl>'
                f"{self._paragraph([''], size=2, line=20, closer=0)}",
                height=round(height * _LINE * 635),
            )

    def _at_foot(self, blocks: str, height: int) -> None:
        """A box that stands on the last line of the type area of the page it is on."""
        self._line([""], size=2, line=20, closer=0)
        width = _AREA * 635
        box = (
            '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" '
            'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0">'
            '<wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="margin"><wp:align>center</wp:align></wp:positionH>'
            '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:wrapTopAndBottom/>'
            f'<wp:docPr id="{next(self._ids)}" name="版记"/><wp:cNvGraphicFramePr/>'
            f'<a:graphic><a:graphicData uri="{_WPS}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
            f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>'
            f"</wps:spPr><wps:txbx><w:txbxContent>{blocks}</w:txbxContent></wps:txbx>"
            '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:spAutoFit/></wps:bodyPr>'
            "</wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        )
        self._add(
            '<w:p><w:pPr><w:spacing w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>'
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
            f"{box}</w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
        )

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Body or annex."""
        for block in blocks:
            if isinstance(block, Paragraph):
                font = _FONTS[block.level]
                self._line(
                    block.pieces,
                    font=font,
                    first=2,
                    keep=block.level in (Level.FIRST, Level.SECOND),
                )
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._picture(block)

    # --------------------------------------------------------------------- what they are made of

    def _add(self, xml: str) -> None:
        from docx.oxml import parse_xml

        name = min(at for at in (xml.find(">"), xml.find(" ")) if at > 0)
        element = parse_xml(xml[:name] + _NAMESPACES + xml[name:])
        self._body.insert_element_before(element, "w:sectPr")

    def _blank(self, count: int = 1, *, keep: bool = False) -> None:
        for _ in range(count):
            self._line([""], keep=keep)

    def _line(self, pieces: Sequence[Piece], **form: Any) -> None:
        self._add(self._paragraph(pieces, **form))

    def _paragraph(
        self,
        pieces: Sequence[Piece],
        *,
        font: str = _FANG,
        size: int = _THIRD,
        jc: str = "both",
        first: float = 0,
        left: float = 0,
        right: float = 0,
        before: int = 0,
        line: int = _LINE,
        colour: str = "",
        closer: int = _CLOSER,
        bold: bool = False,
        keep: bool = False,
        page: bool = False,
        edges: str = "",
        tabs: str = "",
    ) -> str:
        """A paragraph as XML; ``first``, ``left``, ``right`` count characters."""
        width = _CHARACTER * size / _THIRD
        indent = f'w:left="{round(left * width)}" w:right="{round(right * width)}"'
        kind = "firstLine" if first >= 0 else "hanging"
        indent += f' w:{kind}="{round(abs(first) * width)}"'
        # The schema's order of properties; Word refuses a file that has another.
        properties = (
            ("<w:keepNext/>" if keep else "")
            + ("<w:pageBreakBefore/>" if page else "")
            + '<w:widowControl w:val="0"/>'
            + edges
            + tabs
            + '<w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
            + f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="exact"/>'
            + f"<w:ind {indent}/>"
            + f'<w:jc w:val="{jc}"/>'
        )
        look = _look(font, size, colour=colour, closer=closer, bold=bold)
        runs = "".join(self._runs(pieces, look))
        return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"

    def _runs(self, pieces: Sequence[Piece], look: str) -> Iterator[str]:
        for piece in pieces:
            if isinstance(piece, Figure):
                yield (
                    f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(_clean(piece.fact)[:60])}/>"
                    f"<w:tag w:val={quoteattr(TAG + _clean(piece.fact))}/>"
                    f'<w:id w:val="{next(self._ids)}"/></w:sdtPr><w:sdtContent>'
                    f"{_run(piece.words, look)}</w:sdtContent></w:sdt>"
                )
            elif piece == "\n":
                yield f"<w:r>{look}<w:br/></w:r>"
            elif piece == "\t":
                yield f"<w:r>{look}<w:tab/></w:r>"
            elif piece:
                yield _run(piece, look)

    def _table(self, table: Table) -> None:
        if table.caption:
            self._line(
                [table.caption],
                font=_HEI,
                size=_FOURTH,
                jc="center",
                keep=True,
                before=120,
                closer=0,
            )
        whole = sum(column.width for column in table.columns)
        widths = [round(_AREA * column.width / whole) for column in table.columns]
        rows = [self._row([column.head for column in table.columns], table, widths, head=True)]
        rows += [
            self._row(row, table, widths, bold=number < table.bold_rows)
            for number, row in enumerate(table.rows)
        ]
        edges = "".join(
            f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
            for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        self._add(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f"{_TIGHT}"
            f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
        if table.note:
            self._line([table.note], size=21, line=360, closer=0)
        else:
            self._line([""], size=_SMALL, line=240, closer=0)

    def _row(
        self,
        cells: Sequence[Piece],
        table: Table,
        widths: Sequence[int],
        *,
        head: bool = False,
        bold: bool = False,
    ) -> str:
        written = ""
        for cell, column, width in zip(cells, table.columns, widths, strict=True):
            text = self._paragraph(
                _head_pieces(cell) if head and isinstance(cell, str) else [cell],
                font=_HEI if head else _FANG,
                size=_FIFTH if head else _SMALL,
                jc=Align.CENTRE if head else column.align,
                line=320,
                closer=0,
                bold=bold,
            )
            written += (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
                f'<w:vAlign w:val="center"/></w:tcPr>{text}</w:tc>'
            )
        repeat = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{written}</w:tr>"

    def _picture(self, picture: Picture) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        holder = self._document.add_paragraph()
        shape = holder.add_run().add_picture(BytesIO(picture.png), width=Mm(_WIDEST_PICTURE_MM))
        shape._inline.docPr.set("descr", picture.described)
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.keep_with_next = True
        # With its table, whose caption follows.
        self._line([picture.caption], font=_HEI, size=_FOURTH, jc="center", closer=0, keep=True)

    def _keep_last_together(self) -> None:
        from docx.oxml import OxmlElement

        last = self._body[-2] if len(self._body) > 1 else None
        if last is not None and last.tag.endswith("}p"):
            last.get_or_add_pPr().insert(0, OxmlElement("w:keepNext"))


def _set_page(document: Docx) -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The page number's upper edge lies 7 mm below the type area (7.5): 35 - 7 - its own height.
    section.footer_distance = Mm(23)
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    normal.paragraph_format.space_after = Pt(0)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        _page_number(footer.paragraphs[0], side)


def _page_number(paragraph: Any, side: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    look = _look("宋体", _FOURTH, latin="宋体")
    space = nsdecls("w")
    properties = (
        f'<w:pPr {space}><w:spacing w:before="0" w:after="0"/>'
        f'<w:ind w:left="280" w:right="280"/><w:jc w:val="{side}"/></w:pPr>'
    )
    paragraph._p.insert(0, parse_xml(properties))
    for part in ("— ", None, " —"):
        if part is None:
            xml = f'<w:fldSimple {space} w:instr="PAGE"><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'
        else:
            xml = f'<w:r {space}>{look}<w:t xml:space="preserve">{part}</w:t></w:r>'
        paragraph._p.append(parse_xml(xml))


def _look(
    font: str,
    size: int,
    *,
    latin: str = "Times New Roman",
    colour: str = "",
    closer: int = 0,
    bold: bool = False,
) -> str:
    return (
        f'<w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" '
        'w:hint="eastAsia"/>'
        + ("<w:b/>" if bold else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:spacing w:val="{closer}"/>' if closer else "")
        + f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _head_pieces(head: str) -> list[Piece]:
    """A column's head with its unit on a line of its own: 年度计划 / （亿元）."""
    name, mark, unit = head.partition("（")
    # A name in brackets is no unit: 县（市、区） stays in one line.
    return (
        [name, "\n", mark + unit] if name and unit.endswith("）") and "、" not in unit else [head]
    )


def _run(words: str, look: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(_clean(words))}</w:t></w:r>'


def _clean(words: str) -> str:
    return _NO_XML.sub("\ufffd", words)


def _width(words: str) -> float:
    """How many full-width characters the words take."""
    return sum(0.5 if ord(character) < 0x2E80 else 1.0 for character in words)


def _head_size(words: str) -> int:
    """Half points at which the mark fits one line of the type area, 72 pt at the most."""
    return min(144, int(2 * 435 / max(_width(words), 4)))


# A title breaks between words; these begin what must not be torn from what stands before.
_STICKY: Final = "的和及与、，（《的了等"


def _title_lines(title: str, longest: int = 20) -> list[str]:
    """The title in lines of at most 20 characters, evenly long (梯形或菱形, 7.3.1).

    A line does not begin with a mark or a particle, nor end with an opening bracket.
    """
    if _width(title) <= longest:
        return [title]
    count = int(-(-_width(title) // longest))
    lines, rest = [], title
    for left in range(count, 1, -1):
        goal = len(rest) / left
        cut = min(
            range(max(1, round(goal) - 5), min(len(rest), round(goal) + 6)),
            key=lambda at: (_torn(rest, at), abs(at - goal)),
        )
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def _torn(words: str, at: int) -> int:
    """How bad a break before this character is."""
    after, before = words[at], words[at - 1]
    if after in _STICKY + "》）。；：" or before in "《（":
        return 3
    if after.isdigit() and (before.isdigit() or before in "年月第"):
        return 3
    if before.isdigit() or before in "全各本第":
        return 2
    # After 关于, 的, 情况, 10月, a mark: good places.
    return 0 if before in "的、》）于况度月" else 1
