"""kill -9 in mid-close, twenty times: a period is closed whole or not at all, and once."""

from __future__ import annotations

import json
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

ROOT = Path(__file__).parents[3]
POSTGRES = os.environ.get("GUATU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/guatu")
KILLS = 20
PROJECTS = 1_500
_LONGEST = 240.0

pytestmark = pytest.mark.slow

# A library with a month reported and its close asked for; each child is a Python of its own.
FILL = """
import sys; sys.path.insert(0, sys.argv[1])
from guatu.cli.desk import prepared; prepared()
import close_many
from guatu.web.people import sample
from guatu.web.supervision.actions import close_period
city = sample.load()
close_many.make_library(city, int(sys.argv[2]))
period = close_many.make_report(city, 1)
close_period(period, by=city.clerk)
"""
LOOK = """
from guatu.cli.desk import started; started()
import json
from guatu.web.page.models import Job
from guatu.web.people.models import TrailEntry
from guatu.web.projects.models import Project
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.models import Close, ClosedProject, ClosedRollup, Light
from guatu.web.supervision.queries.closes import current_close, rollups
close = Close.objects.get()
seen = current_close(ReportingPeriod.objects.get())
print(json.dumps({
    "state": close.state,
    "laid": [ClosedProject.objects.count(), Light.objects.count()],
    "rollups": ClosedRollup.objects.count(),
    "seen": rollups(seen)[0].leaves if seen else None,
    "lit": Project.objects.exclude(light="").count(),
    "version": ReportingPeriod.objects.get().version,
    "trail": TrailEntry.objects.filter(verb="period.closed").count(),
    "digest": close.digest,
    "open": Job.objects.filter(kind="supervision.close", state__in=("waiting", "running")).count(),
    "failed": list(Job.objects.filter(state="failed").values_list("kind", "error")),
}))
"""
AGAIN = """
from guatu.cli.desk import started; started()
from guatu.web.supervision.actions.closing import worked_out
from guatu.web.supervision.models import Close
from guatu.web.supervision.working import digest_of
print(digest_of(worked_out(Close.objects.get())))
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
    server, name = POSTGRES.rsplit("/", 1)[0], f"closes_{uuid.uuid4().hex[:12]}"
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
    return run.stdout.splitlines()[-1] if run.stdout else ""


def _work(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", MAIN, "work"], env=env)


def test_twenty_kills_close_a_period_once_and_whole(env: dict[str, str]) -> None:
    _python(env, FILL, str(ROOT / "benchmarks"), str(PROJECTS))
    chance = random.Random(5)
    half_way = 0
    began = time.monotonic()
    _python(env, LOOK)
    start = time.monotonic() - began
    for _kill in range(KILLS):
        worker = _work(env)
        # As long as this machine needs to start, and then anywhere in the work behind it.
        time.sleep(start * (0.9 + chance.random() * 3.0))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        found: dict[str, Any] = json.loads(_python(env, LOOK))
        whole = found["state"] == "current"
        assert found["seen"] == (PROJECTS if whole else None)
        assert found["lit"] == (PROJECTS if whole else 0), "no light of a close that is not whole"
        assert (found["version"], found["trail"]) == ((1, 1) if whole else (0, 0))
        half_way += 0 < found["laid"][0] < PROJECTS
    worker = _work(env)
    deadline = time.monotonic() + _LONGEST
    while (found := json.loads(_python(env, LOOK)))["open"]:
        assert time.monotonic() < deadline, found
        time.sleep(1)
    worker.terminate()
    worker.wait(30)
    assert found["failed"] == []
    assert found["laid"] == [PROJECTS, PROJECTS]
    assert (found["state"], found["version"], found["trail"]) == ("current", 1, 1)
    assert found["digest"] == _python(env, AGAIN), "as if nobody had been killed"
    assert half_way, "no kill fell into the writing: make the library larger"
