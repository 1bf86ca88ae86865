import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0006_previews_typing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="site",
            managers=[
                ("with_deleted", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="site",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="deleted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="colour",
            field=models.CharField(blank=True, max_length=7),
        ),
        migrations.AddField(
            model_name="site",
            name="corner",
            field=models.CharField(
                choices=[("right", "Справа внизу"), ("left", "Слева внизу")],
                default="right",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="theme",
            field=models.CharField(
                choices=[
                    ("auto", "Как у системы посетителя"),
                    ("light", "Светлая"),
                    ("dark", "Тёмная"),
                ],
                default="auto",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="sound",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="site",
            name="online_text",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="site",
            name="offline_text",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="site",
            name="window_greeting",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("deleted_at", None), ("is_active", False), _connector="OR"),
                name="deleted_site_is_off",
            ),
        ),
    ]
