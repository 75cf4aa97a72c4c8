"""Documents cited: their titles and numbers; not the plan's own title, not works of art."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.reading.extractors import citations
from guatu.reading.outline import Outline, outline_of

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "citations.yml").read_text(encoding="utf-8")
)


def outlined(text: str) -> Outline:
    return outline_of(Document("方案.txt", "txt", text))


@pytest.mark.parametrize("case", CASES, ids=[case["名"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = citations.extract(outlined(case["文"]))
    assert [[c.title, c.number] for c in found] == case["得"]


def test_a_title_cited_twice_is_two_citations() -> None:
    text = "一、目标\n落实《水法》。\n二、任务\n宣传《水法》。\n"
    found = citations.extract(outlined(text))
    assert [c.quote.start for c in found] == [text.index("水法"), text.rindex("水法")]


WORDS = [
    "《", "》", "〈", "〉", "（", "）", "〔2026〕", "[2026]", "12号", "第3号", "国发",
    "GB3095-2012", "GB/T", "办法", "意见", "以下简称", "现将", "印发", "本", "已经市政府同意",
    "一、", "令", "公告", "根据", "通知", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=60).map("".join))
def test_never_raises_and_every_title_stands_in_the_text(text: str) -> None:
    for citation in citations.extract(outlined(text)):
        assert citation.quote.span.of(text) == citation.title != ""
        assert citation.number is None or citation.number in text
