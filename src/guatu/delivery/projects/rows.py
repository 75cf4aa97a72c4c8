"""The rows under a header: projects, their packages, totals reconciled, cells that are wrong.

Never raises on any grid: what cannot be read is a fault of its cell, said in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from guatu.delivery.projects import values as cells
from guatu.delivery.projects.heads import FUND_FIELDS, Mapping, fund_year, labels
from guatu.delivery.projects.values import Cell, CellFault, text_of

TEXT_FIELDS: Final = {
    "name": 200,
    "package": 200,
    "section": 120,
    "region": 60,
    "place": 200,
    "owner": 200,
    "unit": 200,
    "person": 60,
    "phone": 40,
    "leader": 60,
    "investment_kind": 60,
    "industry": 10,
    "tags": 300,
    "scale": 5000,
    "year_content": 5000,
    "remark": 5000,
}
LISTS: Final = ("stage", "ownership", "nature", "procedure")
# Rows that the sheet does not hold (a package named only in a column) count from here.
OUTSIDE: Final = 1_000_000

_TOTAL: Final = re.compile(r"^(?:合|总|共|小|累)\s*计|(?:小计|合计|总计)(?:[(（:：].{0,20})?$")
_GROUP_SEQ: Final = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?$")
_GROUP_NAME: Final = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）、.．]\s*(.{1,60})$")
_COUNT: Final = re.compile(r"共?\s*(\d{1,5})\s*(?:个|项|子项)")
_NOTE: Final = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|填表人|审核人|制表|单位负责人)\s*[:：\d一]"
)
_PART: Final = re.compile(r"^其中\s*[:：]\s*(.+)$")
_SEQ: Final = re.compile(r"\d{1,5}(?:[.\-]\d{1,4}){0,4}")
_SEQ_IN: Final = re.compile(r"[(（](\d{1,4})[)）]")
_BULLET: Final = re.compile(r"^(\d{1,4}(?:\.\d{1,3}){1,3}|[(（]\d{1,3}[)）])[、.\s]*(?=\D)")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that does not hold what its column asks for."""

    row: int
    field: str
    head: str
    text: str
    words: str

    def sentence(self) -> str:
        """第 12 行“年度计划投资”填的是“待定”，应为数字（万元）。"""
        what = f"填的是“{self.text[:40]}”，{self.words}" if self.text else f"没有填，{self.words}"
        return f"第 {self.row} 行“{self.head}”{what}。"


@dataclass(slots=True)
class Row:
    """One project of the sheet; ``above`` is the row number of the package it is a part of."""

    number: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seq: str = ""
    indent: int = 0
    above: int | None = None
    part: bool = False

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))


@dataclass(frozen=True, slots=True)
class Total:
    """A 小计 or 合计 row against the rows it sums; not imported."""

    row: int
    label: str
    field: str
    stated: int
    summed: int
    rows: int

    @property
    def differs(self) -> bool:
        # Each row was rounded to the column's unit: half a 万元 a row is no difference.
        return abs(self.stated - self.summed) > max(1, self.rows) * 5_000


@dataclass(frozen=True, slots=True)
class Count:
    """A stated number of projects (共 12 项) against both ways of counting."""

    row: int
    label: str
    stated: int
    projects: int
    leaves: int


@dataclass(slots=True)
class Read:
    """All that a sheet holds."""

    rows: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    # Row number and why it was left out.
    skipped: list[tuple[int, str]] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]

    @property
    def good(self) -> int:
        return sum(1 for row in self.rows if not row.faults)


@dataclass(slots=True)
class _Mark:
    """A total or group row as it stands among the projects."""

    row: int
    label: str
    at: int  # how many projects stand before it
    level: int  # 3 the whole sheet, 2 一、, 1 （一） or 小计
    heading: bool
    money: dict[str, int]


def read_rows(rows: Sequence[Sequence[Cell]], mapping: Mapping) -> Read:
    """Every row under the header, read, placed under its package and reconciled."""
    reader = _Reader(mapping)
    for index in range(mapping.last + 1, len(rows)):
        reader.take(index + 1, rows[index])
    return reader.done()


class _Reader:
    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.columns = sorted(mapping.fields.items())
        self.at = {name: column for column, name in self.columns if name != "share"}
        self.result = Read()
        self.marks: list[_Mark] = []
        self.levels = [
            {"".join(level.split()) for level in head.split("/") if level} for head in mapping.heads
        ]
        self.section = ""
        self.ended = False
        # What the columns of a source have said of a row so far.
        self.fund_keys: dict[tuple[int, str], int] = {}

    # ------------------------------------------------------------ one row

    def take(self, number: int, row: Sequence[Cell]) -> None:
        filled = [(i, cell) for i, cell in enumerate(row) if text_of(cell)]
        if not filled:
            return
        name_cell = self._cell(row, "name")
        name = "".join(text_of(name_cell).split("\n")).strip()
        seq = text_of(self._cell(row, "seq"))
        first = text_of(filled[0][1])
        if _NOTE.match(first) or (self.ended and len(filled) <= 2):
            self.ended = True
            self.result.skipped.append((number, "表下说明"))
            return
        if self._repeats_head(row):
            self.result.skipped.append((number, "重复的表头"))
            return
        label = name or first
        if _TOTAL.search(first) or _TOTAL.search(name):
            whole = bool(re.match(r"^(?:合|总|共|累)\s*计|.*(?:合计|总计)", label))
            self._mark(number, label, 3 if whole and "小计" not in label else 1, False, row)
            return
        if self._is_group(seq, name, first, len(filled), row):
            self._group(number, seq, name or first, row)
            return
        if not name and not any(i != self.at.get("seq") for i, _cell in filled):
            self.result.skipped.append((number, "只有序号"))
            return
        if not name and "name" in self.at and len(filled) == 1:
            self.result.skipped.append((number, "不是项目行"))
            return
        self.result.rows.append(self._project(number, row, name_cell, name, seq))

    def _cell(self, row: Sequence[Cell], name: str) -> Cell:
        column = self.at.get(name)
        return row[column] if column is not None and column < len(row) else None

    def _repeats_head(self, row: Sequence[Cell]) -> bool:
        same = 0
        for levels, cell in zip(self.levels, row, strict=False):
            # 同一个表头，折行的地方常常不同。
            if levels and isinstance(cell, str) and "".join(text_of(cell).split()) in levels:
                same += 1
        return same >= 3

    def _is_group(self, seq: str, name: str, first: str, filled: int, row: Sequence[Cell]) -> bool:
        told = ("unit", "owner", "code", "region", "person", "stage", "scale", "start", "finish")
        if any(text_of(self._cell(row, each)) for each in told):
            return False
        if _GROUP_SEQ.match(seq) or _GROUP_NAME.match(first):
            return True
        return bool(_GROUP_NAME.match(name)) or (
            filled == 1 and not seq and bool(_COUNT.search(first)) and len(first) <= 40
        )

    def _group(self, number: int, seq: str, words: str, row: Sequence[Cell]) -> None:
        inner = words.lstrip("（(").startswith(tuple("一二三四五六七八九十")) and words[:1] in "(（"
        level = 1 if seq[:1] in ("(", "（") or inner else 2
        found = _GROUP_NAME.match(words)
        plain = found[1] if found else words
        if self._cell(row, "name") is None and seq == words and found is None:
            plain = ""
        self.section = re.sub(r"[(（][^)）]{0,20}[)）]?$", "", plain).strip() or self.section
        self._mark(number, words, level, True, row)

    def _mark(
        self, number: int, label: str, level: int, heading: bool, row: Sequence[Cell]
    ) -> None:
        money = {}
        for column, name in self.columns:
            if name in ("investment", "year_investment") and column < len(row):
                try:
                    amount = cells.money(row[column], self.mapping.units.get(column, "万元"))
                except CellFault:
                    continue
                if amount is not None:
                    money[name] = amount
        texts = " ".join(text_of(c) for c in row if isinstance(c, str))[:200]
        mark = _Mark(number, texts or label, len(self.result.rows), level, heading, money)
        self.marks.append(mark)

    # ------------------------------------------------------------ a project's cells

    def _project(
        self, number: int, row: Sequence[Cell], name_cell: Cell, name: str, seq: str
    ) -> Row:
        read = Row(number, {}, seq=seq, indent=_indent(name_cell))
        for column, wanted in self.columns:
            if wanted == "seq" or column >= len(row) or row[column] is None:
                continue
            try:
                self._value(read, wanted, column, row[column])
            except CellFault as fault:
                text = text_of(row[column])
                head = self._head(column, wanted)
                words = str(fault.args[0])
                read.faults.append(Fault(number, wanted, head, text, words))
        self._mend_name(read, name)
        start, finish = read.values.get("start"), read.values.get("finish")
        if start and finish and finish < start:
            head = self._head(self.at.get("finish", self.at.get("period", 0)), "finish")
            words = f"早于计划开工 {start[:7]}，请核对"
            read.faults.append(Fault(number, "finish", head, finish[:7], words))
        return read

    def _head(self, column: int, wanted: str) -> str:
        heads = self.mapping.heads
        named = heads[column].split("/")[-1] if column < len(heads) else ""
        return named or labels()[wanted]

    def _value(self, read: Row, wanted: str, column: int, cell: Cell) -> None:
        found = read.values
        if wanted in TEXT_FIELDS:
            text = text_of(cell)
            if len(text) > TEXT_FIELDS[wanted]:
                raise CellFault(f"超过 {TEXT_FIELDS[wanted]} 个字，请精简")
            if text:
                found[wanted] = text.replace("\0", "")
        elif wanted in ("investment", "year_investment"):
            amount = cells.money(cell, self.mapping.units.get(column, "万元"))
            if amount is not None:
                found[wanted] = amount
        elif wanted in ("start", "finish"):
            day, note = cells.month(cell, end=wanted == "finish", year=self.mapping.year)
            self._date(read, wanted, day)
            if note:
                read.notes.append(f"第 {read.number} 行{note}")
        elif wanted == "period":
            first, last = cells.months(cell)
            self._date(read, "start", first, mild=True)
            self._date(read, "finish", last, mild=True)
        elif wanted == "code":
            code, kind = cells.code(cell)
            if code:
                found["code"], found["code_kind"] = code, kind
        elif wanted in LISTS:
            value = cells.choice(text_of(cell), wanted)
            if value:
                found[wanted] = value
        elif wanted == "shares":
            parts = cells.shares(cell, self.mapping.units.get(column, "万元"))
            if parts:
                found.setdefault("shares", {}).update(parts)
        elif wanted == "funds":
            named, note = cells.funds(cell, self.mapping.units.get(column, "万元"))
            if named:
                # 分列的金额比合写的准。
                found["funds"] = named | found.get("funds", {})
            if note:
                read.notes.append(f"第 {read.number} 行{note}")
        elif wanted in FUND_FIELDS:
            self._fund(read, wanted, column, cell)
        elif wanted == "share":
            amount = cells.money(cell, self.mapping.units.get(column, "万元"))
            if amount:
                place = self.mapping.heads[column].split("/")[-1]
                place = re.sub(r"[(（].*?[)）]", "", place).strip()
                found.setdefault("shares", {})[place] = amount

    def _fund(self, read: Row, wanted: str, column: int, cell: Cell) -> None:
        amount = cells.money(cell, self.mapping.units.get(column, "万元"))
        if not amount:
            return
        heads = self.mapping.heads
        year = fund_year(heads[column]) if column < len(heads) else None
        source = wanted.removeprefix("fund_")
        key = f"{source}:{year}" if year else source
        funds = read.values.setdefault("funds", {})
        taken = self.fund_keys.setdefault((read.number, key), 0)
        self.fund_keys[read.number, key] = funds[key] = taken + amount

    @staticmethod
    def _date(read: Row, wanted: str, day: date | None, *, mild: bool = False) -> None:
        if day is not None and not (mild and wanted in read.values):
            read.values[wanted] = day.isoformat()

    def _mend_name(self, read: Row, name: str) -> None:
        if found := _PART.match(name):
            read.part, name = True, found[1]
        if not read.seq and (bullet := _BULLET.match(name)):
            read.seq = bullet[1]
            name = name[bullet.end() :].strip() or name
        name = re.sub(r"\s+", " ", name)[:200]
        if name:
            read.values["name"] = name
        elif not any(fault.field == "name" for fault in read.faults):
            head = self._head(self.at.get("name", 0), "name")
            read.faults.append(Fault(read.number, "name", head, "", "请写明项目名称"))
        if "section" not in read.values and self.section:
            read.values["section"] = self.section[:120]

    # ------------------------------------------------------------ the whole sheet

    def done(self) -> Read:
        place_parts(self.result.rows)
        self._reconcile()
        return self.result

    def _reconcile(self) -> None:
        rows = self.result.rows
        for index, mark in enumerate(self.marks):
            span = self._span(index, mark)
            part = [row for row in rows[span[0] : span[1]] if row.number < OUTSIDE]
            stated = _COUNT.search(mark.label)
            if stated and part:
                projects, leaves = counted(part)
                count = Count(mark.row, mark.label[:60], int(stated[1]), projects, leaves)
                self.result.counts.append(count)
            for name, amount in mark.money.items():
                total = Total(
                    mark.row, mark.label[:60], name, amount, summed(part, name), len(part)
                )
                self.result.totals.append(total)

    def _span(self, index: int, mark: _Mark) -> tuple[int, int]:
        """The rows a total speaks for: all, those after a heading, or those before a 小计."""
        end = sum(1 for row in self.result.rows if row.number < OUTSIDE)
        if mark.level == 3:
            return 0, end
        if mark.heading:
            after = (m.at for m in self.marks[index + 1 :] if m.heading and m.level >= mark.level)
            return mark.at, next(after, end)
        before = [m.at for m in self.marks[:index] if m.level <= 2]
        begin = before[-1] if before else 0
        if begin < mark.at:
            return begin, mark.at
        after = (m.at for m in self.marks[index + 1 :])
        return mark.at, next(after, end)


def _indent(cell: Cell) -> int:
    if not isinstance(cell, str):
        return 0
    blank = cell[: len(cell) - len(cell.lstrip())]
    return sum(2 if c == "\u3000" else 1 for c in blank if c != "\n")


def place_parts(rows: list[Row]) -> None:
    """Put parts under their packages: by a column, by 其中, by 1 / 1.1 numbers, by indents."""
    by_name: dict[str, Row] = {}
    for row in rows:
        by_name.setdefault(row.name, row)
    made: dict[str, Row] = {}
    by_seq: dict[str, Row] = {}
    plain: Row | None = None
    stack: list[Row] = []
    for row in rows:
        package = row.values.pop("package", "")
        seq = row.seq.rstrip(".、")
        above: Row | None = None
        if package and package != row.name:
            above = by_name.get(package) or made.get(package)
            if above is None:
                above = Row(OUTSIDE + row.number, {"name": package})
                above.notes.append(f"打捆项目“{package}”不在本表，将新建")
                made[package] = above
        elif _SEQ_IN.fullmatch(seq) or row.part:
            above = plain
        elif _SEQ.fullmatch(seq) and re.search(r"[.\-]", seq):
            above = by_seq.get(re.split(r"[.\-](?=\d+$)", seq)[0])
        elif not seq and row.indent >= 2:
            while stack and stack[-1].indent >= row.indent:
                stack.pop()
            above = stack[-1] if stack else None
        if above is not None and above is not row:
            row.above = above.number
        if seq:
            by_seq[seq] = row
        if not row.part and not _SEQ_IN.fullmatch(seq):
            plain = row
        if above is None:
            stack = [row]
        else:
            stack.append(row)
    _refuse_circles(rows)
    rows.extend(made.values())


def _refuse_circles(rows: list[Row]) -> None:
    above = {row.number: row.above for row in rows}
    for row in rows:
        seen, at = {row.number}, row.above
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at is not None:
            row.above = above[row.number] = None


def summed(rows: Sequence[Row], name: str) -> int:
    """Leaves summed once; a package whose parts carry no figure stands for them."""
    parts: dict[int, list[Row]] = {}
    inside = {row.number for row in rows}
    tops = []
    for row in rows:
        if row.above in inside:
            parts.setdefault(row.above or 0, []).append(row)
        else:
            tops.append(row)

    total, ahead = 0, tops
    while ahead:
        row = ahead.pop()
        below = parts.get(row.number, [])
        if below and any(name in part.values for part in below):
            ahead.extend(below)
        else:
            total += int(row.values.get(name) or 0)
    return total


def counted(rows: Sequence[Row]) -> tuple[int, int]:
    """444 项 = 569 子项: packages counted as one, and leaves counted."""
    inside = {row.number for row in rows}
    packages = {row.above for row in rows if row.above in inside}
    tops = sum(1 for row in rows if row.above not in inside)
    return tops, sum(1 for row in rows if row.number not in packages)
