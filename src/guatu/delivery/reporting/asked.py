"""What a period asks (要报什么): only what the system does not know, and how much that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from guatu.delivery.periods import Period, PeriodKind
from guatu.delivery.reporting.fields import LASTING, Value, Values

Phase = Literal["before", "early", "building", "done", "out"]

# Told with every row where there is need; nobody has to fill them.
_ALWAYS: Final = ("unchanged", "reason")
_MUST: Final = frozenset({"reached_year"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What the system knows of a project before the period's sheet is made.

    ``phase`` is the library's stage in five: 谋划储备 before, 前期和新开工 early, 在建 building,
    竣工投运 done, 停缓建和出库 out. ``known`` are the lasting values reported so far.
    """

    phase: Phase
    in_plan: bool
    leader_linked: bool
    known: Values
    planned_start: date | None = None

    def day(self, key: str) -> date | None:
        """A day reported earlier."""
        value = self.known.get(key)
        return value if isinstance(value, date) else None

    @property
    def started(self) -> bool:
        return self.day("started_on") is not None or self.phase == "building"

    @property
    def stopped(self) -> bool:
        """Stands still: a stop was reported and no going on since."""
        stop, resumed = self.day("stopped_on"), self.day("resumed_on")
        return stop is not None and (resumed is None or resumed < stop)


def asked(standing: Standing, period: Period) -> tuple[str, ...]:
    """The fields that the period asks of a project; none for one that is not asked at all.

    Asked are projects of the year's annual plan and those under construction, until they were
    finished in an earlier year; never those paused or out of the library. A date that was
    reported is not asked again. A ten-day period (旬) asks starts, stops and problems, and all of
    it only where a leader is linked to the project (市领导联系项目).
    """
    finished = standing.day("finished_on")
    if standing.phase == "out" or (finished and finished.year < period.year):
        return ()
    if not (standing.in_plan or standing.phase == "building"):
        return ()
    if finished or standing.phase == "done":
        statistics = () if standing.day("in_statistics") else ("in_statistics",)
        money = ("reached_year",) if standing.in_plan else ()
        ten_day = period.kind is PeriodKind.TEN_DAY and not standing.leader_linked
        return () if ten_day or not money else (*money, *statistics, *_ALWAYS)
    if period.kind is PeriodKind.TEN_DAY and not standing.leader_linked:
        return (*_events(standing, ten_day=True), "problems", *_ALWAYS)
    before = ("reached_before",) if _before_unknown(standing, period) else ()
    statistics = (
        ("in_statistics",) if standing.started and not standing.day("in_statistics") else ()
    )
    return (
        "reached_year",
        *before,
        *_events(standing, ten_day=False),
        *statistics,
        "progress",
        "problems",
        *_ALWAYS,
    )


def _events(standing: Standing, *, ten_day: bool) -> tuple[str, ...]:
    """Start, stop, going on, finish: those that can still happen."""
    events = [] if standing.day("started_on") else ["started_on"]
    if standing.started:
        events.append("resumed_on" if standing.stopped else "stopped_on")
        if not ten_day:
            events.append("finished_on")
    return tuple(events)


def _before_unknown(standing: Standing, period: Period) -> bool:
    """Money of earlier years is asked once, of a project that can have had some."""
    if standing.known.get("reached_before") is not None:
        return False
    start = standing.day("started_on") or standing.planned_start
    return start is not None and start.year < period.year


def carried(last: Values | None, *, last_year: int | None, year: int) -> dict[str, Value]:
    """The lasting values of the last report as a period of ``year`` begins with them.

    Over the turn of the year 以前年度完成 grows by what that year reached.
    """
    if last is None or last_year is None:
        return {}
    kept: dict[str, Value] = {key: last.get(key) for key in LASTING if last.get(key) is not None}
    before, reached = last.get("reached_before"), last.get("reached_year")
    if last_year < year and isinstance(before, int) and isinstance(reached, int):
        kept["reached_before"] = before + reached
    return kept


@dataclass(frozen=True, slots=True)
class Meter:
    """How much a period asks of one unit (减负): projects, cells to fill, cells that must be."""

    projects: int
    cells: int
    musts: int

    def __add__(self, other: Meter) -> Meter:
        return Meter(
            self.projects + other.projects, self.cells + other.cells, self.musts + other.musts
        )


def meter(rows: Iterable[Sequence[str]]) -> Meter:
    """The meter of a unit from the fields asked of each of its projects."""
    projects = cells = musts = 0
    for fields in rows:
        projects += 1
        cells += sum(field not in _ALWAYS for field in fields)
        musts += sum(field in _MUST for field in fields)
    return Meter(projects, cells, musts)


def meter_of_all(meters: Mapping[int, Meter]) -> Meter:
    """The meters of all units together."""
    return sum(meters.values(), Meter(0, 0, 0))
