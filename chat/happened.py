"""The one door through which actions say what happened."""

import logging
from collections.abc import Callable

from chat.broadcasts.heard import broadcast
from chat.events import Event
from chat.mail.actions import missed
from chat.notices.actions import outbox as of_notices
from chat.streams import after_commit
from chat.webhooks.actions import outbox

logger = logging.getLogger(__name__)

# Each writes down what concerns it in the transaction itself, or nothing.
RECORDERS: tuple[Callable[[Event], None], ...] = (
    outbox.record,
    of_notices.record,
    missed.record,
)
# Each takes from every event what concerns it; one that fails hinders no other.
LISTENERS: tuple[Callable[[Event], None], ...] = (broadcast,)


def happened(event: Event) -> None:
    """Tell the listeners once the transaction is in the database, and not if it is not."""
    for recorder in RECORDERS:
        recorder(event)
    for listener in LISTENERS:
        after_commit(listener, event)


def told(event: Event) -> None:
    """The same, of what is in the database already and no recorder wants."""
    for listener in LISTENERS:
        try:
            listener(event)
        except Exception:
            logger.exception("Nobody is told of %s", event.code)
