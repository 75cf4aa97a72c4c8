"""kill -9 of server and worker while sheets come back: what was answered stands, nothing twice."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from killing import Installation, Watch, wait_for
from serving import NO_ANSWER, Serving

KILLS = 20
# A small drop is read in the request, file by file; a large one by the background job.
SMALL, LARGE = 12, 33
UNITS = 5 * SMALL + 10 * LARGE
JOB = "reporting.read"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds children in /proc"),
]

# Units with two projects each, a month that is open, every sheet as a file, filled.
FILL = """
from guatu.cli.desk import prepared; prepared()
import io, sys
from datetime import date
from pathlib import Path
import openpyxl
from django.db import transaction
from guatu.delivery.periods import Period
from guatu.web.people import sample
from guatu.web.people.models import Unit, UnitKind
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting import actions
from guatu.web.reporting.sheets import sheet_file
city = sample.load()
out = Path(sys.argv[1])
with transaction.atomic():
    units = Unit.objects.bulk_create([
        Unit(name=f"第{n}工程处", kind=UnitKind.GOVERNMENT, office=city.office, position=n)
        for n in range(int(sys.argv[2]))
    ])
    Project.objects.bulk_create([
        Project(office=city.office, name=f"{unit.name}{name}", unit=unit, unit_name=unit.name,
                stage=Stage.BUILDING, start=date(2026, 1, 1), finish=date(2027, 1, 1),
                investment=90_000_000, position=n)
        for n, unit in enumerate(units) for name in ("一号桥", "二号桥")
    ])
    cycle = actions.add_cycle(by=city.clerk, name="月调度", kind="month", due_count=5,
                              due_kind="workday", source_name="通知")
    period = actions.open_period(cycle, Period.parse("2026-01"), by=city.clerk)
    sent = actions.send_sheets(list(period.units.all()), by=city.clerk)
for number, (sheet, data) in enumerate(sent):
    book = openpyxl.load_workbook(io.BytesIO(sheet_file(sheet, data)[1]))
    page = book.active
    heads = {str(cell.value): cell.column for cell in page[5] if cell.value}
    for row in (6, 7):
        page.cell(row, heads["本年累计完成投资（万元）"]).value = 100 + row
        page.cell(row, heads["实际开工日期"]).value = "2026-01-05"
        page.cell(row, heads["存在问题"]).value = f"{number}号地块征地未完成" if row == 6 else None
    book.save(out / f"{number:03}.xlsx")
print(period.pk)
"""
LOOK = """
import hashlib, json
from collections import Counter
from guatu.web.page.models import Job
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import seal_now, verify_trail
from guatu.web.projects import files
from guatu.web.projects.models import Problem, Project
from guatu.web.reporting.models import Report, ReturnedFile
seal_now()
found = list(ReturnedFile.objects.prefetch_related("reports"))
jobs = list(Job.objects.filter(kind="reporting.read"))
listed = Counter(pk for job in jobs for pk in job.payload["files"])
print(json.dumps({
    "files": sorted(file.digest for file in found),
    "damaged": [f.name for f in found
                if hashlib.sha256(files.read(f.stored)).hexdigest() != f.digest],
    "trail": TrailEntry.objects.filter(verb="file.returned").count(),
    "states": Counter(file.state for file in found),
    "orphans": [f.name for f in found if f.state == "reading" and not listed[f.pk]],
    "read twice": [pk for pk, count in listed.items() if count > 1],
    "half read": [f.name for f in found if f.state in ("staged", "applied") and len(f.rows) != 2],
    "half taken": [f.name for f in found
                   if f.reports.count() != (2 if f.state == "applied" else 0)],
    "reports": Report.objects.filter(current=True).count(),
    "all reports": Report.objects.count(),
    "kept": Project.objects.filter(reached_period="2026-01").count(),
    "problems": Problem.objects.count(),
    "open problems": sum(Project.objects.values_list("open_problems", flat=True)),
    "chain": verify_trail().broken is None,
    "open": sum(job.state in ("waiting", "running") for job in jobs),
    "failed": [job.error for job in jobs if job.state == "failed"],
}))
"""
TAKE = """
from guatu.web.people.models import User
from guatu.web.reporting import actions
from guatu.web.reporting.models import ReportingPeriod
actions.apply_good_files(ReportingPeriod.objects.get(), by=User.objects.get(username="linjiang"))
"""


@dataclass
class _Clerk:
    """Drops sheets as they come, a few or many at once, and takes what is good."""

    desk: Serving
    sheets: list[Path]
    period: int
    promised: set[str] = field(default_factory=set)
    # The drop that got no answer.
    unanswered: list[Path] = field(default_factory=list)
    drops: int = 0

    @property
    def page(self) -> str:
        return f"/reporting/periods/{self.period}/back/"

    def drop(self, count: int = 0) -> None:
        """Drop so many sheets; else those of the last drop again, as after a lost line."""
        if count:
            self.unanswered, self.sheets = self.sheets[:count], self.sheets[count:]
            assert len(self.unanswered) == count, "there are sheets for all kills"
        uploads = [("sheets", path.name, path.read_bytes()) for path in self.unanswered]
        assert self.desk.post(self.page, {"received_on": "2026-02-03"}, uploads) == self.page
        self.promised |= {hashlib.sha256(content).hexdigest() for *_name, content in uploads}
        self.unanswered = []
        self.drops += 1

    def take(self) -> None:
        """收下 all files that have nothing wrong."""
        self.desk.post(f"{self.page}apply/", {}, page=self.page)


@dataclass(frozen=True)
class _Aim:
    """A piece of work, and how far it must be when the kill falls: a question that counts up."""

    name: str
    begin: Callable[[_Clerk], None]
    count: Callable[[Watch, Path], int]
    most: int


def _kept(watch: Watch, uploads: Path) -> int:
    return sum(path.is_file() for path in (uploads / "projects" / "reporting").rglob("*"))


def _files(where: str) -> Callable[[Watch, Path], int]:
    return lambda watch, uploads: watch.count("reporting_returnedfile", where)


AIMS = (
    _Aim("read in the request", lambda clerk: clerk.drop(SMALL), _files("1 = 1"), SMALL - 1),
    _Aim("kept for the job", lambda clerk: clerk.drop(LARGE), _kept, LARGE - 1),
    _Aim("read by the job", lambda clerk: clerk.drop(LARGE), _files("state = 'staged'"), LARGE - 9),
    _Aim("taken", lambda clerk: clerk.take(), _files("state = 'applied'"), SMALL - 1),
)


def test_twenty_kills_lose_no_sheet_and_take_none_twice(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    chance = random.Random(3)
    guatu = installation
    period = int(guatu.run(FILL, str(folder), str(UNITS)).splitlines()[-1])
    sheets = sorted(folder.glob("*.xlsx"))
    chance.shuffle(sheets)
    clerk = _Clerk(Serving(guatu), sheets, period)
    inside: Counter[str] = Counter()
    for number in range(KILLS):
        aim = AIMS[number % len(AIMS)]
        inside[aim.name] += _killed_in_mid(aim, clerk, chance, first=number == 0)
        _nothing_half_done(guatu.look(LOOK), clerk)
    print(f"\nkills in the middle: {dict(inside)}; {clerk.drops} drops answered")
    guatu.work_to_the_end(JOB)
    guatu.run(TAKE)
    found = guatu.look(LOOK)
    _nothing_half_done(found, clerk)
    assert found["failed"] == []
    assert set(found["states"]) == {"applied"}
    # A kill may come a moment late; of each piece of work most were met in the middle.
    assert all(inside[aim.name] >= KILLS // len(AIMS) - 2 for aim in AIMS), inside


def _killed_in_mid(aim: _Aim, clerk: _Clerk, chance: random.Random, *, first: bool) -> bool:
    """Whether the kill met the work begun and not finished."""
    desk, guatu = clerk.desk, clerk.desk.installation
    uploads = guatu.data / "uploads"
    desk.start()
    with guatu.watch() as watch, ThreadPoolExecutor(1) as other:
        try:
            if first:
                desk.sign_in()
            if clerk.unanswered:
                clerk.drop()
            if aim.name == "taken":
                wait_for(lambda: _enough_read(watch))
            before, wanted = aim.count(watch, uploads), 1 + chance.randrange(aim.most)
            work = other.submit(aim.begin, clerk)
            wait_for(lambda: aim.count(watch, uploads) >= before + wanted or _broken(work))
        finally:
            desk.kill()
        lost_line = isinstance(work.exception(), NO_ANSWER)
        if not lost_line:
            work.result()
        reading = watch.rows(
            f"SELECT done_steps FROM page_job WHERE kind = '{JOB}' AND state = 'running'"
        )
        return bool(reading) if aim.name == "read by the job" else lost_line


def _enough_read(watch: Watch) -> bool:
    """Enough sheets are read that taking them lasts a while."""
    return watch.count("reporting_returnedfile", "state = 'staged'") >= SMALL


def _broken(work: Future[None]) -> bool:
    return work.done() and work.exception() is not None


def _nothing_half_done(found: dict[str, Any], clerk: _Clerk) -> None:
    here = found["files"]
    assert clerk.promised <= set(here), "a sheet that was answered for is lost"
    assert len(set(here)) == len(here), "one sheet is there twice"
    assert len(here) <= len(clerk.promised) + len(clerk.unanswered)
    assert found["trail"] == len(here) and found["chain"]
    for name in ("damaged", "orphans", "read twice", "half read", "half taken"):
        assert found[name] == [], name
    applied = found["states"].get("applied", 0)
    assert found["reports"] == found["all reports"] == found["kept"] == 2 * applied
    assert found["problems"] == found["open problems"] == applied
