"""Verbs of a file that came back: applied as one or not at all, sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.reporting.actions.reports import NewReport, append_reports, open_for_reports
from guatu.web.reporting.facts import Known
from guatu.web.reporting.models import (
    FileState,
    How,
    ReportingPeriod,
    ReturnedFile,
)
from guatu.web.reporting.queries.files import compared_file, good_files, useless_files
from guatu.web.reporting.queries.sheets import stands


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
    if file.state not in (FileState.READING, FileState.STAGED, FileState.REFUSED):
        raise CannotDo(_("这张表%(state)s，不能退回。") % {"state": file.get_state_display()})
    file.state = FileState.DROPPED
    file.save(update_fields=["state"])
    record(by, "file.dropped", file)


@transaction.atomic
def drop_useless_files(period: ReportingPeriod, *, by: User) -> int:
    """Send back every waiting file that holds nothing to take; how many that were."""
    require(by, "reporting.enter", office=period.office)
    files = useless_files(period)
    for file in files:
        drop_file(file, by=by)
    return len(files)
