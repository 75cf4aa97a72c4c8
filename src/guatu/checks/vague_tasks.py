"""Commitments that name no figure, date, project or unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guatu.checks.context import Case
from guatu.ledger.findings import Finding
from guatu.ledger.records import Task

CODE = "vague-tasks"

_VAGUE_VERB = re.compile(
    r"(?:积极|大力|加快|持续|不断|切实|着力|进一步|全面|深入|扎实)*"
    r"(?:加强|推进|推动|完善|强化|健全|优化|提升|深化|促进|鼓励|支持|引导|探索|加大|落实|营造)"
)
_FEWEST = 10
_LARGE_SHARE = 0.3
_SHOWN = 12


def check(case: Case) -> Iterator[Finding]:
    """任务只有“加强”“推进”，无法督办（只汇总提示一次）。

    查什么：没有数量、时限、项目，也没有责任单位的“加强…”“推进…”类任务，占全部任务三成以上。
    举例：“进一步加强协作，推进融合发展。”
    怎么改：对需要督办的，补写完成时间、数量、项目或责任单位。
    """
    tasks = case.ledger.tasks
    vague = [task for task in tasks if _is_vague(task)]
    if len(vague) >= _FEWEST and len(vague) >= _LARGE_SHARE * len(tasks):
        yield Finding(
            CODE,
            "note",
            f"{len(tasks)}项任务中有{len(vague)}项没有数量、时限、项目和责任单位，难以督办，"
            "可对其中需要考核的补写。",
            tuple(task.quote for task in vague[:_SHOWN]),
        )


def _is_vague(task: Task) -> bool:
    dated = task.due is not None and task.due_from != "plan"
    tied = task.targets or task.projects or task.units
    return not dated and not tied and _VAGUE_VERB.match(task.verb or task.quote.text) is not None
