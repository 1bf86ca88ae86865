"""An administrator puts an open conversation where they want it, at once and without consent."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chat import access
from chat.actions import queue
from chat.actions.errors import NoSuchAddressee, NotFound, SamePlace
from chat.actions.handover import Addressee, Card
from chat.actions.invitations import end_participation
from chat.actions.locks import lock_visible
from chat.actions.log import append_line
from chat.actions.transfers import (
    FindAddressee,
    begin,
    decide,
    put_into_queue,
    take_head,
    withdraw_transfer,
)
from chat.broadcasts import conversations as broadcasts
from chat.models import Conversation, LineCode, Outcome, Transfer
from chat.streams import after_commit
from operators.models import Account


def move_conversation(
    account: Account, conversation_id: str, find_addressee: FindAddressee, *, at: datetime
) -> Conversation:
    """Give it to an operator, whatever their limit, or let it wait in a department.

    `find_addressee` is called under the lock (chat.actions.handover). Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_move, account, conversation, at=at)
        addressee = find_addressee(conversation)
        owner, before = conversation.operator_id, conversation.department_id
        if addressee == Addressee(conversation.department) and owner is None:
            raise SamePlace
        withdraw_transfer(conversation, at=at)
        transfer = begin(account, conversation, addressee, Card(), at=at)
        if addressee.account is None:
            put_into_queue(conversation, transfer, addressee, at=at)
        else:
            _give(conversation, transfer, addressee, addressee.account, at=at)
        after_commit(broadcasts.queue_moved, before)
        after_commit(queue.assign_waiting, before, at=at)
        _tell(conversation, transfer, {owner, conversation.operator_id})
    return conversation


def take_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """The administrator answers it themselves; it stays in its department."""

    def oneself(found: Conversation) -> Addressee:
        access.demand(access.to_take, account, found, at=at)
        return Addressee(found.department, account)

    return move_conversation(account, conversation_id, oneself, at=at)


def _give(
    conversation: Conversation,
    transfer: Transfer,
    addressee: Addressee,
    taker: Account,
    *,
    at: datetime,
) -> None:
    try:
        queue.lock_taker(taker)
    except NotFound:
        raise NoSuchAddressee from None
    owner, before = conversation.operator_id, conversation.department_id
    queue.clear_offer(conversation)
    end_participation(conversation, taker, at=at)
    conversation.operator, conversation.department = taker, addressee.department
    conversation.accepted_at = conversation.accepted_at or at
    conversation.kept_until = None
    conversation.revision += 1
    conversation.save(update_fields=["department", "revision", *queue.WAIT_FIELDS])
    decide(transfer, Outcome.ACCEPTED, by=transfer.sender, at=at)
    event = append_line(
        conversation,
        LineCode.ASSIGNED if owner is None else LineCode.MOVED,
        account=taker.pk,
        name=taker.name,
        by=transfer.sender_id,
        sender=transfer.sender_name,
        level=addressee.department.level,
        at=at,
    )
    after_commit(broadcasts.transfer_decided, conversation, transfer, owner, before)
    after_commit(broadcasts.message_posted, event, conversation)
    take_head(owner, at=at)


def _tell(conversation: Conversation, transfer: Transfer, concerned: set[int | None]) -> None:
    told = _("Администратор %(sender)s: обращение «%(visitor)s» → %(name)s") % {
        "sender": transfer.sender_name,
        "visitor": conversation.visitor.name,
        "name": transfer.addressee_name,
    }
    for account_id in concerned - {None, transfer.sender_id}:
        after_commit(broadcasts.told, account_id, told)
