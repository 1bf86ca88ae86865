from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operators", "0039_asked_places"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="kind",
            field=models.CharField(
                choices=[
                    ("account", "Аккаунт"),
                    ("department", "Отдел"),
                    ("site", "Сайт"),
                    ("schedule", "График работы"),
                    ("template", "Шаблон"),
                    ("template_words", "Подстановки шаблонов"),
                    ("geo", "База адресов"),
                    ("conversation", "Обращение"),
                    ("field", "Поле"),
                    ("plan", "План поддержки"),
                    ("contract", "Договор"),
                    ("criticality", "Таблица критичности"),
                    ("outcome", "Исход обращения"),
                    ("stage", "Этап обслуживания"),
                    ("retention", "Сроки хранения"),
                    ("hold", "Запрет удаления"),
                ],
                max_length=20,
            ),
        ),
    ]
