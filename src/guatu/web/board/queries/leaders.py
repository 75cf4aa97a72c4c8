"""The projects in a leader's charge (领导联系项目): lists that never score or rank a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from guatu.web.board.queries.rows import ProjectRow, project_rows
from guatu.web.supervision.models import Close, ClosedProject


@dataclass(frozen=True, slots=True)
class Leader:
    """A leader, and how many projects are in their charge."""

    name: str
    count: int
    url: str


def leaders_of(close: Close) -> list[Leader]:
    """Leaders with projects in the close, in the order of the library."""
    rows = ClosedProject.objects.filter(close=close, leaf=True).exclude(leader="")
    counts = rows.order_by().values_list("leader").annotate(n=Count("pk"))
    # By name alone: an order by anything else would be a ranking.
    return [
        Leader(name, count, reverse("board:leader", args=[close.key, name]))
        for name, count in sorted(counts)
    ]


def leader_rows(close: Close, name: str) -> list[ProjectRow]:
    """The projects of a leader in the library's order, with lights; two queries."""
    found = ClosedProject.objects.filter(close=close, leaf=True, leader=name)
    return project_rows(close, found.order_by("position", "pk"))
