"""Screens of plans: list, upload, review, re-reading, names, publication, sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guatu.documents.legacy import office as libreoffice
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.models import Job
from guatu.web.page.once import once
from guatu.web.page.paging import paged
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import Unit, UnitKind, User
from guatu.web.people.permissions import may, require
from guatu.web.plans import actions, files, papers, queries
from guatu.web.plans.differences import KINDS_IN_WORDS, LABELS, Difference, What, compare
from guatu.web.plans.forms import (
    FORMS,
    AddForm,
    EntryForm,
    PlanForm,
    PublishForm,
    SplitForm,
    UploadForm,
)
from guatu.web.plans.models import (
    Entry,
    FindingEnd,
    Kind,
    Plan,
    PlanStatus,
    PlanVersion,
    Reading,
    ReadingState,
    SourceKind,
    State,
)
from guatu.web.plans.queries.lists import as_plan_row
from guatu.web.plans.queries.published import corrected_reading, version_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_COLUMNS = (
    Column("title", _("方案"), link="url", width="l"),
    Column("number", _("文号")),
    Column("issuer", _("印发单位"), width="m"),
    Column("years", _("年限")),
    Column("state", _("进展")),
    Column("progress", _("已核"), kind="text"),
    Column("published", _("发布")),
    Column("created", _("登记时间"), kind="moment"),
)


def _user(request: HttpRequest) -> User:
    """The person: nobody comes here without signing in."""
    assert isinstance(request.user, User)
    return request.user


def _plan(
    request: HttpRequest, pk: int, permission: str = "plans.read", *, also: Sequence[str] = ()
) -> Plan:
    """The plan, for someone of its office who may do this."""
    require(_user(request), permission)
    return get_object_or_404(
        Plan.objects.select_related("office", *also),
        pk=pk,
        office=_user(request).office_id,
    )


def _words(error: ValidationError) -> str:
    return "".join(error.messages)


# ------------------------------------------------------------------------ the list


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """方案."""
    require(_user(request), "plans.read")
    stages = [("reading", _("读取中")), ("review", _("核对中")), ("published", _("已发布"))]
    bar = FilterBar(
        request.GET,
        (
            TextFilter("q", _("名称"), _("名称、文号或印发单位")),
            ChoiceFilter("stage", _("进展"), stages),
            ChoiceFilter("status", _("文件"), [(str(v), str(w)) for v, w in PlanStatus.choices]),
        ),
    )
    chosen = bar.chosen()
    found = queries.plans(
        _user(request).office,
        words=chosen.get("q", ""),
        stage=chosen.get("stage", ""),
        status=chosen.get("status", ""),
    )
    page = paged(found, request.GET, as_row=as_plan_row)
    table = Table("plans", _COLUMNS, page.rows, request.GET, caption=_("方案"))
    context = {
        "bar": bar,
        "page": page,
        "table": table,
        "may_edit": may(_user(request), "plans.edit"),
    }
    return page_or_part(request, "plans/plans.html", part="rows", context=context)


@require_http_methods(["GET", "POST"])
@once
def upload(request: HttpRequest) -> HttpResponse:
    """上传方案."""
    require(_user(request), "plans.edit")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = actions.upload_plan(
            by=_user(request), name=form.cleaned_data["file"].name, content=form.content
        )
        if not done.new:
            say(request, _("这份文件以前上传过，已为您打开，没有重复登记。"))
        return redirect("plans:plan", done.plan.pk)
    context = {"form": form, "office": libreoffice() is not None}
    return render(request, "plans/upload.html", context, status=422 if form.is_bound else 200)


# -------------------------------------------------------------------------- a plan


@require_GET
@never_cache
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its file, its reading, its versions."""
    require(_user(request), "plans.read")
    page = queries.plan_page(_user(request).office, pk)
    if page is None:
        raise Http404
    job = Job.objects.filter(pk=page.reading.job_id or 0).first()
    waiting = page.reading.state in (ReadingState.WAITING, ReadingState.READING)
    first = page.plan.current_reading_id is None
    then = reverse("plans:review", args=[pk])
    if not first:
        then = reverse("plans:reading", args=[pk, page.reading.number])
    newer = (
        not waiting
        and not first
        and page.reading.state == ReadingState.DONE
        and page.reading.pk != page.plan.current_reading_id
    )
    context = {
        "page": page,
        "plan": page.plan,
        "job": job if waiting else None,
        "then": then,
        "newer": newer,
        "failed": page.reading.state == ReadingState.FAILED,
        "may_edit": may(_user(request), "plans.edit"),
    }
    return render(request, "plans/plan.html", context)


@require_http_methods(["GET", "POST"])
@once
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """方案概况."""
    plan = _plan(request, pk, "plans.edit")
    form = PlanForm(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid():
        actions.change_plan(plan, by=_user(request), **form.cleaned_data)
        say(request, _("方案概况已保存。"))
        return redirect("plans:plan", pk)
    context = {"form": form, "plan": plan}
    return render(request, "plans/plan_form.html", context, status=422 if form.is_bound else 200)


@require_GET
def plan_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it was handed in."""
    plan = _plan(request, pk)
    upload = plan.uploads.defer("text", "layout").order_by("-pk")[0]
    path = files.path_of(upload.stored)
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=upload.file_name)


@require_POST
@once
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """重新读取."""
    plan = _plan(request, pk, "plans.edit")
    try:
        actions.read_again(plan, by=_user(request))
    except ValidationError as error:
        refuse(request, _words(error))
    return redirect("plans:plan", pk)


# ---------------------------------------------------------------------- the review


@require_GET
@never_cache
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """核对台账: the text left, the ledger right."""
    plan = _plan(request, pk)
    page = queries.review_page(plan)
    if page is None:
        return redirect("plans:plan", pk)
    return render(request, "plans/review.html", _review_context(request, page))


def _review_context(request: HttpRequest, page: queries.ReviewPage) -> dict[str, Any]:
    return {
        "page": page,
        "plan": page.plan,
        "progress": page.progress,
        "states": [(str(s), str(s.label)) for s in State if s != State.WITHDRAWN],
        "may_edit": may(_user(request), "plans.edit", office=page.plan.office),
    }


def _light(request: HttpRequest, plan: Plan, entry: Entry) -> HttpResponse:
    """The row alone, with the progress beside it: what most acts change."""
    context = {
        "row": queries.entry_row(entry),
        "plan": plan,
        "progress": queries.progress_of(plan),
        "may_edit": True,
    }
    response = render(request, "plans/_entry_answer.html", context)
    response["HX-Trigger-After-Settle"] = json.dumps({"row-changed": {"row": f"e-{entry.pk}"}})
    return response


def _whole(request: HttpRequest, pk: int, active: int | None = None) -> HttpResponse:
    """Text, ledger, findings and progress anew: what an act changed that moves entries."""
    plan = _plan(request, pk)
    page = queries.review_page(plan)
    if page is None:
        raise Http404
    context = _review_context(request, page)
    response = render(request, "plans/_review_answer.html", context)
    row = f"e-{active}" if active else ""
    response["HX-Trigger-After-Settle"] = json.dumps({"ledger-changed": {"row": row}})
    response["HX-Reswap"] = "none"
    return response


def _entry(plan: Plan, pk: int) -> Entry:
    found = Entry.objects.select_related("touched_by").exclude(state=State.WITHDRAWN)
    return get_object_or_404(found, plan=plan, pk=pk)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@require_POST
def finding_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a finding as dealt with, or take it up again (``how=open``): the findings anew."""
    plan = _plan(request, pk, "plans.edit")
    page = queries.findings_page(plan)
    if page is None:
        raise Http404
    code, place, how = (request.POST.get(name, "") for name in ("code", "place", "how"))
    fault = ""
    if not any(row.code == code and row.spans == place for row in page.findings):
        fault = _("这处发现已经不在了：台账改过之后它不再成立，不用处理。")
    elif how == "open":
        actions.reopen_finding(plan, code=code, place=place, by=_user(request))
    elif how in FindingEnd.values:
        reason = request.POST.get("reason", "")
        try:
            actions.settle_finding(
                plan, code=code, place=place, how=how, reason=reason, by=_user(request)
            )
        except ValidationError as error:
            fault = _words(error)
    context = {
        "page": queries.findings_page(plan),
        "plan": plan,
        "may_edit": True,
        "fault": fault,
        "fault_at": (code, place),
        "typed": request.POST.get("reason", ""),
    }
    response = render(request, "plans/_review_findings.html", context, status=422 if fault else 200)
    response["HX-Trigger-After-Swap"] = "findings-changed"
    return response


@require_GET
def entry(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """A row as it is now (放弃修改)."""
    plan = _plan(request, pk)
    return _light(request, plan, _entry(plan, entry))


def _single(request: HttpRequest, pk: int, entry: int, act: Any) -> HttpResponse:
    plan = _plan(request, pk, "plans.edit")
    try:
        changed = act(plan, entry, version=_version(request), by=_user(request))
    except ValidationError as error:
        refuse(request, _words(error))
        changed = _entry(plan, entry)
    return _light(request, plan, changed)


@require_POST
def entry_accept(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """核准."""
    return _single(request, pk, entry, actions.accept)


@require_POST
def entry_reject(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """不采纳, or back again."""
    return _single(request, pk, entry, actions.reject)


@require_http_methods(["GET", "POST"])
def entry_change(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """修改."""
    plan = _plan(request, pk, "plans.edit")
    row = _entry(plan, entry)
    kind = FORMS[row.kind]
    if request.method == "GET":
        return _entry_form(request, plan, row, kind(initial=kind.values_of(row)))
    form = kind(request.POST)
    if form.is_valid():
        try:
            actions.change(
                plan,
                entry,
                version=_version(request),
                by=_user(request),
                words=form.cleaned_data["words"],
                near=form.near_place,
                fields=form.entry_fields(),
            )
            return _whole(request, pk, entry)
        except actions.Stale as error:
            form.add_error(None, _words(error))
            row = _entry(plan, entry)
        except ValidationError as error:
            form.add_error(None, error.messages)
    return _entry_form(request, plan, row, form, status=422)


def _entry_form(
    request: HttpRequest, plan: Plan, row: Entry, form: EntryForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "row": queries.entry_row(row), "plan": plan}
    return render(request, "plans/_entry_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def entry_split(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """拆分."""
    plan = _plan(request, pk, "plans.edit")
    row = _entry(plan, entry)
    form = SplitForm(request.POST or None, initial={"parts": row.quote})
    if request.method == "POST" and form.is_valid():
        parts = form.cleaned_data["parts"].splitlines()
        try:
            actions.split(plan, entry, version=_version(request), by=_user(request), parts=parts)
            return _whole(request, pk, entry)
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {"form": form, "row": queries.entry_row(row), "plan": plan}
    status = 422 if form.is_bound else 200
    return render(request, "plans/_split_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@once
def entry_add(request: HttpRequest, pk: int) -> HttpResponse:
    """补录: it points at words of the plan or names another source."""
    plan = _plan(request, pk, "plans.edit")
    if request.method == "GET":
        kind = request.GET.get("kind", "")
        initial = {
            "words": request.GET.get("words", "")[:4000],
            "near": request.GET.get("near", ""),
            "kind": kind if kind in Kind.values else Kind.TASK,
            "source": SourceKind.PLAN,
        }
        return _add_form(request, plan, AddForm(initial=initial))
    form = AddForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            added = actions.add(
                plan,
                by=_user(request),
                kind=data["kind"],
                words=data["words"],
                near=-1 if data["near"] is None else data["near"],
                source=data["source"],
                source_name=data["source_name"],
            )
            return _whole(request, pk, added.pk)
        except ValidationError as error:
            form.add_error(None, error.messages)
    return _add_form(request, plan, form, status=422)


def _add_form(request: HttpRequest, plan: Plan, form: AddForm, status: int = 200) -> HttpResponse:
    return render(request, "plans/_add_form.html", {"form": form, "plan": plan}, status=status)


@require_POST
def entry_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """合并."""
    plan = _plan(request, pk, "plans.edit")
    versions: dict[int, int] = {}
    for pair in request.POST.get("entries", "").split(",")[:50]:
        key, _sep, version = pair.partition(":")
        if key.isdecimal() and version.isdecimal():
            versions[int(key)] = int(version)
    try:
        merged = actions.merge(plan, versions, by=_user(request))
    except ValidationError as error:
        refuse(request, _words(error))
        return _whole(request, pk)
    say(request, _("已合并 %(count)d 条。") % {"count": len(versions)})
    return _whole(request, pk, merged.pk)


@require_POST
def accept_all(request: HttpRequest, pk: int) -> HttpResponse:
    """整类、整节核准."""
    plan = _plan(request, pk, "plans.edit")
    kind, section = request.POST.get("kind", ""), request.POST.get("section", "")[:60]
    listed = request.POST.get("entries")
    count = actions.accept_all(
        plan,
        by=_user(request),
        kind=kind if kind in Kind.values else "",
        section=section,
        only=None if listed is None else {int(k) for k in listed.split(",") if k.isdecimal()},
    )
    if count:
        undo = reverse("plans:undo", args=[pk])
        say(request, _("已核准 %(count)d 条。") % {"count": count}, undo=undo)
    else:
        refuse(request, _("这里没有待核的条目。"))
    return _whole(request, pk)


@require_POST
def entry_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销上一步."""
    plan = _plan(request, pk, "plans.edit")
    active = None
    try:
        verb, entries = actions.undo(plan, by=_user(request))
        say(request, _("已撤销：%(verb)s。") % {"verb": verb})
        active = entries[-1].pk if entries else None
    except ValidationError as error:
        refuse(request, _words(error))
    if not request.headers.get("HX-Request"):
        return redirect("plans:review", pk)
    return _whole(request, pk, active)


# -------------------------------------------------------------------- read again


@require_http_methods(["GET", "POST"])
@once
def reading(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """重读比较: what a new reading would change."""
    plan = _plan(request, pk, "plans.read" if request.method == "GET" else "plans.edit")
    found = get_object_or_404(
        Reading.objects.select_related("upload"), upload__plan=plan, number=number
    )
    if found.state != ReadingState.DONE:
        return redirect("plans:plan", pk)
    if request.method == "POST":
        try:
            count = actions.apply_differences(
                plan, found, by=_user(request), chosen=set(request.POST.getlist("pick"))
            )
            say(request, _("已按新读取更新 %(count)d 条，其余保持不变。") % {"count": count})
        except ValidationError as error:
            refuse(request, _words(error))
        return redirect("plans:review", pk)
    entries = Entry.objects.filter(plan=plan).exclude(state=State.WITHDRAWN)
    comparison = compare(entries, found.data or {})
    headings: tuple[tuple[What, str], ...] = (
        ("new", _("新读出")),
        ("changed", _("有变化")),
        ("gone", _("不再读出")),
    )
    groups = [
        (words, [_difference_row(d) for d in comparison.of(what)]) for what, words in headings
    ]
    context = {
        "plan": plan,
        "reading": found,
        "groups": [group for group in groups if group[1]],
        "kept": comparison.kept,
        "rejected": comparison.rejected,
        "current": found.pk == plan.current_reading_id,
        "may_edit": may(_user(request), "plans.edit", office=plan.office),
    }
    return render(request, "plans/reading.html", context)


def _difference_row(difference: Difference) -> dict[str, Any]:
    read, entry = difference.read, difference.entry
    kind = read.kind if read else entry.kind
    return {
        "key": difference.key,
        "kind": KINDS_IN_WORDS[kind],
        "quote": read.quote if read else entry.quote,
        "subject": entry.subject
        if entry
        else (read.fields.get("subject") or read.quote if read else ""),
        "by_hand": difference.by_hand,
        "changes": [
            (
                LABELS.get(name, name),
                _shown(entry.quote if name == "quote" else entry.fields.get(name)),
                _shown(read.quote if name == "quote" else read.fields.get(name)),
            )
            for name in difference.fields
            if read is not None
        ],
    }


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return (
            queries.review.units_in_words(value)
            if all(isinstance(v, dict) for v in value)
            else "、".join(map(str, value))
        )
    return str(value)


# --------------------------------------------------------------- names, publication


@require_http_methods(["GET", "POST"])
@once
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """单位名称确认."""
    plan = _plan(request, pk, "plans.read" if request.method == "GET" else "plans.edit")
    rows = queries.names_page(plan)
    if request.method == "POST":
        try:
            count = actions.decide_names(plan, _decisions(request, rows), by=_user(request))
        except ValidationError as error:
            refuse(request, _words(error))
        else:
            say(request, _("已确认 %(count)d 个单位名称，别名已登记。") % {"count": count})
            return redirect("plans:names", pk)
    units = list(
        Unit.objects.filter(merged_into__isnull=True, active=True)
        .order_by("position", "name")
        .values_list("pk", "name")
    )
    context = {
        "plan": plan,
        "pending": [row for row in rows if row.how in ("ask", "unknown")],
        "known": [row for row in rows if row.how not in ("ask", "unknown")],
        "unit_names": queries.review.unit_names([row.unit_id for row in rows if row.unit_id]),
        "units": units,
        "kinds": [(str(k), str(label)) for k, label in UnitKind.choices],
        "may_edit": may(_user(request), "plans.edit", office=plan.office),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "plans/names.html", context, status=status)


def _decisions(request: HttpRequest, rows: tuple[queries.NameRow, ...]) -> list[actions.Decision]:
    """What was chosen for each name; names left open stay open."""
    decisions: list[actions.Decision] = []
    kinds = set(UnitKind.values)
    for row in rows:
        choice = request.POST.get(f"means-{row.name}", "")
        if choice == "none":
            decisions.append(actions.Decision(row.name))
        elif choice.startswith("unit-") and choice[5:].isdecimal():
            # A name that several units bear is settled for this plan alone.
            learn = row.how == "unknown"
            decisions.append(actions.Decision(row.name, unit_id=int(choice[5:]), learn=learn))
        elif choice.startswith("new-") and choice[4:] in kinds:
            decisions.append(actions.Decision(row.name, kind=choice[4:]))
    return decisions


@require_http_methods(["GET", "POST"])
@once
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """发布台账."""
    plan = _plan(request, pk, "plans.publish", also=["current_reading__upload"])
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.publish(plan, by=_user(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            say(request, _("台账第%(number)d版已发布。") % {"number": version.number})
            return redirect("plans:version", pk, version.number)
    rows = queries.names_page(plan)
    progress, findings = queries.progress_of(plan), queries.findings_page(plan)
    context = {
        "form": form,
        "plan": plan,
        "progress": progress,
        "pending": [row for row in rows if row.how in ("ask", "unknown")],
        "findings": queries.as_open(findings.open_findings if findings else ()),
        "next": actions.next_number(plan),
    }
    return render(request, "plans/publish.html", context, status=422 if form.is_bound else 200)


def _published(request: HttpRequest, pk: int, number: int) -> PlanVersion:
    require(_user(request), "plans.read")
    version = version_of(_user(request).office, pk, number)
    if version is None:
        raise Http404
    return version


@require_GET
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A published version: its ledger and each unit's sheet."""
    page = queries.version_page(_published(request, pk, number))
    context = {"page": page, "published": page.version, "plan": page.version.plan}
    return render(request, "plans/version.html", context)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_GET
def version_ledger(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The whole ledger as xlsx."""
    found = _published(request, pk, number)
    name = papers.file_name(f"{found.plan.title}台账（第{number}版）")
    return _download(papers.ledger_xlsx(corrected_reading(found)), XLSX, f"{name}.xlsx")


@require_GET
def version_sheets(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Every unit's 责任单 in one zip."""
    found = _published(request, pk, number)
    name = papers.file_name(f"{found.plan.title}责任单（第{number}版）")
    content = papers.sheets_zip(found, queries.unit_sheets(found))
    return _download(content, "application/zip", f"{name}.zip")


@require_GET
def version_sheet(request: HttpRequest, pk: int, number: int, unit: int, form: str) -> HttpResponse:
    """One unit's 责任单 as xlsx or docx."""
    found = _published(request, pk, number)
    sheets = {sheet.unit_id: sheet for sheet in queries.unit_sheets(found)}
    if unit not in sheets or form not in ("xlsx", "docx"):
        raise Http404
    name = papers.file_name(f"{sheets[unit].name}责任单")
    if form == "xlsx":
        return _download(papers.sheet_xlsx(found, sheets[unit]), XLSX, f"{name}.xlsx")
    return _download(papers.sheet_docx(found, sheets[unit]), DOCX, f"{name}.docx")
