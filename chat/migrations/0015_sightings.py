import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0014_quotes"),
        ("departments", "0007_sites"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(blank=True, max_length=300)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("loaded", "Loaded"),
                            ("opened", "Opened"),
                            ("not_listed", "Not Listed"),
                            ("frame_src", "Frame Src"),
                            ("signature", "Signature"),
                            ("audience", "Audience"),
                            ("expired", "Expired"),
                            ("ahead", "Ahead"),
                            ("lasting", "Lasting"),
                            ("malformed", "Malformed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="departments.site",
                    ),
                ),
            ],
            options={
                "ordering": ("-seen_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "origin", "outcome"), name="sighting_once"
                    )
                ],
            },
        ),
    ]
