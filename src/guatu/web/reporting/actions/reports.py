"""Appending reports and taking an act back: the one place where reports are written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from guatu.delivery.periods import Period
from guatu.delivery.reporting.fields import Values, to_json
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, difference, record_many
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting.actions.problems import (
    follow_correction,
    raise_problems,
    take_problems_back,
)
from guatu.web.reporting.models import (
    FileState,
    PeriodUnit,
    Report,
    ReportingPeriod,
    ReturnedFile,
)

_CHUNK = 500
_BEFORE_START = (Stage.IDEA, Stage.RESERVE, Stage.EARLY)


@dataclass(frozen=True, slots=True)
class NewReport:
    """A row to be reported: whose, of which unit, what it says, where it stood in the sheet."""

    project: Project
    period_unit: PeriodUnit
    values: Values
    row: int | None = None


def open_for_reports(period: ReportingPeriod) -> ReportingPeriod:
    """The period, locked, where it still takes reports."""
    locked = ReportingPeriod.objects.select_for_update().select_related("cycle").get(pk=period.pk)
    if not locked.is_open:
        words = _("%(period)s%(state)s，不再收数；更正请在当期办理调整。")
        raise CannotDo(words % {"period": locked, "state": locked.get_state_display()})
    return locked


def append_reports(
    period: ReportingPeriod,
    rows: Sequence[NewReport],
    *,
    by: User,
    how: str,
    received_on: date,
    **more: Any,
) -> uuid.UUID:
    """New reports of an open period, all in one act; within the caller's transaction.

    A report that stood before for the same project stays and no longer counts. What lists sort by
    (the project's 累计) follows the newest period. Gives the act's number, by which it is undone.
    """
    act = uuid.uuid4()
    pks = [row.project.pk for row in rows]
    standing = {
        report.project_id: report
        for report in Report.objects.filter(period=period, project_id__in=pks, current=True)
    }
    versions: dict[int, int] = dict(
        Report.objects.filter(period=period, project_id__in=pks)
        .order_by()
        .values_list("project_id")
        .annotate(most=Max("version"))
    )
    Report.objects.filter(pk__in=[report.pk for report in standing.values()]).update(current=False)
    made = [
        Report(
            **_columns(row),
            period=period,
            period_unit=row.period_unit,
            project=row.project,
            version=versions.get(row.project.pk, 0) + 1,
            replaces=standing.get(row.project.pk),
            act=act,
            how=how,
            row=row.row,
            received_on=received_on,
            late=received_on > period.due,
            by=by,
            **more,
        )
        for row in rows
    ]
    Report.objects.bulk_create(made, batch_size=_CHUNK)
    record_many(by, [_write(report, standing.get(report.project_id)) for report in made])
    carry_to_projects([row.project for row in rows], {r.project_id: r for r in made}, period)
    follow_correction(made, by=by)
    return act


def _columns(row: NewReport) -> dict[str, Any]:
    values = dict(row.values)
    reached, before = values.get("reached_year"), values.get("reached_before")
    total = None
    if isinstance(reached, int) and (isinstance(before, int) or _begun_in(row, values)):
        total = reached + (before if isinstance(before, int) else 0)
    for key in ("progress", "problems", "reason"):
        values[key] = values.get(key) or ""
    values["unchanged"] = bool(values.get("unchanged"))
    return {**values, "reached_total": total, "stage": _stage(row.project, values)}


def _begun_in(row: NewReport, values: Mapping[str, Any]) -> bool:
    """Earlier years had nothing: it was begun, or is to begin, in the period's year."""
    start = values.get("started_on") or row.project.start
    return isinstance(start, date) and start.year >= row.period_unit.period.end.year


def _stage(project: Project, values: Mapping[str, Any]) -> str:
    if values.get("finished_on"):
        done = (Stage.COMPLETED, Stage.OPERATING)
        return project.stage if project.stage in done else Stage.COMPLETED
    if values.get("started_on") and project.stage in _BEFORE_START:
        return Stage.STARTING
    return project.stage


def _write(report: Report, before: Report | None) -> Write:
    if before is None:
        told = {k: v for k, v in to_json(report.values).items() if v not in (None, False)}
        return Write("report.made", report, after=told)
    was, now = difference(to_json(before.values), to_json(report.values))
    return Write("report.replaced", report, was, now)


def carry_to_projects(
    projects: Iterable[Project], reports: Mapping[int, Report], period: ReportingPeriod
) -> None:
    """Keep the library's state columns (累计、最近报告期) at the newest period's figures."""
    changed = []
    for project in projects:
        report = reports.get(project.pk)
        if report is None or report.reached_year is None or _later(project, period):
            continue
        changed.append(project.pk)
    stands = Report.objects.filter(period=period, project=OuterRef("pk"), current=True)
    for at in range(0, len(changed), _CHUNK):
        Project.objects.filter(pk__in=changed[at : at + _CHUNK]).update(
            reached_year=Subquery(stands.values("reached_year")[:1]),
            reached_total=Subquery(stands.values("reached_total")[:1]),
            reached_period=period.key,
        )


def _later(project: Project, period: ReportingPeriod) -> bool:
    """The project's state is of a period that ends after this one."""
    known = project.reached_period
    return bool(known) and Period.parse(known).end > period.end


@transaction.atomic
def undo_act(period: ReportingPeriod, act: uuid.UUID, *, by: User) -> int:
    """Take back what was reported together, as long as nothing later rests on it; how many."""
    require(by, "reporting.enter", office=period.office)
    period = open_for_reports(period)
    reports = list(
        Report.objects.filter(period=period, act=act, withdrawn=False).select_related("project")
    )
    if not reports:
        raise CannotDo(_("没有可撤销的，可能已经撤销过了。"))
    replaced = [report.project.name for report in reports if not report.current]
    if replaced:
        words = _("“%(name)s”等 %(n)d 个项目后来又报过，不能整批撤销。")
        raise CannotDo(words % {"name": replaced[0], "n": len(replaced)})
    pks = [report.project_id for report in reports]
    later = Report.objects.filter(
        project_id__in=pks, current=True, period__office=period.office, period__end__gt=period.end
    ).select_related("project", "period__cycle")
    if (first := later.first()) is not None:
        words = _("%(period)s的数是接着这一期报的（“%(name)s”等 %(n)d 个），不能再撤销。")
        told = {"period": first.period, "name": first.project.name, "n": later.count()}
        raise CannotDo(words % told)
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(
        current=False, withdrawn=True
    )
    earlier = [report.replaces_id for report in reports if report.replaces_id]
    Report.objects.filter(pk__in=earlier, withdrawn=False).update(current=True)
    _set_back(period, [report.project for report in reports])
    take_problems_back(reports, by=by)
    raise_problems(
        Report.objects.filter(pk__in=earlier, current=True).select_related(
            "project__office", "period_unit__unit"
        ),
        by=by,
    )
    ReturnedFile.objects.filter(reports__act=act, state=FileState.APPLIED).update(
        state=FileState.UNDONE
    )
    record_many(by, [Write("report.withdrawn", report) for report in reports])
    return len(reports)


def _set_back(period: ReportingPeriod, projects: Sequence[Project]) -> None:
    """The library's state columns as the newest report that is left has them."""
    left: dict[int, Report] = {}
    for report in (
        Report.objects.filter(
            project__in=projects,
            current=True,
            reached_year__isnull=False,
            period__office=period.office,
        )
        .select_related("period")
        .order_by("period__end", "period__start")
    ):
        left[report.project_id] = report
    for project in projects:
        newest = left.get(project.pk)
        project.reached_year = newest.reached_year if newest else None
        project.reached_total = newest.reached_total if newest else None
        project.reached_period = newest.period.key if newest else ""
    Project.objects.bulk_update(
        projects, ["reached_year", "reached_total", "reached_period"], batch_size=_CHUNK
    )
