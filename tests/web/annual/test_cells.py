"""Cells as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.web.annual.cells import FIELDS, CellFault, read_cell, write_cell


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1200", 12_000_000),
        ("1,234.5", 12_345_000),
        ("１２００", 12_000_000),
        ("1.2亿元", 120_000_000),
        ("300万元", 3_000_000),
        ("12345元", 12_345),
        ("0", 0),
        ("", None),
        ("—", None),
        (1200.0, 12_000_000),
        (None, None),
    ],
)
def test_money_is_read_as_whole_yuan(text: object, yuan: int | None) -> None:
    assert read_cell("investment", text, 2026) == yuan


@pytest.mark.parametrize("text", ["待定", "-5", "1.23456", "99999999999999", "1 2", "1e5"])
def test_what_is_no_money_is_refused_in_words(text: str) -> None:
    with pytest.raises(CellFault) as fault:
        read_cell("investment", text, 2026)
    assert str(fault.value)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-09", "2026-09-01"),
        ("2026年9月", "2026-09-01"),
        ("2026.9", "2026-09-01"),
        ("202609", "2026-09-01"),
        ("2026-09-15", "2026-09-01"),
        ("2026-09-15 00:00:00", "2026-09-01"),
        ("9月", "2026-09-01"),
        ("", None),
    ],
)
def test_months_in_the_forms_that_offices_use(text: str, month: str | None) -> None:
    assert read_cell("start", text, 2026) == month


@pytest.mark.parametrize("text", ["2026-13", "明年", "1850-01", "2026"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(CellFault):
        read_cell("finish", text, 2026)


def test_nodes_by_month_and_quarter() -> None:
    nodes = read_cell("nodes", "四季度 竣工 100%；6月 主体封顶 40.5%；3月底前 开工", 2026)
    assert nodes == [
        {"month": 3, "name": "开工"},
        {"month": 6, "name": "主体封顶", "part": 4050},
        {"month": 12, "name": "竣工", "part": 10_000},
    ]
    assert write_cell("nodes", nodes) == "3月 开工；6月 主体封顶 40.5%；12月 竣工 100%"


@pytest.mark.parametrize("text", ["主体封顶", "13月 竣工", "6月 120%", "6月", "6月 60%；9月 50%"])
def test_nodes_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(CellFault):
        read_cell("nodes", text, 2026)


@given(st.sampled_from([field.key for field in FIELDS]), st.text(max_size=60))
def test_any_text_is_read_or_refused_and_comes_back_the_same(key: str, text: str) -> None:
    try:
        value = read_cell(key, text, 2026)
    except CellFault:
        return
    assert read_cell(key, write_cell(key, value), 2026) == value


@given(st.integers(0, 10**15))
def test_any_amount_comes_back_the_same(yuan: int) -> None:
    assert read_cell("investment", write_cell("investment", yuan), 2026) == yuan
