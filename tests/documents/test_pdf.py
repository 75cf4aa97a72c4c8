"""Pdf files: lines put together to paragraphs, page furniture gone, tables kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guatu.documents import UnreadableDocument, read_document

MakePdf = Callable[..., bytes]
LEFT, SIZE, PITCH = 90, 16, 28
FULL = 26  # characters in a full line: 90 + 26 * 16 = 506


def _full(text: str) -> str:
    return (text + "为加快补齐公共服务短板推动全市高质量发展坚持项目为王")[:FULL]


@pytest.fixture
def read(make_pdf: MakePdf, pdf_page: Any) -> Callable[..., Any]:
    """Reads a pdf whose pages are lists of (indent in characters, words)."""

    def read_pages(*pages: list[tuple[float, str]], furniture: bool = False) -> Any:
        made = []
        for number, lines in enumerate(pages, 1):
            page = pdf_page()
            for row, (indent, words) in enumerate(lines):
                page.words(LEFT + indent * SIZE, 720 - row * PITCH, words, SIZE)
            if furniture:
                page.words(LEFT, 800, "临江市人民政府文件", 10)
                page.words(280, 50, f"— {number} —", 12)
            made.append(page)
        return read_document(make_pdf(*made), "方案.pdf")

    return read_pages


def test_wrapped_lines_are_one_paragraph(read: Any) -> None:
    first, second = _full("一是"), _full("二是")
    document = read([(2, first[:-2]), (0, second), (0, "到2025年建成。"), (2, "下一段。")])
    assert document.text == first[:-2] + second + "到2025年建成。\n下一段。\n"
    assert [block.page for block in document.blocks] == [1, 1]


def test_a_number_cut_from_its_unit_is_joined_without_a_space(read: Any) -> None:
    line = _full("全市")
    document = read([(2, line[:-2]), (0, "2000公里。")])
    assert document.text == line[:-2] + "2000公里。\n"


def test_a_hyphen_at_the_end_of_a_line_is_kept(read: Any) -> None:
    line = _full("全市污水收集率达到")[:-6] + "达到75%-"
    document = read([(2, line[2:]), (0, "85%左右，县城达到60%。")])
    assert "75%-85%左右" in document.text


def test_a_ragged_line_without_a_full_stop_goes_on(read: Any) -> None:
    document = read([(0, _full("甲")), (0, _full("乙")[:-4]), (0, "建成十二所。"), (0, "另起。")])
    assert document.text.splitlines()[1:] == ["另起。"]


def test_a_numbered_item_begins_a_paragraph(read: Any) -> None:
    full = _full("（一）")[:-1] + "。"
    document = read([(0, full), (0, "（二）下一项。"), (0, "1.再下一项。")])
    assert document.text == full + "\n（二）下一项。\n1.再下一项。\n"


def test_a_paragraph_goes_on_over_the_page(read: Any) -> None:
    lines = [(0.0, _full(str(row))) for row in range(3)]
    document = read([(2, _full("始")[:-2]), *lines], [(0, "续完。"), (2, "新段。")], furniture=True)
    assert document.text.splitlines()[0].endswith("续完。")
    assert document.text.splitlines()[1] == "新段。"
    assert [block.page for block in document.blocks] == [1, 2]


@pytest.mark.parametrize("number", ["— 3 —", "-3-", "3", "第3页", "第 3 页 共 9 页", "3/9"])
def test_page_numbers_are_dropped(make_pdf: MakePdf, pdf_page: Any, number: str) -> None:
    page = pdf_page().words(LEFT, 700, "正文。").words(280, 50, number, 12)
    assert read_document(make_pdf(page), "方案.pdf").text == "正文。\n"


def test_running_headers_are_dropped_and_titles_kept(read: Any) -> None:
    document = read([(0, "甲。")], [(0, "乙。")], [(0, "丙。")], furniture=True)
    assert document.text == "甲。\n乙。\n丙。\n"


def test_a_title_over_two_lines_is_one_heading(make_pdf: MakePdf, pdf_page: Any) -> None:
    page = pdf_page()
    page.words(133, 740, "临江市补齐公共服务短板三年行动", 22)
    page.words(243, 705, "实施的方案", 22)
    for row in range(5):
        page.words(LEFT, 640 - row * PITCH, _full(str(row)))
    document = read_document(make_pdf(page), "方案.pdf")
    first = document.blocks[0]
    assert first.span.of(document.text) == "临江市补齐公共服务短板三年行动实施的方案"
    assert (first.kind, first.level) == ("heading", 1)


def _ruled(page: Any, xs: list[int], ys: list[int]) -> Any:
    for x in xs:
        page.rule(x, ys[0], x, ys[-1])
    for y in ys:
        page.rule(xs[0], y, xs[-1], y)
    return page


def test_a_ruled_table_keeps_its_cells_even_where_they_wrap(
    make_pdf: MakePdf, pdf_page: Any
) -> None:
    page = _ruled(pdf_page(), [90, 300, 400, 500], [500, 560, 600])
    page.words(95, 580, "指标", 12).words(305, 580, "2020年", 12).words(405, 580, "2025年", 12)
    page.words(95, 540, "城市生活垃圾回收", 12).words(95, 520, "利用率", 12)
    page.words(305, 530, "30%", 12).words(405, 530, "35%以上", 12)
    page.words(90, 700, "前文。").words(90, 400, "后文。")
    document = read_document(make_pdf(page), "方案.pdf")
    assert document.text == (
        "前文。\n指标\t2020年\t2025年\n城市生活垃圾回收利用率\t30%\t35%以上\n后文。\n"
    )
    assert [(cell.row, cell.column) for cell in document.tables[0].cells] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2),
    ]  # fmt: skip


def test_a_table_without_rules_is_known_by_its_gaps(make_pdf: MakePdf, pdf_page: Any) -> None:
    page = pdf_page()
    for row, cells in enumerate([("指标", "2020年", "2025年"), ("学校", "3所", "12所")]):
        for column, words in enumerate(cells):
            page.words(90 + 150 * column, 700 - 28 * row, words)
    document = read_document(make_pdf(page), "方案.pdf")
    assert document.text == "指标\t2020年\t2025年\n学校\t3所\t12所\n"


def test_a_turned_page_is_read_upright(make_pdf: MakePdf, pdf_page: Any) -> None:
    page = pdf_page(width=842, height=595, rotate=90).words(90, 400, "横排的页。")
    assert read_document(make_pdf(page), "方案.pdf").text == "横排的页。\n"


def test_a_scan_is_told_from_a_text(make_pdf: MakePdf, pdf_page: Any) -> None:
    with pytest.raises(UnreadableDocument, match="扫描件"):
        read_document(make_pdf(pdf_page().picture(), pdf_page().picture()), "扫描.pdf")


def test_single_scanned_pages_are_remarked(make_pdf: MakePdf, pdf_page: Any) -> None:
    text = pdf_page().words(LEFT, 700, "这一页有文字，到2025年新建学校十二所。")
    document = read_document(make_pdf(text, pdf_page().picture()), "方案.pdf")
    assert "第 2 页没有文字层" in document.remarks[0]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="已损坏"):
        read_document(data, "方案.pdf")


def test_a_blank_pdf_is_refused(make_pdf: MakePdf, pdf_page: Any) -> None:
    with pytest.raises(UnreadableDocument, match="没有文字"):
        read_document(make_pdf(pdf_page()), "方案.pdf")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice 未安装，无法制作 pdf")
def test_what_an_office_prints_reads_like_the_docx(
    make_docx: Callable[..., bytes], tmp_path: Path
) -> None:
    import subprocess

    sentence = "到2025年，全市新建公办学校12所，新增学位1.2万个，城市污水集中收集率达到75%以上。"
    body = "".join(
        '<w:p><w:pPr><w:ind w:firstLine="480"/></w:pPr>'
        f"<w:r><w:t>（{n}）{sentence * 3}</w:t></w:r></w:p>"
        for n in "一二三四五六七八九"
    )
    made = make_docx(body)
    source = tmp_path / "方案.docx"
    source.write_bytes(made)
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(source)],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    printed = read_document((tmp_path / "方案.pdf").read_bytes(), "方案.pdf")
    assert printed.text == read_document(made, "方案.docx").text
