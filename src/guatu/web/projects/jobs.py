"""The import's background work: read and compare, apply, undo; each goes on after a kill."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.heads import Mapping as Heads
from guatu.delivery.projects.heads import labels
from guatu.delivery.projects.rows import Read, counted, read_rows, summed
from guatu.delivery.projects.sheets import UnreadableSheet, open_sheets
from guatu.web.page.jobs import JobFault, Run
from guatu.web.people.models import Office, User
from guatu.web.projects import files
from guatu.web.projects.actions import applying
from guatu.web.projects.actions.applying import CHUNK, Names, Stale
from guatu.web.projects.actions.ties import keep_suggestions
from guatu.web.projects.models import Import, ImportRow, ImportState, Project
from guatu.web.projects.queries.comparison import Comparison
from guatu.web.projects.queries.ties import plan_entries, suggestions

# 写锁空出的时间（秒），够等着的人轮询到一次。
_GAP: Final = 0.05


def stage(run: Run) -> dict[str, Any]:
    """Read a sheet and compare it with the library (``projects.stage``)."""
    job = Import.objects.select_related("office").get(pk=run.payload["import"])
    if job.state != ImportState.STAGING:
        return {}
    run.progress(0, 0, _("正在读表"))
    try:
        sheets = open_sheets(files.read(job.stored), job.name)
    except (UnreadableSheet, OSError) as fault:
        with run.commit():
            applying.back_to_mapping(job, str(fault))
        raise JobFault(str(fault)) from None
    sheet = next((s for s in sheets if s.name == job.sheet), sheets[0])
    read = read_rows(sheet.rows, Heads.from_json(job.mapping["chosen"]))
    last = Project.objects.filter(office=job.office).order_by("-pk").values_list("pk", flat=True)
    seen = last.first() or 0
    compared = list(Comparison(job.office).rows(read, whole=bool(job.mapping.get("whole"))))
    total, at = len(compared), int(run.cursor.get("at", 0))
    run.progress(at, total, _("正在与项目库比对"))
    while at < total:
        run.cursor["at"] = min(at + CHUNK, total)
        with run.commit(done=run.cursor["at"], words=_("正在与项目库比对")):
            applying.write_rows(job, compared[at : at + CHUNK])
        _let_others_write()
        at = run.cursor["at"]
    counts = Counter(row.change for row in compared)
    with run.commit(words=_("读好 %(n)d 行") % {"n": total}):
        applying.staged(job, _summary(read, counts, seen))
    return {"rows": total}


def _summary(read: Read, counts: Mapping[str, int], seen: int) -> dict[str, Any]:
    projects, leaves = counted(read.rows)
    return {
        "counts": dict(counts),
        "projects": projects,
        "leaves": leaves,
        "investment": summed(read.rows, "investment"),
        "year_investment": summed(read.rows, "year_investment"),
        "totals": [
            {
                "row": total.row,
                "label": total.label,
                "field": labels()[total.field],
                "stated": total.stated,
                "summed": total.summed,
                "differs": total.differs,
                "gap": total.stated - total.summed,
            }
            for total in read.totals[:500]
        ],
        "stated_counts": [
            {
                "row": count.row,
                "label": count.label,
                "stated": count.stated,
                "projects": count.projects,
                "leaves": count.leaves,
            }
            for count in read.counts[:200]
        ],
        "skipped": [list(each) for each in read.skipped[:200]],
        "last_project": seen,
        "staged_at": timezone.now().isoformat(),
    }


def _steps(run: Run, phase: str, rows: QuerySet[ImportRow], do: Callable[[list[ImportRow]], None],
           words: str) -> None:  # fmt: skip
    """Work through rows by their order of writing, a chunk a transaction, from the cursor on."""
    if run.cursor.get("phase", phase) != phase:
        return
    run.cursor["phase"] = phase
    after = int(run.cursor.get("after", 0))
    done = int(run.cursor.get("done", 0))
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after, done = some[-1].pk, done + len(some)
        run.cursor.update(after=after, done=done)
        with run.commit(done=done, words=words):
            do(some)
        _let_others_write()


def _let_others_write() -> None:
    """SQLite's waiting writers only look now and then: leave them a gap to find."""
    if connection.vendor == "sqlite":
        time.sleep(_GAP)


def _next(run: Run, phase: str) -> None:
    """A phase is over; the next commit says so together with its first writes."""
    run.cursor.update(phase=phase, after=0, done=0)


def apply(run: Run) -> dict[str, Any]:
    """Bring a staged sheet in, all of it or nothing (``projects.apply``)."""
    job = Import.objects.get(pk=run.payload["import"])
    by = User.objects.get(pk=run.payload["by"])
    rows = ImportRow.objects.filter(job=job, staging=job.staging)
    new, changed = rows.filter(change="new"), rows.filter(change="changed")
    run.cursor.setdefault("phase", "new")
    total = new.count() + changed.count()
    run.progress(int(run.cursor.get("done", 0)), total, _("正在准备"))
    names = Names()
    try:
        if run.cursor["phase"] == "new":
            base = int(run.cursor.setdefault("base", applying.last_position(job)))

            def lay(some: list[ImportRow]) -> None:
                applying.lay_new(job, some, base, names)

            _steps(run, "new", new, lay, _("正在准备新项目"))
            _next(run, "changed")
        if run.cursor["phase"] == "changed":
            do = _changes(job, names)
            _steps(run, "changed", changed, do, _("正在准备修改"))
            _next(run, "in")
        if run.cursor["phase"] == "in":
            _next(run, "note")
            digest = applying.digest_of(job)
            with run.commit(words=_("正在导入")):
                applying.let_in(job, by=by, digest=digest)
    except Stale as fault:
        _clear(run, job, applying.back_to_staged, str(fault))
    both = rows.filter(change__in=("new", "changed"))
    _steps(run, "note", both, _notes(job, by), _("正在登记变更记录"))
    _sweep(run, job)
    return {"rows": total}


def _changes(job: Import, names: Names, *, back: bool = False) -> Callable[[list[ImportRow]], None]:
    return lambda some: applying.lay_changes(job, some, names, back=back)


def _notes(job: Import, by: User, *, back: bool = False) -> Callable[[list[ImportRow]], None]:
    return lambda some: applying.note_rows(job, some, by=by, back=back)


def undo(run: Run) -> dict[str, Any]:
    """Take an applied sheet back, all of it or nothing (``projects.undo``)."""
    job = Import.objects.get(pk=run.payload["import"])
    by = User.objects.get(pk=run.payload["by"])
    rows = ImportRow.objects.filter(job=job, staging=job.staging)
    run.cursor.setdefault("phase", "changed")
    names = Names()
    try:
        if run.cursor["phase"] == "changed":
            changed = rows.filter(change="changed")
            _steps(run, "changed", changed, _changes(job, names, back=True), _("正在准备"))
            _next(run, "out")
        if run.cursor["phase"] == "out":
            _next(run, "note")
            digest = applying.digest_of(job)
            with run.commit(words=_("正在撤销")):
                applying.take_out(job, by=by, digest=digest)
    except Stale as fault:
        _clear(run, job, applying.back_to_applied, str(fault))
    both = rows.filter(change__in=("new", "changed"))
    _steps(run, "note", both, _notes(job, by, back=True), _("正在登记变更记录"))
    _sweep(run, job)
    return {}


def _clear(run: Run, job: Import, back: Callable[[Import, str], None], words: str) -> None:
    """Nothing was applied: what was laid ready goes, and the clerk is told why."""
    _sweep(run, job)
    with run.commit():
        back(job, words)
    raise JobFault(words)


def _sweep(run: Run, job: Import) -> None:
    while True:
        with run.commit():
            left = applying.sweep(job)
        _let_others_write()
        if not left:
            return


def suggest(run: Run) -> dict[str, int]:
    """Note suggestions for all projects of an office, a chunk a transaction."""
    office = Office.objects.get(pk=run.payload["office"])
    entries = plan_entries(office)
    projects = Project.objects.filter(office=office).order_by("pk")
    total, at = projects.count(), int(run.cursor.get("at", 0))
    made = int(run.cursor.get("made", 0))
    after = int(run.cursor.get("after", 0))
    run.progress(at, total, _("正在比对项目与方案"))
    while some := list(projects.filter(pk__gt=after)[:CHUNK]):
        found = suggestions(some, entries)
        after, at, made = some[-1].pk, at + len(some), made + len(found)
        run.cursor.update(after=after, at=at, made=made)
        with run.commit(done=at):
            keep_suggestions(found)
    return {"suggestions": made}
