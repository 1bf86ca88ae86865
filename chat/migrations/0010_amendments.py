import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0009_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="internalmessage",
            name="amends",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="chat.internalmessage",
            ),
        ),
        migrations.AddField(
            model_name="internalmessage",
            name="corrected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="amends",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="chat.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="corrected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="internalmessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("file", "File"),
                    ("event", "Event"),
                    ("amended", "Amended"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("file", "File"),
                    ("event", "Event"),
                    ("note", "Note"),
                    ("amended", "Amended"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amends__isnull", False), ("kind", "amended")),
                    models.Q(models.Q(("kind", "amended"), _negated=True), ("amends", None)),
                    _connector="OR",
                ),
                name="amendment_amends_something",
            ),
        ),
    ]
