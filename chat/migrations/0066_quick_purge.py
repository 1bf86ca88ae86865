"""What a purge is quick by: for none of a million messages does the database look whether a file, a
rating, facts of a system or a ticket still hangs on it. They go before it, by the graph
(chat.belongings), and `verify_history` finds what hangs on nothing.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0065_webhooks")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="message",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="chat.message",
            ),
        ),
        migrations.AlterField(
            model_name="ratingrequest",
            name="message",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rating",
                to="chat.message",
            ),
        ),
        migrations.AlterField(
            model_name="snapshotrequest",
            name="message",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="snapshot",
                to="chat.message",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="messages",
            field=models.ManyToManyField(db_constraint=False, related_name="+", to="chat.message"),
        ),
    ]
