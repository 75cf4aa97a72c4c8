"""The close's background work: rows laid ready in chunks, then made current; survives a kill."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from guatu.web.page.jobs import Pace, Run
from guatu.web.people.models import User
from guatu.web.supervision.actions import closing
from guatu.web.supervision.models import Close, CloseState
from guatu.web.supervision.working import digest_of

# 写锁空出的时间（秒）：SQLite 等锁的人最多 0.1 秒看一次，够看到一次。
_GAP: Final = 0.11


def close(run: Run) -> dict[str, Any]:
    """Bring a close about (``supervision.close``)."""
    made = Close.objects.select_related("period__cycle", "period__office").get(
        pk=run.payload["close"]
    )
    if made.state != CloseState.WRITING:
        _sweep(run, made)
        return {}
    run.progress(int(run.cursor.get("at", 0)), 0, _("正在计算"))
    worked = closing.worked_out(made)
    digest, total = digest_of(worked), len(worked.rows)
    if run.cursor.get("digest") != digest:
        # What is known has changed since rows were laid ready: they are laid anew.
        _sweep(run, made)
        run.cursor = {"digest": digest, "at": 0}
    run.progress(run.cursor["at"], total, _("正在写入"))
    pace = Pace(_GAP)
    while run.cursor["at"] < total:
        some = closing.rows_to_lay(made, worked, run.cursor["at"])
        run.cursor["at"] += len(some.rows)
        with pace.turn(), run.commit(done=run.cursor["at"], words=_("正在写入")):
            closing.lay(some)
    if not run.cursor.get("rollups"):
        some = closing.rollups_to_lay(made, worked)
        run.cursor["rollups"] = True
        with pace.turn(), run.commit(done=total, words=_("正在汇总")):
            closing.lay(some)
    by = User.objects.get(pk=run.payload["by"])
    with pace.turn(), run.commit(done=total, words=_("关账 %(n)d 个项目") % {"n": total}):
        if Close.objects.filter(pk=made.pk, state=CloseState.WRITING).exists():
            closing.make_current(made, by=by, digest=digest, projects=total)
    return {"projects": total}


def _sweep(run: Run, made: Close) -> None:
    if made.state not in (CloseState.WRITING, CloseState.DROPPED):
        return
    left, pace = 1, Pace(_GAP)
    while left:
        with pace.turn(), run.commit():
            left = closing.sweep(made)
