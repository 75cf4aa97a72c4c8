"""An installation of its own, for tests that start Guatu's processes and kill them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

POSTGRES = os.environ.get("GUATU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/guatu")
SETTINGS = os.environ.get("GUATU_TEST_SETTINGS", "guatu.web.settings")


@dataclass
class Installation:
    """A data folder with its database; Python and ``guatu`` run in it as processes."""

    data: Path
    url: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GUATU_")}
        own = {"GUATU_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": SETTINGS}
        if self.url:
            own["GUATU_DATABASE"] = self.url
        return kept | own | {"PYTHONPATH": os.pathsep.join(sys.path)} | self.settings

    def start(self, *args: str) -> subprocess.Popen[str]:
        """``guatu`` with these arguments, in the background."""
        command = [sys.executable, "-c", "from guatu.cli.main import main; main()", *args]
        return subprocess.Popen(
            command,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def guatu(self, *args: str) -> tuple[int, str]:
        """``guatu`` with these arguments: its exit status and what it said."""
        process = self.start(*args)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def script(self, text: str) -> list[str]:
        """The command that runs this Python in the installation."""
        return [sys.executable, "-c", "import django; django.setup()\n" + textwrap.dedent(text)]

    def run(self, text: str) -> str:
        """This Python, run to its end in the installation."""
        done = subprocess.run(
            self.script(text), env=self.env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def make_installation(tmp_path: Path) -> Iterator[object]:
    """``make_installation("sqlite" or "postgres")``: an empty one; its database goes at the end."""
    databases: list[str] = []

    def make(kind: str) -> Installation:
        data = tmp_path / f"data-{uuid.uuid4().hex[:8]}"
        if kind == "sqlite":
            return Installation(data, "")
        name = f"guatu_test_{uuid.uuid4().hex[:12]}"
        _admin(f"CREATE DATABASE {name}")
        databases.append(name)
        return Installation(data, POSTGRES.rsplit("/", 1)[0] + f"/{name}")

    yield make
    for name in databases:
        _admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _admin(sql: str) -> None:
    import psycopg

    url = POSTGRES.rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


@pytest.fixture
def installation(make_installation: object) -> Installation:
    """An empty installation on the database that this run is about."""
    kind = os.environ.get("GUATU_TEST_DATABASE", "sqlite")
    return make_installation(kind)  # type: ignore[operator, no-any-return]
