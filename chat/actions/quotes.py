"""What a new message answers to: an earlier one of the same log, by its id.

Only that it does is stored; whoever reads the answer is shown the other as it is by then. So what
was corrected is quoted nowhere as it was before.
"""

from uuid import UUID

from chat.actions.errors import NothingToQuote, QuotedNote
from chat.models import Conversation, InternalChat, InternalMessage, Message


def quoted_by_visitor(conversation: Conversation, quotes: UUID | None) -> Message | None:
    """A note is to a visitor as if it were not. Raises a Refusal."""
    if quotes is None:
        return None
    if conversation.pk is None:
        raise NothingToQuote
    shown = conversation.messages.said().filter(visitor_seq__isnull=False)
    return _found(shown.filter(client_id=quotes).first())


def quoted_by_operator(
    conversation: Conversation, quotes: UUID | None, *, note: bool
) -> Message | None:
    """What staff write among themselves is quoted in a note alone. Raises a Refusal."""
    if quotes is None:
        return None
    found = _found(conversation.messages.said().filter(client_id=quotes).first())
    if found.visitor_seq is None and not note:
        raise QuotedNote
    return found


def quoted_among_staff(chat: InternalChat, quotes: UUID | None) -> InternalMessage | None:
    """Raises a Refusal."""
    if quotes is None:
        return None
    found = chat.messages.said().filter(client_id=quotes).first()
    if found is None or found.retracted_at is not None:
        raise NothingToQuote
    return found


def _found(message: Message | None) -> Message:
    if message is None or message.retracted_at is not None:
        raise NothingToQuote
    return message
