"""The one door through which actions say what happened."""

from collections.abc import Callable

from chat.broadcasts.heard import broadcast
from chat.events import Event
from chat.mail.actions import missed
from chat.notices.actions import outbox as of_notices
from chat.streams import after_commit
from chat.webhooks.actions import outbox

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
