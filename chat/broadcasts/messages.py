"""What is said, to both sides of a conversation."""

from chat.broadcasts.conversations import row_changed
from chat.events import MessageAmended, MessagePosted
from chat.models import Conversation, Message
from chat.sockets.delivery import Entry
from chat.sockets.history import both_entries, staff_entry
from chat.streams import push


def message_posted(event: MessagePosted) -> None:
    _tell(event.message, event.conversation)


def message_amended(event: MessageAmended) -> None:
    """Whoever has the message shows it as it is now; so do the rows of the lists."""
    _tell(event.amendment, event.conversation)
    whole = Conversation.objects.select_related("visitor__site", "operator", "department")
    row_changed(whole.get(pk=event.conversation.pk))


def _tell(message: Message, conversation: Conversation) -> None:
    """The log's new entry, to the visitor (unless a note) and to the staff who follow it."""
    if message.visitor_seq is None:
        _tell_staff(staff_entry(message, conversation), conversation)
        return
    for_staff, for_visitor = both_entries(message, conversation)
    _tell_staff(for_staff, conversation)
    push(
        f"visitor.{conversation.visitor_id}",
        conversation=conversation.pk,
        public_id=conversation.public_id,
        **for_visitor._asdict(),
    )


def _tell_staff(entry: Entry, conversation: Conversation) -> None:
    group = f"staff.{conversation.visitor_id}"
    push(group, conversation=conversation.pk, **entry._asdict())
