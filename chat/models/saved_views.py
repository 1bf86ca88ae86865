"""What one of the staff keeps of the list of tickets: its filters under a title."""

from django.db import models

from operators.models import Account


class SavedView(models.Model):
    MOST = 20  # of one account
    LONGEST_TITLE = 60  # characters

    account = models.ForeignKey(Account, models.CASCADE, related_name="saved_views", db_index=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    # The title as it is compared: SQLite knows the case of Latin letters only.
    title_key = models.CharField(max_length=3 * LONGEST_TITLE)
    # What the list is asked for, as its address says it (chat.tickets.finding).
    address = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["account", "title_key"], name="saved_view_title_once"),
        )

    def __str__(self) -> str:
        return self.title
