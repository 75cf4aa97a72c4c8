"""Screens of annual plans."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.annual import actions, sheets
from guatu.web.annual.cells import FIELDS, write_cell
from guatu.web.annual.forms import AdjustForm, IssueForm, SheetForm, YearForm
from guatu.web.annual.models import (
    AnnualLine,
    AnnualPlan,
    Batch,
    ReturnedSheet,
    SentSheet,
)
from guatu.web.annual.queries import plan as queries
from guatu.web.page.figures import source_page
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import User
from guatu.web.people.permissions import may
from guatu.web.people.queries import trail_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def who(request: HttpRequest) -> User:
    """The person who asks; nobody comes here without having signed in."""
    assert isinstance(request.user, User)
    return request.user


def _plan_of(request: HttpRequest, pk: int) -> AnnualPlan:
    plans = AnnualPlan.objects.select_related("office", "issued_by")
    return get_object_or_404(plans, pk=pk, office=who(request).office_id)


def _line_of(request: HttpRequest, pk: int) -> AnnualLine:
    lines = AnnualLine.objects.select_related("plan__office", "project__region", "project__unit")
    return get_object_or_404(lines, pk=pk, plan__office=who(request).office_id)


_YEAR_COLUMNS = (
    Column("year", "年度", link="url"),
    Column("state", "状态"),
    Column("number", "下达文号"),
    Column("issued_on", "下达日期", "day"),
    Column("projects", "项目数", "number"),
    Column("issued", "下达投资", "wan", "万元"),
    Column("investment", "现计划投资", "wan", "万元", link="source"),
    Column("adjustments", "调整次数", "number"),
)


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """年度计划, a line a year."""
    rows = queries.years(who(request).office)
    context = {
        "rows": rows,
        "table": Table("years", _YEAR_COLUMNS, rows, caption=_("各年度计划")),
        "may_edit": may(who(request), "annual.edit"),
        "next_year": (rows[0].year + 1) if rows else timezone.localdate().year,
    }
    return render(request, "annual/plans.html", context)


@once
def year_new(request: HttpRequest) -> HttpResponse:
    """编制一年的计划."""
    form = YearForm(request.POST or None, initial={"year": request.GET.get("year", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_year(
                office=who(request).office, by=who(request), **form.cleaned_data
            )
        except ValidationError as fault:
            form.add_error("year", fault)
        else:
            say(request, _("%(plan)s已建立，先从项目库加入项目。") % {"plan": made})
            return redirect("annual:add", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "annual/year_form.html", {"form": form}, status=status)


# ------------------------------------------------------------------ the plan's table


def _filters(params: QueryDict, plan: AnnualPlan) -> FilterBar:
    states = [("empty", "未填投资"), ("no-nodes", "没有节点")]
    if plan.is_issued:
        states.append(("out", "已调出"))
    return FilterBar(
        params,
        (
            TextFilter("q", "项目", "项目名称或代码"),
            ChoiceFilter("region", "县区", queries.regions_of(plan)),
            ChoiceFilter("unit", "责任单位", queries.units_of(plan)),
            ChoiceFilter("section", "类别", queries.sections_of(plan)),
            ChoiceFilter("state", "情况", states),
        ),
    )


def _plan_context(request: HttpRequest, plan: AnnualPlan) -> dict[str, Any]:
    bar = _filters(request.GET, plan)
    group = request.GET.get("group", "")
    group = group if group in queries.GROUPS else "region"
    today = timezone.localdate()
    return {
        "plan": plan,
        "bar": bar,
        "group": group,
        "groups": queries.GROUPS.items(),
        "table": queries.plan_table(plan, bar.chosen(), request.GET, group, today),
        "today": today,
        "fields": FIELDS,
        "may_edit": may(who(request), "annual.edit", office=plan.office) and not plan.is_issued,
        "may_issue": may(who(request), "annual.issue", office=plan.office),
        "may_adjust": may(who(request), "annual.adjust", office=plan.office) and plan.is_issued,
    }


@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan's projects in groups, to read and to fill in."""
    found = _plan_of(request, pk)
    return page_or_part(
        request, "annual/plan.html", part="rows", context=_plan_context(request, found)
    )


@require_POST
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """One cell as it was typed: a word beside the row, and the cell as it is written."""
    line = _line_of(request, pk)
    field = request.POST.get("field", "")
    if field not in {each.key for each in FIELDS}:
        return HttpResponse(status=400)
    seen = request.POST.get("seen", "")
    error = ""
    try:
        line = actions.change_cell(
            line,
            field,
            request.POST.get("text", ""),
            by=who(request),
            seen=int(seen) if seen.isdigit() else 0,
        )
    except ValidationError as fault:
        error = " ".join(fault.messages)
        line = _line_of(request, pk)
    line.plan = _line_of(request, pk).plan
    row = queries.line_row(line, timezone.localdate())
    shown = urlsplit(request.headers.get("HX-Current-URL", "")).query
    bar = _filters(QueryDict(shown), line.plan)
    total = queries.total_of(line.plan, bar.chosen())
    context = {"row": row, "error": error, "plan": line.plan, "total": total}
    response = render(request, "annual/_saved.html", context, status=422 if error else 200)
    told = {"line": pk, "field": field, "wrong": bool(error)}
    if not error:
        told["text"] = write_cell(field, line.values[field])
    response["HX-Trigger"] = json.dumps({"annual:cell": told})
    return response


@require_POST
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Cells pasted from a sheet, from one cell downwards and to the right."""
    found = _plan_of(request, pk)
    keys = [field.key for field in FIELDS]
    field = request.POST.get("field", "")
    if field not in keys:
        return HttpResponse(status=400)
    lines = [int(part) for part in request.POST.get("lines", "").split(",") if part.isdigit()]
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    rows = [row.split("\t") for row in text.split("\n")]
    columns = keys[keys.index(field) :]
    faults = _too_large(rows, lines, columns)
    if not faults:
        cells = [
            (line, key, value)
            for line, row in zip(lines, rows, strict=False)
            for key, value in zip(columns, row, strict=False)
        ]
        try:
            batch = actions.paste(found, cells, by=who(request))
        except ValidationError as fault:
            faults = list(fault.messages)
        else:
            _say_batch(request, batch)
    context = {**_plan_context(request, found), "faults": faults}
    return page_or_part(
        request, "annual/plan.html", part="rows", context=context, status=422 if faults else 200
    )


def _too_large(rows: list[list[str]], lines: list[int], columns: list[str]) -> list[str]:
    if len(rows) > len(lines):
        words = _(
            "粘贴了 %(rows)s 行，从这里往下本页只有 %(lines)s 行。"
            "请分页粘贴，或用“导出表格”填好再上传。"
        )
        return [words % {"rows": len(rows), "lines": len(lines)}]
    widest = max(map(len, rows))
    if widest > len(columns):
        words = _("粘贴了 %(n)s 列，从这一列往右只有 %(columns)s 列可填。")
        return [words % {"n": widest, "columns": len(columns)}]
    return []


def _say_batch(request: HttpRequest, batch: Batch | None) -> None:
    if batch is None:
        say(request, _("与计划里的数相同，没有改动。"))
        return
    words = _("已改 %(n)s 个项目。") % {"n": len(batch.before)}
    say(request, words, undo=reverse("annual:batch-undo", args=[batch.pk]))


@require_POST
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销一批."""
    batch = get_object_or_404(
        Batch.objects.select_related("plan__office"), pk=pk, plan__office=who(request).office_id
    )
    try:
        count = actions.undo_batch(batch, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已撤销，%(n)s 个项目恢复原来的数。") % {"n": count})
    return redirect("annual:plan", pk=batch.plan_id)


# ----------------------------------------------------------------------- coming in

_ADD_COLUMNS = (
    Column("name", "项目名称", link="url", width="l"),
    Column("region", "县区"),
    Column("unit", "责任单位", width="m"),
    Column("stage", "阶段"),
    Column("start", "计划开工"),
    Column("finish", "计划竣工"),
    Column("investment", "总投资", "wan", "万元"),
    Column("year_investment", "年度计划投资", "wan", "万元"),
)


@once
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """从项目库加入."""
    found = _plan_of(request, pk)
    bar = FilterBar(
        request.GET,
        (
            TextFilter("q", "项目", "项目名称或代码"),
            ChoiceFilter("stage", "阶段", queries.stage_choices()),
        ),
    )
    if request.method == "POST":
        return _add(request, found, bar)
    page = queries.addable_page(found, bar.chosen(), request.GET)
    caption = _("可加入的项目")
    table = Table("addable", _ADD_COLUMNS, page.rows, request.GET, pick=True, caption=caption)
    context = {"plan": found, "bar": bar, "page": page, "table": table}
    return page_or_part(request, "annual/add.html", part="rows", context=context)


def _add(request: HttpRequest, found: AnnualPlan, bar: FilterBar) -> HttpResponse:
    chosen = bar.chosen()
    projects = queries.addable(found, chosen.get("q", ""), chosen.get("stage", ""))
    if "all" not in request.POST:
        picked = [int(value) for value in request.POST.getlist("pick") if value.isdigit()]
        projects = projects.filter(pk__in=picked)
    try:
        count = actions.add_projects(found, projects, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已加入 %(n)s 个项目。") % {"n": count})
    return redirect("annual:plan", pk=found.pk)


@require_POST
@once
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """移出选中的项目 (of a draft)."""
    found = _plan_of(request, pk)
    picked = [int(value) for value in request.POST.getlist("pick") if value.isdigit()]
    try:
        count = actions.remove_projects(found, picked, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已移出 %(n)s 个项目，需要时可从项目库重新加入。") % {"n": count})
    return redirect("annual:plan", pk=pk)


# ---------------------------------------------------------------- issue and adjust


@once
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """下达."""
    found = _plan_of(request, pk)
    form = IssueForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.issue(found, by=who(request), **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("计划已下达，以后的变动按调入、调出、调整办理。"))
            return redirect("annual:plan", pk=pk)
    table = queries.plan_table(found, {}, request.GET, "region", timezone.localdate())
    context = {"plan": found, "form": form, "table": table}
    status = 422 if form.is_bound else 200
    return render(request, "annual/issue.html", context, status=status)


@once
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """调入、调出、调整."""
    found = _plan_of(request, pk)
    form = AdjustForm(request.POST or None, plan=found, initial=_adjust_initial(request, found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.adjust(
                found,
                kind=given["kind"],
                project=given["project"],
                values=None if given["kind"] == "out" else form.values(),
                reference=given["reference"],
                approver=given["approver"],
                approved_on=given["approved_on"],
                reason=given["reason"],
                by=who(request),
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已办理：%(made)s。") % {"made": made})
            return redirect("annual:history", pk=pk)
    status = 422 if form.is_bound else 200
    return render(request, "annual/adjust.html", {"plan": found, "form": form}, status=status)


def _adjust_initial(request: HttpRequest, found: AnnualPlan) -> dict[str, Any]:
    """The line that one comes from, as it stands now."""
    line = request.GET.get("line", "")
    known = found.lines.filter(pk=line).first() if line.isdigit() else None
    if known is None:
        return {"kind": "in"}
    cells = {key: write_cell(key, value) for key, value in known.values.items()}
    return {"kind": "in" if known.moved_out else "change", "project": known.project_id, **cells}


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """下达、调整、批量填入: what became of the plan."""
    found = _plan_of(request, pk)
    context = {
        "plan": found,
        "adjustments": queries.adjustments(found),
        "moved": queries.movement_of(found) if found.is_issued else None,
        "batches": queries.batches(found),
        "sheets": queries.sheets(found),
        "trail": trail_of(found),
        "may_adjust": may(who(request), "annual.adjust", office=found.office) and found.is_issued,
    }
    return render(request, "annual/history.html", context)


# ------------------------------------------------------------------ sheets


@require_POST
def sheet_out(request: HttpRequest, pk: int) -> HttpResponse:
    """导出: an xlsx that can be filled and sent back."""
    found = _plan_of(request, pk)
    sent = actions.send_sheet(found, by=who(request))
    lines = found.lines.filter(moved_out=False).select_related("project__region", "project__unit")
    body = sheets.write_sheet(found, sent, lines)
    response = HttpResponse(body, content_type=_XLSX)
    name = quote(f"{found.year}年度计划.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@once
def sheet_back(request: HttpRequest, pk: int) -> HttpResponse:
    """交回: a filled sheet, laid beside the plan."""
    found = _plan_of(request, pk)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            returned = sheets.read_sheet(file)
            sent = SentSheet.objects.filter(token=returned.token, plan=found).first()
            if sent is None:
                raise sheets.WrongSheet(_("这张表不是从%(plan)s导出的。") % {"plan": found})
            lines = {line.pk: line for line in found.lines.select_related("project")}
            rows = sheets.compare(found, sent, returned, lines)
            made = actions.stage_sheet(
                found, file_name=file.name, sent=sent, rows=rows, by=who(request)
            )
        except sheets.WrongSheet as fault:
            form.add_error("file", str(fault))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect("annual:sheet", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "annual/sheet_form.html", {"plan": found, "form": form}, status=status)


def _sheet_of(request: HttpRequest, pk: int) -> ReturnedSheet:
    found = ReturnedSheet.objects.select_related("plan__office", "batch", "by")
    return get_object_or_404(found, pk=pk, plan__office=who(request).office_id)


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A returned sheet beside the plan: what it changes, what is wrong, what is stale."""
    found = _sheet_of(request, pk)
    context = {"sheet": found, "plan": found.plan, "compared": queries.compared(found)}
    return render(request, "annual/sheet.html", context)


@require_POST
@once
def sheet_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """全部导入."""
    found = _sheet_of(request, pk)
    try:
        batch = actions.apply_sheet(found, by=who(request), stale=request.POST.get("stale", ""))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
        return redirect("annual:sheet", pk=pk)
    _say_batch(request, batch)
    return redirect("annual:plan", pk=found.plan_id)


@require_POST
@once
def sheet_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """放弃."""
    found = _sheet_of(request, pk)
    try:
        actions.drop_sheet(found, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("这张表没有导入，计划没有变动。"))
    return redirect("annual:plan", pk=found.plan_id)


# ------------------------------------------------------------------ 点数见据


@require_GET
def why_total(request: HttpRequest, pk: int) -> HttpResponse:
    """What the plan's total is made of."""
    return source_page(request, queries.total_source(_plan_of(request, pk)))


@require_GET
def why_line(request: HttpRequest, pk: int) -> HttpResponse:
    """What a project's year rests on."""
    return source_page(request, queries.line_source(_line_of(request, pk), timezone.localdate()))
