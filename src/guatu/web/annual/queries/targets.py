"""Questions about decomposed targets: the list, the matrix with its remainder, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import F, Max, QuerySet
from django.urls import reverse

from guatu.delivery.annual import decomposition as arithmetic
from guatu.delivery.annual.shares import percentages, places_of, split
from guatu.web.annual.models import AnnualLine, Decomposition, Measure, Share
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.people.models import Office, RegionLevel, Unit
from guatu.web.people.queries import regions_on
from guatu.web.plans.models import Kind, LedgerEntry, LedgerUnit, PlanVersion
from guatu.web.projects.models import CountyShare, Tie, TieKind, TieState

_YUAN: Final = {"元": 1, "万元": 10_000, "亿元": 100_000_000, "亿": 100_000_000}


# How much of the paragraph is shown on either side.
_CONTEXT: Final = 160


class Cut(StrEnum):
    """Among whom a target is given out; each way balances against the same total."""

    REGION = "region"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Meant:
    """How one cut is found among the shares."""

    words: str
    column: str
    filter: dict[str, Any]
    key: Callable[[int], tuple[int | None, int | None]]
    holds: Callable[[Share], bool]


CUTS: Final[Mapping[Cut, Meant]] = {
    Cut.REGION: Meant(
        "各县区",
        "region_id",
        {"region__isnull": False, "unit__isnull": True},
        lambda pk: (pk, None),
        lambda share: share.region_id is not None and share.unit_id is None,
    ),
    Cut.UNIT: Meant(
        "各部门",
        "unit_id",
        {"region__isnull": True, "unit__isnull": False},
        lambda pk: (None, pk),
        lambda share: share.region_id is None and share.unit_id is not None,
    ),
}


def written(value: Decimal) -> str:
    """A number with the digits that count: 1200, 12.5."""
    return f"{value:.{places_of(value)}f}"


def shown(value: Decimal | None) -> str:
    """A number for the page: 1,200, 12.5, − for minus, — for none."""
    return formats.number(value, places_of(value) if value is not None else 0)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A decomposed target in the list."""

    key: str
    url: str
    subject: str
    plan: str
    whole: str
    unit: str
    measured_by: str
    years: str
    given: str
    remainder: str
    state: str


def decompositions(office: Office) -> list[TargetRow]:
    """All decomposed targets of an office; two queries."""
    found = Decomposition.objects.filter(office=office).select_related("plan")
    return [_target_row(each) for each in found.prefetch_related("shares")]


def _target_row(each: Decomposition) -> TargetRow:
    shares = list(each.shares.all())
    totals = {s.year: s.value for s in shares if s.region_id is None and s.unit_id is None}
    accrual = arithmetic.Accrual(each.accrual)
    whole = arithmetic.whole_balance(each.whole, totals, accrual)
    return TargetRow(
        key=str(each.pk),
        url=reverse("annual:target", args=[each.pk]),
        subject=each.subject,
        plan=each.plan.title,
        whole=shown(each.whole),
        unit=each.measure_unit,
        measured_by=each.get_measured_by_display(),
        years=f"{each.start_year}—{each.end_year}",
        given=shown(whole.given) if whole else "不相加",
        remainder=shown(whole.remainder) if whole else "",
        state=_state(each, shares, totals, accrual),
    )


def _state(
    each: Decomposition,
    shares: list[Share],
    totals: Mapping[int, Decimal],
    accrual: arithmetic.Accrual,
) -> str:
    years = range(each.start_year, each.end_year + 1)
    without = [year for year in years if year not in totals]
    if without:
        return f"{len(without)} 个年度还没有全市数"
    for meant in CUTS.values():
        by_year: dict[int, list[Decimal]] = {}
        for share in filter(meant.holds, shares):
            by_year.setdefault(share.year, []).append(share.value)
        if by_year:
            balances = arithmetic.year_balances(totals, by_year, accrual).values()
            open_years = sum(not each.settled for each in balances)
            return f"{open_years} 个年度未分完" if open_years else "已分完"
    return "还没有分"


def published_targets(office: Office, words: str = "") -> QuerySet[LedgerEntry]:
    """Targets of the latest published version of each plan that are not decomposed yet.

    What was reached before the plan begins (基期数) is no target to give out.
    """
    latest = PlanVersion.objects.filter(office=office).order_by().values("plan")
    newest = latest.annotate(last=Max("pk")).values("last")
    taken = Decomposition.objects.filter(office=office).values("lineage")
    found = LedgerEntry.objects.filter(version__in=newest, kind=Kind.TARGET)
    found = found.exclude(lineage__in=taken).select_related("version__plan")
    found = found.exclude(due__year__lt=F("version__plan__start_year"))
    if words:
        found = found.filter(subject__icontains=words)
    return found.order_by("version", "position")


def as_spoken(entry: LedgerEntry) -> tuple[Decimal | None, str]:
    """The target's value and unit as one speaks of it: 6800 亿元 rather than so many 元."""
    value, unit = entry.value, entry.unit
    if value is not None and unit.strip() == "元":
        for name in ("亿元", "万元"):
            scale = _YUAN[name]
            if abs(value) >= scale and value % (scale // 100) == 0:
                return value / scale, name
    return value, unit


def guessed_accrual(entry: LedgerEntry) -> str:
    """How its years probably go together: rates by their unit, sums by their words."""
    if entry.unit.strip() in ("%", "％", "个百分点", "‰"):
        return str(arithmetic.Accrual.RATE)
    summed = any(word in entry.quote for word in ("累计", "完成投资", "新增", "共", "总投资"))
    # Money that is invested adds up over the years; a value that is produced is reached.
    summed = summed or (entry.unit.strip() == "元" and "投资" in entry.subject)
    return str(arithmetic.Accrual.SUM if summed else arithmetic.Accrual.LEVEL)


# --------------------------------------------------------------------- the matrix


@dataclass(frozen=True, slots=True)
class Party:
    """A county or department of the matrix."""

    pk: int
    name: str


def parties(found: Decomposition, cut: Cut, also: int | None = None) -> list[Party]:
    """Counties of the office's area, or departments: those of the entry and those with a share."""
    given = set(found.shares.filter(**CUTS[cut].filter).values_list(CUTS[cut].column, flat=True))
    if cut is Cut.REGION:
        rows = [
            (region.pk, region.name)
            for region in regions_on().select_related("parent")
            if region.pk in given
            or (
                region.level in (RegionLevel.COUNTY, RegionLevel.ZONE)
                and region.parent_id == found.office.region_id
            )
        ]
        return [Party(pk, name) for pk, name in rows]
    of_entry = LedgerUnit.objects.filter(
        entry__lineage=found.lineage, unit__isnull=False, unit__active=True
    ).values_list("unit_id", flat=True)
    wanted = {*given, *of_entry, *([also] if also else [])}
    units = Unit.objects.filter(pk__in=wanted).order_by("position", "name")
    return [Party(unit.pk, str(unit)) for unit in units]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A value of the matrix: what is typed, what it is called, and what it rests on."""

    year: int
    text: str
    shown: str
    source: str
    made_by: str
    part: str


@dataclass(frozen=True, slots=True)
class Inner:
    """A county's departments, and what of the county's share is not given to one, by year."""

    rows: list[MatrixRow]
    remainders: list[tuple[str, bool, bool]]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A county or department through the years."""

    pk: int
    name: str
    cells: list[MatrixCell]
    total: str
    # Of a county that is opened into its departments.
    inner: Inner | None = None

    @property
    def key(self) -> str:
        return str(self.pk)


@dataclass(frozen=True, slots=True)
class YearHead:
    """A year's column: what was given out, what is left."""

    year: int
    given: str
    remainder: str
    open: bool
    over: bool
    over_reason: str
    projects: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """A target by year and county or department, with the remainder."""

    years: list[YearHead]
    area: MatrixRow
    rows: list[MatrixRow]
    whole: str
    given: str
    remainder: str
    whole_open: bool
    whole_over: bool
    adds_up: bool


def matrix(
    found: Decomposition, cut: Cut, also: int | None = None, opened: int | None = None
) -> Matrix:
    """The matrix of one cut; the county ``opened`` with its departments (县区×部门)."""
    shares = list(found.shares.all())
    meant = CUTS[cut]
    by_cell = {(_of(share, meant), share.year): share for share in shares if meant.holds(share)}
    areas = {s.year: s for s in shares if s.region_id is None and s.unit_id is None}
    totals = {year: share.value for year, share in areas.items()}
    accrual = arithmetic.Accrual(found.accrual)
    years = range(found.start_year, found.end_year + 1)
    given: dict[int, list[Decimal]] = {year: [] for year in years}
    for (_pk, year), share in by_cell.items():
        given.setdefault(year, []).append(share.value)
    sums = measured_by_projects(found)
    balances = arithmetic.year_balances(totals, given, accrual)
    whole = arithmetic.whole_balance(found.whole, totals, accrual)
    parts = _parts(by_cell, years) if accrual is not arithmetic.Accrual.RATE else {}
    rows = [
        _row(found, party, [by_cell.get((party.pk, year)) for year in years], years, cut, parts)
        for party in parties(found, cut, also)
    ]
    if cut is Cut.REGION and opened:
        rows = [
            replace(row, inner=_inner(found, row.pk, shares, years, also))
            if row.pk == opened
            else row
            for row in rows
        ]
    area = _row(found, Party(0, "全市"), [areas.get(year) for year in years], years, cut, {})
    return Matrix(
        years=[_head(year, balances.get(year), areas.get(year), sums.get(year)) for year in years],
        area=area,
        rows=rows,
        whole=shown(found.whole),
        given=shown(whole.given) if whole else "",
        remainder=shown(whole.remainder) if whole else "",
        whole_open=bool(whole and whole.remainder),
        whole_over=bool(whole and whole.over),
        adds_up=accrual is not arithmetic.Accrual.RATE,
    )


def _inner(
    found: Decomposition, region: int, shares: list[Share], years: range, also: int | None
) -> Inner:
    """The departments of one county: those of the entry, and those with a share there."""
    there = {(s.unit_id, s.year): s for s in shares if s.region_id == region and s.unit_id}
    county = {s.year: s.value for s in shares if s.region_id == region and s.unit_id is None}
    units = {party.pk: party for party in parties(found, Cut.UNIT, also)}
    missing = {unit for unit, _year in there if unit} - set(units)
    for unit in Unit.objects.filter(pk__in=missing) if missing else ():
        units[unit.pk] = Party(unit.pk, str(unit))
    rows = [
        _row(found, party, [there.get((party.pk, y)) for y in years], years, Cut.UNIT, {})
        for party in units.values()
    ]
    remainders = []
    for year in years:
        given = [share.value for (_unit, y), share in there.items() if y == year]
        balance = arithmetic.balance(county.get(year), given)
        remainders.append((shown(balance.remainder), balance.over, balance.settled))
    return Inner(rows, remainders)


def _of(share: Share, meant: Meant) -> int:
    return int(getattr(share, meant.column))


def _parts(by_cell: Mapping[tuple[int, int], Share], years: range) -> dict[tuple[int, int], str]:
    """What per cent of its year each cell is; each year adds up to 100.0."""
    texts = {}
    for year in years:
        keys = [key for key in by_cell if key[1] == year]
        amounts = [int(by_cell[key].value.scaleb(6)) for key in keys]
        for key, part in zip(keys, percentages(amounts), strict=True):
            texts[key] = f"{part}%"
    return texts


def _row(
    found: Decomposition,
    party: Party,
    shares: list[Share | None],
    years: range,
    cut: Cut,
    parts: Mapping[tuple[int, int], str],
) -> MatrixRow:
    cells = [
        MatrixCell(
            year=year,
            text=written(share.value) if share else "",
            shown=shown(share.value) if share else "",
            source=reverse("annual:why-share", args=[share.pk]) if share else "",
            made_by=share.made_by if share else "",
            part=parts.get((party.pk, year), ""),
        )
        for year, share in zip(years, shares, strict=True)
    ]
    values = [share.value for share in shares if share]
    total = ""
    if values and found.accrual == arithmetic.Accrual.SUM:
        total = shown(sum(values, Decimal(0)))
    elif values and found.accrual == arithmetic.Accrual.LEVEL:
        total = shown(values[-1])
    return MatrixRow(party.pk, party.name, cells, total)


def _head(
    year: int,
    balance: arithmetic.Balance | None,
    area: Share | None,
    projects: Decimal | None,
) -> YearHead:
    return YearHead(
        year=year,
        given=shown(balance.given) if balance else "",
        remainder=shown(balance.remainder) if balance else "",
        open=bool(balance and balance.remainder),
        over=bool(balance and balance.over),
        over_reason=area.over_reason if area else "",
        projects=shown(projects) if projects is not None else "",
        settled=bool(balance and balance.settled),
    )


# ------------------------------------------------------------- summed from projects


def _tied(found: Decomposition) -> Any:
    ties = Tie.objects.filter(
        kind=TieKind.TARGET, entry=str(found.lineage), state=TieState.CONFIRMED
    )
    return ties.values("project_id")


def _tied_lines(found: Decomposition) -> QuerySet[AnnualLine]:
    lines = AnnualLine.objects.filter(
        plan__office=found.office_id, moved_out=False, project__in=_tied(found)
    )
    return lines.filter(investment__isnull=False)


def project_sums(found: Decomposition, year: int, cut: Cut) -> dict[int, int]:
    """Year's investment of tied projects by county or unit, in 元.

    A project that lies in several counties counts in each with its share of it.
    """
    lines = list(_tied_lines(found).filter(plan__year=year).select_related("project"))
    sums: dict[int, int] = {}
    if cut is Cut.UNIT:
        for line in lines:
            if line.project.unit_id:
                sums[line.project.unit_id] = sums.get(line.project.unit_id, 0) + (
                    line.investment or 0
                )
        return sums
    by_project: dict[int, list[CountyShare]] = {}
    for share in CountyShare.objects.filter(project__in=[line.project_id for line in lines]):
        by_project.setdefault(share.project_id, []).append(share)
    for line in lines:
        shares = by_project.get(line.project_id, [])
        regions: list[int | None] = [share.region_id for share in shares]
        regions = regions or [line.project.region_id]
        weights = [share.amount for share in shares] or [1]
        for region, amount in zip(regions, split(line.investment or 0, weights), strict=True):
            if region:
                sums[region] = sums.get(region, 0) + amount
    return sums


def measured_by_projects(found: Decomposition) -> dict[int, Decimal]:
    """What the tied projects are planned to bring each year, in the target's own unit.

    Only for targets that are summed from projects and count money.
    """
    factor = _YUAN.get(found.measure_unit.strip())
    if found.measured_by != Measure.PROJECTS or factor is None:
        return {}
    sums: dict[int, int] = {}
    for year, amount in _tied_lines(found).values_list("plan__year", "investment"):
        sums[year] = sums.get(year, 0) + (amount or 0)
    cent = Decimal("0.01")
    return {year: (Decimal(amount) / factor).quantize(cent) for year, amount in sums.items()}


# ------------------------------------------------------------------ 点数见据


def share_source(share: Share) -> Source:
    """What a share rests on: the paper, how it was worked out, the plan's sentence."""
    found = share.decomposition
    who = " · ".join(str(part) for part in (share.region, share.unit) if part) or "全市"
    lines = [f"下达文件：{share.source_name or found.source_name or '未填'}"]
    lines.append(f"分解办法：{share.made_by or '逐项填写'}")
    if share.touched_by:
        lines.append(f"{share.touched_by.name}，{formats.moment(share.touched)}")
    if share.over_reason:
        lines.append(f"超分说明：{share.over_reason}")
    return Source(
        name=f"{who} {share.year}年：{found.subject[:60]}",
        value=shown(share.value),
        unit=found.measure_unit,
        definition=f"{found.get_accrual_display()}；计量方式：{found.get_measured_by_display()}。",
        steps=[Step("分解", lines), *plan_steps(found)],
    )


def whole_source(found: Decomposition) -> Source:
    """What the target's own value rests on."""
    return Source(
        name=found.subject[:80],
        value=shown(found.whole),
        unit=found.measure_unit,
        definition=f"方案目标值；{found.get_accrual_display()}；计量方式：{found.get_measured_by_display()}。",
        steps=plan_steps(found),
    )


@dataclass(frozen=True, slots=True)
class Sentence:
    """The target's words in their paragraph of the plan."""

    before: str
    quote: str
    after: str


def sentence_of(found: Decomposition) -> Sentence:
    """Where the plan says it: the paragraph in its latest published version."""
    entries = LedgerEntry.objects.filter(office=found.office_id, lineage=found.lineage)
    entry = entries.select_related("version__upload").order_by("-version__number").first()
    if entry is None or entry.start is None or entry.end is None:
        return Sentence("", found.quote, "")
    text, start, end = entry.version.upload.text, entry.start, entry.end
    first = max(text.rfind("\n", 0, start) + 1, start - _CONTEXT)
    last = text.find("\n", end)
    last = min(last if last >= 0 else len(text), end + _CONTEXT)
    return Sentence(text[first:start], text[start:end], text[end:last])


def plan_steps(found: Decomposition) -> list[Step]:
    """Back to the ledger and the plan's sentence."""
    address = reverse("annual:target", args=[found.pk])
    said = sentence_of(found)
    return [
        Step("台账", [found.plan.title, found.section], rows=[("方案目标值", shown(found.whole))]),
        Step(
            "方案原文",
            before=said.before,
            quote=said.quote,
            after=said.after,
            link=address,
            link_words="打开分解表",
        ),
    ]
