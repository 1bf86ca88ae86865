"""Who had a conversation from when to when, and how long it waited: what reports count.

Rows of one conversation follow on each other. The actions write them with the change itself
(chat.actions.facts), and nothing changes them afterwards; the log tells the same, and
`manage.py verify_history` compares the two.
"""

from django.db import models

from chat.models.conversations import Conversation
from departments.models import Department
from operators.models import Account


class Ownership(models.Model):
    """One stretch in which an operator led a conversation, in one department."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="ownerships")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="ownerships")
    # What is left of an account or a department that was deleted.
    account_name = models.CharField(max_length=150)
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="+")
    level = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Codes of the system lines that stand at both ends.
    began_by = models.CharField(max_length=24)
    ended_by = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(ended_at=None),
                name="one_ownership_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["account", "began_at"], name="ownership_of_account"),)

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.account_name}"


class Wait(models.Model):
    """One time without an owner; being moved from queue to queue does not end it."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"  # somebody took it
        GIVEN_UP = "given_up"  # closed before anybody did
        OFFLINE = "offline"  # the same, and it had begun while nobody was there or open

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="waits")
    # Where it waits, or waited last.
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="+")
    level = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(ended_at=None),
                name="one_wait_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["department", "began_at"], name="wait_in_department"),)

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.began_at}"


class MissedOffer(models.Model):
    """One time an operator was asked to take a waiting conversation, and did not: they would rather
    not, or the time was up (chat.actions.queue). It is about the operator, and outlives the
    conversation.
    """

    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="missed_offers"
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    is_declined = models.BooleanField(default=False)
    # The queue went on after it.
    is_over = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["account", "at"], name="missed_offers_of_account"),)

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.account_id}"
