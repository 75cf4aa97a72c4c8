"""Periods against the clerk's cases, and what must hold on any text."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.text.normal import normal
from guatu.text.periods import Period, find_periods, periods_in

CASES = yaml.load(
    (Path(__file__).parent.parent / "cases" / "periods.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
USES = {"by": "截止", "in": "期间", "since": "起始", "every": "每", "base": "基期"}


def as_clerk_writes(text: str, period: Period) -> list[str]:
    return [
        text[period.start : period.end],
        str(period.first or "无"),
        str(period.last or "无"),
        USES[period.role],
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["文"][:24])
def test_cases(case: dict[str, Any]) -> None:
    text = case["文"]
    issued = date.fromisoformat(case["印发"]) if "印发" in case else None
    plan = (int(case["规划"][0]), int(case["规划"][1])) if "规划" in case else None
    found = find_periods(text, issued=issued, plan=plan)
    assert [as_clerk_writes(text, period) for period in found] == case["得"]


@pytest.mark.parametrize(
    ("text", "grain", "stated"),
    [
        ("到2025年", "year", True),
        ("2025年6月底前", "month", True),
        ("2025年6月30日前", "day", True),
        ("2025年一季度末", "quarter", True),
        ("2025年上半年", "half", True),
        ("“十四五”期间", "plan", True),
        ("三年内", "duration", False),
        ("年底前", "year", False),
        ("6月底前", "month", False),
        ("每旬", "ten-day", False),
        ("每周", "week", False),
    ],
)
def test_grain_and_whether_the_year_was_stated(text: str, grain: str, stated: bool) -> None:
    (period,) = find_periods(text, issued=date(2025, 1, 2))
    assert (period.grain, period.stated) == (grain, stated)


def test_leap_day_of_the_year_after() -> None:
    (period,) = find_periods("2月29日前完成", issued=date(2024, 9, 1))
    assert period.last == date(2025, 2, 28)


PIECES = st.sampled_from(
    re.findall(
        r"\S+|\n",
        "到 至 2025 2 0 1 9 12 30 年 月 日 底 末 初 前 内 以来 起 后 - — 、 和 。 “ ” 十四五 八五"
        " 二〇三五 一 两 三 五 季度 上半年 今 明 去 每 逐 按 同比 近 未来 较 比 相对于 截至 期间"
        " 规划期 行动计划 《 》 第 号 上旬 ２ \n",
    )
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=60).map("".join))
DAYS = st.none() | st.dates()
PLANS = st.none() | st.tuples(st.integers(-10, 12000), st.integers(-10, 12000))


@given(TEXTS, DAYS, PLANS)
def test_any_text_gives_ordered_spans(
    text: str, issued: date | None, plan: tuple[int, int] | None
) -> None:
    place = 0
    for period in find_periods(text, issued=issued, plan=plan):
        assert place <= period.start < period.end <= len(text)
        if period.first and period.last:
            assert period.first <= period.last
        assert period.role in USES
        assert not (period.role == "by" and period.first)
        assert not (period.role == "since" and period.last)
        place = period.end


@given(TEXTS)
def test_full_width_and_normal_text_read_alike(text: str) -> None:
    plain = normal(text)
    assert find_periods(text) == periods_in(plain) == find_periods(plain)
