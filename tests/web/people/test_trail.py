"""The trail: written with the write, never changed, sealed, verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guatu.web.page import hooks, worker
from guatu.web.page.jobs import enqueue
from guatu.web.people import actions, trail
from guatu.web.people.models import Role, TrailEntry, TrailSeal, Unit, User
from guatu.web.people.trail import (
    Write,
    difference,
    record,
    record_many,
    seal_now,
    snapshot,
    verify_trail,
)


@pytest.fixture
def entries(clerk: User, make_unit: Callable[..., Unit]) -> list[TrailEntry]:
    """Five entries, sealed."""
    for number in range(5):
        actions.change_unit(make_unit(f"第{number}局"), by=clerk, short_name=f"{number}局")
    assert seal_now() == 5
    return list(TrailEntry.objects.order_by("pk"))


def test_a_record_belongs_to_the_transaction_of_its_write(
    clerk: User, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("甲局")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(clerk, "unit.changed", unit)
        raise ZeroDivisionError
    assert not TrailEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_a_fault_of_the_program(clerk: User) -> None:
    with pytest.raises(RuntimeError):
        record(clerk, "unit.changed", clerk)


def test_an_entry_says_who_what_where_and_never_a_password(clerk: User) -> None:
    entry = record(clerk, "user.changed", clerk, after=snapshot(clerk))
    assert (entry.by_name, entry.office, entry.kind) == (clerk.name, clerk.office, "people.user")
    assert entry.after["username"] == clerk.username and "password" not in entry.after


def test_only_what_changed_is_kept() -> None:
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == (
        {"b": 2, "c": None},
        {"b": 3, "c": 4},
    )


def test_many_writes_are_noted_together(clerk: User, make_unit: Callable[..., Unit]) -> None:
    writes = [Write("unit.changed", make_unit(f"{n}局"), {"n": 0}, {"n": n}) for n in range(3)]
    assert record_many(clerk, writes) == 3
    assert [entry.after for entry in TrailEntry.objects.order_by("pk")] == [
        {"n": 0},
        {"n": 1},
        {"n": 2},
    ]


def test_a_whole_chain_verifies(entries: list[TrailEntry]) -> None:
    found = verify_trail()
    assert (found.sealed, found.unsealed, found.broken) == (5, 0, None)
    assert found.head == TrailSeal.objects.latest("pk").digest
    assert verify_trail(found.head).broken is None


def test_the_chain_goes_on_over_batches(
    entries: list[TrailEntry], clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = verify_trail().head
    monkeypatch.setattr("guatu.web.people.trail._BATCH", 2)
    for number in range(5):
        with transaction.atomic():
            record(clerk, "unit.changed", clerk, after={"n": number})
    assert verify_trail().unsealed == 5
    assert seal_now() == 5
    assert verify_trail(head).broken is None and verify_trail().sealed == 10


def test_sealing_looks_only_at_what_is_new(entries: list[TrailEntry], clerk: User) -> None:
    """However long the trail: under the lock every question goes by an index."""
    with transaction.atomic():
        record(clerk, "unit.changed", clerk)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        assert trail._seal_batch() == 1
    selects = [each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT")]
    assert len(selects) == 3
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in selects:
            plain = connection.vendor == "postgresql"
            cursor.execute(("EXPLAIN " if plain else "EXPLAIN QUERY PLAN ") + sql)
            plan = " ".join(str(row) for row in cursor.fetchall())
            assert "NOT EXISTS" not in sql and "Seq Scan" not in plan and "TEMP" not in plan, plan


def test_an_entry_that_was_committed_late_is_sealed_too(
    entries: list[TrailEntry], clerk: User
) -> None:
    with transaction.atomic():
        first, second = (record(clerk, "unit.changed", clerk) for _each in range(2))
    # Numbered before its neighbour, and committed after that was sealed: as on PostgreSQL.
    kept = TrailEntry.objects.get(pk=first.pk)
    TrailEntry.objects.filter(pk=first.pk).delete()
    assert seal_now() == 1 and TrailSeal.objects.latest("pk").entry_id == second.pk
    with transaction.atomic():
        kept.save(force_insert=True)
    assert verify_trail().unsealed == 1
    assert seal_now() == 1 and seal_now() == 0
    found = verify_trail()
    assert (found.sealed, found.unsealed, found.broken) == (7, 0, None)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_a_time_make_one_chain(clerk: User) -> None:
    with transaction.atomic():
        record_many(clerk, [Write("unit.changed", clerk, after={"n": n}) for n in range(1_200)])

    def seal() -> int:
        try:
            return seal_now()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        done = [each.result() for each in [pool.submit(seal) for _each in range(3)]]
    found = verify_trail()
    assert sum(done) == found.sealed == 1_200 and found.broken is None


def test_the_first_changed_entry_is_named(entries: list[TrailEntry]) -> None:
    TrailEntry.objects.filter(pk=entries[2].pk).update(by_name="别人")
    TrailEntry.objects.filter(pk=entries[4].pk).update(by_name="别人")
    broken = verify_trail().broken
    assert broken is not None and broken.entry_id == entries[2].pk and "改动" in broken.words


def test_a_removed_entry_is_named(entries: list[TrailEntry]) -> None:
    TrailEntry.objects.filter(pk=entries[1].pk).delete()
    broken = verify_trail().broken
    assert broken is not None and broken.entry_id == entries[1].pk and "删除" in broken.words


def test_an_end_that_was_cut_off_shows_by_the_head_noted_elsewhere(
    entries: list[TrailEntry],
) -> None:
    head = verify_trail().head
    TrailSeal.objects.filter(entry_id=entries[4].pk).delete()
    TrailEntry.objects.filter(pk=entries[4].pk).delete()
    assert verify_trail().broken is None
    broken = verify_trail(head).broken
    assert broken is not None and "整段删除" in broken.words


def test_the_job_seals(clerk: User) -> None:
    record(clerk, "unit.changed", clerk)
    enqueue("people.seal", "now")
    worker.work_off()
    assert verify_trail().sealed == 1


@pytest.mark.parametrize("model", [TrailEntry, TrailSeal])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses(
    entries: list[TrailEntry], model: type[TrailEntry], verb: str
) -> None:
    migration = import_module("guatu.web.people.migrations.0002_protect_trail")
    table = model._meta.db_table
    sql = f"DELETE FROM {table}" if verb == "delete" else f"UPDATE {table} SET id = id"
    with connection.cursor() as cursor:
        for statement in migration.protection(connection.vendor):  # conftest took them away
            cursor.execute(statement)
        with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic():
            cursor.execute(sql)


def test_the_auditor_reads_the_trail_in_words(
    entries: list[TrailEntry],
    make_user: Callable[..., User],
    client_of: Callable[[User], Client],
    desk: Client,
) -> None:
    auditor = client_of(make_user(Role.AUDITOR))
    page = auditor.get("/settings/trail/").content.decode()
    assert "修改单位" in page and "简称：" in page and "已封存 5 条" in page
    assert "unit.changed" not in page
    assert "没有符合条件" in auditor.get("/settings/trail/?q=没有").content.decode()
    assert desk.get("/settings/trail/").status_code == 403


def test_every_verb_has_its_words() -> None:
    """Verbs are found in the code of all apps; each is told in Chinese (VERBS in its desk.py)."""
    known = {verb for named in hooks.gathered("VERBS") for verb in named}
    used: set[str] = set()
    for app in settings.DESK_APPS:
        for path in Path(import_module(f"guatu.web.{app}").__path__[0]).rglob("*.py"):
            used |= set(_VERB.findall(path.read_text("utf-8")))
    assert len(used) >= 15
    assert sorted(used - known) == []


_VERB = re.compile(r'(?:record\(\s*\w+,|Write\()\s*"([a-z-]+\.[a-z-]+)"')
