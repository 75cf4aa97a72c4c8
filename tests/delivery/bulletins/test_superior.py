"""上报表 filled from the five projects of ``test_month``: every figure worked out by hand.

| county | plan 万元 | reached | rate | unit |
|---|---|---|---|---|
| 东湖区 | 30,000 | 15,000 | 50 % | 市交通局 |
| 北山县 | 35,000 | 15,000 | 42.86 % | 市水利局, 市教育局 |
| 清河区 | 15,000 | 5,000 | 33.33 % | 市住建局 |
| all | 80,000 | 35,000 | 43.75 % | |
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.bulletins.offers import Scope, lines_of, offers_of
from guatu.delivery.bulletins.superior import (
    Entry,
    UnusableForm,
    entries_from_data,
    entries_to_data,
    entry_faults,
    fill,
    look,
)
from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour, Reason
from guatu.delivery.supervision.lights import LightState

WAN = 10_000
JUNE = Period.parse("2026-06")


def row(name: str, county: str, unit: str, plan: int, due: int, reached: int) -> ClosedRow:
    return ClosedRow(
        project=name, period="2026-06", name=name, county=county, unit=unit, stage="building",
        issued=plan * WAN, planned=plan * WAN, issued_due=due * WAN, planned_due=due * WAN,
        issued_part=Fraction(due, plan), due_part=Fraction(due, plan), reached_year=reached * WAN,
        this_period=0, previous=reached * WAN, start=Month(2025, 3),
        started_on=date(2025, 3, 1),
    )  # fmt: skip


ROWS = (
    row("甲桥", "东湖区", "市交通局", 10_000, 8_000, 9_000),
    row("=乙路", "东湖区", "市交通局", 20_000, 10_000, 6_000),
    row("丙水厂", "北山县", "市水利局", 30_000, 15_000, 15_000),
    row("丁学校", "北山县", "市教育局", 5_000, 0, 0),
    row("戊公园", "清河区", "市住建局", 15_000, 7_500, 5_000),
)


def light(project: str, colour: Colour) -> LightState:
    reason = Reason("behind-schedule", colour, "落后", "")
    return LightState(project, "2026-06", colour, (reason,), None, "2026-06", colour, (), "d", 1)


LIGHTS = {each.project: light(each.project, Colour.GREEN) for each in ROWS}
LIGHTS["=乙路"] = light("=乙路", Colour.RED)
MONTH = ClosedMonth(JUNE, ROWS, LIGHTS)


def form(write: Callable[[Any], None]) -> bytes:
    """A blank form of one sheet named 表1."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表1"
    write(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def filled(data: bytes, *entries: Entry, month: ClosedMonth = MONTH) -> tuple[Any, list[str]]:
    """The filled sheet and what was said."""
    done = fill(data, "表.xlsx", entries, month, office="市重大办")
    return openpyxl.load_workbook(io.BytesIO(done.data))["表1"], list(done.notes)


def counties_form(sheet: Any) -> None:
    sheet["A1"] = "县区投资完成情况"
    sheet.merge_cells("A1:E1")
    for column, head in enumerate(("县区", "计划", "完成", "完成率", "合计公式"), start=1):
        sheet.cell(2, column).value = head
    for number, name in enumerate(("合计", "东 湖 区", "北山县", "南山区"), start=3):
        sheet.cell(number, 1).value = name
        sheet.cell(number, 4).number_format = "0.0%"
    sheet["B4"].font = Font(name="仿宋", size=14, bold=True)
    sheet["E4"] = "=B4-C4"


COUNTIES = [
    Entry("表1", "B4", Scope.COUNTY, "planned", "亿元", "A"),
    Entry("表1", "C4", Scope.COUNTY, "reached", "万元", "A"),
    Entry("表1", "D4", Scope.COUNTY, "rate", "万元", "A"),
    Entry("表1", "B3", Scope.WHOLE, "planned", "亿元"),
    Entry("表1", "D3", Scope.WHOLE, "rate"),
]


def test_counties_are_found_by_the_names_the_form_has() -> None:
    sheet, notes = filled(form(counties_form), *COUNTIES)
    assert [sheet.cell(3, c).value for c in (2, 4)] == [8, 0.4375]
    assert [sheet.cell(4, c).value for c in (2, 3, 4)] == [3, 15_000, 0.5]
    assert [sheet.cell(5, c).value for c in (2, 3, 4)] == [3.5, 15_000, 0.4286]
    assert sheet["B6"].value is None
    assert notes == [
        "“表1”里的南山区（1 行）在本期的数里没有，没有填。",
        "清河区（1 个）在“表1”里没有对应的行，没有填。",
    ]


def test_formats_fonts_formulas_and_merged_cells_stay() -> None:
    sheet, _notes = filled(form(counties_form), *COUNTIES)
    assert (sheet["B4"].font.name, sheet["B4"].font.bold) == ("仿宋", True)
    assert sheet["D4"].number_format == "0.0%"
    assert sheet["E4"].value == "=B4-C4"
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:E1"]


def test_a_rate_under_a_plain_format_is_per_cent() -> None:
    data = form(lambda sheet: sheet.cell(1, 1, "完成率（%）"))
    sheet, _notes = filled(data, Entry("表1", "B1", Scope.WHOLE, "rate"))
    assert sheet["B1"].value == 43.75


def test_projects_are_listed_with_the_look_of_the_first_row() -> None:
    def write(sheet: Any) -> None:
        sheet["A1"] = "序号"
        sheet["B2"].font = Font(name="仿宋")

    entries = [
        Entry("表1", "A2", Scope.PROJECT, "number"),
        Entry("表1", "B2", Scope.PROJECT, "name"),
        Entry("表1", "C2", Scope.PROJECT, "reached", "万元"),
        Entry("表1", "D2", Scope.PROJECT, "light"),
    ]
    sheet, notes = filled(form(write), *entries)
    lines = [[cell.value for cell in line] for line in sheet["A2:D6"]]
    assert lines == [
        [1, "甲桥", 9_000, "绿"],
        [2, "=乙路", 6_000, "红"],
        [3, "丙水厂", 15_000, "绿"],
        [4, "丁学校", 0, "绿"],
        [5, "戊公园", 5_000, "绿"],
    ]
    assert sheet["B3"].data_type == "s", "a name that begins with = is no formula"
    assert sheet["B6"].font.name == "仿宋"
    assert notes == []


def test_a_list_never_writes_over_what_stands_below() -> None:
    def write(sheet: Any) -> None:
        sheet["A1"] = "项目名称"
        sheet["A4"] = "填表人："

    sheet, notes = filled(form(write), Entry("表1", "A2", Scope.PROJECT, "name"))
    assert [sheet.cell(r, 1).value for r in (2, 3, 4)] == ["甲桥", "=乙路", "填表人："]
    assert notes == [
        "“表1”从第 2 行起只有 2 行的地方，还有 3 行没有填。请在空白表里加行后重新上传。"
    ]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("表1", "C1", Scope.WHOLE, "planned"), "合并单元格的一部分，请改选它的左上角 A1"),
        (Entry("表1", "E4", Scope.WHOLE, "planned"), "是公式，表自己会算"),
        (Entry("表2", "A1", Scope.WHOLE, "planned"), "没有名为“表2”的工作表"),
        (Entry("表1", "5C", Scope.WHOLE, "planned"), "不是单元格"),
        (Entry("表1", "B4", Scope.COUNTY, "planned", "万元", "B"), "本身就是名称列"),
        (Entry("表1", "B4", Scope.COUNTY, "planned", "万元", "H"), "没有名称，对不上行"),
        (Entry("表1", "B4", Scope.COUNTY, "没有"), "没有选填什么数"),
    ],
)
def test_what_cannot_be_filled_is_said(entry: Entry, words: str) -> None:
    assert words in "".join(entry_faults(form(counties_form), "表.xlsx", entry))
    done = fill(form(counties_form), "表.xlsx", [entry], MONTH)
    assert words in "".join(done.notes)
    assert done.cells == 0


def test_the_form_is_shown_with_its_merged_cells() -> None:
    (view,) = look(form(counties_form), "表.xlsx")
    assert view.name == "表1"
    (first,) = [cells for number, cells in view.rows if number == 1]
    assert [(cell.ref, cell.text, cell.width) for cell in first] == [("A1", "县区投资完成情况", 5)]


def test_a_mapping_survives_being_kept() -> None:
    assert entries_from_data(entries_to_data(COUNTIES)) == COUNTIES


def test_every_offer_has_a_value_in_every_line() -> None:
    for scope in Scope:
        for line in lines_of(MONTH, scope, "市重大办"):
            for offer in offers_of(scope):
                assert offer.code in line, (scope, offer.code)


def test_the_head_of_the_form_says_period_and_office() -> None:
    entries = [
        Entry("表1", "A1", Scope.WHOLE, "period"),
        Entry("表1", "B1", Scope.WHOLE, "office"),
        Entry("表1", "C1", Scope.WHOLE, "period_end"),
    ]
    sheet, _notes = filled(form(lambda sheet: None), *entries)
    assert [sheet.cell(1, c).value for c in (1, 2)] == ["2026年6月", "市重大办"]
    assert sheet["C1"].value.date() == date(2026, 6, 30)


def test_an_empty_month_fills_noughts_and_dashes_nothing() -> None:
    empty = replace(MONTH, rows=(), lights={})
    data = form(lambda sheet: None)
    entries = [Entry("表1", "A1", Scope.WHOLE, "rate"), Entry("表1", "B1", Scope.WHOLE, "planned")]
    sheet, _notes = filled(data, *entries, month=empty)
    assert (sheet["A1"].value, sheet["B1"].value) == (None, 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old xls"])
def test_what_is_no_xlsx_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnusableForm, match="另存为"):
        look(data, "上报表.xls")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_form_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnusableForm):
        look(b"PK" + data, "表.xlsx")
