"""What reading a plan gives back."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.documents.document import Document
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan that was read: the document, its ledger, and what looked wrong in it.

    ``document.text`` is the text every quote refers to.
    """

    document: Document
    ledger: Ledger
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings say that the plan contradicts itself."""
        return sum(finding.severity == "error" for finding in self.findings)
