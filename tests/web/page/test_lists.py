"""Filters, pages and tables read the address; nothing in it can break a list."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.paging import paged
from guatu.web.page.sheets import UnreadableSheet, rows_of, sheet_of
from guatu.web.page.tables import Column, Table, sort_of

FILTERS = (
    TextFilter("q", "名称"),
    ChoiceFilter("kind", "类型", [("a", "甲"), ("b", "乙")]),
    ChoiceFilter("tag", "标签", [("x", "重点"), ("y", "民生")], many=True),
)
COLUMNS = (
    Column("name", "名称", sort=True, link="url"),
    Column("money", "投资", "wan", "万元", sort=True),
    Column("note", "备注"),
)


@dataclass(frozen=True)
class Row:
    key: str
    name: str
    money: int | None
    note: str = ""
    url: str = "/x/"


def bar(query: str) -> FilterBar:
    return FilterBar(QueryDict(query), FILTERS)


def test_filters_take_what_they_offer_and_leave_the_rest() -> None:
    found = bar("q= 学校 &kind=zz&tag=x&tag=y&tag=q&other=1")
    assert found.chosen() == {"q": "学校", "tag": "x"}
    assert found.all_chosen("tag") == ("x", "y")


def test_chips_read_as_a_sentence_and_each_can_be_taken_away() -> None:
    chips = bar("kind=a&tag=x&tag=y&page=3&sort=name").chips
    assert [(chip.label, chip.value) for chip in chips] == [
        ("类型", "甲"),
        ("标签", "重点"),
        ("标签", "民生"),
    ]
    assert QueryDict(chips[1].without[1:]).getlist("tag") == ["y"]
    assert "page" not in chips[0].without and "sort=name" in chips[0].without


def test_the_order_stays_when_filters_change() -> None:
    assert bar("kind=a&sort=-money&page=2").kept == [("sort", "-money")]
    assert bar("kind=a&sort=-money").cleared == "?sort=-money"


@given(st.text(max_size=60))
def test_no_address_breaks_a_list(query: str) -> None:
    found = bar(query)
    assert set(found.chosen()) <= {"q", "kind", "tag"}
    page = paged(list(range(120)), found.params)
    assert 1 <= page.number <= page.pages
    assert sort_of(found.params, COLUMNS)[0] in ("", "name", "money")


@pytest.mark.parametrize(
    ("query", "number", "rows"),
    [("", 1, 50), ("page=3", 3, 20), ("page=99", 3, 20), ("page=-1", 1, 50), ("size=20", 1, 20)],
)
def test_pages(query: str, number: int, rows: int) -> None:
    page = paged(list(range(120)), QueryDict(query))
    assert (page.number, len(page), page.total) == (number, rows, 120)


def test_a_pager_leaves_out_the_middle() -> None:
    page = paged(list(range(1000)), QueryDict("page=10"))
    assert page.near == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert (page.first, page.last, page.before, page.after) == (451, 500, 9, 11)


def test_an_empty_list_has_one_empty_page() -> None:
    page = paged([], QueryDict())
    assert (page.pages, page.first, page.last, page.before, page.after) == (1, 0, 0, None, None)


def test_a_table_writes_figures_and_sorts_by_its_heads() -> None:
    table = Table("t", COLUMNS, [Row("1", "甲", 12_345_678)], QueryDict("sort=money&page=2"))
    heads = {head.column.key: head for head in table.heads}
    assert heads["money"].order == "up" and heads["money"].address == "?sort=-money"
    assert heads["name"].order == "" and heads["name"].address == "?sort=name"
    (line,) = table.lines
    assert [cell.text for cell in line.cells] == ["甲", "1,235", ""]
    assert (line.key, line.address, line.cells[0].link) == ("1", "/x/", "/x/")


def test_only_columns_that_say_so_can_be_sorted_by() -> None:
    assert sort_of(QueryDict("sort=-name"), COLUMNS) == ("name", True)
    assert sort_of(QueryDict("sort=note"), COLUMNS) == ("", False)


def test_a_sheet_comes_back_as_it_went_out() -> None:
    rows = [Row("1", "=1+1", 12_345_678), Row("2", "乙", None, "说明")]
    back = rows_of(sheet_of("项目/清单", COLUMNS, rows), "x.xlsx")
    assert back[2] == ["名称", "投资（万元）", "备注"]
    assert back[3][:2] == ["=1+1", "1234.5678"]
    assert back[4][0] == "乙" and back[4][2] == "说明"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_usual_coding(coding: str) -> None:
    data = "全称,简称\n临江市财政局, 市财政局\n".encode(coding)
    assert rows_of(data, "单位.csv") == [["全称", "简称"], ["临江市财政局", "市财政局"]]


@given(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a.et"]))
def test_any_bytes_are_a_sheet_or_said_not_to_be(data: bytes, name: str) -> None:
    try:
        rows = rows_of(data, name)
    except UnreadableSheet as fault:
        assert "xlsx" in str(fault)
    else:
        assert all(isinstance(cell, str) for row in rows for cell in row)
