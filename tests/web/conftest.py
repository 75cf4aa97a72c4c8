"""What the tests of the web system share: a database of its own kind, an office, people.

The suite runs on SQLite; with ``GUATU_TEST_DATABASE=postgres`` it runs on PostgreSQL
(``GUATU_TEST_POSTGRES``, or the one at 127.0.0.1:5432).  Without Django it is not collected.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from killing import LEASE, POSTGRES, SETTINGS, Installation

DATABASE = os.environ.get("GUATU_TEST_DATABASE", "sqlite")
COUNTS = Path(__file__).parents[1] / "query_counts.json"
RENEW_COUNTS = "GUATU_RENEW_COUNTS" in os.environ


def postgres_answers() -> bool:
    """Whether something listens where the tests would look for PostgreSQL."""
    if "GUATU_TEST_POSTGRES" in os.environ:
        return True
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", 5432)) == 0


WHY_NOT = ""
if find_spec("django") is None:
    WHY_NOT = "Django is not installed (pip install 'guatu[web]')"
elif DATABASE == "postgres" and not postgres_answers():
    WHY_NOT = "no PostgreSQL at 127.0.0.1:5432, and GUATU_TEST_POSTGRES is not set"

if WHY_NOT:
    collect_ignore_glob = ["*"]
else:
    _data = tempfile.mkdtemp(prefix="guatu-test-")
    atexit.register(shutil.rmtree, _data, ignore_errors=True)
    for _name in [name for name in os.environ if name.startswith("GUATU_")]:
        if not _name.startswith(("GUATU_TEST_", "GUATU_RENEW_", "GUATU_SHARED")):
            del os.environ[_name]
    os.environ["GUATU_DATA"] = _data
    if DATABASE == "postgres":
        os.environ["GUATU_DATABASE"] = POSTGRES
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS

    import django
    from django.conf import settings

    # Fast where nobody looks: no hashing rounds, no manifest of static files.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.AXES_ENABLED = False
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    # Whole, as pytest-xdist's plugin names the test database before Django fills in the defaults;
    # on PostgreSQL by process, so that two runs at a time do not meet in one database.
    settings.DATABASES["default"]["TEST"] = {
        "CHARSET": None,
        "COLLATION": None,
        "MIGRATE": True,
        "MIRROR": None,
        "NAME": f"test_guatu_{os.getpid()}" if DATABASE == "postgres" else None,
    }
    django.setup()

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from guatu.web.people.models import Office, Role, Unit, UnitKind, User
    from guatu.web.people.sample import SampleCity, load


def pytest_report_header() -> str:
    """Says which database the web tests use, or why they are not run."""
    return f"web tests: NOT RUN, {WHY_NOT}" if WHY_NOT else f"web tests on: {DATABASE}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Without the trail's triggers: tests tamper with it, and empty their tables afterwards."""
    migration = import_module("guatu.web.people.migrations.0002_protect_trail")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in migration.release(connection.vendor):
            cursor.execute(statement)


@pytest.fixture
def office(db: None) -> Office:
    """The office that everything in the test belongs to."""
    return Office.objects.create(name="临江市重大项目办公室", short_name="市重大办")


@pytest.fixture
def make_user(office: Office) -> Callable[..., User]:
    """``make_user(Role.LEADER, office=other)``: a person of that role."""

    def make(role: str = "clerk", *, office: Office = office, **fields: Any) -> User:
        number = User.objects.count() + 1
        fields.setdefault("name", str(Role(role).label))
        return User.objects.create_user(
            f"{role}{number}", "correct-horse", role=role, office=office, **fields
        )

    return make


@pytest.fixture
def clerk(make_user: Callable[..., User]) -> User:
    """经办人员 of the office."""
    return make_user(Role.CLERK)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def desk(clerk: User, client_of: Callable[[User], Client]) -> Client:
    """A browser in which the office's clerk is signed in."""
    return client_of(clerk)


@pytest.fixture
def make_unit(office: Office) -> Callable[..., Unit]:
    """``make_unit("市财政局")``."""

    def make(name: str, kind: str = UnitKind.GOVERNMENT, **fields: Any) -> Unit:
        fields.setdefault("office", office)
        return Unit.objects.create(name=name, kind=kind, **fields)

    return make


@pytest.fixture
def city(db: None) -> SampleCity:
    """The sample city with all that the apps add to it."""
    return load()


@pytest.fixture
def queries_of(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """``with queries_of("people:units"):`` holds the number of SQL queries to the file's.

    ``GUATU_RENEW_COUNTS=1 pytest`` writes what was counted; the reviewer reads the diff.
    """

    @contextmanager
    def hold(screen: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        count = len(captured)
        known = json.loads(COUNTS.read_text("utf-8")) if COUNTS.exists() else {}
        if RENEW_COUNTS:
            known[screen] = count
            text = json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=2)
            COUNTS.write_text(text + "\n", encoding="utf-8")
            return
        assert screen in known, f"{screen}: {count} queries, not in query_counts.json"
        listed = "\n".join(q["sql"][:200] for q in captured.captured_queries)
        assert count <= known[screen], f"{screen}: {count} > {known[screen]} queries\n{listed}"
        assert count <= 12, f"{screen}: {count} queries, a list may ask 12"

    return hold


@pytest.fixture
def make_installation(tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """``make_installation("sqlite" or "postgres")``: an empty one; its database goes at the end."""
    made: list[Installation] = []

    def make(kind: str) -> Installation:
        name, url = f"guatu_test_{uuid.uuid4().hex[:12]}", ""
        if kind == "postgres":
            _admin(f"CREATE DATABASE {name}")
            url = POSTGRES.rsplit("/", 1)[0] + f"/{name}"
        made.append(Installation(tmp_path / name, url))
        return made[-1]

    yield make
    for each in made:
        each.close()
        if each.url:
            _admin(f"DROP DATABASE {each.data.name} WITH (FORCE)")


def _admin(sql: str) -> None:
    import psycopg

    url = POSTGRES.rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql)


@pytest.fixture
def installation(make_installation: Callable[[str], Installation]) -> Installation:
    """An empty installation on the database that this run is about; takes up killed jobs soon."""
    made = make_installation(DATABASE)
    made.settings["GUATU_JOB_LEASE"] = LEASE
    return made
