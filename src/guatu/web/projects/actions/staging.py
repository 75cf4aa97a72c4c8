"""What staging a sheet writes, each piece for one ``Run.commit`` (see ``importing``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from guatu.web.page.many import put_rows, reserve_ids
from guatu.web.projects.models import Import, ImportRow, ImportState, Project
from guatu.web.projects.queries.comparison import Compared

CHUNK: Final = 2_000

_COLUMNS: Final = (
    "job_id", "staging", "number", "change", "name", "values", "above", "errors", "notes",
    "difference", "before", "project_id", "revision",
)  # fmt: skip
_OWN: Final = _COLUMNS[2:]


def reserve_projects(count: int) -> int:
    """The first of as many project numbers as the sheet has rows."""
    return reserve_ids(Project, count)


def write_rows(job: Import, rows: Sequence[Compared]) -> None:
    """Keep a chunk of compared rows."""
    own = (job.pk, job.staging)
    put_rows(ImportRow, _COLUMNS, [(*own, *(getattr(row, name) for name in _OWN)) for row in rows])


def staged(job: Import, summary: Mapping[str, Any]) -> None:
    """All rows are there: the sheet waits for a person."""
    Import.objects.filter(pk=job.pk, state=ImportState.STAGING).update(
        state=ImportState.STAGED, summary=dict(summary)
    )


def back_to_mapping(job: Import, words: str) -> None:
    """The sheet could not be read: the clerk is told why."""
    Import.objects.filter(pk=job.pk, state=ImportState.STAGING).update(
        state=ImportState.MAPPING, summary={"fault": words}
    )
