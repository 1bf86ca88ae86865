from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0009_asks_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="exceptionalday",
            name="is_from_calendar",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="exceptionalday",
            name="is_on",
            field=models.BooleanField(default=True),
        ),
    ]
