"""Rows → what ``delivery.reporting`` knows of projects: the only seam between the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from guatu.delivery.periods import Period
from guatu.delivery.reporting.asked import Phase, Standing, asked, carried
from guatu.delivery.reporting.checks import Case
from guatu.delivery.reporting.fields import Value, Values
from guatu.web.annual.models import AnnualLine
from guatu.web.people.models import Office
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting.models import Cycle, Report
from guatu.web.reporting.standing import PutRight, put_right, was_put_right

_PHASES: Final[dict[str, Phase]] = {
    Stage.IDEA: "before",
    Stage.RESERVE: "before",
    Stage.EARLY: "early",
    Stage.STARTING: "early",
    Stage.BUILDING: "building",
    Stage.COMPLETED: "done",
    Stage.OPERATING: "done",
    Stage.PAUSED: "out",
    Stage.REMOVED: "out",
}
_LOOK_BACK: Final = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A project as a period finds it: where it stands, what was reported before, what is planned.

    ``carried`` are the lasting values; ``last`` is the last report there is, ``last_reached`` its
    本年累计 (nought as the year begins, None where nothing was reported) with what was put right
    after issue, of which ``adjusted`` lands in this period and ``adjusted_words`` says why;
    ``amounts`` are 本期
    figures of the periods before, the newest first.
    """

    project: Project
    standing: Standing
    carried: dict[str, Value]
    last: Report | None
    money: Report | None
    last_reached: int | None
    amounts: tuple[int, ...]
    planned: int | None
    adjusted: int = 0
    adjusted_words: str = ""

    @property
    def closed_reached(self) -> int | None:
        """上期累计: ``last_reached`` without what lands in this period."""
        return None if self.last_reached is None else self.last_reached - self.adjusted

    def asked(self, period: Period) -> tuple[str, ...]:
        """What the period asks of it."""
        return asked(self.standing, period)

    def case(self, values: Values, period: Period, today: date) -> Case:
        """A row of it as the value checks see it."""
        return Case(
            values=values,
            period=period,
            today=today,
            last=self.last.values if self.last else None,
            last_reached=self.last_reached,
            amounts=self.amounts,
            planned=self.planned,
            investment=self.project.investment,
        )


def known_projects(
    office: Office,
    period: Period,
    cycle: Cycle,
    only: Iterable[int] | None = None,
    history: bool = True,
) -> dict[int, Known]:
    """What is known of the office's leaf projects as the period begins; three queries in all,
    more where something was put right after issue.

    ``only`` some of them; without ``history`` the ``amounts`` are left out, which only the value
    checks need.
    """
    projects = Project.objects.filter(office=office, leaf=True).select_related("region", "unit")
    if only is not None:
        projects = projects.filter(pk__in=list(only))
    before = (
        _reports(office).filter(project=OuterRef("pk")).order_by("-period__end", "-period__start")
    )
    # Ten-day reports inside a month tell its dates; the period itself and longer ones do not.
    newest = before.filter(Q(period__end__lt=period.start) | _inside(period))
    money = before.filter(period__end__lt=period.start, reached_year__isnull=False)
    line = AnnualLine.objects.filter(
        project=OuterRef("pk"), plan__office=office, plan__year=period.year, moved_out=False
    )
    found = list(
        projects.annotate(
            newest=Subquery(newest.values("pk")[:1]),
            money=Subquery(money.values("pk")[:1]),
            planned=Subquery(line.values("investment")[:1]),
            in_plan=Exists(line),
            righted=was_put_right(cycle, period),
        )
    )
    wanted = {pk for project in found for pk in (project.newest, project.money) if pk}
    reports = Report.objects.select_related("period").in_bulk(list(wanted))
    some = None if only is None else [each.pk for each in found]
    amounts = _amounts(cycle, period, some) if history else {}
    righted = put_right(cycle, period) if any(each.righted for each in found) else {}
    return {
        project.pk: _known(
            project,
            reports.get(project.newest),
            reports.get(project.money),
            amounts.get(project.pk, ()),
            righted.get(project.pk),
            period,
        )
        for project in found
    }


def _inside(period: Period) -> Q:
    return Q(period__start__gte=period.start, period__end__lte=period.end) & ~Q(
        period__key=period.key
    )


def _reports(office: Office) -> QuerySet[Report]:
    return Report.objects.filter(current=True, period__office=office)


def _amounts(cycle: Cycle, period: Period, only: list[int] | None) -> dict[int, tuple[int, ...]]:
    """本期 of the periods of this cycle before, by project, the newest first."""
    told = Report.objects.all() if only is None else Report.objects.filter(project__in=only)
    first = period
    for _each in range(_LOOK_BACK + 1):
        first = first.previous
    rows = (
        told.filter(
            current=True,
            period__cycle=cycle,
            period__start__gte=first.start,
            period__end__lt=period.start,
            reached_year__isnull=False,
        )
        .order_by("period__start")
        .values_list("project_id", "period__start", "reached_year")
    )
    by_project: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for project, start, reached in rows:
        by_project[project].append((start, reached or 0))
    found = {}
    for project, steps in by_project.items():
        grown = [
            reached - (before if start.year == earlier.year else 0)
            for (earlier, before), (start, reached) in pairwise(steps)
        ]
        found[project] = tuple(reversed(grown))
    return found


def _known(
    project: Any,
    last: Report | None,
    money: Report | None,
    amounts: tuple[int, ...],
    righted: PutRight | None,
    period: Period,
) -> Known:
    values = last.values if last else None
    kept = carried(values, last_year=last.period.end.year if last else None, year=period.year)
    if money is not None and last is not None and money.pk != last.pk:
        # The last report asked no money: what earlier years reached follows from the one that did.
        earlier = carried(money.values, last_year=money.period.end.year, year=period.year)
        if "reached_before" in earlier:
            kept["reached_before"] = earlier["reached_before"]
    if righted is not None:
        reached = righted.standing
    elif period.opens_year:
        reached = 0
    elif money is None:
        reached = None
    else:
        reached = money.reached_year if money.period.end.year == period.year else 0
    standing = Standing(
        phase=_PHASES[project.stage],
        in_plan=project.in_plan,
        leader_linked=bool(project.leader),
        known=kept,
        planned_start=project.start,
    )
    return Known(
        project=project,
        standing=standing,
        carried=kept,
        last=last,
        money=money,
        last_reached=reached,
        amounts=amounts,
        planned=project.planned,
        adjusted=righted.amount if righted else 0,
        adjusted_words=righted.words if righted else "",
    )
