"""Saved views of the list of tickets, and what its search by text is quick with.

PostgreSQL finds a part of a text by its trigrams. The extension is one that a database's owner may
make; where it cannot be made, the search is as right and slower (docs/operations.md).
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MAY_MAKE = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
        OR EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
        AND has_database_privilege(current_database(), 'CREATE')
"""
# Entries are written at once: a list of pending ones would be read by each search.
INDEX = """
    CREATE INDEX IF NOT EXISTS ticket_found_by ON chat_ticket
    USING gin (found_by gin_trgm_ops) WITH (fastupdate = off)
"""


def make_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MAY_MAKE)
        if not cursor.fetchone()[0]:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(INDEX)


def drop_index(apps: Any, schema_editor: Any) -> None:
    """The extension stays: others may use it."""
    schema_editor.execute("DROP INDEX IF EXISTS ticket_found_by")


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0042_snapshots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60)),
                ("title_key", models.CharField(max_length=180)),
                ("address", models.TextField()),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "title_key"), name="saved_view_title_once"
                    )
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
