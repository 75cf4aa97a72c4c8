"""What a clerk does to an entry: accept, change, reject, add, split, merge, and take it back.

Every act is one step of patches, each with the entry as it was and as it became.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.text.quantities import find_quantities
from guatu.text.span import Span
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, record, record_many
from guatu.web.plans.models import (
    STANDING,
    Entry,
    Kind,
    Patch,
    PatchVerb,
    Plan,
    SourceKind,
    State,
)
from guatu.web.plans.rows import (
    JsonObject,
    columns_of,
    exchanged_number,
    find_words,
    sentence_around,
    titles_of,
)

_KEPT: Final = ("state", "position", "start", "end", "quote", "source", "source_name", "fields")
# What an entry that was only accepted or rejected needs written, a fifth of the whole row.
_JUDGED: Final = ("state", "version", "touched", "touched_by", "read_as")
_COLUMNS: Final = (
    *_KEPT,
    "part_of",
    "subject",
    "value",
    "unit",
    "due",
    "section",
    "section_title",
    "version",
    "touched",
    "touched_by",
    "read_as",
)
_BATCH: Final = 500
# Words merged over a longer stretch than this are no one commitment.
_LONGEST: Final = 600


class Stale(CannotDo):
    """Somebody else changed the entry since this page showed it."""

    def __init__(self, entry: Entry) -> None:
        who = entry.touched_by.name if entry.touched_by else _("系统")
        at = timezone.localtime(entry.touched).strftime("%H:%M")
        words = _("%(who)s 已在 %(at)s 改过这一条，现按最新内容显示，请看过后再办。")
        super().__init__(words % {"who": who, "at": at})
        self.entry = entry


def kept(entry: Entry) -> JsonObject:
    """The entry as a patch keeps it."""
    values = {name: getattr(entry, name) for name in _KEPT}
    return {**values, "part_of": entry.part_of_id}


def put_back(entry: Entry, values: JsonObject) -> None:
    """Make the entry what a patch kept; unsaved."""
    for name in _KEPT:
        setattr(entry, name, values[name])
    entry.part_of_id = values["part_of"]
    work_out(entry)


def work_out(entry: Entry) -> None:
    """Work the typed columns out from the fields."""
    titles = {entry.section: entry.section_title}
    for name, value in columns_of(entry.kind, entry.quote, entry.fields, titles).items():
        setattr(entry, name, value)


def _only_judged(change: tuple[Entry, JsonObject]) -> bool:
    """Nothing but its state is another: what is worked out from the fields is as it was."""
    entry, before = change
    return {**before, "state": entry.state} == kept(entry)


class Step:
    """One act: its entries, with what they were, written together."""

    def __init__(self, plan: Plan, verb: PatchVerb, by: User) -> None:
        self.plan, self.verb, self.by = plan, verb, by
        self.id = uuid.uuid4()
        self._changed: list[tuple[Entry, JsonObject]] = []
        self._added: list[Entry] = []

    def change(self, entry: Entry, before: JsonObject) -> None:
        """``entry`` has been changed from ``before``."""
        entry.version += 1
        entry.touched, entry.touched_by = timezone.now(), self.by
        self._changed.append((entry, before))

    def add(self, entry: Entry) -> None:
        """``entry`` is new."""
        entry.touched_by = self.by
        self._added.append(entry)

    def write(self) -> int:
        """Save the rows, their patches and the trail; how many entries it was."""
        for entry in self._added:
            entry.save(force_insert=True)
        changed = [entry for entry, _before in self._changed]
        columns = _JUDGED if all(map(_only_judged, self._changed)) else _COLUMNS
        Entry.objects.bulk_update(changed, columns, batch_size=_BATCH)
        moves: list[tuple[Entry, JsonObject | None]] = [*self._changed]
        moves += [(entry, None) for entry in self._added]
        Patch.objects.bulk_create(
            [self._patch(entry, before) for entry, before in moves], batch_size=_BATCH
        )
        verb = f"ledger.{self.verb}"
        record_many(
            self.by,
            [Write(verb, entry, before, kept(entry)) for entry, before in moves],
            office=self.plan.office,
        )
        return len(moves)

    def _patch(self, entry: Entry, before: JsonObject | None) -> Patch:
        return Patch(
            office_id=self.plan.office_id,
            plan=self.plan,
            upload_id=entry.upload_id,
            entry=entry,
            step=self.id,
            verb=self.verb,
            start=entry.start,
            end=entry.end,
            before=before,
            after=kept(entry),
            version=entry.version,
            by=self.by,
        )


def locked_plan(plan: Plan, by: User) -> Plan:
    """The plan, held for this transaction, for someone who may review it."""
    require(by, "plans.edit", office=plan.office)
    return Plan.objects.select_for_update(of=("self",)).select_related("office").get(pk=plan.pk)


def _entry_at(plan: Plan, pk: int, version: int) -> Entry:
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("touched_by")
        .filter(plan=plan, pk=pk)
        .exclude(state=State.WITHDRAWN)
        .first()
    )
    if entry is None:
        raise CannotDo(_("这一条已被合并或撤回，请刷新页面。"))
    if entry.version != version:
        raise Stale(entry)
    return entry


# ------------------------------------------------------------------ one by one


@transaction.atomic
def accept(plan: Plan, pk: int, *, version: int, by: User) -> Entry:
    """The entry is right as it stands."""
    plan = locked_plan(plan, by)
    entry = _entry_at(plan, pk, version)
    if entry.state in (State.NEW, State.REJECTED):
        step, before = Step(plan, PatchVerb.ACCEPT, by), kept(entry)
        entry.state = State.ACCEPTED if entry.read_as is not None else State.ADDED
        step.change(entry, before)
        step.write()
    return entry


@transaction.atomic
def reject(plan: Plan, pk: int, *, version: int, by: User) -> Entry:
    """The entry does not belong into the ledger; asked again it comes back."""
    plan = locked_plan(plan, by)
    entry = _entry_at(plan, pk, version)
    step, before = Step(plan, PatchVerb.REJECT, by), kept(entry)
    entry.state = State.NEW if entry.state == State.REJECTED else State.REJECTED
    step.change(entry, before)
    step.write()
    return entry


@transaction.atomic
def change(
    plan: Plan, pk: int, *, version: int, by: User, words: str, near: int, fields: JsonObject
) -> Entry:
    """Correct an entry: its words in the plan, and what they say."""
    plan = locked_plan(plan, by)
    entry = _entry_at(plan, pk, version)
    step, before = Step(plan, PatchVerb.CHANGE, by), kept(entry)
    if entry.source == SourceKind.PLAN:
        _point_at(entry, words, entry.start if near < 0 and entry.start is not None else near)
    elif words.strip():
        entry.quote = words.strip()
    entry.fields = {**entry.fields, **fields}
    work_out(entry)
    if kept(entry) == before:
        return entry
    entry.state = State.ADDED if entry.read_as is None else State.CHANGED
    step.change(entry, before)
    step.write()
    return entry


def _point_at(entry: Entry, words: str, near: int) -> None:
    place = find_words(entry.upload.text, words, near)
    if place is None:
        raise CannotDo({"words": _("方案里没有这段文字。请从左侧原文选取，或改为注明其他依据。")})
    entry.start, entry.end = place
    entry.quote = place.of(entry.upload.text)


@transaction.atomic
def add(
    plan: Plan,
    *,
    by: User,
    kind: str,
    words: str,
    near: int,
    source: str = SourceKind.PLAN,
    source_name: str = "",
    fields: JsonObject | None = None,
) -> Entry:
    """Enter what the reader missed: it points at words of the plan or names another source."""
    plan = locked_plan(plan, by)
    reading = plan.current_reading
    upload = plan.uploads.order_by("-pk").first()
    if reading is None or upload is None:
        raise CannotDo(_("方案还没有读完，请稍候再补录。"))
    entry = Entry(
        office=plan.office,
        plan=plan,
        upload=upload,
        kind=Kind(kind),
        state=State.ADDED,
        source=SourceKind(source),
        source_name=source_name.strip(),
        quote=words.strip(),
        position=0,
    )
    data: JsonObject = reading.data or {}
    if entry.source == SourceKind.PLAN:
        _point_at(entry, words, near)
    elif not entry.source_name:
        raise CannotDo({"source_name": _("请写明依据的名称和文号，没有依据的条目不能入账。")})
    if not entry.quote:
        raise CannotDo({"words": _("请填写依据中的原文。")})
    place = entry.start if entry.start is not None else max(near, 0)
    path = _section_at(data, place)
    entry.fields = {**first_fields(entry.kind, entry.quote, path), **(fields or {})}
    for name, value in columns_of(entry.kind, entry.quote, entry.fields, titles_of(data)).items():
        setattr(entry, name, value)
    entry.position = _position(plan, place)
    if entry.kind in (Kind.TARGET, Kind.PROJECT):
        entry.part_of = _task_at(plan, entry)
    step = Step(plan, PatchVerb.ADD, by)
    step.add(entry)
    step.write()
    return entry


def _section_at(data: JsonObject, place: int) -> str | None:
    """The innermost section that holds this place."""
    held = [s for s in data["sections"] if s["start"] <= place < s["end"]]
    return max(held, key=lambda s: s["start"])["path"] if held else None


def _position(plan: Plan, place: int) -> int:
    """Between the entry before this place and the one behind it."""
    rows = Entry.objects.filter(plan=plan)
    before = rows.filter(start__lte=place).aggregate(at=Max("position"))["at"] or 0
    behind = rows.filter(position__gt=before).aggregate(at=Min("position"))["at"]
    return before + 1 if behind is None or behind - before < 2 else (before + behind) // 2


def _task_at(plan: Plan, entry: Entry) -> Entry | None:
    """The shortest task whose words hold those of the entry."""
    if entry.start is None:
        return None
    tasks = Entry.objects.filter(
        plan=plan, kind=Kind.TASK, state__in=STANDING, start__lte=entry.start, end__gte=entry.end
    )
    return min(tasks, key=lambda task: len(task.quote), default=None)


def first_fields(kind: str, quote: str, section: str | None) -> JsonObject:
    """What can be known of a new entry from its words alone."""
    match kind:
        case Kind.TARGET:
            return {**_target_fields(quote), "section": section}
        case Kind.TASK:
            return {"section": section, "verb": None, "due": None, "due_from": None, "units": []}
        case Kind.DUTY:
            return {"section": section, "role": "responsible"}
        case Kind.PROJECT:
            return {"section": section, "stage": "plan", "due": None}
        case Kind.ROUTINE:
            return dict.fromkeys(("days", "day_kind", "actor", "recipient")) | {"cadence": "once"}
        case _:
            return {"number": None}


def _target_fields(quote: str) -> JsonObject:
    found = find_quantities(quote)
    number = found[0] if found else None
    return {
        "subject": quote[: number.outer_start].strip("，、；。") if number else quote,
        "comparator": number.comparator if number else "eq",
        "exclusive": number.exclusive if number else False,
        "change": "level",
        "value": exchanged_number(number.value) if number else 0,
        "high": exchanged_number(number.high) if number and number.high is not None else None,
        "unit": number.unit if number else "",
        "due": None,
        "from": None,
        "due_from": None,
        "scope": None,
        "aim": False,
        "kind": "target",
        "subject_spans": [],
    }


# ------------------------------------------------------------- several in one act


@transaction.atomic
def accept_all(
    plan: Plan,
    *,
    by: User,
    kind: str = "",
    section: str = "",
    only: Collection[int] | None = None,
) -> int:
    """Accept what is still unseen of a kind, a section or both; undone as one.

    ``only`` names the entries that the clerk had before them, where the list was filtered.
    """
    plan = locked_plan(plan, by)
    rows = Entry.objects.select_for_update(of=("self",)).filter(plan=plan, state=State.NEW)
    if kind:
        rows = rows.filter(kind=kind)
    step = Step(plan, PatchVerb.ACCEPT, by)
    for entry in rows:
        if only is not None and entry.pk not in only:
            continue
        if section and entry.section != section and not entry.section.startswith(f"{section}/"):
            continue
        before = kept(entry)
        entry.state = State.ACCEPTED
        step.change(entry, before)
    return step.write()


@transaction.atomic
def split(plan: Plan, pk: int, *, version: int, by: User, parts: Sequence[str]) -> list[Entry]:
    """One entry into several: each part is words of its sentence, in their order."""
    plan = locked_plan(plan, by)
    entry = _entry_at(plan, pk, version)
    parts = [part.strip() for part in parts if part.strip()]
    if len(parts) < 2:
        raise CannotDo({"parts": _("请把原文分成两行以上，一行一条。")})
    places = _places_of(entry, parts)
    step, before = Step(plan, PatchVerb.SPLIT, by), kept(entry)
    made = [entry]
    for offset, (words, place) in enumerate(zip(parts, places, strict=True)):
        part = entry if offset == 0 else _copy(entry)
        if place is not None:
            part.start, part.end = place
            part.quote = place.of(entry.upload.text)
        else:
            part.quote = words
        _read_number(part)
        if offset == 0:
            part.state = State.CHANGED if part.read_as is not None else State.ADDED
            step.change(part, before)
        else:
            part.position = entry.position + offset
            step.add(part)
            made.append(part)
        work_out(part)
    step.write()
    return made


def _places_of(entry: Entry, parts: Sequence[str]) -> list[Span | None]:
    if entry.source != SourceKind.PLAN or entry.start is None or entry.end is None:
        return [None] * len(parts)
    text = entry.upload.text
    around = sentence_around(text, entry.start, entry.end)
    sentence, done = around.of(text), 0
    places: list[Span | None] = []
    for number, words in enumerate(parts, start=1):
        found = find_words(sentence[done:], words, 0)
        if found is None:
            message = _("第 %(number)d 行不是这一句里的原文，或与前一行次序颠倒。")
            raise CannotDo({"parts": message % {"number": number}})
        start = around.start + done + found.start
        places.append(Span(start, start + found.end - found.start))
        done += found.end
    return places


def _copy(entry: Entry) -> Entry:
    return Entry(
        office_id=entry.office_id,
        plan_id=entry.plan_id,
        upload=entry.upload,
        kind=entry.kind,
        state=State.ADDED,
        source=entry.source,
        source_name=entry.source_name,
        section=entry.section,
        section_title=entry.section_title,
        start=entry.start,
        end=entry.end,
        quote=entry.quote,
        fields=dict(entry.fields),
        part_of_id=entry.part_of_id,
    )


def _read_number(part: Entry) -> None:
    """A part of a target has a number of its own."""
    found = find_quantities(part.quote) if part.kind == Kind.TARGET else []
    if found:
        value, high = found[0].value, found[0].high
        part.fields = {
            **part.fields,
            "value": exchanged_number(value),
            "high": None if high is None else exchanged_number(high),
            "unit": found[0].unit or part.fields.get("unit", ""),
        }


@transaction.atomic
def merge(plan: Plan, versions: dict[int, int], *, by: User) -> Entry:
    """Several entries of one kind into the first: its words reach over all of theirs.

    ``versions`` names the entries and the version of each that the clerk saw.
    """
    plan = locked_plan(plan, by)
    entries = [_entry_at(plan, pk, version) for pk, version in versions.items()]
    entries.sort(key=lambda entry: (entry.position, entry.pk))
    if len(entries) < 2:
        raise CannotDo(_("请先用空格选中要合并的条目（至少两条）。"))
    first, others = entries[0], entries[1:]
    if any(entry.kind != first.kind for entry in others):
        raise CannotDo(_("只能合并同一种类的条目。"))
    step = Step(plan, PatchVerb.MERGE, by)
    before = kept(first)
    _reach_over(first, others)
    for other in others:
        first.fields = _joined(first.kind, first.fields, other.fields)
    first.state = State.ADDED if first.read_as is None else State.CHANGED
    work_out(first)
    step.change(first, before)
    for other in others:
        was = kept(other)
        other.state = State.WITHDRAWN
        step.change(other, was)
    for part in Entry.objects.filter(part_of__in=others):
        was = kept(part)
        part.part_of = first
        step.change(part, was)
    step.write()
    return first


def _reach_over(first: Entry, others: Sequence[Entry]) -> None:
    spans = [(e.start, e.end) for e in (first, *others) if e.start is not None]
    if len(spans) != len(others) + 1 or first.kind not in (Kind.TASK, Kind.ROUTINE):
        return  # the same number or name said twice: its first place is the entry's
    start, end = min(s for s, _e in spans), max(e for _s, e in spans if e is not None)
    if end - start > _LONGEST:
        raise CannotDo(_("这些条目相隔太远，不像同一件事，没有合并。"))
    first.start, first.end = start, end
    first.quote = first.upload.text[start:end]


def _joined(kind: str, fields: JsonObject, other: JsonObject) -> JsonObject:
    joined = {name: other.get(name) if value is None else value for name, value in fields.items()}
    if kind == Kind.TASK:
        units: list[Any] = [*fields.get("units", ())]
        units += [unit for unit in other.get("units", ()) if unit not in units]
        joined["units"] = units
    return joined


# ---------------------------------------------------------------------- taking back


@transaction.atomic
def undo(plan: Plan, *, by: User) -> tuple[str, list[Entry]]:
    """Take this person's last act on the plan back: its words, and the entries as they are now."""
    plan = locked_plan(plan, by)
    last = Patch.objects.filter(plan=plan, by=by, undone=False).order_by("-pk").first()
    if last is None:
        raise CannotDo(_("没有可撤销的操作。"))
    patches = list(Patch.objects.filter(step=last.step).order_by("-pk"))
    held = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("touched_by")
        .in_bulk([patch.entry_id for patch in patches])
    )
    for patch in patches:
        if held[patch.entry_id].version != patch.version:
            raise Stale(held[patch.entry_id])
    for patch in patches:
        entry = held[patch.entry_id]
        if patch.before is None:
            entry.state = State.WITHDRAWN
        else:
            put_back(entry, patch.before)
        entry.version += 1
        entry.touched, entry.touched_by = timezone.now(), by
        entry.save()
    Patch.objects.filter(step=last.step).update(undone=True)
    # What stood before may be undone next: its patches speak of the version that is there now.
    for patch in patches:
        earlier = (
            Patch.objects.filter(entry_id=patch.entry_id, undone=False).order_by("-pk").first()
        )
        if earlier is not None and earlier.version == patch.version - 1:
            earlier.version = held[patch.entry_id].version
            earlier.save(update_fields=["version"])
    record(by, "ledger.undone", plan, after={"verb": last.verb, "entries": len(patches)})
    return str(PatchVerb(last.verb).label), list(held.values())
