"""The ledger published: numbered, frozen, with lineage for the versions to come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.plans.models import (
    STANDING,
    Entry,
    LedgerEntry,
    LedgerUnit,
    Plan,
    PlanVersion,
    State,
)
from guatu.web.plans.names import NamesOf, pending_names, units_by_entry
from guatu.web.plans.queries.findings import FindingRow
from guatu.web.plans.queries.review import findings_page

_COLUMNS: Final = (
    "kind",
    "lineage",
    "position",
    "start",
    "end",
    "quote",
    "source",
    "source_name",
    "subject",
    "value",
    "unit",
    "due",
    "section",
    "section_title",
    "fields",
)
_BATCH: Final = 500


def publish(
    plan: Plan,
    *,
    by: User,
    words: str = "",
    with_unseen: bool = False,
    with_findings: bool = False,
) -> PlanVersion:
    """Freeze the ledger as the plan's next version.

    Unseen entries and open findings (未处理的对账发现) go along only where the clerk says so, the
    findings noted in the version; names of units must be settled first.
    """
    require(by, "plans.publish", office=plan.office)
    # Checking a whole plan takes a while: nobody waits for it.
    page = findings_page(plan)
    findings = page.open_findings if page is not None else ()
    with transaction.atomic():
        return _publish(plan, findings, by, words, with_unseen, with_findings)


def _publish(
    plan: Plan,
    findings: Sequence[FindingRow],
    by: User,
    words: str,
    with_unseen: bool,
    with_findings: bool,
) -> PlanVersion:
    plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("current_reading__upload")
        .get(pk=plan.pk)
    )
    reading = plan.current_reading
    if reading is None:
        raise CannotDo(_("方案还没有读完，不能发布。"))
    entries = list(Entry.objects.filter(plan=plan, state__in=STANDING))
    if not entries:
        raise CannotDo(_("台账里没有条目，不能发布。"))
    unseen = sum(entry.state == State.NEW for entry in entries)
    if unseen and not with_unseen:
        words_ = _("还有 %(count)d 条待核。请先核对，或勾选“待核的一并发布”。")
        raise CannotDo(words_ % {"count": unseen})
    names = NamesOf(plan)
    pending = pending_names(entries, names)
    if pending:
        words_ = _("还有 %(count)d 个单位名称没有确认，如“%(name)s”。请先确认单位名称。")
        raise CannotDo(words_ % {"count": len(pending), "name": pending[0]})
    if findings and not with_findings:
        words_ = _(
            "对账发现还有 %(count)d 处未处理，如“%(first)s”。"
            "请先处理，或勾选“带着未处理的对账发现发布”。"
        )
        raise CannotDo(words_ % {"count": len(findings), "first": findings[0].message[:60]})
    about = {**(reading.data or {})["plan"], **_about(plan)}
    version = PlanVersion.objects.create(
        office_id=plan.office_id,
        plan=plan,
        upload=reading.upload,
        reading=reading,
        number=next_number(plan),
        words=words.strip()[:200],
        about=about,
        findings=[
            {"code": f.code, "place": f.spans, "words": f.message, "where": f.place}
            for f in findings
        ],
        sha256=_digest(entries),
        published_by=by,
    )
    _freeze(version, entries, names)
    after = {"number": version.number, "entries": len(entries), "sha256": version.sha256}
    if findings:
        after["findings"] = len(findings)
    record(by, "plan.published", plan, after=after)
    return version


def next_number(plan: Plan) -> int:
    """The number that the plan's next version will have."""
    return int(plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _about(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "number": plan.number or None,
        "issuer": plan.issuer or None,
        "issued": plan.issued.isoformat() if plan.issued else None,
        "start": plan.start_year,
        "end": plan.end_year,
        "region": plan.region or None,
        "status": plan.status,
    }


def _digest(entries: Sequence[Entry]) -> str:
    rows = [[getattr(entry, name) for name in _COLUMNS] for entry in entries]
    text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _freeze(version: PlanVersion, entries: Sequence[Entry], names: NamesOf) -> None:
    lineage = {entry.pk: entry.lineage for entry in entries}
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                office_id=version.office_id,
                version=version,
                part_of=lineage.get(entry.part_of_id) if entry.part_of_id else None,
                **{name: getattr(entry, name) for name in _COLUMNS},
            )
            for entry in entries
        ],
        batch_size=_BATCH,
    )
    frozen = dict(LedgerEntry.objects.filter(version=version).values_list("lineage", "pk"))
    LedgerUnit.objects.bulk_create(
        [
            LedgerUnit(
                office_id=version.office_id,
                entry_id=frozen[entry.lineage],
                unit_id=names.unit_id(part["unit"]),
                printed=part["unit"][:200],
                role=part["role"],
            )
            for entry, parts in units_by_entry(entries)
            for part in parts
        ],
        batch_size=_BATCH,
    )
