"""A unit's quarterly report (单位季度报告): its own figures from the close, ready to sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.bulletins.facts import FactBook
from guatu.delivery.bulletins.month_figures import reasons_of
from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Column,
    Figure,
    Level,
    Paper,
    Paragraph,
    Piece,
    Table,
    paragraph,
)
from guatu.delivery.bulletins.standing import per_cent, signed
from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.closing.rates import deviation, investment_rate, schedule_rate, start_rate
from guatu.delivery.closing.rollups import leaves, whole
from guatu.delivery.closing.rounding import TEN_THOUSAND, money, rounded
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """What a unit reports on: the last closed month within a quarter, seen from that quarter.

    ``amounts`` is project → whole 元 done within the quarter, ``problems`` project → the unit's
    own words on what stands in the way, as it reported them last.
    """

    unit: str
    quarter: Period
    month: ClosedMonth
    amounts: Mapping[str, int]
    problems: Mapping[str, str]
    # As papers are signed: 临江市水利局, where lists say 市水利局.
    full_name: str = ""

    @property
    def words(self) -> str:
        """2026年三季度, and how far where the quarter is not over."""
        last = self.month.period.end
        whole_one = last >= self.quarter.end
        return self.quarter.label + ("" if whole_one else f"（截至{last.month}月）")


def unit_report(span: UnitSpan, *, addressee: str, signed_on: date | None = None) -> Paper:
    """The unit's report to the office; every figure is computed from the rows given."""
    return _Writer(span).paper(addressee, signed_on)


class _Writer:
    def __init__(self, span: UnitSpan) -> None:
        self._span = span
        rows = tuple(row for row in span.month.rows if row.unit == span.unit)
        self._month = replace(span.month, rows=rows)
        self._rows = leaves(rows)
        self._book = FactBook(span.quarter.key)

    def paper(self, addressee: str, signed_on: date | None) -> Paper:
        span = self._span
        return Paper(
            title=f"{span.full_name or span.unit}关于{span.words}重大项目建设情况的报告",
            body=(
                *self._overall(),
                *self._projects(),
                *self._reds(),
                *self._problems(),
                *self._next(),
            ),
            signature=span.full_name or span.unit,
            signed_on=signed_on,
            addressee=addressee,
        )

    def _overall(self) -> list[Block]:
        month, span = self._month, self._span
        basis = month.basis
        group = whole(month.rows)
        sums = group.of(basis)
        done, due = investment_rate(group, basis), schedule_rate(group, basis)
        starts = start_rate(group, basis, month.counted_by)
        gap = deviation(done, due.value)
        amount = sum(span.amounts.get(row.project, 0) for row in self._rows)
        end = month.period.end
        text: list[Piece] = [
            f"截至{end.month}月底，我单位负责的年度计划重大项目",
            self._count("projects", sums.projects, "年度计划项目数"),
            "个，年度计划投资",
            self._money("planned", sums.planned, "本年计划投资"),
            "万元，累计完成",
            self._money("reached", sums.reached, "本年累计完成投资"),
            "万元",
        ]
        if done.value is not None:
            text += ["，完成率", self._part("rate", done.value, done.words), "%"]
        if gap is not None:
            side = "快" if gap > 0 else "慢"
            if rounded(gap, 1):
                number = self._book.figure(
                    "all", "gap", abs(gap), str(abs(rounded(gap, 1))), "百分点",
                    "偏差 = 完成率 − 序时进度",
                )  # fmt: skip
                text += [f"，比序时进度{side}", number, "个百分点"]
            else:
                text += ["，与序时进度持平"]
        text += [
            "；其中本季度完成",
            self._money("quarter", amount, "本季度各月完成投资之和"),
            "万元。",
        ]
        if starts.denominator:
            text += [
                f"{starts.definition.denominator}",
                self._count("starts", starts.denominator, starts.words),
                "个，已开工",
                self._count("starts-done", starts.numerator, starts.words),
                "个。",
            ]
        return [paragraph("一、总体情况", level=Level.FIRST), Paragraph(tuple(text))]

    def _projects(self) -> list[Block]:
        head = paragraph("二、项目进展", level=Level.FIRST)
        if not self._rows:
            return [head, paragraph("本季度没有列入调度的项目。")]
        columns = (
            Column("序号", 0.65),
            Column("项目名称", 3.1, Align.LEFT),
            Column("年度计划（万元）", 1.2, Align.RIGHT),
            Column("累计完成（万元）", 1.2, Align.RIGHT),
            Column("本季完成（万元）", 1.2, Align.RIGHT),
            Column("完成率（%）", 0.9, Align.RIGHT),
            Column("偏差（百分点）", 1.35, Align.RIGHT),
            Column("灯", 0.5),
        )
        table = Table(
            columns,
            tuple(self._line(number, row) for number, row in enumerate(self._rows, start=1)),
            "表1　项目进展情况",
        )
        return [head, paragraph("各项目进展情况见表1。"), table]

    def _line(self, number: int, row: ClosedRow) -> tuple[Piece, ...]:
        state = self._month.lights.get(row.project)
        amount = self._span.amounts.get(row.project)
        place = f"project={row.project}"
        return (
            str(number),
            row.name,
            self._project(place, "planned", row.planned, "项目本年计划投资"),
            self._project(place, "reached", row.reached_year, "项目本年累计完成投资"),
            self._project(place, "quarter", amount, "项目本季度各月完成投资之和"),
            per_cent(row.rate),
            signed(row.deviation),
            state.colour.words if state else "—",
        )

    def _reds(self) -> list[Block]:
        head = paragraph("三、红灯项目及原因", level=Level.FIRST)
        lines: list[Block] = []
        for row in self._rows:
            state = self._month.lights.get(row.project)
            if state is not None and state.colour is Colour.RED:
                lines.append(paragraph(f"{len(lines) + 1}. {row.name}：{reasons_of(state)}。"))
        return [head, *(lines or [paragraph("本期没有红灯项目。")])]

    def _problems(self) -> list[Block]:
        head = paragraph("四、存在的问题", level=Level.FIRST)
        lines: list[Block] = []
        for row in self._rows:
            if words := self._span.problems.get(row.project, "").strip():
                lines.append(paragraph(f"{len(lines) + 1}. {row.name}：{words.rstrip('。')}。"))
        return [head, *(lines or [paragraph("本期没有上报需要协调的问题。")])]

    def _next(self) -> list[Block]:
        head = paragraph("五、下季度计划", level=Level.FIRST)
        after = self._span.quarter.next
        first, last = _month(after.start), _month(after.end)
        starting = [
            row.name
            for row in self._rows
            if row.start and first <= row.start <= last and not row.started
        ]
        ending = [
            row.name
            for row in self._rows
            if row.finish and first <= row.finish <= last and not row.finished
        ]
        late = [
            row.name for row in self._rows if row.start and row.start < first and not row.started
        ]
        lines = [
            paragraph(f"{words}：{'、'.join(names)}。")
            for words, names in (
                ("按计划应开工而未开工，下季度开工", late),
                ("计划开工", starting),
                ("计划竣工", ending),
            )
            if names
        ]
        return [
            head,
            *(lines or [paragraph("下季度没有计划开工、竣工的项目，按序时推进在建项目。")]),
        ]

    def _count(self, name: str, number: int, words: str) -> Figure:
        return self._book.figure("all", name, number, number, "个", words)

    def _money(self, name: str, amount: int, words: str) -> Figure:
        printed = f"{money(amount, unit=TEN_THOUSAND, places=0):,}"
        return self._book.figure("all", name, amount, printed, "万元", words)

    def _part(self, name: str, part: Fraction, words: str) -> Figure:
        return self._book.figure("all", name, part, per_cent(part), "%", words)

    def _project(self, place: str, name: str, amount: int | None, words: str) -> Piece:
        if amount is None:
            return "—"
        printed = f"{money(amount, unit=TEN_THOUSAND, places=0):,}"
        return self._book.figure(place, name, amount, printed, "万元", words)


def _month(day: date) -> Month:
    return Month(day.year, day.month)
