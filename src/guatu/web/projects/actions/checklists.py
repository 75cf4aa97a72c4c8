"""Verbs of checklists: an office words its own, a clerk records what settles an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.checklist import Checklist, Item
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import difference, record, snapshot
from guatu.web.projects.actions.details import attach
from guatu.web.projects.files import Stored
from guatu.web.projects.models import Attachment, ItemRecord, OfficeChecklist, Project
from guatu.web.projects.queries.checklists import kept_lists

_LIST = ("name", "items", "gate", "active")
_RECORD = ("item_name", "words", "on", "attachment", "not_applicable")


@transaction.atomic
def save_checklist(wanted: Checklist, *, by: User, active: bool = True) -> OfficeChecklist:
    """Word a list of the office, one of the field's or its own; what was recorded stays."""
    require(by, "projects.checklists")
    _refuse_faulty(wanted.items)
    others = {
        kept.checklist.name for kept in kept_lists(by.office) if kept.checklist.key != wanted.key
    }
    if wanted.name in others:
        raise CannotDo(_("已经有名为“%(name)s”的清单，请换个名称。") % {"name": wanted.name})
    found = OfficeChecklist.objects.filter(office=by.office, key=wanted.key).first()
    before = snapshot(found, *_LIST) if found else {}
    row = found or OfficeChecklist(office=by.office, key=wanted.key)
    row.name, row.gate, row.active = wanted.name, wanted.gate, active
    row.items = [{"key": i.key, "name": i.name, "source": i.source} for i in wanted.items]
    row.full_clean(exclude=["office"])
    row.save()
    was, now = difference(before, snapshot(row, *_LIST))
    if now:
        record(by, "checklist.changed", row, before=_told(was), after=_told(now))
    return row


def _refuse_faulty(items: Sequence[Item]) -> None:
    if not items:
        raise CannotDo(_("清单至少要有一项。"))
    names = [item.name for item in items]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise CannotDo(_("“%(name)s”写了两次，请删去一项。") % {"name": twice})


def _told(values: dict[str, object]) -> dict[str, object]:
    """Values as the trail keeps them: items by their names."""
    items = values.get("items")
    names = "、".join(item["name"] for item in items) if isinstance(items, list) else ""
    return {**values, "items": names} if "items" in values else values


@transaction.atomic
def record_item(
    project: Project,
    item: Item,
    *,
    by: User,
    words: str = "",
    on: date | None = None,
    attachment: Attachment | None = None,
    upload: tuple[str, Stored] | None = None,
    not_applicable: bool = False,
) -> ItemRecord:
    """Record what settles an item for a project, or why it does not apply to it.

    ``upload`` is a new file, by its name; it becomes an attachment of the project.
    """
    project = _locked(project, by)
    if upload is not None:
        attachment = attach(project, by=by, name=upload[0], stored=upload[1], note=item.name)
    if attachment is not None and attachment.project_id != project.pk:
        raise CannotDo({"attachment": _("这个附件不是本项目的。")})
    words = words.strip()
    if not_applicable and not words:
        raise CannotDo({"words": _("不适用的，请写明原因。")})
    if not (words or on or attachment):
        raise CannotDo({"words": _("请写明落实情况，或填日期、选附件。")})
    found = ItemRecord.objects.filter(project=project, item=item.key).first()
    before = snapshot(found, *_RECORD) if found else {}
    row = found or ItemRecord(project=project, item=item.key)
    row.item_name, row.words, row.on, row.attachment = item.name, words, on, attachment
    row.not_applicable, row.by = not_applicable, by
    row.full_clean()
    row.save()
    was, now = difference(before, snapshot(row, *_RECORD))
    record(by, "item.recorded", row, before=was, after=now)
    _touched(project)
    return row


@transaction.atomic
def forget_item(row: ItemRecord, *, by: User) -> None:
    """Take a wrongly entered record away; the trail keeps what it said."""
    project = _locked(row.project, by)
    record(by, "item.forgotten", row, before=snapshot(row, *_RECORD))
    row.delete()
    _touched(project)


def _locked(project: Project, by: User) -> Project:
    require(by, "projects.edit", office=project.office)
    return Project.objects.select_for_update().get(pk=project.pk)


def _touched(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(revision=F("revision") + 1, changed=timezone.now())
