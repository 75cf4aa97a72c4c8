"""What an import leaves to do when all of it is in: the trail, stages, what was laid ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.page.many import put_rows
from guatu.web.people.models import User
from guatu.web.people.trail import Named, Write, record_many
from guatu.web.projects.actions.staging import Staged
from guatu.web.projects.fields import fund_words
from guatu.web.projects.models import (
    Arrival,
    CountyShare,
    Fund,
    Import,
    Project,
    Stage,
    StageMove,
    Tie,
    TieState,
)

_MANY: Final = 500
_MOVE: Final = (
    "project_id", "from_stage", "to_stage", "on", "reason", "gates", "waived", "by_id", "at",
)  # fmt: skip


def ready_notes(
    job: Import, rows: Sequence[Staged], *, by: User, back: bool = False
) -> Callable[[], None]:
    """What writes the trail's entry of each project, and the stage it moved to."""
    writes: list[Write] = []
    moves: list[tuple[Any, ...]] = []
    today = timezone.localdate()
    for row in rows:
        project = Named(Project, row.project_id or 0, row.values.get("name", row.name))
        new = {k: row.values.get(k) for k in row.before} if row.change == "changed" else row.values
        before, after = (new, row.before) if back else (row.before, new)
        verb = "project.import-undone" if back else "project.imported"
        gone = back and row.change == "new"
        told = None if gone else _told(after)
        writes.append(Write(verb, project, _told(before) or None, told))
        if row.change == "changed" and "stage" in row.before:
            ways = (row.values["stage"], row.before["stage"])
            old, to = ways if back else ways[::-1]
            reason = _("撤销导入“%(name)s”") if back else _("表格导入“%(name)s”第 %(n)d 行")
            words = reason % {"name": job.name, "n": row.number}
            moves.append((project.pk, Stage(old), Stage(to), today, words, [], False, by.pk))

    def write() -> None:
        record_many(by, writes)
        now = timezone.now()
        put_rows(StageMove, _MOVE, [(*move, now) for move in moves])

    return write


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the trail tells them: funds by their names."""
    funds = values.get("funds")
    if not funds:
        return dict(values)
    return {**values, "funds": {fund_words(key): amount for key, amount in funds.items()}}


def sweep(job: Import, most: int = 1_000) -> int:
    """Remove a chunk of rows that were laid ready and are no longer needed; how many."""
    # Those that came last go first: parts before their packages, as sheets have them.
    left = Arrival.objects.filter(job=job).order_by("-pk")
    some = list(left.values_list("pk", flat=True)[:most])
    for at in range(0, len(some), _MANY):
        few = some[at : at + _MANY]
        CountyShare.objects.filter(project_id__in=few).delete()
        Fund.objects.filter(project_id__in=few).delete()
        # What imports undone before this one left on its projects; the trail has it all.
        StageMove.objects.filter(project_id__in=few).delete()
        Tie.objects.filter(project_id__in=few, state=TieState.SUGGESTED).delete()
        Project.everything.filter(parent_id__in=few).update(parent=None)
        Arrival.objects.filter(pk__in=few)._raw_delete(Arrival.objects.db)
        Project.everything.filter(pk__in=few)._raw_delete(Project.everything.db)
    return len(some)
