"""The database emptied after a test that commits: of its many tables, those that were written to.

Django's `flush` asks which tables there are and takes a hundred times as long as what is deleted.
It would then write its content types and permissions anew, which nothing here reads.
"""

from functools import cache

from django.apps import apps
from django.db import connection, transaction

from operators import append_only


def empty_tables(_case: object = None) -> None:
    """All foreign keys are deferred to the commit, so the order of tables does not matter."""
    if connection.vendor == "postgresql":
        _teach_to_empty()
        with connection.cursor() as cursor:
            cursor.execute("SELECT empty_tables()")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # What only grows is emptied by the way that retention has.
        cursor.execute(f"INSERT INTO {append_only.PASS} (id) VALUES (1)")
        cursor.execute(_which_hold_something())
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


@cache
def _teach_to_empty() -> None:
    """A function keeps the plans of its statements. As a replica it asks no trigger: neither those
    of foreign keys, row by row, nor those of what only grows.
    """
    emptied = "\n".join(
        f'IF EXISTS (SELECT FROM "{table}") THEN DELETE FROM "{table}"; END IF;'
        for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE OR REPLACE FUNCTION empty_tables() RETURNS void LANGUAGE plpgsql
            SET session_replication_role = replica AS $$ BEGIN {emptied} END $$
        """)


@cache
def _which_hold_something() -> str:
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in _tables()
    )


@cache
def _tables() -> list[str]:
    """The pass last: it lets the others be emptied."""
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(tables, key=lambda table: (table == append_only.PASS, table))
