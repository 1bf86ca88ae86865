"""Letters on their way out: the outbox of e-mail."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models

from chat.models.conversations import Conversation
from chat.models.outbox import OutboxRow, free_at
from operators.models import Account


class LetterQuerySet(models.QuerySet["Letter"]):
    def pending(self) -> Self:
        return self.filter(state=Letter.State.PENDING)

    def due(self, at: datetime) -> Self:
        return self.pending().filter(free_at(at), next_at__lte=at)

    def undelivered(self) -> Self:
        """Dead letters, and those that have failed at least once."""
        dead = models.Q(state=Letter.State.DEAD)
        return self.filter(dead | models.Q(state=Letter.State.PENDING, tries__gt=0))


class Letter(OutboxRow):
    """To whom, and what about; never what it says. That is written as it is sent, from what there
    is then (chat.mail.kinds): so no link, message or table lies here, and what is erased meanwhile
    is sent to nobody. Of what was sent the address is forgotten too.
    """

    MAX_ERROR = 300

    kind = models.CharField(max_length=12)
    # The same at each attempt: mailboxes leave out doubles by it.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    address = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict, blank=True)
    # Whom or what it is about.
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="letters")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="letters"
    )
    # Why it did not go, in words; of the last attempt.
    error = models.CharField(max_length=MAX_ERROR, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["next_at"], name="letter_due", condition=models.Q(state="pending")
            ),
            models.Index(fields=["at"], name="letters_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
