"""调入, 调出, 调整: the plan as adjusted follows from the plan as issued, never the other way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What an approved adjustment does to a project of the plan."""

    IN = "in"
    OUT = "out"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One approved adjustment: the project's investment before and after, in whole 元."""

    project: str
    change: Change
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An adjustment that does not fit what stood there; it is left out."""

    adjustment: Adjustment
    words: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The plan after its adjustments."""

    amounts: dict[str, int]
    conflicts: list[Conflict]


def adjusted(issued: Mapping[str, int], adjustments: Iterable[Adjustment]) -> Adjusted:
    """Replay adjustments, in the order of their approval, over the plan as issued."""
    now = dict(issued)
    conflicts = []
    for each in adjustments:
        words = _misfit(each, now)
        if words:
            conflicts.append(Conflict(each, words))
        elif each.change is Change.OUT:
            del now[each.project]
        else:
            now[each.project] = each.after or 0
    return Adjusted(now, conflicts)


def _misfit(each: Adjustment, now: Mapping[str, int]) -> str:
    """Why an adjustment does not fit; empty where it does."""
    if each.change is Change.IN:
        if each.project in now:
            return "调入的项目已在计划内，应按“调整”办理。"
        return "" if each.after is not None else "调入须写明年度计划投资。"
    if each.project not in now:
        return "项目不在计划内，应按“调入”办理。"
    if each.before is not None and each.before != now[each.project]:
        return "调整前的数与计划不符，计划在此期间已经变动。"
    if each.change is Change.CHANGE and each.after is None:
        return "调整须写明调整后的年度计划投资。"
    return ""


@dataclass(frozen=True, slots=True)
class Movement:
    """How the total got from issued to adjusted: 下达 + 调入 − 调出 ± 调整 = 调整后."""

    issued: int
    moved_in: int
    moved_out: int
    changed: int

    @property
    def now(self) -> int:
        return self.issued + self.moved_in - self.moved_out + self.changed


def movement(issued: Mapping[str, int], adjustments: Iterable[Adjustment]) -> Movement:
    """The parts of the movement from issued to adjusted; misfits are left out as there."""
    now = dict(issued)
    moved = {Change.IN: 0, Change.OUT: 0, Change.CHANGE: 0}
    for each in adjustments:
        if _misfit(each, now):
            continue
        before = now.pop(each.project, 0)
        if each.change is Change.OUT:
            moved[Change.OUT] += before
            continue
        after = each.after or 0
        moved[each.change] += after - before
        now[each.project] = after
    return Movement(sum(issued.values()), moved[Change.IN], moved[Change.OUT], moved[Change.CHANGE])
