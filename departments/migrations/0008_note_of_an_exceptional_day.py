from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0007_sites"),
    ]

    operations = [
        migrations.AddField(
            model_name="exceptionalday",
            name="note",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
