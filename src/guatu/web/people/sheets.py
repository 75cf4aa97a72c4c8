"""The directory as a sheet: what an incoming sheet would change, row by row (单位名录导入)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from guatu.web.page.tables import Column
from guatu.web.people.models import Region, RegionLevel, Unit, UnitKind
from guatu.web.people.names import cleaned
from guatu.web.people.queries import regions_on

Change = Literal["new", "change", "same", "wrong"]

SHEET_COLUMNS: Final = (
    Column("name", "全称", width="l"),
    Column("short_name", "简称", width="m"),
    Column("kind", "类型"),
    Column("parent", "上级（主管）单位", width="l"),
    Column("region", "地区"),
    Column("code", "代码", width="m"),
    Column("aliases", "别名", width="l"),
    Column("state", "状态", width="s"),
    Column("key", "系统编号", width="s"),
)

_HEADS: Final = {
    "name": ("全称", "单位全称", "单位名称", "名称", "单位", "机构名称", "部门"),
    "short_name": ("简称", "单位简称"),
    "kind": ("类型", "单位类型", "类别", "单位性质"),
    "parent": ("上级（主管）单位", "上级单位", "主管单位", "主管部门", "隶属"),
    "region": ("地区", "所在地区", "县区", "县市区", "区划"),
    "code": ("代码", "统一社会信用代码", "统一社会信用代码或编号", "单位代码"),
    "aliases": ("别名", "其他名称", "曾用名"),
    "state": ("状态",),
    "key": ("系统编号",),
}
_LABELS: Final = {column.key: column.head for column in SHEET_COLUMNS}
_STATES: Final = {"": True, "启用": True, "在用": True, "停用": False}
_ZONE: Final = re.compile(r"(开发区|高新区|经开区|新区|园区|示范区)(管理委员会|管委会)?$")
_PARTY: Final = re.compile(r"^中共|[省市县区州]委(?!员|会)|纪委|政法委")
_LOOK_FOR_HEAD: Final = 10


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A line of a region table."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What one row of the sheet would do."""

    line: int
    change: Change
    name: str
    unit_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    # What would change: label, now, then.
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class NoHead(Exception):
    """The sheet has no row of heads with a column of names."""


def read_units(rows: Sequence[Sequence[str]]) -> list[SheetRow]:
    """What each row of the sheet would do to the directory; nothing is written."""
    at, places = _head(rows)
    reader = _Reader()
    found = []
    for line, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {key: row[place].strip() for key, place in places.items() if place < len(row)}
        if any(cells.values()):
            found.append(reader.read(line, cells))
    return found


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for at, row in enumerate(rows[:_LOOK_FOR_HEAD]):
        heads = [re.sub(r"\s|[（(]必填[)）]|\*", "", cell) for cell in row]
        places = {
            key: heads.index(word)
            for key, words in _HEADS.items()
            for word in reversed(words)
            if word in heads
        }
        if "name" in places:
            return at, places
    raise NoHead


class _Reader:
    """Holds the directory while a sheet is compared with it."""

    def __init__(self) -> None:
        units = list(
            Unit.objects.filter(merged_into__isnull=True)
            .select_related("parent", "region")
            .prefetch_related("aliases")
        )
        self.by_id = {str(unit.pk): unit for unit in units}
        self.by_code = {unit.code: unit for unit in units if unit.code}
        self.by_name = {cleaned(unit.name): unit for unit in units}
        self.by_alias: dict[str, list[Unit]] = {}
        for unit in units:
            for other in (unit.short_name, *(alias.name for alias in unit.aliases.all())):
                if other and other != unit.name:
                    self.by_alias.setdefault(cleaned(other), []).append(unit)
        self.regions = {region.name: region for region in regions_on()}
        self.regions |= {region.code: region for region in regions_on()}
        self.kinds = {str(label): value for value, label in UnitKind.choices}
        self.seen: dict[str, int] = {}
        self.coming: set[str] = set()

    def read(self, line: int, cells: dict[str, str]) -> SheetRow:
        name = cleaned(cells.get("name", ""))
        errors: list[str] = []
        if not name:
            return SheetRow(line, "wrong", "", errors=[f"第 {line} 行没有填“全称”。"])
        if name in self.seen:
            errors.append(f"第 {line} 行与第 {self.seen[name]} 行都是“{name}”，请删去一行。")
        self.seen.setdefault(name, line)
        self.coming.add(name)
        unit = self._unit(line, cells, name, errors)
        values = self._values(line, cells, name, unit, errors)
        known = {alias.name for alias in unit.aliases.all()} | {unit.name} if unit else {name}
        given = map(cleaned, re.split(r"[、,，;；\n]", cells.get("aliases", "")))
        aliases = [alias for alias in dict.fromkeys(given) if alias and alias not in known]
        changes = self._changes(unit, values, aliases)
        if errors:
            kind: Change = "wrong"
        elif unit is None:
            kind = "new"
        else:
            kind = "change" if changes else "same"
        pk = unit.pk if unit else None
        return SheetRow(line, kind, name, pk, values, aliases, changes, errors)

    def _unit(self, line: int, cells: dict[str, str], name: str, errors: list[str]) -> Unit | None:
        if key := cells.get("key"):
            if key in self.by_id:
                return self.by_id[key]
            errors.append(f"第 {line} 行“系统编号”{key} 不在名录中，请清空这一格。")
        found = self.by_code.get(cells.get("code", "")) or self.by_name.get(name)
        if found is None and name in self.by_alias:
            full = "、".join(f"“{unit.name}”" for unit in self.by_alias[name])
            errors.append(f"第 {line} 行“{name}”是{full}的简称或别名，请改填全称。")
        return found

    def _values(
        self, line: int, cells: dict[str, str], name: str, unit: Unit | None, errors: list[str]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {"name": name}
        for key in ("short_name", "code"):
            if key in cells:
                values[key] = cells[key]
        if len(name) > 100 or len(values.get("short_name", "")) > 40:
            errors.append(f"第 {line} 行的名称过长：全称不超过 100 字，简称不超过 40 字。")
        if kind := cells.get("kind"):
            if kind not in self.kinds:
                known = "、".join(self.kinds)
                errors.append(f"第 {line} 行“类型”填的是“{kind}”，应为：{known}。")
            else:
                values["kind"] = self.kinds[kind]
        elif unit is None:
            values["kind"] = guess_kind(name)
        if region := cells.get("region"):
            if region not in self.regions:
                errors.append(f"第 {line} 行“地区”填的是“{region}”，行政区划里没有这个地区。")
            else:
                values["region_id"] = self.regions[region].pk
        if parent := cleaned(cells.get("parent", "")):
            values["parent_name"] = parent
            if parent not in self.by_name and parent not in self.coming:
                errors.append(
                    f"第 {line} 行“上级（主管）单位”填的是“{parent}”，"
                    "名录和本表前面的行里都没有这个全称。"
                )
            elif parent == name:
                errors.append(f"第 {line} 行的上级单位是它自己。")
        if "state" in cells:
            if cells["state"] not in _STATES:
                errors.append(f"第 {line} 行“状态”填的是“{cells['state']}”，应为“启用”或“停用”。")
            else:
                values["active"] = _STATES[cells["state"]]
        return values

    def _changes(
        self, unit: Unit | None, values: dict[str, Any], aliases: list[str]
    ) -> list[tuple[str, str, str]]:
        changes = []
        if unit is not None:
            regions = {region.pk: region.name for region in self.regions.values()}
            kinds = dict(UnitKind.choices)
            now = {
                "name": unit.name,
                "short_name": unit.short_name,
                "kind": str(unit.get_kind_display()),
                "parent": unit.parent.name if unit.parent else "",
                "region": unit.region.name if unit.region else "",
                "code": unit.code,
                "state": "启用" if unit.active else "停用",
            }
            then = dict(now)
            then |= {key: values[key] for key in ("name", "short_name", "code") if key in values}
            if "kind" in values:
                then["kind"] = str(kinds[values["kind"]])
            if "region_id" in values:
                then["region"] = regions[values["region_id"]]
            if "parent_name" in values:
                then["parent"] = values["parent_name"]
            if "active" in values:
                then["state"] = "启用" if values["active"] else "停用"
            changes = [(_LABELS[k], now[k], then[k]) for k in now if now[k] != then[k]]
        else:
            regions = {region.pk: region.name for region in self.regions.values()}
            then = {
                "short_name": values.get("short_name", ""),
                "kind": str(dict(UnitKind.choices).get(values.get("kind", ""), "")),
                "parent": values.get("parent_name", ""),
                "region": regions.get(values.get("region_id", 0), ""),
                "code": values.get("code", ""),
            }
            changes = [(_LABELS[key], "", words) for key, words in then.items() if words]
        if aliases:
            changes.append((_LABELS["aliases"], "", "增加 " + "、".join(aliases)))
        return changes


def guess_kind(name: str) -> str:
    """The kind that a name speaks of, where the sheet has no column for it."""
    if name.endswith(("公司", "集团", "银行", "支行", "分行")):
        return UnitKind.COMPANY
    if _ZONE.search(name):
        return UnitKind.ZONE
    if re.search(r"[县区市旗](人民)?政府$", name):
        return UnitKind.COUNTY
    if _PARTY.search(name):
        return UnitKind.PARTY
    if name.endswith(("中心", "医院", "学校", "大学", "学院", "研究院", "站", "所")):
        return UnitKind.INSTITUTION
    return UnitKind.GOVERNMENT


# ----------------------------------------------------------------------- regions

REGION_HEADS: Final = ("代码", "名称", "级别", "上级代码", "启用日期", "停用日期")


def read_regions(rows: Sequence[Sequence[str]]) -> tuple[list[RegionLine], list[str]]:
    """A region table with the heads of REGION_HEADS: its lines, and what is wrong with them."""
    if not rows or [cell.strip() for cell in rows[0][:6]] != list(REGION_HEADS):
        return [], ["第 1 行应为表头：" + "、".join(REGION_HEADS) + "。"]
    levels = {str(label): value for value, label in RegionLevel.choices}
    codes = {row[0].strip() for row in rows[1:] if row} | set(_codes())
    lines, errors = [], []
    for line, row in enumerate(rows[1:], start=2):
        code, name, level, parent, begin, end = ([*map(str.strip, row)] + [""] * 6)[:6]
        if not any((code, name, level)):
            continue
        wrong = [
            words
            for words, bad in (
                ("“代码”应为 6 到 12 位数字", not re.fullmatch(r"\d{6,12}", code)),
                ("没有填“名称”", not name),
                (f"“级别”填的是“{level}”，应为：{'、'.join(levels)}", level not in levels),
                (f"“上级代码”{parent} 不在表里", bool(parent) and parent not in codes),
                (f"“启用日期”填的是“{begin}”，应如 2020-01-01", _day(begin) is None),
                (f"“停用日期”填的是“{end}”，应如 2024-12-31", bool(end) and _day(end) is None),
            )
            if bad
        ]
        since = _day(begin)
        if wrong or since is None:
            errors.append(f"第 {line} 行" + "；".join(wrong) + "。")
            continue
        lines.append(RegionLine(code, name, levels[level], parent, since, _day(end)))
    return lines, errors


def _codes() -> Iterable[str]:
    return Region.objects.values_list("code", flat=True)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
