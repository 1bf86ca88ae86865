from django.db import migrations, models


def quotes(name):
    return migrations.AddField(
        model_name=name,
        name="quotes",
        field=models.ForeignKey(
            db_index=False,
            null=True,
            on_delete=models.deletion.SET_NULL,
            related_name="+",
            to=f"chat.{name}",
        ),
    )


def index(name, index):
    return migrations.AddIndex(
        model_name=name,
        index=models.Index(condition=models.Q(quotes__isnull=False), fields=["quotes"], name=index),
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0012_message_links")]

    operations = [
        quotes("message"),
        index("message", "message_quoted"),
        quotes("internalmessage"),
        index("internalmessage", "internal_message_quoted"),
    ]
