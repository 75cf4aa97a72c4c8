"""The figures of a monthly bulletin: each printed in one way, each noted as a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from guatu.delivery.bulletins.closed_month import ClosedMonth, Particulars
from guatu.delivery.bulletins.facts import Fact, FactBook
from guatu.delivery.bulletins.paper import Figure, Piece
from guatu.delivery.bulletins.standing import Line, standing
from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.closing.rates import Rate
from guatu.delivery.closing.rollups import Dimension, Rollup, leaves, whole
from guatu.delivery.closing.rounding import TEN_THOUSAND, money
from guatu.delivery.periods import PeriodKind
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import LightState

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


class MonthFigures:
    """A closed month as its bulletin's sections ask it: rows, standings, and figures to print."""

    def __init__(self, month: ClosedMonth, about: Particulars) -> None:
        self.month = month
        self.about = about
        self.book = FactBook(month.period.key)
        self.leaves = leaves(month.rows)
        colours = {project: state.colour.value for project, state in month.lights.items()}
        self.counties, self.units = (
            standing(month.rows, dimension, colours, basis=month.basis, counted_by=month.counted_by)
            for dimension in (Dimension.COUNTY, Dimension.UNIT)
        )
        self.total = self.counties.total
        self._counted = {row.project for row in self.leaves if row.counts_in(month.basis)}
        self._alone = [(row.project, whole([row])) for row in self.leaves]

    @property
    def facts(self) -> Mapping[str, Fact]:
        """All that was printed so far, by id."""
        return self.book.facts

    @property
    def span(self) -> str:
        """2026年1—10月; one month alone is 2026年1月, other kinds by their label."""
        period = self.month.period
        month = period.end.month
        if period.kind.value != "month" or month == 1:
            return period.label
        return f"{period.year}年1—{month}月"

    @property
    def period_word(self) -> str:
        """本月, or 本期 where the period is none."""
        return "本月" if self.month.period.kind.value == "month" else "本期"

    @property
    def next_word(self) -> str:
        """下月, 下季度; 下期 after longer periods."""
        words = {PeriodKind.MONTH: "下月", PeriodKind.QUARTER: "下季度"}
        return words.get(self.month.period.kind, "下期")

    def of(self, line: Line) -> list[str]:
        """The projects of a line that the printed 口径 counts."""
        return [project for project in line.rollup.projects if project in self._counted]

    def is_red(self, project: str) -> bool:
        """Whether the project's light is red."""
        state = self.month.lights.get(project)
        return state is not None and state.colour is Colour.RED

    def behind(self, rate: Callable[[Rollup], Rate]) -> tuple[list[str], list[str]]:
        """The projects of a rate's numerator and those of its denominator."""
        found = [(project, rate(alone)) for project, alone in self._alone]
        return (
            [project for project, each in found if each.numerator],
            [project for project, each in found if each.denominator],
        )

    def count(
        self, name: str, number: int, unit: str, words: str, projects: Sequence[str] = ()
    ) -> Figure:
        """A count of the whole."""
        return self.book.figure("all", name, number, number, unit, words, projects)

    def money(self, line: Line, name: str) -> Figure:
        """A line's planned, reached or this_period in 亿元."""
        exact = getattr(line.rollup.of(self.month.basis), name)
        definition = f"{_MONEY_WORDS[name]}（{self.month.basis.words}）"
        return self.book.figure(
            line.place, name, exact, getattr(line, name), "亿元", definition, self.of(line)
        )

    def rate(self, line: Line) -> Figure:
        """A line's 投资完成率."""
        return self.book.figure(
            line.place,
            "rate",
            line.rate.value,
            line.rate_words,
            "%",
            line.rate.words,
            self.of(line),
        )

    def project(self, row: ClosedRow, name: str, amount: int | None) -> Piece:
        """A project's own figure in 万元; — where there is none."""
        if amount is None:
            return "—"
        words = f"{money(amount, unit=TEN_THOUSAND, places=0):,}"
        return self.book.figure(
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
