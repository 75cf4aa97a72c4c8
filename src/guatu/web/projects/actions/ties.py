"""Verbs of ties between projects and the plan: suggested by the machine, decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.page.jobs import enqueue
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import Write, record, record_many
from guatu.web.projects.models import BulkChange, Project, Tie, TieState
from guatu.web.projects.queries.ties import Entry, Suggestion, plan_entries

_CHUNK = 500
# What a bulk change of ties names in place of a project's field.
TIES: Final = "ties"


@transaction.atomic
def ask_for_suggestions(*, by: User) -> object:
    """Have the machine look for entries that untied projects may rest on."""
    require(by, "projects.edit")
    last = Project.objects.filter(office=by.office).order_by("-changed").first()
    stamp = last.changed.timestamp() if last else 0
    entries = len(plan_entries(by.office))
    key = f"{by.office_id}:{stamp:.0f}:{entries}"
    return enqueue("projects.suggest", key, {"office": by.office_id}, by=by)


def keep_suggestions(found: Sequence[Suggestion]) -> None:
    """New suggestions; what a person has decided stays decided."""
    Tie.objects.bulk_create(
        [_tie(each.project_id, each.entry, each.score, each.why) for each in found],
        ignore_conflicts=True,
    )


def _tie(project: int, entry: Entry, score: float, why: str) -> Tie:
    return Tie(
        project_id=project,
        kind=entry.kind,
        entry=entry.lineage,
        plan_title=entry.plan[:200],
        words=entry.words,
        section=entry.section[:200],
        url=entry.url,
        score=score,
        why=why[:200],
    )


@transaction.atomic
def decide(ties: Sequence[int], *, by: User, state: str) -> BulkChange | None:
    """Confirm or reject suggestions in bulk, to be taken back as one; None if none changed."""
    require(by, "projects.edit")
    if state not in TieState.values:
        raise CannotDo(_("请选择确认或不对应。"))
    found = list(
        Tie.objects.select_for_update(of=("self",))
        .filter(pk__in=list(ties), project__office=by.office)
        .exclude(state=state)
        .select_related("project")
    )
    writes = [
        Write(f"tie.{state}", tie, {"state": tie.state}, {"state": state, "words": tie.words})
        for tie in found
    ]
    if not found:
        return None
    kept = {str(tie.pk): [tie.state, tie.by_id] for tie in found}
    for tie in found:
        tie.state, tie.by = state, by
    Tie.objects.bulk_update(found, ["state", "by"], batch_size=_CHUNK)
    record_many(by, writes)
    words = {
        TieState.CONFIRMED: _("%(n)d 条已确认"),
        TieState.REJECTED: _("%(n)d 条已标为不对应"),
        TieState.SUGGESTED: _("%(n)d 条已退回待确认"),
    }
    return BulkChange.objects.create(
        office=by.office,
        by=by,
        field=TIES,
        before={"rows": kept, "state": state},
        words=words[TieState(state)] % {"n": len(found)},
    )


@transaction.atomic
def take_back(bulk: BulkChange, *, by: User) -> int:
    """Put ties decided together back as they were; refuses where one was decided anew since."""
    require(by, "projects.edit", office=bulk.office)
    bulk = BulkChange.objects.select_for_update().get(pk=bulk.pk)
    if bulk.undone:
        raise CannotDo(_("这次办理已经撤销过了。"))
    rows, state = bulk.before["rows"], bulk.before["state"]
    found = list(
        Tie.objects.select_for_update(of=("self",))
        .filter(pk__in=[int(pk) for pk in rows])
        .select_related("project")
    )
    anew = len(rows) - sum(tie.state == state for tie in found)
    if anew:
        words = _("其中 %(n)d 条后来又重新办理过，不能整批撤销，请到项目页逐条办理。")
        raise CannotDo(words % {"n": anew})
    writes = []
    for tie in found:
        old, by_id = rows[str(tie.pk)]
        told = {"state": old, "words": tie.words}
        writes.append(Write("tie.taken-back", tie, {"state": tie.state}, told))
        tie.state, tie.by_id = old, by_id
    Tie.objects.bulk_update(found, ["state", "by"], batch_size=_CHUNK)
    bulk.undone = True
    bulk.save(update_fields=["undone"])
    record_many(by, writes)
    return len(found)


@transaction.atomic
def tie_by_hand(project: Project, *, by: User, kind: str, lineage: str) -> Tie:
    """Tie a project to an entry that a person has found."""
    require(by, "projects.edit", office=project.office)
    for entry in plan_entries(project.office):
        if entry.lineage == lineage and entry.kind == kind:
            made = _tie(project.pk, entry, 1.0, _("人工挂接"))
            break
    else:
        raise CannotDo(_("方案里找不到这一条，可能已发布了新版，请刷新再选。"))
    Tie.objects.filter(project=project, kind=kind, entry=lineage).delete()
    made.state, made.by = TieState.CONFIRMED, by
    made.save()
    record(by, "tie.made", made, after={"words": made.words, "project": project.pk})
    return made
