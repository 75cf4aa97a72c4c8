"""Checklists (落实清单): what must be settled for every project, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ItemState(StrEnum):
    """How an item stands for a project."""

    # The library or the annual plan says it already.
    KNOWN = "known"
    # Recorded for the project: a word, a day or a file.
    RECORDED = "recorded"
    # 不适用, with a reason.
    EXCUSED = "excused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Item:
    """An item (清单项); ``source`` names what of the system satisfies it, empty for nothing.

    ``key`` stays when the item is renamed or moved: what was recorded for projects hangs on it.
    """

    key: str
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of an office; ``gate`` is the stage before which it must be whole, empty for none."""

    key: str
    name: str
    items: tuple[Item, ...]
    gate: str = ""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a list is: ``done`` of ``of`` items that apply, and the names of those missing."""

    name: str
    done: int
    of: int
    excused: int
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing is missing; 不适用 is not missing."""
        return not self.missing

    @property
    def part(self) -> str:
        """4/5; 不适用 counts in neither number."""
        return f"{self.done}/{self.of}"

    @property
    def words(self) -> str:
        """五个一 4/5，缺一套班子."""
        excused = f"（{self.excused}项不适用）" if self.excused else ""
        missing = f"，缺{'、'.join(self.missing)}" if self.missing else ""
        return f"{self.name} {self.part}{excused}{missing}"


def completeness(checklist: Checklist, states: Mapping[str, ItemState]) -> Completeness:
    """How far the list is for a project, from the states of its items by key."""
    found = [(item, states.get(item.key, ItemState.MISSING)) for item in checklist.items]
    missing = tuple(item.name for item, state in found if state is ItemState.MISSING)
    excused = sum(state is ItemState.EXCUSED for _item, state in found)
    applying = len(found) - excused
    return Completeness(checklist.name, applying - len(missing), applying, excused, missing)


FIVE_ONES: Final = Checklist(
    "five-ones",
    "五个一",
    (
        Item("five-ones.project", "一个项目", "entry"),
        Item("five-ones.leader", "一名领导", "leader"),
        Item("five-ones.team", "一套班子"),
        Item("five-ones.body", "一个实施主体", "owner"),
        Item("five-ones.chart", "一张推进图表", "nodes"),
    ),
)
FIVE_CLEARS: Final = Checklist(
    "five-clears",
    "五明确",
    (
        Item("five-clears.funds", "资金筹措方案", "funds"),
        Item("five-clears.approvals", "重要审批环节办理时限", "approvals"),
        Item("five-clears.land", "耕地占补平衡方案"),
        Item("five-clears.task", "年度建设任务", "year-task"),
        Item("five-clears.investment", "年度投资目标", "year-investment"),
    ),
)
# What an office has until it words its own.
DEFAULTS: Final = (FIVE_ONES, FIVE_CLEARS)
