"""Projects of a closed period: behind a number of the board, with what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.closing.facts import Basis, ReportState
from guatu.delivery.supervision.colours import Colour
from guatu.web.page.filters import ChoiceFilter, Filter, TextFilter
from guatu.web.page.paging import Paged, paged
from guatu.web.page.tables import Column, sort_of
from guatu.web.projects.models import Stage
from guatu.web.supervision.models import Close, ClosedProject, Light

COLUMNS: Final = (
    Column("name", "项目", link="url", width="l", sort=True),
    Column("light", "灯", "light"),
    Column("words", "亮灯原因", width="l", template="board/_reason.html"),
    Column("unit", "责任单位", sort=True),
    Column("county", "县区", sort=True),
    Column("planned", "年度计划", "wan", "万元", sort=True, link="planned_source"),
    Column("reached_year", "本年累计", "wan", "万元", sort=True, link="source"),
    Column("this_period", "本期", "wan", "万元", sort=True, link="period_source"),
    Column("rate", "完成率", "percent"),
    Column("deviation", "偏差", "points", "百分点"),
    Column("report", "报送"),
)
# What made a project one of those behind a number that changed.
EVENTS: Final = (
    ("changed", "变灯"),
    ("worse", "新亮红灯、黄灯"),
    ("better", "灯色转好"),
    ("started", "本期开工"),
    ("finished", "本期竣工"),
    ("missing", "本期未报"),
    ("stagnant", "停滞"),
    ("paused", "停缓建"),
    ("moved", "调入调出"),
    ("adjusted", "通报后调整、核减"),
)
_REPORTS: Final = tuple((state.value, state.words) for state in ReportState)
_GRAVITY: Final = {colour: place for place, colour in enumerate(("green", "yellow", "red"))}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project as it was closed; money in 元, rate a part, deviation 百分点."""

    key: str
    url: str
    name: str
    light: str
    words: str
    unit: str
    county: str
    leader: str
    stage: str
    planned: int | None
    reached_year: int
    this_period: int
    rate: Decimal | None
    deviation: Decimal | None
    report: str
    light_source: str
    planned_source: str
    source: str
    period_source: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of projects, and the sums of all that the filters leave."""

    page: Paged[ProjectRow]
    planned: int
    reached: int
    this_period: int


def filters(close: Close) -> tuple[Filter, ...]:
    """The boxes above the list; one query."""
    seen: dict[str, set[str]] = {"unit": set(), "county": set(), "sector": set(), "leader": set()}
    rows = ClosedProject.objects.filter(close=close, leaf=True).order_by()
    for *values, shares in rows.values_list(*seen, "shares").distinct():
        for held, value in zip(seen.values(), values, strict=True):
            held.add(value)
        seen["county"] |= {share[0] for share in shares}
    offered = {
        name: [(value, value) for value in sorted(held) if value] for name, held in seen.items()
    }
    return (
        TextFilter("q", "项目", "项目名称"),
        ChoiceFilter("light", "灯", [(colour.value, colour.words) for colour in Colour]),
        ChoiceFilter("county", "县区", offered["county"]),
        ChoiceFilter("unit", "责任单位", offered["unit"]),
        ChoiceFilter("sector", "类别", offered["sector"]),
        ChoiceFilter("leader", "联系领导", offered["leader"]),
        ChoiceFilter("event", "情形", EVENTS),
        ChoiceFilter("report", "报送", _REPORTS),
    )


def chosen_rows(close: Close, chosen: Mapping[str, str]) -> QuerySet[ClosedProject]:
    """Closed leaf projects that a filter leaves, in the library's order."""
    found: QuerySet[ClosedProject] = ClosedProject.objects.filter(close=close, leaf=True)
    for name in ("unit", "sector", "leader", "report"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    if "county" in chosen:
        found = found.filter(in_county(close, chosen["county"]))
    if words := chosen.get("q"):
        found = found.filter(name__icontains=words)
    lights = Light.objects.filter(close=close, leaf=True)
    if colour := chosen.get("light"):
        found = found.filter(project__in=lights.filter(colour=colour).values("project_id"))
    if event := chosen.get("event"):
        found = _of_event(found, lights, close, event)
    return found


def in_county(close: Close, county: str) -> Q:
    """Rows of a county: its own, and line projects with a share in it."""
    shared = [
        pk
        for pk, shares in ClosedProject.objects.filter(close=close, leaf=True)
        .exclude(shares=[])
        .values_list("pk", "shares")
        if county in {share[0] for share in shares}
    ]
    return Q(county=county, shares=[]) | Q(pk__in=shared)


def _of_event(
    found: QuerySet[ClosedProject], lights: QuerySet[Any], close: Close, event: str
) -> QuerySet[ClosedProject]:
    start, end = close.period.start, close.period.end
    match event:
        case "changed" | "worse" | "better":
            turned = lights.filter(changed=True).values_list("project_id", "before", "colour")
            return found.filter(
                project__in=[
                    project
                    for project, before, after in turned
                    if event == "changed" or turn_of(before, after) == event
                ]
            )
        case "started":
            return found.filter(started_on__range=(start, end))
        case "finished":
            return found.filter(finished_on__range=(start, end))
        case "missing":
            return found.filter(report=ReportState.MISSING.value)
        case "stagnant":
            return found.filter(stagnant=True)
        case "paused":
            return found.filter(paused_on__isnull=False)
        case "moved":
            return found.filter(
                Q(moved_in_on__range=(start, end)) | Q(moved_out_on__range=(start, end))
            )
        case _:
            return found.exclude(adjustment=0, reduction=0)


def turn_of(before: str, after: str) -> str:
    """Whether a change of light is for the worse or the better; of 灰 and 停 it is neither."""
    if before not in _GRAVITY or after not in _GRAVITY:
        return "worse" if after in ("red", "yellow") else ""
    return "worse" if _GRAVITY[after] > _GRAVITY[before] else "better"


def listing(close: Close, chosen: Mapping[str, str], params: QueryDict) -> Listing:
    """The projects behind a number: four queries, whatever there are."""
    found = chosen_rows(close, chosen)
    # 合计 as the board counts it: only those of the close's own 口径.
    whose = found.filter(counted(close))
    planned = "issued" if close.basis == Basis.ORIGINAL.value else "planned"
    sums = whose.aggregate(a=Sum(planned), b=Sum("reached_year"), c=Sum("this_period"))
    name, down = sort_of(params, COLUMNS)
    order = F(name).desc(nulls_last=True) if down else F(name or "position").asc(nulls_last=True)
    page: Paged[ClosedProject] = paged(found.order_by(order, "position", "pk"), params)
    rows = project_rows(close, page.rows)
    return Listing(
        Paged(rows, page.number, page.size, page.total, page.query),
        sums["a"] or 0,
        sums["b"] or 0,
        sums["c"] or 0,
    )


def counted(close: Close) -> Q:
    """Rows that are of the close's own 口径 (``ClosedRow.counts_in`` as a query)."""
    match Basis(close.basis):
        case Basis.ORIGINAL:
            return Q(issued__isnull=False)
        case Basis.ADJUSTED:
            return Q(planned__isnull=False, paused_on__isnull=True)
        case Basis.REPORTED:
            return Q()


def project_rows(close: Close, rows: Iterable[ClosedProject]) -> list[ProjectRow]:
    """These rows with their lights; one query."""
    rows = list(rows)
    lights = {
        project: (colour, words)
        for project, colour, words in Light.objects.filter(
            close=close, project__in=[row.project_id for row in rows]
        ).values_list("project_id", "colour", "words")
    }
    return [_row(close, row, *lights.get(row.project_id, ("", ""))) for row in rows]


def _row(close: Close, row: ClosedProject, colour: str, words: str) -> ProjectRow:
    part = Fraction(row.reached_year, row.planned) if row.planned else None
    return ProjectRow(
        key=str(row.project_id),
        url=reverse("projects:project", args=[row.project_id]),
        name=row.name,
        light=colour,
        words="" if colour == "green" else words,
        unit=row.unit,
        county="、".join(dict.fromkeys(share[0] for share in row.shares)) or row.county,
        leader=row.leader,
        stage=str(Stage(row.stage).label) if row.stage else "",
        planned=row.planned,
        reached_year=row.reached_year,
        this_period=row.this_period,
        rate=_decimal(part),
        deviation=_decimal(None if part is None else (part - Fraction(row.due_part)) * 100),
        report=ReportState(row.report).words,
        light_source=light_why(close, row.project_id),
        planned_source=source_of(row, "planned"),
        source=source_of(row),
        period_source=source_of(row, "this_period"),
    )


def source_of(row: ClosedProject, name: str = "reached_year") -> str:
    """What a project's closed figure rests on: its row, the report, the plan's words."""
    return reverse("supervision:why", args=[row.close_id, row.project_id, name])


def light_why(close: Close, project: int) -> str:
    """What a project's light rests on: reasons, rules, clauses."""
    return reverse("supervision:light-why", args=[close.pk, project])


def _decimal(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(part.numerator) / Decimal(part.denominator)
