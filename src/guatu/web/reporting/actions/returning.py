"""Verbs of a file that came back: taken in, applied as one or not at all, sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.sheets import UnreadableSheet
from guatu.delivery.reporting.sheets import NotOurSheet, Returned, read_sheet
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.reporting.actions.reports import NewReport, append_reports, open_for_reports
from guatu.web.reporting.facts import Known
from guatu.web.reporting.models import (
    FileState,
    How,
    PeriodState,
    ReportingPeriod,
    ReturnedFile,
    SentSheet,
)
from guatu.web.reporting.queries.files import compared_file, good_files, kept_rows
from guatu.web.reporting.queries.sheets import stands

_LIVE = (FileState.STAGED, FileState.APPLIED, FileState.REFUSED)


def take_in(
    period: ReportingPeriod, *, name: str, data: bytes, by: User, received_on: date
) -> tuple[ReturnedFile, bool]:
    """A file that came back by any road, kept and read; nothing is reported yet.

    Gives the file and whether it is new: the same file once more, under whatever name or only
    saved anew, is the one that is there. A file that cannot be taken is kept as well, with why.
    """
    require(by, "reporting.enter", office=period.office)
    if period.state != PeriodState.OPEN:
        raise CannotDo(_("%(period)s已关账，不再收表。") % {"period": period})
    stored = files.keep(data, "reporting", "sheet")
    known = _standing(period, stored.digest)
    if known is not None:
        return known, False
    returned, fault = _read(data, name)
    sent = None
    if returned is not None:
        sent = (
            SentSheet.objects.select_related("period_unit__period__cycle", "period_unit__unit")
            .filter(token=returned.token, period_unit__period__office=period.office)
            .first()
        )
        fault = _wrong_period(period, sent)
        if sent is not None and not fault and (same := _same_rows(sent, kept_rows(returned))):
            return same, False
    try:
        with transaction.atomic():
            made = ReturnedFile.objects.create(
                period=period,
                period_unit=sent.period_unit if sent and not fault else None,
                sent=sent if not fault else None,
                name=name[-200:],
                stored=stored.path,
                digest=stored.digest,
                size=stored.size,
                rows=kept_rows(returned) if returned and not fault else [],
                remarks=list(returned.remarks) if returned else [],
                fault=fault,
                state=FileState.REFUSED if fault else FileState.STAGED,
                received_on=received_on,
                by=by,
            )
            record(by, "file.returned", made, after={"name": made.name, "digest": made.digest})
    except IntegrityError:
        # Dropped twice at the same moment: the other one was first.
        known = _standing(period, stored.digest)
        if known is None:
            raise
        return known, False
    return made, True


def _standing(period: ReportingPeriod, digest: str) -> ReturnedFile | None:
    return ReturnedFile.objects.filter(period=period, digest=digest, state__in=_LIVE).first()


def _same_rows(sent: SentSheet, rows: list[dict[str, Any]]) -> ReturnedFile | None:
    """A file of the same sheet that says the same: saving it anew changes its bytes."""
    files = ReturnedFile.objects.filter(sent=sent, state__in=(FileState.STAGED, FileState.APPLIED))
    return next((file for file in files if file.rows == rows), None)


def _read(data: bytes, name: str) -> tuple[Returned | None, str]:
    try:
        return read_sheet(data, name), ""
    except (UnreadableSheet, NotOurSheet) as fault:
        return None, str(fault)


def _wrong_period(period: ReportingPeriod, sent: SentSheet | None) -> str:
    if sent is None:
        return _("这张表的编号在本办公室查不到，可能是别的办公室发出的，或发表以后重建过系统。")
    theirs = sent.period_unit.period
    if theirs.pk == period.pk:
        return ""
    words = _("这是%(unit)s %(theirs)s的表，不是%(ours)s的；请向该单位要本期的表。")
    return words % {"unit": sent.period_unit.unit, "theirs": theirs, "ours": period}


@transaction.atomic
def apply_file(
    file: ReturnedFile,
    *,
    by: User,
    stale: Mapping[int, str] | None = None,
    words: Mapping[int, str] | None = None,
    today: date | None = None,
    known: Mapping[int, Known] | None = None,
) -> int:
    """Report all rows of a file that say something, or none; how many that were.

    ``stale`` says for each row that both sides changed whether to "keep" ours or "take" the
    sheet's; ``words`` are reasons for what a check asks about, by project. The comparison is made
    afresh: what was reported since the page was shown is seen.
    """
    require(by, "reporting.enter", office=file.period.office)
    period = open_for_reports(file.period)
    file = (
        ReturnedFile.objects.select_for_update(of=("self",))
        .select_related("period__cycle", "period__office", "period_unit__unit", "sent")
        .get(pk=file.pk)
    )
    if file.state != FileState.STAGED or file.period_unit is None:
        raise CannotDo(_("这张表%(state)s，不用再收。") % {"state": file.get_state_display()})
    given = {str(pk): text.strip() for pk, text in (words or {}).items() if text.strip()}
    file.words = {**file.words, **given}
    standing = stands(period, [file.period_unit], known)
    compared = compared_file(file, standing, today)
    if compared.faults:
        count = len(compared.faults)
        raise CannotDo(_("有 %(n)d 处要改，改好后重新交表；一行也没有收。") % {"n": count})
    chosen = stale or {}
    undecided = [row for row in compared.stale if chosen.get(row.row.project or 0) not in _SIDES]
    if undecided:
        raise CannotDo(
            _("“%(name)s”等 %(n)d 行发表之后这里也改过，请先选以哪边为准。")
            % {"name": undecided[0].row.name, "n": len(undecided)}
        )
    if compared.asking:
        raise CannotDo(
            _("“%(name)s”等 %(n)d 行要写明原因，写好再收。")
            % {"name": compared.asking[0].row.name, "n": len(compared.asking)}
        )
    rows = []
    for each in compared.reporting:
        pk = each.row.project
        assert pk is not None, "a row that reports has its project"
        keep = chosen.get(pk) == "keep"
        values = each.row.kept if keep else each.row.values
        if keep and values == standing[pk].values:
            continue
        rows.append(NewReport(standing[pk].known.project, file.period_unit, values, each.row.row))
    append_reports(period, rows, by=by, how=How.SHEET, received_on=file.received_on, file=file)
    file.state, file.applied_at = FileState.APPLIED, timezone.now()
    file.save(update_fields=["state", "applied_at", "words"])
    record(by, "file.applied", file, after={"rows": len(rows)})
    return len(rows)


_SIDES = ("keep", "take")


def apply_good_files(period: ReportingPeriod, *, by: User) -> tuple[int, int]:
    """Take every waiting file that has nothing wrong, each by itself; files and rows taken.

    One that became stale by the one before it (the same unit twice) is left to a person.
    """
    require(by, "reporting.enter", office=period.office)
    count = rows = 0
    files, known = good_files(period)
    for file in files:
        try:
            rows += apply_file(file, by=by, known=known)
        except CannotDo:
            continue
        count += 1
    return count, rows


@transaction.atomic
def drop_file(file: ReturnedFile, *, by: User) -> None:
    """Send a file back (退回) or lay aside what cannot be taken."""
    require(by, "reporting.enter", office=file.period.office)
    file = ReturnedFile.objects.select_for_update().get(pk=file.pk)
    if file.state not in (FileState.STAGED, FileState.REFUSED):
        raise CannotDo(_("这张表%(state)s，不能退回。") % {"state": file.get_state_display()})
    file.state = FileState.DROPPED
    file.save(update_fields=["state"])
    record(by, "file.dropped", file)
