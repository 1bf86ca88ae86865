"""What happened is written down for other systems in the transaction in which it happens.

It is sent later, by others (chat.webhooks.couriers): nothing here waits for anybody.
"""

import logging
import uuid
from contextlib import AbstractContextManager, nullcontext

from django.db import transaction

from chat.events import Event
from chat.models import Webhook, WebhookDelivery
from chat.notices import wanted as notices
from chat.webhooks import kinds, wanted
from chat.webhooks.payloads import Told, may_tell, told_by

logger = logging.getLogger("sphaera_support.webhooks")


def record(event: Event) -> None:
    """For each webhook that wants it; where there is none, the database is asked nothing.

    The chat goes first: what cannot be told is said in the log, and the change is made.
    """
    possible = may_tell(event)
    if not possible or not wanted.are_wanted(possible):
        return
    try:
        with transaction.atomic():
            _store(event)
    except Exception:
        logger.exception("Webhooks are not told of %s", event.code)


def with_its_events() -> AbstractContextManager[object]:
    """Around what stores messages by one statement of its own: a transaction where webhooks are
    or browsers are told of them, and nothing otherwise.
    """
    return transaction.atomic() if are_messages_noted() else nullcontext()


def may_note_messages() -> bool:
    """Without asking the database: what is not known any more may be so."""
    return not (wanted.is_known() and notices.is_known()) or are_messages_noted()


def are_messages_noted() -> bool:
    return wanted.are_wanted(frozenset({kinds.MESSAGE})) or notices.are_wanted()


def _store(event: Event) -> None:
    webhooks = list(Webhook.objects.active())
    told = [one for one in told_by(event) if any(one.kind in hook.kinds for hook in webhooks)]
    WebhookDelivery.objects.bulk_create(
        delivery
        for one in told
        for delivery in _deliveries(
            one, event, [hook for hook in webhooks if one.kind in hook.kinds]
        )
    )


def _deliveries(told: Told, event: Event, webhooks: list[Webhook]) -> list[WebhookDelivery]:
    event_id = uuid.uuid4()
    return [
        WebhookDelivery(
            webhook=webhook,
            event_id=event_id,
            kind=told.kind,
            stream=told.stream,
            visitor_id=told.visitor_id,
            data=told.data_for(with_notes=webhook.with_notes),
            at=event.at,
            next_at=event.at,
            begun_at=event.at,
        )
        for webhook in webhooks
        if webhook.with_notes or not told.is_note
    ]
