"""The ledger of one plan (台账): everything that was read, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.ledger.records import (
    Citation,
    Duty,
    PlanInfo,
    Project,
    Routine,
    Section,
    Target,
    Task,
)
from guatu.text.span import Quote


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the plan's body is accounted for (覆盖率).

    ``share`` is the part (0 to 1) of the body's characters that lie in an entry or were
    classed as guidance; ``guidance`` and ``left_out`` list the sentences of those kinds.
    """

    share: float
    body: int
    in_entries: int
    in_guidance: int
    guidance: tuple[Quote, ...] = ()
    left_out: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """All entries of one plan, each tuple in order of its place in the text."""

    plan: PlanInfo
    sections: tuple[Section, ...] = ()
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    duties: tuple[Duty, ...] = ()
    projects: tuple[Project, ...] = ()
    routines: tuple[Routine, ...] = ()
    citations: tuple[Citation, ...] = ()
    coverage: Coverage = Coverage(0.0, 0, 0, 0)
