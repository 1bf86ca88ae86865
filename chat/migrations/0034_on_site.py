from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0033_history_index")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="declined_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="begun_by_operator",
            field=models.BooleanField(default=False),
        ),
    ]
