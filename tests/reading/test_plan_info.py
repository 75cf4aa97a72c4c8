"""What a plan says of itself, against the clerk's cases and on any text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.ledger.records import PlanInfo
from guatu.reading.material import material_of
from guatu.reading.outline import outline_of
from guatu.text.normal import normal

CASES = yaml.load(
    (Path(__file__).parents[1] / "cases" / "plan_info.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
FIELDS = {
    "名称": "title",
    "文号": "number",
    "发文机关": "issuer",
    "印发日期": "issued",
    "起": "start",
    "止": "end",
    "状态": "status",
    "地区": "region",
}
STATUS = {"issued": "印发", "draft": "征求意见"}


def plan_of(text: str) -> PlanInfo:
    return material_of(outline_of(Document("方案.txt", "txt", text))).plan


def as_clerk_writes(plan: PlanInfo, term: str) -> str:
    """One field in the form of the cases."""
    value = getattr(plan, FIELDS[term])
    if value is None:
        return "无"
    return STATUS[value] if term == "状态" else normal(str(value))


def marked(case: dict[str, Any]) -> object:
    """A case under its name; one the reader is known to miss must go on failing."""
    known = case.get("已知")
    marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
    return pytest.param(case, id=case["名"], marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    plan = plan_of(case["文"])
    told = {term: as_clerk_writes(plan, term) for term in case["得"]}
    assert told == {term: normal(words) for term, words in case["得"].items()}


PIECES = """
临江市 人民政府 关于印发 行动方案 规划 的通知 （2026—2028年） “十五五” 第十五个五年
临政发〔2026〕8号 2026年3月18日
二〇二六年三月十八日 2026年13月45日 征求意见稿 《 》 现印发 为推进 到2030年 实施期限为
2026年起 5年内 一、 。 ， ：
国务院 云岭省 望海县 办公室
"""
WORDS = [*PIECES.split(), "\n", "　", " "]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join))
def test_any_text_gives_words_that_stand_in_it(text: str) -> None:
    plan = plan_of(text)
    lines = "".join(normal(text).split())
    for words in (plan.title, plan.number, plan.issuer):
        assert words is None or "".join(words.split()) in lines
    assert plan.start is None or plan.end is None or plan.start <= plan.end
