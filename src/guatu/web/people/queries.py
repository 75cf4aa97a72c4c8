"""Questions about units, regions, users and the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from axes.models import AccessAttempt
from django.apps import apps as django_apps
from django.conf import settings
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.page import hooks
from guatu.web.page.paging import Paged, paged
from guatu.web.page.search import Hit
from guatu.web.page.tables import Column, sort_of
from guatu.web.page.waiting import Matter
from guatu.web.people.models import (
    Region,
    RegionLevel,
    TrailEntry,
    TrailSeal,
    Unit,
    UnitAlias,
    UnitKind,
    User,
)
from guatu.web.people.names import Directory
from guatu.web.people.permissions import may


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the directory lists it."""

    key: str
    url: str
    name: str
    short_name: str
    kind: str
    parent: str
    region: str
    code: str
    aliases: str
    state: str


UNIT_COLUMNS: Final = (
    Column("name", "全称", sort=True, link="url", width="l"),
    Column("short_name", "简称", sort=True),
    Column("kind", "类型", sort=True),
    Column("parent", "上级（主管）单位", sort=True),
    Column("region", "地区", sort=True),
    Column("aliases", "别名", width="l"),
    Column("state", "状态"),
)

_UNIT_ORDER: Final = {
    "name": "name",
    "short_name": "short_name",
    "kind": "kind",
    "parent": "parent__name",
    "region": "region__position",
}


def found_units(chosen: Mapping[str, str]) -> QuerySet[Unit]:
    """Units that fit the filters; merged ones are left out."""
    units = Unit.objects.filter(merged_into__isnull=True)
    if words := chosen.get("q"):
        known = Q(pk__in=Directory().matching(words))
        units = units.filter(
            known
            | Q(name__icontains=words)
            | Q(short_name__icontains=words)
            | Q(code__icontains=words)
            | Q(pk__in=UnitAlias.objects.filter(name__icontains=words).values("unit_id"))
        )
    if kind := chosen.get("kind"):
        units = units.filter(kind=kind)
    if region := chosen.get("region"):
        units = units.filter(region_id=region)
    if state := chosen.get("state"):
        units = units.filter(active=state == "active")
    return units


def units(chosen: Mapping[str, str], params: QueryDict) -> Paged[UnitRow]:
    """A page of the directory, in the order the address asks for."""
    name, down = sort_of(params, UNIT_COLUMNS)
    order = [_UNIT_ORDER[name]] if name in _UNIT_ORDER else []
    found = found_units(chosen).order_by(
        *(f"-{o}" if down else o for o in order), "position", "name"
    )
    found = found.select_related("parent", "region").prefetch_related("aliases")
    return paged(found, params, as_row=_unit_row)


def all_unit_rows(chosen: Mapping[str, str]) -> list[UnitRow]:
    """All units that fit, for the sheet that goes out."""
    found = found_units(chosen).select_related("parent", "region").prefetch_related("aliases")
    return [_unit_row(unit) for unit in found]


def _unit_row(unit: Unit) -> UnitRow:
    return UnitRow(
        key=str(unit.pk),
        url=reverse("people:unit", args=[unit.pk]),
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.get_kind_display(),
        parent=unit.parent.name if unit.parent else "",
        region=unit.region.name if unit.region else "",
        code=unit.code,
        aliases="、".join(alias.name for alias in unit.aliases.all()),
        state="" if unit.active else "停用",
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree, with those under it."""

    name: str
    kind: str
    url: str
    active: bool
    children: list[Branch]


@dataclass(frozen=True, slots=True)
class Group:
    """The units of one kind."""

    title: str
    count: int
    branches: list[Branch]


def unit_tree() -> list[Group]:
    """The directory by kind and parent; one query."""
    under: dict[int | None, list[Unit]] = {}
    known = list(Unit.objects.filter(merged_into__isnull=True).order_by("position", "name"))
    for unit in known:
        under.setdefault(unit.parent_id, []).append(unit)

    def branch(unit: Unit) -> Branch:
        children = [branch(child) for child in under.get(unit.pk, ())]
        url = reverse("people:unit", args=[unit.pk])
        return Branch(unit.name, unit.get_kind_display(), url, unit.active, children)

    groups = []
    for kind in UnitKind:
        tops = [branch(unit) for unit in under.get(None, ()) if unit.kind == kind]
        if tops:
            groups.append(Group(str(kind.label), sum(map(_size, tops)), tops))
    return groups


def _size(branch: Branch) -> int:
    return 1 + sum(map(_size, branch.children))


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A learnt name."""

    pk: int
    name: str
    source: str
    learnt: datetime


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit at one look."""

    row: UnitRow
    parent_url: str
    office: str
    active: bool
    aliases: list[AliasRow]
    children: list[UnitRow]
    merged: list[str]


def unit_page(unit: Unit) -> UnitPage:
    """What there is to know about a unit."""
    children = unit.children.filter(merged_into__isnull=True)
    children = children.select_related("parent", "region").prefetch_related("aliases")
    aliases = [
        AliasRow(a.pk, a.name, a.get_source_display(), a.learnt)
        for a in unit.aliases.order_by("name")
    ]
    return UnitPage(
        row=_unit_row(unit),
        parent_url=reverse("people:unit", args=[unit.parent_id]) if unit.parent_id else "",
        office=str(unit.office),
        active=unit.active,
        aliases=aliases,
        children=[_unit_row(child) for child in children],
        merged=list(unit.merged.order_by("name").values_list("name", flat=True)),
    )


def references_to_units() -> list[tuple[type[Model], str]]:
    """Every table and column that names a unit, hidden ones and those of other apps included."""
    found = [
        (relation.related_model, relation.field.name)
        for relation in Unit._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many
    ]
    return [(model, name) for model, name in found if model is not UnitAlias]


def uses_of(unit: Unit) -> list[tuple[str, int]]:
    """How many rows of each kind rest on a unit, by one query; shown before a merge."""
    counts: dict[str, int] = {}
    questions = {}
    names = {}
    for place, (model, name) in enumerate(references_to_units()):
        if model is not Unit:
            rows = model._base_manager.filter(**{name: OuterRef("pk")}).order_by().values(name)
            questions[f"uses_{place}"] = Subquery(rows.annotate(n=Count("pk")).values("n"))
            names[f"uses_{place}"] = str(model._meta.verbose_name)
    if questions:
        found = Unit.objects.filter(pk=unit.pk).annotate(**questions).values(*questions).get()
        for place, count in found.items():
            counts[names[place]] = counts.get(names[place], 0) + (count or 0)
    return [(words, count) for words, count in counts.items() if count]


def regions_on(when: date | None = None) -> QuerySet[Region]:
    """The divisions that stand on a day (today where none is given)."""
    when = when or timezone.localdate()
    stands = Q(valid_from__lte=when) & (Q(valid_to__isnull=True) | Q(valid_to__gt=when))
    return Region.objects.filter(stands)


def region_choices() -> list[tuple[str, str]]:
    """Regions to filter and choose by."""
    return [(str(pk), name) for pk, name in regions_on().values_list("pk", "name")]


def places_for_office() -> tuple[list[Region], Region | None]:
    """Where an office can be, and the likely one: the only city of the table, where it is one."""
    levels = (RegionLevel.PROVINCE, RegionLevel.CITY, RegionLevel.COUNTY, RegionLevel.ZONE)
    found = [region for region in regions_on() if region.level in levels]
    cities = [region for region in found if region.level == RegionLevel.CITY]
    return found, cities[0] if len(cities) == 1 else None


def waiting_places(by: Any) -> list[Matter]:
    """A new office says first where it is."""
    if by.office.region_id is not None or not may(by, "regions.edit"):
        return []
    words = _("还没有指明本办公室在哪个地区：先导入行政区划")
    return [Matter(words, reverse("people:regions"), 1, _("去办理"), _("设置"))]


def unit_choices() -> list[tuple[int, str]]:
    """Active units to choose from."""
    found = Unit.objects.filter(active=True).order_by("position", "name")
    return list(found.values_list("pk", "name"))


def search_units(words: str, by: Any) -> list[Hit]:
    """Ctrl-K over the directory."""
    found = found_units({"q": words}).select_related("region").order_by("-active", "position")[:8]
    return [
        Hit(
            unit.name,
            "单位",
            reverse("people:unit", args=[unit.pk]),
            " · ".join([unit.get_kind_display(), *([unit.region.name] if unit.region else [])]),
        )
        for unit in found
    ]


_SCREENS: Final = (
    ("工作台", "page:workbench", "首页 待办 gzt"),
    ("单位名录", "people:units", "部门 dwml"),
    ("新增单位", "people:unit-new", "部门"),
    ("导入单位", "people:unit-import", "xlsx 表格"),
    ("核对单位名称", "people:resolve", "别名 归一"),
    ("行政区划", "people:regions", "县区 地区"),
    ("修改口令", "people:password", "密码"),
    ("设置", "people:settings", "管理"),
)


def search_screens(words: str, by: Any) -> list[Hit]:
    """Ctrl-K over the screens."""
    return [
        Hit(title, "页面", reverse(view))
        for title, view, also in _SCREENS
        if words in title or words.lower() in also
    ]


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account as the administrators see it."""

    key: str
    url: str
    username: str
    name: str
    office: str
    unit: str
    role: str
    last_login: datetime | None
    state: str


USER_COLUMNS: Final = (
    Column("username", "登录名", link="url"),
    Column("name", "姓名"),
    Column("role", "角色"),
    Column("office", "办公室", width="l"),
    Column("unit", "所在单位"),
    Column("last_login", "最近登录", "moment"),
    Column("state", "状态"),
)


def users(params: QueryDict) -> Paged[UserRow]:
    """All accounts."""
    found = User.objects.select_related("office", "unit").order_by("-is_active", "username")
    return paged(found, params, as_row=_user_row)


def _user_row(user: User) -> UserRow:
    return UserRow(
        key=str(user.pk),
        url=reverse("people:user", args=[user.pk]),
        username=user.username,
        name=user.name,
        office=str(user.office),
        unit=str(user.unit) if user.unit else "",
        role=user.get_role_display(),
        last_login=user.last_login,
        state="" if user.is_active else "停用",
    )


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A write as one reads it: verbs, kinds and columns in Chinese."""

    key: str
    at: datetime
    by: str
    verb: str
    kind: str
    name: str
    changes: list[tuple[str, str, str]]


def trail(chosen: Mapping[str, str], params: QueryDict) -> Paged[TrailRow]:
    """The trail, the newest first."""
    found = TrailEntry.objects.order_by("-pk")
    if words := chosen.get("q"):
        found = found.filter(
            Q(object_name__icontains=words) | Q(by_name__icontains=words) | Q(verb__icontains=words)
        )
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    page: Paged[TrailEntry] = paged(found, params)
    return Paged(trail_rows(page.rows), page.number, page.size, page.total, page.query)


def trail_of(obj: Any, most: int = 20) -> list[TrailRow]:
    """What was done to one object, the newest first."""
    found = TrailEntry.objects.filter(kind=obj._meta.label_lower, object_id=str(obj.pk))
    return trail_rows(found.order_by("-pk")[:most])


def trail_kinds() -> list[str]:
    """The kinds of objects that stand in the trail."""
    kinds = TrailEntry.objects.values("kind").annotate(n=Count("pk")).order_by("kind")
    return [row["kind"] for row in kinds]


@cache
def _verbs() -> dict[str, str]:
    return {verb: words for named in hooks.gathered("VERBS") for verb, words in named.items()}


@cache
def kind_words(kind: str) -> str:
    """What a kind of object is called: people.unit → 单位."""
    try:
        return str(django_apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


@cache
def _columns(kind: str) -> dict[str, Any]:
    try:
        fields = django_apps.get_model(kind)._meta.concrete_fields
    except LookupError:
        return {}
    return {name: field for field in fields for name in (field.attname, field.name)}


@cache
def _terms() -> dict[str, str]:
    return {term: words for named in hooks.gathered("TERMS") for term, words in named.items()}


def trail_rows(entries: Iterable[TrailEntry]) -> list[TrailRow]:
    """Entries in words: one query for each table that their values refer to."""
    entries = list(entries)
    names = _names_referred_to(entries)
    return [_trail_row(entry, names) for entry in entries]


def _names_referred_to(entries: Iterable[TrailEntry]) -> dict[tuple[Any, Any], str]:
    wanted: dict[Any, set[Any]] = {}
    for entry in entries:
        columns = _columns(entry.kind)
        for values in (entry.before or {}, entry.after or {}):
            for key, value in values.items():
                column = columns.get(key)
                if column is not None and column.is_relation and value is not None:
                    wanted.setdefault(column.related_model, set()).add(value)
    return {
        (model, pk): str(obj)
        for model, pks in wanted.items()
        for pk, obj in model._base_manager.in_bulk(pks).items()
    }


def _trail_row(entry: TrailEntry, names: Mapping[tuple[Any, Any], str]) -> TrailRow:
    before, after = entry.before or {}, entry.after or {}
    columns = _columns(entry.kind)
    changes = []
    for key in dict.fromkeys([*before, *after]):
        column = columns.get(key)
        was, now = (_in_words(values.get(key), column, names) for values in (before, after))
        if was or now:
            words = _terms().get(key, key) if column is None else str(column.verbose_name)
            changes.append((words, was, now))
    return TrailRow(
        key=str(entry.pk),
        at=entry.at,
        by=entry.by_name,
        verb=_verbs().get(entry.verb, entry.verb),
        kind=kind_words(entry.kind),
        name=entry.object_name,
        changes=changes,
    )


def _in_words(value: Any, column: Any, names: Mapping[tuple[Any, Any], str]) -> str:
    """A value of the trail as a person would write it."""
    if value is None or value == "":
        return ""
    if column is not None and column.is_relation:
        return names.get((column.related_model, value), str(value))
    if column is not None and column.choices:
        value = dict(column.flatchoices).get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        value = "、".join(map(str, value))
    elif isinstance(value, dict):
        value = "、".join(f"{kind_words(str(key))} {count}" for key, count in value.items())
    text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "……"


_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class SealState:
    """How much of the trail is sealed."""

    sealed: int
    unsealed: int
    head: str
    at: datetime | None


def seal_state() -> SealState:
    """The chain's length and head."""
    last = TrailSeal.objects.order_by("-pk").first()
    sealed = TrailSeal.objects.count()
    total = TrailEntry.objects.count()
    if last is None:
        return SealState(0, total, "", None)
    return SealState(sealed, total - sealed, last.digest, last.sealed)


def may_edit_units(by: User) -> bool:
    """Whether to offer the buttons."""
    return may(by, "units.edit")


def anybody() -> bool:
    """Whether there is an account at all."""
    return User.objects.exists()


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A division as the code table lists it."""

    key: str
    code: str
    name: str
    level: str
    parent: str
    valid_from: date
    valid_to: date | None


REGION_COLUMNS: Final = (
    Column("name", "名称"),
    Column("code", "代码"),
    Column("level", "级别"),
    Column("parent", "上级"),
    Column("valid_from", "启用日期", "day"),
    Column("valid_to", "停用日期", "day"),
)


def region_rows() -> list[RegionRow]:
    """The whole code table, past divisions included."""
    found = Region.objects.select_related("parent").order_by("position", "code", "valid_from")
    return [
        RegionRow(
            str(r.pk),
            r.code,
            r.name,
            r.get_level_display(),
            r.parent.name if r.parent else "",
            r.valid_from,
            r.valid_to,
        )
        for r in found
    ]


def locked_names() -> set[str]:
    """Sign-in names that are locked out now."""
    least = settings.AXES_FAILURE_LIMIT
    found = AccessAttempt.objects.filter(failures_since_start__gte=least)
    return set(found.values_list("username", flat=True))


def tries_too_much(address: str | None) -> bool:
    """Whether this address has failed to sign in so often of late that it has to wait."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    failures = recent.aggregate(all=Sum("failures_since_start"))["all"] or 0
    return bool(failures >= settings.SIGN_IN_FAILURES_PER_ADDRESS)
