"""Offices' project sheets read as the cases say, and never an exception on any grid."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.projects import conversion, values
from guatu.delivery.projects.heads import Mapping, field_of, guess
from guatu.delivery.projects.rows import counted, read_rows
from guatu.delivery.projects.sheets import UnreadableSheet, open_sheets
from guatu.delivery.projects.values import CellFault

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases/project_sheets.yml").read_text("utf-8")
)


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None


@pytest.mark.parametrize("case", CASES["money"], ids=lambda c: f"{c['写']}/{c['单位']}")
def test_money(case: dict[str, Any]) -> None:
    if "错" in case:
        with pytest.raises(CellFault, match=case["错"].replace("（", "[（]").replace("）", "[）]")):
            values.money(case["写"], case["单位"])
    else:
        assert values.money(case["写"], case["单位"]) == case["元"]


@pytest.mark.parametrize("case", CASES["months"], ids=lambda c: str(c["写"]))
def test_months(case: dict[str, Any]) -> None:
    end, year = case.get("末", False), case.get("年")
    if "错" in case:
        with pytest.raises(CellFault) as fault:
            values.month(case["写"], end=end, year=year)
        assert fault.value.args[0] == case["错"]
    else:
        assert _month(values.month(case["写"], end=end, year=year)[0]) == case["月"]


def test_a_number_that_may_be_october_is_noted() -> None:
    day, note = values.month(2026.1, end=False)
    assert day == date(2026, 1, 1)
    assert "10 月" in note


@pytest.mark.parametrize("case", CASES["periods"], ids=lambda c: c["写"])
def test_periods(case: dict[str, Any]) -> None:
    first, last = values.months(case["写"])
    assert (_month(first), _month(last)) == (case["起"], case["止"])


@pytest.mark.parametrize("case", CASES["codes"], ids=lambda c: c["写"])
def test_codes(case: dict[str, Any]) -> None:
    if case.get("错"):
        with pytest.raises(CellFault):
            values.code(case["写"])
    else:
        assert values.code(case["写"]) == (case["代码"], case["类"])


@pytest.mark.parametrize("case", CASES["heads"], ids=lambda c: c["头"])
def test_heads(case: dict[str, Any]) -> None:
    assert field_of(case["头"])[0] == case["项"]


@pytest.mark.parametrize("case", CASES["funds"], ids=lambda c: c["写"])
def test_funds_in_one_cell(case: dict[str, Any]) -> None:
    assert values.funds(case["写"], "万元") == (case["得"], case.get("注", ""))


def test_a_column_for_each_source_with_its_year() -> None:
    rows: list[list[Any]] = [
        ["项目名称", "资金来源（万元）", None, None, None, "备注"],
        [None, "2026年中央预算内", "2027年中央预算内", "专项债", "其他", None],
        ["大桥", 500, 200, "0.3亿", 10, "其他说明"],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 0, 4), (0, 5, 1, 5)]
    read = read_rows(rows, guess(rows, merges))
    assert read.rows[0].values["funds"] == {
        "central:2026": 5_000_000, "central:2027": 2_000_000,
        "special_bond": 30_000_000, "other": 100_000,
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES["sheets"], ids=lambda c: c["名"])
def test_whole_sheets(case: dict[str, Any]) -> None:
    width = max(len(row) for row in case["表"])
    rows = [row + [None] * (width - len(row)) for row in case["表"]]
    read = read_rows(rows, guess(rows))
    assert {row.number: row.above for row in read.rows} == case["行"]
    assert read.faults == []
    gaps: dict[int, dict[str, int]] = {}
    for total in read.totals:
        if total.differs:
            gap = (total.stated - total.summed) // 10_000
            gaps.setdefault(total.row, {})[total.field] = gap
    assert gaps == case["相差"]
    assert list(counted(read.rows)) == case["两种数"]
    assert [number for number, _why in read.skipped] == case["跳过"]


def test_a_wrong_cell_is_told_with_row_head_and_what_it_should_be() -> None:
    rows: list[list[Any]] = [["项目名称", "年度计划投资（万元）"], ["大桥", "待定"]]
    read = read_rows(rows, guess(rows))
    assert [fault.sentence() for fault in read.faults] == [
        "第 2 行“年度计划投资（万元）”填的是“待定”，应为数字（万元）。".replace(
            "（万元）”", "(万元)”"
        )
    ]


def test_joined_header_cells_are_read_with_their_marks() -> None:
    rows: list[list[Any]] = [
        ["项目名称", "投资情况", None, "责任单位"],
        [None, "总投资(亿元)", "年度计划", None],
        ["大桥", 1.5, 3000, "市交通运输局"],
    ]
    mapping = guess(rows, [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)])
    assert mapping.fields == {0: "name", 1: "investment", 2: "year_investment", 3: "unit"}
    assert mapping.units == {1: "亿元", 2: "万元"}
    assert (mapping.first, mapping.last) == (0, 1)
    assert Mapping.from_json(mapping.to_json()) == mapping


def test_county_columns_become_shares() -> None:
    rows: list[list[Any]] = [
        ["项目名称", "总投资", "青川区", "望海县"],
        ["疏港公路", 500, 300, 200],
    ]
    read = read_rows(rows, guess(rows, regions=["青川区", "望海县"]))
    assert read.rows[0].values["shares"] == {"青川区": 3_000_000, "望海县": 2_000_000}


def test_csv_in_both_encodings_and_files_that_are_none() -> None:
    text = "项目名称,总投资\n大桥,100\n"
    for coding in ("utf-8-sig", "gb18030"):
        assert open_sheets(text.encode(coding), "表.csv")[0].rows[1] == ["大桥", "100"]
    for data, name in ((b"", "a.xlsx"), (b"<html>", "a.xlsx"), (b"PK\x03\x04x", "a.xlsx"),
                       (b"%PDF", "a.pdf"), (b"\xd0\xcf\x11\xe0zz", "a.xls")):  # fmt: skip
        with pytest.raises(UnreadableSheet):
            open_sheets(data, name)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_an_et_without_libreoffice_says_how_to_save_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion.shutil, "which", lambda _name: None)
    with pytest.raises(UnreadableSheet, match=r"“计划.et”.*没有安装 LibreOffice.*另存为.*xlsx"):
        open_sheets(OLE + bytes(4000), "计划.et")


def test_an_et_that_is_none_is_not_given_to_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "to_xlsx", lambda *_given: pytest.fail("asked"))
    with pytest.raises(UnreadableSheet, match=r"“计划.et”的内容不是 WPS 表格"):
        open_sheets("项目名称,总投资\n大桥,100\n".encode(), "计划.et")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice to ask")
def test_an_et_that_libreoffice_cannot_turn_either() -> None:
    with pytest.raises(UnreadableSheet, match=r"“计划.et”转换失败.*另存为"):
        open_sheets(OLE + bytes(4000), "计划.et")


def test_a_workbook_with_joined_cells() -> None:
    import xlsxwriter

    data = BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet("表")
    sheet.merge_range(0, 0, 0, 1, "标题")
    sheet.write_row(1, 0, ["项目名称", "总投资"])
    sheet.write_row(2, 0, ["大桥", 12])
    book.close()
    (read,) = open_sheets(data.getvalue(), "表.xlsx")
    assert read.merges == [(0, 0, 0, 1)]
    assert read.rows[2] == ["大桥", 12]


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "序号",
            "项目名称",
            "总投资（万元）",
            "合计",
            "小计",
            "一",
            "1.1",
            "（一）交通（3项）",
            "其中：",
            "2026年3月",
            "待定",
            "1.2亿",
            "注：",
            "打捆项目",
            "起止年限",
            "分县投资",
            "青川区300",
        ]
    ),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@given(st.lists(st.lists(CELLS, max_size=8), max_size=14))
def test_no_grid_raises(rows: list[list[Any]]) -> None:
    mapping = guess(rows)
    read = read_rows(rows, mapping)
    for fault in read.faults:
        assert fault.sentence()
    assert counted(read.rows)[1] <= len(read.rows)


FIELDS = ["name", "package", "seq", "investment", "start", "period", "code", "stage", "shares"]


@given(
    st.lists(st.lists(CELLS, min_size=4, max_size=6), max_size=10),
    st.lists(st.sampled_from(FIELDS), min_size=4, max_size=6, unique=True),
)
def test_no_grid_raises_under_any_mapping(rows: list[list[Any]], fields: list[str]) -> None:
    heads = tuple(fields)
    read = read_rows(rows, Mapping(0, -1, heads, dict(enumerate(fields)), {}))
    assert len(read.rows) <= 2 * len(rows)
