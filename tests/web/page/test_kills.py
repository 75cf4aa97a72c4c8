"""kill -9 of worker and server in mid-job: nothing lost, nothing twice, nothing half-done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")]

KILLS = 20
JOBS = 6
STEPS = 60

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


def test_twenty_kills_of_the_worker(installation: object) -> None:
    installation.settings["GUATU_JOB_LEASE"] = "2"  # type: ignore[attr-defined]
    assert installation.guatu("work", "--once")[0] == 0  # type: ignore[attr-defined]
    run = installation.run  # type: ignore[attr-defined]
    run(HANDLER + f"for n in range({JOBS}): enqueue('test', f'j{{n}}', {{'steps': {STEPS}}})")
    chance = random.Random(20261122)
    command = installation.script(  # type: ignore[attr-defined]
        HANDLER + "lane = worker.Lane(); print('up', flush=True); worker.run(lane)"
    )
    killed = 0
    while killed < KILLS:
        env = installation.env  # type: ignore[attr-defined]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        time.sleep(chance.uniform(0.0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed += 1
    # The last one is left alive until everything is done.
    process = subprocess.Popen(
        command,
        env=installation.env,
        stdout=subprocess.PIPE,
        text=True,  # type: ignore[attr-defined]
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and _states(run) != {"done": JOBS}:
            time.sleep(0.5)
    finally:
        process.kill()
        process.wait()
    assert _states(run) == {"done": JOBS}
    counted = run(
        HANDLER
        + """
import collections, json
steps = collections.Counter((e.object_id, e.after["step"]) for e in TrailEntry.objects.all())
attempts = sum(Job.objects.values_list("attempts", flat=True))
print(json.dumps([len(steps), max(steps.values()), attempts]))
"""
    )
    different, most, attempts = json.loads(counted)
    assert different == JOBS * STEPS, "a step was lost"
    assert most == 1, "a step was done twice"
    assert attempts > JOBS, "no kill met a job at work; the test proves nothing"


def _states(run: object) -> dict[str, int]:
    text = run(  # type: ignore[operator]
        "import collections, json\n"
        "from guatu.web.page.models import Job\n"
        "found = Job.objects.filter(kind='test').values_list('state', flat=True)\n"
        "print(json.dumps(collections.Counter(found)))"
    )
    return dict(json.loads(text))


def test_serve_mends_itself_and_leaves_nothing_behind(installation: object, free_port: int) -> None:
    """Both children are killed and come back; Ctrl-C ends all; so does a kill of the parent."""
    installation.guatu("work", "--once")  # type: ignore[attr-defined]
    installation.run("from guatu.web.people import sample; sample.load()")  # type: ignore[attr-defined]
    serve = installation.start("serve", "--port", str(free_port))  # type: ignore[attr-defined]
    try:
        assert _health(free_port)["database_answers"] is True
        first = _children(serve.pid)
        assert len(first) == 2
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        assert _health(free_port, worker=True)["worker_alive"] is True
        second = _children(serve.pid)
        assert len(second) == 2 and not set(first) & set(second)
        serve.send_signal(signal.SIGINT)
        said, _ = serve.communicate(timeout=20)
        assert serve.returncode == 0 and "已停止" in said and "linjiang" in said
        assert "重新启动" in said and "Traceback" not in said
        assert not any(map(_alive, second))
    finally:
        serve.kill()

    again = installation.start("serve", "--port", str(free_port))  # type: ignore[attr-defined]
    try:
        _health(free_port)
        children = _children(again.pid)
        again.kill()
        again.wait()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and any(map(_alive, children)):
            time.sleep(0.2)
        assert not any(map(_alive, children))
    finally:
        again.kill()
    units = installation.run(  # type: ignore[attr-defined]
        "from guatu.web.people.models import Unit; print(Unit.objects.count())"
    )
    assert int(units) >= 30  # the second start kept the data


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _health(port: int, *, worker: bool = False) -> dict[str, object]:
    deadline = time.monotonic() + 90
    answer: dict[str, object] = {}
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as page:
                answer = json.load(page)
        except OSError:
            answer = {}
        if answer and (answer["worker_alive"] or not worker):
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no answer from the server: {answer}")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False
