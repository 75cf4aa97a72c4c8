"""The desk of reporting: cycles, periods, the plan's own duties, the holiday table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, Value
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.periods import Period, PeriodKind
from guatu.text.calendar import is_announced, is_workday
from guatu.web.page.paging import Paged, paged
from guatu.web.page.search import Hit
from guatu.web.page.waiting import Matter
from guatu.web.people.models import Office
from guatu.web.people.permissions import may
from guatu.web.plans.models import Kind, LedgerEntry, PlanVersion
from guatu.web.reporting.models import (
    Ask,
    Cycle,
    CycleKind,
    DueKind,
    FileState,
    Holiday,
    PeriodState,
    PeriodUnit,
    Report,
    ReportingPeriod,
    ReturnedFile,
)

_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class CycleCard:
    """A cycle on the desk, and the period that comes next."""

    pk: int
    name: str
    kind: str
    term: str
    ask_by: str
    rests_on: str
    active: bool
    next_key: str
    next_label: str
    open_url: str


def cycles(office: Office, today: date) -> list[CycleCard]:
    """The office's cycles, those in use first."""
    newest: dict[int, ReportingPeriod] = {}
    for period in ReportingPeriod.objects.filter(office=office).order_by("start"):
        newest[period.cycle_id] = period
    return [_card(cycle, newest.get(cycle.pk), today) for cycle in _cycles(office)]


def _cycles(office: Office) -> list[Cycle]:
    return list(Cycle.objects.filter(office=office))


def _card(cycle: Cycle, newest: ReportingPeriod | None, today: date) -> CycleCard:
    coming = next_period(cycle, newest, today)
    return CycleCard(
        pk=cycle.pk,
        name=cycle.name,
        kind=cycle.get_kind_display(),
        term=f"期末后 {cycle.due_count} 个{cycle.get_due_kind_display()}内报",
        ask_by=cycle.get_ask_by_display(),
        rests_on=f"“{cycle.quote}”" if cycle.quote else cycle.source_name,
        active=cycle.active,
        next_key=coming.key,
        next_label=coming.label,
        open_url=reverse("reporting:open", args=[cycle.pk]) + f"?key={coming.key}",
    )


def next_period(cycle: Cycle, newest: ReportingPeriod | None, today: date) -> Period:
    """The period after the last one opened; the last one that is over where none was."""
    if newest is not None:
        return newest.period.next
    return Period.of(PeriodKind(cycle.kind), today).previous


def period_choices(cycle: Cycle, today: date) -> list[tuple[str, str]]:
    """Periods that can be opened: from the one after the last, up to the one we are in."""
    newest = cycle.periods.order_by("-start").first()
    opened = set(cycle.periods.values_list("key", flat=True))
    here = Period.of(PeriodKind(cycle.kind), today)
    wanted = next_period(cycle, newest, today)
    # A year back at most: who begins in autumn can fill in the months before.
    first = min(wanted, here)
    for _each in range(12):
        first = first.previous
    found = []
    while first <= max(here, wanted):
        if first.key not in opened:
            found.append((first.key, first.label))
        first = first.next
    return list(reversed(found))


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period in the list."""

    key: str
    url: str
    label: str
    cycle: str
    due: str
    state: str
    asked: int
    reported: int
    units: int
    owing: int
    late: int
    files: int


def periods(office: Office, params: QueryDict) -> Paged[PeriodRow]:
    """The office's periods, the latest first."""
    found = ReportingPeriod.objects.filter(office=office).select_related("cycle")
    page: Paged[ReportingPeriod] = paged(found, params, size=12)
    rows = _period_rows(list(page.rows))
    return Paged(rows, page.number, page.size, page.total, page.query)


def _period_rows(found: list[ReportingPeriod]) -> list[PeriodRow]:
    pks = [period.pk for period in found]
    units = PeriodUnit.objects.filter(period__in=pks).order_by()
    asked = _by_unit(Ask.objects.filter(period_unit__in=units.values("pk")))
    told = _by_unit(Report.objects.filter(period_unit__in=units.values("pk"), current=True))
    of_period: dict[int, list[int]] = {pk: [] for pk in pks}
    let_off = set()
    for unit, period, exempt_at in units.values_list("pk", "period", "exempt_at"):
        of_period[period].append(unit)
        if exempt_at is not None:
            let_off.add(unit)
    files: dict[int, int] = dict(
        ReturnedFile.objects.filter(period__in=pks, state=FileState.STAGED)
        .order_by()
        .values_list("period")
        .annotate(n=Count("pk"))
    )
    return [
        _period_row(
            period,
            {unit: asked[unit] for unit in of_period[period.pk] if unit in asked},
            {unit: told[unit] for unit in of_period[period.pk] if unit in told},
            let_off,
            files.get(period.pk, 0),
        )
        for period in found
    ]


def _by_unit(found: Any) -> dict[int, tuple[int, int]]:
    """How many rows, and how many of them late, of each unit of a period.

    By the unit alone, which is of one period: so an index answers and no row is read.
    """
    late = Count("pk", filter=Q(late=True)) if found.model is Report else Value(0)
    rows = found.order_by().values_list("period_unit").annotate(n=Count("pk"), l=late)
    return {unit: (count, late_ones) for unit, count, late_ones in rows}


def _period_row(
    period: ReportingPeriod,
    asked: dict[int, tuple[int, int]],
    told: dict[int, tuple[int, int]],
    let_off: set[int],
    files: int,
) -> PeriodRow:
    owing = sum(
        unit not in let_off and told.get(unit, (0, 0))[0] < count
        for unit, (count, _late) in asked.items()
    )
    return PeriodRow(
        key=str(period.pk),
        url=reverse("reporting:period", args=[period.pk]),
        label=period.period.label,
        cycle=period.cycle.name,
        due=period.due.isoformat() + ("（待定）" if period.due_provisional else ""),
        state=period.get_state_display(),
        asked=sum(count for count, _late in asked.values()),
        reported=sum(count for count, _late in told.values()),
        units=len(asked),
        owing=owing,
        late=sum(late for _count, late in told.values()),
        files=files,
    )


# ------------------------------------------------------------------ the plan's duties

_KINDS: Final = {kind.value for kind in CycleKind}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A timed duty (时限要求) of a published plan, and the cycle that it would make."""

    key: str
    quote: str
    kind: str
    term: str
    actor: str
    plan: str
    used: bool
    url: str


def duties(office: Office) -> list[DutyRow]:
    """Regular duties of the office's published plans, those with a term first."""
    used = set(
        Cycle.objects.filter(office=office, lineage__isnull=False).values_list("lineage", flat=True)
    )
    found = [
        _duty(entry, entry.lineage in used)
        for entry in _duty_entries(office)
        if entry.fields.get("cadence") in _KINDS
    ]
    return sorted(found, key=lambda row: (row.used, not row.term))


def _duty_entries(office: Office) -> list[LedgerEntry]:
    newest: dict[int, int] = {}
    versions = PlanVersion.objects.filter(office=office).order_by("number")
    for plan, version in versions.values_list("plan_id", "pk"):
        newest[plan] = version
    found = LedgerEntry.objects.filter(version__in=newest.values(), kind=Kind.ROUTINE)
    return list(found.select_related("version__plan"))


def _duty(entry: LedgerEntry, used: bool) -> DutyRow:
    days, kind = entry.fields.get("days"), entry.fields.get("day_kind")
    words = DueKind.WORKDAY.label if kind == "workday" else DueKind.CALENDAR.label
    return DutyRow(
        key=str(entry.pk),
        quote=entry.quote,
        kind=str(CycleKind(entry.fields["cadence"]).label),
        term=f"{days} 个{words}" if days else "",
        actor=entry.fields.get("actor") or "",
        plan=entry.version.plan.title,
        used=used,
        url=f"?duty={entry.pk}",
    )


_NAMES: Final = {
    "ten-day": "旬调度",
    "month": "月调度",
    "quarter": "季度报送",
    "half-year": "半年报送",
    "year": "年度报送",
}


def name_of(duty: LedgerEntry) -> str:
    """What a cycle made from the duty may be called."""
    return _NAMES[duty.fields["cadence"]]


def duty_of(office: Office, pk: str) -> LedgerEntry | None:
    """A duty that a cycle can be made from."""
    if not pk.isdigit():
        return None
    wanted = (entry for entry in _duty_entries(office) if entry.pk == int(pk))
    return next((each for each in wanted if each.fields.get("cadence") in _KINDS), None)


# ------------------------------------------------------------------ days off


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day of the table beside what the announced calendar says."""

    pk: int
    day: date
    weekday: str
    works: bool
    announced: str
    note: str
    by: str


def holidays() -> list[HolidayRow]:
    """The holiday table, the latest day first."""
    return [
        HolidayRow(
            pk=row.pk,
            day=row.day,
            weekday="一二三四五六日"[row.day.weekday()],
            works=row.works,
            announced=_announced(row.day),
            note=row.note,
            by=row.by.name,
        )
        for row in Holiday.objects.select_related("by").order_by("-day")
    ]


def _announced(day: date) -> str:
    if not is_announced(day):
        return "未公布"
    return "上班" if is_workday(day) else "放假"


def last_announced_year(today: date) -> int:
    """The last year for which the calendar is announced."""
    year = today.year + 3
    while year > today.year - 3 and not is_announced(date(year, 6, 1)):
        year -= 1
    return year


# ------------------------------------------------------------------ for the frame


def waiting(by: Any) -> list[Matter]:
    """What waits on the workbench: files to check, units that are overdue."""
    if not may(by, "reporting.run"):
        return []
    open_ones = list(
        ReportingPeriod.objects.filter(office=by.office, state=PeriodState.OPEN).select_related(
            "cycle"
        )[:3]
    )
    if not open_ones:
        return []
    rows = _period_rows(open_ones)
    found = []
    for period, row in zip(open_ones, rows, strict=True):
        if row.files:
            words = f"{period}有 {row.files} 份填报表待核对"
            url = reverse("reporting:back", args=[period.pk])
            found.append(Matter(words, url, row.files, "去核对", "调度"))
        if row.owing and period.due >= period.end:
            words = f"{period}还有 {row.owing} 家未报全，期限 {period.due}"
            url = reverse("reporting:missing", args=[period.pk])
            found.append(Matter(words, url, row.owing, "去催报", "调度"))
    return found[:6]


def search_periods(words: str, by: Any) -> list[Hit]:
    """Ctrl-K: 2026年10月, 调度."""
    found = ReportingPeriod.objects.filter(office=by.office_id).select_related("cycle")[:60]
    return [
        Hit(str(p), "调度", reverse("reporting:period", args=[p.pk]), p.get_state_display())
        for p in found
        if words in str(p) or words in p.key
    ]
