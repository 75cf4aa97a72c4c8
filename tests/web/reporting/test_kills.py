"""kill -9 of server and worker while sheets come back: what was answered stands, nothing twice."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import importlib.util
import random
import re
import socket
import sys
import threading
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

KILLS = 20
_LONGEST = 240.0
# A unit has two projects; some drops are large enough for the background job.
UNITS, SMALL, LARGE = 400, 4, 33

_spec = importlib.util.spec_from_file_location("kills", Path(__file__).parents[1] / "test_kills.py")
assert _spec is not None and _spec.loader is not None
kills = importlib.util.module_from_spec(_spec)
sys.modules["kills"] = kills
_spec.loader.exec_module(kills)
env = kills.env

pytestmark = pytest.mark.slow

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
from guatu.cli.desk import started; started()
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
from guatu.cli.desk import started; started()
from guatu.web.people.models import User
from guatu.web.reporting import actions
from guatu.web.reporting.models import ReportingPeriod
actions.apply_good_files(ReportingPeriod.objects.get(), by=User.objects.get(username="linjiang"))
"""


@dataclass
class _Clerk:
    """Drops sheets as they come, a few or many at once, and takes what is good."""

    desk: Any
    folder: Path
    period: int
    chance: random.Random
    promised: set[str] = field(default_factory=set)
    # The drop that got no answer.
    unanswered: list[Path] = field(default_factory=list)
    drops: int = 0

    def __post_init__(self) -> None:
        self.left = sorted(self.folder.glob("*.xlsx"))
        self.chance.shuffle(self.left)

    def work_until_killed(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while self.left:
                if not self.unanswered:
                    count = LARGE if self.drops % 3 == 2 else SMALL
                    self.unanswered, self.left = self.left[:count], self.left[count:]
                self.drop()
                self.post(f"/reporting/periods/{self.period}/back/apply/", {}, [])

    def drop(self) -> None:
        address = f"/reporting/periods/{self.period}/back/"
        self.post(address, {"received_on": "2026-02-03"}, self.unanswered)
        for path in self.unanswered:
            self.promised.add(hashlib.sha256(path.read_bytes()).hexdigest())
        self.unanswered = []
        self.drops += 1

    def post(self, address: str, fields: dict[str, str], uploads: list[Path]) -> None:
        at = f"http://127.0.0.1:{self.desk.port}"
        page = self.desk._open(f"{at}/reporting/periods/{self.period}/back/", timeout=30)
        text = page.read().decode()
        fields = {
            **fields,
            "csrfmiddlewaretoken": kills._value(text, "csrfmiddlewaretoken"),
            "form_token": uuid.uuid4().hex,
        }
        body, kind = _multipart(fields, uploads)
        request = urllib.request.Request(at + address, body, {"Content-Type": kind})
        with self.desk._open(request, timeout=60) as answer:
            assert re.search(r"/back/$", answer.url), answer.url


def _multipart(fields: dict[str, str], uploads: list[Path]) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for path in uploads:
        head = f'--{line}\r\nContent-Disposition: form-data; name="sheets"; filename="{path.name}"'
        parts.append(f"{head}\r\n\r\n".encode() + path.read_bytes() + b"\r\n")
    body = b"".join((*parts, f"--{line}--\r\n".encode()))
    return body, f"multipart/form-data; boundary={line}"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds children in /proc")
def test_twenty_kills_lose_no_sheet_and_take_none_twice(
    env: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    period = int(kills._python(env, FILL, str(folder), str(UNITS)).splitlines()[-1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = kills._Desk(env, port, b"")
    clerk = _Clerk(desk, folder, period, random.Random(3))
    for kill in range(KILLS):
        server = desk.start()
        try:
            if kill == 0:
                desk.sign_in()
            busy = threading.Thread(target=clerk.work_until_killed)
            busy.start()
            time.sleep(0.2 + clerk.chance.random() * 2.0)
        finally:
            kills._kill_all(server)
        busy.join(90)
        _nothing_half_done(kills._state(env, LOOK), clerk)
    worker = kills._work(env)
    deadline = time.monotonic() + _LONGEST
    while (found := kills._state(env, LOOK))["open"]:
        assert time.monotonic() < deadline, found
        time.sleep(1)
    worker.terminate()
    worker.wait(30)
    kills._python(env, TAKE)
    found = kills._state(env, LOOK)
    _nothing_half_done(found, clerk)
    print(
        f"\nkills: {clerk.drops} drops answered, {found['states']}, {len(clerk.left)} sheets left"
    )
    assert found["failed"] == []
    assert set(found["states"]) == {"applied"}
    # How many drops fit between the kills is the machine's matter; some must.
    assert clerk.drops >= KILLS // 4


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
