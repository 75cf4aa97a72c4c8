"""Screens of bulletins: the list, a draft, its text with figures, the final file, issue."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.bulletins.marks import Marks
from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.pdf import can_convert
from guatu.delivery.bulletins.unit import unit_report as written_report
from guatu.web.bulletins import actions
from guatu.web.bulletins.forms import DraftForm, FinalForm, IssueForm
from guatu.web.bulletins.models import (
    Bulletin,
    BulletinFact,
    BulletinFile,
    BulletinState,
    FileKind,
)
from guatu.web.bulletins.queries import final as final_queries
from guatu.web.bulletins.queries import issued, lists, sources, text
from guatu.web.bulletins.queries import units as unit_queries
from guatu.web.page.figures import source_page
from guatu.web.page.models import Job
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.sheets import download
from guatu.web.page.tables import Column, Table
from guatu.web.people.permissions import may, require, user_of
from guatu.web.people.queries import trail_of
from guatu.web.projects import files
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision.models import CloseState
from guatu.web.supervision.queries.closes import current_close

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def bulletin_of(request: HttpRequest, pk: int) -> Bulletin:
    """A bulletin of the person's office."""
    found = Bulletin.objects.select_related(
        "period__cycle", "close__period__cycle", "close__by", "office", "by", "issued_by"
    )
    require(user_of(request), "bulletins.read")
    held: Bulletin = get_object_or_404(found, pk=pk, office=user_of(request).office_id)
    return held


_COLUMNS = (
    Column("period", "报告期", link="url"),
    Column("title", "标题", width="l"),
    Column("number", "文号"),
    Column("issued_on", "成文日期", "day"),
    Column("state", "状态"),
    Column("version", "第几稿", "number"),
    Column("close", "依据关账"),
    Column("by", "办理人"),
)


@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """通报: issued ones and drafts; what is closed and waits."""
    by = user_of(request)
    require(by, "bulletins.read")
    page = lists.bulletins(by.office, request.GET)
    context = {
        "page": page,
        "table": Table("bulletins", _COLUMNS, page.rows, request.GET, caption=_("通报")),
        "ready": lists.ready(by.office),
        "may_draft": may(by, "bulletins.draft"),
    }
    return page_or_part(request, "bulletins/bulletins.html", part="rows", context=context)


def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """起草: particulars as the last one had them, figures from the close."""
    by = user_of(request)
    require(by, "bulletins.draft")
    found = ReportingPeriod.objects.select_related("cycle", "office")
    period = get_object_or_404(found, pk=pk, office=by.office_id)
    close = current_close(period)
    known = lists.draft_of(period)
    if known is not None and known.state == BulletinState.ISSUED:
        return redirect("bulletins:bulletin", pk=known.pk)
    form = DraftForm(request.POST or None, initial=asdict(lists.last_particulars(by.office)))
    if request.method == "POST" and close is not None and form.is_valid():
        drafted = actions.prepare(close, form.particulars())
        return _kept(request, drafted, pk)
    context = {
        "form": form,
        "period": period,
        "close": close,
        "known": known,
        "open": period.state == PeriodState.OPEN,
    }
    status = 422 if form.is_bound else 200
    return render(request, "bulletins/draft.html", context, status=status)


@once
def _kept(request: HttpRequest, drafted: actions.Drafted, period: int) -> HttpResponse:
    """The slow part is done: what is left is taken once."""
    try:
        made = actions.keep_draft(drafted, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
        return redirect("bulletins:draft", pk=period)
    say(request, _("第%(n)d稿已起草，每个数都可以点开看依据。") % {"n": made.version})
    return redirect("bulletins:bulletin", pk=made.pk)


@require_GET
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """A bulletin's text, each figure leading to what it rests on; its files and what is to do."""
    found = bulletin_of(request, pk)
    by = user_of(request)
    stands = found.close.state == CloseState.CURRENT
    every = list(found.files.select_related("by"))
    held = [each for each in every if each.kind != FileKind.CHART]
    charts = [each for each in every if each.kind == FileKind.CHART]
    # Only an issued period is put right later, only a replaced draft has a newer one.
    later = text.adjustments_of(found) if found.state == BulletinState.ISSUED else []
    newest = lists.draft_of(found.period) if found.state == BulletinState.REPLACED else None
    check = final_queries.check_of(found) if found.state != BulletinState.DRAFT else None
    changes = issued.changes_in(check.rows if check else ())
    context: dict[str, Any] = {
        "bulletin": found,
        "stands": stands,
        "state_words": lists.state_words(found),
        "text": text.text_of(found, charts, later, changes),
        "check": check,
        "files": held,
        "newest": newest,
        "adjustments": later,
        "may_draft": found.is_live and stands and may(by, "bulletins.draft", office=found.office),
        "may_again": found.state != BulletinState.ISSUED
        and may(by, "bulletins.draft", office=found.office),
        "may_issue": found.is_live and stands and may(by, "bulletins.issue", office=found.office),
        "trail": trail_of(found),
    }
    if found.state == BulletinState.ISSUED and not any(f.kind == FileKind.PDF for f in held):
        context["pdf_job"] = Job.objects.filter(
            kind="bulletins.pdf", key=f"bulletin-{found.pk}"
        ).first()
        context["no_pdf"] = not can_convert()
    return render(request, "bulletins/bulletin.html", context)


def final(request: HttpRequest, pk: int) -> HttpResponse:
    """定稿: upload it, see every figure that differs, say why."""
    found = bulletin_of(request, pk)
    if request.method == "POST":
        require(user_of(request), "bulletins.draft", office=found.office)
        if "explain" in request.POST:
            return _explained(request, found)
    form = FinalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            read = actions.read_final(found, name=upload.name, data=upload.read())
            made = actions.take_final(found, read, by=user_of(request))
        except ValidationError as fault:
            form.add_error("file", fault.messages[0])
        except files.RefusedFile as fault:
            form.add_error("file", str(fault))
        else:
            count = made.differences.count()
            words = _("定稿已收，%(n)d 处数与原稿不同，请逐处说明。") % {"n": count}
            say(request, words if count else _("定稿已收，数与原稿全部相符。"))
            return redirect("bulletins:final", pk=pk)
    context = {
        "bulletin": found,
        "form": form,
        "check": final_queries.check_of(found),
        "may_draft": found.is_live
        and found.close.state == CloseState.CURRENT
        and may(user_of(request), "bulletins.draft", office=found.office),
    }
    status = 422 if form.is_bound else 200
    return render(request, "bulletins/final.html", context, status=status)


def _explained(request: HttpRequest, found: Bulletin) -> HttpResponse:
    words = {}
    for key, value in request.POST.items():
        pk = key.removeprefix("reason-")
        if key.startswith("reason-") and pk.isdigit() and isinstance(value, str):
            words[int(pk)] = value
    check = final_queries.check_of(found)
    try:
        count = actions.explain(check.file, by=user_of(request), words=words) if check else 0
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已记下 %(n)d 处说明。") % {"n": count})
        now = final_queries.check_of(found)
        if now and not now.left and may(user_of(request), "bulletins.issue", office=found.office):
            return redirect("bulletins:issue", pk=found.pk)
    return redirect("bulletins:final", pk=found.pk)


def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """印发 with number and date."""
    found = bulletin_of(request, pk)
    by = user_of(request)
    require(by, "bulletins.issue", office=found.office)
    if found.state == BulletinState.ISSUED:
        return redirect("bulletins:bulletin", pk=pk)
    check = final_queries.check_of(found)
    marks = final_queries.printed_marks(check.file) if check else Marks()
    form = IssueForm(
        request.POST or None,
        initial={
            "number": marks.number or found.text["number"],
            "on": marks.signed_on or timezone.localdate(),
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        untouched = None
        if found.state == BulletinState.DRAFT and "untouched" in request.POST:
            untouched = actions.printed_docx(found, number=given["number"], on=given["on"])
        answer = _issued(request, found, form, untouched)
        if answer.status_code < 400:
            return answer
    odd = form.odd_marks(marks) if check else []
    context = {"bulletin": found, "form": form, "check": check, "odd": odd}
    status = 422 if form.is_bound else 200
    return render(request, "bulletins/issue.html", context, status=status)


@once
def _issued(
    request: HttpRequest,
    found: Bulletin,
    form: IssueForm,
    untouched: bytes | None,
) -> HttpResponse:
    given = form.cleaned_data
    try:
        made = actions.issue(
            found,
            by=user_of(request),
            number=given["number"],
            on=given["on"],
            untouched=untouched,
            answers=form.answers,
        )
    except ValidationError as fault:
        form.add_error(None, fault)
        return HttpResponse(status=422)
    say(request, _("“%(title)s”已印发，这一期的数从此不变。") % {"title": made.title})
    return redirect("bulletins:bulletin", pk=found.pk)


@require_POST
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """转 PDF, in the background."""
    found = bulletin_of(request, pk)
    try:
        actions.ask_pdf(found, by=user_of(request))
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    return redirect("bulletins:bulletin", pk=pk)


@require_GET
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file of a bulletin; charts are shown, the others saved."""
    found = bulletin_of(request, pk)
    held: BulletinFile = get_object_or_404(found.files, pk=file)
    data = files.read(held.stored)
    if held.kind == FileKind.CHART:
        return HttpResponse(data, content_type="image/png")
    kind = "application/pdf" if held.kind == FileKind.PDF else DOCX
    return download(data, held.name, kind)


# ------------------------------------------------------------------ 点数见据


def fact_of(request: HttpRequest, pk: int, fact: int) -> BulletinFact:
    """A printed figure of a bulletin of the person's office."""
    require(user_of(request), "bulletins.read")
    found = BulletinFact.objects.select_related(
        "projects", "bulletin__close__period__cycle", "bulletin__close__by"
    ).defer("bulletin__text")
    held: BulletinFact = get_object_or_404(
        found, pk=fact, bulletin=pk, bulletin__office=user_of(request).office_id
    )
    return held


@require_GET
def fact(request: HttpRequest, pk: int, fact: int) -> HttpResponse:
    """What a printed figure rests on."""
    return source_page(request, sources.fact_source(fact_of(request, pk, fact)))


_PROJECT_COLUMNS = (
    Column("name", "项目", link="url", width="l"),
    Column("unit", "责任单位", width="m"),
    Column("county", "县区"),
    Column("planned", "年度计划", "wan", "万元"),
    Column("reached", "本年累计", "wan", "万元", link="source"),
    Column("this_period", "本期", "wan", "万元"),
    Column("part", "完成率", "percent"),
    Column("light", "灯", "light"),
    Column("report", "报送"),
)


@require_GET
def fact_projects(request: HttpRequest, pk: int, fact: int) -> HttpResponse:
    """The projects that a printed figure was made from."""
    found = fact_of(request, pk, fact)
    page = sources.fact_projects(found, request.GET)
    table = Table(
        "fact-projects", _PROJECT_COLUMNS, page.rows, request.GET, dense=True,
        caption=_("所依据的项目"),
    )  # fmt: skip
    context = {
        "bulletin": found.bulletin,
        "fact": found,
        "issued": issued.as_issued(found),
        "name": sources.fact_name(found),
        "page": page,
        "table": table,
    }
    return page_or_part(request, "bulletins/fact_projects.html", part="rows", context=context)


@require_GET
def row(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """What a project's closed figure rests on."""
    found = bulletin_of(request, pk)
    if not found.close.rows.filter(project=project).exists():
        raise Http404
    return source_page(request, sources.row_source(found, project))


# ------------------------------------------------------------------ units' own reports


def _quarter(request: HttpRequest) -> tuple[unit_queries.Quarter | None, list[Any]]:
    known = unit_queries.quarters(user_of(request).office)
    wanted = request.GET.get("quarter", "")
    whole = [each for each in known if each.is_whole] or known
    chosen = next((each for each in known if each.period.key == wanted), None)
    return chosen or (whole[0] if whole else None), known


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """各单位季度报告: a docx for each unit, made from its own figures."""
    require(user_of(request), "bulletins.read")
    chosen, known = _quarter(request)
    context = {
        "chosen": chosen,
        "quarters": known,
        "rows": unit_queries.units_of(chosen) if chosen else [],
    }
    return render(request, "bulletins/units.html", context)


@require_GET
def unit_report(request: HttpRequest) -> HttpResponse:
    """One unit's report as docx."""
    by = user_of(request)
    require(by, "bulletins.read")
    chosen, _known = _quarter(request)
    unit = request.GET.get("unit", "")
    if chosen is None or not chosen.last.rows.filter(unit=unit, leaf=True).exists():
        raise Http404
    span = unit_queries.unit_span(chosen, unit)
    paper = written_report(span, addressee=by.office.name)
    return download(official_docx(paper), f"{paper.title}.docx", DOCX)
