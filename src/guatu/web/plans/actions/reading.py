"""A reading begun, kept or given up, and asked for again."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from guatu.documents import Document
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.plans.actions.uploading import start_reading
from guatu.web.plans.models import Entry, Kind, Plan, Reading, ReadingState, Upload
from guatu.web.plans.rows import (
    JsonObject,
    columns_of,
    exchanged,
    fields_of,
    layout_of,
    quote_of,
    titles_of,
)

# Places between two read entries for what people put there.
GAP: Final = 100
_BATCH: Final = 500


@transaction.atomic
def read_again(plan: Plan, *, by: User) -> Reading:
    """Have the same upload read once more, by the reader as it is now."""
    require(by, "plans.edit", office=plan.office)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    upload = plan.uploads.order_by("-pk").first()
    if upload is None:
        raise CannotDo("这份方案没有文件，请重新上传。")
    running = (ReadingState.WAITING, ReadingState.READING)
    open_one = upload.readings.filter(state__in=running).first()
    if open_one is not None:
        return open_one
    reading = start_reading(upload, by=by)
    record(by, "plan.read-again", plan, after={"reading": reading.number})
    return reading


def mark_reading(reading: Reading) -> None:
    """It has begun; inside the job's commit."""
    Reading.objects.filter(pk=reading.pk).update(state=ReadingState.READING)


def fail_reading(reading: Reading, words: str) -> None:
    """The file cannot be read; inside the job's commit."""
    Reading.objects.filter(pk=reading.pk).update(
        state=ReadingState.FAILED, error=words, finished=timezone.now()
    )


def keep_reading(reading: Reading, *, document: Document, data: JsonObject, reader: str) -> None:
    """Keep what was read; the plan's first reading becomes its ledger under review.

    Inside the job's commit: a job that is run again finds the reading done and writes nothing.
    """
    upload = Upload.objects.select_for_update().get(pk=reading.upload_id)
    plan = Plan.objects.select_for_update().get(pk=upload.plan_id)
    if not upload.format:
        upload.format, upload.text = document.format, document.text
        upload.layout, upload.remarks = layout_of(document), list(document.remarks)
        upload.save(update_fields=["format", "text", "layout", "remarks"])
    reading.state, reading.data, reading.reader = ReadingState.DONE, data, reader
    reading.error, reading.finished = "", timezone.now()
    reading.save(update_fields=["state", "data", "reader", "error", "finished"])
    if plan.current_reading_id is None:
        _take_over(plan, upload, reading)


def _take_over(plan: Plan, upload: Upload, reading: Reading) -> None:
    data: JsonObject = reading.data or {}
    entries, holders = entries_of(plan, upload, data)
    Entry.objects.bulk_create(entries, batch_size=_BATCH)
    held = [entry for entry in entries if entry.lineage in holders]
    for entry in held:
        entry.part_of = holders[entry.lineage]
    Entry.objects.bulk_update(held, ["part_of"], batch_size=_BATCH)
    about = data["plan"]
    plan.title = (about["title"] or plan.title)[:200]
    plan.number = (about["number"] or "")[:80]
    plan.issuer = (about["issuer"] or "")[:100]
    plan.issued = about["issued"]
    plan.start_year, plan.end_year = _year(about["start"]), _year(about["end"])
    plan.region = (about["region"] or "")[:60]
    plan.status = about["status"]
    plan.current_reading = reading
    plan.save()
    counts = {str(kind.label): sum(e.kind == kind for e in entries) for kind in Kind}
    record(reading.started_by, "plan.read", plan, after=counts, office=plan.office)


def _year(value: int | None) -> int | None:
    return value if value is not None and 1900 <= value <= 2200 else None


def entries_of(
    plan: Plan, upload: Upload, data: JsonObject
) -> tuple[list[Entry], dict[uuid.UUID, Entry]]:
    """Unsaved rows of an exchanged reading, and by lineage the task that a row lies in."""
    titles = titles_of(data)
    entries: list[Entry] = []
    rows: dict[tuple[str, int], Entry] = {}
    for position, (kind, index, item) in enumerate(exchanged(data), start=1):
        quote, fields = quote_of(kind, item), fields_of(kind, item)
        entry = Entry(
            office_id=plan.office_id,
            plan=plan,
            upload=upload,
            kind=kind,
            position=position * GAP,
            start=item["start"],
            end=item["start"] + len(quote),
            quote=quote,
            fields=fields,
            read_as={"start": item["start"], "quote": quote, "fields": fields},
            **columns_of(kind, quote, fields, titles),
        )
        entries.append(entry)
        rows[kind, index] = entry
    holders: dict[Any, Entry] = {}
    for index, task in enumerate(data["tasks"]):
        for kind, name in ((Kind.TARGET, "targets"), (Kind.PROJECT, "projects")):
            for held in task[name]:
                holders.setdefault(rows[kind, held].lineage, rows[Kind.TASK, index])
    return entries, holders
