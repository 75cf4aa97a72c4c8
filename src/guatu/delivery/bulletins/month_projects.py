"""四、 and 五、 of a monthly bulletin: red projects with reasons, next month's starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from guatu.delivery.bulletins.month_figures import MonthFigures, reasons_of
from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Column,
    Level,
    Paragraph,
    Piece,
    Table,
    paragraph,
)
from guatu.delivery.closing.facts import ClosedRow

# Longer lists go to an annex, so that the text stays a text.
_IN_TEXT: Final = 8


@dataclass(slots=True)
class Annexes:
    """Lists too long for the text; ``numbered`` where there are several (GB/T 9704, 7.3.4)."""

    numbered: bool
    found: list[tuple[str, tuple[Block, ...]]] = field(default_factory=list)

    @classmethod
    def of(cls, figures: MonthFigures) -> Annexes:
        """Those that a month will need, still empty."""
        lists = (_red_rows(figures), _starting_rows(figures))
        return cls(sum(len(rows) > _IN_TEXT for rows in lists) > 1)

    def add(self, title: str, table: Table) -> str:
        """Take a list in; gives how the text calls it."""
        self.found.append((title, (table,)))
        return self._mark(len(self.found))

    def _mark(self, number: int) -> str:
        return f"附件{number}" if self.numbered else "附件"

    @property
    def titled(self) -> tuple[tuple[str, tuple[Block, ...]], ...]:
        """Each with its mark before its title."""
        return tuple(
            (f"{self._mark(number)} {title}", blocks)
            for number, (title, blocks) in enumerate(self.found, start=1)
        )


def _red_rows(figures: MonthFigures) -> list[ClosedRow]:
    return [row for row in figures.leaves if figures.is_red(row.project)]


def _starting_rows(figures: MonthFigures) -> list[ClosedRow]:
    coming = figures.month.period.next
    return [
        row
        for row in figures.leaves
        if row.start is not None
        and row.start.last_day in coming
        and not row.started
        and row.counts_in(figures.month.basis)
    ]


def reds(figures: MonthFigures, annexes: Annexes) -> list[Block]:
    """Red projects with their units and reasons."""
    rows = _red_rows(figures)
    head = paragraph("四、红灯项目及原因", level=Level.FIRST)
    if not rows:
        return [head, paragraph(f"{figures.period_word}没有红灯项目。")]
    columns = (
        Column("序号", 1.0),
        Column("项目名称", 3.5, Align.LEFT),
        Column("责任单位", 2.4, Align.LEFT),
        Column("年度计划（万元）", 1.8, Align.RIGHT),
        Column("累计完成（万元）", 1.8, Align.RIGHT),
        Column("亮灯原因", 5.1, Align.LEFT),
    )
    table = Table(
        columns,
        tuple(
            (
                str(number),
                row.name,
                row.unit or "—",
                figures.project(row, "planned", row.planned),
                figures.project(row, "reached", row.reached_year),
                reasons_of(figures.month.lights[row.project]),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )
    fresh = [row for row in rows if figures.month.lights[row.project].changed]
    text: list[Piece] = [
        "红灯项目",
        figures.count("light-red", len(rows), "个", "红灯项目数", [row.project for row in rows]),
        "个，其中",
        f"{figures.period_word}新增",
        figures.count(
            "new-red",
            len(fresh),
            "个",
            "上期不是红灯的红灯项目数",
            [row.project for row in fresh],
        ),
        "个",
    ]
    if len(rows) > _IN_TEXT:
        annex = annexes.add("红灯项目清单", table)
        return [head, Paragraph((*text, f"，详见{annex}。"))]
    return [head, Paragraph((*text, "。")), table]


def next_starts(figures: MonthFigures, annexes: Annexes) -> list[Block]:
    """What is planned to start in the period after: 下月, of a quarter 下季度."""
    rows = _starting_rows(figures)
    coming = figures.next_word
    head = paragraph(f"五、{coming}计划开工项目", level=Level.FIRST)
    if not rows:
        return [head, paragraph(f"{coming}没有计划开工的项目。")]
    columns = (
        Column("序号", 1.0),
        Column("项目名称", 5.8, Align.LEFT),
        Column("责任单位", 4.0, Align.LEFT),
        Column(figures.about.counties, 2.9, Align.LEFT),
        Column("总投资（万元）", 1.9, Align.RIGHT),
    )
    table = Table(
        columns,
        tuple(
            (
                str(number),
                row.name,
                row.unit or "—",
                row.county or "—",
                figures.project(row, "total", row.total_investment),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )
    count = figures.count(
        "next-starts",
        len(rows),
        "个",
        f"{coming}计划开工且未开工的项目数",
        [r.project for r in rows],
    )
    if len(rows) > _IN_TEXT:
        annex = annexes.add(f"{coming}计划开工项目清单", table)
        return [head, paragraph(f"{coming}计划开工项目", count, f"个，详见{annex}。")]
    return [head, paragraph(f"{coming}计划开工项目", count, "个。"), table]
