from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0079_pushes")]

    operations = [
        migrations.AddIndex(
            model_name="ratingrequest",
            index=models.Index(
                condition=models.Q(
                    ("score__isnull", False), models.Q(("comment", ""), _negated=True)
                ),
                fields=["-decided_at", "-id"],
                name="ratings_with_comment",
            ),
        ),
    ]
