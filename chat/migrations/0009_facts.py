import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Of conversations from before, what their own columns still tell: the last wait and the last owner.
WAITS = """
    INSERT INTO chat_wait (conversation_id, department_id, level, began_at, ended_at, outcome)
    SELECT c.id, c.department_id, d.level, c.waiting_since, COALESCE(c.accepted_at, c.closed_at),
        CASE WHEN c.accepted_at IS NOT NULL THEN 'answered'
            WHEN c.closed_at IS NOT NULL THEN 'given_up' ELSE '' END
    FROM chat_conversation c JOIN departments_department d ON d.id = c.department_id
"""
OWNERSHIPS = """
    INSERT INTO chat_ownership (conversation_id, account_id, account_name, department_id, level,
        began_at, ended_at, began_by, ended_by)
    SELECT c.id, a.id, a.name, c.department_id, d.level, COALESCE(c.accepted_at, c.waiting_since),
        c.closed_at, 'accepted', CASE WHEN c.closed_at IS NULL THEN '' ELSE 'closed' END
    FROM chat_conversation c JOIN departments_department d ON d.id = c.department_id
    JOIN operators_account a ON a.id = c.operator_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0008_system_lines"),
        ("departments", "0002_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ownership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_name", models.CharField(max_length=150)),
                ("level", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("began_by", models.CharField(max_length=24)),
                ("ended_by", models.CharField(blank=True, max_length=24)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ownerships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ownerships",
                        to="chat.conversation",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="departments.department",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "began_at"], name="ownership_of_account")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("conversation",),
                        name="one_ownership_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("given_up", "Given Up"),
                            ("offline", "Offline"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="chat.conversation",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="departments.department",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["department", "began_at"], name="wait_in_department")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("conversation",),
                        name="one_wait_at_a_time",
                    )
                ],
            },
        ),
        migrations.RunSQL(WAITS, migrations.RunSQL.noop),
        migrations.RunSQL(OWNERSHIPS, migrations.RunSQL.noop),
    ]
