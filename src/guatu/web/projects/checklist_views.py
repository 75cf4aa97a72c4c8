"""Screens of checklists (落实清单): the office's setting, and an item of a project."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.projects.checklist import Checklist, Item
from guatu.web.page.once import once
from guatu.web.page.say import say
from guatu.web.people.permissions import may, require, user_of
from guatu.web.projects import files
from guatu.web.projects.actions import checklists as actions
from guatu.web.projects.checklist_forms import ChecklistForm, ItemForm
from guatu.web.projects.models import ItemRecord, Project
from guatu.web.projects.queries import checklists as queries

NEW = "new"


@require_GET
def checklists(request: HttpRequest) -> HttpResponse:
    """落实清单: what the office asks of every project, and where it is a condition."""
    by = user_of(request)
    context = {
        "lists": queries.kept_lists(by.office),
        "sources": dict(queries.source_choices()),
        "gates": dict(queries.gate_choices()),
        "may_edit": may(by, "projects.checklists"),
    }
    return render(request, "projects/checklists.html", context)


@once
def checklist(request: HttpRequest, key: str) -> HttpResponse:
    """修改清单, or a new one."""
    by = user_of(request)
    require(by, "projects.checklists")
    known = {kept.checklist.key: kept for kept in queries.kept_lists(by.office)}
    if key != NEW and key not in known:
        raise Http404
    wanted = known[key].checklist if key in known else Checklist(uuid4().hex[:12], "", ())
    active = known[key].active if key in known else True
    form = ChecklistForm(request.POST or None, checklist=wanted, active=active)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_checklist(form.wanted(), by=by, active=form.cleaned_data["active"])
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        else:
            say(request, _("清单“%(name)s”已保存。") % {"name": made.name})
            return redirect("projects:checklists")
    context = {"form": form, "name": wanted.name}
    status = 422 if form.is_bound else 200
    return render(request, "projects/checklist_form.html", context, status=status)


def _project_and_item(request: HttpRequest, pk: int, key: str) -> tuple[Project, Item]:
    office = user_of(request).office
    found = get_object_or_404(Project.objects.select_related("office"), pk=pk, office=office)
    item = queries.item_of(office, key)
    if item is None:
        raise Http404
    return found, item


@once
def item(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """登记落实依据: what settles an item for a project."""
    require(user_of(request), "projects.edit")
    project, wanted = _project_and_item(request, pk, key)
    record = ItemRecord.objects.filter(project=project, item=key).first()
    form = ItemForm(request.POST or None, request.FILES or None, project=project, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            upload = _kept(form)
            actions.record_item(
                project, wanted, by=user_of(request), upload=upload, **form.values()
            )
        except files.RefusedFile as fault:
            form.add_error("file", str(fault))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("“%(item)s”已登记。") % {"item": wanted.name})
            return redirect(_back(pk))
    context = {
        "form": form, "project": project, "item": wanted, "record": record, "back": _back(pk)
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "projects/checklist_item.html", context, status=status)


def _kept(form: ItemForm) -> tuple[str, files.Stored] | None:
    """The file that came with the record, checked and kept."""
    upload = form.cleaned_data["file"]
    if upload is None:
        return None
    data = upload.read()
    return upload.name, files.keep(data, "attachments", files.kind_of(data, upload.name))


def _back(pk: int) -> str:
    return reverse("projects:project", args=[pk]) + "#checklists"


@require_POST
@once
def item_forget(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Take a wrongly entered record away."""
    office = user_of(request).office
    found = get_object_or_404(
        ItemRecord.objects.select_related("project__office"),
        project=pk, item=key, project__office=office,
    )  # fmt: skip
    actions.forget_item(found, by=user_of(request))
    words = _("“%(item)s”的登记已删除，操作记录里留有原样。")
    say(request, words % {"item": found.item_name})
    return redirect(_back(pk))
