"""The paper's form: GB/T 9704-2012 in the file, and as LibreOffice sets it."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.paper import (
    Align,
    Column,
    Figure,
    Level,
    Paper,
    Paragraph,
    Table,
    paragraph,
    printed,
)
from guatu.documents.opening import read_document

docx = pytest.importorskip("docx")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def paper_of(*blocks: Paragraph | Table, **parts: object) -> Paper:
    """A paper with these blocks and the parts that a test names."""
    usual: dict[str, object] = {
        "title": "关于十月份重大项目进展情况的通报",
        "signature": "临江市重大项目建设领导小组办公室",
        "signed_on": date(2026, 11, 5),
    }
    return Paper(body=blocks, **{**usual, **parts})  # type: ignore[arg-type]


def test_page_is_a4_with_the_type_area_of_the_standard() -> None:
    section = docx.Document(io.BytesIO(official_docx(paper_of(paragraph("正文。"))))).sections[0]
    measures = (
        section.page_width, section.page_height, section.top_margin, section.bottom_margin,
        section.left_margin, section.right_margin,
    )  # fmt: skip
    millimetres = [round(measure.mm) for measure in measures]
    assert millimetres == [210, 297, 37, 35, 28, 26]
    assert (210 - 28 - 26, 297 - 37 - 35) == (156, 225)


def test_fonts_and_sizes_follow_the_rank() -> None:
    file = official_docx(
        paper_of(
            paragraph("一、总体情况", level=Level.FIRST),
            paragraph("（一）投资", level=Level.SECOND),
            paragraph("完成较好。"),
        )
    )
    looks = {
        line.text: (run.element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")), run.font.size.pt)
        for line in docx.Document(io.BytesIO(file)).paragraphs
        for run in line.runs
        if run.text
    }
    assert looks["关于十月份重大项目进展情况的通报"] == ("方正小标宋简体", 22)
    assert looks["一、总体情况"] == ("黑体", 16)
    assert looks["（一）投资"] == ("楷体_GB2312", 16)
    assert looks["完成较好。"] == ("仿宋_GB2312", 16)


def test_figures_stand_in_controls_tagged_with_their_fact() -> None:
    table = Table(
        (Column("县区"), Column("完成", align=Align.RIGHT)),
        (("合计", Figure("sum.reached", "486.35")),),
        caption="表1",
        bold_rows=1,
    )
    file = official_docx(
        paper_of(paragraph("完成", Figure("all.reached", "486.35"), "亿元。"), table)
    )
    xml = zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml").decode()
    assert xml.count('<w:tag w:val="guatu:all.reached"/>') == 1
    assert xml.count('<w:tag w:val="guatu:sum.reached"/>') == 1
    assert xml.count("<w:tblHeader/>") == 1


def test_what_was_written_reads_back_in_order() -> None:
    paper = paper_of(
        paragraph("一、总体情况", level=Level.FIRST),
        paragraph("完成投资", Figure("a", "12.5"), "亿元。"),
        red_head="临江市重大项目办公室文件",
        number="临重办〔2026〕17号",
        addressee="各县（市、区）人民政府",
        attachments=("红灯项目清单",),
        copies_to="市委办公室",
        printed_by="临江市重大项目办公室",
        printed_on=date(2026, 11, 6),
    )
    text = read_document(official_docx(paper), "通报.docx").text
    order = [
        "临江市重大项目办公室文件", "临重办〔2026〕17号", "关于十月份", "各县（市、区）人民政府：",
        "一、总体情况", "完成投资12.5亿元。", "附件：红灯项目清单",
        "临江市重大项目建设领导小组办公室", "2026年11月5日", "抄送：市委办公室。",
        "2026年11月6日印发",
    ]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_make_a_file_that_opens(title: str, words: str) -> None:
    table = Table((Column(words),), ((words,),), caption=words, note=words)
    paper = paper_of(
        paragraph(words, Figure(words or "f", words)), table, title=title, red_head=words,
        number=words, addressee=words, attachments=(words, title), copies_to=words,
        printed_by=words, annexes=((title, (paragraph(words),)),),
    )  # fmt: skip
    docx.Document(io.BytesIO(official_docx(paper)))


def test_a_figure_without_a_fact_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="names its fact"):
        Figure("", "12")


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 1, 5), "2026年1月5日"), (date(2026, 12, 31), "2026年12月31日")]
)
def test_dates_have_no_leading_noughts(day: date, words: str) -> None:
    assert printed(day) == words


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice to set the pages")
def test_a_full_page_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    paper = paper_of(*(paragraph("临" * 26 + "江" * 28 * 4) for _ in range(14)))
    (tmp_path / "t.docx").write_bytes(official_docx(paper))
    subprocess.run(
        [str(OFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "t.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    import pypdfium2

    page = pypdfium2.PdfDocument(tmp_path / "t.pdf")[1]
    lines = [line.strip() for line in page.get_textpage().get_text_range().splitlines()]
    body = [line for line in lines if line and set(line) <= set("临江")]
    assert len(body) == 22
    assert {len(line) for line in body} == {26, 28}
