"""What a purge is quick by: the database looks neither for what amends nor for what quotes each of a
million messages, and finds by an index what was closed long ago.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0050_retention")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="amends",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="chat.message",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="quotes",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="chat.message",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                name="conversation_closed",
            ),
        ),
    ]
