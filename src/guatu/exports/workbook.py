"""The ledger as an Excel workbook (台账.xlsx) that a clerk can filter, print and go on with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from guatu.exports import words
from guatu.exports.lookup import Lookup
from guatu.exports.saving import replacing
from guatu.ledger.records import Duty, Role, Target, Task, UnitRole
from guatu.reading.reading import Reading
from guatu.text.span import Quote

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

OVERVIEW: Final = "概况"

_FONT = "微软雅黑"
_INK, _BLUE, _RULE, _HEAD = "#1B1F24", "#1D4F91", "#D5DAE1", "#E9EEF5"
_SEVERITY_INK = {"错误": "#A3211B", "疑问": "#7A5200", "提示": "#4A5560"}

# What XML 1.0 cannot hold; Excel calls a file with one of these damaged.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Points of a line of 10-point text, and what Excel's tallest row (409 points) holds.
_LINE: Final = 13.5
_MOST_LINES: Final = 29
_CELL_LIMIT = 32_767  # Excel's own
_FIRST_DAY = date(1900, 3, 1)  # before it Excel's count of days is off by its famous one
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """The sentence an entry stands in; the entry's own words are set in bold."""

    sentence: Quote
    quote: Quote


_Cell = str | int | Decimal | date | _Excerpt | None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: ``width`` is its most in half-width characters; it shrinks to what it holds."""

    title: str
    width: int
    least: int = 6


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    columns: tuple[_Column, ...]
    rows: tuple[tuple[_Cell, ...], ...]


def write_workbook(reading: Reading, path: Path) -> None:
    """Write the reading as xlsx; the file is there whole or not at all."""
    from xlsxwriter import Workbook

    sheets = [sheet(reading, Lookup(reading)) for sheet in _SHEETS]
    with replacing(path) as draft, BytesIO() as content:
        # Text stays text: nothing a plan says becomes a formula, a link or a number.
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
            "default_format_properties": {"font_name": _FONT, "font_size": 10},
        }
        with Workbook(content, options) as book:
            title = reading.ledger.plan.title or reading.document.name
            book.set_properties({"title": _text(title)[:255], "comments": "由 Guatu 挂图生成"})
            pen = _Pen(book)
            _write_overview(pen, reading, sheets)
            for sheet in sheets:
                _write_sheet(pen, sheet, title)
        draft.write_bytes(content.getvalue())


# ---------------------------------------------------------------- what the sheets hold

_SECTION_COLUMNS = (_Column("章节", 12), _Column("章节标题", 18, 10))
_SOURCE_COLUMNS = (_Column("原文", 48, 20), _Column("出处", 12))


def _targets(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("指标", 24, 12),
        _Column("范围", 12),
        _Column("性质", 6),
        _Column("变化", 6),
        _Column("比较", 8),
        _Column("数值", 18, 10),
        _Column("上限", 18),
        _Column("单位", 12),
        _Column("原文数值", 14, 10),
        _Column("起始日期", 11, 10),
        _Column("完成时限", 11, 10),
        _Column("时限依据", 11, 10),
        _Column("力争", 6),
        _Column("责任单位", 24, 10),
        *_SECTION_COLUMNS,
        *_SOURCE_COLUMNS,
    )
    rows = tuple(
        (
            i + 1,
            target.subject,
            target.scope,
            words.TARGET_KINDS[target.kind],
            words.CHANGES[target.change],
            words.comparator_word(target),
            target.value,
            target.high,
            target.unit,
            target.quote.text,
            target.first,
            target.due,
            words.DUE_SOURCES[target.due_from] if target.due_from else None,
            "是" if target.aim else None,
            _with_roles(_target_units(lookup, i, target)),
            *_section(lookup, target.section),
            *_source(lookup, target.quote),
        )
        for i, target in enumerate(reading.ledger.targets)
    )
    return _Sheet("指标", columns, rows)


def _tasks(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("任务", 48, 20),
        _Column("类别", 9),
        _Column("动词", 8),
        _Column("完成时限", 11, 10),
        _Column("时限依据", 11, 10),
        _Column("牵头单位", 22, 10),
        _Column("责任单位", 24, 10),
        _Column("配合单位", 24, 10),
        _Column("涉及指标", 24, 10),
        _Column("涉及项目", 24, 10),
        *_SECTION_COLUMNS,
        _Column("出处", 12),
    )
    entries: list[tuple[int, tuple[_Cell, ...]]] = [
        (task.quote.start, _task_row(reading, lookup, task)) for task in reading.ledger.tasks
    ]
    entries += _duties_without_task(reading, lookup)
    entries.sort(key=lambda entry: entry[0])
    rows = tuple((i, *row) for i, (_, row) in enumerate(entries, start=1))
    return _Sheet("任务与责任单位", columns, rows)


def _task_row(reading: Reading, lookup: Lookup, task: Task) -> tuple[_Cell, ...]:
    targets, projects = reading.ledger.targets, reading.ledger.projects
    return (
        task.quote.text,
        "任务",
        task.verb,
        task.due,
        words.DUE_SOURCES[task.due_from] if task.due_from else None,
        *_units_by_role(task.units),
        "；".join(f"{targets[i].subject} {targets[i].quote.text}" for i in task.targets),
        "；".join(projects[i].quote.text for i in task.projects),
        *_section(lookup, task.section),
        lookup.place(task.quote.start),
    )


def _duties_without_task(
    reading: Reading, lookup: Lookup
) -> Iterator[tuple[int, tuple[_Cell, ...]]]:
    """A row for each item whose units (责任分工) no task of that item carries."""
    carried = {(task.section, part) for task in reading.ledger.tasks for part in task.units}
    loose: dict[str | None, list[Duty]] = {}
    for duty in reading.ledger.duties:
        if (duty.section, UnitRole(duty.unit, duty.role)) not in carried:
            loose.setdefault(duty.section, []).append(duty)
    for path, duties in loose.items():
        start = duties[0].quote.start
        units = tuple(UnitRole(duty.unit, duty.role) for duty in duties)
        yield (
            start,
            (
                lookup.title(path) or None,
                "责任分工",
                *(None, None, None),
                *_units_by_role(units),
                *(None, None),
                *_section(lookup, path),
                lookup.place(start),
            ),
        )


def _projects(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("项目名称", 40, 16),
        _Column("阶段", 6),
        _Column("完成时限", 11, 10),
        _Column("责任单位", 24, 10),
        *_SECTION_COLUMNS,
        *_SOURCE_COLUMNS,
    )
    rows = tuple(
        (
            i + 1,
            project.quote.text,
            words.STAGES[project.stage],
            project.due,
            _with_roles(
                lookup.units_of_project(i) or lookup.units_of_section(project.section),
            ),
            *_section(lookup, project.section),
            *_source(lookup, project.quote),
        )
        for i, project in enumerate(reading.ledger.projects)
    )
    return _Sheet("项目", columns, rows)


def _routines(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("事项", 44, 16),
        _Column("频次", 8),
        _Column("时限", 12),
        _Column("主体", 24, 10),
        _Column("报送对象", 24, 10),
        *_SOURCE_COLUMNS,
    )
    rows = tuple(
        (
            i,
            routine.quote.text,
            words.CADENCES[routine.cadence],
            words.days(routine.days, routine.day_kind),
            routine.actor,
            routine.recipient,
            *_source(lookup, routine.quote),
        )
        for i, routine in enumerate(reading.ledger.routines, start=1)
    )
    return _Sheet("时限要求", columns, rows)


def _citations(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("文件名称", 56, 16),
        _Column("文号", 26, 10),
        *_SOURCE_COLUMNS,
    )
    rows = tuple(
        (i, citation.title, citation.number, *_source(lookup, citation.quote))
        for i, citation in enumerate(reading.ledger.citations, start=1)
    )
    return _Sheet("引用文件", columns, rows)


def _findings(reading: Reading, lookup: Lookup) -> _Sheet:
    columns = (
        _Column("序号", 6),
        _Column("级别", 6),
        _Column("问题", 64, 20),
        _Column("原文", 56, 20),
        _Column("出处", 14),
        _Column("代码", 28),
    )
    rows = tuple(
        (
            i,
            words.SEVERITIES[finding.severity],
            finding.message,
            "\n".join(f"“{place.text}”" for place in finding.places),
            "\n".join(lookup.place(place.start) for place in finding.places),
            finding.code,
        )
        for i, finding in enumerate(reading.findings, start=1)
    )
    return _Sheet("对账发现", columns, rows)


_SHEETS = (_targets, _tasks, _projects, _routines, _citations, _findings)


def _section(lookup: Lookup, path: str | None) -> tuple[_Cell, _Cell]:
    return path, lookup.title(path) or None


def _source(lookup: Lookup, quote: Quote) -> tuple[_Cell, _Cell]:
    return _Excerpt(lookup.sentence(quote), quote), lookup.place(quote.start)


def _target_units(lookup: Lookup, index: int, target: Target) -> tuple[UnitRole, ...]:
    return lookup.units_of_target(index) or lookup.units_of_section(target.section)


def _with_roles(units: Iterable[UnitRole]) -> str:
    """市发展改革委（牵头）、市财政局; the plain role 责任 goes without saying."""
    return "、".join(
        part.unit if part.role == "responsible" else f"{part.unit}（{words.ROLES[part.role]}）"
        for part in dict.fromkeys(units)
    )


def _units_by_role(units: Sequence[UnitRole]) -> tuple[_Cell, _Cell, _Cell]:
    def named(role: Role) -> str | None:
        return "、".join(dict.fromkeys(p.unit for p in units if p.role == role)) or None

    return named("lead"), named("responsible"), named("support")


# ---------------------------------------------------------------- how they are drawn


class _Pen:
    """The book with its formats, each made once, and how each kind of value is written."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self.bold = self.format(bold=True, font_color=_BLUE)

    def format(self, **properties: object) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_name": _FONT, "font_size": 10, "font_color": _INK, **properties}
            )
        return self._formats[key]

    def body(self, **properties: object) -> Format:
        """A format of the table's body."""
        return self.format(valign="top", bottom=1, bottom_color=_RULE, **properties)

    def write(self, sheet: Worksheet, row: int, column: int, value: _Cell) -> None:
        """Write one cell of a table, by the kind of its value."""
        match value:
            case None | "":
                sheet.write_blank(row, column, None, self.body())
            case str():
                self._write_text(sheet, row, column, value)
            case int():
                sheet.write_number(row, column, value, self.body(align="center"))
            case Decimal():
                self._write_decimal(sheet, row, column, value)
            case date():
                self._write_day(sheet, row, column, value)
            case _Excerpt():
                self._write_excerpt(sheet, row, column, value)

    def _write_text(self, sheet: Worksheet, row: int, column: int, value: str) -> None:
        text = _text(value)
        properties: dict[str, object] = {"text_wrap": True}
        if text.startswith(_FORMULA_STARTS):
            # A string already; the mark keeps it one when somebody edits the cell.
            properties["quote_prefix"] = True
        if text in _SEVERITY_INK:
            properties |= {"bold": True, "font_color": _SEVERITY_INK[text]}
        sheet.write_string(row, column, text, self.body(**properties))

    def _write_decimal(self, sheet: Worksheet, row: int, column: int, value: Decimal) -> None:
        # Excel counts with 15 digits; what it cannot hold is shown as the digits themselves.
        if not value.is_finite() or abs(value.adjusted()) > 300:
            self._write_text(sheet, row, column, str(value))
            return
        shown = words.number(value)
        places = len(shown.partition(".")[2])
        pattern = "#,##0" + ("." + "0" * places if places else "")
        sheet.write_number(row, column, float(value), self.body(num_format=pattern))

    def _write_day(self, sheet: Worksheet, row: int, column: int, value: date) -> None:
        if value < _FIRST_DAY:
            self._write_text(sheet, row, column, value.isoformat())
            return
        moment = datetime(value.year, value.month, value.day)
        form = self.body(num_format="yyyy-mm-dd", align="center")
        sheet.write_datetime(row, column, moment, form)

    def _write_excerpt(self, sheet: Worksheet, row: int, column: int, value: _Excerpt) -> None:
        at = value.quote.start - value.sentence.start
        whole = value.sentence.text
        before, behind = _text(whole[:at]), _text(whole[at + len(value.quote.text) :])
        words_of_entry = _text(value.quote.text)
        if not words_of_entry or not before + behind:
            self._write_text(sheet, row, column, whole)
            return
        pieces: list[object] = [before] if before else []
        pieces += [self.bold, words_of_entry]
        pieces += [behind] if behind else []
        sheet.write_rich_string(row, column, *pieces, self.body(text_wrap=True))


def _write_sheet(pen: _Pen, content: _Sheet, title: str) -> None:
    sheet = pen.book.add_worksheet(content.name)
    header = pen.format(
        bold=True, bg_color=_HEAD, border=1, border_color=_RULE, align="center", valign="vcenter"
    )
    sheet.set_row(0, 24)
    widths = [_fitting(content, column) for column in range(len(content.columns))]
    for column, spec in enumerate(content.columns):
        sheet.write_string(0, column, spec.title, header)
        sheet.set_column(column, column, widths[column])
    for i, row in enumerate(content.rows, start=1):
        # Not every spreadsheet fits rows to wrapped text when it opens or prints a file.
        sheet.set_row(i, _LINE * max(map(_lines, row, widths), default=1) + 3)
        for column, value in enumerate(row):
            pen.write(sheet, i, column, value)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(content.rows)), len(content.columns) - 1)
    _set_up_print(sheet, title, content.name)
    sheet.repeat_rows(0)


def _set_up_print(sheet: Worksheet, title: str, name: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    heading = _text(title).replace("\n", " ")[:80].replace("&", "&&")
    sheet.set_header(f"&L&9{' ' if heading[:1].isdigit() else ''}{heading}&R&9{name}")
    sheet.set_footer("&C&9第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)


def _fitting(content: _Sheet, column: int) -> float:
    """The width that shows the column's longest value, within what the column may take."""
    spec = content.columns[column]
    longest = max((_shown_width(row[column]) for row in content.rows), default=0)
    # Room for the filter button beside the header's words.
    needed = max(longest + 2, _width(spec.title) + 3, spec.least)
    return min(needed, max(spec.width, _width(spec.title) + 3))


def _shown_width(value: _Cell) -> int:
    match value:
        case None:
            return 0
        case _Excerpt():
            return _width(value.sentence.text)
        case Decimal():
            return _width(words.number(value))
        case _:
            return max(map(_width, str(value).split("\n")))


def _lines(value: _Cell, width: float) -> int:
    """How many lines a cell's text takes in a column of that width."""
    if isinstance(value, _Excerpt):
        text = value.sentence.text
    elif isinstance(value, str):
        text = value
    else:
        return 1
    lines = sum(
        max(1, -(-_width(part, 2000) // max(1, int(width) - 1))) for part in text.split("\n")
    )
    return min(lines, _MOST_LINES)


def _width(text: str, most: int = 80) -> int:
    """Half-width columns the text takes; what is beyond any column's width is not counted."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text[:most])


def _text(value: str) -> str:
    clean = _ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return clean if len(clean) <= _CELL_LIMIT else clean[: _CELL_LIMIT - 1] + "…"


# ---------------------------------------------------------------- the first sheet


def _write_overview(pen: _Pen, reading: Reading, sheets: Sequence[_Sheet]) -> None:
    sheet = pen.book.add_worksheet(OVERVIEW)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 84)
    sheet.set_column(2, 2, 14)
    plan = reading.ledger.plan
    title = plan.title or reading.document.name
    big = pen.format(bold=True, font_size=16, text_wrap=True, valign="vcenter")
    sheet.merge_range(0, 0, 0, 2, "", big)
    sheet.write_string(0, 0, _text(title), big)
    sheet.set_row(0, 26 * max(1, -(-_width(title) // 66)))
    row = _write_facts(pen, sheet, reading, 2)
    row = _write_contents(pen, sheet, sheets, row + 1)
    row = _write_list(pen, sheet, "读取说明", reading.document.remarks, row + 1)
    left_out = reading.ledger.coverage.left_out
    lookup = Lookup(reading)
    row = _write_list(
        pen,
        sheet,
        "未入账的句子",
        [quote.text for quote in left_out],
        row + 1,
        [lookup.place(quote.start) for quote in left_out],
    )
    _set_up_print(sheet, title, OVERVIEW)


def _write_facts(pen: _Pen, sheet: Worksheet, reading: Reading, row: int) -> int:
    plan, coverage = reading.ledger.plan, reading.ledger.coverage
    facts: tuple[tuple[str, _Cell], ...] = (
        ("文件", reading.document.name),
        ("文号", plan.number),
        ("发文机关", plan.issuer),
        ("发文日期", plan.issued),
        ("状态", words.STATUSES[plan.status]),
        ("地区", plan.region),
        ("起止年份", words.years(plan.start, plan.end)),
        ("入账比例", f"{words.percent(coverage.share)}（正文 {coverage.body:,} 字）"),
        ("数值口径", "“数值”已把十百千万亿乘开，以“单位”列计；百分数保留百分数。"),
    )
    for label, value in facts:
        if value is None or value == "":
            continue
        sheet.write_string(row, 0, label, pen.body(bold=True))
        if isinstance(value, date):
            value = value.isoformat()
        pen.write(sheet, row, 1, value)
        row += 1
    return row


def _write_contents(pen: _Pen, sheet: Worksheet, sheets: Sequence[_Sheet], row: int) -> int:
    head = pen.format(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_RULE)
    sheet.write_string(row, 0, "表", head)
    sheet.write_string(row, 1, "条数", head)
    link = pen.body(font_color=_BLUE, underline=1)
    for content in sheets:
        row += 1
        sheet.write_url(row, 0, f"internal:'{content.name}'!A1", link, content.name)
        sheet.write_number(row, 1, len(content.rows), pen.body(align="left"))
    return row + 1


def _write_list(
    pen: _Pen,
    sheet: Worksheet,
    heading: str,
    lines: Sequence[str],
    row: int,
    places: Sequence[str] = (),
) -> int:
    """A heading with numbered lines under it; nothing at all where there are no lines."""
    if not lines:
        return row
    head = pen.format(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_RULE)
    sheet.write_string(row, 0, f"{heading}（{len(lines)}）", head)
    sheet.write_blank(row, 1, None, head)
    for i, line in enumerate(lines, start=1):
        row += 1
        pen.write(sheet, row, 0, i)
        pen.write(sheet, row, 1, line)
        pen.write(sheet, row, 2, places[i - 1] if places else None)
    return row + 1
