"""Numbers in figures and words against the clerk's cases, and what must hold on any words."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.text.numerals import chinese_number, parse_numeral, shifted

CASES = yaml.load(
    (Path(__file__).parent.parent / "cases" / "numerals.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["文"] or "空")
def test_cases(case: dict[str, str]) -> None:
    wanted = None if case["得"] == "无" else Decimal(case["得"])
    assert parse_numeral(case["文"]) == wanted


def in_words(number: int) -> str:
    """A number below 10,000 as it is written in words."""
    digits = "零一二三四五六七八九"
    words = "".join(
        digits[int(digit)] + (power if digit != "0" else "")
        for digit, power in zip(f"{number:04}", ("千", "百", "十", ""), strict=True)
    )
    while "零零" in words:
        words = words.replace("零零", "零")
    words = words.strip("零")
    return words.removeprefix("一") if words.startswith("一十") else words


@given(st.integers(1, 9999))
def test_every_number_in_words_reads_back(number: int) -> None:
    assert chinese_number(in_words(number)) == number


@given(st.integers(1, 9999), st.integers(1000, 9999))
def test_ten_thousands_read_back(high: int, low: int) -> None:
    assert chinese_number(f"{in_words(high)}万{in_words(low)}") == high * 10_000 + low


@given(
    st.text(alphabet="〇零一二两三四五六七八九十百千万亿点分之半几数0123456789.,， ", max_size=60)
)
def test_any_words_give_a_number_or_none(words: str) -> None:
    value = parse_numeral(words)
    assert value is None or (value.is_finite() and value >= 0)


def test_magnitudes_are_exact_whatever_the_context() -> None:
    with localcontext(prec=3):
        assert shifted("123456.789", 4) == Decimal(1234567890)
        assert str(shifted("2.5", 4)) == "25000"
        assert str(shifted("2.00005", 4)) == "20000.5"
