"""The summary in the terminal."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from guatu.exports.summary import one_line, print_summary
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import PlanInfo
from guatu.reading.reading import Reading


def printed(reading: Reading, width: int = 100, **terminal: bool) -> str:
    out = StringIO()
    print_summary(reading, Console(file=out, width=width, highlight=False, **terminal))
    return out.getvalue()


def test_it_tells_what_the_plan_is_and_holds(reading: Reading) -> None:
    text = printed(reading)
    assert text.startswith("望海县港城融合三年行动方案(2026-2028年)\n")
    for wanted in (
        "望政发〔2026〕7号",
        "规划期 2026—2028年",
        "入账 96.2%，1 句未入账",
        "临港产业产值",
        ">120.5亿元",
        "2028-12-31",
        "县发展改革局",
        "对账：错误 1、疑问 1、提示 1",
        "■ 错误 “港口吞吐量”有两个数",
    ):
        assert wanted in text
    # What the plan only states is no target.
    assert "900万吨 " not in text.partition("对账")[0]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(reading: Reading, width: int) -> None:
    assert max(cell_len(line) for line in printed(reading, width).splitlines()) <= width


def test_a_plan_steers_neither_markup_nor_terminal(reading: Reading) -> None:
    plan = replace(reading.ledger.plan, title="[bold]方案[/bold]\x1b[2J\x07")
    finding = Finding("x", "error", "[link=http://x]点[/link]\x1b]0;x\x07", ())
    hostile = replace(reading, ledger=replace(reading.ledger, plan=plan), findings=(finding,))
    text = printed(hostile, force_terminal=True)
    assert "[bold]方案[/bold] [2J" in text
    assert "\x1b[2J" not in text
    assert "\x1b]" not in text
    assert "\x07" not in text


def test_no_colour_where_none_is_wanted(reading: Reading) -> None:
    assert "\x1b" not in printed(reading)


def test_it_stays_short(reading: Reading) -> None:
    many = replace(
        reading,
        ledger=replace(reading.ledger, targets=reading.ledger.targets * 100),
        findings=reading.findings * 100,
    )
    text = printed(many)
    assert len(text.splitlines()) < 40
    assert "另有 392 项指标" in text
    assert "另有 288 条" in text


def test_a_plan_with_nothing_in_it(reading: Reading) -> None:
    empty = replace(reading, ledger=Ledger(PlanInfo()), findings=())
    assert "对账：未发现问题" in printed(empty)
    assert one_line(empty) == "没有读出条目；入账 0.0%；对账 未发现问题"


def test_one_line(reading: Reading) -> None:
    assert one_line(reading) == (
        "指标 5，任务 3，责任单位 3，项目 2，时限要求 1，引用文件 1；"
        "入账 96.2%；对账 错误 1、疑问 1、提示 1"
    )
