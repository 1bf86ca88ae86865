"""What changed or deleted messages said before: reading it is noted."""

from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions.changes import Doer, Subject, note_change
from chat.actions.errors import NotFound
from chat.models import Conversation, Message
from chat.originals import with_versions
from operators.models import Change


def read_originals(
    doer: Doer, conversation: Conversation, keys: list[int], *, at: datetime
) -> list[Message]:
    """Of those that the account may read so, with all that they said. Raises NotFound."""
    shown = access.originals_shown_to(doer.account).filter(conversation=conversation, pk__in=keys)
    with transaction.atomic():
        read = list(with_versions(shown))
        if not read:
            raise NotFound
        # Its number, not its visitor's name: the log of changes outlives both.
        subject = Subject(Change.Kind.CONVERSATION, conversation.pk, conversation.public_id)
        told = {"messages": [message.seq for message in read]}
        note_change(doer, subject, Change.Deed.ORIGINALS_READ, after=told, at=at)
    return read
