"""kill -9 of worker and server in mid-job: nothing lost, nothing twice, nothing half-done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest
from killing import (
    Installation,
    children_of,
    free_port,
    is_alive,
    kill,
    kill_at_work,
    wait_for,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")]

KILLS = 20
JOBS = 6
# More than twenty workers can do before they are killed.
STEPS = 200

# Each step of a job writes one row to a table that does not mind doubles.
HANDLER = """
import signal, sys, time
from guatu.web.page import hooks, worker
from guatu.web.page.jobs import enqueue
from guatu.web.page.models import Job
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import record

def climb(run):
    while (at := run.cursor.get("at", 0)) < run.payload["steps"]:
        with run.commit(done=at + 1):
            record(None, "test.step", run.job, after={"step": at})
            time.sleep(0.004)
            run.cursor["at"] = at + 1
    return {"steps": run.payload["steps"]}

named = hooks.gathered
hooks.gathered = lambda name: [{"test": climb}] if name == "JOBS" else []
"""


def test_twenty_kills_of_the_worker(installation: Installation) -> None:
    guatu = installation
    assert guatu.guatu("work", "--once")[0] == 0
    guatu.run(HANDLER + f"for n in range({JOBS}): enqueue('test', f'j{{n}}', {{'steps': {STEPS}}})")
    chance = random.Random(20261122)
    command = guatu.script(HANDLER + "worker.run(worker.Lane())")

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(command, env=guatu.env, stdout=subprocess.DEVNULL, text=True)

    for _kill in range(KILLS):
        assert kill_at_work(guatu, chance, "test", most=12, start=start) is not None
    last = start()
    try:
        with guatu.watch() as watch:
            wait_for(lambda: not watch.open_jobs(["test"]))
    finally:
        kill(last)
    counted = guatu.run(
        HANDLER
        + """
import collections, json
steps = collections.Counter((e.object_id, e.after["step"]) for e in TrailEntry.objects.all())
print(json.dumps([len(steps), max(steps.values())]))
"""
    )
    different, most = json.loads(counted)
    assert different == JOBS * STEPS, "a step was lost"
    assert most == 1, "a step was done twice"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds children in /proc")
def test_serve_mends_itself_and_leaves_nothing_behind(installation: Installation) -> None:
    """Both children are killed and come back; Ctrl-C ends all; so does a kill of the parent."""
    port = free_port()
    installation.guatu("work", "--once")
    installation.run("from guatu.web.people import sample; sample.load()")
    serve = installation.start("serve", "--port", str(port))
    try:
        assert _health(port)["database_answers"] is True
        first = children_of(serve.pid)
        assert len(first) == 2
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        assert _health(port, worker=True)["worker_alive"] is True
        second = children_of(serve.pid)
        assert len(second) == 2 and not set(first) & set(second)
        serve.send_signal(signal.SIGINT)
        said, _ = serve.communicate(timeout=20)
        assert serve.returncode == 0 and "已停止" in said and "linjiang" in said
        assert "重新启动" in said and "Traceback" not in said
        assert not any(map(is_alive, second))
    finally:
        kill(serve)

    again = installation.start("serve", "--port", str(port))
    try:
        _health(port)
        children = children_of(again.pid)
        kill(again)
        wait_for(lambda: not any(map(is_alive, children)))
    finally:
        kill(again)
    units = installation.run(
        "from guatu.web.people.models import Unit; print(Unit.objects.count())"
    )
    assert int(units) >= 30  # the second start kept the data


def _health(port: int, *, worker: bool = False) -> dict[str, object]:
    """What the server says of itself, as soon as it answers (and its worker lives)."""

    def answer() -> dict[str, object] | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as page:
                said: dict[str, object] = json.load(page)
        except OSError:
            return None
        return said if said["worker_alive"] or not worker else None

    return wait_for(answer)
