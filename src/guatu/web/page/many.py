"""Many rows into a table as fast as the database takes them: what large imports write with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from django.db import connection, models, transaction

Row = Sequence[Any]
_TRIES: Final = 20


@cache
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The table's columns except a key that the database counts itself."""
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField))
    )


def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """Column → the value of a row of which nothing is known; dates and times are not among them."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not isinstance(field, (models.DateTimeField, models.UUIDField))
    }


def put_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of ``columns``: no model's instance is made.

    Nothing is checked but what the database checks; in the caller's transaction. PostgreSQL takes
    them by COPY, SQLite by one prepared statement; bulk_create costs four times as much.
    """
    names = {field.attname: field for field in model._meta.concrete_fields}
    ways = [_way(names[column]) for column in columns]
    ready = (
        [value if way is None else way(value) for way, value in zip(ways, row, strict=True)]
        for row in rows
    )
    quoted = ", ".join(connection.ops.quote_name(names[c].column or c) for c in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", list(ready))


def _way(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a value goes into this column; None where it goes as it stands."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, (models.DateTimeField, models.DateField, models.UUIDField)):
        return _prepared(field)
    return None


def _prepared(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Dates and times as the database takes them; most rows of a chunk share the same few."""
    known: dict[Any, Any] = {None: None}

    def way(value: Any) -> Any:
        if isinstance(value, str):
            return value
        if value not in known:
            known[value] = field.get_db_prep_save(value, connection)
        return known[value]

    return way


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def count_anew(*tables: type[models.Model]) -> None:
    """Let PostgreSQL look at tables that have just grown by thousands of rows.

    Its autovacuum comes within minutes; until then it plans as for the table that was, and reads
    all of it where a few rows are named. Others read and write meanwhile. SQLite needs none.
    """
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(each._meta.db_table) for each in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def reserve_ids(model: type[models.Model], count: int) -> int:
    """The first of ``count`` numbers in a row that no other row of the table will ever get."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _reserve_of_sequence(cursor, table, count)
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        return int(cursor.fetchone()[0]) - count + 1


def _reserve_of_sequence(cursor: Any, table: str, count: int) -> int:
    for _try in range(_TRIES):
        cursor.execute(
            "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n"
            " FROM generate_series(1, %s)) AS taken",
            [table, max(1, count)],
        )
        first, last = cursor.fetchone()
        # Another session drew a number in between: those drawn are lost, which does no harm.
        if last - first + 1 == max(1, count):
            return int(first)
    raise RuntimeError(f"no {count} numbers in a row to be had for {table}")
