"""Verbs of what hangs on a project: nodes, funds, problems, attachments, saved filters."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import difference, record, snapshot
from guatu.web.projects import files
from guatu.web.projects.models import (
    Attachment,
    Fund,
    Node,
    Problem,
    Project,
    SavedFilter,
)

Detail = Node | Fund | Problem


@transaction.atomic
def save_detail(detail: Detail, *, by: User) -> Detail:
    """Keep a node, fund or problem that a form has filled, new or changed."""
    project = _locked(detail.project, by)
    kind = type(detail)._meta.model_name
    if detail.pk is None:
        if isinstance(detail, Problem):
            detail.by = by
        if isinstance(detail, Node) and not detail.position:
            detail.position = project.nodes.count() + 1
        detail.full_clean()
        detail.save()
        record(by, f"{kind}.created", detail, after=snapshot(detail))
    else:
        old = type(detail)._base_manager.get(pk=detail.pk)
        before = snapshot(old)
        detail.full_clean()
        detail.save()
        was, now = difference(before, snapshot(detail))
        if now:
            record(by, f"{kind}.changed", detail, before=was, after=now)
    _touched(project)
    return detail


@transaction.atomic
def remove_detail(detail: Detail, *, by: User) -> None:
    """Take a wrongly entered node, fund or problem away; the trail keeps what it said."""
    project = _locked(detail.project, by)
    record(by, f"{type(detail)._meta.model_name}.removed", detail, before=snapshot(detail))
    detail.delete()
    _touched(project)


@transaction.atomic
def answer_problem(problem: Problem, *, by: User, answer: str, solved: bool) -> Problem:
    """Note the answer to a problem, and whether it is solved."""
    problem.answer, problem.solved = answer.strip(), solved
    problem.answered = timezone.localdate()
    if solved and not problem.answer:
        raise CannotDo({"answer": _("标记为已解决前，请写明怎么解决的。")})
    saved = save_detail(problem, by=by)
    assert isinstance(saved, Problem)
    return saved


def _locked(project: Project, by: User) -> Project:
    require(by, "projects.edit", office=project.office)
    return Project.objects.select_for_update().get(pk=project.pk)


def _touched(project: Project) -> None:
    """Count open problems for lists; an import that compared an earlier state is stale now."""
    Project.objects.filter(pk=project.pk).update(
        open_problems=project.problems.filter(solved=False).count(),
        revision=F("revision") + 1,
        changed=timezone.now(),
    )


@transaction.atomic
def attach(project: Project, *, by: User, name: str, stored: files.Stored, note: str) -> Attachment:
    """Attach a file that was checked and kept by ``files``."""
    project = _locked(project, by)
    if project.attachments.filter(digest=stored.digest, removed=False).exists():
        raise CannotDo(_("这个文件已经附在本项目上。"))
    made = Attachment.objects.create(
        project=project,
        name=name[-200:],
        kind=stored.kind,
        size=stored.size,
        digest=stored.digest,
        stored=stored.path,
        note=note[:200],
        by=by,
    )
    record(by, "attachment.added", made, after=snapshot(made, "name", "kind", "size", "digest"))
    _touched(project)
    return made


@transaction.atomic
def detach(attachment: Attachment, *, by: User, back: bool = False) -> None:
    """Take an attachment from the page, or put it back; the file stays."""
    project = _locked(attachment.project, by)
    attachment.removed = not back
    attachment.save(update_fields=["removed"])
    record(by, "attachment.restored" if back else "attachment.removed", attachment)
    _touched(project)


@transaction.atomic
def save_filter(*, by: User, name: str, query: str, shared: bool) -> SavedFilter:
    """Keep a list's address under a name; the same name again replaces it."""
    require(by, "projects.read")
    name = name.strip()
    if not name:
        raise CannotDo({"name": _("请给这组条件起个名字。")})
    values: dict[str, Any] = {"query": query[:2000], "shared": shared, "office": by.office}
    saved, _new = SavedFilter.objects.update_or_create(by=by, name=name[:40], defaults=values)
    record(by, "filter.saved", saved, after=snapshot(saved, "name", "query", "shared"))
    return saved


@transaction.atomic
def forget_filter(saved: SavedFilter, *, by: User) -> None:
    """Forget a saved filter of one's own."""
    if saved.by_id != by.pk:
        raise CannotDo(_("只有保存的人能删除这组筛选条件。"))
    record(by, "filter.forgotten", saved, before=snapshot(saved, "name", "query"))
    saved.delete()
