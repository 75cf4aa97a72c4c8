"""Screens of approvals: 停缓建, 豁免, 通报后调整."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page.once import once
from guatu.web.page.say import refuse, say
from guatu.web.people.permissions import may, require, user_of
from guatu.web.projects.models import Project
from guatu.web.reporting.models import ReportingPeriod
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


def _answered(
    request: HttpRequest,
    project: Project,
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    *,
    title: str,
    help_words: str,
    done: str,
) -> HttpResponse:
    """A form about a project: shown, or taken by ``do`` and led back to the project's lights."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, ValidationError(fault.messages))
        else:
            say(request, done)
            return redirect("supervision:project", pk=project.pk)
    context = {"project": project, "form": form, "title": title, "help_words": help_words}
    status = 422 if form.is_bound else 200
    return render(request, "supervision/approval_form.html", context, status=status)


@once
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """登记停缓建."""
    project, by = project_of(request, pk), user_of(request)
    require(by, "supervision.approve")
    return _answered(
        request,
        project,
        PauseForm(request.POST or None),
        lambda given: actions.pause(project, by=by, **given),
        title=_("登记停缓建"),
        help_words=_("自批准之日起退出进度评判和调整后口径；下达口径仍计入，以前各期不变。"),
        done=_("已登记停缓建。"),
    )


@once
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """登记复工."""
    by = user_of(request)
    pausing = get_object_or_404(
        Pausing.objects.select_related("project__office"), pk=pk, project__office=by.office_id
    )
    require(by, "supervision.approve")
    return _answered(
        request,
        pausing.project,
        ResumeForm(request.POST or None),
        lambda given: actions.resume(pausing, by=by, **given),
        title=_("登记复工"),
        help_words=_("自复工之日起恢复评判。"),
        done=_("已登记复工。"),
    )


@once
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """办理豁免."""
    project, by = project_of(request, pk), user_of(request)
    require(by, "supervision.approve")
    return _answered(
        request,
        project,
        ExemptionForm(request.POST or None),
        lambda given: actions.exempt(project, by=by, **given),
        title=_("办理豁免"),
        help_words=_("豁免期内所选规则不亮灯；不补齐的红灯到期恢复。"),
        done=_("已办理豁免。"),
    )


@once
def end_exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """提前结束豁免."""
    by = user_of(request)
    found = get_object_or_404(
        Exemption.objects.select_related("project__office"), pk=pk, project__office=by.office_id
    )
    require(by, "supervision.approve")
    return _answered(
        request,
        found.project,
        EndForm(request.POST or None),
        lambda given: actions.end_exemption(found, by=by, **given),
        title=_("提前结束豁免"),
        help_words=_("从这一天起各项规则恢复评判。"),
        done=_("豁免已结束。"),
    )


@once
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """通报后调整."""
    project, by = project_of(request, pk), user_of(request)
    require(by, "supervision.approve")

    def do(given: dict[str, Any]) -> None:
        of_period = ReportingPeriod.objects.get(pk=given.pop("of_period"))
        actions.adjust_later(project, by=by, of_period=of_period, **given)

    return _answered(
        request,
        project,
        AdjustForm(request.POST or None, periods=queries.adjustable(project)),
        do,
        title=_("通报后调整"),
        help_words=_(
            "已通报的数不改，差错在当前填报的期以 ± 调整。单位本期报的累计数应已含这项调整。"
        ),
        done=_("已记入当期。"),
    )


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
