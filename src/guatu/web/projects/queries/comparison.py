"""A sheet's rows against the library: new, changed cell by cell, unchanged, gone (差异)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from guatu.delivery.projects.rows import OUTSIDE, Fault, Read, Row
from guatu.web.people.models import Office
from guatu.web.people.names import Ambiguous, Directory, Resolved
from guatu.web.people.queries import regions_on
from guatu.web.projects.fields import (
    DATA,
    PARTS,
    SILENT,
    fund_key,
    label,
    stored,
    tidy_tags,
    written,
)
from guatu.web.projects.models import CountyShare, Fund, Project

_PLAIN: Final = re.compile(r"[\s()（）“”\"'‘’、，,。.·—\-]")
_READ: Final = tuple(name for name in DATA)


@dataclass(slots=True)
class Compared:
    """A row with what it would do to the library."""

    number: int
    change: str
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    above: int | None = None
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    difference: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    project_id: int | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A project of the library as the comparison sees it."""

    pk: int
    revision: int
    values: dict[str, Any]


def plain_name(name: str) -> str:
    """A name without blanks and marks: two names that differ only in those are one."""
    return _PLAIN.sub("", name).lower()


class Comparison:
    """The library in memory (five queries, whatever its length), to compare any number of rows.

    A new project gets the number that its row will have in the library: ``first_id`` and on, by
    the row's place in the sheet, so that parts know their package before either is there.
    """

    def __init__(self, office: Office, *, first_id: int) -> None:
        self.first_id = first_id
        self.known = {k.pk: k for k in _library(office)}
        self.by_code: dict[str, list[_Known]] = defaultdict(list)
        self.by_name: dict[str, list[_Known]] = defaultdict(list)
        for each in self.known.values():
            if each.values["code"]:
                self.by_code[each.values["code"]].append(each)
            self.by_name[plain_name(each.values["name"])].append(each)
        self.directory = Directory()
        self.resolved: dict[str, Any] = {}
        self.regions = {region.name: region.pk for region in regions_on()}
        self.names = {
            "region_id": {pk: name for name, pk in self.regions.items()},
            "parent_id": {k.pk: k.values["name"] for k in self.known.values()},
        }
        self.taken: dict[int, int] = {}
        self.at: dict[int, Compared] = {}
        self.seen: dict[tuple[str, ...], int] = {}

    def rows(self, read: Read, *, whole: bool) -> Iterator[Compared]:
        """Packages before their parts, otherwise in the order of the sheet; then what is gone."""
        for place, row in enumerate(ordered(read.rows)):
            compared = self._compare(row, self.first_id + place)
            self.at[row.number] = compared
            yield compared
        if whole:
            for each in self.known.values():
                if each.pk not in self.taken:
                    name = each.values["name"]
                    yield Compared(2 * OUTSIDE + each.pk, "gone", name, project_id=each.pk)

    def _compare(self, row: Row, new_id: int) -> Compared:
        values, faults, notes = self._stored(row)
        errors = [fault.sentence() for fault in (*row.faults, *faults)]
        made = Compared(row.number, "error", row.name[:200], values, row.above, errors, notes)
        above = self.at.get(row.above) if row.above is not None else None
        if above is not None and above.change == "error":
            made.errors.append(_("第 %(n)d 行是它的打捆项目，要先改好。") % {"n": above.number})
        known, fault = self._match(row, values, above)
        if fault:
            made.errors.append(fault)
        if known is not None and known.pk in self.taken:
            words = _("第 %(n)d 行与第 %(m)d 行是同一个项目，请删去一行。")
            made.errors.append(words % {"n": row.number, "m": self.taken[known.pk]})
        elif known is None and not errors:
            self._refuse_double(row, values, made)
        if known is not None:
            self.taken.setdefault(known.pk, row.number)
            made.project_id, made.revision = known.pk, known.revision
        if made.errors:
            return made
        if above is not None:
            values["parent_id"] = above.project_id
        if known is None:
            made.change, made.project_id = "new", new_id
            self.names["parent_id"][new_id] = row.name
            return made
        self._difference(made, known)
        made.change = "changed" if made.before else "same"
        return made

    def _refuse_double(self, row: Row, values: dict[str, Any], made: Compared) -> None:
        key = (
            plain_name(row.name),
            str(values.get("code", "")),
            str(row.above),
            str(values.get("region_id", "")),
        )
        if key in self.seen:
            words = _("第 %(n)d 行与第 %(m)d 行的项目名称相同，请删去一行，或填上不同的项目代码。")
            made.errors.append(words % {"n": row.number, "m": self.seen[key]})
        self.seen.setdefault(key, row.number)

    def _match(
        self, row: Row, values: dict[str, Any], above: Compared | None
    ) -> tuple[_Known | None, str]:
        code = values.get("code", "")
        found = self.by_code.get(code, []) if code else []
        name = plain_name(row.name)
        if len(found) > 1:
            found = [k for k in found if plain_name(k.values["name"]) == name] or found
        if not found:
            found = self.by_name.get(name, [])
            if code:
                found = [k for k in found if not k.values["code"]]
        if len(found) > 1 and above is not None and above.project_id is not None:
            found = [k for k in found if k.values["parent_id"] == above.project_id] or found
        if len(found) > 1 and "region_id" in values:
            found = [k for k in found if k.values["region_id"] == values["region_id"]] or found
        if len(found) > 1:
            words = _("第 %(n)d 行“%(name)s”在库里有 %(m)d 个，请填项目代码，以便认准是哪一个。")
            return None, words % {"n": row.number, "name": row.name[:40], "m": len(found)}
        return (found[0], "") if found else (None, "")

    def _stored(self, row: Row) -> tuple[dict[str, Any], list[Fault], list[str]]:
        """The row's values as the library keeps them: units and regions by their numbers."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        notes = list(row.notes)
        for name, value in row.values.items():
            if name == "region":
                pk = self._region(value)
                if pk is None:
                    words = _("行政区划里没有这个县区，请核对名称")
                    faults.append(Fault(row.number, "region", "县区", str(value), words))
                else:
                    values["region_id"] = pk
            elif name in ("unit", "owner"):
                self._unit(values, name, str(value), row.number, notes)
            elif name == "shares":
                self._shares(values, value, row, faults, notes)
            elif name == "tags":
                values["tags"] = tidy_tags(str(value))
            else:
                values[name] = value
        return values, faults, notes

    def _region(self, name: str) -> int | None:
        name = name.strip()
        if name in self.regions:
            return self.regions[name]
        near = [
            pk for known, pk in self.regions.items() if len(name) >= 2 and known.startswith(name)
        ]
        return near[0] if len(near) == 1 else None

    def _unit(
        self, values: dict[str, Any], name: str, text: str, number: int, notes: list[str]
    ) -> None:
        values[f"{name}_name"] = text
        first = re.split(r"[、,，;；\n]", text)[0].strip()
        if first not in self.resolved:
            self.resolved[first] = self.directory.resolve(first)
        found = self.resolved[first]
        if isinstance(found, Resolved):
            values[f"{name}_id"] = found.unit_id
            return
        values[f"{name}_id"] = None
        if name == "unit":
            why = _("名录里有几个同名单位") if isinstance(found, Ambiguous) else _("名录里还没有")
            words = _("第 %(n)d 行责任单位“%(unit)s”%(why)s，先按原文记下")
            notes.append(words % {"n": number, "unit": first, "why": why})

    def _shares(
        self,
        values: dict[str, Any],
        given: dict[str, int],
        row: Row,
        faults: list[Fault],
        notes: list[str],
    ) -> None:
        shares: dict[str, int] = {}
        for place, amount in given.items():
            pk = self._region(place)
            if pk is None:
                words = _("行政区划里没有这个县区，请核对名称")
                faults.append(Fault(row.number, "shares", "分县投资", place, words))
            else:
                shares[str(pk)] = shares.get(str(pk), 0) + amount
        values["shares"] = shares
        total = row.values.get("investment")
        if total is not None and abs(sum(shares.values()) - total) > 10_000 * len(shares):
            words = _("第 %(n)d 行各县区投资之和 %(sum)s 万元，与总投资 %(total)s 万元不等")
            parts = {
                "n": row.number,
                "sum": written("investment", sum(shares.values())),
                "total": written("investment", total),
            }
            notes.append(words % parts)

    def _difference(self, made: Compared, known: _Known) -> None:
        if "funds" in made.values:
            # 表里没有的来源、年度不动。
            made.values["funds"] = known.values.get("funds", {}) | made.values["funds"]
        for name, value in made.values.items():
            old = known.values.get(name, {} if name in PARTS else None)
            if value == old:
                continue
            made.before[name] = old
            if name not in SILENT:
                texts = [written(name, v, self.names) for v in (old, value)]
                if texts[0] != texts[1]:
                    made.difference[label(name)] = texts


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Packages before their parts, otherwise as the sheet has them."""
    above = {row.number: row.above for row in rows}

    def depth(number: int) -> int:
        deep = 0
        at = above.get(number)
        while at is not None and deep < 20:
            deep, at = deep + 1, above.get(at)
        return deep

    return sorted(rows, key=lambda row: (depth(row.number), row.number))


def _library(office: Office) -> Iterator[_Known]:
    shares: dict[int, dict[str, int]] = defaultdict(dict)
    for project, region, amount in CountyShare.objects.filter(
        project__office=office, project__arrival__isnull=True
    ).values_list("project_id", "region_id", "amount"):
        shares[project][str(region)] = amount
    funds: dict[int, dict[str, int | None]] = defaultdict(dict)
    for project, source, year, total in Fund.objects.filter(
        project__office=office, project__arrival__isnull=True
    ).values_list("project_id", "source", "year", "total"):
        funds[project][fund_key(source, year)] = total
    found = Project.objects.filter(office=office).order_by("pk")
    for values in found.values("pk", "revision", *_READ).iterator(chunk_size=5000):
        pk, revision = values.pop("pk"), values.pop("revision")
        for name in ("start", "finish"):
            values[name] = stored(name, values[name])
        if pk in shares:
            values["shares"] = shares[pk]
        if pk in funds:
            values["funds"] = funds[pk]
        yield _Known(pk, revision, values)
