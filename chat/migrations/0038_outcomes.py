import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

TITLES = ("Решено", "Заявка", "Консультация", "Дубликат", "Спам", "Нет ответа")


def offer_outcomes(apps, _editor):
    """To begin with; administrators make them their own."""
    outcomes = apps.get_model("chat", "ClosingOutcome")
    at = timezone.now()
    outcomes.objects.bulk_create(
        outcomes(title=title, position=position, created_at=at)
        for position, title in enumerate(TITLES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0037_identification"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosingOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Closing",
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
                            ("staff", "Закрыл сотрудник"),
                            ("visitor", "Завершил посетитель"),
                            ("declined", "Посетитель ответил «Не сейчас»"),
                            ("blocked", "Посетитель заблокирован"),
                        ],
                        max_length=8,
                    ),
                ),
                ("by_name", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField()),
                ("reopened_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closings",
                        to="chat.conversation",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closings",
                        to="chat.closingoutcome",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reopened_at", None)),
                        fields=("conversation",),
                        name="one_closing_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", None), ("way", "staff"), _connector="OR"),
                        name="outcome_is_chosen_by_staff",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="transfer",
            name="bounces",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(offer_outcomes, migrations.RunPython.noop),
    ]
