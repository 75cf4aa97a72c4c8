"""The workbook, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from guatu.exports.workbook import write_workbook
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import PlanInfo
from guatu.reading.reading import Reading
from guatu.text.span import Quote

SHEETS = ["概况", "指标", "任务与责任单位", "项目", "时限要求", "引用文件", "对账发现"]


def written(reading: Reading, path: Path) -> Workbook:
    write_workbook(reading, path)
    return openpyxl.load_workbook(path)


@pytest.fixture
def book(reading: Reading, tmp_path: Path) -> Workbook:
    return written(reading, tmp_path / "台账.xlsx")


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[1]]
    return [
        dict(zip(map(str, heads), (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=2)
    ]


def test_the_sheets_stand_in_their_order(book: Workbook) -> None:
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS[1:])
def test_every_list_is_ready_for_work_and_paper(book: Workbook, name: str) -> None:
    sheet = book[name]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


def test_a_targets_row(book: Workbook) -> None:
    row = rows(book["指标"])[0]
    assert row["指标"] == "临港产业产值"
    assert (row["性质"], row["变化"], row["比较"]) == ("指标", "达到", "超过")
    assert (row["数值"], row["单位"], row["原文数值"]) == (12_050_000_000, "元", "120.5亿元")
    assert row["起始日期"] == datetime(2026, 1, 1)
    assert row["完成时限"] == datetime(2028, 12, 31)
    assert row["力争"] == "是"
    assert row["责任单位"] == "县发展改革局（牵头）、县交通运输局（配合）"
    assert (row["章节"], row["章节标题"]) == ("二/(一)", "壮大临港产业")
    assert str(row["原文"]).startswith("到2028年，临港产业产值力争超过120.5亿元；")
    assert row["出处"] == "第1页第8段"


def test_numbers_and_dates_are_shown_as_an_office_writes_them(book: Workbook) -> None:
    sheet = book["指标"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("数值") + 1).number_format == "#,##0"
    assert sheet.cell(2, heads.index("完成时限") + 1).number_format == "yyyy-mm-dd"
    assert [row["性质"] for row in rows(sheet)] == ["指标", "指标", "指标", "现状", "指标"]


def test_tasks_name_their_units_and_what_they_hold(book: Workbook) -> None:
    held = rows(book["任务与责任单位"])
    assert held[0]["牵头单位"] == "县发展改革局"
    assert held[0]["配合单位"] == "县交通运输局"
    assert held[0]["涉及指标"] == "临港产业产值 120.5亿元"
    assert held[1]["涉及项目"] == "望海大桥；潮汐路北延工程"
    # A unit that no task of its item carries is not lost.
    assert [(row["类别"], row["配合单位"]) for row in held if row["类别"] == "责任分工"] == [
        ("责任分工", "县财政局")
    ]


def test_the_other_lists(book: Workbook) -> None:
    assert [row["阶段"] for row in rows(book["项目"])] == ["建成", "开工"]
    routine = rows(book["时限要求"])[0]
    assert (routine["频次"], routine["时限"]) == ("每季度", "5个工作日")
    assert rows(book["引用文件"])[0]["文号"] == "望政发〔2024〕3号"
    findings = rows(book["对账发现"])
    assert [row["级别"] for row in findings] == ["错误", "疑问", "提示"]
    assert findings[0]["原文"] == "“900万吨”\n“1200万吨”"


def test_the_overview_tells_of_the_plan_and_what_was_left_out(book: Workbook) -> None:
    told = [str(cell.value) for row in book["概况"].iter_rows() for cell in row if cell.value]
    assert told[0] == "望海县港城融合三年行动方案(2026-2028年)"
    for wanted in ("望政发〔2026〕7号", "2026-03-02", "修订已接受。", "加快老旧小区改造。"):
        assert wanted in told


@pytest.mark.parametrize("start", ["=", "+", "-", "@", '=HYPERLINK("http://x")&'])
def test_no_text_becomes_a_formula(reading: Reading, tmp_path: Path, start: str) -> None:
    targets = (replace(reading.ledger.targets[0], subject=f"{start}1+1", unit="=A1"),)
    hostile = replace(reading, ledger=replace(reading.ledger, targets=targets, tasks=()))
    sheet = written(hostile, tmp_path / "台账.xlsx")["指标"]
    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == (f"{start}1+1", "s")
    assert cell.quotePrefix
    assert not cell.hyperlink


def test_what_excel_cannot_hold_is_made_fit(reading: Reading, tmp_path: Path) -> None:
    target = replace(
        reading.ledger.targets[0],
        subject="坏\x00字\x1b\ufffe符" + "长" * 40_000,
        value=Decimal("1E+400"),
        high=Decimal("0.125"),
        due=date(1800, 1, 1),
    )
    odd = replace(reading, ledger=replace(reading.ledger, targets=(target,), tasks=()))
    row = rows(written(odd, tmp_path / "台账.xlsx")["指标"])[0]
    assert str(row["指标"]).startswith("坏字符长")
    assert len(str(row["指标"])) <= 32_767
    assert (row["数值"], row["上限"], row["完成时限"]) == ("1E+400", 0.125, "1800-01-01")


def test_a_plan_with_nothing_in_it_still_makes_a_book(reading: Reading, tmp_path: Path) -> None:
    empty = replace(reading, ledger=Ledger(PlanInfo()), findings=())
    assert written(empty, tmp_path / "空.xlsx").sheetnames == SHEETS


def test_an_excerpt_that_is_all_its_sentence(reading: Reading, tmp_path: Path) -> None:
    project = replace(reading.ledger.projects[0], quote=Quote(0, "望海县港城融合三年行动方案"))
    whole = replace(reading, ledger=replace(reading.ledger, projects=(project,), tasks=()))
    row = rows(written(whole, tmp_path / "台账.xlsx")["项目"])[0]
    assert row["原文"] == "望海县港城融合三年行动方案"
