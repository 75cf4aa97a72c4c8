"""Sheets that leave the house: each unit's 责任单 as xlsx and docx, and all of them in one zip."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from guatu.exports.workbook import write_workbook
from guatu.reading.reading import Reading
from guatu.web.plans.models import Kind, PlanVersion
from guatu.web.plans.queries.published import SheetLine, UnitSheet

if TYPE_CHECKING:
    from docx.document import Document as Docx

HEADS: Final = ("序号", "内容", "指标值/阶段", "完成时限", "分工", "出处")
# Characters wide on an A4 page lying on its side.
_WIDTHS: Final = (6, 58, 18, 13, 8, 26)
_GROUPS: Final = ((Kind.TASK, "一、任务"), (Kind.TARGET, "二、指标"), (Kind.PROJECT, "三、项目"))
# The same columns in millimetres, for docx; twips are what its tables count in.
_TWIPS: Final = tuple(round(mm / 25.4 * 1440) for mm in (11, 104, 34, 26, 15, 35))
_CENTRED: Final = '<w:jc w:val="center"/>'
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_FILE: Final = re.compile(r'[\\/:*?"<>|\r\n\t]')


def file_name(words: str) -> str:
    """The words as a file may be called on any system."""
    return _NO_FILE.sub("", words)[:80].strip(". ") or "未命名"


def ledger_xlsx(reading: Reading) -> bytes:
    """The whole ledger of a version as a workbook."""
    with tempfile.TemporaryDirectory(prefix="guatu-") as folder:
        path = Path(folder) / "ledger.xlsx"
        write_workbook(reading, path)
        return path.read_bytes()


def lines_by_group(sheet: UnitSheet) -> list[tuple[str, list[SheetLine]]]:
    """The sheet's lines under their headings; empty groups left out."""
    return [(title, lines) for kind, title in _GROUPS if (lines := sheet.of(kind))]


def _foot(version: PlanVersion) -> str:
    number = f"（{version.plan.number}）" if version.plan.number else ""
    return (
        f"依据：《{version.about['title'] or version.plan.title}》{number}台账第{version.number}版"
    )


# ------------------------------------------------------------------------------- xlsx


def sheet_xlsx(version: PlanVersion, sheet: UnitSheet) -> bytes:
    """A unit's sheet as a workbook: printed on A4 lying, the head on every page."""
    from xlsxwriter import Workbook

    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        page = book.add_worksheet("责任单")
        title = book.add_format(
            {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}
        )
        small = book.add_format({"font_name": "宋体", "font_size": 10, "font_color": "#545c66"})
        base = {
            "font_name": "宋体",
            "font_size": 10,
            "border": 1,
            "text_wrap": True,
            "valign": "top",
        }
        head = book.add_format({**base, "bold": True, "bg_color": "#f0eee8", "align": "center"})
        group = book.add_format({**base, "bold": True, "bg_color": "#f7f5f0"})
        cell = book.add_format(base)
        middle = book.add_format({**base, "align": "center"})
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        last = len(HEADS) - 1
        page.merge_range(0, 0, 0, last, f"{sheet.name}责任单", title)
        page.set_row(0, 30)
        page.merge_range(1, 0, 1, last, _foot(version), small)
        page.write_row(2, 0, HEADS, head)
        row = 3
        for words, lines in lines_by_group(sheet):
            page.merge_range(row, 0, row, last, f"{words}（{len(lines)}）", group)
            row += 1
            for number, line in enumerate(lines, start=1):
                values = (
                    number,
                    line.content,
                    line.figure,
                    line.due or "—",
                    line.role,
                    line.source,
                )
                for column, value in enumerate(values):
                    page.write(row, column, value, middle if column in (0, 3, 4) else cell)
                row += 1
        page.freeze_panes(3, 0)
        page.repeat_rows(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C— &P —")
        book.set_properties({"title": f"{sheet.name}责任单", "comments": _foot(version)})
    return content.getvalue()


# ------------------------------------------------------------------------------- docx


def sheet_docx(version: PlanVersion, sheet: UnitSheet) -> bytes:
    """A unit's sheet as docx: A4 lying with the margins of GB/T 9704, table head repeated."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paper = Document()
    _set_page(paper)
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(6)
    _run(title, f"{sheet.name}责任单", "方正小标宋简体", 22)
    source = paper.add_paragraph()
    source.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(source, _foot(version), "楷体_GB2312", 12)
    for words, lines in lines_by_group(sheet):
        heading = paper.add_paragraph()
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(8)
        _run(heading, f"{words}（共{len(lines)}项）", "黑体", 16)
        _add_table(paper, lines)
    _add_signature(paper, version)
    paper.core_properties.title = f"{sheet.name}责任单"
    paper.core_properties.author = version.office.name
    content = BytesIO()
    paper.save(content)
    return content.getvalue()


def _set_page(paper: Docx) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    # The paper's own edges turn with it: 37 above, 35 below, 28 at the binding, 26 outside.
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(35), Mm(37)
    section.footer_distance = Mm(18)
    normal = paper.styles["Normal"]
    normal.font.size = Pt(12)
    _set_fonts(normal, "仿宋_GB2312")
    normal.paragraph_format.space_after = Pt(0)
    _add_page_number(section.footer.paragraphs[0])


def _set_fonts(styled: Any, name: str) -> None:
    from docx.oxml.ns import qn

    styled.font.name = "Times New Roman"
    properties = styled.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _run(paragraph: Any, words: str, font: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.size = Pt(size)
    run.bold = bold
    _set_fonts(run, font)


def _add_page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", "宋体", 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _run(paragraph, " —", "宋体", 14)


def _add_table(paper: Docx, lines: Sequence[SheetLine]) -> None:
    """The table in one piece of XML: cell by cell, python-docx needs 10 ms a row."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    rows = [_row_xml(HEADS, "黑体", head=True)]
    for number, line in enumerate(lines, start=1):
        values = (str(number), line.content, line.figure, line.due or "—", line.role, line.source)
        rows.append(_row_xml(values, "仿宋_GB2312", head=False))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _TWIPS)
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        '<w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    paper.element.body.insert_element_before(table, "w:sectPr")


def _row_xml(values: Sequence[str], font: str, *, head: bool) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>'
        f"<w:pPr>{_CENTRED if head or column in (0, 3, 4) else ''}</w:pPr><w:r><w:rPr>"
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>'
        f'<w:sz w:val="21"/></w:rPr><w:t xml:space="preserve">{_xml_text(words)}</w:t></w:r>'
        "</w:p></w:tc>"
        for column, (width, words) in enumerate(zip(_TWIPS, values, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"


def _xml_text(words: str) -> str:
    return escape(_NO_XML.sub("\ufffd", words))


def _add_signature(paper: Docx, version: PlanVersion) -> None:
    from django.utils import timezone
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    day = timezone.localtime(version.published)
    for words in (version.office.name, f"{day.year}年{day.month}月{day.day}日"):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(10)
        line.paragraph_format.keep_with_next = words == version.office.name
        _run(line, words, "仿宋_GB2312", 14)


# -------------------------------------------------------------------------------- zip


def sheets_zip(version: PlanVersion, sheets: Sequence[UnitSheet]) -> bytes:
    """The sheets of all units, xlsx and docx, in the order of the directory."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, sheet in enumerate(sheets, start=1):
            stem = f"{number:02d}-{file_name(sheet.name)}责任单"
            bundle.writestr(f"{stem}.docx", sheet_docx(version, sheet))
            bundle.writestr(f"{stem}.xlsx", sheet_xlsx(version, sheet))
    return content.getvalue()
