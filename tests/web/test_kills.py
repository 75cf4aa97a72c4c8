"""kill -9 of server and worker in mid-reading and mid-import: nothing lost, nothing half-done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
POSTGRES = os.environ.get("GUATU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/guatu")
KILLS = 20
_LONGEST = 240.0

pytestmark = pytest.mark.slow

# Each child is a Python of its own: the kill must reach nothing of the test.
FILL = """
from guatu.cli.desk import prepared; prepared()
from guatu.web.people import sample
city = sample.load()
from guatu.web.plans import actions as plans
from guatu.web.projects import files
from guatu.web.projects.actions import importing
from guatu.delivery.projects.heads import Mapping
from pathlib import Path
import sys
content = (Path(sys.argv[1]) / "linjiang-2026-investment.txt").read_bytes()
for number in range(20):
    plans.upload_plan(by=city.clerk, name=f"{number}.txt", content=content + b"\\n" * (number + 1))
sheet = (Path(sys.argv[1]) / "city" / "projects.xlsx").read_bytes()
job = importing.hand_in(by=city.clerk, name="projects.xlsx",
    stored=files.keep(sheet, "imports", "sheet"), sheets=importing.look_at(sheet, "projects.xlsx"))
heads = Mapping.from_json(job.mapping["chosen"])
importing.stage(job, by=city.clerk, sheet=job.sheet, mapping=heads, chosen=heads.fields,
    units=heads.units, year=heads.year, whole=False)
"""
# A clerk who brings the sheet in as soon as it is compared; says what stands, half-done or not.
LOOK = """
from guatu.cli.desk import started; started()
import json
from guatu.web.page.models import Job
from guatu.web.people.models import User
from guatu.web.plans.models import Entry, Plan, Reading
from guatu.web.projects.actions import importing
from guatu.web.projects.models import Import, Project
job = Import.objects.get()
if job.state == "staged":
    importing.apply(job, by=User.objects.get(username="linjiang"))
per_plan = sorted({Entry.objects.filter(plan=plan).count() for plan in Plan.objects.all()})
print(json.dumps({
    "open": Job.objects.exclude(kind__in=("people.seal", "page.tidy"))
        .filter(state__in=("waiting", "running")).count(),
    "failed": list(Job.objects.filter(state="failed").values_list("kind", "error")),
    "read": Reading.objects.filter(state="done").count(),
    "entries": per_plan,
    "import": Import.objects.get().state,
    "projects": Project.objects.count(),
    "laid": Project.everything.count(),
    "investment": sum(Project.objects.filter(leaf=True).values_list("investment", flat=True)),
}))
"""
MAIN = "from guatu.cli.main import main; main()"


@pytest.fixture(params=["sqlite", "postgres"])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database and data folder that belong to this test alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    kept |= {
        "GUATU_DATA": str(tmp_path / "data"),
        "GUATU_JOB_LEASE": "2",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), kept.get("PYTHONPATH")])),
        "DJANGO_SETTINGS_MODULE": "guatu.web.settings",
    }
    if request.param == "sqlite":
        yield kept
        return
    psycopg = pytest.importorskip("psycopg")
    server, name = POSTGRES.rsplit("/", 1)[0], f"kills_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL to kill a worker on")
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield {**kept, "GUATU_DATABASE": f"{server}/{name}"}
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _python(env: dict[str, str], program: str, *args: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program, *args], env=env, check=True, capture_output=True, text=True
    )
    return run.stdout


def _state(env: dict[str, str]) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(_python(env, LOOK).splitlines()[-1])
    return found


def _work(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", MAIN, "work"], env=env)


def test_twenty_kills_lose_nothing_and_leave_nothing_half_done(env: dict[str, str]) -> None:
    _python(env, FILL, str(SAMPLES))
    chance = random.Random(7)
    for _kill in range(KILLS):
        worker = _work(env)
        # Django needs about a second to start; the kill falls anywhere in the work behind it.
        time.sleep(1.0 + chance.random() * 1.5)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        state = _state(env)
        assert state["entries"] in ([0], [state["entries"][-1]], [0, state["entries"][-1]])
        assert state["projects"] in (0, 157), "an import is seen whole or not at all"
    worker = _work(env)
    deadline = time.monotonic() + _LONGEST
    while (state := _state(env))["open"] or state["import"] != "applied":
        assert time.monotonic() < deadline, state
        time.sleep(1)
    worker.terminate()
    worker.wait(30)
    assert state["failed"] == []
    assert state["read"] == 20
    assert len(state["entries"]) == 1
    assert (state["projects"], state["laid"]) == (157, 157)
    assert state["investment"] == 124_799_000 * 1000
