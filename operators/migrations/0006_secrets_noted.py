from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operators", "0004_administration"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="deed",
            field=models.CharField(
                choices=[
                    ("added", "добавлено"),
                    ("changed", "изменено"),
                    ("deleted", "удалено"),
                    ("activated", "включено"),
                    ("deactivated", "отключено"),
                    ("signed_out", "выход на всех устройствах"),
                    ("link_made", "создана ссылка для входа"),
                    ("link_used", "пароль задан по ссылке"),
                    ("secret_shown", "показан секрет"),
                    ("secret_rotated", "выпущен новый секрет"),
                    ("secret_ended", "прежний секрет больше не действует"),
                ],
                max_length=20,
            ),
        ),
    ]
