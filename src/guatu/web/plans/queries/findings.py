"""Findings of a plan as the review shows them: those still open, and those dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guatu.exports import words as wording
from guatu.exports.lookup import Lookup
from guatu.ledger.findings import Finding
from guatu.web.plans.models import Plan, SettledFinding

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding beside the text: what is odd, how grave, where, and how it was dealt with.

    ``code`` and ``spans`` know it again after another reading; ``settled`` is empty, ``dealt``
    (已处理) or ``kept`` (不改, with its ``reason``).
    """

    number: int
    code: str
    spans: str
    severity: str
    shape: str
    severity_words: str
    message: str
    place: str
    settled: str
    settled_words: str
    reason: str
    by: str


def spans_of(finding: Finding) -> str:
    """Where a finding speaks of, as it is kept: ``12-15,40-44``."""
    return ",".join(f"{each.start}-{each.end}" for each in finding.places)[:_LONGEST]


def finding_rows(plan: Plan, findings: Sequence[Finding], lookup: Lookup) -> tuple[FindingRow, ...]:
    """The findings in their order, with what people made of them; one query."""
    marks = SettledFinding.objects.filter(plan=plan).select_related("by")
    settled = {(mark.code, mark.place): mark for mark in marks}
    return tuple(
        _row(number, finding, lookup, settled.get((finding.code, spans_of(finding))))
        for number, finding in enumerate(findings)
    )


def _row(number: int, finding: Finding, lookup: Lookup, mark: SettledFinding | None) -> FindingRow:
    return FindingRow(
        number=number,
        code=finding.code,
        spans=spans_of(finding),
        severity=finding.severity,
        shape=wording.SEVERITY_SHAPES[finding.severity],
        severity_words=wording.SEVERITIES[finding.severity],
        message=finding.message,
        place=lookup.place(finding.places[0].start) if finding.places else "",
        settled=mark.how if mark else "",
        settled_words=mark.get_how_display() if mark else "",
        reason=mark.reason if mark else "",
        by=mark.by.name if mark else "",
    )
