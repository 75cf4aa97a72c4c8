"""Verbs of issue (印发): once, with number and date, from the close that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.delivery.bulletins.kept import paper_from_data
from guatu.delivery.bulletins.marks import Mark
from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.pdf import can_convert
from guatu.web.bulletins.actions.drafting import keep_file
from guatu.web.bulletins.models import Bulletin, BulletinState, FileKind, FinalDifference
from guatu.web.bulletins.queries.final import final_of, printed_marks
from guatu.web.page import jobs
from guatu.web.page.models import Job
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.supervision import actions as supervision

PDF_JOB: Final = "bulletins.pdf"
LACKING: Final = {
    Mark.NUMBER: gettext_lazy("定稿上的文号与这里登记的不同：改成一致，或写明原因。"),
    Mark.DAY: gettext_lazy("定稿上的成文日期与这里登记的不同：改成一致，或写明原因。"),
    Mark.PRINTED: gettext_lazy("定稿版记里的印发日期早于成文日期：改正后重新上传，或写明原因。"),
}


def printed_docx(bulletin: Bulletin, *, number: str, on: date) -> bytes:
    """The draft as drafted, with its number and date written in."""
    charts = bulletin.files.filter(kind=FileKind.CHART).order_by("pk")
    pictures = [files.read(stored) for stored in charts.values_list("stored", flat=True)]
    paper = paper_from_data(bulletin.text, pictures)
    printed = on if paper.printed_by else None
    return official_docx(replace(paper, number=number, signed_on=on, printed_on=printed))


@transaction.atomic
def issue(
    bulletin: Bulletin,
    *,
    by: User,
    number: str,
    on: date,
    untouched: bytes | None = None,
    answers: Mapping[str, str] | None = None,
    today: date | None = None,
    pdf: bool = True,
) -> Bulletin:
    """Issue a bulletin (印发): its period's figures stand for ever from here on.

    The final file that was handed in is what is issued; ``untouched`` (``printed_docx``) where the
    draft is issued without a change. ``answers`` say, by ``Mark``, why the paper names another
    number or day than it is issued under. A bulletin already issued is given back as it is. Raises
    ``CannotDo`` with what is still to be done.
    """
    require(by, "bulletins.issue", office=bulletin.office)
    locked: Bulletin = (
        Bulletin.objects.select_for_update(of=("self",))
        .select_related("close__period__cycle", "office", "period")
        .get(pk=bulletin.pk)
    )
    if locked.state == BulletinState.ISSUED:
        return locked
    number = number.strip()
    _insist(locked, number, on, today or timezone.localdate())
    if locked.state == BulletinState.DRAFT:
        if untouched is None:
            raise CannotDo(_("还没有上传定稿。原稿没有改动的，请选“按原稿印发”。"))
        keep_file(locked, FileKind.FINAL, f"{locked.title}.docx", untouched, by, came_from=locked)
    else:
        _all_explained(locked)
        _answer_marks(locked, number, on, answers or {}, by)
    supervision.mark_issued(locked.close, by=by)
    Bulletin.objects.filter(pk=locked.pk).update(
        state=BulletinState.ISSUED,
        number=number,
        issued_on=on,
        issued_by=by,
        issued_at=timezone.now(),
    )
    locked.refresh_from_db()
    record(by, "bulletin.issued", locked, after={"number": number, "issued_on": on})
    if pdf and can_convert():
        _ask(locked, by)
    return locked


@transaction.atomic
def ask_pdf(bulletin: Bulletin, *, by: User) -> Job:
    """Have the issued file turned into PDF (转 PDF) in the background; asked twice, done once."""
    require(by, "bulletins.draft", office=bulletin.office)
    if bulletin.state != BulletinState.ISSUED:
        raise CannotDo(_("印发以后再转 PDF。"))
    if not can_convert():
        raise CannotDo(_("本机没有安装 LibreOffice，不能转 PDF。请用 Word 或 WPS 另存为 PDF。"))
    return _ask(bulletin, by)


def _ask(bulletin: Bulletin, by: User) -> Job:
    return jobs.enqueue(PDF_JOB, f"bulletin-{bulletin.pk}", {"bulletin": bulletin.pk}, by=by)


def _insist(bulletin: Bulletin, number: str, on: date, today: date) -> None:
    if bulletin.state == BulletinState.REPLACED:
        raise CannotDo(_("这一稿已被新的一稿代替，不能印发。"))
    if not number:
        raise CannotDo({"number": _("请填文号。")})
    if on <= bulletin.period.end:
        raise CannotDo({"on": _("成文日期应在%(period)s结束之后。") % {"period": bulletin.period}})
    if on > today:
        raise CannotDo({"on": _("成文日期还没有到，请核对。")})
    same = Bulletin.objects.filter(
        office=bulletin.office, number=number, state=BulletinState.ISSUED
    ).first()
    if same is not None:
        words = _("文号“%(number)s”已用于“%(title)s”，请核对。")
        raise CannotDo({"number": words % {"number": number, "title": same.title}})


def _all_explained(bulletin: Bulletin) -> None:
    """Each figure of the final file that differs has its word."""
    final = bulletin.files.filter(kind=FileKind.FINAL).order_by("-pk").first()
    left = FinalDifference.objects.filter(file=final, reason="").count()
    if left:
        words = _("定稿还有 %(n)d 处数与关账不符，没有说明。写明原因，或改好后重新上传，再印发。")
        raise CannotDo(words % {"n": left})


def _answer_marks(
    bulletin: Bulletin, number: str, on: date, answers: Mapping[str, str], by: User
) -> None:
    """Keep the word on each mark of the paper that is not as it is issued under.

    Raises ``CannotDo``, by the name of the field that takes the word, where one has none.
    """
    final = final_of(bulletin)
    assert final is not None, "a bulletin in this state has its final file"
    odd = printed_marks(final).against(number, on)
    said = {each.mark: answers.get(each.mark, "").strip()[:200] for each in odd}
    lacking = {f"{mark}_reason": LACKING[mark] for mark, words in said.items() if not words}
    if lacking:
        raise CannotDo(lacking)
    place = FinalDifference.objects.filter(file=final).count()
    FinalDifference.objects.bulk_create(
        FinalDifference(
            file=final,
            position=place + more,
            state=each.mark.value,
            final=each.printed[:60],
            now=each.expected[:60],
            where=_("印发"),
            reason=said[each.mark],
            explained_by=by,
            explained_at=timezone.now(),
        )
        for more, each in enumerate(odd)
    )
