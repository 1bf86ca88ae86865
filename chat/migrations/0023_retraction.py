from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0022_blocks")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="retracted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="internalmessage",
            name="retracted_at",
            field=models.DateTimeField(null=True),
        ),
    ]
