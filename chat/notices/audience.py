"""Whom a notice concerns at this moment, as who-waits.js decides it in an open tab."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from chat.models import ChatMember, Conversation, InternalMessage, Message, Participant, Transfer
from chat.models import PushNotice as Notice
from chat.models import PushSubscription as Subscription
from departments.models import Membership
from operators.models import Account, Intention, Lease, Role


def listening(notice: Notice, *, at: datetime) -> QuerySet[Subscription]:
    """Browsers of those whom it concerns and who are «В сети», in sessions that last."""
    present = Lease.objects.present(at).filter(account=OuterRef("sign_in__account"))
    lasting = Session.objects.filter(
        session_key=OuterRef("sign_in__session_key"), expire_date__gt=at
    )
    return Subscription.objects.filter(
        Exists(present),
        Exists(lasting),
        sign_in__account__in=concerned(notice),
        sign_in__account__is_active=True,
        sign_in__account__intention=Intention.ONLINE,
    )


def concerned(notice: Notice) -> set[int]:
    """Accounts; none where it was read, accepted or taken back meanwhile."""
    return set(_CONCERNED[Notice.Kind(notice.kind)](notice))


def said_in(notice: Notice) -> Message | None:
    """The visitor's message, unless it was deleted."""
    log = Message.objects.findable().filter(conversation=notice.conversation_id)
    return log.filter(seq=notice.seq).first()


def said_among_staff(notice: Notice) -> InternalMessage | None:
    log = InternalMessage.objects.filter(chat=notice.chat_id, retracted_at=None)
    return log.said().filter(seq=notice.seq).first()


def _who_talks(notice: Notice) -> Iterable[Any]:
    """Its owner and who takes part in it, unless they have read it."""
    if notice.conversation_id is None or said_in(notice) is None:
        return
    active = Conversation.objects.active().filter(pk=notice.conversation_id)
    owner = active.filter(operator_read_seq__lt=notice.seq)
    yield from owner.values_list("operator", flat=True)
    joined = Participant.objects.joined().filter(conversation__in=active)
    yield from joined.filter(read_seq__lt=notice.seq).values_list("account", flat=True)


def _who_may_accept(notice: Notice) -> Iterable[Any]:
    key = notice.conversation_id
    waiting = key and Conversation.objects.waiting().filter(pk=key).first()
    if not waiting:
        return []
    if waiting.rings_for is not None:
        return list(waiting.rings_for)
    members = Membership.objects.filter(department=waiting.department_id)
    leads = Account.objects.active().filter(role=Role.ADMINISTRATOR)
    return [*members.values_list("account", flat=True), *leads.values_list("pk", flat=True)]


def _who_is_to_take_over(notice: Notice) -> Iterable[Any]:
    pending = Transfer.objects.pending().filter(conversation=notice.conversation_id)
    for account, department, sender in pending.values_list("to_account", "to_department", "sender"):
        if account is not None:
            yield account
        members = Membership.objects.filter(department=department).exclude(account=sender)
        yield from members.values_list("account", flat=True)


def _who_is_invited(notice: Notice) -> Iterable[Any]:
    invited = Participant.objects.invited().filter(conversation=notice.conversation_id)
    return invited.values_list("account", flat=True)


def _who_is_in_the_chat(notice: Notice) -> Iterable[Any]:
    said = said_among_staff(notice)
    if said is None:
        return []
    members = ChatMember.objects.current().filter(chat=notice.chat_id, read_seq__lt=notice.seq)
    return members.exclude(account=said.author_id).values_list("account", flat=True)


_CONCERNED: Mapping[Notice.Kind, Callable[[Notice], Iterable[Any]]] = {
    Notice.Kind.MESSAGE: _who_talks,
    Notice.Kind.WAITING: _who_may_accept,
    Notice.Kind.TRANSFER: _who_is_to_take_over,
    Notice.Kind.INVITATION: _who_is_invited,
    Notice.Kind.COLLEAGUE: _who_is_in_the_chat,
}
