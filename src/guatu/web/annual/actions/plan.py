"""Verbs of the annual plan: fill it, issue it, adjust it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.annual.cells import BY_KEY, CellFault, misfit, read_cell, write_cell
from guatu.web.annual.models import (
    Adjustment,
    AdjustmentKind,
    AnnualLine,
    AnnualPlan,
    Batch,
    IssuedLine,
    PlanState,
)
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Office, User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, difference, record, record_many
from guatu.web.projects.models import Project

Values = Mapping[str, Any]

_CHUNK: Final = 500
_COLUMNS: Final = ("investment", "start", "finish", "content", "nodes")


@transaction.atomic
def open_year(*, office: Office, year: int, by: User, note: str = "") -> AnnualPlan:
    """A plan for a year (编制年度计划), still empty; one for each office and year."""
    require(by, "annual.edit", office=office)
    if AnnualPlan.objects.filter(office=office, year=year).exists():
        raise CannotDo(_("%(year)s 年的年度计划已经建立。") % {"year": year})
    plan = AnnualPlan.objects.create(office=office, year=year, note=note, created_by=by)
    record(by, "annual.opened", plan, after={"year": year})
    return plan


@transaction.atomic
def add_projects(plan: AnnualPlan, projects: Iterable[Project], *, by: User) -> int:
    """Projects into the draft, with the year's figures their library entry has; how many.

    Packages are left out: their sub-projects are what is planned, so that sums count once.
    """
    plan = draft_of(plan, by)
    known = set(plan.lines.values_list("project_id", flat=True))
    lines = [
        _line(plan, project, by)
        for project in projects
        if project.leaf and project.pk not in known and project.office_id == plan.office_id
    ]
    AnnualLine.objects.bulk_create(lines, batch_size=_CHUNK)
    verb = "annual.project-added"
    record_many(by, [Write(verb, line, after=_told(line.values)) for line in lines])
    return len(lines)


def _line(plan: AnnualPlan, project: Project, by: User) -> AnnualLine:
    return AnnualLine(
        plan=plan,
        project=project,
        investment=project.year_investment,
        start=project.start and project.start.replace(day=1),
        finish=project.finish and project.finish.replace(day=1),
        content=project.year_content,
        touched_by=by,
    )


@transaction.atomic
def remove_projects(plan: AnnualPlan, lines: Iterable[int], *, by: User) -> int:
    """Projects out of the draft again; how many. An issued plan loses them only by 调出."""
    plan = draft_of(plan, by)
    found = list(plan.lines.select_related("project").filter(pk__in=list(lines)))
    verb = "annual.project-removed"
    record_many(by, [Write(verb, line, before=_told(line.values)) for line in found])
    AnnualLine.objects.filter(pk__in=[line.pk for line in found]).delete()
    return len(found)


@transaction.atomic
def change_cell(line: AnnualLine, field: str, text: str, *, by: User, seen: int) -> AnnualLine:
    """One cell as it was typed; refused where someone changed the line since it was ``seen``."""
    plan = draft_of(line.plan, by)
    line = AnnualLine.objects.select_for_update().select_related("project").get(pk=line.pk)
    try:
        value = read_cell(field, text, plan.year)
    except CellFault as fault:
        raise CannotDo(_fault(line, field, text, fault)) from None
    if line.values[field] == value:
        return line
    if line.version != seen:
        now = write_cell(field, line.values[field]) or "空"
        words = _("刚才有人改过这一行，“%(head)s”现在是“%(now)s”。要改请再填一次。")
        raise CannotDo(words % {"head": BY_KEY[field].head, "now": now})
    _write_lines({line: {field: value}}, by=by, verb="annual.cell-changed")
    return line


def _fault(line: AnnualLine, field: str, text: str, fault: CellFault) -> str:
    head = BY_KEY[field].head
    return f"“{line.project.name}”的“{head}”填的是“{text[:20]}”，{fault}。"


def _write_lines(changes: Mapping[AnnualLine, Values], *, by: User, verb: str) -> None:
    """Put new values into locked lines, count their versions up, note it; all of them or none."""
    writes = []
    for line, changed in changes.items():
        before = line.values
        after = {**before, **changed}
        words = misfit(after)
        if words:
            raise CannotDo(
                _("“%(name)s”：%(words)s。") % {"name": line.project.name, "words": words}
            )
        _put(line, after)
        line.version += 1
        line.touched_by, line.touched = by, timezone.now()
        old, new = difference(before, after)
        writes.append(Write(verb, line, before=_told(old), after=_told(new)))
    fields = [*_COLUMNS, "version", "touched_by", "touched"]
    AnnualLine.objects.bulk_update(changes, fields, batch_size=_CHUNK)
    record_many(by, writes)


def _told(values: Values) -> dict[str, Any]:
    """Values as the trail keeps them: nodes as they are written."""
    nodes = {"nodes": write_cell("nodes", values["nodes"])} if "nodes" in values else {}
    return {**values, **nodes}


def _put(line: AnnualLine, values: Values) -> None:
    line.investment = values["investment"]
    line.start = date.fromisoformat(values["start"]) if values["start"] else None
    line.finish = date.fromisoformat(values["finish"]) if values["finish"] else None
    line.content = values["content"]
    line.nodes = values["nodes"]


@transaction.atomic
def change_lines(
    plan: AnnualPlan, changes: Mapping[int, Values], *, by: User, words: str
) -> Batch | None:
    """Many cells at once, to be taken back by ``undo_batch``; None where nothing changes."""
    plan = draft_of(plan, by)
    found = plan.lines.select_for_update(of=("self",)).select_related("project")
    lines = {line.pk: line for line in found.filter(pk__in=list(changes))}
    if len(lines) != len(changes):
        raise CannotDo(_("有的项目已不在计划里，请刷新后再试。"))
    before = {line.pk: line.values for line in lines.values()}
    real = {
        lines[pk]: values
        for pk, values in changes.items()
        if any(before[pk][key] != value for key, value in values.items())
    }
    if not real:
        return None
    _write_lines(real, by=by, verb="annual.cells-changed")
    kept = {str(line.pk): {"values": before[line.pk], "version": line.version} for line in real}
    batch = Batch.objects.create(plan=plan, words=words, before=kept, by=by)
    record(by, "annual.batch-made", batch, after={"lines": len(real), "words": words})
    return batch


@transaction.atomic
def paste(plan: AnnualPlan, cells: Iterable[tuple[int, str, str]], *, by: User) -> Batch | None:
    """Cells pasted from a sheet, as (line, field, text): all of them, or none with the reasons."""
    changes: dict[int, dict[str, Any]] = {}
    faults = []
    cells = list(cells)
    names = dict(
        plan.lines.filter(pk__in={pk for pk, _field, _text in cells}).values_list(
            "pk", "project__name"
        )
    )
    for number, (pk, field, text) in enumerate(cells, start=1):
        try:
            changes.setdefault(pk, {})[field] = read_cell(field, text, plan.year)
        except CellFault as fault:
            head = BY_KEY[field].head
            name = names.get(pk, "")
            faults.append(
                f"粘贴的第 {number} 格（“{name}”的“{head}”）填的是“{text[:20]}”，{fault}。"
            )
    if faults:
        raise CannotDo(faults)
    return change_lines(plan, changes, by=by, words=f"粘贴 {len(cells)} 格")


@transaction.atomic
def undo_batch(batch: Batch, *, by: User) -> int:
    """Take a batch back, while nobody went on from it; how many lines."""
    plan = draft_of(batch.plan, by)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone:
        raise CannotDo(_("这一批已经撤销。"))
    found = plan.lines.select_for_update(of=("self",)).select_related("project")
    lines = {str(line.pk): line for line in found.filter(pk__in=list(batch.before))}
    gone_on = [
        key
        for key, kept in batch.before.items()
        if key not in lines or lines[key].version != kept["version"]
    ]
    if gone_on:
        name = lines[gone_on[0]].project.name if gone_on[0] in lines else _("已移出的项目")
        words = _("“%(name)s”等 %(n)s 个项目在这之后又改过，不能整批撤销，请逐项修改。")
        raise CannotDo(words % {"name": name, "n": len(gone_on)})
    _write_lines(
        {lines[key]: kept["values"] for key, kept in batch.before.items()},
        by=by,
        verb="annual.batch-undone",
    )
    batch.undone = True
    batch.save(update_fields=["undone"])
    record(by, "annual.batch-taken-back", batch)
    return len(batch.before)


# --------------------------------------------------------------- issue and adjust


@transaction.atomic
def issue(plan: AnnualPlan, *, number: str, on: date, by: User) -> AnnualPlan:
    """下达: the plan with its number and date; what it says now is kept for ever."""
    require(by, "annual.issue", office=plan.office)
    plan = draft_of(plan, by)
    lines = list(plan.lines.select_related("project__region", "project__unit"))
    if not lines:
        raise CannotDo(_("计划里还没有项目，不能下达。"))
    without = [line.project.name for line in lines if line.investment is None]
    if without:
        words = _("还有 %(n)s 个项目没有填年度计划投资，如“%(name)s”。填好或移出后再下达。")
        raise CannotDo(words % {"n": len(without), "name": without[0]})
    IssuedLine.objects.bulk_create(map(_issued, lines), batch_size=_CHUNK)
    plan.state, plan.number, plan.issued_on, plan.issued_by = PlanState.ISSUED, number, on, by
    plan.save(update_fields=["state", "number", "issued_on", "issued_by"])
    after = {
        "number": number,
        "issued_on": on,
        "projects": len(lines),
        "investment": sum(line.investment or 0 for line in lines),
    }
    record(by, "annual.issued", plan, before={"state": PlanState.DRAFT}, after=after)
    return plan


def _issued(line: AnnualLine) -> IssuedLine:
    project = line.project
    return IssuedLine(
        plan_id=line.plan_id,
        project=project,
        project_name=project.name,
        region_name=project.region.name if project.region else "",
        unit_name=str(project.unit) if project.unit else project.unit_name,
        investment=line.investment,
        start=line.start,
        finish=line.finish,
        content=line.content,
        nodes=line.nodes,
    )


@transaction.atomic
def adjust(
    plan: AnnualPlan,
    *,
    kind: str,
    project: Project,
    values: Values | None,
    reference: str,
    approved_on: date,
    approver: str,
    reason: str,
    by: User,
) -> Adjustment:
    """An approved 调入, 调出 or 调整 of an issued plan; what was issued stays as it was."""
    require(by, "annual.adjust", office=plan.office)
    plan = AnnualPlan.objects.select_for_update().get(pk=plan.pk)
    if not plan.is_issued:
        raise CannotDo(_("计划还没有下达，直接修改即可，不需要办理调整。"))
    if plan.issued_on and approved_on < plan.issued_on:
        raise CannotDo(_("批准日期早于计划下达日期，请核对。"))
    line = plan.lines.select_for_update().filter(project=project).first()
    stands = line is not None and not line.moved_out
    if kind == AdjustmentKind.IN:
        if stands:
            raise CannotDo(_("这个项目已在计划内，应办理“调整”。"))
        if not project.leaf:
            raise CannotDo(_("这是打捆项目，请调入它的子项目。"))
        line = line or AnnualLine(plan=plan, project=project)
        before = None
    else:
        if line is None or not stands:
            raise CannotDo(_("这个项目不在计划内，应办理“调入”。"))
        before = line.values
    after = None
    if kind == AdjustmentKind.OUT:
        line.moved_out = True
    else:
        after = {**line.values, **(values or {})}
        if after["investment"] is None:
            raise CannotDo(_("请填写调整后的年度计划投资。"))
        if after == before:
            raise CannotDo(_("调整前后没有不同。"))
        if words := misfit(after):
            raise CannotDo(f"{words}。")
        _put(line, after)
        line.moved_out = False
    line.touched_by = by
    line.version = line.version + 1 if line.pk else 1
    line.save()
    made = Adjustment.objects.create(
        plan=plan,
        project=project,
        kind=kind,
        before=before,
        after=after,
        reference=reference,
        approved_on=approved_on,
        approver=approver,
        reason=reason,
        by=by,
    )
    record(
        by,
        "annual.adjusted",
        made,
        before=before and _told(before),
        after={**_told(after or {}), "reference": reference, "reason": reason},
    )
    return made


def draft_of(plan: AnnualPlan, by: User) -> AnnualPlan:
    """The plan, locked, if it may still be edited by this person."""
    require(by, "annual.edit", office=plan.office)
    plan = AnnualPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.is_issued:
        words = _("计划已于%(on)s下达（%(number)s），不能直接修改，请办理调入、调出或调整。")
        raise CannotDo(words % {"on": plan.issued_on, "number": plan.number})
    return plan
