"""Whether projects still hold what an import left: by their values, not only their revision.

A later import that was undone, or a change that was taken back, moves the revision on and leaves
every value as it was: nothing rests on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Protocol

from django.db.models import Count, F

from guatu.web.page.many import defaults_of
from guatu.web.projects.fields import DATA, PARTS, fund_key, stored
from guatu.web.projects.models import (
    CountyShare,
    Fund,
    Import,
    ImportRow,
    ImportState,
    Project,
    StageMove,
)

_MANY: Final = 500
_NEEDED: Final = ("project_id", "change", "values", "before")


class Left(Protocol):
    """What is asked of a row of an import."""

    @property
    def project_id(self) -> int | None: ...
    @property
    def change(self) -> str: ...
    @property
    def values(self) -> dict[str, Any]: ...
    @property
    def before(self) -> dict[str, Any]: ...


def changed_since(job: Import) -> int:
    """How many of an applied import's projects have other values now than it left.

    Rows whose project is at the import's own revision are not looked at; of the others the values
    are compared, a chunk at a time, so never under the write lock.
    """
    rows = ImportRow.objects.filter(job=job, staging=job.staging)
    own: dict[str, dict[str, Any]] = {
        "new": {"project__revision": 1},
        "changed": {"project__revision": F("revision") + 1},
    }
    count = 0
    for change, at in own.items():
        moved = rows.filter(change=change).exclude(project__isnull=False, **at)
        found = moved.only("id", *_NEEDED).order_by("pk").iterator(chunk_size=_MANY)
        while some := list(islice(found, _MANY)):
            count += len(differing(some))
    return count


def differing(rows: Sequence[Left]) -> set[int]:
    """Numbers of the projects that hold other values than these rows left; four questions."""
    pks = [row.project_id or 0 for row in rows]
    known = {
        each.pop("pk"): each for each in Project.objects.filter(pk__in=pks).values("pk", *DATA)
    }
    shares, funds, kept = _shares(pks), *_funds(pks)
    moved = _moved_by_hand([row.project_id or 0 for row in rows if row.change == "new"])
    blank = defaults_of(Project)
    other = set()
    for pk, row in zip(pks, rows, strict=True):
        now = known.get(pk)
        if now is None:
            other.add(pk)
            continue
        now |= {"shares": shares.get(pk, {}), "funds": funds.get(pk, {})}
        names = (*DATA, *PARTS) if row.change == "new" else row.before
        left = {**blank, **row.values} if row.change == "new" else row.values
        # What was noted beside a fund that the import brought would go with it.
        brought = set(left.get("funds") or {}) - set(row.before.get("funds") or {})
        if (
            any(_plain(name, now.get(name)) != _plain(name, left.get(name)) for name in names)
            or kept.get(pk, set()) & brought
            or pk in moved
        ):
            other.add(pk)
    return other


def _plain(name: str, value: Any) -> Any:
    """As it is compared: nothing is nothing, whether the column or the sheet says so."""
    if name in PARTS:
        return dict(value or {})
    return None if value == "" else stored(name, value)


def _shares(pks: Iterable[int]) -> Mapping[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = CountyShare.objects.filter(project__in=pks)
    for project, region, amount in rows.values_list("project_id", "region_id", "amount"):
        found[project][str(region)] = amount
    return found


def _funds(pks: Iterable[int]) -> Iterator[Mapping[int, Any]]:
    """Totals of funds, and those funds beside which something else is noted."""
    totals: dict[int, dict[str, int | None]] = defaultdict(dict)
    kept: dict[int, set[str]] = defaultdict(set)
    for fund in Fund.objects.filter(project__in=pks):
        key = fund_key(fund.source, fund.year)
        totals[fund.project_id][key] = fund.total
        if fund.remark or not fund.issued is fund.paid is fund.needed is None:
            kept[fund.project_id].add(key)
    yield totals
    yield kept


def _moved_by_hand(pks: Sequence[int]) -> set[int]:
    """Projects whose stage somebody moved: more moves than undone imports made, two each."""
    moves = StageMove.objects.filter(project__in=pks).order_by()
    counted = dict(moves.values_list("project").annotate(n=Count("pk")))
    if not counted:
        return set()
    undone = ImportRow.objects.filter(
        project__in=list(counted),
        job__state=ImportState.UNDONE,
        staging=F("job__staging"),
        change="changed",
        before__has_key="stage",
    )
    made = Counter(undone.values_list("project_id", flat=True))
    return {pk for pk, count in counted.items() if count != 2 * made[pk]}
