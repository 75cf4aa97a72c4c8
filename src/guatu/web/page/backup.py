"""Backup and restore (备份与恢复): the database and the uploads in one file, on any database.

A backup holds every table as lines of JSON, written by the tables' own definitions, so one made
on SQLite is restored on PostgreSQL and the other way round. It is restored by the definitions it
was made with and brought forward from there. What was written is read again and compared.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Final
from uuid import UUID

from django.apps import apps as current_apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from guatu import __version__
from guatu.web.page.queries import health
from guatu.web.page.uploads import uploads

FORMAT: Final = "guatu.backup/1"
_MANIFEST: Final = "manifest.json"
_CHUNK: Final = 2000
# Sign-ins of the moment: whoever needs one signs in again.
_LEFT_OUT: Final = frozenset({"sessions.session", "page.worker"})


class BackupFault(Exception):
    """The backup cannot be made or restored; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds."""

    tables: int
    rows: int
    files: int
    size: int


# ------------------------------------------------------------------------ backup


def make_backup(target: Path) -> Summary:
    """Write a backup and read it again; nothing is left at ``target`` if it does not hold."""
    part = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            tables = _dump(archive)
            files = _copy_files(archive)
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "made": timezone.now().isoformat(),
                "database": connection.vendor,
                "migrations": _applied(),
                "tables": tables,
                "files": files,
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1)
            archive.writestr(_MANIFEST, text)
        _check_archive(part)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise BackupFault(f"写不了备份文件：{fault}") from fault
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    os.replace(part, target)
    return _summary(manifest, target)


def _dump(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """All tables as they are at one moment, while others go on writing."""
    tables: dict[str, dict[str, Any]] = {}
    with _one_moment():
        for model in _models(current_apps):
            name = model._meta.label_lower
            with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
                tables[name] = _digest(_lines(model), file.write)
    return tables


class _one_moment:
    """A transaction that sees the database as it is now and keeps no writer waiting."""

    def __enter__(self) -> None:
        self._mode = getattr(connection, "transaction_mode", None)
        if connection.vendor == "sqlite":
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def __exit__(self, *how: Any) -> None:
        self._atomic.__exit__(*how)
        if connection.vendor == "sqlite":
            connection.transaction_mode = self._mode  # type: ignore[attr-defined]


def _models(registry: Any) -> list[type[models.Model]]:
    """Every table of our own and of Django, in an order that does not change."""
    found = registry.get_models(include_auto_created=True)
    kept = [
        model
        for model in found
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in _LEFT_OUT
    ]
    return sorted(kept, key=lambda model: str(model._meta.label_lower))


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    """The table's rows, each a JSON list; the first line names the columns, by the alphabet.

    A model of an earlier day may name them in another order than today's.
    """
    names = sorted(field.attname for field in model._meta.concrete_fields)
    yield _json(names)
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield _json([_plain(value) for value in row])


def _json(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(timezone.get_fixed_timezone(0)).isoformat()
        case date() | time():
            return value.isoformat()
        case Decimal():
            # 1.50 and 1.5 are the same number; databases differ in which they give back.
            return format(value.normalize(), "f")
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case _:
            return value


def _digest(lines: Iterable[bytes], write: Any = None) -> dict[str, Any]:
    count, digest = -1, hashlib.sha256()
    for line in lines:
        if write is not None:
            write(line)
        digest.update(line)
        count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _copy_files(archive: zipfile.ZipFile) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in uploads():
        name = path.relative_to(settings.UPLOADS).as_posix()
        archive.write(path, f"files/{name}")
        files[name] = _hash_of(path)
    return files


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _applied() -> list[list[str]]:
    found = MigrationRecorder(connection).applied_migrations()
    return sorted([app, name] for app, name in found)


def _check_archive(path: Path) -> dict[str, Any]:
    """Every table and file of the archive against its manifest."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            if manifest.get("format") != FORMAT:
                raise BackupFault("这不是本版本能识别的备份文件。")
            for name, wanted in manifest["tables"].items():
                with archive.open(f"tables/{name}.jsonl") as file:
                    if _digest(file) != wanted:
                        raise BackupFault(f"备份文件已损坏：表 {name} 与清单不符。")
            for name, wanted in manifest["files"].items():
                with archive.open(f"files/{name}") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != wanted:  # type: ignore[arg-type]
                        raise BackupFault(f"备份文件已损坏：附件 {name} 与清单不符。")
    except (zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise BackupFault("这不是备份文件，或文件已损坏。") from fault
    return manifest


def _summary(manifest: dict[str, Any], path: Path) -> Summary:
    tables = manifest["tables"]
    rows = sum(table["rows"] for table in tables.values())
    return Summary(len(tables), rows, len(manifest["files"]), path.stat().st_size)


# ----------------------------------------------------------------------- restore


def restore(source: Path, *, replace: bool = False) -> Summary:
    """Fill an empty installation from a backup, and compare every table and file afterwards.

    With ``replace`` what is there gives way: files (and the SQLite database) are set aside
    under a name with the date, a PostgreSQL database is emptied.
    """
    if not source.is_file():
        raise BackupFault(f"没有找到备份文件“{source}”。")
    manifest = _check_archive(source)
    _refuse_unknown(manifest)
    if _in_use():
        raise BackupFault("系统正在运行。请先停止 guatu serve（30 秒后再试），然后恢复。")
    if _has_rows() or _has_files():
        if not replace:
            raise BackupFault("现在的数据库里已有数据。确要用备份替换，请加 --replace。")
        _set_aside()
    registry = _migrate_to(manifest["migrations"])
    with zipfile.ZipFile(source) as archive:
        _fill(archive, registry, manifest)
        _compare(registry, manifest)
        _extract_files(archive, manifest)
    call_command("migrate", verbosity=0, interactive=False)
    return _summary(manifest, source)


def _refuse_unknown(manifest: dict[str, Any]) -> None:
    """A backup of a later version has tables that this one does not know."""
    known = MigrationExecutor(connection).loader.disk_migrations
    if [key for key in map(tuple, manifest["migrations"]) if key not in known]:
        raise BackupFault(f"备份由较新的版本（{manifest['version']}）制作，请先升级挂图再恢复。")


def _in_use() -> bool:
    return _has_table("page_worker") and health().worker_alive


def _has_table(name: str) -> bool:
    return name in connection.introspection.table_names()


def _has_rows() -> bool:
    if not _has_table("people_user"):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM people_user")
        return bool(cursor.fetchone()[0])


def _has_files() -> bool:
    return settings.UPLOADS.is_dir() and any(settings.UPLOADS.iterdir())


def _set_aside() -> None:
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}"
    if connection.vendor == "sqlite":
        path = Path(str(settings.DATABASES["default"]["NAME"]))
        connection.close()
        for tail in ("", "-wal", "-shm"):
            old = path.with_name(path.name + tail)
            if old.exists():
                old.rename(path.with_name(f"{path.name}.{stamp}{tail}"))
    else:
        _empty_postgres()
    if _has_files():
        settings.UPLOADS.rename(settings.UPLOADS.with_name(f"uploads.{stamp}"))


def _empty_postgres() -> None:
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")


def _migrate_to(applied: list[list[str]]) -> Any:
    """The database with the tables of the backup's day, and the models of that day."""
    wanted = {(app, name) for app, name in applied}
    graph = MigrationExecutor(connection).loader.graph
    targets = [
        key
        for key in wanted
        if not any(
            child.key in wanted for child in graph.node_map[key].children if child.key[0] == key[0]
        )
    ]
    executor = MigrationExecutor(connection)
    state = executor.migrate(sorted(targets))
    return state.apps


def _fill(archive: zipfile.ZipFile, registry: Any, manifest: dict[str, Any]) -> None:
    known = {model._meta.label_lower: model for model in _models(registry)}
    missing = set(manifest["tables"]) - set(known)
    if missing:
        raise BackupFault("备份里有本版本不认识的表：" + "、".join(sorted(missing)) + "。")
    filled = [known[name] for name in manifest["tables"]]
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA defer_foreign_keys = ON")
            for model in filled:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for model in filled:
            with archive.open(f"tables/{model._meta.label_lower}.jsonl") as file:
                _insert(model, iter(file))
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), filled):
                cursor.execute(sql)


def _insert(model: type[models.Model], lines: Iterator[bytes]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [fields[name] for name in json.loads(next(lines))]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in columns)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"
    if connection.vendor == "postgresql":
        sql = sql.replace(" VALUES", " OVERRIDING SYSTEM VALUE VALUES")
    batch: list[list[Any]] = []
    with connection.cursor() as cursor:
        for line in lines:
            values = json.loads(line)
            batch.append([_stored(f, v) for f, v in zip(columns, values, strict=True)])
            if len(batch) == _CHUNK:
                cursor.executemany(sql, batch)
                batch.clear()
        if batch:
            cursor.executemany(sql, batch)


def _stored(field: Any, value: Any) -> Any:
    """A value of the backup as this database stores it."""
    # A key is stored as what it points at is.
    while field.is_relation:
        field = field.target_field
    if isinstance(field, models.BinaryField) and value is not None:
        value = base64.b64decode(value)
    elif not isinstance(field, models.JSONField):
        value = field.to_python(value)
    if isinstance(field, models.JSONField) and value is None:
        return None
    return field.get_db_prep_save(value, connection)


def _compare(registry: Any, manifest: dict[str, Any]) -> None:
    known = {model._meta.label_lower: model for model in _models(registry)}
    for name, wanted in manifest["tables"].items():
        if _digest(_lines(known[name])) != wanted:
            raise BackupFault(f"恢复后核对不符：表 {name}。数据没有恢复完整，请换一份备份再试。")


def _extract_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name, wanted in manifest["files"].items():
        parts = PurePosixPath(name).parts
        if ".." in parts or PurePosixPath(name).is_absolute():
            raise BackupFault(f"备份里的附件名不对：{name}")
        path = settings.UPLOADS.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(f"files/{name}") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        path.chmod(0o600)
        if _hash_of(path) != wanted:
            raise BackupFault(f"恢复后核对不符：附件 {name}。")
