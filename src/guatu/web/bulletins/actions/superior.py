"""Verbs of 上报表: a blank form taken in, mapped, put aside."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.bulletins.superior import Entry, UnusableForm, entries_to_data, look
from guatu.web.bulletins.models import SuperiorForm
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files


def add_form(*, by: User, name: str, file_name: str, data: bytes) -> SuperiorForm:
    """Take a superior's blank xlsx in under a name; ``CannotDo`` where it cannot be filled.

    A form of the same name is given its new blank: what was mapped stays.
    """
    require(by, "bulletins.superior")
    try:
        look(data, file_name)
        stored = files.keep(data, "superior", files.kind_of(data, file_name))
    except (UnusableForm, files.RefusedFile) as fault:
        raise CannotDo({"file": str(fault)}) from fault
    with transaction.atomic():
        known = SuperiorForm.objects.select_for_update().filter(
            office=by.office, name=name, retired=False
        )
        made = known.first() or SuperiorForm(office=by.office, name=name, by=by, mapping=[])
        made.file_name, made.stored, made.digest = file_name[:200], stored.path, stored.digest
        made.save()
        record(by, "superior.added", made, after={"file": file_name})
    return made


@transaction.atomic
def keep_mapping(form: SuperiorForm, entries: Sequence[Entry], *, by: User) -> None:
    """Keep what stands in which cell and column (对应关系)."""
    require(by, "bulletins.superior", office=form.office)
    locked = SuperiorForm.objects.select_for_update().get(pk=form.pk)
    if locked.retired:
        raise CannotDo(_("这张上报表已停用。"))
    before = len(locked.mapping)
    locked.mapping = entries_to_data(entries)
    locked.save(update_fields=["mapping"])
    record(by, "superior.mapped", locked, before={"cells": before}, after={"cells": len(entries)})


@transaction.atomic
def retire_form(form: SuperiorForm, *, by: User) -> None:
    """Put a form aside (停用); its name is free again."""
    require(by, "bulletins.superior", office=form.office)
    locked = SuperiorForm.objects.select_for_update().get(pk=form.pk)
    if not locked.retired:
        locked.retired = True
        locked.save(update_fields=["retired"])
        record(by, "superior.retired", locked)
