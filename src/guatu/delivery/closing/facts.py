"""The closed row (one project in one period), and the facts that a rule may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from guatu.delivery.annual.months import Month
from guatu.delivery.closing.nodes import DueNode
from guatu.delivery.periods import Period

NO_EXTRAS: Final[Mapping[str, Any]] = MappingProxyType({})

# Stages (阶段) whose name says that the work has begun, ended, or is in use.
BUILDING: Final = "building"
_STARTED: Final = frozenset({"starting", BUILDING, "completed", "operating"})
_FINISHED: Final = frozenset({"completed", "operating"})


class ReportState(StrEnum):
    """How the period's report stands (报送情况)."""

    ON_TIME = "on-time"
    LATE = "late"
    MISSING = "missing"
    # 免报: excused with a reason and a person.
    EXCUSED = "excused"
    # Nothing was asked of it: finished, taken out, a package whose parts report.
    NOT_ASKED = "not-asked"

    @property
    def words(self) -> str:
        """按时, 逾期, 未报, 免报, 不需填报."""
        return _REPORT_WORDS[self]


_REPORT_WORDS: Final = {
    ReportState.ON_TIME: "按时",
    ReportState.LATE: "逾期",
    ReportState.MISSING: "未报",
    ReportState.EXCUSED: "免报",
    ReportState.NOT_ASKED: "不需填报",
}


class Basis(StrEnum):
    """Which projects and amounts a sum or a rate takes (口径)."""

    # 下达口径: as issued; pausing, 调出 and 调入 change nothing.
    ORIGINAL = "original"
    # 调整后口径: what is in the plan at the period's end, without what is paused or cancelled.
    ADJUSTED = "adjusted"
    # 全部填报口径: every project with its money, in the plan or not, paused or not.
    REPORTED = "reported"

    @property
    def words(self) -> str:
        """下达口径, 调整后口径, 全部填报口径."""
        return {"original": "下达口径", "adjusted": "调整后口径"}.get(self, "全部填报口径")


@dataclass(frozen=True, slots=True)
class CountyShare:
    """The part of a project in one county (分县投资): ``weight`` is its investment there in 元."""

    county: str
    weight: int


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A project in a closed period: everything of it that a bulletin, a light or a total may say.

    Amounts are whole 元. ``issued`` and ``planned`` are the year's investment as issued (下达数)
    and as it stands at the period's end (调整后); None where the project is not in that plan.
    """

    project: str
    period: str
    name: str = ""
    unit: str = ""
    sector: str = ""
    county: str = ""
    # Empty: all of it lies in ``county``.
    shares: tuple[CountyShare, ...] = ()
    # The package (打捆项目) it is a part of; a package with rows for its parts is summed by them.
    parent: str | None = None
    leader: str = ""
    ownership: str = ""
    tags: tuple[str, ...] = ()
    stage: str = ""
    total_investment: int | None = None

    # ---- the year's plan: as issued, and as it stands
    issued: int | None = None
    issued_start: Month | None = None
    issued_finish: Month | None = None
    # 序时进度 by the plan as issued, and the amount it asks for.
    issued_part: Fraction = Fraction(0)
    issued_due: int = 0
    planned: int | None = None
    start: Month | None = None
    finish: Month | None = None
    due_part: Fraction = Fraction(0)
    planned_due: int = 0
    moved_in_on: date | None = None
    moved_out_on: date | None = None
    moved_words: str = ""

    # ---- money: reached_year − previous = this_period, always
    reached_year: int = 0
    # 上期累计 of the same year; nought in its first period.
    previous: int = 0
    this_period: int = 0
    # ± put right after issue, landing here; a part of this_period.
    adjustment: int = 0
    # The same for periods of earlier years: only in reached_total.
    adjustment_earlier_years: int = 0
    # 核减: by how much the cumulative figure fell, adjustments apart; never below nought.
    reduction: int = 0
    reduction_reason: str = ""
    reached_total: int | None = None
    # The figure is the last known one: nothing new was reported.
    carried: bool = False
    # Periods without a figure up to and with this one; how many one figure now speaks for.
    silent_run: int = 0
    covers: int = 0

    # ---- what happened, by the period's end
    started_on: date | None = None
    finished_on: date | None = None
    operating_on: date | None = None
    in_statistics_on: date | None = None
    # Below the threshold of the statistics (不需入统) it never has to enter.
    statistics_due: bool = True

    # ---- how it was reported
    report: ReportState = ReportState.NOT_ASKED
    excuse: str = ""
    missed_run: int = 0
    unchanged_run: int = 0
    stagnant: bool = False

    # ---- paused (停缓建) or cancelled by the period's end
    paused_on: date | None = None
    cancelled: bool = False
    pause_words: str = ""

    # ---- the same thing seen by others; never merged with what was reported
    statistics: int | None = None
    finance: int | None = None
    # Nodes that were due by the period's end, with the day each was reached.
    nodes: tuple[DueNode, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRAS)

    @property
    def started(self) -> bool:
        """已开工: by its date, or because its stage says so (续建 without a date)."""
        return self.started_on is not None or self.stage in _STARTED

    @property
    def finished(self) -> bool:
        """已竣工."""
        return self.finished_on is not None or self.stage in _FINISHED

    @property
    def operating(self) -> bool:
        """已投产."""
        return self.operating_on is not None or self.stage == "operating"

    @property
    def in_statistics(self) -> bool:
        """已入统."""
        return self.in_statistics_on is not None

    @property
    def rate(self) -> Fraction | None:
        """投资完成率 = 本年累计完成/本年计划 (adjusted); None without a plan's investment."""
        return Fraction(self.reached_year, self.planned) if self.planned else None

    @property
    def deviation(self) -> Fraction | None:
        """偏差 = 完成率 − 序时进度 in 百分点; below nought it is behind."""
        return None if self.rate is None else (self.rate - self.due_part) * 100

    @property
    def work(self) -> int:
        """本期实际完成: this period without what was put right of earlier ones."""
        return self.this_period - self.adjustment

    @property
    def unexplained_fall(self) -> bool:
        """A 核减 that nobody gave a reason for."""
        return self.reduction > 0 and not self.reduction_reason

    def counts_in(self, basis: Basis) -> bool:
        """Whether the project is one of this basis's projects (口径内)."""
        match basis:
            case Basis.ORIGINAL:
                return self.issued is not None
            case Basis.ADJUSTED:
                return self.planned is not None and self.paused_on is None
            case Basis.REPORTED:
                return True


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """All that a warning rule may know of a project in a period."""

    project: str
    name: str
    period: Period
    stage: str
    planned: int | None
    reached_year: int
    due_part: Fraction
    planned_due: int
    # 投资完成率, and by how many 百分点 it lies behind 序时进度 (below nought it is ahead); None
    # without a plan's investment.
    rate: Fraction | None
    behind: Fraction | None
    start: Month | None
    finish: Month | None
    started: bool
    started_on: date | None
    finished: bool
    finished_on: date | None
    in_statistics: bool
    statistics_due: bool
    unchanged_run: int
    report: ReportState
    excuse: str
    missed_run: int
    paused_on: date | None
    cancelled: bool
    pause_words: str
    moved_out_on: date | None
    moved_words: str
    nodes: tuple[DueNode, ...]

    @property
    def shortfall(self) -> int:
        """所欠投资: what 序时进度 asks for and is not done, in 元; never below nought."""
        return max(self.planned_due - self.reached_year, 0)


def facts_of(row: ClosedRow) -> ProjectFacts:
    """The facts of a closed row; ``NoSuchPeriod`` if its period's key is none."""
    rate = row.rate
    return ProjectFacts(
        project=row.project,
        name=row.name,
        period=Period.parse(row.period),
        stage=row.stage,
        planned=row.planned,
        reached_year=row.reached_year,
        due_part=row.due_part,
        planned_due=row.planned_due,
        rate=rate,
        behind=None if rate is None else (row.due_part - rate) * 100,
        start=row.start,
        finish=row.finish,
        started=row.started,
        started_on=row.started_on,
        finished=row.finished,
        finished_on=row.finished_on,
        in_statistics=row.in_statistics,
        statistics_due=row.statistics_due,
        unchanged_run=row.unchanged_run,
        report=row.report,
        excuse=row.excuse,
        missed_run=row.missed_run,
        paused_on=row.paused_on,
        cancelled=row.cancelled,
        pause_words=row.pause_words,
        moved_out_on=row.moved_out_on,
        moved_words=row.moved_words,
        nodes=row.nodes,
    )
