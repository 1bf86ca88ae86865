"""Notices of staff: what they may say."""

from django.db import models


class NoticeRules(models.Model):
    """One row."""

    hides_text = models.BooleanField(default=False)
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.version)
