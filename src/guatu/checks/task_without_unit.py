"""Items without a responsible unit among siblings that have one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from guatu.checks.context import Case, MarkerKind, excerpt
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare

CODE = "task-without-unit"

_NAMES_UNIT = Rare(r"责任(?:单位|部门|主体|人)|牵头|负责|配合单位|分工")
_SHARE_WITH_UNIT = 0.7
_FEWEST_SIBLINGS = 4
_SHORTEST_ITEM = 40
_RUN_IN: frozenset[MarkerKind] = frozenset(("pa", "ap", "ci"))


def check(case: Case) -> Iterator[Finding]:
    """任务没有责任单位，而同级任务大多有。

    查什么：同级条目中七成以上写明了责任单位，个别条目及其上下级都没有写。
    举例：十三项工程中十二项注明责任单位，第七项没有。
    怎么改：补写责任单位；确由上级条目统一负责的，请在上级条目注明。
    """
    starts = [duty.quote.start for duty in case.ledger.duties]
    carriers = _carriers(case, starts)
    for level in _levels(case):
        bare = [index for index in level if not _has_unit(case, index, starts, carriers)]
        if not bare or len(level) - len(bare) < _SHARE_WITH_UNIT * len(level):
            continue
        for index in bare:
            section = case.ledger.sections[index]
            yield Finding(
                CODE,
                "question",
                f"“{excerpt(section.quote.text, 30)}”没有写明责任单位，而同级{len(level)}项中"
                f"有{len(level) - len(bare)}项已写明，请补写。",
                (section.quote,),
            )


def _levels(case: Case) -> Iterator[list[int]]:
    """Items of one kind of marker under one chapter, numbered on across its parts or not."""
    levels: dict[tuple[int, MarkerKind], list[int]] = defaultdict(list)
    for index in range(len(case.ledger.sections)):
        top = list(case.ancestors(index))[-1]
        if top != index and not case.guidance[index]:
            levels[top, case.markers[index][0]].append(index)
    for level in levels.values():
        if len(level) >= _FEWEST_SIBLINGS:
            yield level


def _carriers(case: Case, starts: list[int]) -> set[int]:
    """The items whose own note, or the note that closes them, names units for all below them."""
    paths = {duty.section for duty in case.ledger.duties}
    sections = case.ledger.sections
    carriers = {index for index, section in enumerate(sections) if section.path in paths}
    for parent, below in case.children.items():
        if parent < 0 or len(below) < 2 or case.markers[below[0]][0] not in _RUN_IN:
            continue
        # A note behind the last (n) alone closes the item, not its last part.
        *earlier, last = (_holds_duty(case, index, starts) for index in below)
        if last and not any(earlier):
            carriers.add(parent)
    return carriers


def _holds_duty(case: Case, index: int, starts: list[int]) -> bool:
    section = case.ledger.sections[index]
    inside = bisect_left(starts, section.start)
    return inside < len(starts) and starts[inside] < section.end


def _has_unit(case: Case, index: int, starts: list[int], carriers: set[int]) -> bool:
    section = case.ledger.sections[index]
    if section.end - section.start < _SHORTEST_ITEM or _holds_duty(case, index, starts):
        return True
    if any(above in carriers for above in case.ancestors(index)):
        return True
    # A unit that was named but not read is no reason to trouble the author.
    return _NAMES_UNIT.search(case.norm, section.start, section.end) is not None
