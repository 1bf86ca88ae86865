from django.db import migrations, models

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif")


def leave_pictures_to_the_sweep(apps, _schema_editor):
    attachments = apps.get_model("chat", "Attachment").objects
    attachments.filter(content_type__in=PICTURES).update(preview_size=None)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0023_retraction"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="preview_size",
            field=models.PositiveIntegerField(default=0, null=True),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("preview_size", None)),
                fields=["created_at"],
                name="attachment_not_drawn",
            ),
        ),
        migrations.RunPython(leave_pictures_to_the_sweep, migrations.RunPython.noop),
    ]
