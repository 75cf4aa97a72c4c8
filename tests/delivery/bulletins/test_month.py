"""The month's bulletin: every figure worked out by hand from five projects.

| project | county | unit | plan 万元 | due | reached | this month | started | light |
|---|---|---|---|---|---|---|---|---|
| 甲 桥 | 东湖区 | 市交通局 | 10,000 | 8,000 | 9,000 | 1,000 | yes, planned this year | green |
| 乙 路 | 东湖区 | 市交通局 | 20,000 | 10,000 | 6,000 | 500 | no, planned May | red |
| 丙 水厂 | 北山县 | 市水利局 | 30,000 | 15,000 | 15,000 | 3,000 | yes, planned this year | green |
| 丁 学校 | 北山县 | 市教育局 | 5,000 | 0 | 0 | 0 | no, planned July (next month) | green |
| 戊 公园 | 清河区 | 市住建局 | 15,000 | 7,500 | 5,000, carried | 0 | yes, last year | grey |

All: plan 8.00 亿, due 40,500, reached 35,000 万 = 3.50 亿, this month 0.45 亿; rate 43.75 % → 43.8;
序时 50.625 % → 50.6; gap −6.875 → 6.9 behind. Starts planned this year:
甲乙丙丁 4, started 2 → 50.0 %.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.closed_month import ClosedMonth, Particulars
from guatu.delivery.bulletins.month import month_bulletin
from guatu.delivery.bulletins.paper import Figure, Level, Paragraph, Table
from guatu.delivery.closing.facts import ClosedRow, ReportState
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour, Reason
from guatu.delivery.supervision.lights import LightState

JUNE = Period.parse("2026-06")
WAN = 10_000


def row(project: str, **values: Any) -> ClosedRow:
    """A closed row; ``plan``, ``due``, ``reached``, ``now`` in 万元."""
    plan, due, reached, now = (values.pop(name) * WAN for name in ("plan", "due", "reached", "now"))
    usual: dict[str, Any] = {"name": project, "report": ReportState.ON_TIME, "stage": "building"}
    return ClosedRow(
        project=project,
        period="2026-06",
        issued=plan,
        planned=plan,
        issued_due=due,
        planned_due=due,
        issued_part=Fraction(due, plan),
        due_part=Fraction(due, plan),
        reached_year=reached,
        this_period=now,
        previous=reached - now,
        **{**usual, **values},
    )


ROWS = (
    row("甲桥", county="东湖区", unit="市交通局", plan=10_000, due=8_000, reached=9_000, now=1_000,
        start=Month(2026, 3), issued_start=Month(2026, 3), started_on=date(2026, 3, 8)),
    row("乙路", county="东湖区", unit="市交通局", plan=20_000, due=10_000, reached=6_000, now=500,
        start=Month(2026, 5), issued_start=Month(2026, 5), stage="early"),
    row("丙水厂", county="北山县", unit="市水利局", plan=30_000, due=15_000, reached=15_000,
        now=3_000, start=Month(2026, 1), issued_start=Month(2026, 1), started_on=date(2026, 1, 20)),
    row("丁学校", county="北山县", unit="市教育局", plan=5_000, due=0, reached=0, now=0,
        start=Month(2026, 7), issued_start=Month(2026, 7), stage="early",
        total_investment=60_000_000),
    row("戊公园", county="清河区", unit="市住建局", plan=15_000, due=7_500, reached=5_000, now=0,
        start=Month(2025, 4), issued_start=Month(2025, 4), started_on=date(2025, 4, 2),
        report=ReportState.MISSING, carried=True),
)  # fmt: skip
COLOURS = {"甲桥": Colour.GREEN, "乙路": Colour.RED, "丙水厂": Colour.GREEN, "丁学校": Colour.GREEN}
COLOURS["戊公园"] = Colour.GREY


def light(project: str) -> LightState:
    """A light that has this colour since June; 乙路's was yellow in May."""
    colour = COLOURS[project]
    before = Colour.YELLOW if project == "乙路" else colour
    reason = Reason("start-late", colour, f"{project}的原因", "银川2025")
    return LightState(project, "2026-06", colour, (reason,), before, "2026-06", colour, (), "d", 1)


MONTH = ClosedMonth(JUNE, ROWS, {name: light(name) for name in COLOURS})
BULLETIN = month_bulletin(MONTH, Particulars(signature="临江市重大项目办公室"))


def words(block: object) -> str:
    """The words of a paragraph as printed."""
    assert isinstance(block, Paragraph)
    return "".join(piece.words if isinstance(piece, Figure) else piece for piece in block.pieces)


def texts() -> list[str]:
    """All paragraphs as printed."""
    return [words(block) for block in BULLETIN.paper.body if isinstance(block, Paragraph)]


def table(caption: str, at: int = 1) -> list[list[str]]:
    """The rows, as printed, of the table whose column ``at`` is headed so."""
    (found,) = [
        block
        for block in BULLETIN.paper.body
        if isinstance(block, Table) and block.columns[at].head == caption
    ]
    return [[c.words if isinstance(c, Figure) else c for c in line] for line in found.rows]


def test_the_first_paragraph_says_where_the_whole_stands() -> None:
    assert texts()[1] == (
        "2026年1—6月，全市列入年度计划的5个重大项目（按子项计）完成投资3.50亿元，占年度计划投资8.00亿元的"
        "43.8%，比序时进度（50.6%）慢6.9个百分点。其中，本月完成投资0.45亿元。"
    )


def test_starts_are_those_planned_this_year() -> None:
    assert "全年计划开工项目4个，其中已开工2个，开工率50.0%" in texts()[2]


def test_lights_are_counted() -> None:
    assert texts()[3] == "从本月预警看，红灯1个，黄灯0个，绿灯3个，未报（灰灯）1个。"


def test_counties_are_ranked_by_their_rate() -> None:
    """东湖区 15,000/30,000 = 50 %; 北山县 15,000/35,000 = 42.9 %; 清河区 5,000/15,000 = 33.3 %."""
    assert table("县（市、区）") == [
        ["—", "合计", "8.00", "3.50", "0.45", "43.8", "-6.9", "50.0", "1"],
        ["1", "东湖区", "3.00", "1.50", "0.15", "50.0", "-10.0", "50.0", "1"],
        ["2", "北山县", "3.50", "1.50", "0.30", "42.9", "0.0", "50.0", "0"],
        ["3", "清河区", "1.50", "0.50", "0.00", "33.3", "-16.7", "—", "0"],
    ]


def test_reds_stand_with_unit_and_reason() -> None:
    assert any(line == "红灯项目1个，其中本月新增1个。" for line in texts())
    assert table("亮灯原因", -1)[0] == ["1", "乙路", "市交通局", "20,000", "6,000", "乙路的原因"]


def test_next_months_starts_are_listed() -> None:
    body = BULLETIN.paper.body
    place = next(
        n for n, b in enumerate(body) if isinstance(b, Paragraph) and words(b).startswith("五、")
    )
    assert words(body[place + 1]) == "下月计划开工项目1个。"
    found = body[place + 2]
    assert isinstance(found, Table)
    cells = [c.words if isinstance(c, Figure) else c for c in found.rows[0]]
    assert cells == ["1", "丁学校", "市教育局", "北山县", "6,000"]


def test_a_quarter_tells_the_next_quarters_starts() -> None:
    """丁学校 is planned for August: of the month after June it is none, of the quarter it is."""
    rows = tuple(
        replace(
            each, period="2026-Q2", start=Month(2026, 8) if each.project == "丁学校" else each.start
        )
        for each in ROWS
    )
    quarter = ClosedMonth(Period.parse("2026-Q2"), rows, MONTH.lights)
    body = month_bulletin(quarter, Particulars(signature="临江市重大项目办公室")).paper.body
    said = [words(block) for block in body if isinstance(block, Paragraph)]
    assert "五、下季度计划开工项目" in said and "下季度计划开工项目1个。" in said
    assert not any("下月" in line or "本月" in line for line in said)


def test_what_was_not_reported_is_said() -> None:
    assert any(
        "未报项目1个，其累计数沿用上次所报，涉及0.50亿元，未计作本期进展。" in line
        for line in texts()
    )


def test_every_number_in_a_sentence_is_a_figure_with_its_fact() -> None:
    """Digits in plain words are dates, numbering and captions only."""
    for block in BULLETIN.paper.body:
        if isinstance(block, Paragraph) and block.level is Level.BODY:
            plain = "".join(piece for piece in block.pieces if isinstance(piece, str))
            plain = re.sub(r"\d+年(?:\d+—)?\d+月|^\d\. ", "", plain)
            assert not re.search(r"\d", plain), plain
    assert {figure.fact for figure in BULLETIN.paper.figures()} <= set(BULLETIN.facts)


def test_a_fact_leads_to_its_projects_and_its_definition() -> None:
    fact = BULLETIN.facts["2026-06/county=东湖区/reached"]
    assert (fact.value, fact.words, fact.projects) == (150_000_000, "1.50", ("甲桥", "乙路"))
    assert fact.definition == "本年累计完成投资（调整后口径）"


def test_a_month_without_reds_and_starts_says_so() -> None:
    quiet = ClosedMonth(JUNE, ROWS[:1], {"甲桥": light("甲桥")})
    paper = month_bulletin(quiet, Particulars(signature="办公室")).paper
    lines = [words(block) for block in paper.body if isinstance(block, Paragraph)]
    assert "本月没有红灯项目。" in lines
    assert "下月没有计划开工的项目。" in lines


def test_time_progress_is_printed_where_t_is_not_one() -> None:
    """T = 120 %: June asks for 120 % × 6/12 = 60 %."""
    month = ClosedMonth(JUNE, ROWS, MONTH.lights, factor=Fraction(6, 5))
    paper = month_bulletin(month, Particulars(signature="办公室")).paper
    assert "时间进度要求（T=120.0%）为60.0%" in words(paper.body[1])


def test_an_empty_month_makes_a_paper() -> None:
    paper = month_bulletin(ClosedMonth(JUNE, (), {}), Particulars(signature="办公室")).paper
    assert "没有可比的序时进度" in words(paper.body[1])
