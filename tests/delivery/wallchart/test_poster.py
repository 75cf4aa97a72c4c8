"""Posters as PDF: sheets, rows, words that are whole, nothing over the edge."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.delivery.wallchart.layout import Chart, ChartNode, ChartProject, chart_of
from guatu.delivery.wallchart.poster import (
    Heading,
    NoChineseType,
    Sheet,
    _pages,
    poster,
    rows_per_sheet,
)

typst = pytest.importorskip("typst")
pypdfium2 = pytest.importorskip("pypdfium2")

TODAY = date(2026, 10, 31)
HEADING = Heading("临江市重大项目作战图", "2026年10月", "临江市重大项目办公室")
LONG = "临江新区年产三十万吨高性能铝合金轻量化材料及配套基础设施建设项目（一期厂房及变电站）"


def chart(count: int, name: str = "环湖路") -> Chart:
    """A chart of so many projects in three bands."""
    return chart_of(
        [
            ChartProject(
                str(number),
                f"{name}{number:04}",
                bands=(f"短板{number * 3 // max(count, 1)}",),
                unit="市住房和城乡建设局",
                planned_start=date(2026, 1, 1),
                planned_finish=date(2027, 6, 30),
                started_on=date(2026, 2, 1),
                nodes=(ChartNode("封顶", date(2026, 9, 30)),),
                light="red" if number % 2 else "green",
                done=Fraction(1, 3),
            )
            for number in range(count)
        ],
        TODAY,
    )


def words(pdf: bytes) -> list[str]:
    """The text of each page without spaces."""
    try:
        pages = pypdfium2.PdfDocument(pdf)
        return ["".join(page.get_textpage().get_text_range().split()) for page in pages]
    except NoChineseType:
        pytest.skip("this machine has no Chinese typeface")


@pytest.fixture(scope="module", autouse=True)
def chinese_type() -> None:
    """Skip, and say so, where no Chinese typeface is installed."""
    try:
        poster(chart(1), HEADING, Sheet.A3)
    except NoChineseType as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize(
    ("sheet", "width", "height"),
    [(Sheet.A0, 1189, 841), (Sheet.A1, 841, 594), (Sheet.A3, 420, 297)],
)
def test_sheets_have_their_size_and_say_which_of_how_many(
    sheet: Sheet, width: int, height: int
) -> None:
    pdf = poster(chart(130), HEADING, sheet)
    pages = words(pdf)
    page = pypdfium2.PdfDocument(pdf)[0]
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [width, height]
    for number, text in enumerate(pages, start=1):
        assert f"第{number}张/共{len(pages)}张" in text
        assert "临江市重大项目作战图" in text
        assert "签字" in text
    assert rows_per_sheet(sheet) <= 100


def test_every_project_stands_on_exactly_one_sheet_with_its_whole_name() -> None:
    whole = "".join(words(poster(chart(73, LONG), HEADING, Sheet.A3)))
    for number in range(73):
        assert whole.count(f"{LONG}{number:04}") == 1


def test_lights_stand_as_letters_beside_the_rows() -> None:
    (page,) = words(poster(chart(4), HEADING, Sheet.A3))
    assert "红2" in page
    assert "绿2" in page
    assert page.count("33.3%") == 4


def test_a_band_never_ends_a_sheet_with_its_heading_and_goes_on_under_it() -> None:
    """Bands of 27, 27, 26 on sheets of 32: 1+27 and 1+3, 1+24 and 1+6, 1+20."""
    pages = list(_pages(chart(80).bands, 32))
    assert [len(page) for page in pages] == [32, 32, 21]
    for page in pages:
        assert "band" in page[0]
        assert "band" not in page[-1]
    assert [page[0]["band"] for page in pages] == ["短板0", "短板1（续）", "短板2（续）"]
    assert sum("number" in line for page in pages for line in page) == 80


def test_a_heading_without_room_for_its_first_row_goes_to_the_next_sheet() -> None:
    """Bands of 30 on sheets of 32: one line is left, a heading alone is not put there."""
    pages = list(_pages(chart(90).bands, 32))
    assert [len(page) for page in pages] == [31, 31, 31]


def test_an_empty_chart_is_one_sheet() -> None:
    assert len(words(poster(chart(0), HEADING, Sheet.A3))) == 1


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40), st.text(max_size=20))
def test_any_words_make_a_poster(name: str, unit: str) -> None:
    project = ChartProject("p", name, bands=(unit,), unit=unit, person=name, leader=unit)
    pdf = poster(chart_of([project], TODAY), Heading(name, unit, unit), Sheet.A3)
    assert pdf.startswith(b"%PDF")
