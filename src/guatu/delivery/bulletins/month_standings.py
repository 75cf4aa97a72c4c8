"""二、 and 三、 of a monthly bulletin: counties and units in their order, with their table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from guatu.delivery.bulletins.month_figures import MonthFigures
from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Column,
    Level,
    Paragraph,
    Picture,
    Piece,
    Table,
    paragraph,
)
from guatu.delivery.bulletins.standing import Line, Standing, signed
from guatu.delivery.closing.rollups import Dimension

_BEST: Final = 3


def by_group(
    figures: MonthFigures, number: str, table: Standing, head: str, chart: Picture | None = None
) -> list[Block]:
    """The section of a standing, ``head`` being what its lines are; empty where it has none.

    The chart stands before its table: the table may break over pages, the chart may not, and
    behind the table it would leave a gap at the foot of most papers' second page.
    """
    if not table.lines:
        return []
    ranked = table.ranked
    text: list[Piece] = []
    if len(ranked) > 2 * _BEST:
        best = [line for line in ranked if (line.rank or 0) <= _BEST]
        last = ranked[-_BEST:]
        # Those alike with the third from last are last as well.
        last = [line for line in ranked if (line.rank or 0) >= (last[0].rank or 0)]
        text = [f"投资完成率居前的{_is_are(best)}", *_named(figures, best)]
        text += [f"；居后的{_is_are(last)}", *_named(figures, last), "。"]
    behind = [line for line in ranked if line.deviation is not None and line.deviation < 0]
    count = figures.book.figure(
        table.dimension.value,
        "behind",
        len(behind),
        len(behind),
        "个",
        f"投资完成率低于序时进度的{head}数",
        dict.fromkeys(project for line in behind for project in figures.of(line)),
    )
    text += ["完成率低于序时进度的", head, "有", count, "个。"]
    columns = (
        Column("位次", 1.05),
        Column(head, 3.3, Align.LEFT),
        Column("年度计划（亿元）", 1.75, Align.RIGHT),
        Column("累计完成（亿元）", 1.75, Align.RIGHT),
        Column(f"{figures.period_word}完成（亿元）", 1.75, Align.RIGHT),
        Column("完成率（%）", 1.35, Align.RIGHT),
        Column("偏差（百分点）", 2.1, Align.RIGHT),
        Column("开工率（%）", 1.35, Align.RIGHT),
        Column("红灯（个）", 1.45, Align.RIGHT),
    )
    total = _row(figures, "—", table.total)
    rows = [total] + [
        _row(figures, "—" if line.rank is None else str(line.rank), line) for line in table.lines
    ]
    caption = f"表{1 if table is figures.counties else 2}　各{head}投资完成情况"
    notes = [table.note] if table.note else []
    shared = sum(line.rollup.shared for line in table.lines)
    if shared and table.dimension is Dimension.COUNTY:
        notes.append("跨县项目的投资按分县投资拆分，个数在所经各县分别计算。")
    return [
        paragraph(f"{number}、各{head}进展情况", level=Level.FIRST),
        Paragraph(tuple(text)),
        *([chart] if chart else []),
        Table(columns, tuple(rows), caption, "".join(notes), 1),
    ]


def _named(figures: MonthFigures, lines: Sequence[Line]) -> list[Piece]:
    pieces: list[Piece] = []
    for line in lines:
        pieces += [line.name, "（", figures.rate(line), "%）", "、"]
    return pieces[:-1]


def _row(figures: MonthFigures, place: str, line: Line) -> tuple[Piece, ...]:
    gap = figures.book.figure(
        line.place,
        "deviation",
        line.deviation,
        signed(line.deviation),
        "百分点",
        "偏差 = 完成率 − 序时进度",
        figures.of(line),
    )
    starts = figures.book.figure(
        line.place,
        "starts",
        line.starts.value,
        line.starts_words,
        "%",
        line.starts.words,
        figures.of(line),
    )
    reds = figures.book.figure(
        line.place,
        "reds",
        line.light("red"),
        line.light("red"),
        "个",
        "红灯项目数",
        [project for project in line.rollup.projects if figures.is_red(project)],
    )
    cells: list[Piece] = [place, line.name]
    cells += [figures.money(line, name) for name in ("planned", "reached")]
    cells.append("—" if figures.month.first else figures.money(line, "this_period"))
    return (*cells, figures.rate(line), gap, starts, reds)


def _is_are(lines: Sequence[Line]) -> str:
    return "依次是" if len(lines) > 1 else "是"
