"""The cases of tests/cases/checks, read through the real reader; and what holds on any text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guatu.checks import CHECKS, Case, Check, run_checks
from guatu.documents.document import Document
from guatu.ledger.findings import Finding
from guatu.reading import read_plan

CASES = Path(__file__).parents[1] / "cases" / "checks"


def codes_of(check: Check) -> set[str]:
    """The codes a check may report: the ``…CODE`` constants of its module."""
    module = vars(sys.modules[check.__module__])
    return {value for name, value in module.items() if name.endswith("CODE")}


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['名']}")
        for path in sorted(CASES.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def findings_of(text: str) -> tuple[Finding, ...]:
    reading = read_plan(Document("方案.txt", "txt", text))
    return run_checks(Case.of(reading.ledger, text))


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any]) -> None:
    """The findings of the check that a file of cases is named for; other checks may say more."""
    spoken_of = next(codes for check in CHECKS if code in (codes := codes_of(check)))
    found = {finding.code for finding in findings_of(case["文"])} & spoken_of
    assert found == set(case["得"])


def test_every_check_has_its_cases() -> None:
    files = {path.stem for path in CASES.glob("*.yml")}
    assert all(codes_of(check) & files for check in CHECKS)


# Pieces that checks look at, thrown together: more is broken here than in any plan.
PIECES = (
    *"。；，、（）“”《》0公〇 \n\t\ufffd𠮷",
    *(
        "一、总体要求",
        "二、重点任务",
        "（一）畅通工程。",
        "（三）",
        "1.",
        "到2025年",
        "2021—2023年",
    ),
    *("三年内", "其中", "分别", "等3处", "三大", "五大行动（即", "12项重点工程", "固定资产投资"),
    *("工业投资占比", "100亿元", "30%", "95%90%", "925日", "2月30日", "1个以。", "的的", "15以上"),
    *("（责任单位：市发改委、市财政局）", "市发展改革委牵头", "等有关部门", "加快推进项目建设"),
    *("公里", "9" * 30, "十百千"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_is_checked_without_raising(text: str) -> None:
    for finding in findings_of(text):
        for place in finding.places:
            assert place.text == text[place.start : place.end] != ""


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_findings_come_in_order_and_once(text: str) -> None:
    found = findings_of(text)
    starts = [finding.places[0].start for finding in found if finding.places]
    assert starts == sorted(starts)
    assert len(set(found)) == len(found)


def test_a_published_plan_gets_few_findings(published_plan: Any) -> None:
    """False alarms are worse than silence: a printed plan has a dozen oddities at most."""
    text = published_plan.path.read_bytes().decode("utf-8")
    assert len(findings_of(text)) <= 15
