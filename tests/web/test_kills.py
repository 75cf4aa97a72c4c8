"""kill -9 of server and worker in mid-reading and mid-import: nothing lost, nothing half-done."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
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
# What a killed server left: every file whole, every plan with its file, its job and its trail.
INVENTORY = """
from guatu.cli.desk import started; started()
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
print(json.dumps({
    "uploads": sorted(Upload.objects.values_list("sha256", flat=True)),
    "damaged": [upload.file_name for upload in Upload.objects.all() if not whole(upload)],
    "plans": Plan.objects.count(),
    "readings": Reading.objects.count(),
    "jobs": Job.objects.filter(kind="plans.read").count(),
    "trail": TrailEntry.objects.filter(verb="plan.uploaded").count(),
    "chain": verify_trail().broken is None,
    "open": Job.objects.filter(kind="plans.read", state__in=("waiting", "running")).count(),
    "failed": list(Job.objects.filter(state="failed").values_list("kind", "error")),
    "entries": sorted({Entry.objects.filter(plan=plan).count() for plan in Plan.objects.all()}),
}))
"""
CITY = "from guatu.cli.desk import prepared; prepared()\n"
CITY += "from guatu.web.people import sample; sample.load()"
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


def _state(env: dict[str, str], program: str = LOOK) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_python(env, program).splitlines()[-1])
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


# ------------------------------------------------------------------ the server and all its children


@dataclass
class _Desk:
    """``guatu serve`` and a clerk who uploads one plan after another."""

    env: dict[str, str]
    port: int
    text: bytes
    # Digests of what the server said it had taken.
    promised: set[str] = field(default_factory=set)
    # Content and token of the form that got no answer.
    unanswered: tuple[bytes, str] | None = None
    _sent: int = 0

    def __post_init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._open = urllib.request.build_opener(jar).open
        self._at = f"http://127.0.0.1:{self.port}"

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", MAIN, "serve", "--port", str(self.port)]
        process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._open(f"{self._at}/healthz", timeout=2).read()
                return process
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def sign_in(self) -> None:
        page = self._open(f"{self._at}/sign-in/").read().decode()
        form = {"csrfmiddlewaretoken": _value(page, "csrfmiddlewaretoken")}
        form |= {"username": "linjiang", "password": "guatu-linjiang"}
        self._open(f"{self._at}/sign-in/", urllib.parse.urlencode(form).encode()).read()

    def upload_until_killed(self) -> None:
        """Send plans until the line breaks; the last one is then without an answer."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                page = self._open(f"{self._at}/plans/upload/", timeout=20).read().decode()
                self._sent += 1
                content = self.text + b"\n" * self._sent
                self.unanswered = content, _value(page, "form_token")
                self.send(*self.unanswered)

    def send(self, content: bytes, token: str) -> None:
        page = self._open(f"{self._at}/plans/upload/", timeout=20).read().decode()
        fields = {"csrfmiddlewaretoken": _value(page, "csrfmiddlewaretoken"), "form_token": token}
        body, kind = _multipart({**fields, "not_secret": "on"}, content)
        request = urllib.request.Request(f"{self._at}/plans/upload/", body, {"Content-Type": kind})
        with self._open(request, timeout=20) as answer:
            assert re.search(r"/plans/\d+/$", answer.url), answer.url
        self.promised.add(hashlib.sha256(content).hexdigest())
        self.unanswered = None


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"the page has no {name}"
    return found[1]


def _multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="plan.txt"\r\n\r\n'
    body = b"".join((*parts, head.encode(), content, f"\r\n--{line}--\r\n".encode()))
    return body, f"multipart/form-data; boundary={line}"


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _kill_all(server: subprocess.Popen[bytes]) -> None:
    """The parent first, so that it starts nothing again; then server and worker."""
    children = _children(server.pid)
    for pid in (server.pid, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.wait()
    while any(Path(f"/proc/{pid}/cmdline").exists() and _alive(pid) for pid in children):
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds children in /proc")
def test_twenty_kills_of_the_server_keep_every_promise(env: dict[str, str]) -> None:
    """What was answered stands; what was not is there once or not at all, and can be sent again."""
    _python(env, CITY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = _Desk(env, port, (SAMPLES / "linjiang-2026-investment.txt").read_bytes())
    chance = random.Random(11)
    for kill in range(KILLS):
        server = desk.start()
        try:
            if kill == 0:
                desk.sign_in()
            elif desk.unanswered is not None:
                desk.send(*desk.unanswered)  # the same form again, as a browser's reload does
            clerk = threading.Thread(target=desk.upload_until_killed)
            clerk.start()
            time.sleep(0.1 + chance.random() * 1.2)
        finally:
            _kill_all(server)
        clerk.join(60)
        found = _state(env, INVENTORY)
        assert desk.promised <= set(found["uploads"]), "an answered upload is lost"
        assert len(set(found["uploads"])) == len(found["uploads"]), "one file is there twice"
        assert len(found["uploads"]) <= len(desk.promised) + 1
        assert found["damaged"] == []
        assert {found[name] for name in ("plans", "readings", "jobs", "trail")} == {
            len(found["uploads"])
        }
        assert found["chain"]
    assert len(desk.promised) >= KILLS
    worker = _work(env)
    deadline = time.monotonic() + _LONGEST
    while (found := _state(env, INVENTORY))["open"]:
        assert time.monotonic() < deadline, found
        time.sleep(1)
    worker.terminate()
    worker.wait(30)
    assert found["failed"] == []
    assert len(found["entries"]) == 1, "each copy of the plan gives the same ledger"
