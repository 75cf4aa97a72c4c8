"""Headings and items against the clerk's cases; sections and sentences on any text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.reading.outline import Outline, outline_of

CASES = yaml.load(
    (Path(__file__).parents[1] / "cases" / "outline.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)


def outlined(text: str) -> Outline:
    return outline_of(Document("方案.txt", "txt", text))


def marked(case: dict[str, Any]) -> object:
    """A case under its name; one the reader is known to miss must go on failing."""
    known = case.get("已知")
    marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
    return pytest.param(case, id=case["名"], marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert [[s.path, s.title] for s in outlined(case["文"]).sections] == case["得"]


def test_a_section_ends_where_the_next_of_its_rank_begins() -> None:
    text = "一、甲\n（一）乙\n新建公园。\n（二）丙\n二、丁\n"
    ends = {section.path: section.end for section in outlined(text).sections}
    assert ends == {
        "一": text.index("二、"),
        "一/(一)": text.index("（二）"),
        "一/(二)": text.index("二、"),
        "二": len(text),
    }


def test_a_run_in_title_is_told_from_its_matter() -> None:
    text = "一、任务\n（一）做强工业。新增企业50家。\n"
    outline = outlined(text)
    assert outline.run_in == (False, True)
    assert text[outline.bodies[1] :].startswith("新增企业50家")
    assert outline.parents == (-1, 0)


def test_every_offset_has_its_innermost_section() -> None:
    text = "前言。\n一、任务\n（一）工业\n新增企业。\n二、保障\n加强领导。\n"
    outline = outlined(text)
    assert outline.path_at(text.index("前言")) is None
    assert outline.path_at(text.index("新增")) == "一/(一)"
    assert outline.path_at(text.index("加强")) == "二"


def test_sentences_know_what_they_are() -> None:
    text = (
        "临江市城市更新行动方案\n为推进城市更新，制定本方案。\n一、目标\n改造小区80个。\n"
        "注：含续建。\n二、保障\n加强领导。\n抄送：市委办公室。\n"
    )
    kinds = {text[s.start : s.end].strip(): s.kind for s in outlined(text).sentences}
    assert kinds["临江市城市更新行动方案"] == "front"
    assert kinds["改造小区80个。"] == "body"
    assert kinds["注：含续建。"] == "note"
    assert kinds["抄送：市委办公室。"] == "back"


PIECES = """
一、 二、 十一、 （一） （二） (三) 1. 2. 3、 （1） (2) 1) ① ② 第一章 第二节 第三篇
目录 …………3 注： 附件： 抄送：
总体要求 到2028年 2.5万亩 。 ； ： ， （ ） “ ” 新建公园 一、二级市场 4.2028年
"""
WORDS = [*PIECES.split(), "\n", "\r\n", "\t", "　", "\n\n"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=80).map("".join))
def test_any_text_is_cut_into_sections_and_sentences_that_stand_in_it(text: str) -> None:
    outline = outlined(text)
    assert len(outline.norm) == len(text)
    starts = [section.start for section in outline.sections]
    assert starts == sorted(set(starts))
    for i, section in enumerate(outline.sections):
        assert section.quote.span.of(text) == section.quote.text != ""
        assert section.title in section.quote.text
        assert section.start < section.end <= len(text)
        parent = outline.parents[i]
        assert parent < i
        if parent >= 0:
            assert section.path.startswith(f"{outline.sections[parent].path}/")
            assert section.end <= outline.sections[parent].end
    for sentence, behind in pairwise(outline.sentences):
        assert sentence.end <= behind.start
    left_out = list(outline.norm)
    for sentence in outline.sentences:
        left_out[sentence.start : sentence.end] = " " * (sentence.end - sentence.start)
    assert "".join(left_out).split() == []
