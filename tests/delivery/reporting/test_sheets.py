"""The period's sheet: what goes out comes back the same; whatever comes back never breaks."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.projects.sheets import UnreadableSheet
from guatu.delivery.projects.values import CellFault
from guatu.delivery.reporting.comparison import Change, Place, compare
from guatu.delivery.reporting.fields import (
    BY_KEY,
    FIELDS,
    from_json,
    in_wan,
    read,
    read_day,
    to_json,
    written,
)
from guatu.delivery.reporting.sheets import (
    NotOurSheet,
    SheetRow,
    UnitSheet,
    read_sheet,
    write_sheet,
)

ALL = tuple(field.key for field in FIELDS)
TOKEN = "0123456789ab"


def row(project: int = 7, name: str = "青川水厂", **more: Any) -> SheetRow:
    return SheetRow(
        project=project, name=name, region="青川区", planned=50_000_000,
        asked=more.pop("asked", ALL), values=more.pop("values", {}), **more,
    )  # fmt: skip


def sheet(*rows: SheetRow) -> bytes:
    return write_sheet(
        UnitSheet(
            token=TOKEN, office="临江市补短板办", unit="市水利局", period_key="2026-10",
            period_label="2026年10月", due="2026-11-05", rows=rows, year=2026,
            last_day=date(2026, 10, 31),
        )
    )  # fmt: skip


def place(each: SheetRow, **more: Any) -> Place:
    return Place(each.name, each.asked, each.values, 0, each.values, 0, **more)


def compared(data: bytes, *rows: SheetRow) -> Any:
    returned = read_sheet(data, "交回.xlsx")
    return compare(returned, {r.project: place(r) for r in rows}, "2026-10", 2026)


money = st.one_of(st.none(), st.integers(0, 10**13))
days = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
# Text as people type it: no control characters, no blanks at the ends.
words = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=40)
    .map(str.strip)
    .filter(lambda text: text not in ("", "-", "—", "/")),
)


@given(
    st.fixed_dictionaries(
        {
            key: {"money": money, "day": days, "text": words, "tick": st.booleans()}[
                BY_KEY[key].kind
            ]
            for key in ALL
        }
    )
)
def test_what_was_written_is_read_back(values: dict[str, Any]) -> None:
    returned = read_sheet(sheet(row(values=values)), "表.xlsx")
    assert (returned.token, returned.period_key) == (TOKEN, "2026-10")
    [found] = returned.rows
    assert (found.project, found.version, found.name) == (7, 0, "青川水厂")
    back = {key: read(key, cell, 2026) for key, cell in found.cells.items()}
    assert back == {key: value for key, value in values.items() if key in back}
    assert from_json(to_json(values)) == values


def test_an_untouched_sheet_says_nothing() -> None:
    known = row(values={"started_on": date(2025, 3, 1), "reached_before": 12_345_678})
    blank = row(8, "南浦大道")
    rows, missing = compared(sheet(known, blank), known, blank)
    # Silence is not a report, whatever was known before.
    assert [each.change for each in rows] == [Change.BLANK, Change.BLANK]
    assert missing == []


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(row(name="=1+1"))))
    assert book.active.cell(6, 4).data_type == "s"


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises((UnreadableSheet, NotOurSheet)) as fault:
        read_sheet(data, "什么.xlsx")
    assert "什么.xlsx" in str(fault.value)


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.datetimes(),
    st.dates(), st.sampled_from(["待定", "1,200", "约3亿", "2026年9月1日", "是", "√", "无"]),
)  # fmt: skip


@given(st.sampled_from(ALL), cells)
def test_any_cell_gives_a_value_of_its_kind_or_a_fault(key: str, cell: Any) -> None:
    try:
        value = read(key, cell, 2026)
    except CellFault as fault:
        assert str(fault)
        return
    kinds = {"money": int, "day": date, "text": str, "tick": bool}
    assert value is None or isinstance(value, kinds[BY_KEY[key].kind])
    if BY_KEY[key].kind == "money" and value is not None:
        assert value >= 0 and not isinstance(value, bool)


@given(
    st.lists(
        st.lists(st.one_of(cells, st.sampled_from(["行标识（勿改）", "项目名称", "竣工日期"]),
                           st.just(f"GT{TOKEN}-7")), max_size=8),
        max_size=12,
    )
)  # fmt: skip
def test_any_workbook_is_read_or_refused(rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for each in rows:
        book.active.append([_storable(cell) for cell in each])
    body = io.BytesIO()
    book.save(body)
    try:
        returned = read_sheet(body.getvalue(), "乱.xlsx")
    except (UnreadableSheet, NotOurSheet):
        return
    compare(returned, {7: place(row())}, "2026-10", 2026)


def _storable(cell: Any) -> Any:
    if isinstance(cell, str):
        return "".join(c for c in cell if c.isprintable())
    if isinstance(cell, float) and cell in (float("inf"), float("-inf")):
        return None
    if isinstance(cell, (date, datetime)) and cell.year < 1901:
        return None
    if isinstance(cell, int) and abs(cell) > 2**53:
        return None
    return cell


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("2026年9月1日", date(2026, 9, 1)),
        ("2026.9.1", date(2026, 9, 1)),
        ("2026/9/1", date(2026, 9, 1)),
        ("20260901", date(2026, 9, 1)),
        ("9月1日", date(2026, 9, 1)),
        (datetime(2026, 9, 1, 8, 30), date(2026, 9, 1)),
        (46266, date(2026, 9, 1)),
        ("无", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(cell: Any, day: date | None) -> None:
    assert read_day(cell, 2026) == day


@pytest.mark.parametrize(
    "cell", ["2026年9月", "待定", "9.1", "2026-13-01", "2026-02-30", True, 9.1]
)
def test_no_day_is_guessed(cell: Any) -> None:
    with pytest.raises(CellFault):
        read_day(cell, 2026)


def test_money_is_in_wan_unless_the_cell_says_otherwise() -> None:
    assert read("reached_year", "1,234.5", 2026) == 12_345_000
    assert read("reached_year", "1.2亿元", 2026) == 120_000_000
    assert read("reached_year", "3000元", 2026) == 3000
    with pytest.raises(CellFault, match="负数"):
        read("reached_year", -5, 2026)
    assert in_wan(12_345_000) == "1,234.5"
    assert written("reached_year", 0) == "0"


def test_three_ways() -> None:
    sent = row(asked=("reached_year", "progress"), values={})
    book = openpyxl.load_workbook(io.BytesIO(sheet(sent)))
    heads = {cell.value: cell.column for cell in book.active[5]}
    book.active.cell(6, heads["本年累计完成投资（万元）"]).value = 300
    body = io.BytesIO()
    book.save(body)
    returned = read_sheet(body.getvalue(), "x.xlsx")
    ours = Place("青川水厂", sent.asked, {}, 0, {"reached_year": 2_800_000, "progress": "封顶"}, 1)
    [one], _missing = compare(returned, {7: ours}, "2026-10", 2026)
    assert one.change is Change.STALE
    [cell] = one.cells
    assert (cell.sent, cell.returned, cell.now, cell.stale) == ("", "300", "280", True)
    assert one.values["reached_year"] == 3_000_000
    # Our own words on the other cells stay whichever side is taken.
    assert one.values["progress"] == one.kept["progress"] == "封顶"
    assert one.kept["reached_year"] == 2_800_000
    agrees = Place("青川水厂", sent.asked, {}, 0, {"reached_year": 3_000_000}, 1)
    [same], _missing = compare(returned, {7: agrees}, "2026-10", 2026)
    assert same.change is Change.SAME
