"""Verbs without a file: entered for a unit (代录), and 本期无变化 confirmed for many at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.reporting.checks import Level, remarks_of
from guatu.delivery.reporting.fields import Value, Values
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.projects import files
from guatu.web.reporting.actions.reports import NewReport, append_reports, open_for_reports
from guatu.web.reporting.models import How, PeriodUnit, ReportingPeriod
from guatu.web.reporting.queries.sheets import Stand, stands


@transaction.atomic
def enter(
    unit: PeriodUnit,
    entered: Mapping[int, Values],
    *,
    by: User,
    given_by: str,
    received_on: date,
    scan: tuple[str, files.Stored] | None = None,
    today: date | None = None,
) -> uuid.UUID | None:
    """Report for a unit what it gave on paper or by telephone (代录); None where nothing is new.

    ``entered`` has for each project the values that were typed; the others stay as they stand.
    Who gave them is kept, and the scan of the paper where there is one. All rows or none:
    ``CannotDo`` carries the faults by project id.
    """
    require(by, "reporting.enter", office=unit.period.office)
    period = open_for_reports(unit.period)
    if not given_by.strip():
        raise CannotDo({"given_by": _("请写明这些数是谁提供的。")})
    standing = stands(period, [unit])
    rows, faults = [], {}
    for pk, typed in entered.items():
        stand = standing.get(pk)
        if stand is None:
            raise CannotDo(_("有的项目不是本期要这个单位报的，请刷新后再录。"))
        values = _whole(stand, typed)
        if values == stand.values:
            continue
        if told := faults_of(stand, values, period, today or timezone.localdate()):
            faults[str(pk)] = told
        rows.append(NewReport(stand.known.project, unit, values))
    if faults:
        raise CannotDo(faults)
    if not rows:
        return None
    more: dict[str, Any] = {"given_by": given_by.strip()[:60]}
    if scan is not None:
        more |= {"scan_name": scan[0][-200:], "scan_stored": scan[1].path}
    return append_reports(period, rows, by=by, how=How.ENTERED, received_on=received_on, **more)


def _whole(stand: Stand, typed: Values) -> dict[str, Value]:
    values = {**stand.values, **typed}
    asked = "reached_year" in stand.ask.fields
    if asked and values.get("unchanged") and values.get("reached_year") is None:
        values["reached_year"] = stand.known.last_reached
    return values


def faults_of(stand: Stand, values: Values, period: ReportingPeriod, today: date) -> list[str]:
    """What keeps a typed row from being reported: what blocks, and words that are missing."""
    found = remarks_of(stand.known.case(values, period.period, today))
    told = [remark.words for remark in found if remark.level is Level.BLOCKS]
    if not values.get("reason"):
        told += [remark.words for remark in found if remark.level is Level.WORD]
    if "reached_year" in stand.ask.fields and values.get("reached_year") is None:
        told.append(_("没有填本年累计完成投资；与上期相同的，勾“本期无变化”。"))
    return told


@transaction.atomic
def confirm_unchanged(
    period: ReportingPeriod,
    projects: Iterable[int],
    *,
    by: User,
    given_by: str = "",
    received_on: date,
) -> tuple[uuid.UUID, int]:
    """N个项目本期无变化: one explicit act for projects that were reported before.

    A project in 在建 that is confirmed so twice running counts as 停滞; silence never does.
    """
    require(by, "reporting.enter", office=period.office)
    period = open_for_reports(period)
    standing = stands(period)
    rows = []
    for pk in dict.fromkeys(projects):
        stand = standing.get(pk)
        if stand is None:
            raise CannotDo(_("有的项目不在本期的填报范围里，请刷新后再选。"))
        if stand.report is not None:
            name = stand.known.project.name
            raise CannotDo(_("“%(name)s”本期已经报过，不用再确认。") % {"name": name})
        if stand.known.last is None:
            name = stand.known.project.name
            raise CannotDo(_("“%(name)s”以前没有报过，不能报无变化。") % {"name": name})
        values = _whole(stand, {"unchanged": True})
        rows.append(NewReport(stand.known.project, stand.ask.period_unit, values))
    if not rows:
        raise CannotDo(_("请先选项目。"))
    act = append_reports(
        period,
        rows,
        by=by,
        how=How.UNCHANGED,
        received_on=received_on,
        given_by=given_by.strip()[:60],
    )
    return act, len(rows)
