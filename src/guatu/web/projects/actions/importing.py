"""Verbs of an import: handed in, mapped, staged, applied, undone (导入).

**How all or nothing is kept without holding the others up.** Applying writes in short chunks, but
only rows that nobody sees: new projects carry ``arriving``, new values of known projects stand in
rows beside them (``replaces``). One last short transaction then checks that nothing was changed
since the comparison, copies the new values over by one statement, and lets the new rows in by
another. Killed before it, the library is as it was; killed after it, all of it is there; the job
goes on from its cursor either way. An undo goes the same road backwards.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.projects.heads import MANY, Mapping, guess, labels
from guatu.delivery.projects.sheets import Sheet, UnreadableSheet, open_sheets
from guatu.delivery.projects.values import UNITS, text_of
from guatu.web.page.jobs import enqueue
from guatu.web.page.models import Job, JobState
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.queries import regions_on
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.projects.models import ColumnMemory, Import, ImportState
from guatu.web.projects.queries.imports import what_rests

PREVIEW = 60
APPLY = "projects.apply"


def look_at(data: bytes, name: str) -> list[dict[str, Any]]:
    """The sheets of a file, each with its first rows and a guess of its header; no writing."""
    try:
        sheets = open_sheets(data, name)
    except UnreadableSheet as fault:
        raise CannotDo({"file": str(fault)}) from None
    regions = [region.name for region in regions_on()]
    return [_look(sheet, regions) for sheet in sheets[:20]]


def _look(sheet: Sheet, regions: list[str]) -> dict[str, Any]:
    mapping = guess(sheet.rows[:500], sheet.merges, regions)
    preview = [[text_of(cell)[:80] for cell in row] for row in sheet.rows[:PREVIEW]]
    return {
        "name": sheet.name,
        "rows": len(sheet.rows),
        "preview": preview,
        "merges": [m for m in sheet.merges if m[0] < PREVIEW][:500],
        "mapping": mapping.to_json(),
        "fingerprint": mapping.fingerprint,
    }


@transaction.atomic
def hand_in(*, by: User, name: str, stored: files.Stored, sheets: list[dict[str, Any]]) -> Import:
    """Take in a sheet that was looked at; a header that the office mapped before is known."""
    require(by, "projects.import")
    open_one = Import.objects.filter(
        office=by.office, digest=stored.digest, state=ImportState.MAPPING
    ).first()
    if open_one is not None:
        return open_one
    known = {
        memory.fingerprint: memory.mapping
        for memory in ColumnMemory.objects.filter(
            office=by.office, fingerprint__in=[sheet["fingerprint"] for sheet in sheets]
        )
    }
    for sheet in sheets:
        if memory := known.get(sheet["fingerprint"]):
            sheet["mapping"] = {**sheet["mapping"], **memory}
            sheet["remembered"] = True
    best = max(sheets, key=lambda each: (len(each["mapping"]["fields"]), each["rows"]))
    made = Import.objects.create(
        office=by.office,
        by=by,
        name=name[-200:],
        stored=stored.path,
        digest=stored.digest,
        sheet=best["name"][:100],
        mapping={"sheets": sheets, "chosen": best["mapping"], "whole": False},
        fingerprint=best["fingerprint"],
    )
    record(by, "import.handed-in", made, after={"name": made.name, "digest": made.digest})
    return made


@transaction.atomic
def stage(
    job: Import,
    *,
    by: User,
    sheet: str,
    mapping: Mapping,
    chosen: MappingType[int, str],
    units: MappingType[int, str],
    year: int | None,
    whole: bool,
) -> Import:
    """Fix what each column holds, remember it for the office, and have the sheet read."""
    require(by, "projects.import", office=job.office)
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state not in (ImportState.MAPPING, ImportState.STAGED):
        raise CannotDo(_("这张表%(state)s，不能再改表头。") % {"state": job.get_state_display()})
    known = labels()
    fields = {column: name for column, name in chosen.items() if name in known}
    if "name" not in fields.values():
        raise CannotDo({"name": _("请指明哪一列是“项目名称”。")})
    held = [name for name in fields.values() if name not in MANY]
    twice = sorted({name for name in held if held.count(name) > 1})
    if twice:
        what = "、".join(known[name] for name in twice)
        raise CannotDo({"name": _("“%(what)s”只能对应一列，现在对应了两列以上。") % {"what": what}})
    good = {column: unit for column, unit in units.items() if unit in UNITS}
    final = replace(mapping, fields=fields, units=good, year=year)
    job.sheet, job.fingerprint = sheet[:100], final.fingerprint
    job.mapping = {**job.mapping, "chosen": final.to_json(), "whole": whole}
    job.state, job.staging = ImportState.STAGING, job.staging + 1
    job.summary = {}
    job.save()
    kept = final.to_json()
    memory = {"fields": kept["fields"], "units": kept["units"]}
    ColumnMemory.objects.update_or_create(
        office=job.office, fingerprint=final.fingerprint, defaults={"mapping": memory}
    )
    enqueue("projects.stage", f"{job.pk}:{job.staging}", {"import": job.pk}, by=by)
    record(by, "import.mapped", job, after=memory)
    return job


@transaction.atomic
def apply(job: Import, *, by: User) -> Import:
    """Have a staged import applied, all of it or nothing."""
    require(by, "projects.import", office=job.office)
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state != ImportState.STAGED:
        raise CannotDo(_("这张表%(state)s，不能导入。") % {"state": job.get_state_display()})
    wrong = job.rows.filter(staging=job.staging, change="error").count()
    if wrong:
        raise CannotDo(
            _("还有 %(n)d 行有错，改好后重新上传再导入；一行也没有写入。") % {"n": wrong}
        )
    job.state = ImportState.APPLYING
    job.save(update_fields=["state"])
    job.summary["tries"] = int(job.summary.get("tries", 0)) + 1
    job.save(update_fields=["summary"])
    enqueue(APPLY, _key(job, "tries"), {"import": job.pk, "by": by.pk}, by=by)
    return job


def undo(job: Import, *, by: User) -> Import:
    """Have an applied import taken back, as long as nothing later rests on it."""
    require(by, "projects.import", office=job.office)
    # Comparing thousands of projects takes a while: not under the lock. The job compares again.
    rests = what_rests(job) if job.state == ImportState.APPLIED else []
    return _undo(job, rests, by=by)


@transaction.atomic
def _undo(job: Import, rests: list[str], *, by: User) -> Import:
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state != ImportState.APPLIED:
        raise CannotDo(_("这张表%(state)s，没有可撤销的。") % {"state": job.get_state_display()})
    if _is_being_noted(job):
        raise CannotDo(_("这次导入还在登记变更记录，登记完才能撤销，请稍候再试。"))
    if rests:
        raise CannotDo(_("不能撤销：%(why)s。") % {"why": "；".join(rests)})
    job.summary["undo_tries"] = int(job.summary.get("undo_tries", 0)) + 1
    job.state = ImportState.UNDOING
    job.save(update_fields=["state", "summary"])
    enqueue("projects.undo", _key(job, "undo_tries"), {"import": job.pk, "by": by.pk}, by=by)
    return job


def _is_being_noted(job: Import) -> bool:
    """It is in, and its job still writes the trail: an undo beside it would be noted before it."""
    mine = Job.objects.filter(kind=APPLY, key=_key(job, "tries"))
    return mine.filter(state__in=(JobState.WAITING, JobState.RUNNING)).exists()


def _key(job: Import, tries: str) -> str:
    return f"{job.pk}:{job.staging}:{job.summary[tries]}"


@transaction.atomic
def drop(job: Import, *, by: User) -> None:
    """Give a sheet up that was not applied."""
    require(by, "projects.import", office=job.office)
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state not in (ImportState.MAPPING, ImportState.STAGED):
        raise CannotDo(_("这张表%(state)s，不能放弃。") % {"state": job.get_state_display()})
    job.state = ImportState.DROPPED
    job.save(update_fields=["state"])
    record(by, "import.dropped", job)
