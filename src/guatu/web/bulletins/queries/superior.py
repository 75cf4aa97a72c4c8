"""上报表 as screens need them: the list, the grid to pick cells in, the filled file."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.delivery.bulletins.offers import Scope, offer
from guatu.delivery.bulletins.superior import (
    Entry,
    Filled,
    SheetView,
    entries_from_data,
    fill,
    look,
)
from guatu.web.bulletins.models import SuperiorForm
from guatu.web.people.models import Office
from guatu.web.projects import files
from guatu.web.supervision.models import Close
from guatu.web.supervision.queries.closes import closed_month


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a mapping, in words."""

    number: int
    place: str
    words: str
    how: str


def forms_of(office: Office) -> list[SuperiorForm]:
    """The office's forms in use."""
    found = SuperiorForm.objects.filter(office=office, retired=False).select_related("by")
    return list(found)


def entries_of(form: SuperiorForm) -> list[Entry]:
    """The form's mapping."""
    return entries_from_data(form.mapping)


def entry_rows(entries: list[Entry]) -> list[EntryRow]:
    """The mapping as the page lists it."""
    rows = []
    for number, entry in enumerate(entries):
        found = offer(entry.scope, entry.fact)
        words = found.words if found else entry.fact
        if found and found.kind.value == "money":
            words += f"（{entry.unit}）"
        how = entry.scope.words
        if entry.scope is not Scope.WHOLE:
            how += f"，按 {entry.names} 列的名称对应" if entry.names else "，按顺序列出"
        rows.append(EntryRow(number, f"{entry.sheet} {entry.cell}", words, how))
    return rows


def sheets_of(form: SuperiorForm) -> list[SheetView]:
    """The blank form's sheets as they look."""
    return look(files.read(form.stored), form.file_name)


def filled_from(form: SuperiorForm, close: Close) -> Filled:
    """The form filled from a close."""
    return fill(
        files.read(form.stored),
        form.file_name,
        entries_of(form),
        closed_month(close),
        office=form.office.name,
    )
