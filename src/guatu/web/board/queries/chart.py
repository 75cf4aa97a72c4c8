"""Projects for the wall chart: of a closed period, or of the library as it stands today."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from guatu.delivery.annual.months import Month
from guatu.delivery.closing.nodes import OwnNode, ProjectNode, is_finish, is_start, tied_nodes
from guatu.delivery.wallchart.layout import Bar, Chart, ChartNode, ChartProject, chart_of
from guatu.web.annual.facts import nodes_of
from guatu.web.annual.models import AnnualLine
from guatu.web.board.queries.rows import chosen_rows
from guatu.web.page.filters import ChoiceFilter, Filter, TextFilter
from guatu.web.people.models import Office
from guatu.web.people.queries import region_choices
from guatu.web.projects.models import Node, Project, Stage
from guatu.web.supervision.models import Close, Light

# A chart of more rows is for nobody's eyes; the page then asks for a filter.
MOST_ROWS: Final = 6_000
LIVE: Final = "now"
# What the address of a chart may say beside its period.
NAMES: Final = ("q", "light", "county", "unit", "sector", "leader", "group", "span")
GROUPINGS: Final = (
    ("section", "类别和打捆项目"),
    ("county", "县区"),
    ("unit", "责任单位"),
    ("leader", "联系领导"),
)
SPANS: Final = (("", "全部工期"), ("year", "本年"), ("three", "前后三年"))
LIGHTS: Final = (
    ("red", "红"), ("yellow", "黄"), ("green", "绿"), ("grey", "灰"), ("paused", "停"),
)  # fmt: skip
_CLOSED: Final = (
    "project_id", "name", "unit", "county", "leader", "sector", "parent__name", "start", "finish",
    "issued_start", "issued_finish", "started_on", "finished_on", "planned", "reached_year",
    "project__person", "stage",
)  # fmt: skip
_LIVE: Final = (
    "pk", "name", "unit__short_name", "region__name", "leader", "section", "parent__name", "start",
    "finish", "light", "light_reason", "year_investment", "reached_year", "person", "stage",
    "unit__name", "unit_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wall:
    """The chart, and how many rows the filter left before it was cut."""

    chart: Chart
    total: int
    label: str

    @property
    def too_many(self) -> bool:
        return self.total > len(self.chart.rows)


def chart_filters(office: Office) -> tuple[Filter, ...]:
    """The boxes above the chart; three queries."""
    found = Project.objects.filter(office=office, leaf=True).order_by()
    seen: dict[str, set[str]] = {"unit": set(), "section": set(), "leader": set()}
    columns = ("unit__short_name", "unit__name", "unit_name", "section", "leader")
    for short, name, written, section, leader in found.values_list(*columns).distinct():
        for held, value in zip(
            seen.values(), (short or name or written, section, leader), strict=True
        ):
            if value:
                held.add(value)
    offered = {name: [(value, value) for value in sorted(held)] for name, held in seen.items()}
    counties = [(words, words) for _pk, words in region_choices()]
    return (
        TextFilter("q", "项目", "项目名称"),
        ChoiceFilter("light", "灯", LIGHTS),
        ChoiceFilter("county", "县区", counties),
        ChoiceFilter("unit", "责任单位", offered["unit"]),
        ChoiceFilter("sector", "类别", offered["section"]),
        ChoiceFilter("leader", "联系领导", offered["leader"]),
        ChoiceFilter("group", "分组", GROUPINGS[1:], any=GROUPINGS[0][1]),
        ChoiceFilter("span", "时间", SPANS[1:], any=SPANS[0][1]),
    )


def wall_of(office: Office, close: Close | None, chosen: Mapping[str, str], today: date) -> Wall:
    """The chart of a close (the line then stands on its last day), or of the library today."""
    on = today if close is None else close.period.end
    group = chosen.get("group", "section")
    if close is None:
        total, projects = _live(office, chosen, group, on)
        label = f"{on.year}年{on.month}月{on.day}日"
    else:
        total, projects = _closed(close, chosen, group)
        label = close.period.period.label
    first, last = _span(chosen.get("span", ""), on)
    projects.sort(key=_order(group))
    return Wall(chart_of(projects, on, first=first, last=last), total, label)


def _order(group: str) -> Any:
    """Bands of one heading stand together; within the bands the library's order stays."""
    if group == "section":
        places: dict[str, int] = {}
        return lambda project: places.setdefault(project.bands[0], len(places))
    return lambda project: (not project.bands[0], project.bands)


def _span(name: str, on: date) -> tuple[Month | None, Month | None]:
    match name:
        case "year":
            return Month(on.year, 1), Month(on.year, 12)
        case "three":
            return Month(on.year - 1, 1), Month(on.year + 1, 12)
        case _:
            return None, None


# ------------------------------------------------------------------------------ of a close


def _closed(close: Close, chosen: Mapping[str, str], group: str) -> tuple[int, list[ChartProject]]:
    found = chosen_rows(close, chosen).order_by("position", "pk")
    rows = list(found.values(*_CLOSED)[: MOST_ROWS + 1])
    total = len(rows) if len(rows) <= MOST_ROWS else found.count()
    rows = rows[:MOST_ROWS]
    lights = {
        project: (colour, words)
        for project, colour, words in Light.objects.filter(close=close, leaf=True).values_list(
            "project_id", "colour", "words"
        )
    }
    year = close.period.end.year
    nodes = known_nodes(close.office_id, year, [row["project_id"] for row in rows])
    projects = []
    for row in rows:
        pk = row["project_id"]
        colour, words = lights.get(pk, ("", ""))
        done = Fraction(row["reached_year"], row["planned"]) if row["planned"] else None
        finished = row["finished_on"] is not None or row["stage"] in _FINISHED
        projects.append(
            ChartProject(
                id=str(pk),
                name=row["name"],
                bands=_bands(
                    group, row["sector"], row["parent__name"], row["county"], row["unit"],
                    row["leader"],
                ),
                unit=row["unit"],
                person=row["project__person"],
                leader=row["leader"],
                county=row["county"],
                planned_start=row["start"],
                planned_finish=_month_end(row["finish"]),
                base_start=row["issued_start"] or row["start"],
                base_finish=_month_end(row["issued_finish"] or row["finish"]),
                started_on=row["started_on"],
                finished_on=row["finished_on"],
                nodes=tuple(
                    reached_nodes(
                        nodes.get(pk, ()), done, row["started_on"], row["finished_on"],
                        close.period.end, finished=finished,
                    )
                ),
                light=colour,
                reason=words,
                done=done,
            )
        )  # fmt: skip
    return total, projects


_FINISHED: Final = (Stage.COMPLETED, Stage.OPERATING)


# ------------------------------------------------------------------------------ of today


def _live(
    office: Office, chosen: Mapping[str, str], group: str, on: date
) -> tuple[int, list[ChartProject]]:
    found = _chosen_projects(office, chosen).order_by("position", "pk")
    rows = list(found.values(*_LIVE)[: MOST_ROWS + 1])
    total = len(rows) if len(rows) <= MOST_ROWS else found.count()
    rows = rows[:MOST_ROWS]
    nodes = known_nodes(office.pk, on.year, [row["pk"] for row in rows])
    projects = []
    for row in rows:
        unit = row["unit__short_name"] or row["unit__name"] or row["unit_name"]
        planned = row["year_investment"]
        done = Fraction(row["reached_year"] or 0, planned) if planned else None
        finished = row["stage"] in _FINISHED
        projects.append(
            ChartProject(
                id=str(row["pk"]),
                name=row["name"],
                bands=_bands(
                    group, row["section"], row["parent__name"], row["region__name"] or "", unit,
                    row["leader"],
                ),
                unit=unit,
                person=row["person"],
                leader=row["leader"],
                county=row["region__name"] or "",
                planned_start=row["start"],
                planned_finish=_month_end(row["finish"]),
                base_start=row["start"],
                base_finish=_month_end(row["finish"]),
                nodes=tuple(
                    reached_nodes(nodes.get(row["pk"], ()), done, None, None, on, finished=finished)
                ),
                light=row["light"],
                reason=row["light_reason"],
                done=done,
            )
        )  # fmt: skip
    return total, projects


def _chosen_projects(office: Office, chosen: Mapping[str, str]) -> QuerySet[Project]:
    found = Project.objects.filter(office=office, leaf=True).exclude(stage=Stage.REMOVED)
    if words := chosen.get("q"):
        found = found.filter(name__icontains=words)
    if colour := chosen.get("light"):
        found = found.filter(light="" if colour == "grey" else colour)
    if county := chosen.get("county"):
        found = found.filter(region__name=county)
    if unit := chosen.get("unit"):
        found = found.filter(
            Q(unit__short_name=unit) | Q(unit__name=unit) | Q(unit__isnull=True, unit_name=unit)
        )
    for name, column in (("sector", "section"), ("leader", "leader")):
        if name in chosen:
            found = found.filter(**{column: chosen[name]})
    return found


# ------------------------------------------------------------------------------ shared


def _bands(
    group: str, section: str, package: str | None, county: str, unit: str, leader: str
) -> tuple[str, ...]:
    match group:
        case "county":
            return (county,)
        case "unit":
            return (unit,)
        case "leader":
            return (leader,)
        case _:
            return (section, package) if package else (section,)


def known_nodes(office: int, year: int, projects: Sequence[int]) -> dict[int, list[ProjectNode]]:
    """Nodes of projects: those of the year's plan tied to their own, and the rest; two queries."""
    wanted = set(projects)
    own: defaultdict[int, list[OwnNode]] = defaultdict(list)
    for node in Node.objects.filter(project__office=office):
        if node.project_id in wanted:
            own[node.project_id].append(OwnNode(node.name, node.planned, node.actual, node.pk))
    lines = AnnualLine.objects.filter(plan__office=office, plan__year=year, moved_out=False)
    of_year = {
        project: nodes_of(nodes)
        for project, nodes in lines.exclude(nodes=[]).values_list("project_id", "nodes")
        if project in wanted
    }
    return {
        project: tied_nodes(year, of_year.get(project, ()), own.get(project, ()))
        for project in own.keys() | of_year.keys()
    }


def reached_nodes(
    known: Iterable[ProjectNode],
    done: Fraction | None,
    started: date | None,
    finished_on: date | None,
    on: date,
    *,
    finished: bool,
) -> Iterator[ChartNode]:
    """Nodes with the day they were reached, as the lights know it (``closing.nodes``).

    Where the year's plan alone names a node with the part due by then, it is reached when the
    year's investment has come that far.
    """
    for node in known:
        event = is_start(node.name) or is_finish(node.name)
        actual = node.actual
        if actual is None and event:
            actual = started if is_start(node.name) else finished_on
        elif actual is None and node.by_investment and (finished or _come(done, node.part)):
            actual = min(node.due or on, on)
        yield ChartNode(node.name, node.due, actual)


def _come(done: Fraction | None, part: Fraction | None) -> bool:
    return done is not None and part is not None and done >= part


def _month_end(day: date | None) -> date | None:
    if day is None:
        return None
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# ------------------------------------------------------------------------------ for the screen


def chart_data(wall: Wall) -> dict[str, Any]:
    """The chart as the page's script draws it: bands with rows; places between 0 and 1."""
    chart = wall.chart
    return {
        "today": chart.today.isoformat(),
        "now": _place(chart.now),
        "total": wall.total,
        "shown": len(chart.rows),
        "years": [(tick.label, _place(tick.start), _place(tick.end)) for tick in chart.years],
        "months": [(tick.label, _place(tick.start), _place(tick.end)) for tick in chart.months],
        "bands": [
            {
                "path": [part or "未分组" for part in band.path],
                "rows": [
                    {
                        "n": row.number,
                        "id": row.project.id,
                        "url": reverse("projects:project", args=[row.project.id]),
                        "name": row.project.name,
                        "unit": row.project.unit,
                        "person": row.project.person,
                        "leader": row.project.leader,
                        "county": row.project.county,
                        "light": row.project.light or "grey",
                        "reason": row.project.reason,
                        "done": None
                        if row.project.done is None
                        else round(float(row.project.done) * 100, 1),
                        "plan": _bar(row.planned),
                        "base": _bar(row.base),
                        "real": _bar(row.real),
                        "span": _words(row.project.planned_start, row.project.planned_finish),
                        "issued": _words(row.project.base_start, row.project.base_finish)
                        if row.base
                        else "",
                        "from": _day(row.project.started_on),
                        "to": _day(row.project.finished_on),
                        "flags": [
                            (_place(flag.at), flag.state.value, flag.name, flag.day.isoformat())
                            for flag in row.flags
                        ],
                    }
                    for row in band.rows
                ],
            }
            for band in chart.bands
        ],
    }


def _place(at: float | None) -> float | None:
    return None if at is None else round(at, 5)


def _bar(bar: Bar | None) -> tuple[float, float, int, int] | None:
    if bar is None:
        return None
    return (round(bar.start, 5), round(bar.end, 5), int(bar.before), int(bar.after))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _words(start: date | None, end: date | None) -> str:
    if start is None and end is None:
        return ""
    return "至".join(f"{day.year}年{day.month}月" if day else "未定" for day in (start, end))
