"""Screens of the project library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import quote

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.projects.checklist import Checklist
from guatu.web.page.figures import source_page
from guatu.web.page.filters import FilterBar
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import User
from guatu.web.people.permissions import may
from guatu.web.people.queries import trail_of
from guatu.web.projects import files, forms
from guatu.web.projects.actions import details, library
from guatu.web.projects.actions import ties as tie_actions
from guatu.web.projects.models import (
    Attachment,
    BulkChange,
    Fund,
    Node,
    Problem,
    Project,
    SavedFilter,
    Tie,
)
from guatu.web.projects.queries import library as lists
from guatu.web.projects.queries import ties as tie_queries
from guatu.web.projects.queries.checklists import checklists, project_checklists
from guatu.web.projects.queries.gates import gates_of, likely_stage, next_stages
from guatu.web.projects.queries.project import figure_source, project_page
from guatu.web.projects.queries.tie_subjects import subjects_of
from guatu.web.projects.sheet import workbook_of

_DETAILS: Final[dict[str, tuple[Any, Any, str]]] = {
    "nodes": (Node, forms.NodeForm, "节点"),
    "funds": (Fund, forms.FundForm, "资金"),
    "problems": (Problem, forms.ProblemForm, "问题"),
}


def _who(request: HttpRequest) -> User:
    """The person; the middleware lets nobody else in."""
    return cast(User, request.user)


def _mine(request: HttpRequest, pk: int) -> Project:
    found = Project.objects.select_related("office", "region", "unit", "parent", "owner")
    return get_object_or_404(found, pk=pk, office_id=_who(request).office_id)


def _may_edit(request: HttpRequest) -> bool:
    return may(_who(request), "projects.edit")


def _words_of(fault: ValidationError) -> str:
    return " ".join(fault.messages)


# --------------------------------------------------------------------------- the list


def _found(request: HttpRequest, params: QueryDict) -> tuple[FilterBar, Any, list[Checklist]]:
    """The filters, what they find, and the office's checklists."""
    office = _who(request).office
    checks = checklists(office)
    bar = FilterBar(params, lists.filters(office, checks))
    stages = bar.all_chosen("stage")
    return bar, lists.found_projects(office, bar.chosen(), stages, checks), checks


def _shown(checks: list[Checklist], columns: Sequence[Column]) -> list[Checklist]:
    """The checklists where their column is shown: nobody else waits for them."""
    return checks if any(column.key == "checks" for column in columns) else []


@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """项目库."""
    if "col" in request.GET:
        return redirect(_with_columns(request.GET))
    bar, found, checks = _found(request, request.GET)
    sums = lists.sums(found)
    columns = lists.chosen_columns(request.GET)
    page = lists.projects(found, request.GET, sums.rows, _shown(checks, columns))
    totals = {
        "name": _("合计（末级项目）"),
        "investment": sums.investment,
        "year_investment": sums.year_investment,
        "reached_year": sums.reached_year,
    }
    editing = _may_edit(request)
    table = Table(
        "projects", columns, page.rows, request.GET, totals=totals, pick=editing, caption="项目库"
    )
    context = {
        "bar": bar,
        "page": page,
        "table": table,
        "sums": sums,
        "columns": [(c, c in columns) for c in lists.COLUMNS if c.key != "name"],
        "saved": lists.saved_filters(_who(request)),
        "may_edit": editing,
        "bulk_choices": forms.BULK_CHOICES,
        "query": request.GET.urlencode(),
        "kept": [(k, v) for k, vs in request.GET.lists() if k not in ("cols", "col") for v in vs],
    }
    return page_or_part(request, "projects/projects.html", part="rows", context=context)


def _with_columns(params: QueryDict) -> str:
    """The column boxes of a form as one short word in the address."""
    query = params.copy()
    query["cols"] = ".".join(name for name in query.pop("col") if name)
    query.pop("page", None)
    return "?" + query.urlencode()


@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """The list as xlsx, exactly as shown: its filters, columns and order."""
    bar, found, checks = _found(request, request.GET)
    columns = lists.chosen_columns(request.GET)
    rows = lists.sheet_rows(found, request.GET, _shown(checks, columns))
    conditions = "；".join(f"{chip.label}：{chip.value}" for chip in bar.chips)
    data = workbook_of(columns, rows, lists.sums(found), conditions)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('项目库.xlsx')}"
    return response


@require_POST
@once
def bulk(request: HttpRequest) -> HttpResponse:
    """批量修改: first a page that says what would change, then the change."""
    picked = _picked(request)
    form = forms.BulkForm(request.POST)
    back = reverse("projects:projects") + "?" + request.POST.get("query", "")
    if not picked or not form.is_valid():
        refuse(request, _("请先在列表里选择项目，再写明改哪一项、改成什么。"))
        return redirect(back)
    try:
        value = form.chosen()
    except ValidationError as fault:
        form.add_error("value", fault)
        return _bulk_page(request, form, picked, back)
    if "confirmed" not in request.POST:
        return _bulk_page(request, form, picked, back)
    try:
        done = library.change_many(
            by=_who(request), projects=picked, field=form.cleaned_data["field"], value=value
        )
    except ValidationError as fault:
        refuse(request, _words_of(fault))
        return redirect(back)
    say(request, f"{done.words}。", undo=reverse("projects:bulk-undo", args=[done.pk]))
    return redirect(back)


def _bulk_page(
    request: HttpRequest, form: forms.BulkForm, picked: Sequence[int], back: str
) -> HttpResponse:
    """What would change, to be confirmed; with an error, the choice once more, nothing lost."""
    found = Project.objects.filter(pk__in=picked, office=_who(request).office)
    context = {
        "form": form,
        "words": dict(forms.BULK_CHOICES)[form.cleaned_data["field"]],
        "value": form.cleaned_data.get("value", ""),
        "count": len(picked),
        "names": list(found.values_list("name", flat=True)[:10]),
        "picked": picked,
        "query": request.POST.get("query", ""),
        "back": back,
    }
    # Nothing is written yet: the same form may be sent again from this page.
    return render(request, "projects/bulk.html", context, status=422 if form.errors else 200)


def _picked(request: HttpRequest) -> Sequence[int]:
    """The rows picked, or all rows of the list where that was said."""
    if request.POST.get("all"):
        params = QueryDict(request.POST.get("query", ""))
        _bar, found, _checks = _found(request, params)
        return list(found.values_list("pk", flat=True)[: library.BULK_MOST + 1])
    return [int(text) for text in request.POST.getlist("pick") if text.isdigit()]


@require_POST
@once
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bulk change back."""
    mine = BulkChange.objects.exclude(field=tie_actions.TIES)
    found = get_object_or_404(mine, pk=pk, office_id=_who(request).office_id)
    try:
        count = library.undo_bulk(found, by=_who(request))
    except ValidationError as fault:
        refuse(request, _words_of(fault))
    else:
        say(request, _("已撤销，%(n)d 个项目恢复原值。") % {"n": count})
    return redirect("projects:projects")


@require_POST
@once
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keep the list's conditions under a name."""
    form = forms.FilterNameForm(request.POST)
    query = request.POST.get("query", "")
    if form.is_valid():
        saved = details.save_filter(by=_who(request), query=query, **form.cleaned_data)
        say(request, _("已存为“%(name)s”。") % {"name": saved.name})
    else:
        refuse(request, _("请给这组条件起个名字。"))
    return redirect(reverse("projects:projects") + "?" + query)


@require_POST
@once
def filter_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved filter."""
    found = get_object_or_404(SavedFilter, pk=pk, office_id=_who(request).office_id)
    try:
        details.forget_filter(found, by=_who(request))
    except ValidationError as fault:
        refuse(request, _words_of(fault))
    return redirect("projects:projects")


# ---------------------------------------------------------------------- one project


@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """One project at one look."""
    found = _mine(request, pk)
    shown = project_page(found)
    context = {
        "project": found,
        "shown": shown,
        "subjects": subjects_of(tie.pk for tie in shown.ties) if shown.ties else {},
        "lists": project_checklists(found),
        "trail": trail_of(found),
        "may_edit": _may_edit(request),
        "attachment_form": forms.AttachmentForm(),
    }
    return render(request, "projects/project.html", context)


@once
def project_new(request: HttpRequest) -> HttpResponse:
    """新增项目."""
    form = forms.NewProjectForm(request.POST or None, office=_who(request).office)
    if request.method == "POST" and form.is_valid():
        try:
            made = library.create_project(
                by=_who(request), shares=form.cleaned_data["shares_text"], **form.values()
            )
        except ValidationError as fault:
            _add(form, fault)
        else:
            say(request, _("“%(name)s”已入库。") % {"name": made.name})
            return redirect("projects:project", pk=made.pk)
    context = {"form": form, "back": reverse("projects:projects")}
    status = 422 if form.is_bound else 200
    return render(request, "projects/project_form.html", context, status=status)


@once
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改项目."""
    found = _mine(request, pk)
    form = forms.ProjectForm(request.POST or None, instance=found, office=_who(request).office)
    if request.method == "POST" and form.is_valid():
        try:
            shares = form.cleaned_data["shares_text"]
            library.change_project(found, by=_who(request), shares=shares, **form.values())
        except ValidationError as fault:
            _add(form, fault)
        else:
            say(request, _("已保存。"))
            return redirect("projects:project", pk=pk)
    context = {"form": form, "project": found, "back": reverse("projects:project", args=[pk])}
    status = 422 if form.is_bound else 200
    return render(request, "projects/project_form.html", context, status=status)


def _add(form: django_forms.BaseForm, fault: ValidationError) -> None:
    """Errors of the action to their fields; to the form where it has no such field."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, errors in fault.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


@once
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """变更阶段."""
    found = _mine(request, pk)
    stages = next_stages(found.stage)
    initial = {"to": request.GET.get("to") or likely_stage(found.stage)}
    form = forms.StageForm(request.POST or None, stages=stages, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            move = library.move_stage(found, by=_who(request), **form.cleaned_data)
        except ValidationError as fault:
            _add(form, fault)
        else:
            say(request, _("已转为%(stage)s。") % {"stage": move.get_to_stage_display()})
            return redirect("projects:project", pk=pk)
    context = {
        "form": form,
        "project": found,
        "all_gates": gates_of(found, "operating"),
        "back": reverse("projects:project", args=[pk]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/stage.html", context, status=status)


@require_GET
def figure(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """点数见据: what a figure of the project rests on."""
    if name not in ("investment", "year_investment", "reached_year"):
        raise Http404
    return source_page(request, figure_source(_mine(request, pk), name))


# ------------------------------------------------------- nodes, funds, problems, files


def _detail_page(
    request: HttpRequest, form: Any, found: Project, title: str, about: str = ""
) -> HttpResponse:
    context = {
        "about": about,
        "form": form,
        "project": found,
        "title": title,
        "back": reverse("projects:project", args=[found.pk]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/detail_form.html", context, status=status)


def _kind(kind: str) -> tuple[Any, Any, str]:
    if kind not in _DETAILS:
        raise Http404
    return _DETAILS[kind]


@once
def detail_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A node, fund or problem to enter."""
    model, form_class, words = _kind(kind)
    found = _mine(request, pk)
    known = {name: request.GET[name] for name in ("name", "planned") if name in request.GET}
    form = form_class(request.POST or None, instance=model(project=found), initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            details.save_detail(form.instance, by=_who(request))
        except ValidationError as fault:
            _add(form, fault)
        else:
            say(request, _("%(what)s已登记。") % {"what": words})
            return redirect(reverse("projects:project", args=[pk]) + f"#{kind}")
    return _detail_page(request, form, found, _("登记%(what)s") % {"what": words})


@once
def detail_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A node, fund or problem to change."""
    model, form_class, words = _kind(kind)
    detail = get_object_or_404(model, pk=pk, project__office=_who(request).office)
    form = form_class(request.POST or None, instance=detail)
    if request.method == "POST" and form.is_valid():
        try:
            details.save_detail(form.instance, by=_who(request))
        except ValidationError as fault:
            _add(form, fault)
        else:
            say(request, _("已保存。"))
            return redirect(reverse("projects:project", args=[detail.project_id]) + f"#{kind}")
    return _detail_page(request, form, detail.project, _("修改%(what)s") % {"what": words})


@require_POST
@once
def detail_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a wrongly entered node, fund or problem away."""
    model, _form, words = _kind(kind)
    detail = get_object_or_404(model, pk=pk, project__office=_who(request).office)
    project_pk = detail.project_id
    details.remove_detail(detail, by=_who(request))
    say(request, _("%(what)s已删除，变更记录里留有原样。") % {"what": words})
    return redirect(reverse("projects:project", args=[project_pk]) + f"#{kind}")


@once
def problem_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """答复问题."""
    problem = get_object_or_404(Problem, pk=pk, project__office=_who(request).office)
    initial = {"answer": problem.answer, "solved": problem.solved}
    form = forms.AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        details.answer_problem(problem, by=_who(request), **form.cleaned_data)
        say(request, _("答复已登记。"))
        return redirect(reverse("projects:project", args=[problem.project_id]) + "#problems")
    return _detail_page(request, form, problem.project, _("答复问题"), about=problem.words)


@require_POST
@once
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """上传附件."""
    found = _mine(request, pk)
    back = reverse("projects:project", args=[pk]) + "#attachments"
    form = forms.AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        refuse(request, _("请选择要上传的文件。"))
        return redirect(back)
    upload = form.cleaned_data["file"]
    data = upload.read()
    try:
        stored = files.keep(data, "attachments", files.kind_of(data, upload.name))
        note = form.cleaned_data["note"]
        details.attach(found, by=_who(request), name=upload.name, stored=stored, note=note)
    except (files.RefusedFile, ValidationError) as fault:
        refuse(request, _words_of(fault) if isinstance(fault, ValidationError) else str(fault))
    else:
        say(request, _("附件已上传。"))
    return redirect(back)


@require_GET
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A file, for those who may see its project; always as a download."""
    found = get_object_or_404(Attachment, pk=pk, project__office=_who(request).office)
    response = HttpResponse(files.read(found.stored), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return response


@require_POST
@once
def detach(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Take an attachment from the page, or put it back."""
    found = get_object_or_404(Attachment, pk=pk, project__office=_who(request).office)
    details.detach(found, by=_who(request), back=way == "restore")
    if way != "restore":
        undo = reverse("projects:detach", args=[pk, "restore"])
        say(request, _("附件“%(name)s”已移除。") % {"name": found.name}, undo=undo)
    return redirect(reverse("projects:project", args=[found.project_id]) + "#attachments")


# ------------------------------------------------------------------------------ ties


@require_GET
def ties(request: HttpRequest) -> HttpResponse:
    """方案挂接: suggestions to confirm in bulk."""
    page = tie_queries.waiting_ties(_who(request).office, request.GET)
    tied, waiting = tie_queries.tie_counts(_who(request).office)
    context = {
        "page": page,
        "subjects": subjects_of(tie.pk for tie in page),
        "tied": tied,
        "waiting": waiting,
        "may_edit": _may_edit(request),
    }
    return page_or_part(request, "projects/ties.html", part="rows", context=context)


@require_POST
@once
def ties_suggest(request: HttpRequest) -> HttpResponse:
    """Look for suggestions in the background."""
    job: Any = tie_actions.ask_for_suggestions(by=_who(request))
    return redirect(reverse("page:job", args=[job.pk]) + f"?then={reverse('projects:ties')}")


@require_POST
@once
def ties_decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject what was picked."""
    picked = [int(text) for text in request.POST.getlist("pick") if text.isdigit()]
    state = "rejected" if request.POST.get("state") == "rejected" else "confirmed"
    done = tie_actions.decide(picked, by=_who(request), state=state)
    if done is not None:
        say(request, f"{done.words}。", undo=reverse("projects:ties-undo", args=[done.pk]))
    else:
        refuse(request, _("请先选择要办理的推荐。"))
    return redirect(request.POST.get("back") or "projects:ties")


@require_POST
@once
def ties_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was confirmed or rejected together."""
    mine = BulkChange.objects.filter(office=_who(request).office_id, field=tie_actions.TIES)
    found = get_object_or_404(mine, pk=pk)
    try:
        count = tie_actions.take_back(found, by=_who(request))
    except ValidationError as fault:
        refuse(request, _words_of(fault))
    else:
        say(request, _("已撤销，%(n)d 条回到原来的状态。") % {"n": count})
    return redirect("projects:ties")


@require_POST
@once
def tie_back(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """Decide a tie anew, from the project's page."""
    found = get_object_or_404(Tie, pk=pk, project__office=_who(request).office)
    tie_actions.decide([found.pk], by=_who(request), state=state)
    return redirect("projects:project-ties", pk=found.project_id)


@once
def project_ties(request: HttpRequest, pk: int) -> HttpResponse:
    """A project's ties: suggested, confirmed, and the plan's entries to tie by hand."""
    found = _mine(request, pk)
    if request.method == "POST":
        kind, _sep, lineage = request.POST.get("entry", "").partition(":")
        try:
            tie_actions.tie_by_hand(found, by=_who(request), kind=kind, lineage=lineage)
        except ValidationError as fault:
            refuse(request, _words_of(fault))
        else:
            say(request, _("已挂接。"))
        return redirect("projects:project-ties", pk=pk)
    words = request.GET.get("q", "").strip()
    entries = tie_queries.plan_entries(_who(request).office) if words else []
    ties = [tie_queries.tie_row(t) for t in found.ties.select_related("project")]
    context = {
        "project": found,
        "ties": ties,
        "subjects": subjects_of(tie.pk for tie in ties),
        "words": words,
        "entries": [e for e in entries if words in e.words or words in e.subject][:30],
        "may_edit": _may_edit(request),
    }
    return render(request, "projects/project_ties.html", context)
