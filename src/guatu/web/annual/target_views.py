"""Screens of decomposed targets."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.annual import actions
from guatu.web.annual.forms import MeasureForm, TakeForm
from guatu.web.annual.models import Decomposition, Share
from guatu.web.annual.queries import targets as queries
from guatu.web.annual.queries.targets import Cut
from guatu.web.annual.views import who
from guatu.web.page.figures import source_page
from guatu.web.page.filters import FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.paging import Paged, paged
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.tables import Column, Table
from guatu.web.people.permissions import may
from guatu.web.people.queries import trail_of, unit_choices
from guatu.web.plans.models import LedgerEntry
from guatu.web.plans.queries.review import target_in_words

_COLUMNS = (
    Column("subject", "指标", link="url", width="l"),
    Column("plan", "方案", width="m"),
    Column("whole", "目标值", "number"),
    Column("unit", "单位"),
    Column("measured_by", "计量方式"),
    Column("years", "年度"),
    Column("given", "各年合计", "number"),
    Column("remainder", "未分到年", "number"),
    Column("state", "分到县区和部门"),
)


class _Written(Column):
    """A figure that is already written."""

    def text(self, value: Any) -> str:
        return str(value)


_TARGET_COLUMNS = tuple(
    _Written(c.key, c.head, c.kind, c.unit, c.sort, c.link, c.template, c.width) for c in _COLUMNS
)


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """目标分解: all targets that are given out, and what is left of each."""
    rows = queries.decompositions(who(request).office)
    page: Paged[queries.TargetRow] = paged(rows, request.GET)
    table = Table("targets", _TARGET_COLUMNS, page.rows, request.GET, caption=_("目标分解"))
    context = {
        "page": page,
        "table": table,
        "may_edit": may(who(request), "annual.decompose"),
    }
    return page_or_part(request, "annual/targets.html", part="rows", context=context)


@require_GET
def take_list(request: HttpRequest) -> HttpResponse:
    """Targets of published plans that are not decomposed yet."""
    bar = FilterBar(request.GET, (TextFilter("q", "指标", "指标名称"),))
    found = queries.published_targets(who(request).office, bar.chosen().get("q", ""))
    page: Paged[LedgerEntry] = paged(found, request.GET)
    rows = [(entry, target_in_words(entry.fields)) for entry in page]
    context = {"bar": bar, "page": page, "rows": rows}
    return page_or_part(request, "annual/take_list.html", part="rows", context=context)


@once
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a target into decomposition: how it is measured, over which years."""
    entries = LedgerEntry.objects.select_related("version__plan", "office")
    entry = get_object_or_404(entries, pk=pk, office=who(request).office_id)
    plan = entry.version.plan
    end = (entry.due and entry.due.year) or plan.end_year or plan.start_year
    initial = {
        "accrual": queries.guessed_accrual(entry),
        "measured_by": "reported",
        "start_year": plan.start_year,
        "end_year": end,
    }
    form = TakeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.decompose(entry, by=who(request), **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect("annual:target", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "annual/take.html", {"form": form, "entry": entry}, status=status)


def _target_of(request: HttpRequest, pk: int) -> Decomposition:
    found = Decomposition.objects.select_related("office", "plan")
    return get_object_or_404(found, pk=pk, office=who(request).office_id)


def _cut(value: str | None) -> Cut:
    return Cut.UNIT if value == Cut.UNIT else Cut.REGION


def _context(request: HttpRequest, found: Decomposition, params: Any) -> dict[str, Any]:
    cut = _cut(params.get("cut"))
    also, opened = params.get("also", ""), params.get("open", "")
    return {
        "target": found,
        "cut": cut.value,
        "cuts": [("region", _("按县区")), ("unit", _("按部门"))],
        "matrix": queries.matrix(
            found,
            cut,
            int(also) if also.isdigit() else None,
            int(opened) if opened.isdigit() else None,
        ),
        "opened": int(opened) if opened.isdigit() else 0,
        "also": also if also.isdigit() else "",
        "may_edit": may(who(request), "annual.decompose", office=found.office),
        "how": [("last", "按上年比例"), ("projects", "按项目汇总"), ("evenly", "平均分配")],
    }


@require_GET
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix of a target: counties or departments by years, the remainder in its own row."""
    found = _target_of(request, pk)
    context = _context(request, found, request.GET)
    if context["cut"] == Cut.UNIT or context["opened"]:
        context["units"] = unit_choices()
    context["said"] = queries.sentence_of(found)
    context["trail"] = trail_of(found, 8)
    return page_or_part(request, "annual/target.html", part="rows", context=context)


@require_POST
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """One cell of the matrix; the whole matrix comes back with its remainders."""
    found = _target_of(request, pk)
    cut = _cut(request.POST.get("cut"))
    fault_words: list[str] = []
    party, year = request.POST.get("party", ""), request.POST.get("year", "")
    # A department within a county: both numbers.
    outer, _dash, inner = party.partition("-")
    if not (outer.isdigit() and year.isdigit() and (inner.isdigit() or not _dash)):
        return HttpResponse(status=400)
    region: int | None
    unit: int | None
    if inner:
        region, unit = int(outer), int(inner)
    else:
        region, unit = queries.CUTS[cut].key(int(outer)) if int(outer) else (None, None)
    try:
        actions.set_share(
            found,
            year=int(year),
            region_id=region,
            unit_id=unit,
            value=actions.read_value(request.POST.get("text", "")),
            by=who(request),
        )
    except ValidationError as fault:
        fault_words = list(fault.messages)
    context = {**_context(request, found, request.POST), "faults": fault_words}
    status = 422 if fault_words else 200
    response = render(request, "annual/target.html#rows", context, status=status)
    if fault_words:
        # What was typed stays in its cell, so that it can be mended.
        told = {"party": party, "year": year, "text": request.POST.get("text", "")[:40]}
        response["HX-Trigger-After-Settle"] = json.dumps({"annual:refused": told})
    return response


_SIGNER = Signer(salt="annual.fill")


@require_POST
@once
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """按上年比例、按项目汇总、平均分配."""
    found = _target_of(request, pk)
    cut, how, year = _cut(request.POST.get("cut")), request.POST.get("how", ""), _year(request)
    if how not in ("last", "projects", "evenly"):
        return HttpResponse(status=400)
    try:
        before = actions.fill_year(found, year=year, cut=cut, how=how, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        kept = _SIGNER.sign_object({"year": year, "before": before})
        undo = reverse("annual:fill-undo", args=[pk]) + f"?kept={kept}"
        words = _("%(year)s 年已分到 %(n)s 家，合计与全市数分毫不差（尾数按最大余数归位）。")
        say(request, words % {"year": year, "n": len(before)}, undo=undo)
    return _back(pk, cut)


def _year(request: HttpRequest) -> int:
    text = request.POST.get("year", "")
    return int(text) if text.isdigit() and len(text) == 4 else 0


def _back(pk: int, cut: Cut) -> HttpResponse:
    return redirect(reverse("annual:target", args=[pk]) + f"?cut={cut.value}")


@require_POST
def fill_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what stood there before a year was given out."""
    found = _target_of(request, pk)
    try:
        kept = _SIGNER.unsign_object(request.GET.get("kept", ""))
    except BadSignature:
        return HttpResponse(status=400)
    actions.put_back(found, year=kept["year"], before=kept["before"], by=who(request))
    say(request, _("已恢复 %(year)s 年原来的分解数。") % {"year": kept["year"]})
    keys = [key for key in kept["before"] if key.startswith("/")]
    return _back(pk, Cut.UNIT if keys else Cut.REGION)


@require_POST
@once
def over(request: HttpRequest, pk: int) -> HttpResponse:
    """超分说明."""
    found = _target_of(request, pk)
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        actions.allow_over(found, year=_year(request), reason=reason, by=who(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("说明已保存，可以超过全市数分解。") if reason else _("说明已取消。"))
    return _back(pk, _cut(request.POST.get("cut")))


@once
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """计量与依据."""
    found = _target_of(request, pk)
    form = MeasureForm(request.POST or None, instance=_target_of(request, pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_measure(found, by=who(request), **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已保存。"))
            return redirect("annual:target", pk=pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "target": found}
    return render(request, "annual/measure.html", context, status=status)


@require_GET
def why_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """What a target's own value rests on."""
    return source_page(request, queries.whole_source(_target_of(request, pk)))


@require_GET
def why_share(request: HttpRequest, pk: int) -> HttpResponse:
    """What a share rests on."""
    shares = Share.objects.select_related("decomposition__plan", "region", "unit", "touched_by")
    found = get_object_or_404(shares, pk=pk, decomposition__office=who(request).office_id)
    return source_page(request, queries.share_source(found))
