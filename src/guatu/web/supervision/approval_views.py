"""Screens of approvals: 停缓建, 豁免, 通报后调整."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page.once import once
from guatu.web.page.say import refuse, say
from guatu.web.people.permissions import may, require, user_of
from guatu.web.projects.models import Project
from guatu.web.supervision import actions
from guatu.web.supervision.forms import (
    AdjustForm,
    EndForm,
    ExemptionForm,
    PauseForm,
    ResumeForm,
)
from guatu.web.supervision.models import Exemption, LaterAdjustment, Pausing
from guatu.web.supervision.queries import approvals as queries


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """停缓建、豁免、调整: all that was approved."""
    by = user_of(request)
    require(by, "supervision.read")
    context = {
        "tab": "approvals",
        "pausings": queries.pausings(by.office)[:300],
        "exemptions": queries.exemptions(by.office)[:300],
        "adjustments": queries.adjustments(by.office)[:300],
        "today": timezone.localdate(),
        "may_approve": may(by, "supervision.approve"),
    }
    return render(request, "supervision/approvals.html", context)


def project_of(request: HttpRequest, pk: int) -> Project:
    """The project of the person's office."""
    found = Project.objects.select_related("office")
    return get_object_or_404(found, pk=pk, office=user_of(request).office_id)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What can be entered about a project: its form, the verb that takes it, words around it."""

    form: Callable[..., forms.Form]
    verb: Callable[..., object]
    title: str
    help_words: str
    done: str


_PAUSE = _Entry(
    PauseForm,
    actions.pause,
    "登记停缓建",
    "自批准之日起退出进度评判和调整后口径；下达口径仍计入，以前各期不变。",
    "已登记停缓建。",
)
_RESUME = _Entry(
    ResumeForm,
    actions.resume,
    "登记复工",
    "自复工之日起恢复评判。",
    "已登记复工。",
)
_EXEMPT = _Entry(
    ExemptionForm,
    actions.exempt,
    "办理豁免",
    "豁免期内所选规则不亮灯；不补齐的红灯到期恢复。",
    "已办理豁免。",
)
_END_EXEMPTION = _Entry(
    EndForm,
    actions.end_exemption,
    "提前结束豁免",
    "从这一天起各项规则恢复评判。",
    "豁免已结束。",
)
_ADJUST = _Entry(
    AdjustForm,
    actions.adjust_later,
    "通报后调整",
    "已通报的数不改，差错在当前填报的期以 ± 调整。单位本期报的累计数应已含这项调整。",
    "已记入当期。",
)


def _entered(
    request: HttpRequest, entry: _Entry, project: Project, about: Model, **choices: Any
) -> HttpResponse:
    """The form of an entry shown, or taken by its verb and led back to the project's lights."""
    by = user_of(request)
    require(by, "supervision.approve")
    form = entry.form(request.POST or None, **choices)
    if request.method == "POST" and form.is_valid():
        try:
            entry.verb(about, by=by, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            say(request, entry.done)
            return redirect("supervision:project", pk=project.pk)
    context = {"project": project, "form": form, "entry": entry}
    status = 422 if form.is_bound else 200
    return render(request, "supervision/approval_form.html", context, status=status)


@once
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """登记停缓建."""
    project = project_of(request, pk)
    return _entered(request, _PAUSE, project, project)


@once
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """登记复工."""
    found: Pausing = _approved(request, Pausing, pk)
    return _entered(request, _RESUME, found.project, found)


@once
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """办理豁免."""
    project = project_of(request, pk)
    return _entered(request, _EXEMPT, project, project)


@once
def end_exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """提前结束豁免."""
    found: Exemption = _approved(request, Exemption, pk)
    return _entered(request, _END_EXEMPTION, found.project, found)


@once
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """通报后调整."""
    project = project_of(request, pk)
    return _entered(request, _ADJUST, project, project, periods=queries.adjustable(project))


def _approved(request: HttpRequest, kind: type[Model], pk: int) -> Any:
    """What was approved about a project of the person's office."""
    found = kind._default_manager.select_related("project__office")
    return get_object_or_404(found, pk=pk, project__office=user_of(request).office_id)


@require_POST
@once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销调整."""
    by = user_of(request)
    found: LaterAdjustment = get_object_or_404(
        LaterAdjustment.objects.select_related("office"), pk=pk, office=by.office_id
    )
    try:
        actions.withdraw_adjustment(found, by=by)
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已撤销这项调整。"))
    return redirect("supervision:project", pk=found.project_id)
