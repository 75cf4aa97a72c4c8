"""Tables with a column 项目名称, set in cells, tabs or bars: a row is a project."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from guatu.ledger.records import Project, Stage
from guatu.reading.extractors.projects.clauses import LABEL_WORD, LABELS, progress_stage
from guatu.reading.outline import Outline
from guatu.text.rare import Rare
from guatu.text.span import Span

# Columns set apart by tabs or by bars (序号|项目名称|…).
_COLUMNED = Rare(r"(?m)^[^\n\t|]*[\t|][^\n]*$")
_CELL = Rare(r"(?P<cell>[^\t|\n]*)(?:[\t|]|(?=\n)|$)")
_SPACES = Rare(r"\s+")
_NAME_HEAD = Rare(r"(?:重点|重大|建设|主要)?(?:项目|工程)(?:\(工程\))?(?:名称)?|工程项目(?:名称)?")
_PROJECT_HEAD = Rare(r"建设(?:内容|规模|性质|年限|地点|周期|工期|期限)|投资|工期|业主")
_STAGE_HEAD = Rare(r"性质|阶段|状态|进展|进度|类型|类别")
_FINISH_HEAD = Rare(r"完[成工]时[间限]|竣工|建成时间|投产时间|投用时间")
_TIME_HEAD = Rare(r"年限|工期|起止|完[成工]时[间限]|竣工|建设时间|周期|期限|建成时间|时限")
_GROUP = Rare(
    r"(?:\(?[一二三四五六七八九十0-9]{1,3}[)、.])?\s*"
    r"(?P<label>续建|在建|新建|新开工|计划开工|拟开工|前期|储备|谋划|竣工|投产|完工)(?:类|的)?"
    r"(?:重大|重点)?(?:建设)?(?:项目|工程)?(?:\([^()]{0,20}\))?"
)
_CELL_NAME = Rare(r"[^\s0-9.、|][^\t\n|]{1,78}[^\s|]|(?<![0-9])[GS0-9][^\t\n|]{2,78}[^\s|]")
_TOTAL = Rare(r"合\s?计|小\s?计|总\s?计|共\s?计|汇总")
_CELL_DATE = Rare(r"(?P<year>20[0-9]{2})(?:[年./](?P<month>[0-9]{1,2})?)?")


class _Columns(NamedTuple):
    """Which columns of a table of projects hold name, stage and time."""

    name: int
    stage: int | None
    time: int | None
    ends: bool  # the time is that of the end: 完工时间


_Row = dict[int, Span]


def in_tables(outline: Outline, norm: str) -> tuple[list[Project], tuple[Span, ...]]:
    """The projects of tables with a column 项目名称, and the places of these tables."""
    found: list[Project] = []
    places: list[Span] = []
    for table in _tables(outline, norm):
        first = list(islice(table, 3))
        for at, row in enumerate(first):
            columns = _columns(norm, row)
            if columns:
                rows = [*first, *table]
                found += _rows(outline, norm, rows[at + 1 :], columns)
                cells = [span for row in rows for span in row.values()]
                places.append(Span(min(cells)[0], max(span.end for span in cells)))
                break
    return found, tuple(sorted(places))


def _tables(outline: Outline, norm: str) -> Iterator[Iterator[_Row]]:
    """All tables as rows: those of the document, and lines of a text with tabs.

    Most hold no projects and say so in their first rows: no more are divided than are asked for.
    """
    covered: list[Span] = []
    for table in outline.document.tables:
        covered.append(table.span)
        grid: dict[int, _Row] = {}
        for cell in table.cells:
            for row in range(cell.row, cell.row + min(cell.row_span, 500)):
                grid.setdefault(row, {})[cell.column] = cell.span
        yield (grid[row] for row in sorted(grid))
    if "\t" not in norm and "|" not in norm:
        return
    lines: list[Span] = []
    for found in _COLUMNED.finditer(norm):
        start, end = found.span()
        if any(span.start <= start < span.end for span in covered):
            continue
        if lines and start > lines[-1].end + 2:
            yield (_row(norm, line) for line in lines)
            lines = []
        lines.append(Span(start, end))
    yield (_row(norm, line) for line in lines)


def _row(norm: str, line: Span) -> _Row:
    """The cells of a line, by column."""
    return {i: Span(*cell.span("cell")) for i, cell in enumerate(_CELL.finditer(norm, *line))}


def _columns(norm: str, row: _Row) -> _Columns | None:
    """The columns by the words of a header row; None if it heads no table of projects."""
    heads = {i: _SPACES.sub("", span.of(norm)) for i, span in row.items()}
    name = next((i for i, head in heads.items() if _NAME_HEAD.fullmatch(head)), None)
    if name is None or len(heads) < 2:
        return None
    others = [head for i, head in heads.items() if i != name]
    if heads[name] in ("项目", "工程") and not any(map(_PROJECT_HEAD.search, others)):
        return None
    stage = next((i for i, head in heads.items() if _STAGE_HEAD.search(head)), None)
    times = [i for i, head in heads.items() if _TIME_HEAD.search(head)]
    ends = [i for i in times if _FINISH_HEAD.search(heads[i])]
    return _Columns(name, stage, next(iter(ends or times), None), bool(ends))


def _rows(outline: Outline, norm: str, rows: list[_Row], columns: _Columns) -> Iterator[Project]:
    """The projects of the rows below a header; a row such as 续建项目 gives the stage."""
    group: Stage = "finish" if columns.ends else "build"
    for row in rows:
        filled = {i: text for i, span in row.items() if (text := span.of(norm).strip())}
        label = _group_of(filled, columns)
        if label:
            group = label
        if columns.name not in filled or _GROUP.fullmatch(filled[columns.name]):
            continue
        cell = row.get(columns.name)
        match = _CELL_NAME.search(norm, cell.start, cell.end) if cell else None
        if match is None or len(filled) < 2 or _TOTAL.match(match[0]):
            continue
        stage = _stage_in(norm, row.get(columns.stage)) if columns.stage is not None else None
        due = _date_in(norm, row.get(columns.time)) if columns.time is not None else None
        yield Project(
            outline.quote(*match.span()), stage or group, due, outline.path_at(match.start())
        )


def _group_of(cells: dict[int, str], columns: _Columns) -> Stage | None:
    """The stage that a cell 续建项目 before the name, or in its place, gives to the rows below."""
    for i, text in cells.items():
        if i <= columns.name and (label := _GROUP.fullmatch(text)):
            return LABELS[label["label"]]
    return None


def _stage_in(norm: str, cell: Span | None) -> Stage | None:
    """The stage a cell 建设性质 names; 新建 there tells how, not when, so it is build."""
    text = cell.of(norm) if cell else ""
    match = LABEL_WORD.search(text)
    if match is None:
        return progress_stage(text) if text.strip() else None
    return "build" if match[0] == "新建" else LABELS[match[0]]


def _date_in(norm: str, cell: Span | None) -> date | None:
    """The last day of the time a cell names: 2022-2025 → 31 December 2025."""
    years = list(_CELL_DATE.finditer(norm, cell.start, cell.end)) if cell else []
    if not years:
        return None
    year, month = int(years[-1]["year"]), int(years[-1]["month"] or 12)
    if not 1 <= month <= 12:
        month = 12
    return date(year, month, monthrange(year, month)[1])
