"""A plan handed in, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from guatu.web.page.jobs import enqueue
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import difference, record, snapshot
from guatu.web.plans import files
from guatu.web.plans.models import Plan, Reading, ReadingState, Upload

PLAN_FIELDS = (
    "title",
    "number",
    "issuer",
    "issued",
    "start_year",
    "end_year",
    "region",
    "status",
)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The plan that an upload belongs to; ``new`` is false where the office had this very file."""

    plan: Plan
    reading: Reading
    new: bool


@transaction.atomic
def upload_plan(*, by: User, name: str, content: bytes) -> Uploaded:
    """Keep the file and have it read; the same file again leads to the plan it is already."""
    require(by, "plans.edit")
    sha256 = files.digest(content)
    earlier = Upload.objects.filter(office=by.office, sha256=sha256).select_related("plan").first()
    if earlier is not None:
        reading = earlier.readings.order_by("-number").first()
        if reading is not None and reading.state == ReadingState.FAILED:
            reading = start_reading(earlier, by=by)
        if reading is not None:
            return Uploaded(earlier.plan, reading, new=False)
    name = Path(name).name[:255] or "未命名"
    plan = Plan.objects.create(office=by.office, title=Path(name).stem[:200], created_by=by)
    upload = Upload.objects.create(
        office=by.office,
        plan=plan,
        file_name=name,
        sha256=sha256,
        size=len(content),
        stored=files.keep(content, sha256),
        uploaded_by=by,
    )
    reading = start_reading(upload, by=by)
    after = {"file_name": name, "sha256": sha256, "size": len(content)}
    record(by, "plan.uploaded", plan, after=after)
    return Uploaded(plan, reading, new=True)


def start_reading(upload: Upload, *, by: User) -> Reading:
    """A new reading of the upload, queued; inside the caller's transaction."""
    last = upload.readings.order_by("-number").values_list("number", flat=True).first() or 0
    reading = Reading.objects.create(
        office=upload.office, upload=upload, number=last + 1, started_by=by
    )
    job = enqueue("plans.read", f"reading-{reading.pk}", {"reading": reading.pk}, by=by)
    reading.job_id = job.pk
    reading.save(update_fields=["job_id"])
    return reading


@transaction.atomic
def change_plan(plan: Plan, *, by: User, **fields: Any) -> Plan:
    """Correct what is said of the plan (方案概况); ``fields`` are those of PLAN_FIELDS."""
    require(by, "plans.edit", office=plan.office)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    before = snapshot(plan, *PLAN_FIELDS)
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.full_clean()
    plan.save(update_fields=list(PLAN_FIELDS))
    was, now = difference(before, snapshot(plan, *PLAN_FIELDS))
    if now:
        record(by, "plan.changed", plan, before=was, after=now)
    return plan
