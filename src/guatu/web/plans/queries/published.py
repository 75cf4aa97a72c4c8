"""Published versions: what projects are tied to and what the annual plan decomposes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, OuterRef, QuerySet, Subquery

from guatu.reading.reading import Reading as PlanReading
from guatu.web.people.models import Office
from guatu.web.plans.models import (
    Kind,
    LedgerEntry,
    LedgerUnit,
    PlanVersion,
    SettledFinding,
    SourceKind,
    UnitRole,
)
from guatu.web.plans.queries.findings import FindingRow
from guatu.web.plans.queries.review import _document, figure_of
from guatu.web.plans.rows import reading_of


@dataclass(frozen=True, slots=True)
class PublishedUnit:
    """A unit's part in a published entry; ``unit_id`` is None where the name means no unit."""

    unit_id: int | None
    name: str
    printed: str
    role: str


@dataclass(frozen=True, slots=True)
class PublishedTarget:
    """A target of a plan's latest version (指标)."""

    lineage: uuid.UUID
    entry_id: int
    plan_id: int
    plan: str
    version: int
    subject: str
    figure: str
    comparator: str
    change: str
    value: Decimal | None
    high: Decimal | None
    unit: str
    first: date | None
    due: date | None
    kind: str
    aim: bool
    section: str
    section_title: str
    quote: str
    task: uuid.UUID | None
    units: tuple[PublishedUnit, ...]


@dataclass(frozen=True, slots=True)
class PublishedTask:
    """A task of a plan's latest version (任务)."""

    lineage: uuid.UUID
    entry_id: int
    plan_id: int
    plan: str
    version: int
    subject: str
    due: date | None
    section: str
    section_title: str
    quote: str
    units: tuple[PublishedUnit, ...]


def _latest(office: Office, kind: Kind) -> list[LedgerEntry]:
    """Entries of the latest version of each of the office's plans, with their units: 2 queries."""
    newest = PlanVersion.objects.filter(plan=OuterRef("version__plan")).order_by("-number")
    rows: QuerySet[LedgerEntry, Any] = LedgerEntry.objects.filter(office=office, kind=kind)
    rows = rows.annotate(newest=Subquery(newest.values("number")[:1]))
    return list(
        rows.filter(version__number=F("newest"))
        .select_related("version__plan")
        .order_by("version__plan_id", "position", "pk")
    )


def _units(entries: Sequence[LedgerEntry]) -> dict[int, tuple[PublishedUnit, ...]]:
    versions = {entry.version_id for entry in entries}
    found: dict[int, list[PublishedUnit]] = defaultdict(list)
    rows = LedgerUnit.objects.filter(entry__version__in=versions).select_related("unit")
    for part in rows.order_by("pk"):
        name = part.unit.name if part.unit else part.printed
        found[part.entry_id].append(PublishedUnit(part.unit_id, name, part.printed, part.role))
    return {pk: tuple(parts) for pk, parts in found.items()}


def published_targets(office: Office) -> tuple[PublishedTarget, ...]:
    """Targets of the latest version of each plan of the office."""
    entries = _latest(office, Kind.TARGET)
    units = _units(entries)
    return tuple(
        PublishedTarget(
            lineage=entry.lineage,
            entry_id=entry.pk,
            plan_id=entry.version.plan_id,
            plan=entry.version.plan.title,
            version=entry.version.number,
            subject=entry.subject,
            figure=figure_of(entry),
            comparator=entry.fields.get("comparator", "eq"),
            change=entry.fields.get("change", "level"),
            value=entry.exact_value,
            high=_decimal(entry.fields.get("high")),
            unit=entry.unit,
            first=_day(entry.fields.get("from")),
            due=entry.due,
            kind=entry.fields.get("kind", "target"),
            aim=bool(entry.fields.get("aim")),
            section=entry.section,
            section_title=entry.section_title,
            quote=entry.quote,
            task=entry.part_of,
            units=units.get(entry.pk, ()),
        )
        for entry in entries
    )


def published_tasks(office: Office) -> tuple[PublishedTask, ...]:
    """Tasks of the latest version of each plan of the office."""
    entries = _latest(office, Kind.TASK)
    units = _units(entries)
    return tuple(
        PublishedTask(
            lineage=entry.lineage,
            entry_id=entry.pk,
            plan_id=entry.version.plan_id,
            plan=entry.version.plan.title,
            version=entry.version.number,
            subject=entry.subject,
            due=entry.due,
            section=entry.section,
            section_title=entry.section_title,
            quote=entry.quote,
            units=units.get(entry.pk, ()),
        )
        for entry in entries
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


# ------------------------------------------------------------------- one version


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a unit's sheet (责任单)."""

    kind: str
    content: str
    figure: str
    due: str
    role: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """What one unit answers for in a version (责任单): tasks, targets, projects with deadlines."""

    unit_id: int
    name: str
    lines: tuple[SheetLine, ...] = field(default=())

    def of(self, kind: str) -> list[SheetLine]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def tasks(self) -> int:
        return len(self.of(Kind.TASK))

    @property
    def targets(self) -> int:
        return len(self.of(Kind.TARGET))

    @property
    def projects(self) -> int:
        return len(self.of(Kind.PROJECT))

    @property
    def leads(self) -> int:
        return sum(line.role == str(UnitRole.LEAD.label) for line in self.lines)


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that was open at publication; ``since`` says how it was dealt with later."""

    code: str
    place: str
    words: str
    where: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A published version on the screen."""

    version: PlanVersion
    counts: tuple[tuple[str, int], ...]
    sheets: tuple[UnitSheet, ...]
    without_unit: int
    findings: tuple[OpenFinding, ...]


_SHEET_KINDS: Final = (Kind.TASK, Kind.TARGET, Kind.PROJECT)


def version_of(office: Office, plan_id: int, number: int) -> PlanVersion | None:
    """One version of one of the office's plans."""
    found: PlanVersion | None = (
        PlanVersion.objects.filter(office=office, plan_id=plan_id, number=number)
        .select_related("plan", "upload", "published_by", "office")
        .first()
    )
    return found


def version_page(version: PlanVersion) -> VersionPage:
    """The version's counts and its units' sheets."""
    entries = list(LedgerEntry.objects.filter(version=version).order_by("position", "pk"))
    counts = tuple((str(k.label), sum(e.kind == k for e in entries)) for k in Kind)
    sheets, without = _sheets(entries)
    return VersionPage(version, counts, sheets, without, _open_findings(version))


def as_open(rows: Sequence[FindingRow]) -> tuple[OpenFinding, ...]:
    """Findings of the review as a list of links tells them."""
    return tuple(OpenFinding(row.code, row.spans, row.message, row.place) for row in rows)


def _open_findings(version: PlanVersion) -> tuple[OpenFinding, ...]:
    if not version.findings:
        return ()
    marks = SettledFinding.objects.filter(plan=version.plan_id)
    since = {(mark.code, mark.place): mark.get_how_display() for mark in marks}
    return tuple(
        OpenFinding(**each, since=since.get((each["code"], each["place"]), ""))
        for each in version.findings
    )


def unit_sheets(version: PlanVersion) -> tuple[UnitSheet, ...]:
    """The sheets of all units that the version names, in the order of the directory."""
    entries = list(LedgerEntry.objects.filter(version=version).order_by("position", "pk"))
    return _sheets(entries)[0]


def _sheets(entries: Sequence[LedgerEntry]) -> tuple[tuple[UnitSheet, ...], int]:
    by_pk = {entry.pk: entry for entry in entries if entry.kind in _SHEET_KINDS}
    parts = LedgerUnit.objects.filter(
        entry__in=LedgerEntry.objects.filter(version__in={e.version_id for e in entries})
    )
    lines: dict[int, list[tuple[int, SheetLine]]] = defaultdict(list)
    units: dict[int, tuple[int, str]] = {}
    seen: set[tuple[int, int]] = set()
    for part in parts.select_related("unit").order_by("unit__position", "unit__name", "pk"):
        entry = by_pk.get(part.entry_id)
        if part.unit is None or entry is None or (part.unit.pk, entry.pk) in seen:
            continue
        seen.add((part.unit.pk, entry.pk))
        units[part.unit.pk] = (part.unit.position, part.unit.name)
        lines[part.unit.pk].append((entry.position, _line(entry, part)))
    sheets = tuple(
        UnitSheet(
            pk, name, tuple(line for _at, line in sorted(lines[pk], key=lambda each: each[0]))
        )
        for pk, (_position, name) in units.items()
    )
    named = {pk for _unit, pk in seen}
    return sheets, sum(pk not in named for pk in by_pk)


def _line(entry: LedgerEntry, part: LedgerUnit) -> SheetLine:
    source = " ".join(filter(None, (entry.section, entry.section_title)))
    if entry.source != SourceKind.PLAN:
        source = entry.source_name
    return SheetLine(
        kind=entry.kind,
        content=entry.subject,
        figure=figure_of(entry) if entry.kind != Kind.TASK else "",
        due=entry.due.isoformat() if entry.due else "",
        role=str(UnitRole(part.role).label),
        source=source,
    )


def corrected_reading(version: PlanVersion) -> PlanReading:
    """The version as the exports of the reader know it."""
    entries = list(LedgerEntry.objects.filter(version=version).order_by("position", "pk"))
    parts = {entry.lineage: entry.part_of for entry in entries if entry.part_of}
    data = version.reading.data or {}
    return reading_of(data, _document(version.upload), entries, parts, version.about)
