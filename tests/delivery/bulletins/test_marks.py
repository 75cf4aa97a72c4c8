"""What a paper says of itself is read from its lines, and held against what it is issued under."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.bulletins.marks import (
    Mark,
    Marks,
    marks_of,
    number_in_form,
    without_marks,
)

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/paper_marks.yml").read_text("utf-8"))
ON = date(2026, 10, 12)
NUMBER = "临重大办〔2026〕12号"


@pytest.mark.parametrize("case", CASES, ids=[case["名"] for case in CASES])
def test_marks_are_read(case: dict[str, Any]) -> None:
    found = marks_of(case["行"])
    assert [found.number, found.period, found.signed_on, found.printed_on] == case["得"]


def test_marks_as_registered_are_not_odd() -> None:
    assert Marks(NUMBER, "", ON, ON).against("临重大办[2026] 12号", ON) == []


@pytest.mark.parametrize(
    ("marks", "odd"),
    [
        (Marks("临重大办〔2026〕11号", "", ON), [(Mark.NUMBER, "临重大办〔2026〕11号", NUMBER)]),
        (Marks("", "", ON), [(Mark.NUMBER, "", NUMBER)]),
        (Marks(NUMBER, "", None), [(Mark.DAY, "", "2026年10月12日")]),
        (
            Marks(NUMBER, "", date(2026, 10, 11)),
            [(Mark.DAY, "2026年10月11日", "2026年10月12日")],
        ),
        (
            Marks(NUMBER, "", ON, date(2026, 10, 9)),
            [(Mark.PRINTED, "2026年10月9日", "2026年10月12日或以后")],
        ),
    ],
)
def test_what_differs_is_named(marks: Marks, odd: list[tuple[Mark, str, str]]) -> None:
    found = marks.against(NUMBER, ON)
    assert [(each.mark, each.printed, each.expected) for each in found] == odd


def test_another_period_in_the_title_is_odd() -> None:
    draft = Marks(period="2026年1—9月")
    assert Marks(period="2026年1—9月").in_period_of(draft) is None
    found = Marks(period="2026年1—8月").in_period_of(draft)
    assert found is not None
    assert (found.mark, found.printed, found.expected) == (
        Mark.PERIOD, "2026年1—8月", "2026年1—9月",
    )  # fmt: skip


def test_the_lines_of_marks_go_and_the_text_stays() -> None:
    lines = CASES[0]["行"]
    assert without_marks("\n".join(lines)).split("\n") == [
        "各县（市、区）人民政府：",
        "2026年1—9月，全市完成投资12.5亿元。",
        "临江市重大项目办公室",
        "抄送：市政府办公室。",
    ]


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_lines_can_be_read(lines: list[str], number: str) -> None:
    found = marks_of(lines)
    assert found.number == number_in_form(found.number)
    found.against(number, ON)
