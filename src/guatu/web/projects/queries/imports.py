"""Questions about imports: what was read, what would change, what rests on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.web.page.models import Job
from guatu.web.page.paging import Paged, paged
from guatu.web.page.tables import Column
from guatu.web.people.models import Office
from guatu.web.projects.fields import SILENT, label, written
from guatu.web.projects.models import Import, ImportRow, ImportState, Project, TieState
from guatu.web.projects.queries.standing import changed_since

# What an import makes by itself and therefore does not rest on it.
# A fund that was changed since shows by its project's revision.
_OWN: Final = ("import_rows", "shares", "funds", "moves", "arrival")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import as the list shows it."""

    key: str
    url: str
    name: str
    at: datetime
    by: str
    state: str
    result: str


IMPORT_COLUMNS: Final = (
    Column("name", "文件", link="url", width="l"),
    Column("at", "上传时间", "moment"),
    Column("by", "上传人"),
    Column("state", "状态"),
    Column("result", "结果", width="l"),
)


def imports(office: Office, params: QueryDict) -> Paged[ImportLine]:
    """The office's imports, the newest first."""
    found = Import.objects.filter(office=office).select_related("by").defer("mapping")
    return paged(found.order_by("-at"), params, as_row=_line)


def _line(job: Import) -> ImportLine:
    counts = job.summary.get("counts", {})
    words = {"new": "新增", "changed": "修改", "same": "不变", "error": "有错"}
    result = "、".join(f"{words[k]} {counts[k]}" for k in words if counts.get(k))
    url = reverse("projects:import", args=[job.pk])
    return ImportLine(
        str(job.pk), url, job.name, job.at, job.by.name, job.get_state_display(), result
    )


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A row of the difference."""

    number: str
    name: str
    change: str
    url: str
    cells: list[tuple[str, str, str]]
    errors: list[str]
    notes: list[str]
    values: list[tuple[str, str]] = field(default_factory=list)


_OUTSIDE: Final = 1_000_000


def difference(job: Import, change: str, params: QueryDict) -> Paged[DifferenceLine]:
    """A page of rows of one kind: new, changed, same, error, gone."""
    found = job.rows.filter(staging=job.staging, change=change).order_by("number")
    return paged(
        found, params, as_row=partial(_difference_line, applied=job.state == ImportState.APPLIED)
    )


def _difference_line(row: ImportRow, *, applied: bool) -> DifferenceLine:
    there = row.project_id is not None and (applied or row.change != "new")
    shown = ("code", "unit_name", "investment", "year_investment", "start", "finish", "stage")
    values = [
        (label(name), written(name, row.values.get(name)))
        for name in shown
        if name not in SILENT and row.values.get(name) not in (None, "")
    ]
    return DifferenceLine(
        number=str(row.number) if row.number < _OUTSIDE else "表外",
        name=row.name,
        change=row.change,
        url=reverse("projects:project", args=[row.project_id]) if there else "",
        cells=[(what, old, new) for what, (old, new) in row.difference.items()],
        errors=row.errors,
        notes=row.notes,
        values=values,
    )


def errors(job: Import, most: int = 500) -> list[str]:
    """The first errors of a staged sheet, in its order."""
    found = job.rows.filter(staging=job.staging, change="error").order_by("number")
    sentences = [words for row in found[:most] for words in row.errors]
    return sentences[:most]


def current_job(job: Import) -> Job | None:
    """The background job that works on this import, or did last."""
    kinds = {
        ImportState.STAGING: ("projects.stage", f"{job.pk}:{job.staging}"),
        ImportState.APPLYING: (
            "projects.apply",
            f"{job.pk}:{job.staging}:{job.summary.get('tries', 1)}",
        ),
        ImportState.UNDOING: (
            "projects.undo",
            f"{job.pk}:{job.staging}:{job.summary.get('undo_tries', 1)}",
        ),
    }
    wanted = kinds.get(ImportState(job.state))
    return Job.objects.filter(kind=wanted[0], key=wanted[1]).first() if wanted else None


def what_rests(job: Import) -> list[str]:
    """What was done since that rests on an applied import; empty where it can be undone."""
    count = changed_since(job)
    changed = [_("%(n)d 个项目导入后又有改动") % {"n": count}] if count else []
    return [*changed, *what_hangs(job)]


def revisions_of(job: Import) -> int:
    """The sum over the projects that an import made; they only go up, so it tells any change."""
    made = Project.objects.filter(source_import=job)
    return int(made.aggregate(all=Sum("revision"))["all"] or 0)


def what_hangs(job: Import) -> list[str]:
    """What was noted on the projects that an import made; quick enough for the write lock."""
    words = []
    made = Project.objects.filter(source_import=job)
    for relation in Project._meta.related_objects:
        name = relation.get_accessor_name()
        model: Any = relation.related_model
        if name in _OWN or name is None or (model is Project and relation.field.name != "parent"):
            continue
        rests = model._base_manager.filter(**{f"{relation.field.name}__in": made})
        if model is Project:
            rests = rests.exclude(source_import=job).filter(arrival__isnull=True)
        if name == "ties":
            rests = rests.exclude(state=TieState.SUGGESTED)
        if count := rests.count():
            words.append(_("有 %(n)d 条%(what)s登记在这些项目上") % {
                "n": count, "what": model._meta.verbose_name,
            })  # fmt: skip
    return words


def waiting(office: Office) -> list[Import]:
    """Sheets that wait for a person."""
    states = Q(state=ImportState.MAPPING) | Q(state=ImportState.STAGED)
    return list(Import.objects.filter(states, office=office).only("id", "name", "state", "office"))
