"""Targets in tables (指标表): a row an indicator, a column a year, a unit of its own.

Three forms are read: tables the document knows (docx, html, pdf), rows whose cells are set
apart by tabs, and tables that were flattened to one cell a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from guatu.ledger.records import Change, Comparator, Target, TargetKind
from guatu.reading.material import Material
from guatu.text.quantities import quantities_in
from guatu.text.span import Quote, Span

_NAME = re.compile(
    r"(?:主要|核心|具体|重点)?指\s{0,4}标(?:名称|体系|内容)?$|^(?:目标|考核)指标$|^指标项?$"
)
_UNIT = re.compile(r"(?:计量)?单\s{0,4}位$")
_KIND = re.compile(r"(?:指标)?(?:属性|性质|类型)$")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s?年?")
_BASE = re.compile(r"基[数期准]|现状|实际|完成值?$|当前|初值")
_AIMED = re.compile(r"目标|规划|预期|预计|计划|到达|末")
_GROWTH = re.compile(r"年均|增速|增长")
_VALUE = re.compile(
    r"[〔(【\s]{0,3}(?P<sign>≥|>|≤|<|不低于|不少于|不高于|不超过|大于|小于|达到|左右)?\s?"
    r"(?P<number>-?[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?)\s?"
    r"(?P<unit>%|‰|[十百千万亿]{0,2}[\u4e00-\u9fff/]{0,8}?)(?P<tail>以上|以下|以内|左右)?[〕)】\s]{0,3}$"
)
_NAMED_UNIT = re.compile(r"\((?P<unit>[^()]{1,16})\)\s*$|[、,](?P<bare>[^、,()]{1,8})$")
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:\s?[.、)]|\s)\s*")
_BOUND = frozenset(["预期性", "约束性", "指导性", "预期", "约束"])
_COMPARATORS: dict[str, Comparator] = {
    "≥": "ge", ">": "ge", "不低于": "ge", "不少于": "ge", "大于": "ge", "以上": "ge",
    "≤": "le", "<": "le", "不高于": "le", "不超过": "le", "小于": "le", "以下": "le",
    "以内": "le", "左右": "approx",
}  # fmt: skip
_SHORT = 40
# More flattened tables than any plan holds: each is looked at for many lines.
_MOST_TABLES = 100


@dataclass(frozen=True, slots=True)
class TableTargets:
    """The targets of all indicator tables, and the places the tables take up."""

    targets: tuple[Target, ...]
    spans: tuple[Span, ...]


class _Column(NamedTuple):
    """What a column holds: role ``name``, ``unit``, ``base``, ``aim`` or ``rate``, and its year."""

    role: str
    year: int | None


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of cells by column number; ``span`` the whole table."""

    span: Span
    rows: tuple[dict[int, Span], ...]


def extract(material: Material) -> TableTargets:
    """The targets that stand in tables with a column of indicators."""
    targets: list[Target] = []
    spans: list[Span] = []
    norm = material.outline.norm
    if "指" not in norm:
        return TableTargets((), ())
    for grid in _grids(material):
        found = list(_of_grid(material, grid))
        if found:
            targets.extend(found)
            spans.append(grid.span)
    targets.sort(key=lambda target: target.quote.start)
    return TableTargets(tuple(targets), tuple(spans))


# -------------------------------------------------------------------- grids
def _grids(material: Material) -> Iterator[_Grid]:
    document, norm = material.outline.document, material.outline.norm
    if document.tables:
        for table in document.tables:
            rows: dict[int, dict[int, Span]] = {}
            for cell in table.cells:
                for row in range(cell.row, cell.row + max(1, cell.row_span)):
                    rows.setdefault(row, {})[cell.column] = cell.span
            yield _Grid(table.span, tuple(rows[row] for row in sorted(rows)))
        return
    yield from _tabbed(norm)
    yield from _flattened(norm)


def _tabbed(norm: str) -> Iterator[_Grid]:
    """Runs of lines with tabs."""
    at = norm.find("\t")
    while at >= 0:
        start = norm.rfind("\n", 0, at) + 1
        rows: list[dict[int, Span]] = []
        line = start
        while line < len(norm):
            stop = norm.find("\n", line)
            stop = len(norm) if stop < 0 else stop
            if norm.count("\t", line, stop) < 1:
                break
            rows.append(dict(enumerate(_cells(norm, line, stop))))
            line = stop + 1
        if len(rows) > 1:
            yield _Grid(Span(start, line), tuple(rows))
        at = norm.find("\t", max(line, at + 1))


def _cells(norm: str, start: int, stop: int) -> Iterator[Span]:
    while start <= stop:
        tab = norm.find("\t", start, stop)
        end = stop if tab < 0 else tab
        yield Span(start, end)
        start = end + 1
        if tab < 0:
            return


_HEADER_LINE = re.compile(r"(?m)^[ \t]{0,8}(?:主要|核心)?指 {0,4}标(?:名称)?[ \t\r]{0,8}$")


def _flattened(norm: str) -> Iterator[_Grid]:
    """One cell a line: a header run of short lines, then rows of as many."""
    for match in islice(_HEADER_LINE.finditer(norm), _MOST_TABLES):
        lines = _short_lines(norm, match.start())
        header = 0
        for span in lines:
            if _role(norm[span.start : span.end]) is None and not _is_order(norm, span):
                break
            header += 1
        before = _line_before(norm, match.start())
        first = [before] if before and _is_order(norm, before) else []
        columns = first + lines[:header]
        if header < 3:
            continue
        yield _Grid(
            Span(columns[0].start, lines[-1].end),
            (dict(enumerate(columns)), *_flat_rows(norm, columns, lines[header:])),
        )


def _flat_rows(
    norm: str, columns: Sequence[Span], cells: Sequence[Span]
) -> Iterator[dict[int, Span]]:
    """Rows of a flattened table: aligned from their end, since group names stand between."""
    roles = [_role(norm[c.start : c.end]) for c in columns]
    name = next(i for i, role in enumerate(roles) if role is not None and role.role == "name")
    width = len(columns) - name
    i = 0
    while i + width <= len(cells):
        row = cells[i : i + width]
        values = [
            k
            for k in range(1, width)
            if (role := roles[name + k]) is not None and role.role in ("base", "aim", "rate")
        ]
        words = norm[row[0].start : row[0].end].strip()
        fits = all(_is_value(norm, row[k]) for k in values) and not _VALUE.match(words)
        if fits and values and words not in _BOUND:
            yield {name + k: span for k, span in enumerate(row)}
            i += width
        else:
            i += 1


def _is_value(norm: str, span: Span) -> bool:
    text = norm[span.start : span.end].strip()
    return _VALUE.match(text) is not None or text in ("-", "--", "/", "")


def _is_order(norm: str, span: Span) -> bool:
    return norm[span.start : span.end].strip() in ("序号", "类别", "分类", "领域", "类型", "项目")


def _line_before(norm: str, start: int) -> Span | None:
    if start < 2:
        return None
    begin = norm.rfind("\n", 0, start - 1) + 1
    return Span(begin, start - 1)


def _short_lines(norm: str, start: int) -> list[Span]:
    """The short lines from ``start`` on, up to the first long one or a note."""
    lines: list[Span] = []
    while start < len(norm) and len(lines) < 800:
        stop = norm.find("\n", start)
        stop = len(norm) if stop < 0 else stop
        text = norm[start:stop].strip()
        if len(text) > _SHORT or text.startswith("注"):
            break
        if text:
            lines.append(Span(start, stop))
        start = stop + 1
    return lines


# ------------------------------------------------------------------ columns
def _role(words: str) -> _Column | None:
    """What a header cell says its column holds; None for other columns."""
    words = re.sub(r"\s", "", words)
    if not words or len(words) > 24:
        return None
    if _NAME.search(words):
        return _Column("name", None)
    if _UNIT.search(words):
        return _Column("unit", None)
    if _KIND.search(words):
        return _Column("kind", None)
    year = _YEAR.search(words)
    if _GROWTH.search(words) and not _AIMED.search(words.replace("预计", "")):
        return _Column("rate", int(year[1]) if year else None)
    if _BASE.search(words):
        return _Column("base", int(year[1]) if year else None)
    if year or _AIMED.search(words):
        return _Column("aim", int(year[1]) if year else None)
    return None


def _header(norm: str, grid: _Grid) -> tuple[dict[int, _Column], int] | None:
    """Columns by number and how many rows the header takes; None for other tables."""
    columns: dict[int, _Column] = {}
    for number, row in enumerate(grid.rows[:3]):
        for column, span in row.items():
            role = _role(norm[span.start : span.end])
            if role is not None and (column not in columns or role.year):
                columns[column] = role
        roles = {role.role for role in columns.values()}
        if "name" in roles and roles & {"base", "aim"}:
            return columns, number + 1
    return None


# --------------------------------------------------------------------- rows
def _of_grid(material: Material, grid: _Grid) -> Iterator[Target]:
    norm = material.outline.norm
    header = _header(norm, grid)
    if header is None:
        return
    columns, first = header
    plan = material.plan
    starts = plan.start or (plan.issued.year if plan.issued else None)
    name_columns = [c for c, role in columns.items() if role.role == "name"]
    unit_column = next((c for c, role in columns.items() if role.role == "unit"), None)
    for row in grid.rows[first:]:
        name = _name(norm, row, name_columns[-1], min(columns))
        if name is None:
            continue
        unit = (
            norm[row[unit_column].start : row[unit_column].end].strip()
            if (unit_column is not None and unit_column in row)
            else ""
        )
        subject, printed = _split_name(norm, name)
        for column, role in sorted(columns.items()):
            if column not in row or role.role not in ("base", "aim", "rate"):
                continue
            target = _target(material, row[column], role, subject, unit or printed, starts)
            if target is not None:
                yield target


def _name(norm: str, row: dict[int, Span], column: int, first: int) -> Span | None:
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
    lead = _NUMBERED.match(text)
    start = span.start + (lead.end() if lead and lead.end() < len(text) else 0)
    end = span.start + len(text.rstrip())
    match = _NAMED_UNIT.search(norm[start:end])
    if match and match["unit"]:
        return Span(start, start + match.start()), match["unit"].strip()
    return Span(start, end), ""


def _target(
    material: Material, span: Span, role: _Column, subject: Span, unit: str, starts: int | None
) -> Target | None:
    norm, text = material.outline.norm, material.outline.text
    words = norm[span.start : span.end]
    match = _VALUE.match(words)
    if match is None or subject.end <= subject.start:
        return None
    plan = material.plan
    own = match["unit"] or ""
    value, base = _scaled(Decimal(match["number"].replace(",", "")), own or unit)
    cumulative = "〔" in words
    year = role.year or (plan.end if role.role != "base" else None)
    past = role.role == "base" or (year is not None and starts is not None and year < starts)
    kind: TargetKind = "fact" if past else "target"
    name = text[subject.start : subject.end].strip()
    change: Change = "level"
    if role.role == "rate" or re.search(r"(?:增长|增速|提高)(?:率)?$", name):
        change = "increase"
    elif re.search(r"(?:降低|下降|减少|压减)(?:率|幅度|比例)?$", name):
        change = "decrease"
    start = span.start + match.start("number")
    end = span.start + (match.end("unit") if own else match.end("number"))
    first = date(plan.start, 1, 1) if cumulative and plan.start and not past else None
    due = date(year, 12, 31) if year else None
    sign = match["sign"] or match["tail"] or ""
    return Target(
        quote=Quote(start, text[start:end]),
        subject=name,
        comparator=_COMPARATORS.get(sign, "eq"),
        change=change,
        value=value,
        high=None,
        unit=base,
        first=first,
        due=due,
        due_from="section" if due and role.year else ("plan" if due else None),
        scope=None,
        aim=False,
        kind=kind,
        section=material.outline.path_at(start),
        subject_spans=(subject,),
        exclusive=sign in (">", "<", "大于", "小于"),
    )


def _scaled(number: Decimal, unit: str) -> tuple[Decimal, str]:
    """312 万人 → 3120000 人; units that are none stay as printed."""
    for quantity in quantities_in(f"{number}{unit}"):
        if quantity.start == 0 and quantity.end == len(f"{number}{unit}"):
            return quantity.value, quantity.unit
    return number, unit
