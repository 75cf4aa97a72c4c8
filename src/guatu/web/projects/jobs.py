"""The import's background work: read and compare, apply, undo; each goes on after a kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.projects.heads import Mapping as Heads
from guatu.delivery.projects.heads import labels
from guatu.delivery.projects.rows import Read, counted, read_rows, summed
from guatu.delivery.projects.sheets import UnreadableSheet, open_sheets
from guatu.web.page.jobs import JobFault, Pace, Run
from guatu.web.page.many import count_anew
from guatu.web.people.models import Office, User
from guatu.web.projects import files
from guatu.web.projects.actions import applying, laying, noting, staging
from guatu.web.projects.actions.laying import Names, Stale
from guatu.web.projects.actions.staging import Staged
from guatu.web.projects.actions.ties import keep_suggestions
from guatu.web.projects.models import Arrival, Import, ImportRow, ImportState, Project
from guatu.web.projects.queries.comparison import Comparison
from guatu.web.projects.queries.imports import revisions_of, what_rests
from guatu.web.projects.queries.ties import plan_entries, suggestions

# 写锁空出的时间（秒），够等着的人轮询到一次。
_GAP: Final = 0.05
# 与方案比对是重活，每次少取一些。
_FEW: Final = 500


def stage(run: Run) -> dict[str, Any]:
    """Read a sheet and compare it with the library (``projects.stage``)."""
    job = Import.objects.select_related("office").get(pk=run.payload["import"])
    if job.state != ImportState.STAGING:
        return {}
    run.progress(0, 0, _("正在读表"))
    try:
        sheets = open_sheets(files.read(job.stored), job.name, only=job.sheet)
    except (UnreadableSheet, OSError) as fault:
        with run.commit():
            staging.back_to_mapping(job, str(fault))
        raise JobFault(str(fault)) from None
    read = read_rows(sheets[0].rows, Heads.from_json(job.mapping["chosen"]))
    _begin(run, job, read)
    comparison = Comparison(job.office, first_id=run.cursor["first_id"])
    compared = list(comparison.rows(read, whole=bool(job.mapping.get("whole"))))
    total, at = len(compared), int(run.cursor.get("at", 0))
    pace = Pace(_GAP)
    while at < total:
        chunk, at = compared[at : at + staging.CHUNK], min(at + staging.CHUNK, total)
        run.cursor["at"] = at
        with pace.turn(), run.commit(done=at, words=_("正在与项目库比对")):
            staging.write_rows(job, chunk)
    counts = Counter(row.change for row in compared)
    fields = sorted({name for row in compared for name in row.before})
    with run.commit(words=_("读好 %(n)d 行") % {"n": total}):
        staging.staged(job, _summary(read, counts, fields, run.cursor))
    return {"rows": total}


def _begin(run: Run, job: Import, read: Read) -> None:
    """Once for each sheet: since when the comparison holds, and numbers for its new projects."""
    if "first_id" in run.cursor:
        return
    last = Project.objects.filter(office=job.office).order_by("-pk").values_list("pk", flat=True)
    since = timezone.now().isoformat()
    run.cursor.update(seen=last.first() or 0, since=since, reserved=len(read.rows))
    run.cursor["first_id"] = staging.reserve_projects(len(read.rows))
    with run.commit(done=0, words=_("正在与项目库比对")):
        pass


def _summary(
    read: Read, counts: Mapping[str, int], fields: list[str], cursor: Mapping[str, Any]
) -> dict[str, Any]:
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
        "fields": fields,
        "last_project": cursor["seen"],
        "staged_at": cursor["since"],
        "first_id": cursor["first_id"],
        "reserved": cursor["reserved"],
    }


Do = Callable[[list[Staged]], Callable[[], None]]


def _steps(run: Run, phase: str, rows: QuerySet[ImportRow], do: Do, words: str) -> None:
    """Work through rows as they were written, a chunk a transaction, from the cursor on.

    ``do`` reads and works out a chunk while others write, and gives what writes it.
    """
    if run.cursor.get("phase", phase) != phase:
        return
    run.cursor["phase"] = phase
    done, pace = int(run.cursor.get("done", 0)), Pace(_GAP)
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is None:
        return
    after = int(run.cursor.get("after", 0)) or ends["first"] - 1
    while after < ends["last"]:
        some = staging.stretch(rows, after)
        after, done = after + staging.CHUNK, done + len(some)
        if not some:
            continue
        write = do(some)
        run.cursor.update(after=after, done=done)
        with pace.turn(), run.commit(done=done, words=words):
            write()


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
            packages = applying.packages_of(job)

            def lay(some: list[Staged]) -> Callable[[], None]:
                return laying.ready_new(job, some, base, names, packages).write

            _steps(run, "new", new, lay, _("正在准备新项目"))
            _next(run, "changed")
        if run.cursor["phase"] == "changed":
            _steps(run, "changed", changed, _changes(job, names), _("正在准备修改"))
            _next(run, "in")
        if run.cursor["phase"] == "in":
            _next(run, "note")
            digest, parents = applying.digest_of(job), applying.outer_parents(job)
            _count_anew(job)
            with run.commit(words=_("正在导入")):
                applying.let_in(job, by=by, digest=digest, parents=parents)
    except Stale as fault:
        _clear(run, job, applying.back_to_staged, str(fault))
    both = rows.filter(change__in=("new", "changed"))
    _steps(run, "note", both, _notes(job, by), _("正在登记变更记录"))
    _sweep(run, job)
    return {"rows": total}


def _changes(job: Import, names: Names, *, back: bool = False) -> Do:
    return lambda some: laying.ready_changes(job, some, names, back=back).write


def _notes(job: Import, by: User, *, back: bool = False) -> Do:
    return lambda some: noting.ready_notes(job, some, by=by, back=back)


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
            digest, parents = applying.digest_of(job), applying.outer_parents(job)
            revisions = revisions_of(job)
            _count_anew(job)
            if rests := what_rests(job):
                raise Stale("；".join(rests))
            with run.commit(words=_("正在撤销")):
                applying.take_out(job, by=by, digest=digest, parents=parents, revisions=revisions)
    except Stale as fault:
        _clear(run, job, applying.back_to_applied, str(fault))
    both = rows.filter(change__in=("new", "changed"))
    _steps(run, "note", both, _notes(job, by, back=True), _("正在登记变更记录"))
    _sweep(run, job)
    return {}


def _count_anew(job: Import) -> None:
    """Many rows lie ready: what is asked of them next is planned for as many."""
    if Arrival.objects.filter(job=job).count() > staging.CHUNK:
        count_anew(Project, Arrival)


def _clear(run: Run, job: Import, back: Callable[[Import, str], None], words: str) -> None:
    """Nothing was applied: what was laid ready goes, and the clerk is told why."""
    _sweep(run, job)
    with run.commit():
        back(job, words)
    raise JobFault(words)


def _sweep(run: Run, job: Import) -> None:
    pace = Pace(_GAP)
    _count_anew(job)
    while Arrival.objects.filter(job=job).exists():
        with pace.turn(), run.commit():
            noting.sweep(job)


def suggest(run: Run) -> dict[str, int]:
    """Note suggestions for all projects of an office, a chunk a transaction."""
    office = Office.objects.get(pk=run.payload["office"])
    entries = plan_entries(office)
    projects = Project.objects.filter(office=office).order_by("pk")
    total, at = projects.count(), int(run.cursor.get("at", 0))
    made = int(run.cursor.get("made", 0))
    after = int(run.cursor.get("after", 0))
    run.progress(at, total, _("正在比对项目与方案"))
    while some := list(projects.filter(pk__gt=after)[:_FEW]):
        found = suggestions(some, entries)
        after, at, made = some[-1].pk, at + len(some), made + len(found)
        run.cursor.update(after=after, at=at, made=made)
        with run.commit(done=at):
            keep_suggestions(found)
    return {"suggestions": made}
