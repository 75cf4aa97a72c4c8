"""Rows of a staged sheet laid ready in the library, out of sight (待导入).

``ready_…`` works out what a chunk writes and only reads; ``Laid.write`` is the short rest, for
one ``Run.commit``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.rows import OUTSIDE
from guatu.web.page.many import columns_of, defaults_of, put_rows, reserve_ids
from guatu.web.people.models import Region, Unit
from guatu.web.projects.actions.staging import Staged
from guatu.web.projects.fields import DATA, PARTS, fund_of, search_words
from guatu.web.projects.models import (
    Arrival,
    CountyShare,
    Fund,
    Import,
    Project,
)
from guatu.web.projects.queries.standing import differing

_KEPT: Final = ("total", "issued", "paid", "needed", "remark")


class Stale(Exception):
    """The library changed since the comparison: nothing was applied."""


class Names:
    """Short names of units and regions, for full text."""

    def __init__(self) -> None:
        self.units = dict(Unit.objects.values_list("pk", "short_name"))
        self.regions = dict(Region.objects.values_list("pk", "name"))

    def of(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """What the project of these values is found by besides its own words."""
        return (
            self.units.get(values["unit_id"] or 0, ""),
            self.regions.get(values["region_id"] or 0, ""),
        )


@dataclass(slots=True)
class Laid:
    """What a chunk of rows writes."""

    job: Import
    projects: list[dict[str, Any]] = field(default_factory=list)
    replaces: dict[int, int] = field(default_factory=dict)
    shares: list[tuple[int, int, int]] = field(default_factory=list)
    funds: list[tuple[Any, ...]] = field(default_factory=list)

    def write(self) -> None:
        """Write it, in the caller's transaction; nobody sees any of it yet."""
        columns = ("id", *columns_of(Project))
        put_rows(Project, columns, ([each[c] for c in columns] for each in self.projects))
        pks = [each["id"] for each in self.projects]
        put_rows(
            Arrival,
            ("project_id", "job_id", "replaces_id"),
            [(pk, self.job.pk, self.replaces.get(pk)) for pk in pks],
        )
        if self.shares:
            put_rows(CountyShare, ("project_id", "region_id", "amount"), self.shares)
        if self.funds:
            put_rows(Fund, ("project_id", "source", "year", *_KEPT), self.funds)

    def add_parts(
        self, pk: int, values: Mapping[str, Any], had: Mapping[tuple[str, int | None], Any]
    ) -> None:
        """County shares and funds of a row; of a fund that was there only its total changes."""
        for region, amount in (values.get("shares") or {}).items():
            self.shares.append((pk, int(region), amount))
        for key, amount in (values.get("funds") or {}).items():
            source, year = fund_of(key)
            rest = had.get((source, year), (None, None, None, ""))
            self.funds.append((pk, source, year, amount, *rest))


def _blank() -> dict[str, Any]:
    now = timezone.now()
    return {**defaults_of(Project), "created": now, "changed": now}


def ready_new(
    job: Import, rows: Sequence[Staged], base: int, names: Names, packages: set[int]
) -> Laid:
    """New projects behind place ``base`` of the list; ``packages`` are row numbers with parts."""
    laid, blank, today = Laid(job), _blank(), timezone.localdate()
    for row in rows:
        if row.project_id is None:
            raise Stale(_("这张表是在升级前核对的，请重新核对再导入。"))
        values = {
            **blank,
            **_columns(row.values),
            "id": row.project_id,
            "office_id": job.office_id,
            "source_import_id": job.pk,
            "lineage": uuid.uuid4(),
            "leaf": row.number not in packages,
            "position": base + row.number % OUTSIDE,
            "stage_since": today if "stage" in row.values else None,
        }
        values["search"] = search_words(values, *names.of(values))
        laid.projects.append(values)
        laid.add_parts(row.project_id, row.values, {})
    return laid


def ready_changes(job: Import, rows: Sequence[Staged], names: Names, *, back: bool = False) -> Laid:
    """The new values (or with ``back`` the old ones) of known projects, to stand beside them."""
    laid, blank = Laid(job), _blank()
    known = _as_they_stand(rows)
    funds = _funds(row.project_id for row in rows if "funds" in row.before)
    number = reserve_ids(Project, len(rows))
    moved = [row for row in rows if _revision(known, row) != row.revision + back]
    stale = differing(moved) if back and moved else {row.project_id or 0 for row in moved}
    for pk, row in enumerate(rows, start=number):
        now = known.get(row.project_id or 0)
        if now is None or row.project_id in stale:
            words = (
                _("“%(name)s”导入后又有改动。")
                if back
                else _("“%(name)s”在核对之后又有改动，请重新核对再导入。")
            )
            raise Stale(words % {"name": row.name})
        given = row.before if back else {k: row.values[k] for k in row.before if k in row.values}
        values = {**blank, **now, **_columns(given), "id": pk, "office_id": job.office_id}
        values |= {"lineage": uuid.uuid4(), "search": ""}
        values["search"] = search_words(values, *names.of(values))
        laid.projects.append(values)
        laid.replaces[pk] = row.project_id or 0
        parts = {name: given[name] for name in PARTS if name in given}
        laid.add_parts(pk, parts, funds.get(row.project_id or 0, {}))
    return laid


def _revision(known: Mapping[int, Mapping[str, Any]], row: Staged) -> int:
    now = known.get(row.project_id or 0)
    return int(now["revision"]) if now else -1


def _as_they_stand(rows: Sequence[Staged]) -> dict[int, dict[str, Any]]:
    found = Project.objects.filter(pk__in=[row.project_id for row in rows])
    return {each.pop("pk"): each for each in found.values("pk", "revision", *DATA)}


def _funds(projects: Iterator[int | None]) -> dict[int, dict[tuple[str, int | None], Any]]:
    found: dict[int, dict[tuple[str, int | None], Any]] = {}
    rows = Fund.objects.filter(project__in=[pk for pk in projects if pk])
    for pk, source, year, *rest in rows.values_list("project_id", "source", "year", *_KEPT[1:]):
        found.setdefault(pk, {})[source, year] = rest
    return found


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values by column; nothing stands as an empty text where the column holds text."""
    known = _texts()
    return {
        name: "" if value is None and known[name] else value
        for name, value in values.items()
        if name in known
    }


def _texts() -> dict[str, bool]:
    if not _TEXTS:
        for name in DATA:
            _TEXTS[name] = not Project._meta.get_field(name.removesuffix("_id")).null
    return _TEXTS


_TEXTS: Final[dict[str, bool]] = {}
