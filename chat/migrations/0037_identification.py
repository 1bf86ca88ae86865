import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_places(apps, schema_editor):
    """Nobody had been judged yet: each stands where they began to wait."""
    conversations = apps.get_model("chat", "Conversation").objects
    conversations.update(queued_at=models.F("waiting_since"))


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0036_tickets"),
        ("departments", "0016_contracts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="judgements",
                        to="chat.conversation",
                    ),
                ),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "один человек"),
                            (2, "отдел или группа"),
                            (3, "вся организация"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "может подождать"),
                            (2, "мешает работать"),
                            (3, "работа стоит"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "criticality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "низкая"), (2, "обычная"), (3, "высокая"), (4, "критическая")]
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=400)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("by_name", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SettledValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settled_values",
                        to="chat.visitor",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settled_values",
                        to="chat.conversation",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("name", "ФИО"),
                            ("contract", "Договор"),
                            ("plan", "План"),
                            ("software", "ПО"),
                            ("version", "Версия"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=600)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("signed", "подписано сайтом"),
                            ("register", "реестр договоров"),
                            ("said", "со слов посетителя"),
                            ("entered", "ввёл оператор"),
                        ],
                        max_length=8,
                    ),
                ),
                ("passed_over", models.JSONField(blank=True, default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("by_name", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversation_queue",
        ),
        migrations.AddField(
            model_name="conversation", name="queued_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(keep_places, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="conversation", name="queued_at", field=models.DateTimeField()
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("operator", None)),
                fields=["department", "queued_at"],
                name="conversation_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(fields=["conversation", "-id"], name="judgement_of_conversation"),
        ),
        migrations.AddConstraint(
            model_name="settledvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("conversation", None)),
                fields=("visitor", "step"),
                name="settled_of_visitor_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("conversation__isnull", False)),
                fields=("conversation", "step"),
                name="settled_of_conversation_once",
            ),
        ),
    ]
