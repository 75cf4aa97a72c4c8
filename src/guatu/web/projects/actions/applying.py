"""What the import jobs write, each piece for one ``Run.commit`` (see ``importing``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.rows import OUTSIDE
from guatu.web.people.models import Region, Unit, User
from guatu.web.people.trail import Write, record, record_many
from guatu.web.projects.actions.library import refresh_leaves
from guatu.web.projects.fields import DATA, loaded, search_text
from guatu.web.projects.models import (
    CountyShare,
    Import,
    ImportRow,
    ImportState,
    Project,
    Stage,
    StageMove,
)
from guatu.web.projects.queries.comparison import Compared
from guatu.web.projects.queries.imports import what_rests

CHUNK: Final = 500
_COPIED: Final = (*DATA, "search")


class Stale(Exception):
    """The library changed since the comparison: nothing was applied."""


# ------------------------------------------------------------------------ staging


def write_rows(job: Import, rows: Sequence[Compared]) -> None:
    """Keep a chunk of compared rows."""
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                job=job,
                staging=job.staging,
                number=row.number,
                change=row.change,
                name=row.name,
                values=row.values,
                above=row.above,
                errors=row.errors,
                notes=row.notes,
                difference=row.difference,
                before=row.before,
                project_id=row.project_id,
                revision=row.revision,
            )
            for row in rows
        ],
        batch_size=CHUNK,
    )


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


# --------------------------------------------------------------- laying rows ready


class Names:
    """Short names of units and regions, for full text."""

    def __init__(self) -> None:
        self.units = dict(Unit.objects.values_list("pk", "short_name"))
        self.regions = dict(Region.objects.values_list("pk", "name"))

    def of(self, project: Project) -> tuple[str, str]:
        return (
            self.units.get(project.unit_id or 0, ""),
            self.regions.get(project.region_id or 0, ""),
        )


def last_position(job: Import) -> int:
    """Behind which place of the list the new projects come."""
    found = Project.objects.filter(office=job.office_id).aggregate(last=Max("position"))
    return int(found["last"] or 0)


def lay_new(job: Import, rows: Sequence[ImportRow], base: int, names: Names) -> None:
    """Put new projects ready, out of sight; their rows learn which they are."""
    waiting = list(rows)
    while waiting:
        inside = {row.number for row in waiting}
        # A package first, then the parts that stand in the same chunk.
        ready = [row for row in waiting if row.above not in inside]
        _lay_level(job, ready, base, names)
        waiting = [row for row in waiting if row.above in inside]


def _lay_level(job: Import, rows: Sequence[ImportRow], base: int, names: Names) -> None:
    above = _projects_above(job, rows)
    today = timezone.localdate()
    made = []
    for row in rows:
        project = Project(office_id=job.office_id, arriving=job, source_import=job)
        _fill(project, row.values)
        project.parent_id = above.get(row.above) if row.above is not None else None
        project.position = base + row.number % OUTSIDE
        project.stage_since = today if "stage" in row.values else None
        project.search = search_text(project, *names.of(project))
        made.append(project)
    Project.everything.bulk_create(made, batch_size=CHUNK)
    for row, project in zip(rows, made, strict=True):
        row.project_id = project.pk
    ImportRow.objects.bulk_update(rows, ["project"], batch_size=CHUNK)
    _lay_shares(zip(made, (row.values for row in rows), strict=True))


def lay_changes(
    job: Import, rows: Sequence[ImportRow], names: Names, *, back: bool = False
) -> None:
    """Put the new values (or with ``back`` the old ones) of known projects ready beside them."""
    above = {} if back else _projects_above(job, rows)
    known = Project.objects.in_bulk([row.project_id for row in rows if row.project_id])
    made, given = [], []
    for row in rows:
        now = known.get(row.project_id or 0)
        if now is None:
            raise Stale(_("“%(name)s”已不在库里") % {"name": row.name})
        values = row.before if back else {k: row.values[k] for k in row.before if k in row.values}
        shadow = Project(office_id=now.office_id, arriving=job, replaces=now, revision=now.revision)
        for name in DATA:
            setattr(shadow, name, getattr(now, name))
        _fill(shadow, values)
        if not back and "parent_id" in row.before and row.above is not None:
            shadow.parent_id = above.get(row.above)
        shadow.search = search_text(shadow, *names.of(shadow))
        made.append(shadow)
        given.append(values if "shares" in values else {})
    Project.everything.bulk_create(made, batch_size=CHUNK)
    _lay_shares(zip(made, given, strict=True))


def _fill(project: Project, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in DATA:
            empty = "" if value is None and _is_text(name) else value
            setattr(project, name, loaded(name, empty))


def _is_text(name: str) -> bool:
    return not Project._meta.get_field(name.removesuffix("_id")).null


def _projects_above(job: Import, rows: Iterable[ImportRow]) -> dict[int, int | None]:
    wanted = {row.above for row in rows if row.above is not None}
    found = ImportRow.objects.filter(job=job, staging=job.staging, number__in=wanted)
    return dict(found.exclude(change="gone").values_list("number", "project_id"))


def _lay_shares(pairs: Iterable[tuple[Project, Mapping[str, Any]]]) -> None:
    CountyShare.objects.bulk_create(
        [
            CountyShare(project=project, region_id=int(region), amount=amount)
            for project, values in pairs
            for region, amount in (values.get("shares") or {}).items()
        ],
        batch_size=CHUNK,
    )


# ------------------------------------------------------- the short last transaction


def let_in(job: Import, *, by: User, digest: str) -> None:
    """All of the import comes into the library at once; refuses where it was changed since."""
    rows = ImportRow.objects.filter(job=job, staging=job.staging)
    stale = rows.filter(change__in=("changed", "same")).exclude(
        project__isnull=False, project__revision=F("revision")
    )
    changed_only = stale.filter(change="changed")
    if (count := changed_only.count()) or _names_taken(job):
        words = _("核对之后，库里有 %(n)d 个项目又有改动或新增，请重新核对再导入。")
        raise Stale(words % {"n": max(1, count)})
    parents = _parents_of_replaced(job)
    _copy_over(job)
    now = timezone.now()
    Project.everything.filter(arriving=job, replaces__isnull=True).update(arriving=None)
    parents |= set(
        Project.objects.filter(source_import=job, parent__isnull=False)
        .values_list("parent_id", flat=True)
        .distinct()
    )
    refresh_leaves(sorted(parents))
    Import.objects.filter(pk=job.pk).update(state=ImportState.APPLIED, applied=now)
    counts = job.summary.get("counts", {})
    record(by, "import.applied", job, after={"counts": counts, "rows": digest})


def _names_taken(job: Import) -> bool:
    """Whether a project came in, since the comparison, that the sheet brings as a new one."""
    since = Q(pk__gt=job.summary.get("last_project", 0))
    if staged_at := job.summary.get("staged_at"):
        since |= Q(source_import__applied__gt=staged_at)
    later = Project.objects.filter(since, office=job.office_id)
    if not later.exists():
        return False
    new = ImportRow.objects.filter(job=job, staging=job.staging, change="new")
    return new.filter(Exists(later.filter(name=OuterRef("name")))).exists()


def _parents_of_replaced(job: Import) -> set[int]:
    shadows = Project.everything.filter(arriving=job, replaces__isnull=False)
    moved = shadows.exclude(parent_id=F("replaces__parent_id"))
    pairs = moved.values_list("parent_id", "replaces__parent_id")
    return {pk for pair in pairs for pk in pair if pk is not None}


def _copy_over(job: Import) -> None:
    """The values of replacements into the projects they replace, by one statement."""
    table = Project._meta.db_table
    columns = ", ".join(f'"{name}" = laid."{name}"' for name in _COPIED)
    share = CountyShare._meta.db_table
    shadows = f'SELECT id FROM "{table}" WHERE arriving_id = %s AND replaces_id IS NOT NULL'
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {columns}, "revision" = "{table}"."revision" + 1,'
            f' "changed" = %s, "stage_since" = CASE WHEN "{table}"."stage" <> laid."stage"'
            f' THEN %s ELSE "{table}"."stage_since" END'
            f' FROM "{table}" AS laid'
            f' WHERE laid.replaces_id = "{table}".id AND laid.arriving_id = %s',
            [timezone.now(), timezone.localdate(), job.pk],
        )
        # Only projects whose shares change have shares laid ready, or none where all go.
        cursor.execute(
            f'DELETE FROM "{share}" WHERE project_id IN (SELECT replaces_id FROM "{table}" laid'
            f' JOIN "{share}" part ON part.project_id = laid.id WHERE laid.arriving_id = %s)',
            [job.pk],
        )
        cursor.execute(
            f'UPDATE "{share}" SET project_id = (SELECT replaces_id FROM "{table}" laid'
            f' WHERE laid.id = "{share}".project_id) WHERE project_id IN ({shadows})',
            [job.pk],
        )


def take_out(job: Import, *, by: User, digest: str) -> None:
    """All of the import leaves the library at once; refuses where something rests on it."""
    if rests := what_rests(job):
        raise Stale("；".join(rests))
    parents = _parents_of_replaced(job) | set(
        Project.objects.filter(source_import=job, parent__isnull=False)
        .values_list("parent_id", flat=True)
        .distinct()
    )
    _drop_new_shares(job)
    _copy_over(job)
    Project.objects.filter(source_import=job).update(arriving=job)
    refresh_leaves(sorted(parents))
    Import.objects.filter(pk=job.pk).update(state=ImportState.UNDONE)
    record(by, "import.undone", job, after={"rows": digest})


def _drop_new_shares(job: Import) -> None:
    """Shares that the import brought to projects that had none before."""
    rows = ImportRow.objects.filter(job=job, staging=job.staging, change="changed")
    bare = [
        pk for pk, before in rows.values_list("project_id", "before") if before.get("shares") == {}
    ]
    for at in range(0, len(bare), CHUNK):
        CountyShare.objects.filter(project_id__in=bare[at : at + CHUNK]).delete()


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


# ----------------------------------------------------------------- afterwards, in peace


def note_rows(job: Import, rows: Sequence[ImportRow], *, by: User, back: bool = False) -> None:
    """The trail's entry of each project, and the stage it moved to."""
    projects = Project.everything.in_bulk([row.project_id for row in rows if row.project_id])
    writes, moves = [], []
    for row in rows:
        project = projects.get(row.project_id or 0)
        if project is None:
            continue
        new = {k: row.values.get(k) for k in row.before} if row.change == "changed" else row.values
        before, after = (new, row.before) if back else (row.before, new)
        verb = "project.import-undone" if back else "project.imported"
        gone = back and row.change == "new"
        writes.append(Write(verb, project, before or None, None if gone else after))
        if row.change == "changed" and "stage" in row.before:
            ways = (row.values["stage"], row.before["stage"])
            old, to = ways if back else ways[::-1]
            reason = _("撤销导入“%(name)s”") if back else _("表格导入“%(name)s”第 %(n)d 行")
            words = reason % {"name": job.name, "n": row.number}
            moves.append(
                StageMove(
                    project=project,
                    from_stage=Stage(old),
                    to_stage=Stage(to),
                    on=timezone.localdate(),
                    reason=words,
                    by=by,
                )
            )
    record_many(by, writes)
    StageMove.objects.bulk_create(moves, batch_size=CHUNK)


def sweep(job: Import, most: int = CHUNK) -> int:
    """Remove a chunk of rows that were laid ready and are no longer needed; how many."""
    left = Project.everything.filter(arriving=job).order_by("-parent_id", "-pk")
    some = list(left.values_list("pk", flat=True)[:most])
    if not some:
        return 0
    CountyShare.objects.filter(project_id__in=some).delete()
    ImportRow.objects.filter(project_id__in=some).update(project=None)
    Project.everything.filter(parent_id__in=some).update(parent=None)
    return int(Project.everything.filter(pk__in=some)._raw_delete(Project.everything.db))
