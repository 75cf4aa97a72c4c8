"""Quantities against the clerk's cases, and what must hold on any text."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.text.normal import normal
from guatu.text.quantities import Quantity, find_quantities, quantities_in

CASES = yaml.load(
    (Path(__file__).parent.parent / "cases" / "quantities.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
BINDINGS = {
    "等于": ("eq", False),
    "不少于": ("ge", False),
    "多于": ("ge", True),
    "不超过": ("le", False),
    "少于": ("le", True),
    "约": ("approx", False),
}


def as_clerk_writes(text: str, found: Quantity, wanted: list[str]) -> list[str]:
    """A quantity in the form of the cases, as far as ``wanted`` goes."""
    value = str(found.value) if found.high is None else f"{found.value}~{found.high}"
    if found.high is None and wanted and "~" not in wanted[1] and Decimal(wanted[1]) == found.value:
        value = wanted[1]  # 2.0 and 2 are one value
    binding = {pair: word for word, pair in BINDINGS.items()}[found.comparator, found.exclusive]
    told = [text[found.start : found.end], value, found.unit or "无", binding, found.kind]
    return told[: max(len(wanted), 4)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["文"][:24])
def test_cases(case: dict[str, object]) -> None:
    text, wanted = str(case["文"]), case["得"]
    assert isinstance(wanted, list)
    found = find_quantities(text)
    rows = [*wanted, *([] for _ in range(len(found) - len(wanted)))]
    told = [as_clerk_writes(text, one, row) for one, row in zip(found, rows, strict=False)]
    assert told == [[*row, "等于"] if len(row) == 3 else row for row in wanted]


def test_outer_span_takes_in_the_comparators() -> None:
    text = "总投资不低于100亿元，能耗控制在5%以内，每县至少建成2个，95%（含）以上"
    assert [text[q.outer_start : q.outer_end] for q in find_quantities(text)] == [
        "不低于100亿元",
        "控制在5%以内",
        "至少建成2个",
        "95%（含）以上",
    ]


def test_more_than_printed_is_flagged() -> None:
    assert [q.approximate_digits for q in find_quantities("100多家和50家")] == [True, False]


def test_value_is_exact_at_any_length() -> None:
    (quantity,) = find_quantities("完成投资123456789012345678901234.5亿元")
    assert quantity.value == Decimal("12345678901234567890123450000000")


def test_value_is_exact_whatever_the_context() -> None:
    with localcontext(prec=2):
        (quantity,) = find_quantities("到位资金1亿2345万元")
    assert quantity.value == Decimal(123450000)


@pytest.mark.parametrize("text", ["9" * 5000, "1," * 3000, "1." * 3000, "一" * 5000, "“" * 5000])
def test_absurd_runs_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


PIECES = st.sampled_from(
    re.findall(
        r"\S+|\n",
        "0 1 5 9 12 2025 . , ， 、 。 - — ～ 至 到 ( ) （ ） “ ” 《 》 〔 〕 % ‰ 一 两 三 十 百 千"
        " 万 亿 半 几 多 余 元 个 家 年 月 日 公里 吨 / 日 平方米 个百分点 分之 翻 番 第 每 不低于"
        " 超过 约 以上 以内 左右 控制在 G A MW ２ ％ 圈 \n",
    )
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
def test_any_text_gives_ordered_spans_that_read_back(text: str) -> None:
    place = 0
    for found in find_quantities(text):
        assert place <= found.start < found.end <= len(text)
        assert 0 <= found.outer_start <= found.start
        assert found.end <= found.outer_end <= len(text)
        assert found.high is None or found.value <= found.high
        assert found.value >= 0
        assert found.unit in normal(text[found.start : found.end])
        place = found.end


@given(TEXTS)
def test_full_width_and_normal_text_read_alike(text: str) -> None:
    plain = normal(text)
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in plain)
    if normal(wide) == plain:
        assert find_quantities(wide) == quantities_in(plain) == find_quantities(plain)
    assert find_quantities(text) == quantities_in(plain)
