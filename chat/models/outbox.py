"""What every row of an outbox has in common: webhooks' deliveries, letters."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxRow(models.Model):
    """Stored with what caused it, sent later by others (chat.couriers): when next, who has it just
    now, what came of it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("ждёт отправки")
        SENT = "sent", _("доставлено")
        DEAD = "dead", _("не доставлено")

    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    # Since when its present round of attempts goes: again by hand begins another.
    begun_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def free_at(moment: object) -> Q:
    """Of an outbox's rows, those that no courier has."""
    return Q(leased_until=None) | Q(leased_until__lte=moment)
