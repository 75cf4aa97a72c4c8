"""A file that came back is kept first and read then: at once, or by a job where that takes long."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guatu.delivery.projects.sheets import UnreadableSheet
from guatu.delivery.reporting.sheets import NotOurSheet, Returned, read_sheet
from guatu.web.page.jobs import enqueue
from guatu.web.page.models import Job
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.reporting.models import (
    FileState,
    PeriodState,
    ReportingPeriod,
    ReturnedFile,
    SentSheet,
)
from guatu.web.reporting.queries.files import kept_rows

JOB: Final = "reporting.read"
# What a request reads itself takes about a second; the rest goes to a job.
MOST_AT_ONCE: Final = 30
_MOST_BYTES: Final = 3 * 1024 * 1024
# Read by way of LibreOffice, seconds each.
_BY_OFFICE: Final = (".et", ".ett", ".wps")
_LIVE = (FileState.READING, FileState.STAGED, FileState.APPLIED, FileState.REFUSED)


def takes_long(uploads: Sequence[tuple[str, int]]) -> bool:
    """Whether files of these names and sizes are too many or too large to read in a request."""
    return (
        len(uploads) > MOST_AT_ONCE
        or sum(size for _name, size in uploads) > _MOST_BYTES
        or any(PurePath(name).suffix.lower() in _BY_OFFICE for name, _size in uploads)
    )


def take_in(
    period: ReportingPeriod,
    *,
    name: str,
    data: bytes,
    by: User,
    received_on: date,
    later: bool = False,
) -> tuple[ReturnedFile, bool]:
    """A file that came back by any road, kept and read; nothing is reported yet.

    Gives the file and whether it is new: the same file once more, under whatever name or only
    saved anew, is the one that is there. A file that cannot be taken is kept as well, with why.
    ``later`` only keeps it (``reading``), for ``read_later``.
    """
    require(by, "reporting.enter", office=period.office)
    if period.state != PeriodState.OPEN:
        raise CannotDo(_("%(period)s已关账，不再收表。") % {"period": period})
    stored = files.keep(data, "reporting", "sheet")
    known = _standing(period, stored.digest)
    if known is not None:
        return known, False
    read = _Read() if later else _read(period, data, name)
    if read.same is not None:
        return read.same, False
    try:
        with transaction.atomic():
            made = ReturnedFile.objects.create(
                period=period,
                name=name[-200:],
                stored=stored.path,
                digest=stored.digest,
                size=stored.size,
                received_on=received_on,
                by=by,
                state=FileState.READING if later else read.state,
                **({} if later else read.columns),
            )
            record(by, "file.returned", made, after={"name": made.name, "digest": made.digest})
    except IntegrityError:
        # Dropped twice at the same moment: the other one was first.
        known = _standing(period, stored.digest)
        if known is None:
            raise
        return known, False
    return made, True


def read_later(made: Sequence[ReturnedFile], *, by: User) -> Job:
    """The job that reads files taken in with ``later``; kind ``reporting.read``."""
    pks = [file.pk for file in made]
    return enqueue(JOB, str(uuid.uuid4()), {"files": pks, "period": made[0].period_id}, by=by)


def read_kept(file: ReturnedFile) -> _Read:
    """What a kept file holds; takes as long as it takes, writes nothing."""
    try:
        data = files.read(file.stored)
    except OSError:
        return _Read(fault=_("存下的文件打不开，请重新上传。"))
    return _read(file.period, data, file.name)


def keep_reading(file: ReturnedFile, read: _Read) -> None:
    """Note what was read of a file that still waits for it; within the caller's transaction."""
    period = ReportingPeriod.objects.select_for_update().get(pk=file.period_id)
    locked = ReturnedFile.objects.select_for_update().get(pk=file.pk)
    if locked.state != FileState.READING:
        return
    # Two files of one drop may say the same: the first that was read stands.
    same = read.same or (_same_rows(read.sent, read.rows) if read.sent else None)
    if period.state != PeriodState.OPEN:
        read = _Read(fault=_("读好以前这一期已经关账，没有收。"))
    if same is not None:
        read = _Read(fault=_("与“%(name)s”内容相同，没有重复读。") % {"name": same.name})
    for column, value in read.columns.items():
        setattr(locked, column, value)
    locked.state = FileState.DROPPED if same is not None else read.state
    locked.save(update_fields=["state", *read.columns])


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file turned out to be."""

    sent: SentSheet | None = None
    returned: Returned | None = None
    fault: str = ""
    # The file that says the same already.
    same: ReturnedFile | None = None

    @property
    def rows(self) -> list[dict[str, Any]]:
        return kept_rows(self.returned) if self.returned and not self.fault else []

    @property
    def state(self) -> FileState:
        return FileState.REFUSED if self.fault else FileState.STAGED

    @property
    def columns(self) -> dict[str, Any]:
        sent = self.sent if not self.fault else None
        return {
            "period_unit": sent.period_unit if sent else None,
            "sent": sent,
            "rows": self.rows,
            "remarks": list(self.returned.remarks) if self.returned else [],
            "fault": self.fault,
        }


def _read(period: ReportingPeriod, data: bytes, name: str) -> _Read:
    try:
        returned = read_sheet(data, name)
    except (UnreadableSheet, NotOurSheet) as trouble:
        return _Read(fault=str(trouble))
    sent = (
        SentSheet.objects.select_related("period_unit__period__cycle", "period_unit__unit")
        .filter(token=returned.token, period_unit__period__office=period.office_id)
        .first()
    )
    wrong = _wrong_period(period, sent)
    same = _same_rows(sent, kept_rows(returned)) if sent is not None and not wrong else None
    return _Read(sent, returned, wrong, same)


def _standing(period: ReportingPeriod, digest: str) -> ReturnedFile | None:
    return ReturnedFile.objects.filter(period=period, digest=digest, state__in=_LIVE).first()


def _same_rows(sent: SentSheet, rows: list[dict[str, Any]]) -> ReturnedFile | None:
    """A file of the same sheet that says the same: saving it anew changes its bytes."""
    found = ReturnedFile.objects.filter(sent=sent, state__in=(FileState.STAGED, FileState.APPLIED))
    return next((file for file in found if file.rows == rows), None)


def _wrong_period(period: ReportingPeriod, sent: SentSheet | None) -> str:
    if sent is None:
        return _("这张表的编号在本办公室查不到，可能是别的办公室发出的，或发表以后重建过系统。")
    theirs = sent.period_unit.period
    if theirs.pk == period.pk:
        return ""
    words = _("这是%(unit)s %(theirs)s的表，不是%(ours)s的；请向该单位要本期的表。")
    return words % {"unit": sent.period_unit.unit, "theirs": theirs, "ours": period}
