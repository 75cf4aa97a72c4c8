"""What staging a sheet writes, each piece for one ``Run.commit`` (see ``importing``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db.models import QuerySet

from guatu.web.page.many import put_rows, reserve_ids
from guatu.web.projects.models import Import, ImportRow, ImportState, Project
from guatu.web.projects.queries.comparison import Compared

# 每次约占写锁十分之一秒。
CHUNK: Final = 1_000

_COLUMNS: Final = (
    "job_id", "staging", "number", "change", "name", "values", "above", "errors", "notes",
    "difference", "before", "project_id", "revision",
)  # fmt: skip
_OWN: Final = _COLUMNS[2:]


@dataclass(frozen=True, slots=True)
class Staged:
    """What applying needs of a staged row."""

    pk: int
    number: int
    change: str
    name: str
    values: dict[str, Any]
    above: int | None
    before: dict[str, Any]
    project_id: int | None
    revision: int


_NEEDED: Final = tuple(each.name for each in fields(Staged))


def stretch(rows: QuerySet[ImportRow], after: int) -> list[Staged]:
    """The rows whose number lies within CHUNK behind ``after``; their model is not built."""
    # A stretch of numbers, not a limit: no question sorts the rest of the sheet.
    found = rows.filter(pk__gt=after, pk__lte=after + CHUNK).order_by("pk")
    return [Staged(*each) for each in found.values_list(*_NEEDED)]


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
