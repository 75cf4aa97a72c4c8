"""One project at the close of a period: what is known of it becomes its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import Schedule, amount_due, progress_due
from guatu.delivery.closing.adjustments import Landed, LaterAdjustment, landed
from guatu.delivery.closing.facts import NO_EXTRAS, ClosedRow, CountyShare, ReportState
from guatu.delivery.closing.nodes import DueNode, OwnNode, nodes_due, tied_nodes
from guatu.delivery.closing.plan import PlanChange, YearPlan, plan_on
from guatu.delivery.closing.stagnation import is_stagnant, unchanged_run
from guatu.delivery.periods import Period

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Reported:
    """What came back for a project in a period; None is a cell left empty, never a nought.

    ``reached_year`` is the cumulative figure of the year (调度数, 元) as it truly is, with what
    was put right after issue already in it.
    """

    reached_year: int | None = None
    reached_total: int | None = None
    started_on: date | None = None
    finished_on: date | None = None
    operating_on: date | None = None
    in_statistics_on: date | None = None
    # 本期无变化, said by one explicit act.
    unchanged: bool = False
    late: bool = False
    # 核减原因, where the cumulative figure falls.
    fall_reason: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """An approved 停缓建 or cancellation, from ``approved_on`` to the day before ``resumed_on``."""

    approved_on: date
    reference: str = ""
    reason: str = ""
    cancelled: bool = False
    resumed_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.approved_on <= day and (self.resumed_on is None or day < self.resumed_on)

    @property
    def words(self) -> str:
        """On whose paper and why, as a reason of the light."""
        day, verb = self.approved_on, "撤销" if self.cancelled else "停缓建"
        reference = f"（{self.reference}）" if self.reference else ""
        why = f"，原因：{self.reason}" if self.reason else ""
        return f"{day.year}年{day.month}月{day.day}日批准{verb}{reference}{why}"


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a project when a period is closed.

    ``previous`` is its row of the last period closed before, if any. ``start`` and ``finish``
    are the project's own planned months; they hold where the annual plan has no line for it.
    """

    project: str
    period: Period
    name: str = ""
    unit: str = ""
    sector: str = ""
    county: str = ""
    shares: tuple[CountyShare, ...] = ()
    parent: str | None = None
    leader: str = ""
    ownership: str = ""
    tags: tuple[str, ...] = ()
    stage: str = ""
    total_investment: int | None = None
    issued: YearPlan | None = None
    changes: Sequence[PlanChange] = ()
    start: Month | None = None
    finish: Month | None = None
    # Nodes as the project library has them today.
    own_nodes: Sequence[OwnNode] = ()
    reported: Reported | None = None
    asked: bool = True
    # 免报原因: an excused project's silence is not 未报.
    excuse: str = ""
    pauses: Sequence[Pause] = ()
    adjustments: Sequence[LaterAdjustment] = ()
    previous: ClosedRow | None = None
    statistics_due: bool = True
    statistics: int | None = None
    finance: int | None = None
    extras: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRAS)


@dataclass(frozen=True, slots=True)
class _Money:
    reached_year: int
    previous: int
    reduction: int
    reached_total: int | None
    carried: bool
    unchanged: bool


def close_row(known: Known) -> ClosedRow:
    """The project's row of the period.

    A project without a report keeps its last known cumulative figure, is marked ``carried``
    and 未报, and adds nothing to the period; it stays in every denominator, so that silence
    lowers no rate's denominator and raises no rate. In the year's first period the last known
    figure of the year is nought.
    """
    period, before = known.period, known.previous
    same_year = before is not None and Period.parse(before.period).year == period.year
    lands = landed(known.adjustments, known.project, period)
    money = _money(known, before, same_year, lands)
    plan = plan_on(known.issued, known.changes, period.end)
    issued_part, issued_due = _due(plan.issued, period.end)
    same = plan.current is plan.issued
    due_part, planned_due = (issued_part, issued_due) if same else _due(plan.current, period.end)
    now = plan.current.schedule if plan.current else None
    report = _report_state(known)
    pause = next((each for each in known.pauses if each.holds_on(period.end)), None)
    silent = before.silent_run if before is not None and same_year else 0
    run = unchanged_run(
        before.unchanged_run if before else 0,
        stage=known.stage,
        reported=known.reported is not None,
        unchanged=money.unchanged,
    )
    return ClosedRow(
        project=known.project,
        period=period.key,
        name=known.name,
        unit=known.unit,
        sector=known.sector,
        county=known.county,
        shares=known.shares,
        parent=known.parent,
        leader=known.leader,
        ownership=known.ownership,
        tags=known.tags,
        stage=known.stage,
        total_investment=known.total_investment,
        issued=plan.issued.investment if plan.issued else None,
        issued_start=plan.issued.schedule.start if plan.issued else None,
        issued_finish=plan.issued.schedule.finish if plan.issued else None,
        issued_part=issued_part,
        issued_due=issued_due,
        planned=plan.current.investment if plan.current else None,
        start=now.start if now else known.start,
        finish=now.finish if now else known.finish,
        due_part=due_part,
        planned_due=planned_due,
        moved_in_on=plan.moved_in_on,
        moved_out_on=plan.moved_out_on,
        moved_words=plan.words,
        reached_year=money.reached_year,
        previous=money.previous,
        this_period=money.reached_year - money.previous,
        adjustment=lands.this_year,
        adjustment_earlier_years=lands.earlier_years,
        reduction=money.reduction,
        reduction_reason=_fall_reason(known) if money.reduction else "",
        reached_total=money.reached_total,
        carried=money.carried,
        silent_run=silent + 1 if money.carried else 0,
        covers=0 if money.carried else silent + 1,
        started_on=_happened(known, "started_on"),
        finished_on=_happened(known, "finished_on"),
        operating_on=_happened(known, "operating_on"),
        in_statistics_on=_happened(known, "in_statistics_on"),
        statistics_due=known.statistics_due,
        report=report,
        excuse=known.excuse if report is ReportState.EXCUSED else "",
        missed_run=_missed_run(report, before),
        unchanged_run=run,
        stagnant=is_stagnant(run, stage=known.stage),
        paused_on=pause.approved_on if pause else None,
        cancelled=pause.cancelled if pause else False,
        pause_words=pause.words if pause else "",
        statistics=known.statistics,
        finance=known.finance,
        nodes=_nodes(known, now),
        extras=known.extras,
    )


def close(all_known: Iterable[Known]) -> list[ClosedRow]:
    """The rows of a period, in the order given."""
    return [close_row(known) for known in all_known]


def _money(known: Known, before: ClosedRow | None, same_year: bool, lands: Landed) -> _Money:
    previous = before.reached_year if before is not None and same_year else 0
    # What stands if nobody says anything new.
    standing = previous + lands.this_year
    report = known.reported
    figure = report.reached_year if report else None
    unchanged = report is not None and report.unchanged and figure in (None, standing)
    reached = standing if figure is None else figure
    total = report.reached_total if report else None
    if total is None and before is not None and before.reached_total is not None:
        total = before.reached_total + (reached - previous) + lands.earlier_years
    return _Money(
        reached_year=reached,
        previous=previous,
        reduction=max(standing - reached, 0),
        reached_total=total,
        carried=figure is None and not unchanged,
        unchanged=unchanged,
    )


def _nodes(known: Known, now: Schedule | None) -> tuple[DueNode, ...]:
    """The nodes due by the period's end, as the plan stands then."""
    year, on = known.period.year, known.period.end
    return nodes_due(
        tied_nodes(year, now.nodes if now else (), known.own_nodes),
        on,
        started_on=_happened(known, "started_on"),
        finished_on=_happened(known, "finished_on"),
    )


def _due(plan: YearPlan | None, on: date) -> tuple[Fraction, int]:
    """序时进度 on a day and the amount it asks for; nought without a plan."""
    if plan is None:
        return _NOTHING, 0
    part = progress_due(plan.schedule, on)
    return part, amount_due(plan.investment, part)


def _fall_reason(known: Known) -> str:
    return known.reported.fall_reason.strip() if known.reported else ""


def _report_state(known: Known) -> ReportState:
    if known.reported is not None:
        return ReportState.LATE if known.reported.late else ReportState.ON_TIME
    if not known.asked:
        return ReportState.NOT_ASKED
    return ReportState.EXCUSED if known.excuse.strip() else ReportState.MISSING


def _missed_run(report: ReportState, before: ClosedRow | None) -> int:
    """Periods running that are 未报; one that was not asked for or excused changes nothing."""
    run = before.missed_run if before else 0
    if report is ReportState.MISSING:
        return run + 1
    return run if report in (ReportState.EXCUSED, ReportState.NOT_ASKED) else 0


def _happened(known: Known, event: str) -> date | None:
    """The day of an event: as reported now, else as known before; never after the period's end.

    An empty cell takes nothing back.
    """
    said: date | None = getattr(known.reported, event) if known.reported else None
    if said is not None and said <= known.period.end:
        return said
    return getattr(known.previous, event) if known.previous else None
