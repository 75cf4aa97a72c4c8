"""Closed rows and lights between their tables and the arithmetic, without loss either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet

from guatu.delivery.annual.months import Month
from guatu.delivery.closing.facts import NO_EXTRAS, ClosedRow, CountyShare, ReportState
from guatu.delivery.closing.nodes import DueNode
from guatu.delivery.closing.rollups import Rollup, Sums
from guatu.delivery.supervision.colours import Colour, reason_from_data, reason_to_data
from guatu.delivery.supervision.lights import LightState, OpenRed

# Of the arithmetic's row, those whose column is called otherwise or lies in another table.
_SAME: Final = tuple(
    field.name for field in fields(ClosedRow) if field.name not in ("project", "period", "parent")
)


def _month(day: date | None) -> Month | None:
    return Month(day.year, day.month) if day else None


def _first(month: Month | None) -> date | None:
    return date(month.year, month.month, 1) if month else None


def _shares_in(given: list[list[Any]]) -> tuple[CountyShare, ...]:
    return tuple(CountyShare(county, weight) for county, weight in given)


def _shares_out(shares: Iterable[CountyShare]) -> list[list[Any]]:
    return [[share.county, share.weight] for share in shares]


def _nodes_in(given: list[list[Any]]) -> tuple[DueNode, ...]:
    return tuple(
        DueNode(name, date.fromisoformat(due), date.fromisoformat(actual) if actual else None)
        for name, due, actual in given
    )


def _nodes_out(nodes: Iterable[DueNode]) -> list[list[Any]]:
    return [
        [node.name, node.due.isoformat(), node.actual.isoformat() if node.actual else None]
        for node in nodes
    ]


@lru_cache(maxsize=4096)
def _part(text: str) -> Fraction:
    """Thousands of rows share a few parts, and reading a fraction is slow."""
    return Fraction(text)


_MONTHS: Final = ("issued_start", "issued_finish", "start", "finish")
_IN: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_MONTHS, _month),
    "issued_part": _part,
    "due_part": _part,
    "shares": _shares_in,
    "nodes": _nodes_in,
    "tags": tuple,
    "report": ReportState,
    "extras": lambda extras: extras or NO_EXTRAS,
}
_OUT: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_MONTHS, _first),
    "issued_part": str,
    "due_part": str,
    "shares": _shares_out,
    "nodes": _nodes_out,
    "tags": list,
    "report": str,
    "extras": dict,
}
_READ: Final = ("project_id", "parent_id", "close__key", *_SAME)
_READERS: Final = tuple((name, _IN[name]) for name in _SAME if name in _IN)


def closed_rows(found: QuerySet[Any]) -> list[ClosedRow]:
    """Rows of ``ClosedProject`` as the arithmetic has them; one query, in the query's order."""
    return [_row(values) for values in found.values_list(*_READ)]


def _row(values: tuple[Any, ...]) -> ClosedRow:
    project, parent, key, *rest = values
    given = dict(zip(_SAME, rest, strict=True))
    for name, read in _READERS:
        given[name] = read(given[name])
    return ClosedRow(str(project), key, parent=str(parent) if parent else None, **given)


def columns_of(row: ClosedRow) -> dict[str, Any]:
    """The row's columns but for its close and what the web alone knows of it."""
    found = {
        name: _OUT[name](getattr(row, name)) if name in _OUT else getattr(row, name)
        for name in _SAME
    }
    found["project_id"] = int(row.project)
    found["parent_id"] = int(row.parent) if row.parent else None
    return found


# ---------------------------------------------------------------- lights

_STATE: Final = (
    "project_id", "close__key", "colour", "reasons", "before", "since", "judged", "open_reds",
    "pack", "pack_version",
)  # fmt: skip


def light_states(found: QuerySet[Any]) -> list[LightState]:
    """Rows of ``Light`` as the arithmetic has them; one query, in the query's order."""
    return [_state(*values) for values in found.values_list(*_STATE)]


def _state(
    project: int,
    key: str,
    colour: str,
    reasons: list[dict[str, Any]],
    before: str,
    since: str,
    judged: str,
    open_reds: list[list[str]],
    pack: str,
    pack_version: int,
) -> LightState:
    return LightState(
        project=str(project),
        period=key,
        colour=Colour(colour),
        reasons=tuple(reason_from_data(reason) for reason in reasons),
        before=Colour(before) if before else None,
        since=since,
        judged=Colour(judged) if judged else None,
        open_reds=tuple(OpenRed(rule, start) for rule, start in open_reds),
        pack=pack,
        pack_version=pack_version,
    )


def light_columns(state: LightState) -> dict[str, Any]:
    """The light's columns but for its close."""
    gravest = state.reasons[0]
    return {
        "project_id": int(state.project),
        "colour": state.colour.value,
        "rule": gravest.rule,
        "words": gravest.words[:200],
        "reasons": [reason_to_data(reason) for reason in state.reasons],
        "before": state.before.value if state.before else "",
        "changed": state.changed,
        "since": state.since,
        "judged": state.judged.value if state.judged else "",
        "open_reds": [[red.rule, red.since] for red in state.open_reds],
        "pack": state.pack,
        "pack_version": state.pack_version,
    }


# ---------------------------------------------------------------- roll-ups


def rollup_to_data(rollup: Rollup) -> dict[str, Any]:
    """The roll-up as JSON holds it, without its projects (they are asked of the rows)."""
    return {
        "keys": list(rollup.keys),
        "original": list(rollup.original),
        "adjusted": list(rollup.adjusted),
        "reported": list(rollup.reported),
        "lights": dict(rollup.lights),
        "tops": rollup.tops,
        "leaves": rollup.leaves,
        "shared": rollup.shared,
        "paused": rollup.paused,
        "moved_in": rollup.moved_in,
        "moved_out": rollup.moved_out,
    }


def rollup_from_data(data: Mapping[str, Any]) -> Rollup:
    """The roll-up that ``rollup_to_data`` wrote; its ``projects`` are empty."""
    return Rollup(
        keys=tuple(data["keys"]),
        original=Sums(*data["original"]),
        adjusted=Sums(*data["adjusted"]),
        reported=Sums(*data["reported"]),
        lights=data["lights"],
        tops=data["tops"],
        leaves=data["leaves"],
        shared=data["shared"],
        paused=data["paused"],
        moved_in=data["moved_in"],
        moved_out=data["moved_out"],
        projects=(),
    )
