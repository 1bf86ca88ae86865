from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def begin(apps: Any, schema_editor: Any) -> None:
    """From now on a night without a purge is one that did not happen."""
    apps.get_model("chat", "RetentionTerms").objects.create(
        pk=1, began_at=django.utils.timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0043_saved_views"),
        ("departments", "0040_service"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rule", models.CharField(max_length=20)),
                ("rows", models.JSONField()),
                ("visitors", models.JSONField(default=list)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="DestructionAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("term", "достижение срока хранения"),
                            ("erasure", "обращение субъекта персональных данных"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("began_at", models.DateTimeField()),
                ("by_name", models.CharField(blank=True, max_length=150)),
                ("grounds", models.JSONField(default=list)),
                ("rows", models.JSONField(default=dict)),
                ("visitors", models.PositiveIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("left_files", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="DoomedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("doomed_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("until", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="PurgeRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("nightly", "по расписанию"),
                            ("command", "командой manage.py purge"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("is_over", models.BooleanField(default=False)),
                ("before", models.JSONField()),
                ("roots", models.JSONField(default=dict)),
                ("rows", models.JSONField(default=dict)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("trouble", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="RetentionTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("messages", models.PositiveIntegerField(null=True)),
                ("files", models.PositiveIntegerField(null=True)),
                ("addresses", models.PositiveIntegerField(null=True)),
                ("visits", models.PositiveIntegerField(null=True)),
                ("staff_chats", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("hour", models.PositiveSmallIntegerField(default=3)),
                ("version", models.PositiveIntegerField(default=0)),
                ("began_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="destruction",
            name="act",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="destructions",
                to="chat.destructionact",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="conversation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="holds",
                to="chat.conversation",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="lifted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="visitor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="holds",
                to="chat.visitor",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgerun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_over", False)),
                fields=("is_over",),
                name="one_purge_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="doomedfile",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="chat.purgerun",
            ),
        ),
        migrations.AddField(
            model_name="destructionact",
            name="run",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="act",
                to="chat.purgerun",
            ),
        ),
        migrations.AddField(
            model_name="destruction",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="destructions",
                to="chat.purgerun",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("conversation", None), ("visitor", None), _connector="XOR"),
                name="hold_has_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("conversation__isnull", False), ("lifted_at", None)),
                fields=("conversation",),
                name="conversation_held_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None), ("visitor__isnull", False)),
                fields=("visitor",),
                name="visitor_held_once",
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
