"""Screens of 三数并列: three figures side by side, and what the 调度数 is made of."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.web.annual.models import Decomposition
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import say
from guatu.web.page.tables import Column, Table
from guatu.web.people.models import Region
from guatu.web.people.permissions import user_of
from guatu.web.projects.models import Project
from guatu.web.reporting import actions
from guatu.web.reporting.forms import MeasureForm
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.reporting.queries import gaps as gap_queries
from guatu.web.reporting.queries import period as period_queries
from guatu.web.reporting.queries import reached as reached_queries
from guatu.web.reporting.views import period_context, period_of


@once
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """调度数、统计数、财务数 side by side, and their gaps."""
    found = period_of(request, pk)
    context = period_context(request, found, "figures")
    targets = gap_queries.targets_of(found)
    subjects = _subjects(found, targets)
    form = MeasureForm(
        request.POST or None,
        subjects=subjects,
        initial={"subject": request.GET.get("subject", "whole")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        region, project, target = _subject(given["subject"])
        try:
            actions.set_measure(
                found,
                by=user_of(request),
                kind=given["kind"],
                value=given["value"],
                source=given["source"],
                region=region,
                project=project,
                target=target,
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已录入，与调度数分列，不合并。"))
            return redirect("reporting:figures", pk=pk)
    context |= {"form": form, "figures": gap_queries.figures_of(found, targets)}
    status = 422 if form.is_bound else 200
    return render(request, "reporting/figures.html", context, status=status)


def _subjects(found: ReportingPeriod, targets: list[Decomposition]) -> list[tuple[str, Any]]:
    asked = found.asks.select_related("project").order_by("project__position")
    groups: list[tuple[str, Any]] = [
        ("whole", _("全部项目")),
        (_("县区"), [(f"region-{pk}", name) for pk, name in period_queries.region_choices(found)]),
        (_("方案指标"), [(f"target-{each.pk}", str(each)) for each in targets]),
        (_("项目"), [(f"project-{ask.project_id}", ask.project.name) for ask in asked]),
    ]
    return [(name, some) for name, some in groups if some]


def _subject(words: str) -> tuple[Region | None, Project | None, Decomposition | None]:
    """Whose figure it is; the form has seen that it is one of the period's subjects."""
    kind, _sep, pk = words.partition("-")
    return (
        Region.objects.get(pk=pk) if kind == "region" else None,
        Project.objects.get(pk=pk) if kind == "project" else None,
        Decomposition.objects.get(pk=pk) if kind == "target" else None,
    )


_REACHED_COLUMNS = (
    Column("name", "项目", link="url", width="l"),
    Column("region", "县区"),
    Column("unit", "责任单位", width="m"),
    Column("reached", "本年累计", "wan", "万元", link="source"),
    Column("state", "报送"),
)


@require_GET
def reached(request: HttpRequest, pk: int) -> HttpResponse:
    """What the 调度数 of a period is made of: every project, those not reported by name as well."""
    found = period_of(request, pk)
    bar = FilterBar(
        request.GET,
        (
            TextFilter("q", _("项目"), _("项目名称")),
            ChoiceFilter("region", _("县区"), reached_queries.regions_of(found)),
            ChoiceFilter("state", _("报送"), reached_queries.STATES),
        ),
    )
    chosen = bar.chosen()
    rows = reached_queries.reached_rows(found, chosen, request.GET)
    table = Table(
        "reached", _REACHED_COLUMNS, rows.page.rows, request.GET, dense=True,
        totals={"name": _("合计 %(n)s 项") % {"n": rows.page.total}, "reached": rows.part.amount},
        caption=_("调度数的来历"),
    )  # fmt: skip
    context = period_context(request, found, "figures")
    context |= {
        "bar": bar,
        "page": rows.page,
        "table": table,
        "covered": None if chosen else rows.part,
    }
    return page_or_part(request, "reporting/reached.html", part="rows", context=context)
