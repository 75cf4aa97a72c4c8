"""What a new reading has better, taken over as the clerk chose."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.trail import record
from guatu.web.plans.actions.reviewing import (
    Step,
    _position,
    _task_at,
    kept,
    locked_plan,
    work_out,
)
from guatu.web.plans.differences import Comparison, Difference, Read, compare
from guatu.web.plans.models import Entry, Kind, PatchVerb, Plan, Reading, ReadingState, State
from guatu.web.plans.rows import JsonObject, columns_of, titles_of


@transaction.atomic
def apply_differences(plan: Plan, reading: Reading, *, by: User, chosen: Collection[str]) -> int:
    """Take the chosen differences over; the rest of the ledger stays as people left it.

    From then on the ledger stands on the new reading: what was not chosen is settled.
    """
    plan = locked_plan(plan, by)
    if reading.state != ReadingState.DONE or reading.upload.plan_id != plan.pk:
        raise CannotDo(_("这次读取还没有完成，请稍候。"))
    if plan.current_reading_id is not None and reading.pk <= plan.current_reading_id:
        raise CannotDo(_("这次读取已经处理过了。"))
    data: JsonObject = reading.data or {}
    rows = Entry.objects.select_for_update(of=("self",)).filter(plan=plan)
    entries = list(rows.exclude(state=State.WITHDRAWN).select_related("upload"))
    comparison = compare(entries, data)
    step = Step(plan, PatchVerb.REREAD, by)
    for difference in comparison.differences:
        if difference.key in chosen:
            _apply(step, plan, difference, data)
    count = step.write()
    _remember(comparison)
    plan.current_reading = reading
    plan.save(update_fields=["current_reading"])
    record(by, "plan.reading-applied", plan, after={"reading": reading.number, "entries": count})
    return count


def _apply(step: Step, plan: Plan, difference: Difference, data: JsonObject) -> None:
    if difference.read is None:
        entry: Entry = difference.entry
        before = kept(entry)
        entry.state = State.WITHDRAWN
        step.change(entry, before)
    elif difference.entry is None:
        step.add(_new_entry(plan, difference.read, data))
    else:
        entry = difference.entry
        before = kept(entry)
        _read_as(entry, difference.read)
        entry.start, entry.end = difference.read.start, difference.read.end
        entry.quote, entry.fields = difference.read.quote, difference.read.fields
        entry.state = State.NEW
        work_out(entry)
        step.change(entry, before)


def _new_entry(plan: Plan, read: Read, data: JsonObject) -> Entry:
    upload = plan.uploads.order_by("-pk")[0]
    entry = Entry(
        office=plan.office,
        plan=plan,
        upload=upload,
        lineage=uuid.uuid4(),
        kind=read.kind,
        position=_position(plan, read.start),
        start=read.start,
        end=read.end,
        quote=read.quote,
        fields=read.fields,
        **columns_of(read.kind, read.quote, read.fields, titles_of(data)),
    )
    _read_as(entry, read)
    if entry.kind in (Kind.TARGET, Kind.PROJECT):
        entry.part_of = _task_at(plan, entry)
    return entry


def _read_as(entry: Entry, read: Read) -> None:
    entry.read_as = {"start": read.start, "quote": read.quote, "fields": read.fields}


def _remember(comparison: Comparison) -> None:
    """What each entry is read as now; a later reading is compared with that."""
    changed: list[Any] = []
    for entry, read in comparison.matched:
        if entry.read_as is not None:
            _read_as(entry, read)
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["read_as"], batch_size=500)
