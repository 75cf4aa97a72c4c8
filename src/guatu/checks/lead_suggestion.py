"""Lists of responsible units that name no lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guatu.checks.context import Case
from guatu.ledger.findings import Finding
from guatu.ledger.records import Duty

CODE = "lead-suggestion"

_LIST_GAP = re.compile(r"[、,;和及\s]{1,4}\Z")
_SHARED_OUT = re.compile(r"[等]?(?:有关部门|相关部门)?(?:按照?)?(?:职责|职能)?(?:分工|分别|分头)")
_FEWEST_LISTS = 2


def check(case: Case) -> Iterator[Finding]:
    """责任单位有多家而未写明谁牵头（只是建议）。

    查什么：列有两家以上责任单位、又没有牵头单位的条目。
    举例：“（责任单位：市发展改革委、市财政局）”，是否由市发展改革委牵头？
    怎么改：写明牵头单位；如以排在首位的为牵头单位，可在文中注明“列第一位者为牵头单位，下同”。
    """
    led = {duty.section for duty in case.ledger.duties if duty.role == "lead"}
    lists = [
        one
        for one in _lists(case)
        if len(one) > 1
        and one[0].section not in led
        and not _SHARED_OUT.match(case.norm, one[-1].quote.end)
    ]
    if len(lists) < _FEWEST_LISTS:
        return
    first = lists[0][0].unit
    yield Finding(
        CODE,
        "note",
        f"有{len(lists)}处列出多家责任单位而未写明牵头单位（如“{first}”等），"
        "是否以排在首位的为牵头单位？请确认。",
        tuple(one[0].quote for one in lists),
    )


def _lists(case: Case) -> Iterator[list[Duty]]:
    """Runs of responsible units set apart by 、 alone."""
    run: list[Duty] = []
    for duty in case.ledger.duties:
        if duty.role != "responsible":
            continue
        joined = run and _LIST_GAP.match(case.norm[run[-1].quote.end : duty.quote.start][:5])
        if run and not joined:
            yield run
            run = []
        run.append(duty)
    if run:
        yield run
