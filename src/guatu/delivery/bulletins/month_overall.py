"""一、总体情况 of a monthly bulletin: the whole's investment, starts, lights."""

from __future__ import annotations

from typing import Final

from guatu.delivery.bulletins.month_figures import MonthFigures
from guatu.delivery.bulletins.paper import Block, Level, Paragraph, Piece, paragraph
from guatu.delivery.bulletins.standing import Line, per_cent
from guatu.delivery.closing.rates import (
    CountedBy,
    finish_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.rounding import rounded
from guatu.delivery.supervision.colours import Colour

_COUNTED: Final = {
    CountedBy.ANNUAL: "全年计划{verb}",
    CountedBy.DUE: "截至期末应{verb}",
    CountedBy.ALL: "全部计算{verb}率的",
}
_LIGHT_WORDS: Final = {
    Colour.RED: "红灯",
    Colour.YELLOW: "黄灯",
    Colour.GREEN: "绿灯",
    Colour.GREY: "未报（灰灯）",
    Colour.PAUSED: "停缓建",
}


def overall(figures: MonthFigures) -> list[Block]:
    """The paragraphs of the first section."""
    total, area, period = figures.total, figures.about.area, figures.span
    sums = total.rollup.of(figures.month.basis)
    lines: list[Block] = [
        paragraph("一、总体情况", level=Level.FIRST),
        paragraph(
            f"{period}，{area}列入年度计划的",
            figures.count(
                "projects",
                sums.projects,
                "个",
                "年度计划项目数",
                [row.project for row in figures.leaves if row.counts_in(figures.month.basis)],
            ),
            "个重大项目（按子项计）完成投资",
            figures.money(total, "reached"),
            "亿元，占年度计划投资",
            figures.money(total, "planned"),
            "亿元的",
            figures.rate(total),
            "%，",
            *_pace(figures, total),
            *_of_this_period(figures, total),
        ),
        _starts(figures),
    ]
    return [*lines, _lights(figures)]


def _of_this_period(figures: MonthFigures, total: Line) -> list[Piece]:
    if figures.month.first:
        return [f"。这是首次调度，{figures.period_word}完成投资从下期起通报。"]
    words = f"。其中，{figures.period_word}完成投资"
    return [words, figures.money(total, "this_period"), "亿元。"]


def _pace(figures: MonthFigures, line: Line) -> list[Piece]:
    """比序时进度快（慢）几个百分点, and where T counts, 时间进度 beside it."""
    gap = line.deviation
    if gap is None:
        return ["没有可比的序时进度"]
    words = str(abs(rounded(gap, 1)))
    schedule = figures.book.figure(
        line.place,
        "schedule",
        line.schedule.value,
        per_cent(line.schedule.value),
        "%",
        line.schedule.words,
        figures.of(line),
    )
    pieces: list[Piece] = ["比序时进度（", schedule, "%）"]
    if not rounded(gap, 1):
        pieces = ["与序时进度（", schedule, "%）持平"]
    else:
        number = figures.book.figure(
            line.place,
            "gap",
            abs(gap),
            words,
            "百分点",
            "偏差 = 完成率 − 序时进度",
            figures.of(line),
        )
        pieces += ["快" if gap > 0 else "慢", number, "个百分点"]
    if figures.month.factor != 1:
        due = time_share(figures.month.period, factor=figures.month.factor)
        t = per_cent(figures.month.factor)
        pieces += [
            f"，时间进度要求（T={t}%）为",
            figures.book.figure(
                "all", "time", due, per_cent(due), "%", f"时间进度 = {t}% × 已过月数 ÷ 12"
            ),
            "%",
        ]
    return pieces


def _starts(figures: MonthFigures) -> Paragraph:
    basis, total = figures.month.basis, figures.total
    sums = total.rollup.of(basis)
    by = figures.month.counted_by
    starts, ends = total.starts, finish_rate(total.rollup, basis, by)
    pieces: list[Piece] = []
    for name, verb, rate, of_group in (
        ("start", "开工", starts, lambda group: start_rate(group, basis, by)),
        ("finish", "竣工", ends, lambda group: finish_rate(group, basis, by)),
    ):
        if not rate.denominator:
            pieces.append(f"没有{_COUNTED[by].format(verb=verb)}的项目；")
            continue
        words = rate.words
        those_done, those = figures.behind(of_group)
        done = figures.count(f"{name}-done", rate.numerator, "个", words, those_done)
        of = figures.count(f"{name}-of", rate.denominator, "个", words, those)
        part = figures.book.figure(
            "all", f"{name}-rate", rate.value, per_cent(rate.value), "%", words, those
        )
        pieces += [f"{_COUNTED[by].format(verb=verb)}项目", of, f"个，其中已{verb}", done]
        pieces += [f"个，{verb}率", part, "%；"]
    entered = statistics_rate(total.rollup, basis)
    if entered.denominator:
        words = entered.words
        those_done, those = figures.behind(lambda group: statistics_rate(group, basis))
        pieces += [
            "已开工且应入统项目",
            figures.count("statistics-of", entered.denominator, "个", words, those),
            "个，已入统",
            figures.count("statistics-done", entered.numerator, "个", words, those_done),
            "个，入统率",
            figures.book.figure(
                "all",
                "statistics-rate",
                entered.value,
                per_cent(entered.value),
                "%",
                words,
                those,
            ),
            "%；",
        ]
    if sums.stagnant:
        stalled = [row.project for row in figures.leaves if row.stagnant]
        pieces += [
            "连续两期无变化的在建项目",
            figures.count("stagnant", sums.stagnant, "个", "停滞：在建且连续两期无变化", stalled),
            "个；",
        ]
    pieces[-1] = str(pieces[-1]).rstrip("；") + "。"
    return Paragraph(tuple(pieces))


def _lights(figures: MonthFigures) -> Paragraph:
    pieces: list[Piece] = [f"从{figures.period_word}预警看，"]
    for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.PAUSED):
        projects = [
            row.project
            for row in figures.leaves
            if (state := figures.month.lights.get(row.project)) and state.colour is colour
        ]
        if not projects and colour in (Colour.GREY, Colour.PAUSED):
            continue
        pieces += [
            _LIGHT_WORDS[colour],
            figures.count(
                f"light-{colour.value}",
                len(projects),
                "个",
                f"{colour.words}灯项目数",
                projects,
            ),
            "个，",
        ]
    pieces[-1] = "个。"
    return Paragraph(tuple(pieces))
