"""Checks of a plan against itself (对账): a ledger in, findings out.

To add one, write a module with ``check(case)`` and a docstring that tells the clerk 查什么,
举例 and 怎么改, and add a line to ``CHECKS``.
"""

from __future__ import annotations

from itertools import islice

from guatu.checks import (
    brackets,
    damaged_text,
    declared_count,
    lead_suggestion,
    names_count,
    no_deadline,
    no_unit,
    numbering,
    of_which,
    outside_period,
    parts_total,
    repeated_words,
    share_goal,
    task_without_unit,
    two_values,
    unit_names,
    vague_tasks,
)
from guatu.checks.context import Case, Check
from guatu.ledger.findings import Finding

CHECKS: tuple[Check, ...] = (
    # The plan against itself
    declared_count.check,
    parts_total.check,
    share_goal.check,
    of_which.check,
    names_count.check,
    two_values.check,
    # What an entry lacks
    outside_period.check,
    no_deadline.check,
    no_unit.check,
    task_without_unit.check,
    lead_suggestion.check,
    vague_tasks.check,
    unit_names.check,
    # The text itself
    numbering.check,
    damaged_text.check,
    repeated_words.check,
    brackets.check,
)


# More of one kind tells nobody anything: the text is damaged throughout.
_MOST_OF_ONE_CHECK = 100


def run_checks(case: Case) -> tuple[Finding, ...]:
    """All findings of all checks, in order of their first place and code, equal ones once."""
    found = dict.fromkeys(
        finding for check in CHECKS for finding in islice(check(case), _MOST_OF_ONE_CHECK)
    )
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, str, str]:
    start = finding.places[0].start if finding.places else -1
    return start, finding.code, finding.message


__all__ = ["CHECKS", "Case", "Check", "run_checks"]
