"""Backup and restore on both databases, and from one to the other."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import Installation

pytestmark = pytest.mark.slow

HERE = os.environ.get("GUATU_TEST_DATABASE", "sqlite")
# On SQLite's run only SQLite is needed; PostgreSQL's run tries the roads between both.
ROADS = (
    [("sqlite", "sqlite")] if HERE == "sqlite" else [("postgres", "sqlite"), ("sqlite", "postgres")]
)


def fill(installation: Installation) -> None:
    """People and units of the sample city."""
    assert installation.guatu("work", "--once")[0] == 0
    installation.run("from guatu.web.people import sample; sample.load()")


def fill_with_a_month(installation: Installation) -> None:
    """The sample city with a plan, its projects, and January from the sheets to the bulletin."""
    assert installation.guatu("work", "--once")[0] == 0
    installation.run(
        """
        from guatu.web import sample
        from guatu.web.bulletins.sample import bulletin_of
        from guatu.web.reporting.sample import report_month
        from guatu.web.supervision.sample import close_month
        city = sample.load_library()
        bulletin_of(city, close_month(city, report_month(city, "2026-01")))
        """
    )


# Every table of the database, by the name of its model where it has one.
TABLES = """
from django.apps import apps
from django.db import connection
named = {m._meta.db_table: m._meta.label_lower for m in apps.get_models(include_auto_created=True)}
print(*(named.get(table, table) for table in connection.introspection.table_names()))
"""
# Sign-ins of the moment, and what restoring writes itself.
LEFT_OUT = {"sessions.session", "page.worker", "django_migrations"}


@pytest.mark.parametrize(("made_on", "restored_on"), ROADS)
def test_what_was_backed_up_is_there_again(
    make_installation: Callable[[str], Installation], tmp_path: Path, made_on: str, restored_on: str
) -> None:
    old, new = make_installation(made_on), make_installation(restored_on)
    fill_with_a_month(old)
    (old.data / "uploads" / "2026").mkdir(parents=True)
    (old.data / "uploads" / "2026" / "批复.pdf").write_bytes(b"%PDF" + os.urandom(5000))
    # One that a killed process left half-written is none.
    (old.data / "uploads" / "2026" / "可研.pdf.part").write_bytes(b"%PDF")
    assert old.guatu("verify-trail")[0] == 0
    file = tmp_path / "挂图.zip"
    status, said = old.guatu("backup", str(file))
    before = _uploads(old)
    assert status == 0 and f"附件 {len(before)} 个" in said and "已核对" in said
    with zipfile.ZipFile(file) as archive:
        held = json.loads(archive.read("manifest.json"))["tables"]
    assert held["supervision.closedproject"]["rows"] and held["bulletins.bulletinfact"]["rows"]
    assert set(held) == set(old.run(TABLES).split()) - LEFT_OUT

    status, said = new.guatu("restore", str(file))
    assert status == 0 and "核对一致" in said, said
    assert _uploads(new) == before
    status, said = new.guatu("verify-trail")
    assert status == 0 and "操作记录完好" in said
    # Numbers go on where they were, and the trail is still guarded.
    assert new.run(
        """
        from django.db import DatabaseError
        from guatu.web.people import actions
        from guatu.web.people.models import TrailEntry, User
        by = User.objects.get(username="linjiang")
        print(actions.create_unit(by=by, name="新局", kind="other").name)
        try:
            TrailEntry.objects.all().delete()
        except DatabaseError:
            print("guarded")
        """
    ).split() == ["新局", "guarded"]

    status, said = new.guatu("restore", str(file))
    assert status == 1 and "已有数据" in said
    status, said = new.guatu("restore", str(file), "--replace")
    assert status == 0 and "核对一致" in said, said
    gone = new.run(
        "from guatu.web.people.models import Unit; print(Unit.objects.filter(name='新局').count())"
    )
    assert gone == "0"
    assert len(list(new.data.glob("uploads.*"))) == 1


def _uploads(installation: Installation) -> dict[str, bytes]:
    folder = installation.data / "uploads"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".part"
    }


def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    installation: Installation, tmp_path: Path
) -> None:
    fill(installation)
    file, damaged = tmp_path / "a.zip", tmp_path / "b.zip"
    assert installation.guatu("backup", str(file))[0] == 0
    status, said = installation.guatu("backup", str(file))
    assert status == 1 and "已存在" in said
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(damaged, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name == "tables/people.unit.jsonl":
                data = data.replace("财政局".encode(), "财务局".encode(), 1)
            bad.writestr(name, data)
    status, said = installation.guatu("restore", str(damaged), "--replace")
    assert status == 1 and "表 people.unit 与清单不符" in said
    later = tmp_path / "c.zip"
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(later, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["migrations"].append(["people", "9999_later"])
                manifest["version"] = "9.9"
                data = json.dumps(manifest).encode()
            bad.writestr(name, data)
    status, said = installation.guatu("restore", str(later), "--replace")
    assert status == 1 and "较新的版本（9.9）" in said
    (tmp_path / "d.zip").write_bytes(b"PK nothing")
    assert "不是备份文件" in installation.guatu("restore", str(tmp_path / "d.zip"))[1]
    assert "没有找到" in installation.guatu("restore", str(tmp_path / "none.zip"))[1]
    units = installation.run(
        "from guatu.web.people.models import Unit; print(Unit.objects.count())"
    )
    assert int(units) >= 30
