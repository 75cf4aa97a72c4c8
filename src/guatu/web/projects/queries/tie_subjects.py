"""What the plan's entries that projects are tied to are about; their quote alone may be “9座”."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from guatu.web.plans.models import LedgerEntry
from guatu.web.plans.queries.review import figure_of
from guatu.web.projects.models import Tie


def subjects_of(ties: Iterable[int]) -> dict[int, str]:
    """Subject and figure (指标名和目标值) of the entry of each tie, by the tie's key; 2 queries.

    A tie whose quote says it already, or whose entry no published version has, is left out.
    """
    rows = list(Tie.objects.filter(pk__in=list(ties)).values_list("pk", "entry", "words"))
    lineages = [lineage for lineage in map(_uuid, (entry for _, entry, _ in rows)) if lineage]
    found = LedgerEntry.objects.filter(lineage__in=lineages).order_by("version__number")
    entries = {str(entry.lineage): entry for entry in found}
    named = ((pk, words, entries.get(entry)) for pk, entry, words in rows)
    return {
        pk: f"{entry.subject} {figure_of(entry)}".strip()
        for pk, words, entry in named
        if entry is not None and entry.subject not in words
    }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
