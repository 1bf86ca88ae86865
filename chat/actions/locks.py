"""Taking a conversation's lock, as its staff."""

from chat import access
from chat.actions.errors import NotFound
from chat.models import Conversation
from departments.models import Department
from operators.models import Account


def lock_visible(account: Account, conversation_id: str) -> Conversation:
    """The conversation with its lock, for the rest of the transaction. Raises NotFound."""
    # Without operator and department: PostgreSQL joins first and waits for the lock then, so they
    # could be those from before the wait, and a row whose department changed would be no row.
    visible = access.visible_to(account).filter(public_id=conversation_id)
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("visitor")
        .filter(pk__in=visible.values("pk"))
        .first()
    )
    if conversation is None:
        raise NotFound
    # Read now, after the wait; a socket that shows it may not read by itself.
    conversation.department = Department.objects.get(pk=conversation.department_id)
    return conversation
