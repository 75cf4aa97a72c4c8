"""Rates (完成率, 开工率, 竣工率, 投产率, 入统率): each says what it divides by what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guatu.delivery.annual.schedule import share_by_days, share_by_months
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rollups import Rollup, Sums
from guatu.delivery.periods import Period, PeriodKind

_ALL: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a rate divides by what, in the words that stand beside it."""

    code: str
    name: str
    numerator: str
    denominator: str

    @property
    def words(self) -> str:
        return f"{self.name} = {self.numerator} ÷ {self.denominator}"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what made it; ``value`` is None where there is nothing to divide by."""

    numerator: int
    denominator: int
    definition: Definition
    basis: Basis

    @property
    def value(self) -> Fraction | None:
        """The part, 1 for all of it."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def words(self) -> str:
        """Which definition it is and whose projects it counts."""
        return f"{self.definition.words}（{self.basis.words}）"


class CountedBy(StrEnum):
    """The three denominators that published bulletins use, never mixed (口径)."""

    # 年度计划数: those planned for this year.
    ANNUAL = "annual"
    # 应完成数: those planned for by the period's end.
    DUE = "due"
    # 全部项目数.
    ALL = "all"


_DENOMINATORS: Final = {
    CountedBy.ANNUAL: "本年计划{verb}项目数",
    CountedBy.DUE: "截至期末应{verb}项目数",
    CountedBy.ALL: "全部项目数",
}


def _definition(code: str, name: str, verb: str, done: str, by: CountedBy) -> Definition:
    denominator = _DENOMINATORS[by].format(verb=verb)
    return Definition(f"{code}-{by.value}", name, f"其中截至期末{done}项目数", denominator)


INVESTMENT: Final = Definition("investment", "投资完成率", "本年累计完成投资", "本年计划投资")
SCHEDULE: Final = Definition(
    "schedule", "序时进度", "各项目按节点或者计划起止月应完成投资之和", "本年计划投资"
)
STATISTICS: Final = Definition(
    "statistics-started", "入统率", "其中已入统项目数", "已开工且应入统项目数"
)
STATISTICS_ALL: Final = Definition(
    "statistics-all", "入统率", "其中已开工并入统项目数", "全部应入统项目数"
)


def investment_rate(group: Rollup, basis: Basis) -> Rate:
    """投资完成率 = 本年累计完成/本年计划, both of the same projects."""
    sums = group.of(basis)
    return Rate(sums.reached, sums.planned, INVESTMENT, basis)


def schedule_rate(group: Rollup, basis: Basis) -> Rate:
    """序时进度 of projects together: what their own schedules ask for of their investment."""
    sums = group.of(basis)
    return Rate(sums.due, sums.planned, SCHEDULE, basis)


def start_rate(group: Rollup, basis: Basis, by: CountedBy) -> Rate:
    """开工率 with the denominator asked for.

    The numerator are those of the denominator that have started: one that starts before its time
    is counted of the year's, not of those due, so that no rate is above 1.
    """
    sums = group.of(basis)
    return Rate(*_starts(sums, by), _definition("start", "开工率", "开工", "已开工", by), basis)


def finish_rate(group: Rollup, basis: Basis, by: CountedBy) -> Rate:
    """竣工率 with the denominator asked for."""
    sums = group.of(basis)
    pairs = {
        CountedBy.ANNUAL: (sums.finished_annual, sums.finishes_annual),
        CountedBy.DUE: (sums.finished_due, sums.finishes_due),
        CountedBy.ALL: (sums.finished, sums.projects),
    }
    return Rate(*pairs[by], _definition("finish", "竣工率", "竣工", "已竣工", by), basis)


def operating_rate(group: Rollup, basis: Basis, by: CountedBy) -> Rate:
    """投产率: those in use, of those planned to be finished (plans name no month of use)."""
    sums = group.of(basis)
    pairs = {
        CountedBy.ANNUAL: (sums.operating_annual, sums.finishes_annual),
        CountedBy.DUE: (sums.operating_due, sums.finishes_due),
        CountedBy.ALL: (sums.operating, sums.projects),
    }
    return Rate(*pairs[by], _definition("operating", "投产率", "竣工", "已投产", by), basis)


def statistics_rate(group: Rollup, basis: Basis, *, of_all: bool = False) -> Rate:
    """入统率: of those started that must enter the statistics, or ``of_all`` that ever must."""
    sums = group.of(basis)
    if of_all:
        return Rate(sums.entered, sums.must_enter_all, STATISTICS_ALL, basis)
    return Rate(sums.entered, sums.must_enter, STATISTICS, basis)


def time_share(period: Period, *, factor: Fraction = _ALL) -> Fraction:
    """时间进度 of totals of units and regions: T × m/12, of a 旬 T × elapsed days/days of the year.

    ``factor`` is T: some places ask for 120 %. For totals only; a project has its own 序时进度.
    """
    share = share_by_days if period.kind is PeriodKind.TEN_DAY else share_by_months
    return share(period.year, period.end, factor=factor)


def deviation(rate: Rate, due: Fraction | None) -> Fraction | None:
    """偏差 = 完成率 − 进度 in 百分点; below nought it is behind."""
    return None if rate.value is None or due is None else (rate.value - due) * 100


def _starts(sums: Sums, by: CountedBy) -> tuple[int, int]:
    match by:
        case CountedBy.ANNUAL:
            return sums.started_annual, sums.starts_annual
        case CountedBy.DUE:
            return sums.started_due, sums.starts_due
        case CountedBy.ALL:
            return sums.started, sums.projects
