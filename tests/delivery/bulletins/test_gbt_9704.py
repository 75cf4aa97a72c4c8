"""Each measure of GB/T 9704-2012, read back from the docx; the clause stands beside it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.paper import Paper

pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

MM = 1440 / 25.4  # twips
EMU = 36_000  # in a millimetre
POINT = 20  # twips


def at(element: Element, path: str, name: str) -> str:
    """An attribute of the element at the path, all in w:."""
    found = element.find("/".join(W + step for step in path.split("/"))) if path else element
    assert found is not None, path
    return found.get(W + name) or ""


@pytest.fixture(scope="module")
def package(full: Paper) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(io.BytesIO(official_docx(full))) as opened:
        yield opened


@pytest.fixture(scope="module")
def body(package: zipfile.ZipFile) -> Element:
    found = ElementTree.fromstring(package.read("word/document.xml")).find(W + "body")
    assert found is not None
    return found


def words(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t"))


def line(body: Element, start: str) -> Element:
    """The first paragraph of the body that begins so."""
    return next(each for each in body.findall(W + "p") if words(each).startswith(start))


def looks(paragraph: Element) -> set[tuple[str, float]]:
    """Font and size in points of all its runs."""
    return {
        (at(run, "rPr/rFonts", "eastAsia"), int(at(run, "rPr/sz", "val")) / 2)
        for run in paragraph.iter(W + "r")
        if words(run)
    }


def test_paper_and_type_area(body: Element) -> None:
    """5.1, 5.2.1: A4; 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm."""
    size, margins = body.find(f"{W}sectPr/{W}pgSz"), body.find(f"{W}sectPr/{W}pgMar")
    assert size is not None and margins is not None
    width, height = (int(size.get(W + side) or 0) / MM for side in ("w", "h"))
    top, bottom, left, right = (
        int(margins.get(W + side) or 0) / MM for side in ("top", "bottom", "left", "right")
    )
    assert (width, height) == pytest.approx((210, 297), abs=0.1)
    assert (top, left) == pytest.approx((37, 28), abs=0.1)
    assert (width - left - right, height - top - bottom) == pytest.approx((156, 225), abs=0.2)


def test_22_lines_of_28_characters_of_3_hao(body: Element) -> None:
    """5.2.3: 22 lines a page, 28 characters a line; fixed line spacing holds them."""
    text = line(body, "完成486.35")
    assert at(text, "pPr/spacing", "lineRule") == "exact"
    pitch = int(at(text, "pPr/spacing", "line")) / POINT
    area = 225 / 25.4 * 72
    assert 22 * pitch <= area < 23 * pitch
    closer = int(at(text, "r/rPr/spacing", "val")) / POINT
    across = 156 / 25.4 * 72
    assert 28 * (16 + closer) <= across < 29 * (16 + closer)


def test_title_and_ranks(body: Element) -> None:
    """7.3.1, 7.3.3: title 2号小标宋 (22 pt) centred; body 3号仿宋 (16 pt); 一、黑体, （一）楷体."""
    title = line(body, "关于2026年1—10月")
    assert looks(title) == {("方正小标宋简体", 22)}
    assert at(title, "pPr/jc", "val") == "center"
    assert looks(line(body, "一、总体情况")) == {("黑体", 16)}
    assert looks(line(body, "（一）投资")) == {("楷体_GB2312", 16)}
    assert looks(line(body, "完成486.35")) == {("仿宋_GB2312", 16)}


def test_body_is_indented_two_characters_and_the_addressee_is_not(body: Element) -> None:
    """7.3.2, 7.3.3: 主送机关 flush left, each paragraph two characters in."""
    assert int(at(line(body, "各县（市、区）"), "pPr/ind", "firstLine")) == 0
    two = int(at(line(body, "完成486.35"), "pPr/ind", "firstLine")) / POINT
    assert two == pytest.approx(2 * 16, abs=0.5)


def test_red_head(body: Element) -> None:
    """7.2.4, 7.2.5, 7.2.7: the mark red, 小标宋, centred; 文号 3号; the line red and whole."""
    mark = line(body, "临江市重大项目办公室文件")
    assert at(mark, "r/rPr/color", "val") == "FF0000"
    assert {font for font, _size in looks(mark)} == {"方正小标宋简体"}
    assert at(mark, "pPr/jc", "val") == "center"
    number = line(body, "临重办〔2026〕17号")
    assert looks(number) == {("仿宋_GB2312", 16)}
    assert at(number, "pPr/pBdr/bottom", "color") == "FF0000"


def test_signature_and_date(body: Element, full: Paper) -> None:
    """7.3.5.2: the date leaves four characters at the right, 署名 centred over it or flush."""
    date = line(body, "2026年11月5日")
    assert at(date, "pPr/jc", "val") == "right"
    assert int(at(date, "pPr/ind", "right")) / POINT == pytest.approx(4 * 16, abs=1)
    name = next(
        each
        for each in body.findall(W + "p")
        if words(each) == full.signature and at(each, "pPr/jc", "val") == "right"
    )
    assert name.find(f"{W}pPr/{W}keepNext") is not None


def test_annexes(body: Element) -> None:
    """7.3.4, 7.3.7: 附件说明 two characters in; an annex on a page of its own, its mark 3号黑体."""
    said = line(body, "附件：1.红灯项目清单")
    left, hang = int(at(said, "pPr/ind", "left")), int(at(said, "pPr/ind", "hanging"))
    assert (left - hang) / POINT == pytest.approx(2 * 16, abs=0.5)
    mark = next(each for each in body.findall(W + "p") if words(each) == "附件1")
    assert mark.find(f"{W}pPr/{W}pageBreakBefore") is not None
    assert looks(mark) == {("黑体", 16)}


def test_imprint(body: Element) -> None:
    """7.4: 版记 at the foot, as wide as the type area, 4号仿宋; first and last line heavy."""
    box = next(body.iter(WP + "anchor"))
    vertical = box.find(WP + "positionV")
    assert vertical is not None and vertical.get("relativeFrom") == "margin"
    assert [each.text for each in vertical] == ["bottom"]
    extent = box.find(WP + "extent")
    assert extent is not None
    assert int(extent.get("cx") or 0) / EMU == pytest.approx(156, abs=0.2)
    rows = list(box.iter(W + "tr"))
    assert [words(row) for row in rows] == [
        "抄送：市委办公室，市政府办公室。",
        "临江市重大项目办公室2026年11月6日印发",
    ]
    assert {look for row in rows for look in looks(row)} == {("仿宋_GB2312", 14)}
    top, middle, bottom = (
        int(at(rows[place], f"tc/tcPr/tcBorders/{edge}", "sz")) / 8
        for place, edge in ((0, "top"), (1, "top"), (1, "bottom"))
    )
    # Eighths of a point: 0.35 mm and 0.25 mm.
    assert (top, middle, bottom) == pytest.approx((0.99, 0.71, 0.99), abs=0.05)


def test_page_number(package: zipfile.ZipFile) -> None:
    """7.5: 4号半角宋体 (14 pt) between dashes, odd right, even left, a character from the edge."""
    settings = ElementTree.fromstring(package.read("word/settings.xml"))
    assert settings.find(W + "evenAndOddHeaders") is not None
    sides = set()
    for name in package.namelist():
        if not name.startswith("word/footer"):
            continue
        foot = ElementTree.fromstring(package.read(name)).find(W + "p")
        assert foot is not None
        assert words(foot) == "— 1 —"
        assert next(foot.iter(W + "fldSimple")).get(W + "instr") == "PAGE"
        assert looks(foot) == {("宋体", 14)}
        side = at(foot, "pPr/jc", "val")
        assert int(at(foot, "pPr/ind", side)) / POINT == 14
        sides.add(side)
    assert sides == {"right", "left"}


def test_page_number_stands_7_mm_below_the_type_area(body: Element) -> None:
    """7.5: its dash lies 7 mm below the type area's lower edge."""
    foot = int(at(body, "sectPr/pgMar", "footer")) / MM
    height = 14 * 1.2 / 72 * 25.4
    assert 35 - foot - height == pytest.approx(7, abs=1.2)
