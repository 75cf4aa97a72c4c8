"""The review screen: the marked text, the ledger in reading order, the findings, the names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from django.db.models import Count, Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guatu.checks import Case, run_checks
from guatu.documents.document import Document
from guatu.exports import words as wording
from guatu.exports.lookup import Lookup
from guatu.exports.marks import Mark, plan_html
from guatu.ledger.findings import Finding
from guatu.reading.reading import Reading as PlanReading
from guatu.text.span import Span
from guatu.web.people.models import Unit
from guatu.web.people.names import Candidate
from guatu.web.plans.models import (
    SETTLED,
    STANDING,
    Entry,
    EntryColumns,
    Kind,
    Plan,
    SourceKind,
    State,
    Upload,
)
from guatu.web.plans.names import NamesOf, printed_names
from guatu.web.plans.queries.findings import FindingRow, finding_rows
from guatu.web.plans.rows import JsonObject, document_of, reading_of

STYLES: Final = {
    Kind.TARGET: "t",
    Kind.TASK: "k",
    Kind.DUTY: "d",
    Kind.PROJECT: "p",
    Kind.ROUTINE: "r",
    Kind.CITATION: "c",
}
# Short enough for one line of tabs.
_TABS: Final = {
    Kind.TARGET: "指标",
    Kind.TASK: "任务",
    Kind.DUTY: "责任",
    Kind.PROJECT: "项目",
    Kind.ROUTINE: "时限",
    Kind.CITATION: "引用",
}
_SIGNS: Final = {"ge": "≥", "le": "≤", "approx": "≈", "eq": ""}
_EXCLUSIVE: Final = {"ge": ">", "le": "<"}
_YI: Final = Decimal(10) ** 8
_WAN: Final = Decimal(10) ** 4


@dataclass(frozen=True, slots=True)
class Progress:
    """已核 63 / 109, in all and by kind."""

    settled: int
    total: int
    kinds: tuple[tuple[str, str, int, int], ...]

    @property
    def left(self) -> int:
        return self.total - self.settled


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the ledger as the review shows it."""

    pk: int
    kind: str
    kind_words: str
    state: str
    state_words: str
    version: int
    subject: str
    figure: str
    due: str
    units: str
    section: str
    section_title: str
    quote: str
    start: int | None
    source: str
    by: str

    @property
    def place(self) -> str:
        return f"{self.section} {self.section_title}".strip()

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """What is odd in the plan, and the sentences that belong to no entry."""

    findings: tuple[FindingRow, ...]
    left_out: tuple[str, ...]

    @property
    def open_findings(self) -> tuple[FindingRow, ...]:
        """Those nobody has dealt with yet."""
        return tuple(row for row in self.findings if not row.settled)

    @property
    def settled_findings(self) -> tuple[FindingRow, ...]:
        """Those dealt with."""
        return tuple(row for row in self.findings if row.settled)


@dataclass(frozen=True, slots=True)
class ReviewPage(FindingsPage):
    """All of the review screen."""

    plan: Plan
    upload: Upload
    text: SafeString
    rows: tuple[EntryRow, ...]
    progress: Progress
    sections: tuple[tuple[str, str], ...]


def progress_of(plan: Plan) -> Progress:
    """How far the review is; one query."""
    counted = (
        Entry.objects.filter(plan=plan)
        .exclude(state=State.WITHDRAWN)
        .values("kind")
        .annotate(total=Count("pk"), settled=Count("pk", filter=Q(state__in=SETTLED)))
    )
    by_kind = {row["kind"]: (row["settled"], row["total"]) for row in counted}
    kinds = tuple((str(k), _TABS[k], *by_kind.get(str(k), (0, 0))) for k in Kind)
    return Progress(sum(k[2] for k in kinds), sum(k[3] for k in kinds), kinds)


def _entries(plan: Plan) -> list[Entry]:
    rows = Entry.objects.filter(plan=plan).exclude(state=State.WITHDRAWN)
    return list(rows.select_related("touched_by").order_by("position", "pk"))


def entry_row(entry: Entry) -> EntryRow:
    """One entry as its row."""
    fields = entry.fields
    return EntryRow(
        pk=entry.pk,
        kind=entry.kind,
        kind_words=str(Kind(entry.kind).label),
        state=entry.state,
        state_words=str(State(entry.state).label),
        version=entry.version,
        subject=entry.subject,
        figure=figure_of(entry),
        due=_due(entry),
        units=units_in_words(fields.get("units") or ()),
        section=entry.section,
        section_title=entry.section_title,
        quote=entry.quote,
        start=entry.start,
        source="" if entry.source == SourceKind.PLAN else _source(entry),
        by=entry.touched_by.name if entry.touched_by and entry.state != State.NEW else "",
    )


def _source(entry: EntryColumns) -> str:
    return f"{SourceKind(entry.source).label}：{entry.source_name}"


def _due(entry: EntryColumns) -> str:
    return entry.due.isoformat() if entry.due else ""


def figure_of(entry: EntryColumns) -> str:
    """What stands in the figure's column: ≥1,450亿元, 每月 5个工作日, 前期."""
    fields = entry.fields
    match entry.kind:
        case Kind.TARGET:
            return target_in_words(fields)
        case Kind.DUTY:
            return wording.ROLES.get(fields.get("role", ""), "")
        case Kind.PROJECT:
            return wording.STAGES.get(fields.get("stage", ""), "")
        case Kind.ROUTINE:
            days = wording.days(fields.get("days"), fields.get("day_kind"))
            return " ".join(
                filter(None, (wording.CADENCES.get(fields.get("cadence", ""), ""), days))
            )
        case Kind.CITATION:
            return fields.get("number") or ""
        case _:
            return ""


def target_in_words(fields: JsonObject) -> str:
    """The number with its bound and unit."""
    comparator = fields.get("comparator", "eq")
    signs = _EXCLUSIVE if fields.get("exclusive") and comparator in _EXCLUSIVE else _SIGNS
    change = {"increase": _("增"), "decrease": _("减")}.get(fields.get("change", ""), "")
    unit = fields.get("unit") or ""
    value, high = _number(fields.get("value")), _number(fields.get("high"))
    if value is None:
        return ""
    scale, magnitude = _scale(value)
    text = wording.number(value / scale)
    if high is not None:
        text += f"—{wording.number(high / scale)}"
    return f"{change}{signs.get(comparator, '')}{text}{magnitude}{unit}"


def _scale(value: Decimal) -> tuple[Decimal, str]:
    if abs(value) >= _YI:
        return _YI, "亿"
    return (_WAN, "万") if abs(value) >= _WAN and value % 100 == 0 else (Decimal(1), "")


def _number(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def units_in_words(parts: Sequence[JsonObject]) -> str:
    """牵头：市发改委；责任：市财政局、市住建局."""
    by_role: dict[str, list[str]] = {}
    for part in parts:
        by_role.setdefault(part["role"], []).append(part["unit"])
    return "；".join(
        f"{wording.ROLES[role]}：{'、'.join(by_role[role])}"
        for role in wording.ROLES
        if role in by_role
    )


# ------------------------------------------------------------------------ the page


def review_page(plan: Plan) -> ReviewPage | None:
    """The screen's content; None while the plan is not read."""
    reading = plan.current_reading
    if reading is None or reading.data is None:
        return None
    upload, data = reading.upload, reading.data
    entries = _entries(plan)
    document = _document(upload)
    standing = [entry for entry in entries if entry.state in STANDING]
    corrected = _corrected(data, document, standing)
    findings = _findings(corrected)
    found = finding_rows(plan, findings, Lookup(corrected))
    return ReviewPage(
        plan=plan,
        upload=upload,
        text=_html(plan, document, corrected, entries, list(zip(findings, found, strict=True))),
        rows=tuple(entry_row(entry) for entry in entries),
        findings=found,
        progress=_progress(entries),
        sections=tuple(dict.fromkeys((s.path, s.title) for s in corrected.ledger.sections)),
        left_out=tuple(quote["quote"] for quote in data["coverage"]["left_out"]),
    )


def findings_page(plan: Plan) -> FindingsPage | None:
    """The findings alone; None while the plan is not read."""
    reading = plan.current_reading
    if reading is None or reading.data is None:
        return None
    standing = [entry for entry in _entries(plan) if entry.state in STANDING]
    corrected = _corrected(reading.data, _document(reading.upload), standing)
    rows = finding_rows(plan, _findings(corrected), Lookup(corrected))
    return FindingsPage(rows, tuple(q["quote"] for q in reading.data["coverage"]["left_out"]))


def _progress(entries: Sequence[Entry]) -> Progress:
    kinds = []
    for kind in Kind:
        of_kind = [entry for entry in entries if entry.kind == kind]
        settled = sum(entry.state in SETTLED for entry in of_kind)
        kinds.append((str(kind), _TABS[kind], settled, len(of_kind)))
    return Progress(sum(k[2] for k in kinds), sum(k[3] for k in kinds), tuple(kinds))


def _document(upload: Upload) -> Document:
    return document_of(
        name=upload.file_name,
        form=upload.format,
        text=upload.text,
        layout=upload.layout,
        remarks=upload.remarks,
    )


def _corrected(data: JsonObject, document: Document, standing: Sequence[Entry]) -> PlanReading:
    lineage = {entry.pk: entry.lineage for entry in standing}
    parts = {e.lineage: lineage.get(e.part_of_id) for e in standing if e.part_of_id}
    return reading_of(data, document, standing, parts)


def _findings(corrected: PlanReading) -> tuple[Finding, ...]:
    """What is odd in the ledger as corrected so far: a mended entry no longer complains."""
    return run_checks(Case.of(corrected.ledger, corrected.document.text))


def _html(
    plan: Plan,
    document: Document,
    corrected: PlanReading,
    entries: Sequence[Entry],
    findings: Sequence[tuple[Finding, FindingRow]],
) -> SafeString:
    marks = [
        Mark(
            Span(entry.start, entry.end),
            f"e-{entry.pk}",
            f"{STYLES[Kind(entry.kind)]} s-{entry.state}",
            f"e-{entry.pk}",
        )
        for entry in entries
        if entry.start is not None and entry.end is not None
    ]
    end = len(document.text)
    for number, (finding, row) in enumerate(findings):
        style = "fx" if row.settled else f"f{finding.severity[0]}"
        for i, place in enumerate(finding.places):
            if place.end <= end:
                anchor = f"f-{number}" if i == 0 else ""
                marks.append(Mark(place.span, f"f-{number}", style, anchor))
    # plan_html escapes every character of the text.
    return mark_safe(plan_html(document, corrected.ledger.sections, plan.title, marks))


# ----------------------------------------------------------------------- the names


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name printed in the plan, and what it is taken for."""

    name: str
    count: int
    unit_id: int | None
    unit: str
    # decided, known, ask or unknown
    how: str
    candidates: tuple[Candidate, ...]


def names_page(plan: Plan) -> tuple[NameRow, ...]:
    """All names of units of the ledger, those to settle first."""
    entries = list(Entry.objects.filter(plan=plan, state__in=STANDING).order_by("position"))
    names = NamesOf(plan)
    rows = [_name_row(name, count, names) for name, count in printed_names(entries).items()]
    return tuple(sorted(rows, key=lambda row: row.how in ("decided", "known")))


def _name_row(name: str, count: int, names: NamesOf) -> NameRow:
    candidates = names.candidates(name)
    if name in names.decided:
        how = "decided"
    elif names.pending(name):
        how = "ask" if candidates else "unknown"
    else:
        how = "known"
    return NameRow(name, count, names.unit_id(name), names.unit_name(name), how, candidates)


def unit_names(pks: Sequence[int]) -> dict[int, str]:
    """Full names of units by key."""
    return dict(Unit.objects.filter(pk__in=pks).values_list("pk", "name"))
