"""The trail of writes (操作留痕): append-only, sealed by a chain of hashes, verifiable."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from guatu.web.page.jobs import Run
from guatu.web.page.many import columns_of, put_rows
from guatu.web.page.middleware import current_request_id
from guatu.web.people.models import Office, TrailEntry, TrailSeal, User

Values = Mapping[str, Any]

_FIRST: Final = "0" * 64
_BATCH: Final = 500
_GAP: Final = 0.05
SYSTEM_NAME: Final = "系统"


def snapshot(obj: models.Model, *fields: str) -> dict[str, Any]:
    """The row's values as the trail keeps them: all columns, or the named ones."""
    wanted = set(fields)
    return {
        field.attname: field.value_from_object(obj)
        for field in obj._meta.concrete_fields
        if (not wanted or field.name in wanted or field.attname in wanted)
        and field.attname != "password"
    }


def difference(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what changed, before and after."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def record(
    by: User | None,
    verb: str,
    obj: models.Model,
    *,
    before: Values | None = None,
    after: Values | None = None,
    office: Office | None = None,
) -> TrailEntry:
    """Note a write, inside the transaction that makes it: ``record(by, verb, unit)``."""
    entry = _entry(by, verb, obj, before, after, office)
    _insist_on_transaction()
    entry.save(force_insert=True)
    return entry


@dataclass(frozen=True, slots=True)
class Named:
    """A row of which only its table, number and name are at hand."""

    model: type[models.Model]
    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Write:
    """One of many writes that are noted together."""

    verb: str
    obj: models.Model | Named
    before: Values | None = None
    after: Values | None = None


def record_many(by: User | None, writes: Iterable[Write], *, office: Office | None = None) -> int:
    """Note many writes of one transaction, for imports and bulk changes."""
    _insist_on_transaction()
    entries = [_values(by, w.verb, w.obj, w.before, w.after, office) for w in writes]
    columns = columns_of(TrailEntry)
    put_rows(TrailEntry, columns, ([each[column] for column in columns] for each in entries))
    return len(entries)


def _entry(
    by: User | None,
    verb: str,
    obj: models.Model,
    before: Values | None,
    after: Values | None,
    office: Office | None,
) -> TrailEntry:
    return TrailEntry(**_values(by, verb, obj, before, after, office))


def _values(
    by: User | None,
    verb: str,
    obj: models.Model | Named,
    before: Values | None,
    after: Values | None,
    office: Office | None,
) -> dict[str, Any]:
    """The entry by column."""
    if office is not None:
        office_id: int | None = office.pk
    else:
        office_id = by.office_id if by is not None else None
    # A lazy user is of its own class and of a class beside it: what it answers counts.
    named = obj if isinstance(obj, Named) else Named(obj.__class__, obj.pk, str(obj))
    return {
        "at": timezone.now(),
        "by_id": by.pk if by is not None else None,
        "by_name": by.name if by is not None else SYSTEM_NAME,
        "verb": verb,
        "kind": named.model._meta.label_lower,
        "object_id": str(named.pk),
        "object_name": named.name[:200],
        "before": _plain(before),
        "after": _plain(after),
        "office_id": office_id,
        "request_id": current_request_id(),
    }


def _plain(values: Values | None) -> Any:
    """As it will be read back from the database, so that the hash is the same then."""
    return None if values is None else json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))


def _insist_on_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs into the transaction of the write it notes")


# ------------------------------------------------------------------ the chain


def digest_of(entry: TrailEntry, previous: str) -> str:
    """The hash of an entry together with the link before it."""
    words = [
        previous,
        entry.pk,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.by_id,
        entry.by_name,
        entry.verb,
        entry.kind,
        entry.object_id,
        entry.object_name,
        entry.before,
        entry.after,
        entry.office_id,
        entry.request_id,
    ]
    text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_trail(run: Run) -> dict[str, int]:
    """Seal all entries that are not yet sealed, a batch a transaction (job ``people.seal``)."""
    return {"sealed": _seal_all(run.commit)}


def seal_now() -> int:
    """Seal what is open, here and now; how many entries that were."""
    return _seal_all(transaction.atomic)


def _seal_all(commit: Callable[[], AbstractContextManager[Any]]) -> int:
    sealed = 0
    for late in _late():
        with commit():
            sealed += _seal_late(late)
    while True:
        with commit():
            batch = _seal_batch()
        sealed += batch
        if batch < _BATCH:
            return sealed
        if connection.vendor == "sqlite":
            # Waiting writers only look now and then: the lock must be seen free.
            time.sleep(_GAP)


def _seal_batch() -> int:
    """Link the next new entries to the chain: bounded work, however long the trail is."""
    previous = _last_link()
    highest = TrailSeal.objects.aggregate(highest=models.Max("entry_id"))["highest"] or 0
    return _link(TrailEntry.objects.filter(pk__gt=highest).order_by("pk")[:_BATCH], previous)


def _late() -> Iterator[list[int]]:
    """Numbers of unsealed entries behind which others are sealed already, a batch at a time.

    On PostgreSQL an entry may be committed after one of a higher number. They are looked for in
    the whole trail, so outside of any transaction: nobody waits for it.
    """
    sealed = TrailSeal.objects.filter(entry_id=models.OuterRef("pk"))
    highest = TrailSeal.objects.aggregate(highest=models.Max("entry_id"))["highest"] or 0
    open_ones = TrailEntry.objects.filter(~models.Exists(sealed), pk__lt=highest)
    found = list(open_ones.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(found), _BATCH):
        yield found[at : at + _BATCH]


def _seal_late(late: Sequence[int]) -> int:
    """Link these entries, except what another sealer has linked since they were looked for."""
    previous = _last_link()
    done = TrailSeal.objects.filter(entry_id__in=late).values_list("entry_id", flat=True)
    wanted = set(late) - set(done)
    return _link(TrailEntry.objects.filter(pk__in=wanted).order_by("pk"), previous)


def _last_link() -> str:
    """The head of the chain, which nobody else can lengthen until this transaction is over."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Against sealers only. A lock on the last row would not do: who has waited for it
            # is given that row, though others stand behind it by then.
            cursor.execute(f'LOCK TABLE "{TrailSeal._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
    last = TrailSeal.objects.order_by("-pk").first()
    return last.digest if last else _FIRST


def _link(entries: Iterable[TrailEntry], previous: str) -> int:
    seals = []
    for entry in entries:
        previous = digest_of(entry, previous)
        seals.append(TrailSeal(entry_id=entry.pk, digest=previous))
    TrailSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which the chain does not hold."""

    entry_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What the chain says: how much is sealed, its head, and where it breaks, if it does."""

    sealed: int
    unsealed: int
    head: str
    broken: Break | None


def verify_trail(expected_head: str = "") -> Verification:
    """Go through the chain from its beginning; stops at the first broken entry.

    ``expected_head`` is a head noted earlier (and elsewhere): it must still be in the chain, or
    the end of the chain was cut off.
    """
    previous, count, met = _FIRST, 0, not expected_head
    broken: Break | None = None
    for seals in _batches():
        entries = TrailEntry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            entry = entries.get(seal.entry_id)
            if entry is None:
                broken = Break(seal.entry_id, "记录已被删除")
            elif digest_of(entry, previous) != seal.digest:
                broken = Break(seal.entry_id, "记录或封签已被改动")
            if broken:
                return Verification(count, _unsealed(), previous, broken)
            previous, count = seal.digest, count + 1
            met = met or seal.digest == expected_head
    if not met:
        broken = Break(0, "链上没有给出的封签号，末尾的记录可能被整段删除")
    return Verification(count, _unsealed(), previous, broken)


def _batches() -> Iterator[list[TrailSeal]]:
    after = 0
    while seals := list(TrailSeal.objects.filter(pk__gt=after).order_by("pk")[:_BATCH]):
        yield seals
        after = seals[-1].pk


def _unsealed() -> int:
    sealed = TrailSeal.objects.filter(entry_id=models.OuterRef("pk"))
    return TrailEntry.objects.filter(~models.Exists(sealed)).count()
