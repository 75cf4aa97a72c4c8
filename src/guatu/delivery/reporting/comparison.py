"""A returned row beside what was sent and what stands now (三方比对): same, changed, stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from guatu.delivery.projects.values import CellFault, text_of
from guatu.delivery.reporting.fields import BY_KEY, Value, Values, read, written
from guatu.delivery.reporting.sheets import Returned, ReturnedRow


class Change(StrEnum):
    """What a row does: nothing new, a report, both sides changed, left blank, wrong, strange."""

    SAME = "same"
    CHANGED = "changed"
    STALE = "stale"
    BLANK = "blank"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """What the system knows of an asked project: its name, as sent, and as it stands now.

    ``sent`` and ``now`` are whole rows of values; ``now`` is what a new report would start from.
    ``reported`` is whether a report of the period stands, with ``version`` its number.
    """

    name: str
    asked: tuple[str, ...]
    sent: Values
    sent_version: int
    now: Values
    version: int
    # 上期的本年累计: what 本期无变化 repeats.
    last_reached: int | None = None

    @property
    def reported(self) -> bool:
        return self.version > 0


@dataclass(frozen=True, slots=True)
class CellComparison:
    """A cell three ways, in words; ``stale`` where both sides changed it differently."""

    field: str
    head: str
    sent: str
    returned: str
    now: str
    stale: bool


@dataclass(frozen=True, slots=True)
class RowComparison:
    """A row of a returned sheet: its change, the values it would report, and what is wrong.

    ``values`` is the whole row with the sheet's side taken, ``kept`` with ours where both changed.
    """

    row: int
    project: int | None
    name: str
    change: Change
    values: Values
    kept: Values
    cells: tuple[CellComparison, ...] = ()
    faults: tuple[str, ...] = ()


def compare(
    returned: Returned, places: Mapping[int, Place], period_key: str, year: int
) -> tuple[list[RowComparison], list[int]]:
    """Each row beside its project, and the asked projects that the sheet has no row for."""
    by_name: dict[str, list[int]] = {}
    for pk, place in places.items():
        by_name.setdefault(place.name, []).append(pk)
    seen: dict[int, ReturnedRow] = {}
    compared = []
    for row in returned.rows:
        project = row.project
        if project is None and len(by_name.get(row.name, ())) == 1:
            project = by_name[row.name][0]
        if project is None or project not in places:
            words = "这一行不是本期发给这个单位的项目；新项目请先在项目库登记，再补列进本期。"
            compared.append(_strange(row, words))
        elif row.period_key and row.period_key != period_key:
            compared.append(_strange(row, f"这一行是 {row.period_key} 期的，不是本期的。"))
        elif project in seen:
            if _same_cells(seen[project], row):
                continue
            words = f"“{places[project].name}”在表里有两行，填的不一样，请只留一行。"
            compared.append(_strange(row, words, Change.FAULT))
        else:
            seen[project] = row
            compared.append(compare_row(row, project, places[project], year))
    return compared, [pk for pk in places if pk not in seen]


def _same_cells(one: ReturnedRow, other: ReturnedRow) -> bool:
    return {k: text_of(v) for k, v in one.cells.items()} == {
        k: text_of(v) for k, v in other.cells.items()
    }


def _strange(row: ReturnedRow, words: str, change: Change = Change.UNKNOWN) -> RowComparison:
    told = f"第 {row.row} 行：{words}"
    return RowComparison(row.row, None, row.name, change, {}, {}, (), (told,))


def compare_row(row: ReturnedRow, project: int, place: Place, year: int) -> RowComparison:
    """One row three ways: only what was changed in the sheet counts, the rest says nothing."""
    entered: dict[str, Value] = {}
    faults: list[str] = []
    for key, cell in row.cells.items():
        head = BY_KEY[key].head
        try:
            value = read(key, cell, year)
        except CellFault as fault:
            faults.append(f"第 {row.row} 行“{head}”填的是“{text_of(cell)[:20]}”，{fault}。")
            continue
        if value != _plain(place.sent.get(key), value):
            entered[key] = value
    differing = {key for key in entered if entered[key] != _plain(place.now.get(key), entered[key])}
    moved = place.version != place.sent_version
    stale = {
        key
        for key in differing
        if moved and place.now.get(key) != place.sent.get(key) and place.reported
    }
    values = completed({**place.now, **{key: entered[key] for key in differing}}, place)
    kept = completed({**place.now, **{key: entered[key] for key in differing - stale}}, place)
    cells = tuple(
        _cell(key, place, entered[key], key in stale) for key in BY_KEY if key in differing
    )
    faults += _lacking(row, place, entered, values) if not faults else []
    change = _change(place, entered, differing, stale, faults)
    return RowComparison(row.row, project, place.name, change, values, kept, cells, tuple(faults))


def completed(values: Values, place: Place) -> dict[str, Value]:
    """The values with what 本期无变化 says: the investment of the period before."""
    whole = dict(values)
    asked = "reached_year" in place.asked
    if asked and whole.get("unchanged") and whole.get("reached_year") is None:
        whole["reached_year"] = place.last_reached
    return whole


def _plain(value: Value, beside: Value) -> Value:
    """An unticked box and no value are the same."""
    return False if value is None and isinstance(beside, bool) else value


def _change(
    place: Place, entered: Values, differing: set[str], stale: set[str], faults: Sequence[str]
) -> Change:
    if faults:
        return Change.FAULT
    if stale:
        return Change.STALE
    if differing:
        return Change.CHANGED
    if place.reported or entered:
        return Change.SAME
    # Silence is not a report.
    return Change.BLANK


def _lacking(row: ReturnedRow, place: Place, entered: Values, values: Values) -> list[str]:
    """A row that tells something must tell its investment, unless nothing changed."""
    told = any(value not in (None, False) for value in entered.values())
    if not told or values.get("unchanged") or "reached_year" not in place.asked:
        return []
    if values.get("reached_year") is not None:
        return []
    head = BY_KEY["reached_year"].head
    return [f"第 {row.row} 行“{head}”没有填；与上期相同的，在“本期无变化”填“是”。"]


def _cell(key: str, place: Place, value: Value, stale: bool) -> CellComparison:
    return CellComparison(
        key,
        BY_KEY[key].head,
        written(key, place.sent.get(key)),
        written(key, value),
        written(key, place.now.get(key)),
        stale,
    )
