"""Returned files: each compared afresh with what was sent and what stands now (汇总、差异)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from guatu.delivery.reporting.checks import Level, Remark, remarks_of
from guatu.delivery.reporting.comparison import Change, Place, RowComparison, compare
from guatu.delivery.reporting.fields import Values, from_json
from guatu.delivery.reporting.sheets import Returned, ReturnedRow, faults_told
from guatu.web.page.models import Job, JobState
from guatu.web.reporting.facts import Known
from guatu.web.reporting.models import FileState, ReportingPeriod, ReturnedFile
from guatu.web.reporting.queries.sheets import Stand, known_of, stands

__all__ = [
    "ComparedFile",
    "ComparedRow",
    "FileRow",
    "TakenRow",
    "compared_file",
    "faults_told",
    "file_rows",
    "good_files",
    "kept_rows",
    "next_to_see",
    "reading_jobs",
    "returned_of",
    "taken_rows",
    "useless_files",
]

CHANGE_WORDS = {
    Change.FAULT: "要改",
    Change.UNKNOWN: "不是本期的",
    Change.STALE: "两边都改过",
    Change.CHANGED: "有数",
    Change.SAME: "与现在相同",
    Change.BLANK: "没有填",
}


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row of a file beside what stands, with what the checks say of it."""

    row: RowComparison
    remarks: tuple[Remark, ...]

    @property
    def change(self) -> Change:
        blocked = any(remark.level is Level.BLOCKS for remark in self.remarks)
        return Change.FAULT if blocked else self.row.change

    @property
    def faults(self) -> list[str]:
        """What blocks, each with its place in the sheet."""
        told = [
            f"第 {self.row.row} 行“{self.row.name}”：{remark.words}"
            for remark in self.remarks
            if remark.level is Level.BLOCKS
        ]
        return [*self.row.faults, *told]

    @property
    def asks(self) -> list[Remark]:
        """What needs a word and has none yet."""
        if self.row.values.get("reason"):
            return []
        return [remark for remark in self.remarks if remark.level is Level.WORD]

    @property
    def told(self) -> list[Remark]:
        """What needed a word and has one, and what is only noted."""
        return [
            remark
            for remark in self.remarks
            if remark.level is not Level.BLOCKS and remark not in self.asks
        ]

    @property
    def words(self) -> str:
        return CHANGE_WORDS[self.change]

    @property
    def reports(self) -> bool:
        """Whether taking the file makes a report of it."""
        return self.change in (Change.CHANGED, Change.STALE)


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A returned file at one look."""

    file: ReturnedFile
    rows: list[ComparedRow]
    missing: list[str]

    @property
    def faults(self) -> list[str]:
        if self.file.fault:
            return [self.file.fault]
        return [words for row in self.rows for words in row.faults]

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.change.value for row in self.rows)

    @property
    def stale(self) -> list[ComparedRow]:
        return [row for row in self.rows if row.change is Change.STALE]

    @property
    def asking(self) -> list[ComparedRow]:
        """Rows that need a word before they can be taken."""
        return [row for row in self.rows if row.reports and row.asks]

    @property
    def reporting(self) -> list[ComparedRow]:
        return [row for row in self.rows if row.reports]

    @property
    def blank_names(self) -> list[str]:
        """Projects whose row was left blank."""
        return [row.row.name for row in self.rows if row.change is Change.BLANK]

    @property
    def good(self) -> bool:
        """Can be taken as it is: nothing wrong, nothing stale, nothing to be said."""
        staged = self.file.state == FileState.STAGED
        clean = not (self.faults or self.stale or self.asking)
        return staged and clean and bool(self.reporting)

    @property
    def useless(self) -> bool:
        """Holds nothing that could be taken: no sheet of this period, or nothing filled in."""
        if self.file.state == FileState.REFUSED:
            return True
        staged = self.file.state == FileState.STAGED
        return staged and not self.faults and not self.reporting

    @property
    def words(self) -> str:
        """How it stands, in a few words."""
        if self.file.state != FileState.STAGED:
            return str(self.file.get_state_display())
        for count, words in (
            (len(self.faults), "{} 处要改"),
            (len(self.stale), "{} 行两边都改过"),
            (len(self.asking), "{} 行要说明"),
            (len(self.reporting), "可收 {} 行"),
        ):
            if count:
                return words.format(count)
        return "没有填新的数"


def returned_of(file: ReturnedFile) -> Returned:
    """The file's rows as the reader gave them."""
    rows = tuple(
        ReturnedRow(
            row=row["row"],
            token=row["token"],
            project=row["project"],
            period_key=row["period"],
            version=row["version"],
            name=row["name"],
            cells=row["cells"],
        )
        for row in file.rows
    )
    token = file.sent.token if file.sent else ""
    return Returned(token, file.period.key, rows, tuple(file.remarks))


def kept_rows(returned: Returned) -> list[dict[str, Any]]:
    """The rows as a file keeps them; ``returned_of`` gives them back."""
    return [
        {
            "row": row.row,
            "token": row.token,
            "project": row.project,
            "period": row.period_key,
            "version": row.version,
            "name": row.name[:200],
            "cells": {key: _kept(cell) for key, cell in row.cells.items()},
        }
        for row in returned.rows
    ]


def _kept(cell: Any) -> Any:
    """A cell as JSON has it: days as 2026-09-01, what is no plain number as text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):
        return repr(cell)
    if isinstance(cell, str):
        # PostgreSQL keeps no nought character in JSON.
        return cell.replace("\0", "")[:4000]
    return cell


def compared_file(
    file: ReturnedFile, standing: Mapping[int, Stand] | None = None, today: date | None = None
) -> ComparedFile:
    """A file against what stands now; ``standing`` saves asking for each of twenty files."""
    if file.state == FileState.REFUSED or file.sent is None or file.period_unit is None:
        return ComparedFile(file, [], [])
    if standing is None:
        standing = stands(file.period, [file.period_unit])
    mine = {
        pk: stand
        for pk, stand in standing.items()
        if stand.ask.period_unit_id == file.period_unit_id
    }
    places = {pk: _place(pk, stand, file.sent.rows) for pk, stand in mine.items()}
    period = file.period.period
    compared, missing = compare(returned_of(file), places, period.key, period.year)
    day = today or timezone.localdate()
    rows = []
    for row in compared:
        words = file.words.get(str(row.project), "")
        if words and row.project is not None and not row.values.get("reason"):
            row = replace(row, values={**row.values, "reason": words})
        remarks: tuple[Remark, ...] = ()
        if row.project is not None and row.change in (Change.CHANGED, Change.STALE):
            known = mine[row.project].known
            remarks = tuple(remarks_of(known.case(row.values, period, day)))
        rows.append(ComparedRow(row, remarks))
    return ComparedFile(file, rows, [mine[pk].known.project.name for pk in missing])


def _place(pk: int, stand: Stand, sent: Mapping[str, Any]) -> Place:
    out = sent.get(str(pk))
    values: Values = from_json(out["values"]) if out else stand.known.carried
    return Place(
        name=stand.known.project.name,
        asked=tuple(stand.ask.fields),
        sent=values,
        sent_version=out["version"] if out else 0,
        now=stand.values,
        version=stand.version,
        last_reached=stand.known.last_reached,
    )


_ORDER = (FileState.READING, FileState.STAGED, FileState.REFUSED, FileState.APPLIED)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in 汇总; counts of what it says, nought where it waits no more."""

    key: str
    url: str
    name: str
    unit: str
    state: str
    code: str
    fault: str
    changed: int
    same: int
    blank: int
    stale: int
    asking: int
    faults: int
    missing: int
    good: bool
    useless: bool
    received: date
    late: bool
    at: datetime
    by: str


def file_rows(period: ReportingPeriod) -> list[FileRow]:
    """All files of the period, those that wait first; seven queries however many they are."""
    files = list(
        ReturnedFile.objects.filter(period=period)
        .select_related("period__cycle", "period__office", "period_unit__unit", "sent", "by")
        .order_by("-pk")
    )
    waiting = any(file.state == FileState.STAGED for file in files)
    standing = stands(period) if waiting else {}
    order = {state: place for place, state in enumerate(_ORDER)}
    files.sort(key=lambda file: order.get(FileState(file.state), len(_ORDER)))
    return [_file_row(file, standing) for file in files]


def _file_row(file: ReturnedFile, standing: Mapping[int, Stand]) -> FileRow:
    waits = file.state == FileState.STAGED
    refused = file.state == FileState.REFUSED
    compared = compared_file(file, standing) if waits else ComparedFile(file, [], [])
    counts = compared.counts
    return FileRow(
        key=str(file.pk),
        url=reverse("reporting:file", args=[file.pk]),
        name=file.name,
        unit=str(file.period_unit.unit) if file.period_unit else "—",
        state=compared.words,
        code=_code(compared),
        fault=file.fault if refused or file.state == FileState.DROPPED else "",
        changed=len(compared.reporting),
        same=counts[Change.SAME],
        blank=counts[Change.BLANK],
        stale=len(compared.stale),
        asking=len(compared.asking),
        faults=len(compared.faults) if waits else 0,
        missing=len(compared.missing),
        good=compared.good,
        useless=compared.useless,
        received=file.received_on,
        late=file.received_on > file.period.due,
        at=file.at,
        by=file.by.name,
    )


def _code(compared: ComparedFile) -> str:
    """How the file's state is drawn: wrong, asks, good, rest."""
    if compared.file.state not in (FileState.STAGED, FileState.REFUSED):
        return "rest"
    if compared.faults:
        return "wrong"
    return "good" if compared.good else "asks"


def reading_jobs(rows: list[FileRow], period: ReportingPeriod) -> list[Job]:
    """The jobs that read files of the period or have failed at it; none asked where none waits."""
    if not any(row.state == str(FileState.READING.label) for row in rows):
        return []
    found = Job.objects.filter(kind="reporting.read", payload__period=period.pk)
    return list(found.exclude(state=JobState.DONE).order_by("pk"))


def useless_files(period: ReportingPeriod) -> list[ReturnedFile]:
    """Waiting files that hold nothing to take, as they came."""
    return [each.file for each in _waiting(period) if each.useless]


def next_to_see(period: ReportingPeriod) -> ReturnedFile | None:
    """The next file that a person has to look at: something to mend, to explain, to choose."""
    waits = (each.file for each in _waiting(period) if not (each.good or each.useless))
    return next(waits, None)


def _waiting(period: ReportingPeriod) -> list[ComparedFile]:
    states = (FileState.STAGED, FileState.REFUSED)
    files = ReturnedFile.objects.filter(period=period, state__in=states).select_related(
        "period__cycle", "period__office", "period_unit__unit", "sent"
    )
    found = list(files.order_by("pk"))
    standing = stands(period) if found else {}
    return [compared_file(file, standing) for file in found]


def good_files(period: ReportingPeriod) -> tuple[list[ReturnedFile], dict[int, Known]]:
    """Waiting files that can be taken as they are, as they came; and what is known beside them."""
    standing = stands(period)
    files = ReturnedFile.objects.filter(period=period, state=FileState.STAGED).select_related(
        "period__cycle", "period__office", "period_unit__unit", "sent"
    )
    good = [file for file in files.order_by("pk") if compared_file(file, standing).good]
    return good, known_of(standing)


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A report that was made of a file's row."""

    row: int | None
    name: str
    url: str
    reached: int | None
    source: str
    progress: str
    reason: str
    state: str


def taken_rows(file: ReturnedFile) -> list[TakenRow]:
    """What became of a file that was taken: its reports, and whether they still stand."""
    found = file.reports.select_related("project").order_by("row", "pk")
    return [
        TakenRow(
            row=report.row,
            name=report.project.name,
            url=reverse("reporting:project", args=[report.project_id]),
            reached=report.reached_year,
            source=reverse("reporting:why", args=[report.pk, "reached_year"]),
            progress="本期无变化" if report.unchanged else report.progress,
            reason=report.reason,
            state="有效" if report.current else "已撤销" if report.withdrawn else "后来更正过",
        )
        for report in found
    ]
