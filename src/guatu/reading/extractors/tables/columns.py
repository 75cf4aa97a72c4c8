"""What the columns of a table hold (表头): names, units, baselines, targets, growth, sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guatu.text.rare import Rare
from guatu.text.span import Span

_NAME = Rare(
    r"(?:主要|核心|具体|重点)?指标(?:名称|体系|内容|项目)?(?:\([^()]{1,6}\))?$|^(?:目标|考核|任务|工作|绩效|量化)指标$|^指标项?$"
    r"|^(?:考核|评价|目标)(?:内容|项目|名称)$|^(?:主要|量化|工作)目标$|^目标任务名称$"
)
# The name's column of a table of tasks, where a column of units stands beside it.
TASK_HEAD = (
    r"(?:重点|主要|年度|工作|目标|实事|建设|改造){0,3}"
    r"(?:任务|工作|项目|内容|事项|工程)(?:名称|内容|类别)?"
)
_TASK = Rare(TASK_HEAD)
_UNIT = Rare(r"(?:计量)?单位$")
_WHO = Rare(r"(?:责任|牵头|配合|主管|实施|落实|承办|负责|协办|主办|参与|主体)[\u4e00-\u9fff]*$")
_KIND = Rare(r"(?:指标)?(?:属性|性质|类型)$")
_YEAR = Rare(r"((?:19|20)[0-9]{2})年?")
_YEAR_RANGE = Rare(r"((?:19|20)[0-9]{2})年?[-至]((?:19|20)?[0-9]{2})年?")
_BASE = Rare(r"基[数期准]|现状|现值|实际|完成值?$|完成情况|当前|初值|实绩")
_AIMED = Rare(r"目标|规划|预期|预计|计划|到达|末|任务数")
_GROWTH = Rare(r"年均|增速|增长|增幅")
_SUM = Rare(r"累计|合计|总计|小计|总量|总数")
_PLACE = Rare(
    r"(?:县市区|市县区|县区|区县|市县|市州|州市|地市|地区|区域|乡镇|镇街|街道|县|区|镇|乡|园区|功能区)(?:名称|别)?$"
)
_HEAD_UNIT = Rare(r"\((?P<unit>[^()0-9]{1,10})\)$|/(?P<bare>%)$")
VALUE = Rare(
    r"[〔\[(【\s]{0,3}(?P<sign>≥|>|≤|<|不低于|不少于|不高于|不超过|大于|小于|达到|左右|约)?\s?"
    r"(?P<number>-?[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?)(?P<mid>%|‰|[十百千万亿]{1,2})?"
    r"(?:\s?[-至]\s?(?P<high>[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?))?\s?"
    r"(?P<unit>%|‰|[十百千万亿]{0,2}[\u4e00-\u9fff/]{0,8}?)"
    r"(?P<tail>及?以上|及?以下|以内|左右)?[〕\])】\s]{0,3}$"
)
# Roles of columns whose cells are figures.
FIGURES = frozenset(["base", "aim", "rate", "sum"])


class Column(NamedTuple):
    """What a column holds.

    ``role`` is name, place, unit, kind, base, aim, rate (growth) or sum (over the years);
    ``year`` the year its figures are of, ``since`` the first year of a stretch, ``unit`` the
    unit its head states.
    """

    role: str
    year: int | None = None
    since: int | None = None
    unit: str = ""


class Header(NamedTuple):
    """The columns by number, how many rows the header takes, and the column of names.

    ``tasks`` tells that the rows are tasks: a year's figure is that year's, not a state reached.
    """

    columns: dict[int, Column]
    height: int
    name: int
    tasks: bool = False


def role_of(words: str) -> Column | None:
    """What a header cell says its column holds; None for other columns."""
    words = "".join(words.split())
    if not words or len(words) > 24:
        return None
    if _NAME.search(words):
        return Column("name")
    if _WHO.match(words):
        return Column("kind")
    if _UNIT.search(words):
        return Column("unit")
    if _KIND.search(words):
        return Column("kind")
    stated = _HEAD_UNIT.search(words)
    unit = (stated["unit"] or stated["bare"]) if stated else ""
    if stretch := _YEAR_RANGE.search(words):
        since, last = int(stretch[1]), int(stretch[2])
        last = last if last > 1000 else since // 100 * 100 + last
        role = "rate" if _GROWTH.search(words) else "sum"
        return Column(role, last, since if role == "sum" else None, unit)
    year = _YEAR.search(words)
    number = int(year[1]) if year else None
    if _GROWTH.search(words) and not _AIMED.search(words.replace("预计", "")):
        return Column("rate", number, None, unit)
    if _SUM.search(words):
        return Column("sum", number, None, unit)
    if _BASE.search(words):
        return Column("base", number, None, unit)
    if year or _AIMED.search(words):
        return Column("aim", number, None, unit)
    return None


def header_of(norm: str, rows: Sequence[dict[int, Span]]) -> Header | None:
    """The header of an indicator table (指标表); None for other tables."""
    columns: dict[int, Column] = {}
    for number, row in enumerate(rows[:3]):
        _add(norm, row, columns)
        roles = {column.role for column in columns.values()}
        if "name" in roles and roles & FIGURES:
            name = max(c for c, column in columns.items() if column.role == "name")
            height = number + 1
            if height < len(rows) and _goes_on(norm, rows[height], name):
                _add(norm, rows[height], columns)
                height += 1
            return Header(columns, height, name)
    return _of_tasks(norm, rows)


def is_task(words: str) -> bool:
    """True for the head of a column of tasks: 任务名称."""
    return _TASK.fullmatch("".join(words.split())) is not None


def _of_tasks(norm: str, rows: Sequence[dict[int, Span]]) -> Header | None:
    """The header of a table 任务名称|单位|2026年: units and years tell that it holds figures."""
    columns: dict[int, Column] = {}
    _add(norm, rows[0], columns)
    name = next((c for c, span in rows[0].items() if is_task(span.of(norm))), None)
    years = [column for column in columns.values() if column.role in FIGURES and column.year]
    units = [c for c, column in columns.items() if column.role == "unit"]
    if name is None or not units or not years or name in columns or units[0] < name:
        return None
    columns[name] = Column("name")
    return Header(columns, 1, name, tasks=True)


def _add(norm: str, row: dict[int, Span], columns: dict[int, Column]) -> None:
    for column, span in row.items():
        role = role_of(norm[span.start : span.end])
        if role is None:
            continue
        old = columns.get(column)
        if old is None:
            columns[column] = role
        elif role.year and old.role in FIGURES:
            kind = old.role if role.role == "aim" and old.role == "base" else role.role
            columns[column] = role._replace(role=kind, unit=role.unit or old.unit)


def _goes_on(norm: str, row: dict[int, Span], name: int) -> bool:
    """A second row of heads: years below 规划值, nothing or the same below 指标."""
    first = row.get(name)
    words = norm[first.start : first.end].strip() if first else ""
    if words and not _NAME.search(words):
        return False
    roles = [role_of(norm[span.start : span.end]) for span in row.values()]
    figures = [role for role in roles if role is not None and role.role in FIGURES]
    plain = [span for span, role in zip(row.values(), roles, strict=True) if role is None]
    return bool(figures) and not any(VALUE.match(norm, s.start, s.end) for s in plain)


def places_of(norm: str, rows: Sequence[dict[int, Span]], unit: str) -> Header | None:
    """The header of a table that shares figures out to places (分解表); None for other tables.

    ``unit`` is what the words above the table state for all of it (单位:个), '' for none.
    """
    row = rows[0]
    words = {c: "".join(norm[span.start : span.end].split()) for c, span in row.items()}
    place = next((c for c, head in words.items() if _is_place_head(head)), None)
    if place is None or len(rows) < 3:
        return None
    columns: dict[int, Column] = {}
    for c, head in words.items():
        stated = _HEAD_UNIT.search(head)
        known = (stated["unit"] or stated["bare"]) if stated else unit
        if c <= place or not known or not head or len(head) > 24:
            continue
        found = role_of(head)
        if found is not None and found.role in ("name", "unit", "kind"):
            return None
        since = found.since if found else None
        columns[c] = Column("aim", found.year if found else None, since, known)
        if found is not None and found.role == "base":
            columns[c] = columns[c]._replace(role="base")
    return Header(columns, 1, place) if columns else None


def _is_place_head(head: str) -> bool:
    bare = head.replace("(", "").replace(")", "").replace("、", "").replace("/", "")
    return len(bare) <= 8 and _PLACE.match(bare) is not None
