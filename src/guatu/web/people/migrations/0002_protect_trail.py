"""The database itself refuses to change or delete what is in the trail."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("people_trailentry", "people_trailseal")

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '操作记录只增不改（{table}）'); END
"""

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION guatu_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '操作记录只增不改（%）', TG_TABLE_NAME; END $$
"""

POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION guatu_append_only()
"""


def protection(vendor: str) -> list[str]:
    """The statements that make a trigger for each table and verb."""
    template = POSTGRES if vendor == "postgresql" else SQLITE
    triggers = [
        template.format(table=table, verb=verb) for table in TABLES for verb in ("update", "delete")
    ]
    return [POSTGRES_FUNCTION, *triggers] if vendor == "postgresql" else triggers


def release(vendor: str) -> list[str]:
    """The statements that take the triggers away again."""
    on = " ON {table}" if vendor == "postgresql" else ""
    drop = "DROP TRIGGER IF EXISTS {table}_no_{verb}" + on
    return [
        drop.format(table=table, verb=verb) for table in TABLES for verb in ("update", "delete")
    ]


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for sql in protection(editor.connection.vendor):
        editor.execute(sql, None)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for sql in release(editor.connection.vendor):
        editor.execute(sql, None)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
