"""The couriers of webhooks (chat.couriers)."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.couriers import Couriers
from chat.webhooks import dialling
from chat.webhooks.actions.deliveries import Claim, claim, is_any_due, note_answer
from chat.webhooks.sending import request_of

NOT_WRITTEN = _("Событие не удалось отправить: подробности в журнале сервера.")


def carry(claimed: Claim) -> dialling.Answer:
    """Send it, and note what came of it."""
    sent = request_of(claimed.webhook, claimed.delivery, at=timezone.now())
    answer = dialling.post(sent.url, sent.body, sent.headers, settings.WEBHOOK_NETWORKS)
    note_answer(claimed, sent, answer, at=timezone.now())
    return answer


def _note_broken(claimed: Claim) -> None:
    failed = dialling.Answer(error=str(NOT_WRITTEN))
    note_answer(claimed, None, failed, at=timezone.now())


COURIERS = Couriers(
    name="webhooks",
    count=8,
    claim=lambda most: claim(most, at=timezone.now()),
    carry=carry,
    note_broken=_note_broken,
    is_any_due=lambda: is_any_due(at=timezone.now()),
)
