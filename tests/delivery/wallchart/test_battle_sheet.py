"""Battle sheets as PDF: what stands on them, that nothing is cut, that they are A4."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.delivery.wallchart.battle_sheet import (
    BattleSheet,
    LeaderLine,
    LeaderSheet,
    MonthLine,
    NodeLine,
    PlanWords,
    ProblemLine,
    SheetPress,
)
from guatu.delivery.wallchart.layout import FlagState
from guatu.delivery.wallchart.poster import NoChineseType

pytest.importorskip("typst")
pypdfium2 = pytest.importorskip("pypdfium2")

LONG = "临江新区年产三十万吨高性能铝合金轻量化材料及配套基础设施建设项目" * 5


@pytest.fixture(scope="module")
def press() -> SheetPress:
    """A press, or a skip that says what is not installed."""
    try:
        return SheetPress()
    except NoChineseType as missing:
        pytest.skip(str(missing))


def sheet(**more: Any) -> BattleSheet:
    """A sheet of a project that half of it is known of."""
    given: dict[str, Any] = {
        "name": "环湖路改造",
        "period": "2026年10月",
        "issuer": "临江市重大项目办公室",
        "light": "red",
        "reasons": ("低于序时进度31.5个百分点",),
        "identity": (("县区", "青川区"), ("项目代码", "")),
        "five": (("一名领导", "林书衡"),),
        "plan": (("年度计划（万元）", "1,200"),),
        "year_planned": 12_000_000,
    }
    return BattleSheet(**(given | more))


def pages(pdf: bytes) -> list[str]:
    """The text of each page without spaces."""
    found = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in found]


def test_it_is_one_page_of_a4_with_its_signatures(press: SheetPress) -> None:
    pdf = press.battle_sheet(sheet())
    [page] = pypdfium2.PdfDocument(pdf)
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    [words] = pages(pdf)
    assert "环湖路改造" in words and "第1页/共1页" in words
    for who in ("联系领导", "责任单位", "项目单位", "办公室"):
        assert f"{who}（签字）" in words


def test_what_nobody_filled_is_said_to_be_missing(press: SheetPress) -> None:
    [words] = pages(press.battle_sheet(sheet()))
    assert "项目代码未明确" in words
    assert "没有列入本年度计划" in words
    assert "没有登记节点" in words
    assert "还没有挂接到方案" in words


def test_months_in_wan_with_their_rate(press: SheetPress) -> None:
    """900 of 1,200 is 75.0 %; 5,000元 rounds up to 1万元, half away from nought."""
    months = (
        MonthLine("9月", 9_000_000, 9_000_000, 1_005_000, "yellow", ("落后11.0个百分点",)),
        MonthLine("10月", 10_000_000, 8_995_000, -5_000, "red", ()),
        MonthLine("11月", 11_000_000),
    )
    [words] = pages(press.battle_sheet(sheet(months=months)))
    assert "9月90090010175.0%" in words
    assert "10月1,000900−175.0%" in words
    assert "11月1,100———" in words
    assert "落后11.0个百分点" in words


def test_nodes_problems_and_the_plans_words(press: SheetPress) -> None:
    [words] = pages(
        press.battle_sheet(
            sheet(
                nodes=(
                    NodeLine("封顶", date(2026, 6, 30), date(2026, 7, 2), FlagState.REACHED),
                    NodeLine("验收", date(2026, 9, 30), None, FlagState.OVERDUE),
                    NodeLine("移交", None, None, FlagState.COMING),
                ),
                problems=(ProblemLine("征迁未完成", "市自然资源局", date(2026, 11, 10)),),
                words=(PlanWords("到2028年建成环湖路。", "行动方案　三、（二）"),),
            )
        )
    )
    assert "封顶2026-06-302026-07-02已完成" in words
    assert "验收2026-09-30—逾期" in words
    assert "移交——未到" in words
    assert "征迁未完成市自然资源局2026-11-10未答复" in words
    assert "到2028年建成环湖路。" in words


def test_long_words_wrap_and_are_whole(press: SheetPress) -> None:
    many = tuple(
        MonthLine(f"{n}月", 10_000_000, 9_000_000, 0, "red", (LONG,)) for n in range(1, 13)
    )
    pdf = press.battle_sheet(sheet(name=LONG, identity=(("建设规模和内容", LONG),), months=many))
    words = "".join(pages(pdf))
    assert words.count(LONG) >= 2
    assert len(pages(pdf)) > 1
    # The head of the table stands again on each page that it goes on to.
    assert words.count("应完成累计") > 1
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        width, height = page.get_size()
        for place in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(place)
            assert left >= 0 and bottom >= 0 and right <= width and top <= height


def test_a_leaders_list_says_how_many_and_no_mean(press: SheetPress) -> None:
    rows = tuple(
        LeaderLine(
            f"项目{n}", "市交通局", "李工", "red" if n % 2 else "green", "", 10_000_000,
            6_000_000, Fraction(3, 5), Fraction(4, 5),
        )
        for n in range(45)
    )  # fmt: skip
    made = pages(press.leader_sheet(LeaderSheet("林书衡", "2026年10月", "市重大办", rows)))
    words = "".join(made)
    assert "林书衡联系项目清单" in words and "共45项" in words
    assert all(f"项目{n}市交通局" in words for n in range(45))
    assert len(made) == words.count("序灯项目名称") > 1
    assert "平均" not in words and "得分" not in words and "排名" not in words


ANY = st.text(max_size=30)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANY, ANY, st.none() | st.integers(-(10**15), 10**15), st.none() | st.dates())
def test_any_words_make_a_sheet(
    press: SheetPress, words: str, more: str, amount: int | None, day: date | None
) -> None:
    pdf = press.battle_sheet(
        sheet(
            name=words,
            light=more,
            reasons=(words, more),
            identity=((words, more), (more, words), (words, words)),
            year_planned=amount,
            months=(MonthLine(words, amount, amount, amount, more, (words,)),),
            nodes=(NodeLine(words, day, day, FlagState.COMING),),
            problems=(ProblemLine(words, more, day, words),),
            words=(PlanWords(words, more),),
        )
    )
    assert pdf.startswith(b"%PDF")
    rows = (LeaderLine(words, more, words, more, words, amount, amount or 0, None, None),)
    assert press.leader_sheet(LeaderSheet(words, more, words, rows, day)).startswith(b"%PDF")
