"""Screens of what comes back: files, differences, 代录, 无变化, figures side by side."""

from __future__ import annotations

import uuid
from contextlib import nullcontext

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page.once import once
from guatu.web.page.say import refuse, say, warn
from guatu.web.people.permissions import require, user_of
from guatu.web.projects import files
from guatu.web.reporting import actions
from guatu.web.reporting.forms import BackForm, EnterForm, ReceivedForm
from guatu.web.reporting.models import FileState, PeriodUnit, ReportingPeriod, ReturnedFile
from guatu.web.reporting.queries import entering as entering_queries
from guatu.web.reporting.queries import files as file_queries
from guatu.web.reporting.queries import period as period_queries
from guatu.web.reporting.views import period_context, period_of, unit_of


def back(request: HttpRequest, pk: int) -> HttpResponse:
    """交表与汇总: drop the files, see what they hold."""
    found = period_of(request, pk)
    context = period_context(request, found, "back")
    form = BackForm(
        request.POST or None, request.FILES or None, initial={"received_on": context["today"]}
    )
    if request.method == "POST" and form.is_valid():
        require(user_of(request), "reporting.enter", office=found.office)
        try:
            _take_in(request, found, form)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect("reporting:back", pk=pk)
    rows = file_queries.file_rows(found)
    context |= {
        "form": form,
        "rows": rows,
        "jobs": file_queries.reading_jobs(rows, found),
        "good": sum(row.good for row in rows),
        "useless": sum(row.useless for row in rows),
        "waiting": [
            row for row in rows if row.faults or row.asking or row.stale or row.code == "wrong"
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/back.html", context, status=status)


def _take_in(request: HttpRequest, found: ReportingPeriod, form: BackForm) -> None:
    """Each file by itself: one that is damaged keeps none of the others out."""
    sheets, by = form.cleaned_data["sheets"], user_of(request)
    later = actions.takes_long([(upload.name, upload.size) for upload in sheets])
    new: list[ReturnedFile] = []
    known, refused = [], 0
    with transaction.atomic() if later else nullcontext():
        for upload in sheets:
            try:
                made, fresh = actions.take_in(
                    found,
                    name=upload.name,
                    data=upload.read(),
                    by=by,
                    received_on=form.cleaned_data["received_on"],
                    later=later,
                )
            except files.RefusedFile as fault:
                warn(request, f"“{upload.name}”：{fault}")
                continue
            if not fresh:
                known.append(_("“%(name)s”与“%(other)s”内容相同") % {
                    "name": upload.name, "other": made.name,
                })  # fmt: skip
            elif made.state == FileState.REFUSED:
                refused += 1
            else:
                new.append(made)
        if later and new:
            actions.read_later(new, by=by)
    if later:
        words = _("收到 %(new)s 份，正在后台读") % {"new": len(new)}
    else:
        words = _("读好 %(new)s 份") % {"new": len(new)}
    if refused:
        words += _("，%(n)s 份不能收，原因见下表") % {"n": refused}
    if known:
        words += "；" + "、".join(known[:3]) + _("，没有重复读")
    say(request, words + "。")


@require_POST
def back_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """收下没有问题的各份."""
    found = period_of(request, pk)
    count, rows = actions.apply_good_files(found, by=user_of(request))
    if count:
        say(request, _("收下 %(files)s 份，%(rows)s 个项目。") % {"files": count, "rows": rows})
    else:
        refuse(request, _("没有可以直接收下的表，请逐份核对。"))
    return redirect("reporting:back", pk=pk)


@require_POST
@once
def back_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """退回收不了的各份."""
    found = period_of(request, pk)
    count = actions.drop_useless_files(found, by=user_of(request))
    say(request, _("退回 %(n)s 份，数没有变。") % {"n": count})
    return redirect("reporting:back", pk=pk)


def _next_file(period: ReportingPeriod) -> HttpResponse:
    """On to the next file that has to be looked at; back to the list after the last."""
    coming = file_queries.next_to_see(period)
    if coming is None:
        return redirect("reporting:back", pk=period.pk)
    return redirect("reporting:file", pk=coming.pk)


def file_of(request: HttpRequest, pk: int) -> ReturnedFile:
    """A returned file of the person's office."""
    found = ReturnedFile.objects.select_related(
        "period__cycle", "period__office", "period_unit__unit", "sent", "by"
    )
    return get_object_or_404(found, pk=pk, period__office=user_of(request).office_id)


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """差异: a file row by row; what blocks, what needs a word, what both sides changed."""
    return _file_page(request, file_of(request, pk))


def _file_page(
    request: HttpRequest, found: ReturnedFile, given: QueryDict | None = None, status: int = 200
) -> HttpResponse:
    compared = file_queries.compared_file(found)
    act = found.reports.filter(current=True).values_list("act", flat=True).first()
    context = period_context(request, found.period, "back")
    context |= {
        "file": found,
        "compared": compared,
        "faults": list(file_queries.faults_told(compared.faults)),
        "stale": _with_given(compared.stale, given, "stale-"),
        "asking": _with_given(compared.asking, given, "words-"),
        "act": act if found.state == FileState.APPLIED else None,
        "taken": file_queries.taken_rows(found) if found.state != FileState.STAGED else [],
    }
    return render(request, "reporting/file.html", context, status=status)


def _with_given(
    rows: list[file_queries.ComparedRow], given: QueryDict | None, prefix: str
) -> list[tuple[file_queries.ComparedRow, str]]:
    """Rows with what was chosen or typed for them: nothing typed is lost by an error."""
    chosen = _by_project(given, prefix) if given is not None else {}
    return [(row, chosen.get(row.row.project or 0, "")) for row in rows]


@require_POST
@once
def file_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """收下: all rows that say something, or none."""
    found = file_of(request, pk)
    try:
        count = actions.apply_file(
            found,
            by=user_of(request),
            stale=_by_project(request.POST, "stale-"),
            words=_by_project(request.POST, "words-"),
        )
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
        return _file_page(request, file_of(request, pk), request.POST, status=422)
    act = found.reports.filter(current=True).values_list("act", flat=True).first()
    undo = reverse("reporting:undo", args=[found.period_id, act]) if act else ""
    words = _("“%(name)s”收下 %(n)s 个项目的数。") % {"name": found.name, "n": count}
    say(request, words, undo=undo)
    return _next_file(found.period)


def _by_project(posted: QueryDict, prefix: str) -> dict[int, str]:
    found = {}
    for key, value in posted.items():
        pk = key.removeprefix(prefix)
        if key.startswith(prefix) and pk.isdigit() and isinstance(value, str):
            found[int(pk)] = value
    return found


@require_POST
@once
def file_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """退回."""
    found = file_of(request, pk)
    try:
        actions.drop_file(found, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("“%(name)s”已退回，数没有变。") % {"name": found.name})
    return _next_file(found.period)


@require_POST
def undo(request: HttpRequest, pk: int, act: uuid.UUID) -> HttpResponse:
    """撤销一次收表、代录或确认."""
    found = period_of(request, pk)
    try:
        count = actions.undo_act(found, act, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已撤销，%(n)s 个项目恢复原来的数。") % {"n": count})
    return redirect("reporting:period", pk=pk)


# ------------------------------------------------------------------ without a file


def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """代录: enter for a unit, with who gave it and the scan."""
    unit = unit_of(request, pk)
    context = period_context(request, unit.period, "units")
    form = EnterForm(
        request.POST or None, request.FILES or None, initial={"received_on": context["today"]}
    )
    grid = entering_queries.grid(unit, request.POST or None)
    if request.method == "POST" and form.is_valid() and not grid.wrong:
        answer = _enter(request, unit, form, grid)
        if answer is not None:
            return answer
    context |= {"unit": unit, "form": form, "grid": grid}
    status = 422 if form.is_bound else 200
    return render(request, "reporting/enter.html", context, status=status)


def _enter(
    request: HttpRequest, unit: PeriodUnit, form: EnterForm, grid: entering_queries.Grid
) -> HttpResponse | None:
    scan = form.cleaned_data["scan"]
    try:
        kept = None
        if scan is not None:
            data = scan.read()
            kept = (scan.name, files.keep(data, "reporting", files.kind_of(data, scan.name)))
        act = _entered_once(request, unit, form, grid, kept)
    except files.RefusedFile as fault:
        form.add_error("scan", str(fault))
    except ValidationError as fault:
        told = fault.message_dict if hasattr(fault, "error_dict") else {"": fault.messages}
        for key, words in told.items():
            if key.isdigit():
                grid.tell(int(key), words)
            else:
                form.add_error(key if key in form.fields else None, words)
    else:
        if act is None:
            refuse(request, _("与现在的数相同，没有要报的。"))
            return redirect("reporting:enter", pk=unit.pk)
        undo_url = reverse("reporting:undo", args=[unit.period_id, act])
        say(request, _("已为%(unit)s代录。") % {"unit": unit.unit}, undo=undo_url)
        return redirect("reporting:period", pk=unit.period_id)
    return None


def _entered_once(
    request: HttpRequest,
    unit: PeriodUnit,
    form: EnterForm,
    grid: entering_queries.Grid,
    scan: tuple[str, files.Stored] | None,
) -> uuid.UUID | None:
    return actions.enter(
        unit,
        grid.entered,
        by=user_of(request),
        given_by=form.cleaned_data["given_by"],
        received_on=form.cleaned_data["received_on"],
        scan=scan,
    )


@once
def unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """N个项目本期无变化: one act for all that are picked."""
    found = period_of(request, pk)
    context = period_context(request, found, "units")
    form = ReceivedForm(request.POST or None, initial={"received_on": context["today"]})
    if request.method == "POST" and form.is_valid():
        picked = [int(value) for value in request.POST.getlist("pick") if value.isdigit()]
        try:
            act, count = actions.confirm_unchanged(
                found,
                picked,
                by=user_of(request),
                given_by=request.POST.get("given_by", ""),
                received_on=form.cleaned_data["received_on"],
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            undo_url = reverse("reporting:undo", args=[pk, act])
            say(request, _("已确认 %(n)s 个项目本期无变化。") % {"n": count}, undo=undo_url)
            return redirect("reporting:period", pk=pk)
    unit = request.GET.get("unit", "")
    units = period_queries.unit_choices(found)
    context |= {
        "form": form,
        "rows": entering_queries.confirmable(found, units, unit),
        "unit": unit,
        "units": units,
        "picked": set(request.POST.getlist("pick")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/unchanged.html", context, status=status)
