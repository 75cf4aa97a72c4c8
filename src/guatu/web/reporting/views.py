"""Screens of reporting: the desk, cycles, a period with its units, what it asks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.periods import NoSuchPeriod, Period
from guatu.web.page.figures import source_page
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.sheets import download
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import User
from guatu.web.people.permissions import may, require, user_of
from guatu.web.people.queries import trail_of
from guatu.web.projects.models import Project
from guatu.web.reporting import actions, sheets
from guatu.web.reporting.forms import CycleForm, ExemptForm, HolidayForm
from guatu.web.reporting.models import Cycle, Holiday, PeriodUnit, Report, ReportingPeriod
from guatu.web.reporting.queries import desk as desk_queries
from guatu.web.reporting.queries import figures as figure_queries
from guatu.web.reporting.queries import period as queries
from guatu.web.reporting.queries.asking import wanted


def period_of(request: HttpRequest, pk: int) -> ReportingPeriod:
    """The period of the person's office."""
    found = ReportingPeriod.objects.select_related("cycle", "office")
    return get_object_or_404(found, pk=pk, office=user_of(request).office_id)


def unit_of(request: HttpRequest, pk: int) -> PeriodUnit:
    """A unit of a period of the person's office."""
    found = PeriodUnit.objects.select_related("period__cycle", "period__office", "unit")
    return get_object_or_404(found, pk=pk, period__office=user_of(request).office_id)


def period_context(request: HttpRequest, period: ReportingPeriod, tab: str) -> dict[str, Any]:
    """What every screen of a period needs: its head, its tabs, what one may."""
    by: User = user_of(request)
    return {
        "period": period,
        "tab": tab,
        "today": timezone.localdate(),
        "may_run": period.is_open and may(by, "reporting.run", office=period.office),
        "may_enter": period.is_open and may(by, "reporting.enter", office=period.office),
        "may_measure": may(by, "reporting.measure", office=period.office),
    }


# ------------------------------------------------------------------ desk and cycles

_PERIOD_COLUMNS = (
    Column("label", "报告期", link="url"),
    Column("cycle", "调度制度", width="m"),
    Column("due", "报送期限"),
    Column("state", "状态"),
    Column("asked", "要报项目", "number"),
    Column("reported", "已报", "number"),
    Column("units", "单位", "number"),
    Column("owing", "未报全的单位", "number"),
    Column("late", "逾期报的项目", "number"),
    Column("files", "待核对的表", "number"),
)


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """调度: cycles and periods."""
    by = user_of(request)
    require(by, "reporting.read")
    page = desk_queries.periods(by.office, request.GET)
    table = Table("periods", _PERIOD_COLUMNS, page.rows, request.GET, caption=_("报告期"))
    context = {
        "cycles": desk_queries.cycles(by.office, timezone.localdate()),
        "page": page,
        "table": table,
        "may_run": may(by, "reporting.run"),
    }
    return page_or_part(request, "reporting/desk.html", part="rows", context=context)


@once
def cycle_new(request: HttpRequest) -> HttpResponse:
    """建立调度制度: from a duty of the plan, or by hand."""
    by = user_of(request)
    require(by, "reporting.run")
    duty = desk_queries.duty_of(by.office, request.GET.get("duty", ""))
    initial: dict[str, Any] = {"kind": "month", "due_count": 5, "due_kind": "workday"}
    if duty is not None:
        initial |= {
            "kind": duty.fields["cadence"],
            "due_count": duty.fields.get("days") or 5,
            "due_kind": duty.fields.get("day_kind") or "calendar",
            "name": desk_queries.name_of(duty),
            "ask_by": "county" if "县" in (duty.fields.get("actor") or "") else "unit",
        }
    form = CycleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        more = {"lineage": duty.lineage, "quote": duty.quote} if duty else {}
        try:
            made = actions.add_cycle(by=by, **form.cleaned_data, **more)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("“%(name)s”已建立，可以开期了。") % {"name": made.name})
            return redirect("reporting:desk")
    context = {"form": form, "duty": duty, "duties": desk_queries.duties(by.office)}
    status = 422 if form.is_bound else 200
    return render(request, "reporting/cycle_new.html", context, status=status)


@require_POST
def cycle_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """停用或启用."""
    cycle = get_object_or_404(Cycle, pk=pk, office=user_of(request).office_id)
    actions.rest_cycle(cycle, by=user_of(request), active=not cycle.active)
    say(request, _("已启用。") if cycle.active else _("已停用，开过的报告期不受影响。"))
    return redirect("reporting:desk")


@once
def open_period(request: HttpRequest, pk: int) -> HttpResponse:
    """开期: what would be asked of whom, until when; then open it."""
    by = user_of(request)
    require(by, "reporting.run")
    cycle = get_object_or_404(Cycle.objects.select_related("office"), pk=pk, office=by.office_id)
    choices = desk_queries.period_choices(cycle, timezone.localdate())
    key = request.POST.get("key") or request.GET.get("key") or (choices[0][0] if choices else "")
    try:
        period = Period.parse(key)
    except NoSuchPeriod:
        return redirect("reporting:desk")
    if str(period.kind) != cycle.kind:
        return redirect("reporting:desk")
    if request.method == "POST":
        try:
            made = actions.open_period(cycle, period, by=by)
        except ValidationError as fault:
            refuse(request, " ".join(fault.messages))
        else:
            say(request, _("%(period)s已开期，可以发表了。") % {"period": made})
            return redirect("reporting:period", pk=made.pk)
        return redirect(reverse("reporting:open", args=[pk]) + f"?key={key}")
    context = {
        "cycle": cycle,
        "chosen": period,
        "choices": choices,
        "due": actions.due_of(cycle, period),
        "asking": wanted(cycle, period),
    }
    return render(request, "reporting/open.html", context)


# ------------------------------------------------------------------ a period


@require_GET
def period(request: HttpRequest, pk: int) -> HttpResponse:
    """A period: what is asked of each unit, what came."""
    found = period_of(request, pk)
    context = period_context(request, found, "units")
    context["units"] = queries.units_of(found, context["today"])
    context["trail"] = trail_of(found)
    return render(request, "reporting/period.html", context)


_PROJECT_COLUMNS = (
    Column("name", "项目", link="url", width="l"),
    Column("region", "县区"),
    Column("unit", "填报单位", width="m"),
    Column("planned", "年度计划", "wan", "万元"),
    Column("last", "上期累计", "wan", "万元"),
    Column("amount", "本期", "wan", "万元"),
    Column("reached", "本年累计", "wan", "万元", link="source"),
    Column("part", "完成率", "percent"),
    Column("state", "报送"),
    Column("progress", "形象进度", width="m"),
    Column("reason", "说明和问题", width="m"),
)


@require_GET
def projects(request: HttpRequest, pk: int) -> HttpResponse:
    """What was reported, project by project."""
    found = period_of(request, pk)
    units = queries.unit_choices(found)
    bar = FilterBar(
        request.GET,
        (
            TextFilter("q", _("项目"), _("项目名称")),
            ChoiceFilter("unit", _("填报单位"), units),
            ChoiceFilter("region", _("县区"), queries.region_choices(found)),
            ChoiceFilter("state", _("报送"), queries.STATES),
        ),
    )
    rows = queries.projects_of(found, bar.chosen(), request.GET, units)
    totals: dict[str, Any] = {
        "name": _("合计 %(n)s 项") % {"n": rows.page.total},
        "planned": rows.planned,
        "amount": rows.amount,
        "reached": rows.reached,
    }
    table = Table(
        "reports", _PROJECT_COLUMNS, rows.page.rows, request.GET, totals=totals, dense=True,
        caption=_("各项目报送数"),
    )  # fmt: skip
    context = period_context(request, found, "projects")
    context |= {"bar": bar, "page": rows.page, "table": table}
    return page_or_part(request, "reporting/projects.html", part="rows", context=context)


@require_GET
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """谁还没报, with messages to copy."""
    found = period_of(request, pk)
    context = period_context(request, found, "missing")
    context["drafts"] = queries.drafts(found, context["today"])
    return render(request, "reporting/missing.html", context)


@require_POST
def sheets_out(request: HttpRequest, pk: int) -> HttpResponse:
    """发表: all units' sheets as one zip; those let off get none."""
    found = period_of(request, pk)
    units = PeriodUnit.objects.filter(period=found, exempt_at__isnull=True).select_related(
        "unit", "period__cycle", "period__office"
    )
    try:
        sent = actions.send_sheets(units, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
        return redirect("reporting:period", pk=pk)
    name = f"{found.period.label}调度表（{len(sent)}家）.zip"
    return download(sheets.sheets_zip(sent), name, "application/zip")


@require_POST
def sheet_out(request: HttpRequest, pk: int) -> HttpResponse:
    """发表: one unit's sheet."""
    unit = unit_of(request, pk)
    try:
        [(sent, data)] = actions.send_sheets([unit], by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
        return redirect("reporting:period", pk=unit.period_id)
    name, body = sheets.sheet_file(sent, data)
    return download(body, name)


@require_POST
@once
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """补列新项目."""
    found = period_of(request, pk)
    try:
        count = actions.ask_again(found, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        words = _("补列了 %(n)s 个项目，请把有关单位的表重发一次。")
        say(request, words % {"n": count})
    return redirect("reporting:period", pk=pk)


@once
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """免报, with reason and person."""
    unit = unit_of(request, pk)
    form = ExemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.exempt(unit, by=user_of(request), **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            undo = reverse("reporting:exempt-end", args=[pk])
            say(request, _("%(unit)s本期免报。") % {"unit": unit.unit}, undo=undo)
            return redirect("reporting:period", pk=unit.period_id)
    context = {"form": form, "unit": unit, "period": unit.period}
    status = 422 if form.is_bound else 200
    return render(request, "reporting/exempt.html", context, status=status)


@require_POST
def exempt_end(request: HttpRequest, pk: int) -> HttpResponse:
    """取消免报."""
    unit = unit_of(request, pk)
    try:
        actions.end_exemption(unit, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已取消免报，%(unit)s本期照常要报。") % {"unit": unit.unit})
    return redirect("reporting:period", pk=unit.period_id)


# ------------------------------------------------------------------ days off


@once
def holidays(request: HttpRequest) -> HttpResponse:
    """节假日表."""
    by = user_of(request)
    form = HolidayForm(request.POST or None, initial={"works": "off"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.set_holiday(
                by=by, day=given["day"], works=given["works"] == "work", note=given["note"]
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已登记 %(day)s。") % {"day": made})
            return redirect("reporting:holidays")
    context = {
        "form": form,
        "rows": desk_queries.holidays(),
        "announced": desk_queries.last_announced_year(timezone.localdate()),
        "may_edit": may(by, "reporting.holidays"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "reporting/holidays.html", context, status=status)


@require_POST
def holiday_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """删除登记."""
    actions.clear_holiday(get_object_or_404(Holiday, pk=pk), by=user_of(request))
    say(request, _("已删除，这一天按国务院公布的安排计算。"))
    return redirect("reporting:holidays")


# ------------------------------------------------------------------ 点数见据


@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """各期报送: all that was reported of a project."""
    found = get_object_or_404(
        Project.objects.select_related("unit", "region"), pk=pk, office=user_of(request).office_id
    )
    context = {"project": found, "rows": figure_queries.history_of(found)}
    return render(request, "reporting/project.html", context)


_WHY = ("reached_year", "reached_before", "reached_total", "started_on", "finished_on")


@require_GET
def why(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What a reported figure rests on."""
    found = get_object_or_404(
        Report.objects.select_related("period__cycle", "project", "file", "by"),
        pk=pk,
        period__office=user_of(request).office_id,
    )
    if key not in _WHY:
        key = "reached_year"
    return source_page(request, figure_queries.report_source(found, key))
