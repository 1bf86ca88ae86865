"""Every lock that an action takes; what comes with it was read after the wait.

Always in this order: a visitor, a conversation, an account; several of a kind in the order of
keys. A department's is taken alone. Beside these the bundle of messages locks its conversations
with the statement that reads them (chat.actions.posts), and a place in the zone its account
(operators.presence).

Without operator and department: PostgreSQL joins first and waits for the lock then, so they could
be those from before the wait, and a row whose department changed would be no row.
"""

from typing import Any

from chat.actions.errors import NotFound
from chat.models import Conversation, InternalChat, Visit, Visitor
from departments.models import Department
from operators.models import Account, Role


def lock_conversation(**lookup: Any) -> Conversation | None:
    """The latest of those found, with its visitor."""
    locked = Conversation.objects.select_for_update(of=("self",)).select_related("visitor__site")
    return locked.filter(**lookup).order_by("-started_at", "-pk").first()


def lock_visible(account: Account, conversation_id: str) -> Conversation:
    """As its staff, with its department. Raises NotFound."""
    visible = Conversation.objects.visible_to(account).filter(public_id=conversation_id)
    conversation = lock_conversation(pk__in=visible.values("pk"))
    if conversation is None:
        raise NotFound
    # A socket that shows it may not read by itself.
    conversation.department = Department.objects.get(pk=conversation.department_id)
    return conversation


def lock_visitor(visitor_id: int) -> Visitor:
    return Visitor.objects.select_for_update(of=("self",)).select_related("site").get(pk=visitor_id)


def lock_visit(visit_id: int) -> Visit | None:
    locked = Visit.objects.select_for_update(of=("self",)).select_related("visitor__site")
    return locked.filter(pk=visit_id).first()


def lock_account(account_id: int) -> Account:
    """Without hindering rows that refer to it."""
    account: Account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    return account


def lock_administrators() -> list[Account]:
    return list(Account.objects.select_for_update().active().filter(role=Role.ADMINISTRATOR))


def lock_department(department_id: int) -> Department | None:
    """Without hindering new conversations, whose rows refer to it."""
    return Department.objects.select_for_update(no_key=True).filter(pk=department_id).first()


def lock_chat(account: Account, chat_id: str) -> InternalChat:
    """The member's chat among staff. Raises NotFound."""
    chat = InternalChat.objects.select_for_update().filter(public_id=chat_id).first()
    # Membership is read after the wait for the lock, which whoever takes it away holds too.
    if chat is None or not chat.members.current().filter(account=account).exists():
        raise NotFound
    return chat
