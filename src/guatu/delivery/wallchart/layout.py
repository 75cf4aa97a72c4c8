"""Where everything on the wall chart stands: bands, rows, bars, flags, the today line.

Pure: a day is a place between 0 (the first day shown) and 1 (the evening of the last). Screen and
paper draw from the same ``Chart``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guatu.delivery.annual.months import Month

_ONE_DAY: Final = timedelta(days=1)
_MOST_MONTHS: Final = 120


class FlagState(StrEnum):
    """How a node stands on the chart's day."""

    # 已完成 (red flag, as on the walls of headquarters), 逾期 (black), 未到 (hollow).
    REACHED = "reached"
    OVERDUE = "overdue"
    COMING = "coming"

    @property
    def words(self) -> str:
        """已完成, 逾期, 未到."""
        return {"reached": "已完成", "overdue": "逾期"}.get(self, "未到")


@dataclass(frozen=True, slots=True)
class ChartNode:
    """A node (节点); ``planned`` is the last day of its month where only the month is known."""

    name: str
    planned: date | None
    actual: date | None = None


@dataclass(frozen=True, slots=True)
class ChartProject:
    """A project as the chart needs it; days are first and last days, ``None`` where unknown.

    ``base_start`` and ``base_finish`` are those of the plan as issued (下达); ``planned_*`` as it
    stands now; ``started_on`` and ``finished_on`` what happened. ``done`` is the part of the year's
    plan that is reached, ``light`` a colour of ``supervision.colours`` or empty.
    """

    id: str
    name: str
    bands: tuple[str, ...] = ()
    unit: str = ""
    person: str = ""
    leader: str = ""
    county: str = ""
    planned_start: date | None = None
    planned_finish: date | None = None
    base_start: date | None = None
    base_finish: date | None = None
    started_on: date | None = None
    finished_on: date | None = None
    nodes: tuple[ChartNode, ...] = ()
    light: str = ""
    reason: str = ""
    done: Fraction | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch between two places, 0 ≤ ``start`` ≤ ``end`` ≤ 1.

    ``before`` and ``after``: it goes on beyond what is shown.
    """

    start: float
    end: float
    before: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A node at its place: where it was reached, else where it was planned."""

    name: str
    at: float
    day: date
    state: FlagState


@dataclass(frozen=True, slots=True)
class Row:
    """A project on the chart; ``number`` counts rows through all bands from 1."""

    number: int
    project: ChartProject
    planned: Bar | None
    base: Bar | None
    real: Bar | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Rows under one heading; ``path`` are the headings from the outermost (短板, 工程)."""

    path: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return " · ".join(part or "未分类" for part in self.path) or "全部项目"


@dataclass(frozen=True, slots=True)
class Tick:
    """A month or a year of the scale."""

    label: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart from ``first`` to ``last`` (both shown whole), as things are on ``today``."""

    first: Month
    last: Month
    today: date
    bands: tuple[Band, ...]
    years: tuple[Tick, ...]
    months: tuple[Tick, ...]
    # Place of the today line; None where today is not shown.
    now: float | None

    @property
    def rows(self) -> list[Row]:
        """All rows in order."""
        return [row for band in self.bands for row in band.rows]


def chart_of(
    projects: Sequence[ChartProject],
    today: date,
    *,
    first: Month | None = None,
    last: Month | None = None,
) -> Chart:
    """The chart of these projects in their order, banded where ``bands`` changes.

    Projects of one band need not stand together: a band stands where its first one does. Without
    ``first`` and ``last`` it shows all that is planned or done, this year at the least, ten years
    at the most (the years around today are then kept).
    """
    first, last = _span(projects, today, first, last)
    scale = _Scale(first, last)
    bands: dict[tuple[str, ...], list[ChartProject]] = {}
    for project in projects:
        bands.setdefault(project.bands, []).append(project)
    number = 0
    drawn = []
    for path, inside in bands.items():
        rows = []
        for project in inside:
            number += 1
            rows.append(_row(number, project, scale, today))
        drawn.append(Band(path, tuple(rows)))
    return Chart(
        first,
        last,
        today,
        tuple(drawn),
        tuple(scale.ticks(lambda month: str(month.year), "年")),
        tuple(scale.ticks(lambda month: f"{month.year}-{month.month}", "月")),
        scale.at(today) if scale.shows(today) else None,
    )


class _Scale:
    """Days to places; a month is as wide as its days."""

    def __init__(self, first: Month, last: Month) -> None:
        self._first, self._last = first, last
        self._begin = date(first.year, first.month, 1)
        self._end = last.last_day
        self._days = (self._end - self._begin).days + 1

    def shows(self, day: date) -> bool:
        return self._begin <= day <= self._end

    def at(self, day: date, *, evening: bool = False) -> float:
        passed = (day - self._begin).days + evening
        return min(max(passed / self._days, 0.0), 1.0)

    def bar(self, start: date | None, end: date | None) -> Bar | None:
        """The stretch from the morning of one day to the evening of the other."""
        if start is None or end is None or end < start:
            return None
        if end < self._begin or start > self._end:
            return None
        return Bar(
            self.at(start),
            self.at(end, evening=True),
            before=start < self._begin,
            after=end > self._end,
        )

    def ticks(self, key: Callable[[Month], str], kind: str) -> Iterable[Tick]:
        month, known = self._first, ""
        begin = self._begin
        while month <= self._last:
            if key(month) != known:
                if known:
                    yield Tick(_label(known, kind), self.at(begin), self.at(_first_day(month)))
                known, begin = key(month), _first_day(month)
            month = _after(month)
        yield Tick(_label(known, kind), self.at(begin), 1.0)


def _label(key: str, kind: str) -> str:
    return f"{key.rpartition('-')[2]}{kind}"


def _first_day(month: Month) -> date:
    return date(month.year, month.month, 1)


def _after(month: Month) -> Month:
    return Month(month.number // 12 + month.month // 12, month.month % 12 + 1)


def _row(number: int, project: ChartProject, scale: _Scale, today: date) -> Row:
    changed = (project.base_start, project.base_finish) != (
        project.planned_start,
        project.planned_finish,
    )
    return Row(
        number,
        project,
        scale.bar(project.planned_start, project.planned_finish),
        scale.bar(project.base_start, project.base_finish) if changed else None,
        scale.bar(project.started_on, project.finished_on or today),
        tuple(_flags(project.nodes, scale, today)),
    )


def _flags(nodes: Iterable[ChartNode], scale: _Scale, today: date) -> Iterable[Flag]:
    for node in nodes:
        day = node.actual or node.planned
        if day is None or not scale.shows(day):
            continue
        if node.actual is not None and node.actual <= today:
            state = FlagState.REACHED
        elif node.planned is not None and node.planned < today:
            state = FlagState.OVERDUE
        else:
            state = FlagState.COMING
        yield Flag(node.name, scale.at(day, evening=True), day, state)


def _span(
    projects: Sequence[ChartProject], today: date, first: Month | None, last: Month | None
) -> tuple[Month, Month]:
    days = [
        day
        for project in projects
        for day in (
            project.planned_start, project.planned_finish, project.base_start,
            project.base_finish, project.started_on, project.finished_on,
            *(node.planned for node in project.nodes), *(node.actual for node in project.nodes),
        )
        if day is not None
    ]  # fmt: skip
    early = min([*days, date(today.year, 1, 1)])
    late = max([*days, date(today.year, 12, 1)])
    begin = first or Month(early.year, early.month)
    end = last or Month(late.year, late.month)
    if end < begin:
        begin, end = end, begin
    if end.number - begin.number >= _MOST_MONTHS:
        now = min(max(today.year, begin.year), end.year)
        begin = max(begin, Month(now - 4, 1))
        end = min(end, Month(begin.year + 9, 12))
    return begin, end
