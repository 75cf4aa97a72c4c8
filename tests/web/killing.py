"""Guatu's processes in an installation of their own: started, watched from outside, killed.

Whether a kill fell into the work is read from the database, never guessed from a clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

POSTGRES = os.environ.get("GUATU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/guatu")
SETTINGS = os.environ.get("GUATU_TEST_SETTINGS", "guatu.web.settings")
# Longer than any machine needs; the tests wait for what they see, not for this.
LONGEST = 240.0
# Short, so that a job whose worker was killed is soon taken up by the next one.
LEASE = "2"
_LOOK_EVERY = 0.005

T = TypeVar("T")

# Runs one program a line and lets go of the database after each: only the look is left to pay for.
_LOOKER = """
import contextlib, io, json, sys
from django.db import connection
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(json.loads(line), {"__name__": "look"})
    connection.close()
    print(json.dumps(said.getvalue()), flush=True)
"""


@dataclass
class Installation:
    """A data folder with its database; Python and ``guatu`` run in it as processes."""

    data: Path
    # Of a PostgreSQL database; empty for SQLite in the data folder.
    url: str
    settings: dict[str, str] = field(default_factory=dict)
    _looker: subprocess.Popen[str] | None = None

    @property
    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GUATU_")}
        own = {"GUATU_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": SETTINGS}
        if self.url:
            own["GUATU_DATABASE"] = self.url
        return kept | own | {"PYTHONPATH": os.pathsep.join(sys.path)} | self.settings

    def start(self, *args: str, quiet: bool = False) -> subprocess.Popen[str]:
        """``guatu`` with these arguments, in the background; ``quiet`` where nobody reads it."""
        command = [sys.executable, "-c", "from guatu.cli.main import main; main()", *args]
        return subprocess.Popen(
            command,
            env=self.env,
            stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def guatu(self, *args: str) -> tuple[int, str]:
        """``guatu`` with these arguments: its exit status and what it said."""
        process = self.start(*args)
        said, _ = process.communicate(timeout=LONGEST)
        return process.returncode, said

    def script(self, text: str, *args: str) -> list[str]:
        """The command that runs this Python in the installation."""
        program = "import django; django.setup()\n" + textwrap.dedent(text)
        return [sys.executable, "-c", program, *args]

    def run(self, text: str, *args: str) -> str:
        """This Python, run to its end in the installation: what it printed."""
        done = subprocess.run(
            self.script(text, *args), env=self.env, capture_output=True, text=True, timeout=LONGEST
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def look(self, text: str) -> dict[str, Any]:
        """What this Python prints as JSON; run by a process that stays and is never killed."""
        if self._looker is None:
            self._looker = subprocess.Popen(
                self.script(_LOOKER), env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True,
            )  # fmt: skip
        assert self._looker.stdin is not None and self._looker.stdout is not None
        self._looker.stdin.write(json.dumps(text) + "\n")
        self._looker.stdin.flush()
        found: dict[str, Any] = json.loads(json.loads(self._looker.stdout.readline()))
        return found

    def close(self) -> None:
        """End the process that looks, where there is one."""
        if self._looker is not None:
            self._looker.communicate(timeout=LONGEST)

    @contextlib.contextmanager
    def watch(self) -> Iterator[Watch]:
        """The database as the processes have committed it, read beside them."""
        if self.url:
            import psycopg

            connection: Any = psycopg.connect(self.url, autocommit=True)
        else:
            connection = sqlite3.connect(
                self.data / "guatu.db", timeout=30, isolation_level=None, check_same_thread=False
            )
        try:
            yield Watch(connection)
        finally:
            connection.close()

    def work_to_the_end(self, *kinds: str) -> None:
        """A worker that nobody kills, until no job of these kinds is left."""
        worker = self.start("work", quiet=True)
        try:
            with self.watch() as watch:
                wait_for(lambda: not watch.open_jobs(kinds))
            worker.terminate()
            worker.wait(LONGEST)
        finally:
            kill(worker)


class AtWork(NamedTuple):
    """A job in a worker's hands, as its row says."""

    pk: int
    kind: str
    attempts: int
    done: int
    all: int
    words: str


@dataclass
class Watch:
    """Questions to the database of an installation."""

    connection: Any

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.connection.execute(sql).fetchall()]

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0])

    def open_jobs(self, kinds: Sequence[str]) -> int:
        """Jobs of these kinds that are not done; one that failed fails the test."""
        named = ", ".join(f"'{kind}'" for kind in kinds)
        faults = self.rows(
            f"SELECT kind, error FROM page_job WHERE kind IN ({named})"
            " AND (state = 'failed' OR error <> '')"
        )
        assert not faults, faults
        return self.count("page_job", f"kind IN ({named}) AND state <> 'done'")

    def at_work(self, worker: subprocess.Popen[str], kinds: Sequence[str]) -> AtWork | None:
        """The job of these kinds that this worker has in hand."""
        named = ", ".join(f"'{kind}'" for kind in kinds)
        found = self.rows(
            "SELECT id, kind, attempts, done_steps, all_steps, words FROM page_job"
            f" WHERE state = 'running' AND kind IN ({named}) AND worker LIKE '%:{worker.pid}:%'"
        )
        return AtWork(*found[0]) if found else None


def wait_for(look: Callable[[], T | None]) -> T:
    """What ``look`` gives as soon as it gives something."""
    deadline = time.monotonic() + LONGEST
    while not (found := look()):
        assert time.monotonic() < deadline, "what the test waits for does not come"
        time.sleep(_LOOK_EVERY)
    return found


def kill_at_work(
    installation: Installation,
    chance: random.Random,
    *kinds: str,
    most: int = 3,
    within: float = 0.02,
    start: Callable[[], subprocess.Popen[str]] | None = None,
) -> AtWork | None:
    """Start a worker and kill it in the middle of a job of these kinds, at a random moment.

    The moment lies up to ``within`` seconds after the taking of the job, or between two of its
    next ``most`` signs of progress. Gives the job as the kill left it, still in the dead worker's
    hands; None where the work was over first. ``start`` is for another worker than ``guatu work``.
    """
    with installation.watch() as watch:
        worker = start() if start else installation.start("work", quiet=True)
        try:
            seen, pause = None, within
            for number in range(1 + chance.randint(0, most)):
                since = time.monotonic()
                seen = _next_sign(watch, worker, kinds, seen)
                if seen is None:
                    return None
                pause = time.monotonic() - since if number else within
            time.sleep(chance.random() * min(pause, 1.0))
        finally:
            kill(worker)
        return watch.at_work(worker, kinds)


def _next_sign(
    watch: Watch, worker: subprocess.Popen[str], kinds: Sequence[str], seen: AtWork | None
) -> AtWork | None:
    """The job in this worker's hands as soon as it is not as ``seen``; None when all is done."""

    def look() -> tuple[AtWork | None] | None:
        now = watch.at_work(worker, kinds)
        if now is None:
            return None if watch.open_jobs(kinds) else (None,)
        return (now,) if now != seen else None

    return wait_for(look)[0]


def kill(process: subprocess.Popen[Any]) -> None:
    """kill -9, and wait until it has gone."""
    process.kill()
    process.wait()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(_stat(stat)[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return _stat(Path(f"/proc/{pid}/stat"))[0] != "Z"
    return False


def _stat(path: Path) -> list[str]:
    """State, parent and what follows of a process; its name may hold anything."""
    return path.read_text().rpartition(")")[2].split()
