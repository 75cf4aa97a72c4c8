"""The questions that checks ask of a case."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.checks.context import Case, count_of, excerpt, is_countable, plain_subject, printed
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import PlanInfo, Section
from guatu.text.span import Quote

TEXT = (
    "一、总体要求\n坚持稳中求进。\n"
    "二、任务\n抓紧办理。\n（一）学校。新建2所。\n（二）医院。新建1所。\n"
)


def section(path: str, marker: str, title: str, end: int) -> Section:
    words = marker + title
    return Section(path, title, Quote(TEXT.index(words), words), end)


@pytest.fixture
def case() -> Case:
    hospital = TEXT.index("（二）")
    sections = (
        section("一", "一、", "总体要求", TEXT.index("二、")),
        section("二", "二、", "任务", len(TEXT)),
        section("二/(一)", "（一）", "学校", hospital),
        section("二/(二)", "（二）", "医院", len(TEXT)),
    )
    return Case.of(Ledger(PlanInfo(), sections), TEXT)


def test_sections_know_parents_children_markers_and_guidance(case: Case) -> None:
    assert case.parents == (-1, -1, 1, 1)
    assert case.children == {-1: (0, 1), 1: (2, 3)}
    assert case.markers == (("cn", 1), ("cn", 2), ("pc", 1), ("pc", 2))
    assert case.guidance == (True, False, False, False)
    assert list(case.ancestors(3)) == [3, 1]


def test_own_text_ends_at_the_first_sub_item(case: Case) -> None:
    assert case.own_text(1).of(TEXT).strip() == "抓紧办理。"
    assert case.own_text(2).of(TEXT) == "。新建2所。\n"


def test_a_sentence_ends_at_its_stop(case: Case) -> None:
    assert case.sentence(TEXT.index("2所")).of(TEXT) == "新建2所"
    assert case.sentence(0).of(TEXT) == "一、总体要求"


@given(st.integers(0, len(TEXT)))
def test_every_offset_has_a_sentence(offset: int) -> None:
    start, end = Case.of(Ledger(PlanInfo()), TEXT).sentence(offset)
    assert 0 <= start <= offset <= end <= len(TEXT)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("644700000000", "元", "6,447亿元"),
        ("680000000", "元", "6.8亿元"),
        ("54000", "个", "5.4万个"),
        ("1815", "平方公里", "1,815平方公里"),
        ("21.30", "", "21.3"),
        ("123456", "人", "12.3456万人"),
        ("1234567", "元", "123.4567万元"),
    ],
)
def test_numbers_are_printed_as_in_official_texts(value: str, unit: str, words: str) -> None:
    assert printed(Decimal(value), unit) == words


@pytest.mark.parametrize(
    ("words", "number"), [("12", 12), ("十二", 12), ("两", 2), ("七八", None), ("", None)]
)
def test_small_counts(words: str, number: int | None) -> None:
    assert count_of(words) == number


@pytest.mark.parametrize("unit", ["元", "公里", "个", "万吨", "户(套)", "平方米"])
def test_units_that_add_up(unit: str) -> None:
    assert is_countable(unit)


@pytest.mark.parametrize("unit", ["%", "‰", "个百分点", "微克/立方米", "倍", "小时", "", "年"])
def test_units_that_do_not(unit: str) -> None:
    assert not is_countable(unit)


def test_words_for_the_whole_region_are_not_the_subject() -> None:
    assert plain_subject("全市累计完成固定资产投资") == "固定资产投资"
    assert plain_subject("我市农村 自来水普及率") == "农村自来水普及率"
    assert plain_subject("青川区固定资产投资") == "青川区固定资产投资"


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("甲\n乙 丙", 10) == "甲 乙 丙"
    assert excerpt("一二三四五六", 4) == "一二三…"
