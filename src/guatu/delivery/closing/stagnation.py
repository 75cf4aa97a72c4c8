"""停滞: a project in 在建 that was twice confirmed as unchanged."""

from __future__ import annotations

from typing import Final

from guatu.delivery.closing.facts import BUILDING

PERIODS: Final = 2


def unchanged_run(before: int, *, stage: str, reported: bool, unchanged: bool) -> int:
    """How many periods in 在建 running were confirmed as unchanged, up to this one.

    A report with news ends the run. Silence is no report: a period without one neither counts nor
    ends the run, or else not reporting would wipe it away. Outside 在建 there is no run.
    """
    if stage != BUILDING:
        return 0
    if not reported:
        return before
    return before + 1 if unchanged else 0


def is_stagnant(run: int, *, stage: str) -> bool:
    """停滞: two such periods for a project in 在建."""
    return stage == BUILDING and run >= PERIODS
