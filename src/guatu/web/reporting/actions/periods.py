"""Verbs of a period: opened, sheets sent, units exempted, projects asked that came later."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.periods import Period
from guatu.delivery.reporting.fields import to_json
from guatu.ledger.records import DayKind
from guatu.text.calendar import Due
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, record, record_many
from guatu.web.reporting.actions.reports import open_for_reports
from guatu.web.reporting.models import (
    Ask,
    Cycle,
    PeriodUnit,
    ReportingPeriod,
    SentSheet,
)
from guatu.web.reporting.queries.asking import Wanted, overrides, wanted
from guatu.web.reporting.queries.sheets import SheetData, sheet_data

_CHUNK = 500


def due_of(cycle: Cycle, period: Period) -> Due:
    """When the period's sheets are due, by the official calendar and the holiday table."""
    days: DayKind = "workday" if cycle.due_kind == "workday" else "calendar"
    return period.due_day(cycle.due_count, days, overrides=overrides())


@transaction.atomic
def open_period(cycle: Cycle, period: Period, *, by: User) -> ReportingPeriod:
    """Open a period (开期): what is asked of whom is fixed, and the day it is due."""
    require(by, "reporting.run", office=cycle.office)
    if not cycle.active:
        raise CannotDo(_("“%(name)s”已停用，先启用再开期。") % {"name": cycle.name})
    if str(period.kind) != cycle.kind:
        raise CannotDo(_("%(label)s不是这个制度的报告期。") % {"label": period.label})
    if cycle.periods.filter(key=period.key).exists():
        raise CannotDo(_("%(label)s已经开过期了。") % {"label": period.label})
    due = due_of(cycle, period)
    made = ReportingPeriod.objects.create(
        cycle=cycle,
        office=cycle.office,
        key=period.key,
        start=period.start,
        end=period.end,
        due=due.date,
        due_provisional=due.provisional,
        opened_by=by,
    )
    asks = _ask(made, wanted(cycle, period).units)
    if not asks:
        raise CannotDo(_("这一期没有要报的项目：先下达年度计划，或把在建项目的责任单位填上。"))
    told = {"units": made.units.count(), "projects": asks, "due": due.date}
    record(by, "period.opened", made, after=told)
    return made


def _ask(period: ReportingPeriod, units: Iterable[Wanted]) -> int:
    units = list(units)
    known = {each.unit_id: each for each in period.units.all()}
    new = [PeriodUnit(period=period, unit=each.unit) for each in units if each.unit.pk not in known]
    PeriodUnit.objects.bulk_create(new, batch_size=_CHUNK)
    known |= {each.unit_id: each for each in new}
    asks = [
        Ask(
            period=period,
            period_unit=known[each.unit.pk],
            project=project,
            fields=list(fields),
        )
        for each in units
        for project, fields in each.projects
    ]
    Ask.objects.bulk_create(asks, batch_size=_CHUNK)
    return len(asks)


@transaction.atomic
def ask_again(period: ReportingPeriod, *, by: User) -> int:
    """Ask also projects that came into the plan since the period was opened (补列); how many."""
    require(by, "reporting.run", office=period.office)
    period = open_for_reports(period)
    asked = set(period.asks.values_list("project_id", flat=True))
    units = [
        Wanted(each.unit, [pair for pair in each.projects if pair[0].pk not in asked])
        for each in wanted(period.cycle, period.period).units
    ]
    count = _ask(period, [each for each in units if each.projects])
    if not count:
        raise CannotDo(_("没有要补列的项目。"))
    record(by, "period.asked-again", period, after={"projects": count})
    return count


@transaction.atomic
def send_sheets(units: Iterable[PeriodUnit], *, by: User) -> list[tuple[SentSheet, SheetData]]:
    """Make a sheet for each of a period's units; what goes out is kept to be compared later."""
    units = list(units)
    if not units:
        raise CannotDo(_("没有可发表的单位。"))
    period = open_for_reports(units[0].period)
    require(by, "reporting.run", office=period.office)
    sent = []
    for unit, data in sheet_data(period, units):
        rows = {
            str(row.project): {"values": to_json(row.values), "version": row.version}
            for row in data.rows
        }
        token = secrets.token_hex(6)
        sent.append((SentSheet(period_unit=unit, token=token, rows=rows, by=by), data))
    SentSheet.objects.bulk_create([sheet for sheet, _data in sent], batch_size=_CHUNK)
    PeriodUnit.objects.filter(pk__in=[unit.pk for unit in units]).update(sent=timezone.now())
    record_many(
        by,
        [Write("sheet.sent", sheet, after={"projects": len(sheet.rows)}) for sheet, _data in sent],
    )
    return sent


@transaction.atomic
def exempt(unit: PeriodUnit, *, by: User, reason: str, person: str) -> None:
    """Let a unit off for this period (免报), with the reason and who allowed it."""
    require(by, "reporting.run", office=unit.period.office)
    open_for_reports(unit.period)
    faults: dict[str, Any] = {}
    if not reason.strip():
        faults["reason"] = _("请写明免报原因。")
    if not person.strip():
        faults["person"] = _("请写明批准人。")
    if faults:
        raise CannotDo(faults)
    if unit.reports.filter(current=True).exists():
        raise CannotDo(_("%(unit)s已经报了，不用再办免报。") % {"unit": unit.unit})
    unit.exempt_reason, unit.exempt_person = reason.strip()[:200], person.strip()[:40]
    unit.exempt_by, unit.exempt_at = by, timezone.now()
    unit.save(update_fields=["exempt_reason", "exempt_person", "exempt_by", "exempt_at"])
    record(by, "period.exempted", unit, after={"reason": reason, "person": person})


@transaction.atomic
def end_exemption(unit: PeriodUnit, *, by: User) -> None:
    """Ask the unit after all."""
    require(by, "reporting.run", office=unit.period.office)
    open_for_reports(unit.period)
    if not unit.exempt:
        raise CannotDo(_("这个单位没有免报。"))
    before = {"reason": unit.exempt_reason, "person": unit.exempt_person}
    unit.exempt_reason = unit.exempt_person = ""
    unit.exempt_by, unit.exempt_at = None, None
    unit.save(update_fields=["exempt_reason", "exempt_person", "exempt_by", "exempt_at"])
    record(by, "period.exemption-ended", unit, before=before)
