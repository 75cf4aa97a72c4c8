"""六、有关说明 of a monthly bulletin: 口径, who has not reported, adjustments, pauses."""

from __future__ import annotations

from guatu.delivery.bulletins.month_figures import MonthFigures
from guatu.delivery.bulletins.paper import Block, Level, Paragraph, Piece, paragraph
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rounding import money


def remarks(figures: MonthFigures) -> list[Block]:
    """Which 口径, who has not reported, what was adjusted, what is paused."""
    total, basis = figures.total, figures.month.basis
    sums = total.rollup.of(basis)
    lines: list[list[Piece]] = [
        [
            f"本通报采用{basis.words}：{total.rate.definition.words}；"
            f"{total.starts.definition.words}；{total.schedule.definition.words}。"
        ]
    ]
    missing = [row for row in figures.leaves if row.carried and row.counts_in(basis)]
    if sums.missing:
        lines.append(
            [
                "未报项目",
                figures.count(
                    "missing",
                    sums.missing,
                    "个",
                    "应报未报、沿用上次数字的项目数",
                    [row.project for row in missing],
                ),
                "个，其累计数沿用上次所报，涉及",
                figures.book.figure(
                    "all",
                    "missing-reached",
                    sums.missing_reached,
                    money(sums.missing_reached),
                    "亿元",
                    "未报项目沿用的累计完成投资",
                    [row.project for row in missing],
                ),
                "亿元，未计作本期进展。",
            ]
        )
    if sums.adjustment:
        words = money(abs(sums.adjustment))
        lines.append(
            [
                f"{figures.period_word}数含对以前各期的调整",
                "增加" if sums.adjustment > 0 else "减少",
                figures.book.figure(
                    "all",
                    "adjustment",
                    abs(sums.adjustment),
                    words,
                    "亿元",
                    "对已通报各期的±调整",
                    [row.project for row in figures.leaves if row.adjustment],
                ),
                "亿元。",
            ]
        )
    if total.rollup.paused:
        original = total.rollup.of(Basis.ORIGINAL)
        lines.append(
            [
                "经批准停缓建",
                figures.count(
                    "paused",
                    total.rollup.paused,
                    "个",
                    "期末前批准停缓建的项目数",
                    [row.project for row in figures.leaves if row.paused_on],
                ),
                "个，自批准之日起退出进度统计；按下达口径，年度计划",
                figures.book.figure(
                    "all",
                    "planned-original",
                    original.planned,
                    money(original.planned),
                    "亿元",
                    "年度计划投资（下达口径）",
                    total.rollup.projects,
                ),
                "亿元、累计完成",
                figures.book.figure(
                    "all",
                    "reached-original",
                    original.reached,
                    money(original.reached),
                    "亿元",
                    "累计完成投资（下达口径）",
                    total.rollup.projects,
                ),
                "亿元。",
            ]
        )
    return [
        paragraph("六、有关说明", level=Level.FIRST),
        *(
            Paragraph((f"{number}. ", *line) if len(lines) > 1 else tuple(line))
            for number, line in enumerate(lines, start=1)
        ),
    ]
