"""Screens of a close: what blocks, what it would give, close, versions, open again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import CountedBy
from guatu.web.page.once import once
from guatu.web.page.say import refuse, say
from guatu.web.people.permissions import may, require, user_of
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision import actions
from guatu.web.supervision.actions.closing import blocks, closed_after
from guatu.web.supervision.facts import close_before
from guatu.web.supervision.forms import CloseForm, ReasonForm
from guatu.web.supervision.models import Close, CloseState
from guatu.web.supervision.queries import preview as queries
from guatu.web.supervision.queries.packs import pack_in_use


def period_of(request: HttpRequest, pk: int) -> ReportingPeriod:
    """The period of the person's office."""
    found = ReportingPeriod.objects.select_related("cycle", "office")
    return get_object_or_404(found, pk=pk, office=user_of(request).office_id)


@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """关账: what blocks, what to look at, the lights it would give; then close."""
    by = user_of(request)
    require(by, "supervision.read")
    period = period_of(request, pk)
    stops = blocks(period) if period.is_open else []
    missing = queries.missing(period)
    form = CloseForm(request.POST or None, initial=_like_last(period))
    if not missing:
        del form.fields["seen"]
    if request.method == "POST" and form.is_valid():
        if missing and not form.cleaned_data["seen"]:
            form.add_error("seen", _("还有单位未报：勾选表示照此关账，或先去催报。"))
        elif (answer := _closed(request, period, form)) is not None:
            return answer
    writing = queries.writing(period)
    context = {
        "period": period,
        "blocks": stops,
        "missing": missing,
        "owed": sum(len(each.projects) for each in missing),
        "questions": queries.questions(period) if period.is_open else [],
        "preview": queries.preview(period) if period.is_open and not stops else None,
        "preview_most": queries.PREVIEW_MOST,
        "versions": queries.versions(period),
        "writing": writing[0] if writing else None,
        "job": writing[1] if writing else None,
        "pack": pack_in_use(period.office) if period.is_open else None,
        "form": form,
        "reopen_form": ReasonForm(),
        "rests_on": closed_after(period) if period.state == PeriodState.CLOSED else None,
        "may_close": may(by, "supervision.close", office=period.office),
    }
    status = 422 if form.is_bound else 200
    return render(request, "supervision/close.html", context, status=status)


def _like_last(period: ReportingPeriod) -> dict[str, Any]:
    last = close_before(period)
    if last is None:
        return {"factor": 100, "counted_by": CountedBy.ANNUAL, "basis": Basis.ADJUSTED}
    return {"factor": last.factor, "counted_by": last.counted_by, "basis": last.basis}


def _closed(request: HttpRequest, period: ReportingPeriod, form: CloseForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        made = actions.close_period(
            period,
            by=user_of(request),
            factor=given["factor"],
            counted_by=CountedBy(given["counted_by"]),
            basis=Basis(given["basis"]),
        )
    except ValidationError as fault:
        form.add_error(None, fault)
        return None
    if made.state == CloseState.CURRENT:
        say(request, _("%(close)s，共 %(n)d 个项目。") % {"close": made, "n": made.projects})
    return redirect("supervision:close", pk=period.pk)


@require_POST
@once
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """重新打开, with the reason."""
    period = period_of(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        refuse(request, _("没有重新打开：请写明原因。"))
        return redirect("supervision:close", pk=pk)
    try:
        actions.reopen(period, by=user_of(request), reason=form.cleaned_data["reason"])
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("%(period)s已重新打开，原来的关账留作记录。") % {"period": period})
    return redirect("supervision:close", pk=pk)


@require_POST
@once
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """放弃没有办成的关账."""
    found = Close.objects.select_related("period", "office")
    made = get_object_or_404(found, pk=pk, office=user_of(request).office_id)
    try:
        actions.give_up(made, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已放弃，这一期可以继续收表。"))
    return redirect("supervision:close", pk=made.period_id)
