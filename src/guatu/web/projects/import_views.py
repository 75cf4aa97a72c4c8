"""Screens of an import: hand in, say what each column is, check the difference, apply, undo."""

from __future__ import annotations

from typing import Any, Final, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.projects.heads import MONEY_FIELDS, Mapping, labels, with_band
from guatu.delivery.projects.values import UNITS
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.tables import Table
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.projects import files, forms
from guatu.web.projects.actions import importing
from guatu.web.projects.models import Import, ImportState
from guatu.web.projects.queries import imports as questions

_KINDS: Final = (
    ("error", "有错"),
    ("new", "新增"),
    ("changed", "修改"),
    ("same", "不变"),
    ("gone", "表里没有"),
)


def _who(request: HttpRequest) -> User:
    """The person; the middleware lets nobody else in."""
    return cast(User, request.user)


def _mine(request: HttpRequest, pk: int) -> Import:
    return get_object_or_404(
        Import.objects.select_related("office", "by"), pk=pk, office=_who(request).office
    )


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """导入记录."""
    page = questions.imports(_who(request).office, request.GET)
    table = Table("imports", questions.IMPORT_COLUMNS, page.rows, request.GET, caption="导入记录")
    context = {"page": page, "table": table}
    return page_or_part(request, "projects/imports.html", part="rows", context=context)


def import_new(request: HttpRequest) -> HttpResponse:
    """导入项目表: the file is looked at before anything is written, so no lock is held."""
    require(_who(request), "projects.import")
    form = forms.SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read()
        try:
            sheets = importing.look_at(data, upload.name)
            stored = files.keep(data, "imports", "sheet")
            made = importing.hand_in(
                by=_who(request), name=upload.name, stored=stored, sheets=sheets
            )
        except ValidationError as fault:
            form.add_error("file", fault.messages)
        except files.RefusedFile as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("projects:columns", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "projects/import_new.html", {"form": form}, status=status)


@once
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """对应表头: which column holds what."""
    job = _mine(request, pk)
    if job.state not in (ImportState.MAPPING, ImportState.STAGED):
        return redirect("projects:import", pk=pk)
    asked = request.POST or request.GET
    sheet = _sheet(job, asked.get("sheet", job.sheet))
    mapping = _mapping(job, sheet, asked)
    trouble: list[str] = []
    if request.method == "POST" and "read" in request.POST:
        fields, units = _chosen(request, len(mapping.heads))
        year = request.POST.get("year", "")
        try:
            importing.stage(
                job,
                by=_who(request),
                sheet=sheet["name"],
                mapping=mapping,
                chosen=fields,
                units=units,
                year=int(year) if year.isdigit() and len(year) == 4 else None,
                whole="whole" in request.POST,
            )
        except ValidationError as fault:
            trouble = fault.messages
            mapping = Mapping(
                mapping.first, mapping.last, mapping.heads, fields, units, mapping.year
            )
        else:
            return redirect("projects:import", pk=pk)
    context = _columns_context(job, sheet, mapping)
    context["trouble"] = trouble
    status = 422 if trouble else 200
    return render(request, "projects/columns.html", context, status=status)


def _sheet(job: Import, name: str) -> dict[str, Any]:
    sheets: list[dict[str, Any]] = job.mapping["sheets"]
    return next((each for each in sheets if each["name"] == name), sheets[0])


def _mapping(job: Import, sheet: dict[str, Any], asked: Any) -> Mapping:
    """As it was guessed, chosen before, or anew where a person says which rows are the header."""
    first, last = asked.get("first", ""), asked.get("last", "")
    chosen = job.mapping["chosen"] if sheet["name"] == job.sheet else sheet["mapping"]
    kept = Mapping.from_json(chosen)
    if not (first.isdigit() and last.isdigit()):
        return kept
    band = (int(first) - 1, int(last) - 1)
    if band == (kept.first, kept.last):
        return kept
    merges = [tuple(merge) for merge in sheet["merges"]]
    return with_band(sheet["preview"], merges, *band)


def _chosen(request: HttpRequest, width: int) -> tuple[dict[int, str], dict[int, str]]:
    fields, units = {}, {}
    for column in range(width):
        if name := request.POST.get(f"field-{column}", ""):
            fields[column] = name
            if name in MONEY_FIELDS:
                units[column] = request.POST.get(f"unit-{column}", "万元")
    return fields, units


def _columns_context(job: Import, sheet: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    below = sheet["preview"][mapping.last + 1 : mapping.last + 7]
    lines = []
    for column, head in enumerate(mapping.heads):
        samples = [row[column] for row in below if column < len(row) and row[column]]
        wanted = mapping.fields.get(column, "")
        unit = mapping.units.get(column, "万元")
        lines.append((column, head or _("（无表头）"), wanted, unit, samples[:3]))
    return {
        "job": job,
        "sheet": sheet,
        "sheets": [(each["name"], each["rows"]) for each in job.mapping["sheets"]],
        "first": mapping.first + 1,
        "last": mapping.last + 1,
        "year": mapping.year or "",
        "lines": lines,
        "fields": [(k, v) for k, v in labels().items()],
        "units": list(UNITS),
        "money": MONEY_FIELDS,
        "whole": job.mapping.get("whole", False),
        "known": sum(1 for line in lines if line[2]),
        "top": sheet["preview"][:8],
    }


@require_GET
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: what the sheet would do to the library, row by row."""
    job = _mine(request, pk)
    if job.state == ImportState.MAPPING:
        return redirect("projects:columns", pk=pk)
    running = questions.current_job(job)
    counts = job.summary.get("counts", {})
    change = request.GET.get("kind", "")
    if change not in dict(_KINDS):
        change = next((k for k, _w in _KINDS if counts.get(k)), "new")
    good = sum(counts.get(k, 0) for k in ("new", "changed", "same"))
    totals = job.summary.get("totals", [])
    rests = questions.what_rests(job) if job.state == ImportState.APPLIED else []
    context = {
        "job": job,
        "running": running,
        "url": reverse("projects:import", args=[pk]),
        "counts": [(k, words, counts.get(k, 0)) for k, words in _KINDS if counts.get(k)],
        "change": change,
        "page": questions.difference(job, change, request.GET),
        "errors": questions.errors(job, 50) if counts.get("error") else [],
        "wrong": counts.get("error", 0),
        "good": good,
        "todo": counts.get("new", 0) + counts.get("changed", 0),
        "totals": totals,
        "differing": [t for t in totals if t["differs"]],
        "rests": rests,
        "summary": job.summary,
    }
    return page_or_part(request, "projects/import.html", part="rows", context=context)


@require_POST
@once
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """导入: all of it or nothing."""
    return _do(request, pk, importing.apply)


@require_POST
@once
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销导入."""
    return _do(request, pk, importing.undo)


def _do(request: HttpRequest, pk: int, action: Any) -> HttpResponse:
    try:
        action(_mine(request, pk), by=_who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    return redirect("projects:import", pk=pk)


@require_POST
@once
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """放弃."""
    try:
        importing.drop(_mine(request, pk), by=_who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("这张表已放弃，项目库没有变化。"))
    return redirect("projects:imports")
