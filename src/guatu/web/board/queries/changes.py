"""What changed since the period before and why, and what waits for the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, Window
from django.urls import reverse

from guatu.delivery.bulletins.standing import per_cent, signed
from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import deviation, investment_rate
from guatu.delivery.closing.rollups import Dimension, Rollup
from guatu.delivery.supervision.colours import Colour
from guatu.web.board.queries.rows import light_why, source_of, turn_of
from guatu.web.board.queries.standings import Groups, listed
from guatu.web.page import formats
from guatu.web.projects.models import Problem
from guatu.web.supervision.models import Close, ClosedProject
from guatu.web.supervision.queries.lights import changed_lights

_SHOWN: Final = 6
_Turned = tuple[int, str, str, str, str]
_TURNED: Final = ("project_id", "project__name", "colour", "before", "words")
# Of a closed row, what the list of events tells.
_EVENT: Final = (
    "close_id", "project_id", "name", "started_on", "finished_on", "paused_on", "pause_words",
    "moved_in_on", "moved_out_on", "moved_words", "adjustment", "reduction", "reduction_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """A project and what happened to it."""

    name: str
    url: str
    words: str
    light: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Projects that something happened to; ``more`` says how many are not named."""

    title: str
    count: int
    url: str
    items: list[Changed]

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def compared(groups: Groups) -> list[tuple[str, str, str, str]]:
    """Figures of the whole beside those of the period before: name, before, now, difference."""
    before, old = groups.close.previous, groups.before
    if before is None or old is None:
        return []
    new, basis = groups.whole, groups.basis
    same_year = before.key[:4] == groups.close.key[:4]
    rows = []
    if same_year:
        one, two = (investment_rate(each, basis) for each in (old, new))
        points = deviation(two, one.value)
        rows.append(("投资完成率（%）", _part(old, basis), _part(new, basis), signed(points)))
        was, now = old.of(basis).planned, new.of(basis).planned
        words = "年度计划（亿元）"
        rows.append((words, formats.yi(was), formats.yi(now), _money(now - was)))
    for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.PAUSED):
        count = [each.lights.get(colour.value, 0) for each in (old, new)]
        words = f"{colour.words}（个）"
        rows.append((words, str(count[0]), str(count[1]), _sign(count[1] - count[0])))
    return rows


def _part(group: Rollup, basis: Basis) -> str:
    return per_cent(investment_rate(group, basis).value)


def _sign(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number else "0"


def _money(amount: int) -> str:
    words = formats.yi(amount)
    return f"+{words}" if amount > 0 else words


def changes_of(close: Close) -> list[ChangeGroup]:
    """What happened in the period, gravest first; two queries."""
    turned: list[_Turned] = list(changed_lights(close).values_list(*_TURNED))
    worse = [light for light in turned if turn_of(light[3], light[2]) == "worse"]
    better = [light for light in turned if turn_of(light[3], light[2]) == "better"]
    worse.sort(key=lambda light: light[2] != "red")
    start, end = close.period.start, close.period.end
    inside = (start, end)
    rows = list(
        ClosedProject.objects.filter(close=close, leaf=True)
        .filter(
            Q(started_on__range=inside)
            | Q(finished_on__range=inside)
            | Q(paused_on__range=inside)
            | Q(moved_in_on__range=inside)
            | Q(moved_out_on__range=inside)
            | ~Q(adjustment=0)
            | Q(reduction__gt=0)
        )
        .only(*_EVENT)
    )

    def within(day: date | None) -> bool:
        return day is not None and start <= day <= end

    groups = [
        ChangeGroup(
            title,
            len(lights),
            listed(close, event=event),
            [
                Changed(
                    name,
                    light_why(close, project),
                    words,
                    colour,
                    Colour(before).words if before else "",
                )
                for project, name, colour, before, words in lights[:_SHOWN]
            ],
        )
        for title, event, lights in (("灯色变差", "worse", worse), ("灯色转好", "better", better))
    ]
    events = (
        ("本期停缓建", "paused", [(r, r.pause_words) for r in rows if within(r.paused_on)]),
        (
            "调入、调出",
            "moved",
            [(r, r.moved_words) for r in rows if within(r.moved_in_on) or within(r.moved_out_on)],
        ),
        (
            "通报后调整、核减",
            "adjusted",
            [(r, _put_right(r)) for r in rows if r.adjustment or r.reduction],
        ),
        (
            "本期竣工",
            "finished",
            [(r, formats.day(r.finished_on)) for r in rows if within(r.finished_on)],
        ),
        (
            "本期开工",
            "started",
            [(r, formats.day(r.started_on)) for r in rows if within(r.started_on)],
        ),
    )
    for title, event, found in events:
        groups.append(_event(close, title, event, found))
    return [group for group in groups if group.count]


def _event(
    close: Close, title: str, event: str, found: Iterable[tuple[ClosedProject, str]]
) -> ChangeGroup:
    found = list(found)
    items = [Changed(row.name, source_of(row), words) for row, words in found[:_SHOWN]]
    return ChangeGroup(title, len(found), listed(close, event=event), items)


def _put_right(row: ClosedProject) -> str:
    words = []
    if row.adjustment:
        words.append(f"调整 {_signed_wan(row.adjustment)} 万元")
    if row.reduction:
        reason = f"：{row.reduction_reason}" if row.reduction_reason else "，没有说明原因"
        words.append(f"核减 {formats.wan(row.reduction)} 万元{reason}")
    return "；".join(words)


def _signed_wan(amount: int) -> str:
    words = formats.wan(amount)
    return f"+{words}" if amount > 0 else words


# ------------------------------------------------------------------------------ what waits


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for the office: of the period, and of today."""

    missing: list[tuple[str, int, str]]
    problems: list[ProblemRow]
    problem_count: int

    @property
    def missing_projects(self) -> int:
        return sum(count for _unit, count, _url in self.missing)


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem without an answer."""

    project: str
    url: str
    words: str
    to_unit: str
    deadline: date | None
    late: bool


def waits_of(groups: Groups, today: date) -> Waits:
    """未报 of the period by unit, and problems that nobody has answered; one query."""
    close = groups.close
    # 填报口径 leaves no project out.
    missing = [
        (unit, group.reported.missing)
        for group in groups.found[(Dimension.UNIT,)]
        for unit in group.keys
        if group.reported.missing
    ]
    open_problems = Problem.objects.filter(project__office=close.office_id, solved=False, answer="")
    rows = list(
        open_problems.select_related("project", "to_unit")
        .annotate(count=Window(Count("pk")))
        .order_by("deadline", "raised", "pk")[:_SHOWN]
    )
    return Waits(
        [
            (unit or "未填", count, listed(close, event="missing", unit=unit))
            for unit, count in sorted(missing, key=lambda each: -each[1])
        ],
        [
            ProblemRow(
                problem.project.name,
                reverse("projects:project", args=[problem.project_id]) + "#problems",
                problem.words,
                str(problem.to_unit or ""),
                problem.deadline,
                problem.deadline is not None and problem.deadline < today,
            )
            for problem in rows
        ],
        rows[0].count if rows else 0,
    )
