from django.db import migrations, models
from django.db.models import Q

from chat.markup import find_links

BATCH = 1000


def find_in_what_there_is(apps, schema_editor):
    """Rows are read and written a batch at a time: of three years there are many."""
    for name in ("Message", "InternalMessage"):
        model = apps.get_model("chat", name)
        may_hold = Q(text__contains=".") | Q(text__contains=":") | Q(text__contains="@")
        found, last = model.objects.filter(may_hold).order_by("pk").only("pk", "text"), 0
        while rows := list(found.filter(pk__gt=last)[:BATCH]):
            last = rows[-1].pk
            for row in rows:
                row.links = find_links(row.text)
            model.objects.bulk_update([row for row in rows if row.links], ["links"], BATCH // 5)


class Migration(migrations.Migration):
    dependencies = [("chat", "0011_files")]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="links",
                field=models.TextField(blank=True, default=""),
                preserve_default=False,
            )
            for name in ("message", "internalmessage")
        ),
        migrations.RunPython(find_in_what_there_is, migrations.RunPython.noop),
    ]
