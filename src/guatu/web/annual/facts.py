"""Rows → the arithmetic of ``delivery.annual``: the only seam between the two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from guatu.delivery.annual import adjustments as arithmetic
from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import Node, Schedule
from guatu.web.annual.models import Adjustment, LineColumns


def schedule_of(line: LineColumns, year: int) -> Schedule:
    """The line's schedule for 序时进度."""
    return Schedule(year, _month(line.start), _month(line.finish), nodes_of(line.nodes))


def nodes_of(kept: Iterable[Mapping[str, Any]]) -> list[Node]:
    """The nodes of a line as it keeps them."""
    return [
        Node(
            node["month"],
            Fraction(node["part"], 10_000) if "part" in node else None,
            node.get("name", ""),
        )
        for node in kept
    ]


def _month(day: date | None) -> Month | None:
    return Month(day.year, day.month) if day else None


def moves_of(adjustments: Iterable[Adjustment]) -> list[arithmetic.Adjustment]:
    """Approved adjustments, in their order, with the project's id as its name."""
    return [
        arithmetic.Adjustment(
            str(each.project_id),
            arithmetic.Change(each.kind),
            _amount(each.before),
            _amount(each.after),
        )
        for each in adjustments
    ]


def _amount(values: dict[str, object] | None) -> int | None:
    return None if values is None else int(str(values.get("investment") or 0))
