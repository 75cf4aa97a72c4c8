"""kill -9 in mid-reading, mid-import and of the whole server: nothing lost, nothing half-done."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from killing import Installation, kill_at_work, wait_for
from serving import NO_ANSWER, Serving

PLAN = Path(__file__).parents[2] / "samples" / "linjiang-2026-investment.txt"
KILLS = 20
PLANS = 20
# A sheet that is read and applied in several chunks.
PROJECTS = 3_000
READING = "plans.read"
IMPORT = ("projects.stage", "projects.apply", "projects.undo")

pytestmark = pytest.mark.slow

# The sample's people; as many copies of the plan as are asked for, waiting to be read.
FILL = """
from guatu.cli.desk import prepared; prepared()
import sys
from pathlib import Path
from guatu.web.people import sample
from guatu.web.plans import actions
city = sample.load()
content = Path(sys.argv[1]).read_bytes()
for number in range(1, 1 + int(sys.argv[2])):
    actions.upload_plan(by=city.clerk, name=f"{number}.txt", content=content + b"\\n" * number)
"""
# Every file whole, every plan with its file, its job and its trail, its ledger whole or not there.
PLANS_LOOK = """
import hashlib, json
from pathlib import Path
from django.conf import settings
from guatu.web.page.models import Job
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import seal_now, verify_trail
from guatu.web.plans.models import Entry, Plan, Reading, Upload
def whole(upload):
    path = Path(settings.UPLOADS) / upload.stored
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == upload.sha256
seal_now()
done = set(Reading.objects.filter(state="done").values_list("upload__plan", flat=True))
print(json.dumps({
    "uploads": sorted(Upload.objects.values_list("sha256", flat=True)),
    "damaged": [upload.file_name for upload in Upload.objects.all() if not whole(upload)],
    "plans": Plan.objects.count(),
    "readings": Reading.objects.count(),
    "jobs": Job.objects.filter(kind="plans.read").count(),
    "trail": TrailEntry.objects.filter(verb="plan.uploaded").count(),
    "chain": verify_trail().broken is None,
    "read": len(done),
    "entries": sorted({plan.entries.count() for plan in Plan.objects.filter(pk__in=done)}),
    "early": Entry.objects.exclude(plan__in=done).count(),
}))
"""


def test_twenty_kills_in_mid_reading(installation: Installation) -> None:
    """A plan's ledger is there whole or not at all, and every copy of the plan gives the same."""
    guatu = installation
    guatu.run(FILL, str(PLAN), str(PLANS))
    chance = random.Random(7)
    met: Counter[str] = Counter()
    for _kill in range(KILLS):
        job = kill_at_work(guatu, chance, READING, most=2)
        assert job is not None, "twenty plans last for twenty kills"
        met[job.words.split("，")[0]] += 1
        _plans_are_whole(guatu.look(PLANS_LOOK), PLANS)
    guatu.work_to_the_end(READING)
    found = guatu.look(PLANS_LOOK)
    print(f"\nkilled at: {dict(met)}")
    _plans_are_whole(found, PLANS)
    assert found["read"] == PLANS and len(found["entries"]) == 1
    assert len(met) > 1, "the kills met different steps of the work"


def _plans_are_whole(found: dict[str, Any], plans: int) -> None:
    assert len(set(found["uploads"])) == len(found["uploads"]), "one file is there twice"
    assert found["damaged"] == []
    counts = {name: found[name] for name in ("plans", "readings", "jobs", "trail")}
    assert set(counts.values()) == {plans} == {len(found["uploads"])}, counts
    assert len(found["entries"]) <= 1 and found["early"] == 0, "a ledger is half there"
    assert found["chain"]


# ---------------------------------------------------------------------------------- the import

# The clerk's next step: the sheet handed in, applied when it is compared, taken back, anew.
STEP = """
import sys
from guatu.delivery.projects.heads import Mapping
from guatu.web.people.models import User
from guatu.web.projects import files
from guatu.web.projects.actions import importing
from guatu.web.projects.models import Import
by = User.objects.get(username="linjiang")
last = Import.objects.order_by("pk").last()
if last is None or last.state == "undone":
    rows = [f"第{n}号项目,{n % 50 + 1}" for n in range(int(sys.argv[1]))]
    sheet = "\\n".join(["项目名称,总投资（万元）", *rows]).encode()
    job = importing.hand_in(by=by, name="projects.csv",
        stored=files.keep(sheet, "imports", "sheet"),
        sheets=importing.look_at(sheet, "projects.csv"))
    heads = Mapping.from_json(job.mapping["chosen"])
    importing.stage(job, by=by, sheet=job.sheet, mapping=heads, chosen=heads.fields,
        units=heads.units, year=heads.year, whole=False)
elif last.state == "staged":
    importing.apply(last, by=by)
else:
    assert last.state == "applied", last.state
    importing.undo(last, by=by)
"""
IMPORT_LOOK = """
import json
from django.db.models import Sum
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import seal_now, verify_trail
from guatu.web.projects.models import Arrival, Import, ImportRow, Project
def trail(verb):
    return TrailEntry.objects.filter(verb=verb).count()
seal_now()
last = Import.objects.order_by("pk").last()
print(json.dumps({
    "state": last.state if last else "",
    "rows": ImportRow.objects.filter(job=last, staging=last.staging).count() if last else 0,
    "projects": Project.objects.count(),
    "investment": Project.objects.aggregate(sum=Sum("investment"))["sum"] or 0,
    "laid": Project.everything.count(),
    "arrivals": Arrival.objects.count(),
    "applied": trail("import.applied"),
    "undone": trail("import.undone"),
    "noted": [trail("project.imported"), trail("project.import-undone")],
    "chain": verify_trail().broken is None,
}))
"""
_WAN = 10_000
INVESTMENT = sum(n % 50 + 1 for n in range(PROJECTS)) * _WAN


def test_twenty_kills_in_mid_import(installation: Installation) -> None:
    """Read, applied, taken back and brought in anew: seen whole or not at all, noted once."""
    guatu = installation
    guatu.run(FILL, str(PLAN), "0")
    chance = random.Random(9)
    met: Counter[str] = Counter()
    while met.total() < KILLS:
        with guatu.watch() as watch:
            over = not watch.open_jobs(IMPORT)
        if over:
            _nothing_left_over(guatu.look(IMPORT_LOOK))
            guatu.run(STEP, str(PROJECTS))
        job = kill_at_work(guatu, chance, *IMPORT)
        if job is not None:
            met[job.kind] += 1
        _seen_whole_or_not_at_all(guatu.look(IMPORT_LOOK))
    while (found := _finished(guatu))["state"] != "applied":
        guatu.run(STEP, str(PROJECTS))
    print(f"\nkilled at: {dict(met)}")
    assert met["projects.apply"] >= KILLS // 5
    assert (found["projects"], found["investment"]) == (PROJECTS, INVESTMENT)


def _finished(guatu: Installation) -> dict[str, Any]:
    guatu.work_to_the_end(*IMPORT)
    found = guatu.look(IMPORT_LOOK)
    _nothing_left_over(found)
    return found


def _seen_whole_or_not_at_all(found: dict[str, Any]) -> None:
    times = found["applied"] - found["undone"]
    assert times in (0, 1)
    assert (found["projects"], found["investment"]) == (PROJECTS * times, INVESTMENT * times)
    assert found["chain"]
    if found["state"] in ("applied", "undoing"):
        assert times == 1
    if found["state"] not in ("", "staging"):
        assert found["rows"] == PROJECTS


def _nothing_left_over(found: dict[str, Any]) -> None:
    """With no job open, what was laid ready is gone and each project is noted once."""
    _seen_whole_or_not_at_all(found)
    assert (found["laid"], found["arrivals"]) == (found["projects"], 0)
    assert found["noted"] == [PROJECTS * found["applied"], PROJECTS * found["undone"]]


# ------------------------------------------------------------------ the server and all its children


@dataclass
class _Clerk:
    """Uploads one plan after another until the line breaks."""

    desk: Serving
    text: bytes
    # Digests of what the server said it had taken.
    promised: set[str] = field(default_factory=set)
    # Content and token of the form that got no answer.
    unanswered: tuple[bytes, str] | None = None
    sent: int = 0

    def upload_until_killed(self) -> None:
        while True:
            token = self.desk.form("/plans/upload/")["form_token"]
            self.sent += 1
            self.unanswered = self.text + b"\n" * self.sent, token
            self.send(*self.unanswered)

    def send(self, content: bytes, token: str) -> None:
        fields = {"form_token": token, "not_secret": "on"}
        led_to = self.desk.post("/plans/upload/", fields, [("file", "plan.txt", content)])
        assert led_to.removeprefix("/plans/").strip("/").isdigit(), led_to
        self.promised.add(hashlib.sha256(content).hexdigest())
        self.unanswered = None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds children in /proc")
def test_twenty_kills_of_the_server_keep_every_promise(installation: Installation) -> None:
    """What was answered stands; what was not is there once or not at all, and can be sent again."""
    guatu = installation
    guatu.run(FILL, str(PLAN), "0")
    clerk = _Clerk(Serving(guatu), PLAN.read_bytes())
    chance = random.Random(11)
    in_mid_upload = in_mid_reading = 0
    for number in range(KILLS):
        _uploads_until_killed(clerk, chance, first=number == 0)
        in_mid_upload += clerk.unanswered is not None
        with guatu.watch() as watch:
            in_mid_reading += watch.count("page_job", f"kind = '{READING}' AND state = 'running'")
        found = guatu.look(PLANS_LOOK)
        assert clerk.promised <= set(found["uploads"]), "an answered upload is lost"
        assert len(found["uploads"]) <= len(clerk.promised) + 1
        _plans_are_whole(found, len(found["uploads"]))
    print(f"\n{len(clerk.promised)} answered; killed in mid-upload {in_mid_upload}, "
          f"in mid-reading {in_mid_reading} times")  # fmt: skip
    assert in_mid_upload >= KILLS // 4 and in_mid_reading >= KILLS // 4
    guatu.work_to_the_end(READING)
    found = guatu.look(PLANS_LOOK)
    _plans_are_whole(found, found["read"])
    assert len(found["entries"]) == 1, "each copy of the plan gives the same ledger"


def _uploads_until_killed(clerk: _Clerk, chance: random.Random, *, first: bool) -> None:
    """One to three uploads, then the kill: as the last is written, or while the next is sent."""
    desk = clerk.desk
    desk.start()
    with desk.installation.watch() as watch, ThreadPoolExecutor(1) as other:
        try:
            if first:
                desk.sign_in()
            elif clerk.unanswered is not None:
                clerk.send(*clerk.unanswered)  # the same form again, as a browser's reload does
            wanted = watch.count("plans_upload") + 1 + chance.randrange(3)
            work = other.submit(clerk.upload_until_killed)
            wait_for(lambda: watch.count("plans_upload") >= wanted or work.done())
            if chance.random() < 0.5:
                wait_for(lambda: (clerk.sent > wanted and clerk.unanswered) or work.done())
        finally:
            desk.kill()
        assert isinstance(work.exception(), NO_ANSWER), work.exception()
