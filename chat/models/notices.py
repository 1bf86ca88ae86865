"""Notices of staff: what they may say, and whether any leave the installation."""

from django.db import models


class NoticeRules(models.Model):
    """One row. `push_key` lets its holder speak for this installation: it goes into no log."""

    hides_text = models.BooleanField(default=False)
    # Whether any go, sealed, through the servers of those who make browsers.
    pushes = models.BooleanField(default=False)
    # Made once, when they are switched on first (chat.notices.vapid).
    push_key = models.CharField(max_length=64, blank=True)
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.version)
