"""Verbs of a project itself: entered, changed, moved from stage to stage, changed in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.projects.values import CellFault, code
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Region, Unit, User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, difference, record, record_many, snapshot
from guatu.web.projects.fields import DATA, label, search_text, stored, tidy_tags, written
from guatu.web.projects.models import BulkChange, CountyShare, Project, Stage, StageMove
from guatu.web.projects.queries.gates import Gate, gates_of, next_stages

FORM_FIELDS: Final = (
    "name", "code", "parent", "section", "region", "place", "owner", "owner_name", "unit",
    "person", "phone", "leader", "ownership", "nature", "procedure", "investment_kind",
    "industry", "tags", "scale", "investment", "year_investment", "year_content", "start",
    "finish", "remark",
)  # fmt: skip
BULK_FIELDS: Final = ("unit", "region", "leader", "person", "section", "ownership", "tags")
BULK_MOST: Final = 2_000
_TRAIL: Final = tuple(name.removesuffix("_id") for name in DATA)


@transaction.atomic
def create_project(*, by: User, shares: dict[int, int] | None = None, **values: Any) -> Project:
    """Enter a project into the library; ``values`` are those of FORM_FIELDS, and ``stage``."""
    require(by, "projects.edit")
    project = Project(office=by.office, stage_since=values.pop("stage_since", None))
    project.position = Project.objects.filter(office=by.office).count() + 1
    _fill(project, values)
    project.save()
    if shares:
        _put_shares(project, shares)
    refresh_leaves([project.parent_id])
    record(by, "project.created", project, after=snapshot(project, *_TRAIL))
    return project


@transaction.atomic
def change_project(
    project: Project, *, by: User, shares: dict[int, int] | None = None, **values: Any
) -> Project:
    """Change what is known of a project; None for ``shares`` leaves them as they are."""
    require(by, "projects.edit", office=project.office)
    project = Project.objects.select_for_update().get(pk=project.pk)
    before, old_parent = snapshot(project, *_TRAIL), project.parent_id
    had = {s.region_id: s.amount for s in project.shares.all()}
    if "stage" in values and values["stage"] != project.stage:
        raise CannotDo(_("阶段请用“变更阶段”办理，要写明日期和原因。"))
    _fill(project, values)
    was, now = difference(before, snapshot(project, *_TRAIL))
    if shares is not None and shares != had:
        was["shares"], now["shares"] = had, shares
        _put_shares(project, shares)
    if not now:
        return project
    project.revision += 1
    project.save()
    if project.parent_id != old_parent:
        refresh_leaves([old_parent, project.parent_id])
    record(by, "project.changed", project, before=was, after=now)
    return project


def _fill(project: Project, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name not in FORM_FIELDS and name != "stage":
            raise TypeError(f"not a field of a project: {name}")
        setattr(project, name, value)
    try:
        project.code, project.code_kind = code(project.code)
    except CellFault as fault:
        raise CannotDo({"code": str(fault.args[0])}) from None
    project.tags = tidy_tags(project.tags)
    if "unit" in values and project.unit is not None:
        project.unit_name = project.unit.name
    elif "unit" in values and project.unit is None and "unit_name" not in values:
        project.unit_name = ""
    if project.owner is not None and not project.owner_name:
        project.owner_name = project.owner.name
    _refuse_circle(project)
    project.search = search_text(project, *_names(project))
    project.full_clean(exclude=["office"])


def _names(project: Project) -> tuple[str, ...]:
    unit, region = project.unit, project.region
    return (unit.short_name if unit else "", region.name if region else "")


def _refuse_circle(project: Project) -> None:
    above, seen = project.parent, {project.pk}
    while above is not None:
        if above.pk in seen and above.pk is not None:
            raise CannotDo({"parent": _("所属打捆项目不能是本项目或它的子项目。")})
        seen.add(above.pk)
        above = above.parent


def _put_shares(project: Project, shares: dict[int, int]) -> None:
    project.shares.all().delete()
    CountyShare.objects.bulk_create(
        CountyShare(project=project, region_id=region, amount=amount)
        for region, amount in shares.items()
    )


def refresh_leaves(parents: Sequence[int | None]) -> None:
    """Keep the leaf flag of packages whose parts came or went; in the caller's transaction."""
    wanted = sorted({pk for pk in parents if pk is not None})
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        with_parts = set(
            Project.objects.filter(parent_id__in=some).values_list("parent_id", flat=True)
        )
        Project.objects.filter(pk__in=with_parts).update(leaf=False)
        Project.objects.filter(pk__in=set(some) - with_parts).update(leaf=True)


# ------------------------------------------------------------------------- stages


@transaction.atomic
def move_stage(
    project: Project, *, by: User, to: str, on: date, reason: str = "", waive: bool = False
) -> StageMove:
    """Move a project to another stage; unmet conditions need ``waive`` and a reason."""
    require(by, "projects.edit", office=project.office)
    project = Project.objects.select_for_update().get(pk=project.pk)
    if to not in next_stages(project.stage):
        words = _("%(from)s的项目不能直接转为%(to)s。")
        raise CannotDo({"to": words % {"from": project.get_stage_display(), "to": Stage(to).label}})
    gates = gates_of(project, to)
    unmet = [gate for gate in gates if not gate.met]
    backwards = _backwards(project.stage, to)
    if unmet and not waive:
        words = _("还差 %(n)d 项条件：%(what)s。先补齐，或勾选“例外通过”并写明原因。")
        what = "、".join(f"{gate.words}（{gate.note}）" for gate in unmet)
        raise CannotDo({"to": words % {"n": len(unmet), "what": what}})
    if (unmet or backwards) and not reason.strip():
        raise CannotDo({"reason": _("退回、停缓建、出库和例外通过都要写明原因。")})
    move = StageMove.objects.create(
        project=project,
        from_stage=project.stage,
        to_stage=to,
        on=on,
        reason=reason.strip(),
        gates=[_kept(gate) for gate in gates],
        waived=bool(unmet),
        by=by,
    )
    before = snapshot(project, "stage", "stage_since")
    project.stage, project.stage_since = to, on
    project.revision += 1
    project.save(update_fields=["stage", "stage_since", "revision", "changed"])
    after = {**snapshot(project, "stage", "stage_since"), "reason": move.reason}
    record(by, "project.stage-moved", project, before=before, after=after)
    return move


def _kept(gate: Gate) -> dict[str, Any]:
    return {"words": gate.words, "met": gate.met, "note": gate.note}


def _backwards(old: str, new: str) -> bool:
    order = [stage.value for stage in Stage]
    return new in (Stage.PAUSED, Stage.REMOVED) or order.index(new) < order.index(old)


# --------------------------------------------------------------------------- bulk


@transaction.atomic
def change_many(*, by: User, projects: Sequence[int], field: str, value: Any) -> BulkChange:
    """Give one field of many projects the same value; the change can be taken back."""
    require(by, "projects.edit")
    if field not in BULK_FIELDS:
        raise CannotDo(_("这一项不能批量修改。"))
    if not projects or len(projects) > BULK_MOST:
        words = _("一次可批量修改 1 到 %(most)d 个项目，现在选了 %(n)d 个。")
        raise CannotDo(words % {"most": BULK_MOST, "n": len(projects)})
    found = list(
        Project.objects.select_for_update()
        .filter(pk__in=list(projects), office=by.office)
        .order_by("pk")
    )
    value = tidy_tags(value) if field == "tags" else value
    names = {"unit": [field, "unit_name", "search"], "region": [field, "search"]}
    columns = names.get(field, [field, "search"])
    kept: dict[str, Any] = {}
    writes = []
    for project in found:
        before = snapshot(project, field)
        old = [stored(name, getattr(project, _column(name))) for name in columns]
        setattr(project, field, value)
        if field == "unit":
            project.unit_name = value.name if value else ""
        project.search = search_text(project, *_bulk_names(project, field))
        after = snapshot(project, field)
        if before == after:
            continue
        project.revision += 1
        kept[str(project.pk)] = [old, project.revision]
        writes.append(Write("project.changed-in-bulk", project, before, after))
    changed = [project for project in found if str(project.pk) in kept]
    Project.objects.bulk_update(changed, [*columns, "revision"], batch_size=500)
    text = written(field, value if not isinstance(value, (Unit, Region)) else str(value))
    bulk = BulkChange.objects.create(
        office=by.office,
        by=by,
        field=field,
        before={"columns": columns, "rows": kept},
        words=_("%(n)d 个项目的“%(what)s”改为“%(to)s”")
        % {"n": len(changed), "what": label(field), "to": text or _("空")},
    )
    record_many(by, writes)
    return bulk


def _column(name: str) -> str:
    return f"{name}_id" if name in ("unit", "region") else name


def _bulk_names(project: Project, field: str) -> tuple[str, ...]:
    """Short names that full text finds, without a question per row."""
    kept = [word for word in project.search.split() if word]
    given = _names(project) if field in ("unit", "region") else ()
    return (*given, *kept) if field not in ("unit", "region") else given


@transaction.atomic
def undo_bulk(bulk: BulkChange, *, by: User) -> int:
    """Take a bulk change back where nobody has changed the project since; how many were."""
    require(by, "projects.edit", office=bulk.office)
    bulk = BulkChange.objects.select_for_update().get(pk=bulk.pk)
    if bulk.undone:
        raise CannotDo(_("这次批量修改已经撤销过了。"))
    rows: dict[str, Any] = bulk.before["rows"]
    columns: list[str] = bulk.before["columns"]
    found = Project.objects.select_for_update().in_bulk([int(pk) for pk in rows])
    stale = [p for p in found.values() if p.revision != rows[str(p.pk)][1]]
    if stale:
        words = _("“%(name)s”等 %(n)d 个项目后来又有改动，不能整批撤销，请逐个修改。")
        raise CannotDo(words % {"name": stale[0].name, "n": len(stale)})
    writes = []
    for project in found.values():
        before = snapshot(project, bulk.field)
        for name, value in zip(columns, rows[str(project.pk)][0], strict=True):
            setattr(project, _column(name), value)
        project.revision += 1
        writes.append(Write("project.bulk-undone", project, before, snapshot(project, bulk.field)))
    Project.objects.bulk_update(list(found.values()), [*columns, "revision"], batch_size=500)
    bulk.undone = True
    bulk.save(update_fields=["undone"])
    record_many(by, writes)
    return len(found)
