import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reports.exports.models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_attendance")]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=reports.exports.models.new_public_id, max_length=24, unique=True
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("asked", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("csv", "CSV"),
                            ("csv_comma", "CSV с запятой"),
                            ("xlsx", "XLSX"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "в очереди"),
                            ("running", "готовится"),
                            ("ready", "готова"),
                            ("failed", "не удалась"),
                            ("cancelled", "отменена"),
                            ("gone", "удалена"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running", "ready"])),
                        fields=["created_at"],
                        name="export_to_do",
                    )
                ],
            },
        ),
    ]
