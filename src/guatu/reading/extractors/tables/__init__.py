"""Targets in tables (指标表): a row an indicator, a column a year, a unit of its own.

Three forms are read: tables the document knows (docx, html, pdf), rows whose cells are set
apart by tabs, and tables that were flattened to one cell a line.  Tables that share figures
out to places (分解表: a row a county, a column a task) are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from guatu.ledger.records import Change, Comparator, DueFrom, Target, TargetKind
from guatu.reading.extractors.tables.columns import (
    FIGURES,
    VALUE,
    Column,
    Header,
    header_of,
    places_of,
)
from guatu.reading.extractors.tables.grids import Grid, Row, grids_of
from guatu.reading.material import Material
from guatu.text.quantities import quantities_in
from guatu.text.rare import Rare
from guatu.text.span import Quote, Span

_NAMED_UNIT = Rare(r"\((?P<unit>[^()]{1,16})\)\s*$|[、,](?P<bare>[^、,()]{1,8})$")
_NUMBERED = Rare(
    r"^\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:\s?[.、)]|\s)\s*|^\s*(?:其中|含):?\s*"
)
# 能耗降低(%)〔累计〕: how the figures are counted, no part of the name.
_COUNTED = Rare(r"\s*[(〔\[](?:[三五]年)?累计(?:数|值|完成)?[)〕\]]\s*$")
_MORE = Rare(r"^(?:每年|年度|全年)?(?:新增|净增)(?!率|长|速)")
_GROWS = Rare(r"(?:增长|增速|提高|增幅)(?:率)?$")
_FALLS = Rare(r"(?:降低|下降|减少|压减|削减)(?:率|幅度|比例|量)?$")
_ALL = frozenset(["合计", "总计", "小计", "全市", "全省", "全县", "全区"])
_CAPTION = Rare(r"^\s*(?:附?[表件][0-9一二三四五六七八九十-]{0,3}\s*:?|专栏[0-9]{0,2}\s*)")
_UNIT_LINE = Rare(r"单位\s?:\s?(?P<unit>[^\s()、,;。]{1,8})")
_SIGNS: dict[Comparator, str] = {
    "ge": "≥ > 不低于 不少于 大于 以上 及以上",
    "le": "≤ < 不高于 不超过 小于 以下 及以下 以内",
    "approx": "左右 约",
}
_COMPARATORS = {sign: name for name, signs in _SIGNS.items() for sign in signs.split()}


@dataclass(frozen=True, slots=True)
class TableTargets:
    """The targets of all indicator tables, and the places the tables take up."""

    targets: tuple[Target, ...]
    spans: tuple[Span, ...]


def extract(material: Material) -> TableTargets:
    """The targets that stand in tables with a column of indicators or of places."""
    targets: list[Target] = []
    spans: list[Span] = []
    norm = material.outline.norm
    if not (
        "\t" in norm
        or "|" in norm
        or "指" in norm
        or "单位" in norm
        or material.outline.document.tables
    ):
        return TableTargets((), ())
    for grid in grids_of(material):
        found = list(_of_indicators(material, grid) or _of_places(material, grid))
        if found:
            targets.extend(found)
            spans.append(grid.span)
    targets.sort(key=lambda target: target.quote.start)
    return TableTargets(tuple(targets), tuple(spans))


# --------------------------------------------------------------------- rows
def _of_indicators(material: Material, grid: Grid) -> list[Target]:
    norm = material.outline.norm
    header = header_of(norm, grid.head)
    if header is None:
        return []
    columns = header.columns
    figures = [(c, column) for c, column in sorted(columns.items()) if column.role in FIGURES]
    units = [c for c, column in columns.items() if column.role == "unit"]
    found: list[Target] = []
    for number, row in enumerate(grid.rows()):
        name = _name(norm, row, header.name, min(columns)) if number >= header.height else None
        if name is None:
            continue
        unit = _words(norm, row, units[0]) if units else ""
        subject, printed = _split_name(norm, name)
        for c, column in figures:
            if c in row:
                target = _target(material, row[c], column, subject, unit or printed)
                if target is not None:
                    found.append(_of_its_year(target) if header.tasks else target)
    return found


def _of_its_year(target: Target) -> Target:
    """A task's figure under 2026年: to be done in that year."""
    if target.first is not None or target.due is None or target.due_from != "section":
        return target
    return replace(target, first=date(target.due.year, 1, 1))


def _of_places(material: Material, grid: Grid) -> Iterator[Target]:
    """A row a place, a column a task: the head names the figure, the row limits it."""
    norm = material.outline.norm
    above = Span(max(0, grid.span.start - 80), grid.span.start)
    stated = _UNIT_LINE.search(norm, above.start, above.end)
    header = places_of(norm, grid.head, stated["unit"] if stated else "")
    if header is None:
        return
    subjects = {c: _headed(norm, grid, header, c, above) for c in header.columns}
    for number, row in enumerate(grid.rows()):
        place = row.get(header.name)
        if number < header.height or place is None:
            continue
        words = norm[place.start : place.end].strip()
        if not words or len(words) > 16 or VALUE.match(words):
            continue
        for c, column in sorted(header.columns.items()):
            subject = subjects[c]
            if c in row and subject is not None:
                scope = None if words in _ALL else words
                target = _target(material, row[c], column, subject, "", scope)
                if target is not None:
                    yield target


def _headed(norm: str, grid: Grid, header: Header, column: int, above: Span) -> Span | None:
    """The words that name a column's figures: its head, or the caption where that is a year."""
    span = grid.head[0][column]
    subject, _ = _split_name(norm, span)
    found = header.columns[column]
    words = norm[subject.start : subject.end]
    if found.year is None and words not in _ALL:
        return subject
    start = above.end
    for line in reversed(norm[above.start : above.end].split("\n")[:-1]):
        start -= len(line) + 1
        words = line.strip()
        if words and not _UNIT_LINE.search(words) and len(words) <= 40:
            lead = _CAPTION.match(line)
            return Span(start + (lead.end() if lead else 0), start + len(line.rstrip()))
    return None


def _words(norm: str, row: Row, column: int) -> str:
    span = row.get(column)
    return norm[span.start : span.end].strip() if span is not None else ""


def _name(norm: str, row: Row, column: int, first: int) -> Span | None:
    """The indicator's cell; where rows are ragged, the nearest one before it with words."""
    for candidate in range(column, first - 1, -1):
        span = row.get(candidate)
        if span is not None:
            text = norm[span.start : span.end].strip()
            if len(text) >= 2 and not text.replace(".", "").isdigit():
                return span
    return None


def _split_name(norm: str, span: Span) -> tuple[Span, str]:
    """婴儿死亡率(‰) → the name's span and its unit; numbers before the name left out."""
    text = norm[span.start : span.end]
    start = 0
    while (lead := _NUMBERED.match(text[start:])) and 0 < lead.end() < len(text) - start:
        start += lead.end()
    end = len(text.rstrip())
    if counted := _COUNTED.search(text):
        end = counted.start()
    match = _NAMED_UNIT.search(text[start:end])
    if match and match["unit"]:
        end = start + match.start()
        return Span(span.start + start, span.start + end), match["unit"].strip()
    return Span(span.start + start, span.start + end), ""


# ------------------------------------------------------------------- figures
def _target(
    material: Material,
    span: Span,
    column: Column,
    subject: Span,
    unit: str,
    scope: str | None = None,
) -> Target | None:
    norm, text = material.outline.norm, material.outline.text
    match = VALUE.match(norm, span.start, span.end)
    if match is None or subject.end <= subject.start:
        return None
    cumulative = any(mark in norm[span.start : span.end] for mark in "〔[")
    if column.role == "rate" and cumulative:
        column = Column("sum")  # 年均增长/〔累计〕
    elif column.role == "rate":
        unit = column.unit or ("%" if not match["unit"] else unit)
    own = match["unit"] or ""
    if match["mid"] and (not match["high"] or not own):
        own = match["mid"] + own  # 1.3万个
    name = text[subject.start : subject.end].strip()
    end = match.end("unit")
    while norm[end - 1] in " 〕])】":
        end -= 1
    first, due, due_from, past = _timing(material, column, cumulative)
    value, base = _scaled(_number(match["number"]), own or column.unit or unit)
    high = _scaled(_number(match["high"]), own or column.unit or unit)[0] if match["high"] else None
    sign = match["sign"] or match["tail"] or ""
    kind: TargetKind = "fact" if past else "target"
    start = match.start("number")
    return Target(
        quote=Quote(start, text[start:end]),
        subject=name,
        comparator=_COMPARATORS.get(sign, "eq"),
        change=_change(column, name),
        value=value,
        high=high if high is not None and high >= value else None,
        unit=base,
        first=first,
        due=due,
        due_from=due_from,
        scope=scope,
        aim=False,
        kind=kind,
        section=material.outline.path_at(start),
        subject_spans=(subject,),
        exclusive=sign in (">", "<", "大于", "小于"),
    )


_Timing = tuple[date | None, date | None, DueFrom | None, bool]


def _timing(material: Material, column: Column, cumulative: bool) -> _Timing:
    """(first day, last day, where it was read, whether it lies before the plan)."""
    plan = material.plan
    year = column.year or (plan.end if column.role != "base" else None)
    starts = plan.start or (plan.issued.year if plan.issued else None)
    past = column.role == "base" or (year is not None and starts is not None and year < starts)
    if year is None:
        return None, None, None, past
    since = column.since or (plan.start if cumulative or column.role == "sum" else None)
    first = date(since, 1, 1) if since and since <= year and not past else None
    return first, date(year, 12, 31), "section" if column.year else "plan", past


def _change(column: Column, name: str) -> Change:
    if column.role == "rate" or _GROWS.search(name):
        return "increase"
    if _FALLS.search(name):
        return "decrease"
    return "increase" if _MORE.match(name) else "level"


def _number(figures: str) -> Decimal:
    return Decimal(figures.replace(",", ""))


def _scaled(number: Decimal, unit: str) -> tuple[Decimal, str]:
    """312 万人 → 3120000 人; units that are none stay as printed."""
    for quantity in quantities_in(f"{number}{unit}"):
        if quantity.start == 0 and quantity.end == len(f"{number}{unit}"):
            return quantity.value, quantity.unit
    return number, unit
