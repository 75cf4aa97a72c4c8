"""A paper kept as JSON is the same paper; a unit's own report says its own figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.bulletins.kept import paper_from_data, paper_to_data, pictures_of
from guatu.delivery.bulletins.paper import (
    Align,
    Column,
    Figure,
    Level,
    Paper,
    Paragraph,
    Picture,
    Table,
)
from guatu.delivery.bulletins.unit import UnitSpan, unit_report
from guatu.delivery.closing.facts import ClosedRow, ReportState
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour, Reason
from guatu.delivery.supervision.lights import LightState

WAN = 10_000

WORDS = st.text(max_size=12)
PIECES = st.lists(
    st.one_of(WORDS, st.builds(Figure, st.text(min_size=1, max_size=20), WORDS)), max_size=4
).map(tuple)
PARAGRAPHS = st.builds(Paragraph, PIECES, st.sampled_from(Level))
TABLES = st.lists(st.tuples(WORDS, WORDS), max_size=3).map(
    lambda rows: Table(
        (Column("甲", 1.0), Column("乙", 2.0, Align.RIGHT)), tuple(rows), "表", "注", 1
    )
)
PICTURES = st.builds(Picture, st.binary(min_size=1, max_size=8), WORDS, WORDS)
BLOCKS = st.lists(st.one_of(PARAGRAPHS, TABLES, PICTURES), max_size=4).map(tuple)


@given(BLOCKS, BLOCKS, st.one_of(st.none(), st.dates()))
def test_a_kept_paper_is_the_same_paper(
    body: tuple[Paragraph | Table | Picture, ...],
    annex: tuple[Paragraph | Table | Picture, ...],
    day: date | None,
) -> None:
    paper = Paper(
        title="通报", body=body, signature="办公室", signed_on=day, annexes=(("附件 清单", annex),)
    )
    data = json.loads(json.dumps(paper_to_data(paper)))
    assert paper_from_data(data, pictures_of(paper)) == paper


def row(name: str, plan: int, due: int, reached: int, **more: Any) -> ClosedRow:
    usual: dict[str, Any] = {"unit": "市水利局", "stage": "building", "start": Month(2025, 3)}
    return ClosedRow(
        project=name, period="2026-09", name=name, report=ReportState.ON_TIME,
        issued=plan * WAN, planned=plan * WAN, issued_due=due * WAN, planned_due=due * WAN,
        issued_part=Fraction(due, plan), due_part=Fraction(due, plan), reached_year=reached * WAN,
        this_period=0, previous=reached * WAN, **{**usual, **more},
    )  # fmt: skip


# 市水利局: 3,000 planned, 2,250 due, 1,800 reached: 60.0 % of 75.0 %, 15.0 behind.
ROWS = (
    row("青川水厂", 1_000, 750, 900, finish=Month(2026, 11)),
    row("云溪水库", 2_000, 1_500, 900),
    row("别家的路", 5_000, 4_000, 4_000, unit="市交通局"),
)


def light(project: str, colour: Colour) -> LightState:
    reason = Reason("behind-schedule", colour, "落后 30.0 个百分点。", "")
    return LightState(project, "2026-09", colour, (reason,), None, "2026-09", colour, (), "d", 1)


MONTH = ClosedMonth(
    Period.parse("2026-09"),
    ROWS,
    {"青川水厂": light("青川水厂", Colour.GREEN), "云溪水库": light("云溪水库", Colour.RED)},
)
SPAN = UnitSpan(
    "市水利局",
    Period.parse("2026-Q3"),
    MONTH,
    {"青川水厂": 300 * WAN, "云溪水库": 150 * WAN},
    {"云溪水库": "移民安置资金未到位"},
    "临江市水利局",
)


def texts(paper: Paper) -> list[str]:
    return [
        "".join(piece.words if isinstance(piece, Figure) else piece for piece in block.pieces)
        for block in paper.body
        if isinstance(block, Paragraph)
    ]


def test_a_units_report_says_its_own_figures() -> None:
    paper = unit_report(SPAN, addressee="市重大办")
    assert paper.title == "临江市水利局关于2026年三季度重大项目建设情况的报告"
    assert paper.signature == "临江市水利局"
    said = texts(paper)
    assert said[1].startswith(
        "截至9月底，我单位负责的年度计划重大项目2个，年度计划投资3,000万元，累计完成1,800万元，"
        "完成率60.0%，比序时进度慢15.0个百分点；其中本季度完成450万元。"
    )
    assert "1. 云溪水库：落后 30.0 个百分点。" in said
    assert "1. 云溪水库：移民安置资金未到位。" in said
    assert "计划竣工：青川水厂。" in said
    (table,) = [block for block in paper.body if isinstance(block, Table)]
    assert len(table.rows) == 2


def test_a_quarter_that_is_not_over_says_how_far() -> None:
    august = replace(MONTH, period=Period.parse("2026-08"))
    paper = unit_report(replace(SPAN, month=august), addressee="市重大办")
    assert "2026年三季度（截至8月）" in paper.title


def test_a_unit_without_reds_problems_and_plans_says_so() -> None:
    quiet = replace(MONTH, rows=(row("别家的路", 5_000, 4_000, 4_000),), lights={})
    said = texts(unit_report(replace(SPAN, month=quiet, problems={}), addressee="市重大办"))
    assert "本期没有红灯项目。" in said
    assert "本期没有上报需要协调的问题。" in said
