"""Nodes (节点) of a project: those of the year's plan and its own are the same things.

A node of the annual plan says in which month a node of the project is due; the day it was reached
is kept once, with the project's own node of that name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import Node


@dataclass(frozen=True, slots=True)
class OwnNode:
    """A node as the project library has it."""

    name: str
    planned: date | None = None
    actual: date | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectNode:
    """A node, when it is due and when it was reached.

    ``part`` is the part of the year's investment asked for by then; ``key`` is that of the
    library's node, None where the year's plan alone names it.
    """

    name: str
    due: date | None
    actual: date | None = None
    part: Fraction | None = None
    key: int | None = None

    @property
    def by_investment(self) -> bool:
        """It only says how much should be invested by then; no day is kept of it."""
        return self.part is not None and self.key is None


def is_start(name: str) -> bool:
    """Whether a node is the project's start (开工)."""
    return "开工" in name


def is_finish(name: str) -> bool:
    """Whether a node is the project's completion (竣工)."""
    return "竣工" in name or "完工" in name


def tied_nodes(year: int, of_year: Iterable[Node], own: Iterable[OwnNode]) -> list[ProjectNode]:
    """Nodes of a year's plan each with the project's own of that name, then the others it has.

    Of several of one name those of the same month belong together. What was reached before the
    year is another node, though it be called the same. A node of the plan is due when the plan
    says, whatever its own date was.
    """
    named = list(of_year)
    left = sorted(own, key=lambda each: (each.planned is None, each.planned or date.min))
    mine: dict[int, OwnNode] = {}
    for same_month in (True, False):
        for at, node in enumerate(named):
            found = None if at in mine else _own_of(node, year, left, same_month=same_month)
            if found is not None:
                mine[at] = found
                left.remove(found)
    tied = [_tied(node, year, mine.get(at)) for at, node in enumerate(named)]
    return tied + [ProjectNode(n.name, n.planned, n.actual, key=n.key) for n in left]


def _tied(node: Node, year: int, mine: OwnNode | None) -> ProjectNode:
    due = Month(year, node.month).last_day
    if mine is None:
        return ProjectNode(node.name, due, part=node.done)
    return ProjectNode(node.name, due, mine.actual, node.done, mine.key)


def _own_of(node: Node, year: int, own: Sequence[OwnNode], *, same_month: bool) -> OwnNode | None:
    name, month = _plain(node.name), (year, node.month)
    return next(
        (
            each
            for each in own
            if name
            and _plain(each.name) == name
            and (each.actual is None or each.actual.year >= year)
            and (not same_month or _month_of(each.planned) == month)
        ),
        None,
    )


def _month_of(day: date | None) -> tuple[int, int] | None:
    return (day.year, day.month) if day else None


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


@dataclass(frozen=True, slots=True)
class DueNode:
    """A node that was due by a period's end, and the day it was reached, if by then it was."""

    name: str
    due: date
    actual: date | None = None


def nodes_due(
    nodes: Iterable[ProjectNode],
    on: date,
    *,
    started_on: date | None = None,
    finished_on: date | None = None,
) -> tuple[DueNode, ...]:
    """The nodes that a light may judge on the evening of ``on``, in the order they were due.

    开工 is reached by the project's start and 竣工 by its end. A node that only says how much
    should be invested by then is judged by the investment, unless the library has it as well.
    """
    found = []
    for node in nodes:
        if node.due is None or node.due > on or node.by_investment:
            continue
        event = started_on if is_start(node.name) else None
        event = finished_on if is_finish(node.name) else event
        actual = node.actual or event
        reached = actual if actual is not None and actual <= on else None
        found.append(DueNode(node.name, node.due, reached))
    return tuple(sorted(found, key=lambda each: each.due))
