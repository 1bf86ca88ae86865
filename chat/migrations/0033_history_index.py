"""What the history is searched by.

The table is made by hand: its rows go with their messages by the database's own doing, whoever
deletes those, which Django's keys do not know. What is there already is indexed by the running
product (chat.actions.history): a long history keeps no upgrade waiting.
"""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

POSTGRESQL = (
    """
    CREATE TABLE chat_historyentry (
        message_id bigint PRIMARY KEY REFERENCES chat_message (id) ON DELETE CASCADE,
        conversation_id bigint NOT NULL,
        created_at timestamptz NOT NULL,
        folded text NOT NULL,
        terms tsvector NOT NULL
    )
    """,
    "CREATE INDEX history_terms ON chat_historyentry USING gin (terms)",
)
# FTS5 keeps no copy of the terms: it is told of every row that comes and goes.
SQLITE = (
    """
    CREATE TABLE chat_historyentry (
        message_id integer NOT NULL PRIMARY KEY REFERENCES chat_message (id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
        conversation_id bigint NOT NULL,
        created_at datetime NOT NULL,
        folded text NOT NULL,
        terms text NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE chat_historyterms USING fts5 (
        terms, content='chat_historyentry', content_rowid='message_id', detail='none',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
    """
    CREATE TRIGGER history_terms_come AFTER INSERT ON chat_historyentry BEGIN
        INSERT INTO chat_historyterms (rowid, terms) VALUES (new.message_id, new.terms);
    END
    """,
    """
    CREATE TRIGGER history_terms_go AFTER DELETE ON chat_historyentry BEGIN
        INSERT INTO chat_historyterms (chat_historyterms, rowid, terms)
        VALUES ('delete', old.message_id, old.terms);
    END
    """,
)
INDEX = "CREATE INDEX history_of_conversation ON chat_historyentry (conversation_id, message_id)"
DROPS = ("DROP TABLE IF EXISTS chat_historyterms", "DROP TABLE chat_historyentry")


def create(apps: Any, schema_editor: Any) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (*(POSTGRESQL if is_postgresql else SQLITE), INDEX):
        schema_editor.execute(statement, params=None)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in DROPS:
        schema_editor.execute(statement, params=None)


def begin(apps: Any, schema_editor: Any) -> None:
    """All there is so far is settled."""
    newest = apps.get_model("chat", "Message").objects.aggregate(key=models.Max("pk"))["key"] or 0
    apps.get_model("chat", "HistoryCursor").objects.create(
        pk=1, settled=newest, newest=newest, newest_at=django.utils.timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0032_fields")]

    operations = [
        migrations.CreateModel(
            name="HistoryCursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done", models.BigIntegerField(default=0)),
                ("settled", models.BigIntegerField(default=0)),
                ("newest", models.BigIntegerField(default=0)),
                ("newest_at", models.DateTimeField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="HistoryEntry",
                    fields=[
                        (
                            "message",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="entry",
                                serialize=False,
                                to="chat.message",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("folded", models.TextField()),
                        (
                            "conversation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="chat.conversation",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["conversation", "message"],
                                name="history_of_conversation",
                            )
                        ],
                    },
                ),
            ],
            database_operations=[migrations.RunPython(create, drop)],
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
