"""What battle sheets (作战单) say: of many projects at once, in a dozen queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import progress_due
from guatu.delivery.bulletins.standing import per_cent
from guatu.delivery.wallchart.battle_sheet import (
    BattleSheet,
    LeaderLine,
    LeaderSheet,
    MonthLine,
    NodeLine,
    PlanWords,
    ProblemLine,
)
from guatu.delivery.wallchart.layout import FlagState
from guatu.web.annual.facts import schedule_of
from guatu.web.annual.models import AnnualLine
from guatu.web.board.queries.chart import known_nodes, reached_nodes
from guatu.web.page import formats
from guatu.web.people.models import Office
from guatu.web.projects.models import Problem, Project, Stage, Tie, TieState
from guatu.web.supervision.models import Close, ClosedProject, CloseState, Light

_CHUNK: Final = 200
_FINISHED: Final = (Stage.COMPLETED, Stage.OPERATING)
# A sheet has room for so many; the project's page has them all.
_MOST_WORDS: Final = 3
_MOST_PROBLEMS: Final = 8


@dataclass(slots=True)
class _Year:
    """The closed months of a project's year, and its lights."""

    rows: dict[str, ClosedProject] = field(default_factory=dict)
    lights: dict[str, Light] = field(default_factory=dict)


def battle_sheets(
    office: Office, close: Close | None, projects: Sequence[int], today: date
) -> Iterator[tuple[Project, BattleSheet]]:
    """The sheets of these projects, in this order; a chunk of projects is eight queries."""
    for start in range(0, len(projects), _CHUNK):
        yield from _chunk(office, close, projects[start : start + _CHUNK], today)


def _chunk(
    office: Office, close: Close | None, pks: Sequence[int], today: date
) -> Iterator[tuple[Project, BattleSheet]]:
    on = close.period.end if close else today
    found = Project.objects.filter(office=office, pk__in=pks).select_related(
        "unit", "region", "parent", "owner"
    )
    projects = {project.pk: project for project in found}
    years = _years(office, pks, on, close)
    lines = {
        line.project_id: line
        for line in AnnualLine.objects.filter(
            plan__office=office, plan__year=on.year, project__in=pks, moved_out=False
        )
    }
    nodes = known_nodes(office.pk, on.year, pks)
    problems = _grouped(
        Problem.objects.filter(project__in=pks, solved=False)
        .select_related("to_unit")
        .order_by("deadline", "pk")
    )
    ties = _grouped(Tie.objects.filter(project__in=pks, state=TieState.CONFIRMED).order_by("pk"))
    label = close.period.period.label if close else formats.day_in_prose(today)
    for pk in pks:
        project = projects.get(pk)
        if project is None:
            continue
        year = years.get(pk, _Year())
        now = year.rows.get(close.key) if close else None
        light = year.lights.get(close.key) if close else None
        line = lines.get(pk)
        planned = now.planned if now else line.investment if line else project.year_investment
        done = Fraction(now.reached_year, planned) if now and planned else None
        started = now.started_on if now else None
        finished_on = now.finished_on if now else None
        yield (
            project,
            BattleSheet(
                name=project.name,
                period=label,
                issuer=office.name,
                light=light.colour if light else project.light,
                reasons=_reasons(light) if light else _words(project.light_reason),
                identity=_identity(project, started, finished_on),
                five=_five(project),
                plan=_plan(now, line, planned, done),
                year_planned=planned,
                months=tuple(_months(year, line, on)),
                nodes=tuple(
                    NodeLine(node.name, node.planned, node.actual, _state(node, on))
                    for node in reached_nodes(
                        nodes.get(pk, ()), done, started, finished_on, on,
                        finished=project.stage in _FINISHED or finished_on is not None,
                    )
                ),
                problems=tuple(
                    ProblemLine(
                        each.words, str(each.to_unit or ""), each.deadline, each.answer
                    )
                    for each in problems.get(pk, [])[:_MOST_PROBLEMS]
                ),
                words=tuple(
                    PlanWords(tie.words, "　".join(_words(tie.plan_title) + _words(tie.section)))
                    for tie in ties.get(pk, [])[:_MOST_WORDS]
                ),
                made_on=today,
            ),
        )  # fmt: skip


def _grouped(found: Iterable[Any]) -> dict[int, list[Any]]:
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for each in found:
        groups[each.project_id].append(each)
    return dict(groups)


def _years(office: Office, pks: Sequence[int], on: date, close: Close | None) -> dict[int, _Year]:
    """Closed months of the year up to the close, each as its current close has it."""
    years: defaultdict[int, _Year] = defaultdict(_Year)
    if close is None:
        return years
    closes = Close.objects.filter(
        office=office,
        state=CloseState.CURRENT,
        period__cycle=close.period.cycle_id,
        period__end__year=on.year,
        period__end__lte=on,
    )
    # By the last month that a close tells of: a quarter's figures stand in its third month.
    keys = {pk: f"{end:%Y-%m}" for pk, end in closes.values_list("pk", "period__end")}
    for row in ClosedProject.objects.filter(close__in=list(keys), project__in=pks):
        years[row.project_id].rows[keys[row.close_id]] = row
    for light in Light.objects.filter(close__in=list(keys), project__in=pks):
        years[light.project_id].lights[keys[light.close_id]] = light
    return years


def _reasons(light: Light) -> tuple[str, ...]:
    return tuple(f"{each['words']}（{each['clause']}）" if each["clause"] else each["words"]
                 for each in light.reasons)  # fmt: skip


def _words(words: str) -> tuple[str, ...]:
    return (words,) if words else ()


def _identity(
    project: Project, started: date | None, finished_on: date | None
) -> tuple[tuple[str, str], ...]:
    span = "至".join(
        f"{day.year}年{day.month}月" if day else "未定" for day in (project.start, project.finish)
    )
    real = "，".join(
        f"{formats.day_in_prose(day)}{verb}"
        for day, verb in ((started, "开工"), (finished_on, "竣工"))
        if day
    )
    stage = str(Stage(project.stage).label)
    return (
        ("项目代码", project.code),
        ("县区", project.region.name if project.region else ""),
        ("所属类别", project.section),
        ("打捆项目", project.parent.name if project.parent else "不属打捆项目"),
        ("阶段", stage),
        ("总投资（万元）", "" if project.investment is None else formats.wan(project.investment)),
        ("计划工期", span),
        ("实际", real or "尚未开工"),
        ("建设规模和内容", project.scale),
    )


def _five(project: Project) -> tuple[tuple[str, str], ...]:
    """五个一: one project, one leader, one team, one implementing body, one chart."""
    unit = str(project.unit) if project.unit else project.unit_name
    team = "　".join(words for words in (unit, project.person, project.phone) if words)
    owner = project.owner_name or (str(project.owner) if project.owner else "")
    return (
        ("一个项目", project.name),
        ("一名领导", project.leader),
        ("一个班子", team),
        ("一个实施主体", owner),
        ("一张进度图", "见下列月度进度"),
    )


def _plan(
    now: ClosedProject | None, line: AnnualLine | None, planned: int | None, done: Fraction | None
) -> tuple[tuple[str, str], ...]:
    content = line.content if line else ""
    if now is None:
        return (("年度计划（万元）", _wan(planned)), ("年度建设内容", content))
    due = Fraction(now.due_part)
    return (
        ("年度计划（下达，万元）", _wan(now.issued)),
        ("年度计划（调整后，万元）", _wan(now.planned)),
        ("本年完成（万元）", _wan(now.reached_year)),
        ("完成率 / 序时进度", f"{_percent(done)} / {_percent(due if planned else None)}"),
        ("年度建设内容", content),
    )


def _wan(amount: int | None) -> str:
    return "" if amount is None else formats.wan(amount)


def _percent(part: Fraction | None) -> str:
    return "—" if part is None else f"{per_cent(part)}%"


def _months(year: _Year, line: AnnualLine | None, on: date) -> Iterator[MonthLine]:
    """The year's twelve months: closed ones as closed, the rest as planned."""
    if not year.rows and line is None:
        return
    schedule = schedule_of(line, on.year) if line else None
    for number in range(1, 13):
        key = f"{on.year}-{number:02d}"
        row, light = year.rows.get(key), year.lights.get(key)
        if row is not None:
            grave = light is not None and light.colour not in ("green", "none")
            yield MonthLine(
                f"{number}月",
                row.planned_due if row.planned else None,
                row.reached_year,
                row.this_period,
                light.colour if light else "",
                _words(light.words) if light and grave else (),
            )
        else:
            planned = None
            if schedule is not None and line is not None and line.investment:
                part = progress_due(schedule, Month(on.year, number).last_day)
                planned = int(line.investment * part)
            yield MonthLine(f"{number}月", planned)


def _state(node: Any, on: date) -> FlagState:
    if node.actual is not None and node.actual <= on:
        return FlagState.REACHED
    if node.planned is not None and node.planned < on:
        return FlagState.OVERDUE
    return FlagState.COMING


def leader_sheet(close: Close, name: str, today: date) -> LeaderSheet | None:
    """The projects in a leader's charge in a close; None where there are none."""
    rows = list(
        ClosedProject.objects.filter(close=close, leaf=True, leader=name)
        .select_related("project")
        .order_by("position", "pk")
    )
    if not rows:
        return None
    lights = {
        light.project_id: light
        for light in Light.objects.filter(close=close, project__in=[r.project_id for r in rows])
    }
    return LeaderSheet(
        leader=name,
        period=close.period.period.label,
        issuer=close.office.name,
        rows=tuple(_leader_line(row, lights.get(row.project_id)) for row in rows),
        made_on=today,
    )


def _leader_line(row: ClosedProject, light: Light | None) -> LeaderLine:
    return LeaderLine(
        name=row.name,
        unit=row.unit,
        person=row.project.person,
        light=light.colour if light else "",
        reason=light.words if light and light.colour != "green" else "",
        planned=row.planned,
        reached=row.reached_year,
        done=Fraction(row.reached_year, row.planned) if row.planned else None,
        due=Fraction(row.due_part) if row.planned else None,
    )
