"""The short last transaction of an import or an undo (see ``importing``)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.people.models import User
from guatu.web.people.trail import record
from guatu.web.projects.actions.laying import Stale
from guatu.web.projects.actions.library import refresh_leaves
from guatu.web.projects.fields import DATA, FOUND_BY, PARTS
from guatu.web.projects.models import (
    Arrival,
    CountyShare,
    Fund,
    Import,
    ImportRow,
    ImportState,
    Project,
)
from guatu.web.projects.queries.imports import revisions_of, what_hangs

# What one statement names at most.
_MANY: Final = 500


def last_position(job: Import) -> int:
    """Behind which place of the list the new projects come."""
    found = Project.objects.filter(office=job.office_id).aggregate(last=Max("position"))
    return int(found["last"] or 0)


def packages_of(job: Import) -> set[int]:
    """Rows of the sheet that have parts."""
    rows = ImportRow.objects.filter(job=job, staging=job.staging, above__isnull=False)
    return {int(number) for number in rows.values_list("above", flat=True).distinct() if number}


def outer_parents(job: Import) -> set[int]:
    """Packages that were there before and get or lose parts; asked before the lock is taken."""
    parts = Project.everything.filter(source_import=job, parent__isnull=False)
    outside = parts.exclude(parent__source_import=job)
    found = {pk for pk in outside.values_list("parent_id", flat=True).distinct() if pk}
    if "parent_id" in _fields(job):
        laid = Arrival.objects.filter(job=job, replaces__isnull=False)
        moved = laid.exclude(project__parent_id=F("replaces__parent_id"))
        for pair in moved.values_list("project__parent_id", "replaces__parent_id"):
            found |= {pk for pk in pair if pk is not None}
    return found


def let_in(job: Import, *, by: User, digest: str, parents: set[int]) -> None:
    """All of the import comes into the library at once; refuses where it was changed since."""
    if _names_taken(job):
        raise Stale(_("核对之后，库里新增了表里也有的项目，请重新核对再导入。"))
    _copy_over(job)
    Arrival.objects.filter(job=job, replaces__isnull=True)._raw_delete(Arrival.objects.db)
    refresh_leaves(sorted(parents))
    Import.objects.filter(pk=job.pk).update(state=ImportState.APPLIED, applied=timezone.now())
    counts = job.summary.get("counts", {})
    record(by, "import.applied", job, after={"counts": counts, "rows": digest})


def _names_taken(job: Import) -> bool:
    """Whether a project came in, since the comparison, that the sheet brings as a new one."""
    since = Q(pk__gt=job.summary.get("last_project", 0))
    if staged_at := job.summary.get("staged_at"):
        since |= Q(source_import__applied__gt=staged_at)
    later = Project.objects.filter(since, office=job.office_id)
    if first := job.summary.get("first_id"):
        later = later.exclude(pk__range=(first, first + job.summary["reserved"] - 1))
    names = list(later.values_list("name", flat=True)[:_MANY])
    if not names:
        return False
    new = ImportRow.objects.filter(job=job, staging=job.staging, change="new")
    if len(names) < _MANY:
        return new.filter(name__in=names).exists()
    return new.filter(Exists(later.filter(name=OuterRef("name")))).exists()


def _fields(job: Import) -> set[str]:
    """Which columns the import changes in any row."""
    return set(job.summary.get("fields", (*DATA, *PARTS)))


def _copy_over(job: Import) -> None:
    """The values of replacements into the projects they replace, by one statement.

    Only columns that change anywhere: an index is renewed for each column that is named.
    """
    fields, count = _fields(job), job.summary.get("counts", {}).get("changed", 0)
    if not count:
        return
    table, arrival = Project._meta.db_table, Arrival._meta.db_table
    given: list[Any] = [timezone.now()]
    if not fields.isdisjoint(FOUND_BY):
        fields |= {"search"}
    sets = [f'"{name}" = laid."{name}"' for name in (*DATA, "search") if name in fields]
    sets += [f'"revision" = "{table}"."revision" + 1', '"changed" = %s']
    if "stage" in fields:
        since = f'CASE WHEN "{table}"."stage" <> laid."stage" THEN %s'
        sets.append(f'"stage_since" = {since} ELSE "{table}"."stage_since" END')
        given.append(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {", ".join(sets)} FROM "{arrival}" AS a'
            f' JOIN "{table}" AS laid ON laid.id = a.project_id'
            f' WHERE a.job_id = %s AND a.replaces_id = "{table}".id'
            f' AND "{table}"."revision" = laid."revision"',
            [*given, job.pk],
        )
        if cursor.rowcount != count:
            words = _("核对之后，库里有 %(n)d 个项目又有改动，请重新核对再导入。")
            raise Stale(words % {"n": max(1, count - cursor.rowcount)})
        for name, part in (("shares", CountyShare), ("funds", Fund)):
            if name in fields:
                _change_parts(cursor, job, name, part._meta.db_table)


def _change_parts(cursor: Any, job: Import, name: str, table: str) -> None:
    """Shares or funds that rows change: all that was there goes, what was laid comes."""
    rows = ImportRow.objects.filter(job=job, staging=job.staging, change="changed")
    pks = list(rows.filter(before__has_key=name).values_list("project_id", flat=True))
    for at in range(0, len(pks), _MANY):
        marks = ", ".join(["%s"] * len(pks[at : at + _MANY]))
        some = pks[at : at + _MANY]
        cursor.execute(f'DELETE FROM "{table}" WHERE project_id IN ({marks})', some)
    cursor.execute(
        f'UPDATE "{table}" SET project_id = a.replaces_id FROM "{Arrival._meta.db_table}" AS a'
        f' WHERE a.project_id = "{table}".project_id AND a.job_id = %s'
        " AND a.replaces_id IS NOT NULL",
        [job.pk],
    )


def take_out(job: Import, *, by: User, digest: str, parents: set[int], revisions: int) -> None:
    """All of the import leaves the library at once; refuses where something rests on it.

    ``revisions`` is the sum of its new projects' revisions when their values were compared, which
    takes too long for this transaction; changed ones are held to theirs as they are copied.
    """
    if revisions_of(job) != revisions:
        raise Stale(_("撤销途中，这次导入的项目又有改动，请重新撤销。"))
    if rests := what_hangs(job):
        raise Stale("；".join(rests))
    _copy_over(job)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Arrival._meta.db_table}" (project_id, job_id)'
            f' SELECT id, %s FROM "{Project._meta.db_table}" WHERE source_import_id = %s',
            [job.pk, job.pk],
        )
    refresh_leaves(sorted(parents))
    Import.objects.filter(pk=job.pk).update(state=ImportState.UNDONE)
    record(by, "import.undone", job, after={"rows": digest})


def digest_of(job: Import) -> str:
    """A hash over the rows, so that the trail's one entry stands for all of them."""
    made = hashlib.sha256()
    rows = ImportRow.objects.filter(job=job, staging=job.staging, change__in=("new", "changed"))
    found = rows.order_by("number").values_list("number", "values", "before")
    for row in found.iterator(chunk_size=2000):
        made.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    return made.hexdigest()


def back_to_staged(job: Import, words: str) -> None:
    """It was not applied: the clerk is told why and compares again."""
    summary = {**job.summary, "fault": words}
    Import.objects.filter(pk=job.pk, state=ImportState.APPLYING).update(
        state=ImportState.STAGED, summary=summary
    )


def back_to_applied(job: Import, words: str) -> None:
    """It was not undone: the clerk is told why."""
    summary = {**job.summary, "fault": words}
    Import.objects.filter(pk=job.pk, state=ImportState.UNDOING).update(
        state=ImportState.APPLIED, summary=summary
    )
