"""Verbs of cycles and of the holiday table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record, snapshot
from guatu.web.reporting.models import Cycle, Holiday


@transaction.atomic
def add_cycle(*, by: User, **fields: Any) -> Cycle:
    """A regular report (调度制度) on the plan's words or on a paper; ``fields`` of ``Cycle``."""
    require(by, "reporting.run")
    cycle = Cycle(office=by.office, created_by=by, **fields)
    cycle.full_clean()
    cycle.save()
    record(by, "cycle.added", cycle, after=snapshot(cycle, "name", "kind", "due_count", "due_kind"))
    return cycle


@transaction.atomic
def rest_cycle(cycle: Cycle, *, by: User, active: bool = False) -> None:
    """Stop a cycle, or take it up again; its periods stay."""
    require(by, "reporting.run", office=cycle.office)
    before = cycle.active
    cycle.active = active
    cycle.save(update_fields=["active"])
    record(by, "cycle.changed", cycle, before={"active": before}, after={"active": active})


@transaction.atomic
def set_holiday(*, by: User, day: date, works: bool, note: str = "") -> Holiday:
    """Say that a day is off or worked, whatever the announced calendar says.

    Due days of periods that are open already stay as they were told to the units.
    """
    require(by, "reporting.holidays")
    known = Holiday.objects.filter(day=day).first()
    if known is not None and known.works == works and known.note == note:
        raise CannotDo({"day": _("这一天已经是这样登记的。")})
    before = snapshot(known, "works", "note") if known else None
    found = known or Holiday(day=day)
    found.works, found.note, found.by = works, note, by
    found.full_clean()
    found.save()
    record(by, "holiday.set", found, before=before, after=snapshot(found, "works", "note"))
    return found


@transaction.atomic
def clear_holiday(holiday: Holiday, *, by: User) -> None:
    """Leave the day to the announced calendar again."""
    require(by, "reporting.holidays")
    record(by, "holiday.cleared", holiday, before=snapshot(holiday, "day", "works", "note"))
    holiday.delete()
