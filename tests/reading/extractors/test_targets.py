"""Targets of the running text against the clerk's cases, and what must hold on any text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.ledger.records import Target
from guatu.reading.extractors import citations, duties, targets
from guatu.reading.material import Material, material_of
from guatu.reading.outline import outline_of

CASES = yaml.load(
    (Path(__file__).parents[2] / "cases" / "targets.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)


def marked(case: dict[str, Any]) -> object:
    """A case under its name; one the reader is known to miss must go on failing."""
    known = case.get("已知")
    marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
    return pytest.param(case, id=case["名"], marks=marks)


def targets_of(material: Material) -> tuple[Target, ...]:
    """The targets outside cited titles and duty notes, as the pipeline asks for them."""
    cited = (citation.quote.span for citation in citations.extract(material.outline))
    noted = duties.extract(material.outline).notes
    return targets.extract(material, (*noted, *cited))


def test_names_of_cases_are_told_apart() -> None:
    names = [case["名"] for case in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(
    case: dict[str, Any],
    supposed: Callable[[dict[str, Any]], Material],
    differences: Callable[[dict[str, Any], Sequence[Target]], list[str]],
) -> None:
    assert differences(case, targets_of(supposed(case))) == []


PIECES = """
到 2027 年 底 前 ， 、 。 ； ： （ ） “ ” 新建 建成 新增 公园 公路 达到 提高 下降 以上 以下 左右
不低于 不超过 超过 10 95 3—5 2.5万 个 公里 % ‰ 个百分点 分别 和 其中 由 从 至 每年 年均 全市 力争
青川区 覆盖率 投资 亿元 2026—2028年 较2025年 翻一番 三分之二 一、 （一） 1. 目标 共 等 的 企业 为
每个县（市、区） 十 两 百 已 最高 给予 补助
"""
WORDS = [*PIECES.split(), "\n", "\t", " "]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=80).map("".join))
def test_any_text_gives_targets_that_stand_in_it(text: str) -> None:
    found = targets_of(material_of(outline_of(Document("方案.txt", "txt", text))))
    starts = [target.quote.start for target in found]
    assert starts == sorted(set(starts))
    for target in found:
        assert target.quote.span.of(text) == target.quote.text != ""
        assert target.subject
        assert all(span.of(text) for span in target.subject_spans)
        assert target.high is None or target.high >= target.value
        assert (target.due is None) == (target.due_from is None)
        assert target.due is None or target.first is None or target.first <= target.due
        assert not target.exclusive or target.comparator in ("ge", "le")
