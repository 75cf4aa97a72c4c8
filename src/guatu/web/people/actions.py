"""Verbs of units, names, regions and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.people.models import (
    AliasSource,
    Office,
    Region,
    Role,
    Unit,
    UnitAlias,
    UnitSheet,
    User,
)
from guatu.web.people.names import cleaned
from guatu.web.people.permissions import require
from guatu.web.people.queries import references_to_units
from guatu.web.people.sheets import RegionLine, read_units
from guatu.web.people.trail import Write, difference, record, record_many, snapshot

UNIT_FIELDS = (
    "code",
    "name",
    "short_name",
    "kind",
    "parent",
    "region",
    "position",
    "active",
)


class CannotDo(ValidationError):
    """The action is not possible as things stand; the words say why and what would help."""


# ------------------------------------------------------------------------- units


@transaction.atomic
def create_unit(*, by: User, **fields: Any) -> Unit:
    """Enter a unit into the directory; ``fields`` are those of UNIT_FIELDS."""
    require(by, "units.edit")
    unit = Unit(**{"office": by.office, **fields})
    unit.position = unit.position or _last_position(unit.kind) + 1
    unit.full_clean()
    unit.save()
    record(by, "unit.created", unit, after=snapshot(unit, *UNIT_FIELDS))
    return unit


def _last_position(kind: str) -> int:
    found = Unit.objects.filter(kind=kind).aggregate(last=Max("position"))
    return found["last"] or 0


@transaction.atomic
def change_unit(unit: Unit, *, by: User, **fields: Any) -> Unit:
    """Change a unit's entry; a former name stays as an alias, so that old papers still resolve."""
    require(by, "units.edit")
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    before, old_name = snapshot(unit, *UNIT_FIELDS), unit.name
    for name, value in fields.items():
        setattr(unit, name, value)
    _refuse_circle(unit)
    unit.full_clean()
    unit.save()
    if unit.name != old_name:
        UnitAlias.objects.get_or_create(
            unit=unit, name=old_name, defaults={"source": AliasSource.MANUAL}
        )
    was, now = difference(before, snapshot(unit, *UNIT_FIELDS))
    if now:
        record(by, "unit.changed", unit, before=was, after=now)
    return unit


def _refuse_circle(unit: Unit) -> None:
    above, seen = unit.parent, {unit.pk}
    while above is not None:
        if above.pk in seen:
            raise CannotDo({"parent": _("上级单位不能是本单位或其下级。")})
        seen.add(above.pk)
        above = above.parent


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge moved, so that it can be told and taken back by hand."""

    kept: Unit
    moved: dict[str, int]


@transaction.atomic
def merge_units(*, keep: Unit, merge: Unit, by: User) -> Merge:
    """Two entries for one organ become one: names are learnt, everything that rests on it moves.

    The merged row stays, inactive, and says what it was merged into.
    """
    require(by, "units.edit")
    if keep.pk == merge.pk:
        raise CannotDo(_("请选择另一个单位：单位不能与自己合并。"))
    locked = Unit.objects.select_for_update().in_bulk([keep.pk, merge.pk])
    keep, merge = locked[keep.pk], locked[merge.pk]
    if keep.merged_into_id or merge.merged_into_id:
        raise CannotDo(_("其中一个单位已被并入其他单位，请刷新后再看。"))
    names = {merge.name, merge.short_name, *merge.aliases.values_list("name", flat=True)}
    moved = _move_all(merge, keep)
    merge.aliases.all().delete()
    merge.active, merge.merged_into = False, keep
    merge.save(update_fields=["active", "merged_into"])
    _learn(keep, names - {"", keep.name}, AliasSource.MERGE)
    _refuse_circle(keep)
    record(
        by,
        "unit.merged",
        keep,
        before={"merged": merge.pk, "name": merge.name},
        after={"names": sorted(names - {""}), "moved": moved},
    )
    return Merge(keep, moved)


def _move_all(merge: Unit, keep: Unit) -> dict[str, int]:
    """Point every row of every table that names the merged unit at the kept one."""
    moved: dict[str, int] = {}
    for model, field in references_to_units():
        rows = model._base_manager.filter(**{field: merge})
        if model is Unit:
            rows = rows.exclude(pk=keep.pk)
        count = 0
        for pk in list(rows.values_list("pk", flat=True)):
            count += _move_one(model, pk, field, keep)
        if count:
            name = model._meta.label_lower
            moved[name] = moved.get(name, 0) + count
    if keep.parent_id == merge.pk:
        keep.parent = merge.parent
        keep.save(update_fields=["parent"])
    return moved


def _move_one(model: Any, pk: Any, field: str, keep: Unit) -> int:
    """One row; where the kept unit has such a row already, the double is no longer needed."""
    try:
        with transaction.atomic():
            return int(model._base_manager.filter(pk=pk).update(**{field: keep}))
    except IntegrityError:
        words = _("两个单位在“%(what)s”中有重复的登记，请先处理其中一条再合并。")
        raise CannotDo(words % {"what": model._meta.verbose_name}) from None


# ------------------------------------------------------------------------ sheets


@transaction.atomic
def stage_units(*, by: User, name: str, cells: list[list[str]]) -> UnitSheet:
    """Keep a sheet that was sent in until someone has seen what it would change."""
    require(by, "units.edit")
    sheet = UnitSheet.objects.create(by=by, office=by.office, name=name[:200], cells=cells)
    record(by, "unit-sheet.staged", sheet, after={"rows": len(cells)})
    return sheet


@transaction.atomic
def apply_units(sheet: UnitSheet, *, by: User) -> dict[str, int]:
    """Write a staged sheet into the directory, all of it or nothing."""
    require(by, "units.edit", office=sheet.office)
    sheet = UnitSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.applied:
        raise CannotDo(_("这份表格已经写入过了。"))
    rows = read_units(sheet.cells)
    if any(row.errors for row in rows):
        raise CannotDo(_("名录在这期间有变动，表格里有行对不上了，请看更新后的差异。"))
    counts = {"new": 0, "change": 0, "same": 0}
    by_id = Unit.objects.filter(merged_into__isnull=True).in_bulk()
    units = {cleaned(unit.name): unit for unit in by_id.values()}
    for row in rows:
        counts[row.change] += 1
        values = dict(row.values)
        if parent := values.pop("parent_name", ""):
            values["parent"] = units[parent]
        if row.unit_id is None:
            unit = create_unit(by=by, **values)
        elif row.change == "change":
            unit = change_unit(by_id[row.unit_id], by=by, **values)
        else:
            continue
        units[row.name] = unit
        if row.aliases:
            learn_names(unit, row.aliases, by=by, source=AliasSource.IMPORT)
    sheet.applied = timezone.now()
    sheet.save(update_fields=["applied"])
    record(by, "unit-sheet.applied", sheet, after=counts)
    return counts


# ------------------------------------------------------------------------- names


@transaction.atomic
def learn_names(
    unit: Unit, names: Iterable[str], *, by: User, source: str = AliasSource.MANUAL
) -> int:
    """Learn other names of a unit; how many were new."""
    require(by, "units.edit")
    known = {unit.name, *unit.aliases.values_list("name", flat=True)}
    new = {name for name in map(cleaned, names) if name} - known
    if new:
        _learn(unit, new, source)
        record(by, "unit.names-learnt", unit, after={"names": sorted(new), "source": str(source)})
    return len(new)


def _learn(unit: Unit, names: Iterable[str], source: str) -> None:
    UnitAlias.objects.bulk_create(
        [UnitAlias(unit=unit, name=name, source=source) for name in sorted(names)],
        ignore_conflicts=True,
    )


@transaction.atomic
def forget_name(alias: UnitAlias, *, by: User) -> None:
    """Take a wrongly learnt name away."""
    require(by, "units.edit")
    record(by, "unit.name-forgotten", alias.unit, before={"name": alias.name})
    alias.delete()


# ----------------------------------------------------------------------- regions


@transaction.atomic
def import_regions(lines: Iterable[RegionLine], *, by: User) -> tuple[int, int]:
    """Take over a region table, all or nothing: (new, changed)."""
    require(by, "regions.edit")
    known = {(r.code, r.valid_from): r for r in Region.objects.all()}
    current = {r.code: r for r in sorted(known.values(), key=lambda r: r.valid_from)}
    new = changed = 0
    writes = []
    for position, line in enumerate(lines, start=1):
        region = known.get((line.code, line.valid_from))
        before = snapshot(region) if region else None
        if region is None:
            region = Region(code=line.code, valid_from=line.valid_from)
        region.name, region.level, region.valid_to = line.name, line.level, line.valid_to
        region.parent = current.get(line.parent)
        region.position = position
        after = snapshot(region)
        if before == after:
            continue
        region.full_clean()
        region.save()
        current[line.code] = region
        new, changed = new + (before is None), changed + (before is not None)
        writes.append(Write("region.imported", region, before, snapshot(region)))
    record_many(by, writes)
    return new, changed


@transaction.atomic
def place_office(office: Office, region: Region, *, by: User) -> None:
    """Say which area the office works for: counties and short names of units follow from it."""
    require(by, "regions.edit", office=office)
    office = Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    if office.region_id == region.pk:
        return
    before = snapshot(office, "region")
    office.region = region
    office.save(update_fields=["region"])
    record(by, "office.placed", office, before=before, after=snapshot(office, "region"))


# ---------------------------------------------------------------------- accounts


@transaction.atomic
def create_user(
    *,
    by: User | None,
    username: str,
    name: str,
    password: str,
    office: Office,
    role: str,
    unit: Unit | None = None,
    must_change_password: bool = True,
) -> User:
    """Open an account; ``by`` is None only where the desk is set up and nobody is there yet."""
    if by is not None:
        require(by, "users.edit")
    user = User(
        username=username,
        name=name,
        office=office,
        role=role,
        unit=unit,
        must_change_password=must_change_password,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    record(by, "user.created", user, after=snapshot(user, "username", "name", "office", "role"))
    return user


@transaction.atomic
def change_user(user: User, *, by: User, name: str, unit: Unit | None, active: bool) -> User:
    """Change who a person is and whether the account is open (系统管理员)."""
    require(by, "users.edit")
    fields = ("name", "unit", "is_active")
    before = snapshot(user, *fields)
    user.name, user.unit, user.is_active = name, unit, active
    user.full_clean()
    user.save()
    was, now = difference(before, snapshot(user, *fields))
    if now:
        record(by, "user.changed", user, before=was, after=now)
    return user


@transaction.atomic
def grant_role(user: User, *, by: User, role: str) -> User:
    """Give a person their role (安全管理员); nobody gives one to themselves."""
    require(by, "users.secure")
    if user.pk == by.pk:
        raise CannotDo(_("不能更改自己的角色。"))
    before = user.role
    user.role = Role(role)
    user.save(update_fields=["role"])
    record(by, "user.role-granted", user, before={"role": before}, after={"role": role})
    return user


@transaction.atomic
def reset_password(user: User, *, by: User, password: str) -> None:
    """Give a person a new first password (安全管理员); they change it when they sign in."""
    require(by, "users.secure")
    _set_password(user, password, must_change=True)
    record(by, "user.password-reset", user)


@transaction.atomic
def change_password(user: User, *, password: str) -> None:
    """A person changes their own password."""
    _set_password(user, password, must_change=False)
    record(user, "user.password-changed", user)


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


@transaction.atomic
def unlock(user: User, *, by: User) -> None:
    """Let a person in again who was locked out for wrong passwords."""
    from axes.utils import reset

    require(by, "users.secure")
    reset(username=user.username)
    record(by, "user.unlocked", user)


def values_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The unit's fields among what a form has cleaned."""
    return {name: fields[name] for name in UNIT_FIELDS if name in fields}
