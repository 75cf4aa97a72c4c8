"""Screens of 上报表: a superior's blank form mapped by picking cells, filled from a close."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.bulletins.offers import Scope
from guatu.delivery.bulletins.superior import Entry, entry_faults
from guatu.web.bulletins import actions
from guatu.web.bulletins.forms import EntryForm, SuperiorNewForm
from guatu.web.bulletins.models import SuperiorForm
from guatu.web.bulletins.queries import superior as queries
from guatu.web.page.once import once
from guatu.web.page.say import refuse, say
from guatu.web.page.sheets import download
from guatu.web.people.permissions import may, require, user_of
from guatu.web.projects import files
from guatu.web.supervision.models import Close
from guatu.web.supervision.queries.closes import current_closes


def form_of(request: HttpRequest, pk: int) -> SuperiorForm:
    """A form of the person's office that is in use."""
    found = SuperiorForm.objects.select_related("office")
    return get_object_or_404(found, pk=pk, office=user_of(request).office_id, retired=False)


@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    """上报表: the forms that are kept."""
    by = user_of(request)
    require(by, "bulletins.read")
    context = {"forms": queries.forms_of(by.office), "may_map": may(by, "bulletins.superior")}
    return render(request, "bulletins/superior.html", context)


@once
def form_new(request: HttpRequest) -> HttpResponse:
    """Upload a blank form."""
    by = user_of(request)
    require(by, "bulletins.superior")
    form = SuperiorNewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = actions.add_form(
                by=by, name=form.cleaned_data["name"], file_name=upload.name, data=upload.read()
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("“%(name)s”已收，点表里的格子选填什么数。") % {"name": made.name})
            return redirect("bulletins:superior-form", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "bulletins/superior_new.html", {"form": form}, status=status)


def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as it looks: pick a cell, say what stands there."""
    found = form_of(request, pk)
    by = user_of(request)
    require(by, "bulletins.read")
    sheets = queries.sheets_of(found)
    names = [sheet.name for sheet in sheets]
    wanted = request.GET.get("sheet", "")
    sheet = sheets[names.index(wanted)] if wanted in names else sheets[0]
    cell = request.GET.get("cell", "")[:8]
    picking = EntryForm(request.POST or None) if cell else None
    if request.method == "POST" and picking is not None and picking.is_valid():
        given = picking.cleaned_data
        entry = Entry(
            sheet=sheet.name,
            cell=cell,
            scope=Scope(given["scope"]),
            fact=given["code"],
            unit=given["unit"],
            names=given["names"] if given["scope"] != Scope.WHOLE.value else "",
        )
        faults = entry_faults(files.read(found.stored), found.file_name, entry)
        if not faults:
            kept = [
                each
                for each in queries.entries_of(found)
                if (each.sheet, each.cell) != (entry.sheet, entry.cell)
            ]
            actions.keep_mapping(found, [*kept, entry], by=by)
            say(request, _("%(cell)s 已设好。") % {"cell": cell})
            return redirect(_address(found, sheet.name))
        for fault in faults:
            picking.add_error(None, fault)
    entries = queries.entries_of(found)
    rows = queries.entry_rows(entries)
    context = {
        "superior": found,
        "sheets": names,
        "sheet": sheet,
        "cell": cell,
        "picking": picking,
        "rows": rows,
        "mapped": {
            entry.cell: row.words
            for entry, row in zip(entries, rows, strict=True)
            if entry.sheet == sheet.name
        },
        "may_map": may(by, "bulletins.superior", office=found.office),
    }
    status = 422 if picking is not None and picking.is_bound else 200
    return render(request, "bulletins/superior_form.html", context, status=status)


def _address(found: SuperiorForm, sheet: str) -> str:
    return reverse("bulletins:superior-form", args=[found.pk]) + "?" + urlencode({"sheet": sheet})


@require_POST
@once
def entry_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one entry out of the mapping."""
    found = form_of(request, pk)
    place = request.POST.get("place", "")
    kept = [each for each in queries.entries_of(found) if f"{each.sheet} {each.cell}" != place]
    actions.keep_mapping(found, kept, by=user_of(request))
    say(request, _("%(place)s 不再填数。") % {"place": place})
    return redirect("bulletins:superior-form", pk=pk)


def _close_of(request: HttpRequest) -> tuple[Close | None, list[Close]]:
    known = list(current_closes(user_of(request).office)[:36])
    wanted = request.GET.get("close", "")
    chosen = next((close for close in known if str(close.pk) == wanted), None)
    return chosen or (known[0] if known else None), known


@require_GET
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill from a close: what could not be placed is said before the download."""
    found = form_of(request, pk)
    require(user_of(request), "bulletins.read")
    chosen, known = _close_of(request)
    context = {
        "superior": found,
        "chosen": chosen,
        "closes": known,
        "filled": queries.filled_from(found, chosen) if chosen and found.mapping else None,
    }
    return render(request, "bulletins/superior_fill.html", context)


@require_GET
def filled(request: HttpRequest, pk: int) -> HttpResponse:
    """The filled form."""
    found = form_of(request, pk)
    require(user_of(request), "bulletins.read")
    chosen, _known = _close_of(request)
    if chosen is None or not found.mapping:
        refuse(request, _("还没有关账的报告期，或者还没有设定对应关系。"))
        return redirect("bulletins:superior-fill", pk=pk)
    name = f"{found.name}（{chosen.period.period.label}）.xlsx"
    return download(queries.filled_from(found, chosen).data, name)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """停用."""
    found = form_of(request, pk)
    actions.retire_form(found, by=user_of(request))
    say(request, _("“%(name)s”已停用。") % {"name": found.name})
    return redirect("bulletins:superior")
