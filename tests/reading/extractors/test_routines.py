"""Recurring or timed duties: how often, within how many days, who, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.reading.extractors import routines
from guatu.reading.outline import Outline, outline_of

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "routines.yml").read_text(encoding="utf-8")
)
CADENCES = {
    "ten-day": "旬",
    "month": "月",
    "quarter": "季",
    "half-year": "半年",
    "year": "年",
    "once": "一次",
}
KINDS = {"workday": "工作日", "calendar": "日历日", None: None}


def outlined(text: str) -> Outline:
    return outline_of(Document("方案.txt", "txt", text))


@pytest.mark.parametrize("case", CASES, ids=[case["名"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = routines.extract(outlined(case["文"]))
    assert [
        [r.quote.text, CADENCES[r.cadence], r.days, KINDS[r.day_kind], r.actor, r.recipient]
        for r in found
    ] == case["得"]


WORDS = [
    "每月", "每季度", "每年", "每半年", "按旬", "一月一", "5日前", "3个工作日内", "30日内",
    "报送", "报", "通报", "召开", "市发改委", "领导小组", "要", "于", "，", "。", "；", "、",
    "一、", "2026年", "评估", "开展", "规划", "月调度", "旬调度", "向市政府报告", "（周一）",
    "十", "底前", "次月", "各单位", "并", "“", "”", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join))
def test_never_raises_and_every_clause_stands_in_the_text(text: str) -> None:
    for routine in routines.extract(outlined(text)):
        assert routine.quote.span.of(text) == routine.quote.text != ""
        assert routine.actor is None or routine.actor in text
        assert routine.recipient is None or routine.recipient in text
