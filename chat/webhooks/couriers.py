"""Couriers of webhooks: they carry what the outbox holds (chat.rounds)."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import rounds
from chat.webhooks import dialling
from chat.webhooks.actions.deliveries import Claim, claim, note_answer
from chat.webhooks.sending import request_of

logger = logging.getLogger("sphaera_support.webhooks")

NOT_WRITTEN = _("Событие не удалось отправить: подробности в журнале сервера.")


def make_round() -> None:
    """Carry what is due; nothing while another round goes on."""
    rounds.make_round("webhooks", _go_round)


def _go_round() -> None:
    carry_for(rounds.ROUND)


def carry_for(span: timedelta) -> None:
    """All that is due, several at once, until nothing is or the time is over."""
    rounds.carry_for(span, lambda most: claim(most, at=timezone.now()), _carry_or_note)


def _carry_or_note(claimed: Claim) -> None:
    try:
        carry(claimed)
    except Exception:
        # Noted like any failure: it is tried again, and does not stand before others for ever.
        logger.exception("Webhook delivery %d was not carried", claimed.delivery.pk)
        failed = dialling.Answer(error=str(NOT_WRITTEN))
        note_answer(claimed, None, failed, at=timezone.now())


def carry(claimed: Claim) -> dialling.Answer:
    """Send it, and note what came of it."""
    sent = request_of(claimed.webhook, claimed.delivery, at=timezone.now())
    answer = dialling.post(sent.url, sent.body, sent.headers, settings.WEBHOOK_NETWORKS)
    note_answer(claimed, sent, answer, at=timezone.now())
    return answer
