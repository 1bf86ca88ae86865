"""What only grows, the database holds: triggers refuse to update and delete the log of changes and
its seals, whoever asks. Retention has a way around them (chat.actions.seals).

They are made anew after each migration, since SQLite drops them with a table that it rebuilds.
"""

from typing import Any

from django.db import connections

TABLES = ("operators_change", "operators_changeseal")
PASS = "operators_retentionpass"  # nosec B105  A table
WORDS = "The log of changes only grows."

_SQLITE = """
    CREATE TRIGGER IF NOT EXISTS {table}_no_{deed} BEFORE {deed} ON {table}
    WHEN NOT EXISTS (SELECT 1 FROM {way})
    BEGIN SELECT RAISE(ABORT, '{words}'); END
"""
_FUNCTION = """
    CREATE OR REPLACE FUNCTION operators_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM {way}) THEN
            RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$
"""
_POSTGRESQL = """
    CREATE OR REPLACE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}
    FOR EACH {each} EXECUTE FUNCTION operators_only_grows()
"""


def keep_append_only(using: str, **_told: Any) -> None:
    """After a migration; nothing where the tables are not there, or not yet."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if not {*TABLES, PASS} <= set(connection.introspection.table_names(cursor)):
            return
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def _statements(vendor: str) -> list[str]:
    known = {"way": PASS, "words": WORDS}
    if vendor != "postgresql":
        deeds = ("update", "delete")
        return [
            _SQLITE.format(table=table, deed=deed, **known) for table in TABLES for deed in deeds
        ]
    each = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    made = [
        _POSTGRESQL.format(table=table, deed=deed, each=rows)
        for table in TABLES
        for deed, rows in each.items()
    ]
    return [_FUNCTION.format(**known), *made]
