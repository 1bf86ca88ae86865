"""Handing a conversation over: offered, then accepted, declined, withdrawn or forgotten.

Every decision is one transaction under the conversation's lock, like any other change of it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from chat import access
from chat.actions import queue
from chat.actions.errors import (
    AddresseeAbsent,
    CardMissing,
    NoSuchAddressee,
    NotFound,
    NothingToReturn,
    ReasonMissing,
    TransferOver,
)
from chat.actions.handover import (
    Addressee,
    Card,
    Chosen,
    addressee_of_return,
    department_for,
    find_addressee,
    is_there,
)
from chat.actions.invitations import end_participation
from chat.actions.locks import lock_conversation, lock_visible
from chat.actions.log import append_line, append_note, named
from chat.actions.repairs import repair_each
from chat.events import MessagePosted, TransferDecided, TransferOffered
from chat.happened import happened
from chat.models import Conversation, LineCode, Message, Outcome, Transfer
from chat.streams import after_commit
from chat.tickets.actions.following import follow_conversation
from departments.models import stage_now
from operators.models import Account
from operators.prepared import Prepared


def transfer_conversation(
    account: Account,
    conversation_id: str,
    to: Chosen,
    card: Card,
    *,
    even_absent: bool = False,
    at: datetime,
) -> Transfer:
    """Offer the conversation; with nobody there and `even_absent`, put it into their queue.

    Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_transfer, account, conversation, at=at)
        if to.kind == "department" and stage_now().levels == 1:
            raise NoSuchAddressee
        addressee = find_addressee(to, conversation)
        if addressee.department.level > conversation.department.level and not card.is_filled:
            raise CardMissing
        return _send(account, conversation, addressee, card, even_absent=even_absent, at=at)


def return_conversation(
    account: Account,
    conversation_id: str,
    reason: str,
    *,
    even_absent: bool = False,
    at: datetime,
) -> Transfer:
    """Offer what came up from a lower level to whom it came from. Raises a Refusal."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_return, account, conversation, at=at)
        came = conversation.transfers.last_climb()
        if came is None:
            raise NothingToReturn
        if not reason:
            raise ReasonMissing
        return _send(
            account,
            conversation,
            addressee_of_return(came, conversation, at),
            Card(note=reason),
            even_absent=even_absent,
            is_return=True,
            at=at,
        )


def accept_transfer(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """Make the addressee the owner; of a department's members at once, one wins.

    Raises TransferOver, TransferExpired, LimitReached or NotFound.
    """
    with transaction.atomic():
        conversation, transfer = _locked_for_deciding(account, conversation_id, at=at)
        department = transfer.to_department or department_for(account, conversation.department_id)
        owner, before = conversation.operator_id, conversation.department_id
        conversation.department = department or conversation.department
        queue.claim(account, conversation, at=at)
        end_participation(conversation, account, at=at)
        conversation.operator, conversation.kept_until = account, None
        conversation.revision += 1
        conversation.save(update_fields=["operator", "department", "kept_until", "revision"])
        decide(transfer, Outcome.ACCEPTED, by=account, at=at)
        event = append_line(
            conversation,
            LineCode.TRANSFERRED,
            **named(account),
            by=transfer.sender_id,
            sender=transfer.sender_name,
            level=conversation.department.level,
            at=at,
        )
        follow_conversation(conversation, transfer, before, at=at)
        tell_decision(conversation, transfer, owner, before, event, at=at)
        take_head(owner, at=at)
    return conversation


def decline_transfer(
    account: Account, conversation_id: str, reason: str = "", *, at: datetime
) -> Conversation:
    """Refuse what was offered, for oneself or the whole department."""
    with transaction.atomic():
        conversation, transfer = _locked_for_deciding(account, conversation_id, at=at)
        transfer.reason = reason
        return _give_back(conversation, transfer, Outcome.DECLINED, account.name, by=account, at=at)


def cancel_transfer(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """The sender, the owner or an administrator thought better of it."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        transfer = _pending(conversation)
        access.demand(access.to_cancel_transfer, account, conversation, at=at)
        return _give_back(
            conversation, transfer, Outcome.CANCELLED, account.name, by=account, at=at
        )


def expire_transfers(*, at: datetime) -> int:
    """Return what nobody answered in time to its sender. Safe in many processes at once."""
    return repair_each("transfer", _expire, _overdue.all(at=at), at=at)


_overdue = Prepared(lambda at: Transfer.objects.overdue(at).values_list("pk", "conversation"))


def withdraw_transfer(conversation: Conversation, *, at: datetime) -> None:
    """The locked conversation ends or loses its owner: there is nothing to hand over any more."""
    if conversation.beside is not None and not conversation.beside.is_shared:
        return
    transfer = conversation.transfers.pending().first()
    if transfer is not None:
        decide(transfer, Outcome.CANCELLED, by=None, at=at)
        tell_decision(conversation, transfer, None, conversation.department_id, at=at)


def _expire(transfer_id: int, conversation_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        conversation = lock_conversation(pk=conversation_id)
        overdue = Transfer.objects.overdue(at).filter(conversation=conversation)
        transfer = overdue.filter(pk=transfer_id).first()
        if conversation is None or transfer is None:
            return False  # another process, or the addressee at the last moment
        name = transfer.addressee_name
        _give_back(conversation, transfer, Outcome.EXPIRED, name, by=None, at=at)
    return True


def _send(
    account: Account,
    conversation: Conversation,
    addressee: Addressee,
    card: Card,
    *,
    even_absent: bool,
    is_return: bool = False,
    at: datetime,
) -> Transfer:
    is_absent = not is_there(addressee, conversation, at=at)
    if is_absent and not even_absent:
        raise AddresseeAbsent(addressee.name, addressee.department.name)
    transfer = begin(account, conversation, addressee, card, is_return=is_return, at=at)
    written = append_note(
        conversation,
        LineCode.HANDED_OVER,
        name=transfer.addressee_name,
        is_return=is_return,
        bounces=transfer.bounces,
        note=card.note,
        asked=card.asked,
        done=card.done,
        expected=card.expected,
        author=account,
        at=at,
    )
    happened(MessagePosted(conversation=conversation, message=written, by_id=account.pk, at=at))
    if is_absent:
        put_into_queue(conversation, transfer, addressee, at=at)
    else:
        conversation.revision += 1
        conversation.save(update_fields=["revision"])
        offered = TransferOffered(
            conversation=conversation, transfer=transfer, by_id=account.pk, at=at
        )
        happened(offered)
    return transfer


def begin(
    account: Account,
    conversation: Conversation,
    addressee: Addressee,
    card: Card,
    *,
    is_return: bool = False,
    at: datetime,
) -> Transfer:
    """A pending transfer of the locked conversation; nobody has been told of it yet."""
    bounces = conversation.transfers.bounces().count()
    return Transfer.objects.create(
        conversation=conversation,
        sender=account,
        sender_name=account.name,
        from_department=conversation.department,
        to_account=addressee.account,
        to_department=None if addressee.account else addressee.department,
        note=card.note,
        is_return=is_return,
        bounces=bounces + 1 if is_return else bounces,
        asked=card.asked,
        done=card.done,
        expected=card.expected,
        level_from=conversation.department.level,
        level_to=addressee.department.level,
        created_at=at,
        expires_at=at + Transfer.TIMEOUT,
    )


def put_into_queue(
    conversation: Conversation, transfer: Transfer, addressee: Addressee, *, at: datetime
) -> None:
    """Without anybody's consent: it waits for whoever comes, and its owner is free of it."""
    owner, before = conversation.operator_id, conversation.department_id
    conversation.department = addressee.department
    # Who waits already goes on waiting since then.
    since = conversation.waiting_since if owner is None else at
    queue.begin_wait(conversation, at=since)
    conversation.revision += 1
    conversation.save(update_fields=["department", "revision", *queue.WAIT_FIELDS])
    decide(transfer, Outcome.QUEUED, by=None, at=at)
    event = append_line(
        conversation,
        LineCode.QUEUED,
        by=transfer.sender_id,
        sender=transfer.sender_name,
        department=addressee.department.name,
        at=at,
    )
    follow_conversation(conversation, transfer, before, at=at)
    tell_decision(conversation, transfer, owner, before, event, at=at)
    after_commit(queue.assign_waiting, conversation.department_id, at=at)
    take_head(owner, at=at)


def take_head(owner_id: int | None, *, at: datetime) -> None:
    """Who has handed a conversation over has room for the next."""
    if owner_id is not None:
        after_commit(queue.assign_for, owner_id, at=at)


_GIVEN_BACK = {
    Outcome.DECLINED: LineCode.TRANSFER_DECLINED,
    Outcome.CANCELLED: LineCode.TRANSFER_CANCELLED,
    Outcome.EXPIRED: LineCode.TRANSFER_EXPIRED,
}


def _give_back(
    conversation: Conversation,
    transfer: Transfer,
    outcome: Outcome,
    name: str,
    *,
    by: Account | None,
    at: datetime,
) -> Conversation:
    """The owner keeps it; staff read why, and the visitor never knew."""
    decide(transfer, outcome, by=by, at=at)
    conversation.revision += 1
    conversation.save(update_fields=["revision"])
    written = append_note(
        conversation, _GIVEN_BACK[outcome], name=name, reason=transfer.reason, at=at
    )
    owner, department = conversation.operator_id, conversation.department_id
    tell_decision(conversation, transfer, owner, department, written, at=at)
    return conversation


def decide(transfer: Transfer, outcome: Outcome, *, by: Account | None, at: datetime) -> None:
    transfer.outcome, transfer.decided_by, transfer.decided_at = outcome, by, at
    transfer.save(update_fields=["outcome", "decided_by", "decided_at", "reason"])


def tell_decision(
    conversation: Conversation,
    transfer: Transfer,
    owner_id: int | None,
    department_id: int,
    line: Message | None = None,
    *,
    at: datetime,
) -> None:
    """`owner_id` and `department_id` are those of before; `line` is what the log says of it."""
    decided = TransferDecided(
        conversation=conversation,
        transfer=transfer,
        owner_id=owner_id,
        department_id=department_id,
        line=line,
        by_id=transfer.decided_by_id,
        at=at,
    )
    happened(decided)
    if line is not None:
        happened(MessagePosted(conversation=conversation, message=line, by_id=decided.by_id, at=at))


def _locked_for_deciding(
    account: Account, conversation_id: str, *, at: datetime
) -> tuple[Conversation, Transfer]:
    conversation = _locked_for_addressee(account, conversation_id)
    transfer = _pending(conversation)
    access.demand(access.to_decide_transfer, account, conversation, at=at)
    return conversation, transfer


def _pending(conversation: Conversation) -> Transfer:
    pending = conversation.transfers.pending()
    transfer = pending.select_related("sender", "to_account", "to_department").first()
    if transfer is None:
        raise TransferOver(_taken_by(conversation.transfers.all()))
    return transfer


def _taken_by(transfers: QuerySet[Transfer]) -> str:
    """Who accepted the last of these; empty for nobody."""
    last = transfers.select_related("decided_by").order_by("-pk").first()
    is_accepted = last is not None and last.outcome == Outcome.ACCEPTED
    return last.decided_by.name if last and is_accepted and last.decided_by else ""


def _locked_for_addressee(account: Account, conversation_id: str) -> Conversation:
    """To whom it was offered a moment ago it is over, not unknown."""
    try:
        return lock_visible(account, conversation_id)
    except NotFound:
        offered = Transfer.objects.filter(conversation__public_id=conversation_id)
        mine = offered.filter(access.addressed_to(account.pk))
        if not mine.exists():
            raise
        raise TransferOver(_taken_by(mine)) from None
