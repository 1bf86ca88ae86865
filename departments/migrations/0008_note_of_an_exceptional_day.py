from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0004_administration"),
    ]

    operations = [
        migrations.AddField(
            model_name="exceptionalday",
            name="note",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
