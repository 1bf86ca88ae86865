from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_amendments")]

    operations = [
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["visitor", "created_at"], name="attachment_of_visitor"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["account", "created_at"], name="attachment_of_account"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["file"], name="attachment_file"),
        ),
    ]
