"""序时进度: what part of the year's work should be done by a day."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guatu.delivery.annual.months import Month, months_seen

_NOTHING = Fraction(0)
_ALL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Node:
    """A node (节点) of the year: due at the end of ``month``.

    ``done`` is the part of the year's investment that should be reached by then (累计应完成比例);
    None where the node only names an event.
    """

    month: int
    done: Fraction | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A project's year as planned: months from its whole plan, nodes of this year."""

    year: int
    start: Month | None = None
    finish: Month | None = None
    nodes: Sequence[Node] = ()

    @property
    def window(self) -> tuple[Month, Month] | None:
        """First and last month of this year in which the project is at work; None for no month."""
        january, december = Month(self.year, 1), Month(self.year, 12)
        first = max(self.start or january, january)
        last = min(self.finish or december, december)
        return (first, last) if first <= last else None


def progress_due(schedule: Schedule, on: date) -> Fraction:
    """The part (0 to 1) of the year's investment that should be done by the evening of ``on``.

    Nodes that say how much should be done by then come first: from one to the next the part
    grows evenly with the days. Nodes without a part count alike: 3 of 4 due are 3/4. Without
    nodes it grows evenly from the first to the last month of the project in this year: a project
    that starts in September owes nothing in March.
    """
    if on.year != schedule.year:
        return _NOTHING if on.year < schedule.year else _ALL
    window = schedule.window
    measured = _measured(schedule.nodes)
    if measured:
        return _between_nodes(schedule.year, window, measured, on)
    if schedule.nodes:
        due = sum(on >= Month(schedule.year, node.month).last_day for node in schedule.nodes)
        return Fraction(due, len(schedule.nodes))
    return _evenly(schedule, window, on)


def _evenly(schedule: Schedule, window: tuple[Month, Month] | None, on: date) -> Fraction:
    if window is None:
        # All of it lies before this year (it is due) or after it (it is not).
        past = schedule.finish is not None and schedule.finish.year < schedule.year
        return _ALL if past else _NOTHING
    first, last = window
    length = last.number - first.number + 1
    return _within(months_seen(on, first) / length)


def _measured(nodes: Iterable[Node]) -> dict[int, Fraction]:
    """Nodes that say how much, by month; a later node never asks less than an earlier one."""
    points: dict[int, Fraction] = {}
    most = _NOTHING
    for node in sorted((n for n in nodes if n.done is not None), key=lambda n: n.month):
        most = max(most, _within(node.done or _NOTHING))
        points[node.month] = most
    return points


def _between_nodes(
    year: int, window: tuple[Month, Month] | None, nodes: dict[int, Fraction], on: date
) -> Fraction:
    """Along the line from nought at the start through the nodes to all at the last month.

    Where the last node asks for less than all and the project goes on after it, the rest is due
    at the end of its last month; a node before the start is the start.
    """
    first, last = (window[0].month, window[1].month) if window else (1, 12)
    points = {min(first, *nodes) - 1: _NOTHING, **nodes}
    if last > max(nodes):
        points[last] = _ALL
    seen = months_seen(on, Month(year, 1))
    low_month, low = 0, _NOTHING
    for month, part in points.items():
        if seen < month:
            way = (seen - low_month) / (month - low_month)
            return low + (part - low) * max(way, _NOTHING)
        low_month, low = month, part
    return low


def _within(part: Fraction) -> Fraction:
    return min(max(part, _NOTHING), _ALL)


# ------------------------------------------------------- totals of units and regions


def share_by_months(year: int, on: date, *, factor: Fraction = _ALL) -> Fraction:
    """T × m/12 for totals of units and regions; only months that are over count."""
    if on.year != year:
        return _NOTHING if on.year < year else factor
    over = on.day == calendar.monthrange(on.year, on.month)[1]
    return factor * Fraction(on.month if over else on.month - 1, 12)


def share_by_days(year: int, on: date, *, factor: Fraction = _ALL) -> Fraction:
    """T × elapsed days/days of the year, for ten-day periods (旬)."""
    if on.year != year:
        return _NOTHING if on.year < year else factor
    days = 366 if calendar.isleap(year) else 365
    return factor * Fraction((on - date(year, 1, 1)).days + 1, days)


def amount_due(investment: int, part: Fraction) -> int:
    """The part of an investment in whole 元, halves away from nought."""
    exact = investment * part
    whole = (abs(exact) + Fraction(1, 2)).__floor__()
    return whole if exact >= 0 else -whole


def share_of_many(lines: Iterable[tuple[int, Schedule]], on: date) -> Fraction | None:
    """What part of several projects' investment together should be done; None without investment.

    Each project counts with its own schedule, weighed by its investment of the year.
    """
    total, due = 0, _NOTHING
    for investment, schedule in lines:
        total += investment
        due += investment * progress_due(schedule, on)
    return due / total if total else None
