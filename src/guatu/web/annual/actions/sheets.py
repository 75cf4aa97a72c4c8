"""Sheets of the plan: sent out, returned, compared, applied as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.annual.actions.plan import change_lines, draft_of
from guatu.web.annual.models import AnnualPlan, Batch, ReturnedSheet, SentSheet, SheetState
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record

Values = Mapping[str, Any]


@transaction.atomic
def send_sheet(plan: AnnualPlan, *, by: User) -> SentSheet:
    """Keep what goes out, so that what comes back can be compared three ways."""
    require(by, "annual.read", office=plan.office)
    lines = plan.lines.filter(moved_out=False)
    sent = SentSheet.objects.create(
        plan=plan,
        by=by,
        lines={str(line.pk): {"values": line.values, "version": line.version} for line in lines},
    )
    record(by, "annual.sheet-sent", sent, after={"lines": len(sent.lines)})
    return sent


@transaction.atomic
def stage_sheet(
    plan: AnnualPlan, *, file_name: str, sent: SentSheet, rows: list[dict[str, Any]], by: User
) -> ReturnedSheet:
    """A sheet that came back, laid beside the plan; nothing changes yet."""
    plan = draft_of(plan, by)
    staged = ReturnedSheet.objects.create(
        plan=plan, sent=sent, file_name=file_name[:200], rows=rows, by=by
    )
    record(by, "annual.sheet-returned", staged, after={"rows": len(rows)})
    return staged


@transaction.atomic
def apply_sheet(sheet: ReturnedSheet, *, by: User, stale: str) -> Batch | None:
    """All changed rows of a returned sheet, or none.

    ``stale`` says what becomes of rows that were changed here meanwhile: "keep" ours, or "take"
    the sheet's; without a word the sheet is refused.
    """
    require(by, "annual.edit", office=sheet.plan.office)
    sheet = ReturnedSheet.objects.select_for_update().select_related("plan").get(pk=sheet.pk)
    if sheet.state != SheetState.STAGED:
        raise CannotDo(_("这张表已经办过了。"))
    wrong = [row for row in sheet.rows if row["errors"]]
    if wrong:
        raise CannotDo(_("有 %(n)s 行还有错，改好表格后重新上传。") % {"n": len(wrong)})
    versions = dict(sheet.plan.lines.values_list("pk", "version"))
    changes: dict[int, Values] = {}
    for row in sheet.rows:
        if row["line"] is None or not row["changed"]:
            continue
        fresh = versions.get(row["line"]) == row["version"]
        if not fresh and stale not in ("keep", "take"):
            raise CannotDo(_("有的行在发出之后这里也改过，请先选择以哪边为准。"))
        if fresh or stale == "take":
            changes[row["line"]] = {key: row["values"][key] for key in row["changed"]}
    words = _("导入“%(name)s”") % {"name": sheet.file_name}
    batch = change_lines(sheet.plan, changes, by=by, words=words) if changes else None
    sheet.state, sheet.batch = SheetState.APPLIED, batch
    sheet.save(update_fields=["state", "batch"])
    return batch


@transaction.atomic
def drop_sheet(sheet: ReturnedSheet, *, by: User) -> None:
    """Lay a returned sheet aside."""
    require(by, "annual.edit", office=sheet.plan.office)
    if sheet.state != SheetState.STAGED:
        raise CannotDo(_("这张表已经办过了。"))
    sheet.state = SheetState.DROPPED
    sheet.save(update_fields=["state"])
    record(by, "annual.sheet-dropped", sheet)
