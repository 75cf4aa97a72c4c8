"""Questions about checklists: which an office has, and how far they are for its projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.checklist import (
    DEFAULTS,
    Checklist,
    Completeness,
    Item,
    ItemState,
    completeness,
)
from guatu.web.people.models import Office
from guatu.web.projects.known import condition, known_things, words_of
from guatu.web.projects.models import ItemRecord, OfficeChecklist, Project, Stage

# What the list's filter says of a whole list, beside the names of its items.
_WHOLE: Final = "whole"
_LACKING: Final = "lacking"


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list of the office, whether it is in use, and in whose words it stands."""

    checklist: Checklist
    active: bool
    own: bool


def kept_lists(office: Office) -> list[KeptList]:
    """Every list of the office: the field's, reworded or not, and those it made itself."""
    own = {row.key: row for row in OfficeChecklist.objects.filter(office=office)}
    ready = [
        _kept(own.pop(each.key)) if each.key in own else KeptList(each, True, False)
        for each in DEFAULTS
    ]
    return [*ready, *(_kept(row) for row in own.values())]


def _kept(row: OfficeChecklist) -> KeptList:
    items = tuple(Item(each["key"], each["name"], each["source"]) for each in row.items)
    return KeptList(Checklist(row.key, row.name, items, row.gate), row.active, True)


def checklists(office: Office) -> list[Checklist]:
    """The lists that the office uses."""
    return [kept.checklist for kept in kept_lists(office) if kept.active]


# ------------------------------------------------------------------ of many projects


def with_states(found: QuerySet[Project], lists: Sequence[Checklist]) -> QuerySet[Project]:
    """The projects with the state of each item, for ``states_of``."""
    today = timezone.localdate()
    items = _items(lists)
    return found.annotate(**{f"item_{at}": _state(item, today) for at, item in enumerate(items)})


def states_of(project: Project, lists: Sequence[Checklist]) -> dict[str, ItemState]:
    """The states by item of a project that came with them."""
    items = _items(lists)
    return {item.key: ItemState(getattr(project, f"item_{at}")) for at, item in enumerate(items)}


def _items(lists: Sequence[Checklist]) -> list[Item]:
    return [item for each in lists for item in each.items]


def _state(item: Item, today: date) -> Case:
    return Case(
        When(condition(item.source, today), then=Value(ItemState.KNOWN.value)),
        When(_recorded(item, Q(not_applicable=True)), then=Value(ItemState.EXCUSED.value)),
        When(_recorded(item, _PROVES), then=Value(ItemState.RECORDED.value)),
        default=Value(ItemState.MISSING.value),
        output_field=CharField(),
    )


# An attachment that was taken from the page proves nothing any more.
_PROVES: Final = ~Q(words="") | Q(on__isnull=False) | Q(attachment__removed=False)


def _recorded(item: Item, how: Q) -> Q:
    return Q(Exists(ItemRecord.objects.filter(how, project=OuterRef("pk"), item=item.key)))


def _settled(item: Item, today: date) -> Q:
    how = Q(not_applicable=True) | _PROVES
    return condition(item.source, today) | _recorded(item, how)


def listed(project: Project, lists: Sequence[Checklist]) -> str:
    """How far each list is, in the words of the project list and of its sheet."""
    states = states_of(project, lists)
    return "；".join(completeness(each, states).words for each in lists)


def choices(lists: Sequence[Checklist]) -> list[tuple[str, str]]:
    """What the project list can be filtered by: whole or not, or an item that is missing."""
    found = []
    for each in lists:
        found += [
            (f"{each.key}:{_WHOLE}", _("%(list)s齐全") % {"list": each.name}),
            (f"{each.key}:{_LACKING}", _("%(list)s不齐全") % {"list": each.name}),
        ]
        found += [(item.key, _("缺%(item)s") % {"item": item.name}) for item in each.items]
    return found


def chosen(found: QuerySet[Project], choice: str, lists: Sequence[Checklist]) -> QuerySet[Project]:
    """The projects of a choice of ``choices``."""
    today = timezone.localdate()
    key, _colon, how = choice.partition(":")
    if not how:
        item = next(item for item in _items(lists) if item.key == key)
        return found.exclude(_settled(item, today))
    whole = Q()
    for item in next(each for each in lists if each.key == key).items:
        whole &= _settled(item, today)
    return found.filter(whole) if how == _WHOLE else found.exclude(whole)


# ------------------------------------------------------------------ of one project


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as the project's page shows it."""

    name: str
    state: str
    words: str
    record: ItemRecord | None
    # Where what is missing is entered: in the library, or as a record.
    fill_url: str
    fill_words: str
    url: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as the project's page shows it."""

    key: str
    so_far: Completeness
    items: list[ItemRow]


def standing(project: Project, lists: Sequence[Checklist]) -> dict[str, ItemState]:
    """The states of the items for one project; one question."""
    return states_of(with_states(Project.objects.filter(pk=project.pk), lists).get(), lists)


def project_checklists(project: Project) -> list[ListRow]:
    """The office's lists as they stand for a project, item by item."""
    lists = checklists(project.office)
    states = standing(project, lists)
    found = ItemRecord.objects.filter(project=project).select_related("attachment", "by")
    records = {record.item: record for record in found}
    return [
        ListRow(
            each.key,
            completeness(each, states),
            [_row(project, item, states[item.key], records.get(item.key)) for item in each.items],
        )
        for each in lists
    ]


def _row(project: Project, item: Item, state: ItemState, record: ItemRecord | None) -> ItemRow:
    known = known_things().get(item.source, ())
    words = ""
    if state is ItemState.KNOWN:
        said = words_of(item.source, project, timezone.localdate())
        label = known[0].label
        words = said if label == item.name else f"{label}：{said}"
    fill = next((each.fill for each in known if each.fill), "")
    return ItemRow(
        name=item.name,
        state=state.value,
        words=words,
        record=record if state is not ItemState.KNOWN else None,
        fill_url=_fill_url(project, fill) if state is ItemState.MISSING else "",
        fill_words=known[0].label if known else "",
        url=reverse("projects:item", args=[project.pk, item.key]),
    )


def _fill_url(project: Project, fill: str) -> str:
    if not fill:
        return ""
    if fill == "edit":
        return reverse("projects:edit", args=[project.pk])
    return reverse("projects:detail-new", args=[project.pk, fill])


def item_of(office: Office, key: str) -> Item | None:
    """The item of this key in the office's lists."""
    return next((item for item in _items(checklists(office)) if item.key == key), None)


def lists_before(office: Office, stages: Sequence[str]) -> list[Checklist]:
    """The lists that must be whole before a project enters one of these stages."""
    return [each for each in checklists(office) if each.gate in stages]


# ------------------------------------------------------------------ the setting


def source_choices() -> list[tuple[str, str]]:
    """What of the system can satisfy an item."""
    known: Mapping[str, Any] = known_things()
    return [("", _("（逐个登记）")), *((key, each[0].label) for key, each in known.items())]


def gate_choices() -> list[tuple[str, str]]:
    """The stages before which a list can be asked for."""
    stages = (Stage.RESERVE, Stage.EARLY, Stage.STARTING, Stage.BUILDING, Stage.COMPLETED)
    before = [
        (stage.value, _("转入%(stage)s前须齐全") % {"stage": stage.label}) for stage in stages
    ]
    return [("", _("只显示，不作条件")), *before]
