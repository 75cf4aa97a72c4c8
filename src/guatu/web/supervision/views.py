"""Screens of warnings: the list, a project's lights, rates, targets, what a figure rests on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rollups import Dimension
from guatu.web.annual.models import Decomposition
from guatu.web.page.figures import source_page
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import say
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import User
from guatu.web.people.permissions import may, require, user_of
from guatu.web.projects.models import Project
from guatu.web.reporting.actions import set_measure
from guatu.web.supervision.forms import TargetForm
from guatu.web.supervision.models import Close, ClosedProject, CloseState
from guatu.web.supervision.queries import approvals as approval_queries
from guatu.web.supervision.queries import lights as light_queries
from guatu.web.supervision.queries import rates as rate_queries
from guatu.web.supervision.queries import targets as target_queries
from guatu.web.supervision.queries import warnings as queries
from guatu.web.supervision.queries.closes import current_closes


def close_of(request: HttpRequest, pk: int) -> Close:
    """A whole close of the person's office, whether it stands or was reopened."""
    found = Close.objects.filter(state__in=(CloseState.CURRENT, CloseState.REOPENED))
    found = found.select_related("period__cycle", "office")
    close: Close = get_object_or_404(found, pk=pk, office=user_of(request).office_id)
    return close


def shown_close(request: HttpRequest, by: User) -> tuple[Close | None, list[Close]]:
    """The close that the address names, else the latest; and those to choose from."""
    closes = list(current_closes(by.office)[:24])
    wanted = request.GET.get("close", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        known = next((each for each in closes if each.pk == int(wanted)), None)
        return known or close_of(request, int(wanted)), closes
    return (closes[0] if closes else None), closes


_COLUMNS = (
    Column("name", "项目", link="url", width="l"),
    Column("light", "灯", template="supervision/_light_cell.html", width="l"),
    Column("since", "自", width="s"),
    Column("before", "上期"),
    Column("unit", "责任单位", width="m"),
    Column("county", "县区", width="s"),
    Column("planned", "年度计划", "wan", "万元", link="planned_why"),
    Column("reached", "本年累计", "wan", "万元", link="reached_why"),
    Column("rate", "完成率", "percent", link="rate_why"),
    Column("due", "序时进度", "percent"),
    Column("deviation", "偏差", "points", "百分点"),
)


@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """预警: lights of a close with their reasons, gravest first."""
    by = user_of(request)
    require(by, "supervision.read")
    close, closes = shown_close(request, by)
    if close is None:
        return render(request, "supervision/none.html", {"tab": "warnings"})
    offered = queries.choices(close)
    bar = FilterBar(
        request.GET,
        (
            TextFilter("q", _("项目"), _("项目名称")),
            ChoiceFilter("light", _("灯"), queries.COLOURS),
            ChoiceFilter("rule", _("规则"), tuple(queries.RULE_NAMES.items())),
            ChoiceFilter("county", _("县区"), offered["county"]),
            ChoiceFilter("unit", _("责任单位"), offered["unit"]),
            ChoiceFilter("sector", _("类别"), offered["sector"]),
            ChoiceFilter("changed", _("变灯"), (("1", _("比上期变了")),)),
        ),
    )
    chosen = bar.chosen()
    page = queries.warnings(close, chosen, request.GET)
    table = Table("warnings", _COLUMNS, page.rows, request.GET, caption=_("预警"), dense=True)
    context = {
        "tab": "warnings",
        "close": close,
        "closes": closes,
        "bar": bar,
        "page": page,
        "table": table,
        "counts": queries.counts(close, chosen),
    }
    return page_or_part(request, "supervision/warnings.html", part="rows", context=context)


@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """A project's lights, period by period, with their reasons."""
    by = user_of(request)
    found = get_object_or_404(
        Project.objects.select_related("unit", "region"), pk=pk, office=by.office_id
    )
    context = {
        "project": found,
        "points": light_queries.light_history(found),
        "pausings": approval_queries.pausings(by.office, found),
        "exemptions": approval_queries.exemptions(by.office, found),
        "adjustments": approval_queries.adjustments(by.office, found),
        "may_approve": may(by, "supervision.approve"),
    }
    return render(request, "supervision/project.html", context)


# ------------------------------------------------------------------ rates and targets

_GROUP_COLUMNS = (
    Column("name", "名称", link="url", width="m"),
    Column("projects", "项目", "number", "个"),
    Column("planned", "年度计划", "yi", "亿元"),
    Column("reached", "累计完成", "yi", "亿元"),
    Column("this_period", "本期", "yi", "亿元"),
    Column("rate", "完成率", "percent"),
    Column("due", "序时进度", "percent"),
    Column("deviation", "偏差", "points", "百分点"),
    Column("starts", "开工率", "percent"),
    Column("issued", "下达数", "yi", "亿元"),
    Column("issued_rate", "下达口径", "percent"),
    Column("red", "红", "number"),
    Column("yellow", "黄", "number"),
    Column("green", "绿", "number"),
    Column("grey", "灰", "number"),
    Column("paused", "停", "number"),
)


@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """各项率: numerator, denominator and definition of each, and the table by group."""
    by = user_of(request)
    require(by, "supervision.read")
    close, closes = shown_close(request, by)
    if close is None:
        return render(request, "supervision/none.html", {"tab": "rates"})
    wanted = request.GET.get("by", "county")
    names = {dimension.value: words for dimension, words in rate_queries.DIMENSIONS.items()}
    dimension = Dimension(wanted if wanted in names else "county")
    rows, total = rate_queries.standings(close, dimension)
    totals = {column.key: getattr(total, column.key) for column in _GROUP_COLUMNS}
    context = {
        "tab": "rates",
        "close": close,
        "closes": closes,
        "rates": rate_queries.rates(close),
        "dimension": dimension.value,
        "dimensions": list(names.items()),
        "table": Table(
            "standings", _GROUP_COLUMNS, rows, request.GET, totals=totals, dense=True,
            caption=names[dimension.value],
        ),
        "time_words": rate_queries.time_words(close),
    }  # fmt: skip
    return render(request, "supervision/rates.html", context)


@once
def targets(request: HttpRequest) -> HttpResponse:
    """目标测算: what each month must still bring; and entering what was reached."""
    by = user_of(request)
    require(by, "supervision.read")
    close, closes = shown_close(request, by)
    if close is None:
        return render(request, "supervision/none.html", {"tab": "targets"})
    given = Decomposition.objects.filter(office=by.office).exclude(measured_by="projects")
    form = TargetForm(request.POST or None, targets=list(given))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            set_measure(
                close.period,
                by=by,
                kind=chosen["kind"],
                value=chosen["value"],
                source=chosen["source"],
                target=get_object_or_404(given, pk=chosen["target"]),
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已录入。"))
            return redirect(f"{request.path}?close={close.pk}")
    context = {
        "tab": "targets",
        "close": close,
        "closes": closes,
        "rows": target_queries.outlooks(close),
        "form": form,
        "may_measure": may(by, "reporting.measure") and given.exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "supervision/targets.html", context, status=status)


# ------------------------------------------------------------------ 点数见据


@require_GET
def why(request: HttpRequest, pk: int, project: int, name: str) -> HttpResponse:
    """What a closed figure of a project rests on."""
    close = close_of(request, pk)
    known = ClosedProject.objects.filter(close=close, project=project).exists()
    if name not in queries.figure_names() or not known:
        raise Http404
    return source_page(request, queries.row_source(close, project, name))


@require_GET
def light_why(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """Why a light has its colour."""
    close = close_of(request, pk)
    if not close.lights.filter(project=project).exists():
        raise Http404
    return source_page(request, light_queries.light_source(close, project))


@require_GET
def rate_why(request: HttpRequest, pk: int, basis: str, code: str) -> HttpResponse:
    """What a rate rests on."""
    close = close_of(request, pk)
    known: dict[str, Any] = {each.value: each for each in Basis}
    source = rate_queries.rate_source(close, known[basis], code) if basis in known else None
    if source is None:
        raise Http404
    return source_page(request, source)
