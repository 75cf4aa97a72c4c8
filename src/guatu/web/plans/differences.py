"""A new reading beside the corrected ledger: what would be new, gone or changed (重读比较).

Pure: rows and exchanged entries in, differences out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from guatu.web.plans.models import Kind, State
from guatu.web.plans.rows import JsonObject, exchanged, fields_of, quote_of

What = Literal["new", "gone", "changed"]

# What a person does not see on the row is no change to show.
_UNSEEN: Final = frozenset({"subject_spans", "due_from", "verb"})


class Row(Protocol):
    """What is asked of an entry of the ledger."""

    pk: int
    kind: str
    state: str
    start: int | None
    end: int | None
    quote: str
    fields: JsonObject
    read_as: JsonObject | None


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as the new reading has it."""

    kind: str
    start: int
    quote: str
    fields: JsonObject

    @property
    def end(self) -> int:
        return self.start + len(self.quote)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the new reading has otherwise; ``fields`` names what differs."""

    what: What
    entry: Any
    read: Read | None
    fields: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"entry-{self.entry.pk}" if self.read is None else self.read.key

    @property
    def by_hand(self) -> bool:
        """Whether a person has worked on the entry: then nothing is proposed by itself."""
        return self.entry is not None and self.entry.state not in (State.NEW,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole difference, and how much stays as it is."""

    differences: tuple[Difference, ...]
    kept: int
    rejected: int
    # Each matched entry with what it is now read as.
    matched: tuple[tuple[Any, Read], ...]

    def of(self, what: What) -> list[Difference]:
        return [each for each in self.differences if each.what == what]


def compare(entries: Iterable[Row], data: JsonObject) -> Comparison:
    """The corrected ledger against a reading of the same text."""
    reads = [
        Read(kind, item["start"], quote_of(kind, item), fields_of(kind, item))
        for kind, _index, item in exchanged(data)
    ]
    rows = [row for row in entries if row.start is not None]
    pairs = _paired(rows, reads)
    differences: list[Difference] = []
    kept = rejected = 0
    for row, read in pairs:
        if row.state == State.REJECTED:
            rejected += 1
            continue
        changed = _changed(row, read)
        if changed:
            differences.append(Difference("changed", row, read, changed))
        else:
            kept += 1
    met_rows, met_reads = {row.pk for row, _ in pairs}, {read.key for _, read in pairs}
    differences += [Difference("new", None, read) for read in reads if read.key not in met_reads]
    gone = [r for r in rows if r.pk not in met_rows and r.read_as is not None]
    differences += [Difference("gone", r, None) for r in gone if r.state != State.REJECTED]
    differences.sort(key=lambda d: d.read.start if d.read else d.entry.start)
    return Comparison(tuple(differences), kept, rejected, tuple(pairs))


def _changed(row: Row, read: Read) -> tuple[str, ...]:
    """What the new reading says otherwise than both the ledger and the reading before."""
    was = row.read_as
    if was is not None and was["quote"] == read.quote and _same(was["fields"], read.fields):
        return ()
    changed = [] if row.quote == read.quote else ["quote"]
    changed += [
        name
        for name, value in read.fields.items()
        if name not in _UNSEEN and not _equal(row.fields.get(name), value)
    ]
    if was is not None and row.state == State.CHANGED:
        # Where the reader repeats itself, the person's correction stands without a question.
        changed = [
            name
            for name in changed
            if not _equal(
                was["quote"] if name == "quote" else was["fields"].get(name),
                read.quote if name == "quote" else read.fields.get(name),
            )
        ]
    return tuple(changed)


def _same(one: JsonObject, other: JsonObject) -> bool:
    names = (one.keys() | other.keys()) - _UNSEEN
    return all(_equal(one.get(name), other.get(name)) for name in names)


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other) or (not one and not other and one is not False and other is not False)


def _paired(rows: Sequence[Row], reads: Sequence[Read]) -> list[tuple[Any, Read]]:
    """Each row with the entry read at its place: the same words first, then the largest overlap."""
    places: dict[tuple[str, int, str], Read] = {(r.kind, r.start, r.quote): r for r in reads}
    pairs: list[tuple[Any, Read]] = []
    taken: set[str] = set()
    left: list[Row] = []
    for row in rows:
        read = places.get((row.kind, row.start or 0, row.quote))
        if read is None and row.read_as is not None:
            read = places.get((row.kind, row.read_as["start"], row.read_as["quote"]))
        if read is None or read.key in taken:
            left.append(row)
            continue
        taken.add(read.key)
        pairs.append((row, read))
    open_reads: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        if read.key not in taken:
            open_reads[read.kind].append(read)
    for row in left:
        found = max(open_reads[row.kind], key=lambda r: _overlap(row, r), default=None)
        if found is not None and _overlap(row, found) > 0:
            open_reads[row.kind].remove(found)
            pairs.append((row, found))
    pairs.sort(key=lambda pair: pair[1].start)
    return pairs


def _overlap(row: Row, read: Read) -> int:
    if row.start is None or row.end is None:
        return 0
    return min(row.end, read.end) - max(row.start, read.start)


LABELS: Final = {
    "quote": "原文",
    "subject": "内容",
    "value": "数值",
    "high": "上限",
    "unit": "单位",
    "comparator": "界限",
    "exclusive": "是否含本数",
    "change": "变化",
    "due": "完成时限",
    "from": "起始",
    "section": "章节",
    "scope": "范围",
    "aim": "预期性",
    "kind": "性质",
    "units": "责任单位",
    "role": "分工",
    "stage": "阶段",
    "cadence": "频次",
    "days": "时限",
    "day_kind": "日别",
    "actor": "报送单位",
    "recipient": "报给",
    "number": "文号",
}

KINDS_IN_WORDS: Final = {str(kind): str(kind.label) for kind in Kind}
