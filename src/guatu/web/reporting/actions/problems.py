"""What reports say holds a project up (存在问题), entered in the library once per problem."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from guatu.web.people.models import Unit, User
from guatu.web.projects.actions.details import remove_detail, save_detail
from guatu.web.projects.models import Problem
from guatu.web.reporting.models import Report, ReportedProblem

_NOTHING: Final = frozenset({"", "无", "暂无", "没有", "无问题", "暂无问题", "没有问题", "不存在"})
# Shorter names are parts of other words.
_LEAST_NAME: Final = 3


def raise_problems(reports: Iterable[Report], *, by: User) -> int:
    """Enter the problems that these reports name and the library does not have open; how many.

    The unit to decide (提请单位) is the one that the words name, where they name just one; its
    deadline is the office's to set. A problem that was solved and is reported again is a new one.
    """
    told = {report.pk: report for report in reports if key_of(report.problems)}
    if not told:
        return 0
    projects = {report.project_id for report in told.values()}
    entered = {
        (row.project_id, row.key): row
        for row in ReportedProblem.objects.filter(project__in=projects)
        .select_related("problem")
        .order_by("pk")
    }
    open_ones = {
        (each.project_id, key_of(each.words))
        for each in Problem.objects.filter(project__in=projects, solved=False)
    }
    units = _units()
    count = 0
    for report in told.values():
        place = report.project_id, key_of(report.problems)
        last = entered.get(place)
        taken_away = last is not None and last.problem_id is None
        if taken_away or place in open_ones:
            continue
        problem = Problem(
            project=report.project,
            words=report.problems,
            to_unit=_named(report, units),
            raised=report.received_on,
        )
        save_detail(problem, by=by)
        ReportedProblem.objects.create(
            report=report, project=report.project, key=place[1], problem=problem
        )
        open_ones.add(place)
        count += 1
    return count


def take_problems_back(reports: Sequence[Report], *, by: User) -> int:
    """Take away what these reports entered and nobody has worked on since; how many."""
    rows = list(
        ReportedProblem.objects.filter(report__in=reports).select_related(
            "problem__project__office", "report__period_unit"
        )
    )
    if not rows:
        return 0
    units, count = _units(), 0
    for row in rows:
        problem = row.problem
        row.delete()
        if problem is not None and _untouched(problem, row, units):
            remove_detail(problem, by=by)
            count += 1
    return count


def follow_correction(made: Sequence[Report], *, by: User) -> None:
    """Problems after these reports: those that a corrected report no longer names go."""
    now = {report.replaces_id: report for report in made if report.replaces_id}
    replaced = ReportedProblem.objects.filter(report__in=now).select_related("report")
    gone = [row.report for row in replaced if row.key != key_of(now[row.report_id].problems)]
    if gone:
        take_problems_back(gone, by=by)
    raise_problems(made, by=by)


def key_of(words: str) -> str:
    """The same for the same words whatever their spaces and stops; empty for 无."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", words)).lower()
    return "" if plain in _NOTHING else hashlib.sha256(plain.encode()).hexdigest()


def _untouched(problem: Problem, row: ReportedProblem, units: Sequence[Unit]) -> bool:
    if problem.answer or problem.solved or problem.deadline or key_of(problem.words) != row.key:
        return False
    named = _named(row.report, units)
    return problem.to_unit_id == (named.pk if named else None)


def _units() -> list[Unit]:
    return list(Unit.objects.filter(active=True, merged_into=None))


def _named(report: Report, units: Sequence[Unit]) -> Unit | None:
    """The one unit of the directory that the words name, the reporting one aside."""
    found = [
        unit
        for unit in units
        if unit.pk != report.period_unit.unit_id
        and any(
            len(name) >= _LEAST_NAME and name in report.problems
            for name in (unit.name, unit.short_name)
        )
    ]
    return found[0] if len(found) == 1 else None
