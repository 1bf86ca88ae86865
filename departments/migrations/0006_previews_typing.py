from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("departments", "0004_administration")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="previews_typing",
            field=models.BooleanField(
                default=False, verbose_name="Показывать операторам, что набирает посетитель"
            ),
        ),
    ]
