"""Asking the visitor for facts of their system: one row a request, whatever comes of it.

States change only as follows (chat.actions.snapshots); what was answered stays so:

    (none) -> open      staff ask
    open   -> given, declined     by the visitor
    open   -> withdrawn   staff ask again
    open   -> unanswered  the visitor has begun another conversation
"""

from django.db import models

from chat.models.conversations import Conversation
from chat.models.messages import Message
from operators.models import Account


class SnapshotState(models.TextChoices):
    OPEN = "open"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


class SnapshotRequest(models.Model):
    message = models.OneToOneField(
        Message, models.CASCADE, related_name="snapshot", db_constraint=False
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="snapshots")
    asked_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=SnapshotState, default=SnapshotState.OPEN)
    # As chat.snapshots keeps them; and what of them is a source of the identification.
    facts = models.JSONField(default=dict, blank=True)
    software = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(state="open"),
                name="one_open_snapshot_request",
            ),
            models.CheckConstraint(
                condition=models.Q(state="given") | models.Q(facts={}, software=""),
                name="facts_of_what_was_given",
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.state}"
