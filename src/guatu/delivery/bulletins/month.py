"""The monthly bulletin (月通报): its sentences and tables, made from a closed period alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.facts import Fact, FactBook
from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Column,
    Figure,
    Level,
    Paper,
    Paragraph,
    Picture,
    Piece,
    Table,
    paragraph,
)
from guatu.delivery.bulletins.standing import Line, Standing, per_cent, signed, standing
from guatu.delivery.closing.facts import Basis, ClosedRow
from guatu.delivery.closing.rates import (
    CountedBy,
    Rate,
    finish_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.rollups import Dimension, Rollup, leaves, whole
from guatu.delivery.closing.rounding import TEN_THOUSAND, money, rounded
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import LightState

_BEST: Final = 3
# Longer lists go to an annex, so that the text stays a text.
_IN_TEXT: Final = 8


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed period as a bulletin knows it: its rows, its lights, and which 口径 is printed.

    ``factor`` is T of 时间进度 (1 for T = 100 %).
    """

    period: Period
    rows: tuple[ClosedRow, ...]
    lights: Mapping[str, LightState]
    basis: Basis = Basis.ADJUSTED
    counted_by: CountedBy = CountedBy.ANNUAL
    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What of the paper is no figure: who issues it to whom, and what the area is called."""

    signature: str
    area: str = "全市"
    counties: str = "县（市、区）"
    red_head: str = ""
    number: str = ""
    addressee: str = ""
    signed_on: date | None = None
    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The paper, its facts by id, and what was printed of each county for the chart."""

    paper: Paper
    facts: Mapping[str, Fact]
    counties: Standing


def month_bulletin(
    month: ClosedMonth, particulars: Particulars, *, chart: Picture | None = None
) -> Bulletin:
    """The draft of a period's bulletin; the clerk finishes it in Word or WPS.

    Every figure in it is computed from the rows and lights given and stands as a ``Figure``.
    """
    return _Writer(month, particulars).bulletin(chart)


@dataclass(slots=True)
class _Annexes:
    """Lists too long for the text."""

    found: list[tuple[str, tuple[Block, ...]]] = field(default_factory=list)

    def add(self, title: str, table: Table) -> str:
        self.found.append((title, (table,)))
        return f"附件{len(self.found)}"


class _Writer:
    def __init__(self, month: ClosedMonth, particulars: Particulars) -> None:
        self._month = month
        self._particulars = particulars
        self._book = FactBook(month.period.key)
        self._annexes = _Annexes()
        self._leaves = leaves(month.rows)
        colours = {project: state.colour.value for project, state in month.lights.items()}
        self._counties, self._units = (
            standing(month.rows, dimension, colours, basis=month.basis, counted_by=month.counted_by)
            for dimension in (Dimension.COUNTY, Dimension.UNIT)
        )
        self._total = self._counties.total
        self._counted = {row.project for row in self._leaves if row.counts_in(month.basis)}
        self._alone = [(row.project, whole([row])) for row in self._leaves]

    def bulletin(self, chart: Picture | None) -> Bulletin:
        area, period = self._particulars.area, self._span()
        body = [
            *self._overall(),
            *self._by_group(
                "二", self._counties, f"各{self._particulars.counties}", self._particulars.counties
            ),
            *([chart] if chart else []),
            *self._by_group("三", self._units, "各责任单位", "责任单位"),
            *self._reds(),
            *self._next_starts(),
            *self._remarks(),
        ]
        annexes = tuple(
            (f"附件{number if len(self._annexes.found) > 1 else ''} {title}", blocks)
            for number, (title, blocks) in enumerate(self._annexes.found, start=1)
        )
        about = self._particulars
        paper = Paper(
            title=f"关于{period}{area}重大项目建设进展情况的通报",
            body=tuple(body),
            signature=about.signature,
            signed_on=about.signed_on,
            red_head=about.red_head,
            number=about.number,
            addressee=about.addressee,
            attachments=tuple(title for title, _blocks in self._annexes.found),
            annexes=annexes,
            copies_to=about.copies_to,
            printed_by=about.printed_by,
            printed_on=about.printed_on,
        )
        return Bulletin(paper, self._book.facts, self._counties)

    # ------------------------------------------------------------------------ 一、总体情况

    def _overall(self) -> list[Block]:
        total, area, period = self._total, self._particulars.area, self._span()
        sums = total.rollup.of(self._month.basis)
        lines: list[Block] = [
            paragraph("一、总体情况", level=Level.FIRST),
            paragraph(
                f"{period}，{area}列入年度计划的",
                self._count(
                    "projects",
                    sums.projects,
                    "个",
                    "年度计划项目数",
                    [row.project for row in self._leaves if row.counts_in(self._month.basis)],
                ),
                "个重大项目（按子项计）完成投资",
                self._money(total, "reached"),
                "亿元，占年度计划投资",
                self._money(total, "planned"),
                "亿元的",
                self._rate(total),
                "%，",
                *self._pace(total),
                f"。其中，{self._period_word()}完成投资",
                self._money(total, "this_period"),
                "亿元。",
            ),
            self._starts(),
        ]
        return [*lines, self._lights()]

    def _pace(self, line: Line) -> list[Piece]:
        """比序时进度快（慢）几个百分点, and where T counts, 时间进度 beside it."""
        gap = line.deviation
        if gap is None:
            return ["没有可比的序时进度"]
        words = str(abs(rounded(gap, 1)))
        schedule = self._book.figure(
            line.place,
            "schedule",
            line.schedule.value,
            per_cent(line.schedule.value),
            "%",
            line.schedule.words,
            self._of(line),
        )
        pieces: list[Piece] = ["比序时进度（", schedule, "%）"]
        if not rounded(gap, 1):
            pieces = ["与序时进度（", schedule, "%）持平"]
        else:
            number = self._book.figure(
                line.place,
                "gap",
                abs(gap),
                words,
                "百分点",
                "偏差 = 完成率 − 序时进度",
                self._of(line),
            )
            pieces += ["快" if gap > 0 else "慢", number, "个百分点"]
        if self._month.factor != 1:
            due = time_share(self._month.period, factor=self._month.factor)
            t = per_cent(self._month.factor)
            pieces += [
                f"，时间进度要求（T={t}%）为",
                self._book.figure(
                    "all", "time", due, per_cent(due), "%", f"时间进度 = {t}% × 已过月数 ÷ 12"
                ),
                "%",
            ]
        return pieces

    def _starts(self) -> Paragraph:
        basis, total = self._month.basis, self._total
        sums = total.rollup.of(basis)
        by = self._month.counted_by
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
            those_done, those = self._behind(of_group)
            done = self._count(f"{name}-done", rate.numerator, "个", words, those_done)
            of = self._count(f"{name}-of", rate.denominator, "个", words, those)
            part = self._book.figure(
                "all", f"{name}-rate", rate.value, per_cent(rate.value), "%", words, those
            )
            pieces += [f"{_COUNTED[by].format(verb=verb)}项目", of, f"个，其中已{verb}", done]
            pieces += [f"个，{verb}率", part, "%；"]
        entered = statistics_rate(total.rollup, basis)
        if entered.denominator:
            words = entered.words
            those_done, those = self._behind(lambda group: statistics_rate(group, basis))
            pieces += [
                "已开工且应入统项目",
                self._count("statistics-of", entered.denominator, "个", words, those),
                "个，已入统",
                self._count("statistics-done", entered.numerator, "个", words, those_done),
                "个，入统率",
                self._book.figure(
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
            stalled = [row.project for row in self._leaves if row.stagnant]
            pieces += [
                "连续两期无变化的在建项目",
                self._count("stagnant", sums.stagnant, "个", "停滞：在建且连续两期无变化", stalled),
                "个；",
            ]
        pieces[-1] = str(pieces[-1]).rstrip("；") + "。"
        return Paragraph(tuple(pieces))

    def _behind(self, rate: Callable[[Rollup], Rate]) -> tuple[list[str], list[str]]:
        """The projects of a rate's numerator and those of its denominator."""
        found = [(project, rate(alone)) for project, alone in self._alone]
        return (
            [project for project, each in found if each.numerator],
            [project for project, each in found if each.denominator],
        )

    def _lights(self) -> Paragraph:
        pieces: list[Piece] = [f"从{self._period_word()}预警看，"]
        for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.PAUSED):
            projects = [
                row.project
                for row in self._leaves
                if (state := self._month.lights.get(row.project)) and state.colour is colour
            ]
            if not projects and colour in (Colour.GREY, Colour.PAUSED):
                continue
            pieces += [
                _LIGHT_WORDS[colour],
                self._count(
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

    # ----------------------------------------------------------------- 二、三、 by county, by unit

    def _by_group(self, number: str, table: Standing, title: str, head: str) -> list[Block]:
        if not table.lines:
            return []
        ranked = table.ranked
        text: list[Piece] = []
        if len(ranked) > 2 * _BEST:
            best = [line for line in ranked if (line.rank or 0) <= _BEST]
            last = ranked[-_BEST:]
            # Those alike with the third from last are last as well.
            last = [line for line in ranked if (line.rank or 0) >= (last[0].rank or 0)]
            text = [f"投资完成率居前的{_is_are(best)}", *self._named(best)]
            text += [f"；居后的{_is_are(last)}", *self._named(last), "。"]
        behind = [line for line in ranked if line.deviation is not None and line.deviation < 0]
        count = self._book.figure(
            table.dimension.value,
            "behind",
            len(behind),
            len(behind),
            "个",
            f"投资完成率低于序时进度的{head}数",
            dict.fromkeys(project for line in behind for project in self._of(line)),
        )
        text += ["完成率低于序时进度的", head, "有", count, "个。"]
        columns = (
            Column("位次", 1.05),
            Column(head, 3.3, Align.LEFT),
            Column("年度计划（亿元）", 1.75, Align.RIGHT),
            Column("累计完成（亿元）", 1.75, Align.RIGHT),
            Column(f"{self._period_word()}完成（亿元）", 1.75, Align.RIGHT),
            Column("完成率（%）", 1.35, Align.RIGHT),
            Column("偏差（百分点）", 2.1, Align.RIGHT),
            Column("开工率（%）", 1.35, Align.RIGHT),
            Column("红灯（个）", 1.45, Align.RIGHT),
        )
        total = self._row("—", table.total)
        rows = [total] + [
            self._row("—" if line.rank is None else str(line.rank), line) for line in table.lines
        ]
        caption = f"表{1 if table is self._counties else 2}　{title}投资完成情况"
        notes = [table.note] if table.note else []
        shared = sum(line.rollup.shared for line in table.lines)
        if shared and table.dimension is Dimension.COUNTY:
            notes.append("跨县项目的投资按分县投资拆分，个数在所经各县分别计算。")
        return [
            paragraph(f"{number}、{title}进展情况", level=Level.FIRST),
            Paragraph(tuple(text)),
            Table(columns, tuple(rows), caption, "".join(notes), 1),
        ]

    def _named(self, lines: Sequence[Line]) -> list[Piece]:
        pieces: list[Piece] = []
        for line in lines:
            pieces += [line.name, "（", self._rate(line), "%）", "、"]
        return pieces[:-1]

    def _row(self, place: str, line: Line) -> tuple[Piece, ...]:
        gap = self._book.figure(
            line.place,
            "deviation",
            line.deviation,
            signed(line.deviation),
            "百分点",
            "偏差 = 完成率 − 序时进度",
            self._of(line),
        )
        starts = self._book.figure(
            line.place,
            "starts",
            line.starts.value,
            line.starts_words,
            "%",
            line.starts.words,
            self._of(line),
        )
        reds = self._book.figure(
            line.place,
            "reds",
            line.light("red"),
            line.light("red"),
            "个",
            "红灯项目数",
            [project for project in line.rollup.projects if self._is_red(project)],
        )
        cells: list[Piece] = [place, line.name]
        cells += [self._money(line, name) for name in ("planned", "reached", "this_period")]
        return (*cells, self._rate(line), gap, starts, reds)

    # ------------------------------------------------------------------------ 四、红灯 五、下月

    def _reds(self) -> list[Block]:
        rows = [row for row in self._leaves if self._colour(row) is Colour.RED]
        head = paragraph("四、红灯项目及原因", level=Level.FIRST)
        if not rows:
            return [head, paragraph(f"{self._period_word()}没有红灯项目。")]
        columns = (
            Column("序号", 0.65),
            Column("项目名称", 2.5, Align.LEFT),
            Column("责任单位", 1.5, Align.LEFT),
            Column("年度计划（万元）", 1.2, Align.RIGHT),
            Column("累计完成（万元）", 1.2, Align.RIGHT),
            Column("亮灯原因", 3.1, Align.LEFT),
        )
        table = Table(
            columns,
            tuple(
                (
                    str(number),
                    row.name,
                    row.unit or "—",
                    self._project(row, "planned", row.planned),
                    self._project(row, "reached", row.reached_year),
                    reasons_of(self._month.lights[row.project]),
                )
                for number, row in enumerate(rows, start=1)
            ),
        )
        fresh = [row for row in rows if self._month.lights[row.project].changed]
        text: list[Piece] = [
            "红灯项目",
            self._count("light-red", len(rows), "个", "红灯项目数", [row.project for row in rows]),
            "个，其中",
            f"{self._period_word()}新增",
            self._count(
                "new-red",
                len(fresh),
                "个",
                "上期不是红灯的红灯项目数",
                [row.project for row in fresh],
            ),
            "个",
        ]
        if len(rows) > _IN_TEXT:
            annex = self._annexes.add("红灯项目清单", table)
            return [head, Paragraph((*text, f"，详见{annex}。"))]
        return [head, Paragraph((*text, "。")), table]

    def _next_starts(self) -> list[Block]:
        after = self._month.period.end + timedelta(days=1)
        coming = Month(after.year, after.month)
        rows = [row for row in self._leaves if row.start == coming and not row.started]
        rows = [row for row in rows if row.counts_in(self._month.basis)]
        head = paragraph("五、下月计划开工项目", level=Level.FIRST)
        if not rows:
            return [head, paragraph("下月没有计划开工的项目。")]
        columns = (
            Column("序号", 0.6),
            Column("项目名称", 3.4, Align.LEFT),
            Column("责任单位", 2.0, Align.LEFT),
            Column(self._particulars.counties, 1.3, Align.LEFT),
            Column("总投资（万元）", 1.2, Align.RIGHT),
        )
        table = Table(
            columns,
            tuple(
                (
                    str(number),
                    row.name,
                    row.unit or "—",
                    row.county or "—",
                    self._project(row, "total", row.total_investment),
                )
                for number, row in enumerate(rows, start=1)
            ),
        )
        count = self._count(
            "next-starts",
            len(rows),
            "个",
            "下月计划开工且未开工的项目数",
            [r.project for r in rows],
        )
        if len(rows) > _IN_TEXT:
            annex = self._annexes.add("下月计划开工项目清单", table)
            return [head, paragraph("下月计划开工项目", count, f"个，详见{annex}。")]
        return [head, paragraph("下月计划开工项目", count, "个。"), table]

    # ------------------------------------------------------------------------------ 六、说明

    def _remarks(self) -> list[Block]:
        """Which 口径, who has not reported, what was adjusted, what is paused."""
        total, basis = self._total, self._month.basis
        sums = total.rollup.of(basis)
        lines: list[list[Piece]] = [
            [
                f"本通报采用{basis.words}：{total.rate.definition.words}；"
                f"{total.starts.definition.words}；{total.schedule.definition.words}。"
            ]
        ]
        missing = [row for row in self._leaves if row.carried and row.counts_in(basis)]
        if sums.missing:
            lines.append(
                [
                    "未报项目",
                    self._count(
                        "missing",
                        sums.missing,
                        "个",
                        "应报未报、沿用上次数字的项目数",
                        [row.project for row in missing],
                    ),
                    "个，其累计数沿用上次所报，涉及",
                    self._book.figure(
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
                    f"{self._period_word()}数含对以前各期的调整",
                    "增加" if sums.adjustment > 0 else "减少",
                    self._book.figure(
                        "all",
                        "adjustment",
                        abs(sums.adjustment),
                        words,
                        "亿元",
                        "对已通报各期的±调整",
                        [row.project for row in self._leaves if row.adjustment],
                    ),
                    "亿元。",
                ]
            )
        if total.rollup.paused:
            original = total.rollup.of(Basis.ORIGINAL)
            lines.append(
                [
                    "经批准停缓建",
                    self._count(
                        "paused",
                        total.rollup.paused,
                        "个",
                        "期末前批准停缓建的项目数",
                        [row.project for row in self._leaves if row.paused_on],
                    ),
                    "个，自批准之日起退出进度统计；按下达口径，年度计划",
                    self._book.figure(
                        "all",
                        "planned-original",
                        original.planned,
                        money(original.planned),
                        "亿元",
                        "年度计划投资（下达口径）",
                        total.rollup.projects,
                    ),
                    "亿元、累计完成",
                    self._book.figure(
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

    # ---------------------------------------------------------------------------- small words

    def _span(self) -> str:
        """2026年1—10月; one month alone is 2026年1月, other kinds by their label."""
        period = self._month.period
        month = period.end.month
        if period.kind.value != "month" or month == 1:
            return period.label
        return f"{period.year}年1—{month}月"

    def _period_word(self) -> str:
        return "本月" if self._month.period.kind.value == "month" else "本期"

    def _of(self, line: Line) -> list[str]:
        """The projects of a line that the printed 口径 counts."""
        return [project for project in line.rollup.projects if project in self._counted]

    def _is_red(self, project: str) -> bool:
        state = self._month.lights.get(project)
        return state is not None and state.colour is Colour.RED

    def _colour(self, row: ClosedRow) -> Colour | None:
        state = self._month.lights.get(row.project)
        return state.colour if state else None

    def _count(
        self, name: str, number: int, unit: str, words: str, projects: Sequence[str] = ()
    ) -> Figure:
        return self._book.figure("all", name, number, number, unit, words, projects)

    def _money(self, line: Line, name: str) -> Figure:
        exact = getattr(line.rollup.of(self._month.basis), name)
        definition = f"{_MONEY_WORDS[name]}（{self._month.basis.words}）"
        return self._book.figure(
            line.place,
            name,
            exact,
            getattr(line, name),
            "亿元",
            definition,
            self._of(line),
        )

    def _rate(self, line: Line) -> Figure:
        return self._book.figure(
            line.place,
            "rate",
            line.rate.value,
            line.rate_words,
            "%",
            line.rate.words,
            self._of(line),
        )

    def _project(self, row: ClosedRow, name: str, amount: int | None) -> Piece:
        if amount is None:
            return "—"
        words = f"{money(amount, unit=TEN_THOUSAND, places=0):,}"
        return self._book.figure(
            f"project={row.project}",
            name,
            amount,
            words,
            "万元",
            _PROJECT_WORDS[name],
            (row.project,),
        )


def reasons_of(state: LightState) -> str:
    """The reasons of a light in one sentence without its full stop: for a cell of a table."""
    return "；".join(reason.words.rstrip("。") for reason in state.reasons)


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
_MONEY_WORDS: Final = {
    "planned": "本年计划投资",
    "reached": "本年累计完成投资",
    "this_period": "本期完成投资 = 累计 − 上期累计",
}
_PROJECT_WORDS: Final = {
    "planned": "项目本年计划投资",
    "reached": "项目本年累计完成投资",
    "total": "项目总投资",
}


def _is_are(lines: Sequence[Line]) -> str:
    return "依次是" if len(lines) > 1 else "是"
