"""A span of opening hours lasts a day at most.

Rows from before are repaired, so that no upgrade stops at them: a span that closes later closes
after a day, and what is no span at all, of an exceptional day, is forgotten (the site is then
closed at that time). Each is named in the log.
"""

import logging
from typing import Any

from django.db import migrations, models
from django.db.models import F

import departments.models
from departments.hours import DAY_MINUTES, read_spans

logger = logging.getLogger(__name__)


def repair(apps: Any, schema_editor: Any) -> None:
    too_long = apps.get_model("departments", "Hours").objects.filter(
        closes__gt=F("opens") + DAY_MINUTES
    )
    for hours in too_long.select_related("site"):
        logger.warning("%s: a span of more than a day was cut to one", hours.site.name)
    too_long.update(closes=F("opens") + DAY_MINUTES)
    for day in apps.get_model("departments", "ExceptionalDay").objects.select_related("site"):
        spans = readable(day.spans)
        if spans != day.spans:
            logger.warning("%s, %s: %r became %r", day.site.name, day.on, day.spans, spans)
            day.spans = spans
            day.save(update_fields=["spans"])


def readable(spans: Any) -> list[Any]:
    """What can be read of the spans, none longer than a day."""
    kept = []
    for span in spans if isinstance(spans, list) else ():
        try:
            opens, closes = span
            cut = [opens, min(closes, opens + DAY_MINUTES)]
            read_spans([cut])
        except (TypeError, ValueError):
            continue
        kept.append(cut)
    return kept


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0002_queue"),
    ]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="hours", name="hours_make_sense"),
        migrations.AlterField(
            model_name="exceptionalday",
            name="spans",
            field=departments.models.SpansField(blank=True, default=list),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes__gt", models.F("opens")),
                    (
                        "closes__lte",
                        models.expressions.CombinedExpression(
                            models.F("opens"), "+", models.Value(1440)
                        ),
                    ),
                    ("opens__lt", 1440),
                    ("weekday__lt", 7),
                ),
                name="hours_make_sense",
            ),
        ),
    ]
