import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operators", "0002_intention_comment"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChosenIntention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intention",
                    models.CharField(
                        choices=[("online", "В сети"), ("busy", "Занят"), ("break", "Перерыв")],
                        max_length=10,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen_intentions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "began_at"], name="intention_history")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account",),
                        name="one_intention_at_a_time",
                    )
                ],
            },
        ),
    ]
