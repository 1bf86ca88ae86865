from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0008_note_of_an_exceptional_day"),
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
