"""An administrator puts an open conversation where they want it, at once and without consent."""

from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions import queue
from chat.actions.errors import NoSuchAddressee, NotFound, SamePlace
from chat.actions.handover import (
    Addressee,
    Card,
    Chosen,
    department_of,
    find_addressee,
    heir_of,
)
from chat.actions.invitations import end_participation
from chat.actions.locks import lock_conversation, lock_visible
from chat.actions.log import append_line, named
from chat.actions.repairs import repair_each
from chat.actions.transfers import (
    begin,
    decide,
    put_into_queue,
    take_head,
    tell_decision,
    withdraw_transfer,
)
from chat.events import ConversationMoved
from chat.happened import happened
from chat.models import Conversation, LineCode, Outcome, Transfer
from chat.streams import after_commit
from chat.tickets.actions.following import follow_conversation
from departments.models import Department, Service
from operators.models import Account
from operators.prepared import Prepared


def move_conversation(
    account: Account, conversation_id: str, to: Chosen, *, at: datetime
) -> Conversation:
    """Give it to an operator, whatever their limit, or let it wait in a department.

    Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_move, account, conversation, at=at)
        addressee = find_addressee(to, conversation)
        if addressee == Addressee(conversation.department) and conversation.operator_id is None:
            raise SamePlace
        return _move(account, conversation, addressee, at=at)


def take_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """The administrator answers it themselves; it stays in its department."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_take, account, conversation, at=at)
        addressee = Addressee(conversation.department, account)
        return _move(account, conversation, addressee, at=at)


def move_out_of_deleted(*, at: datetime) -> int:
    """What is open in departments that are deleted, or of no level of the stage of service, goes
    where the deletion or the change of the stage said.
    """
    return repair_each("conversation", _move_out, _out_of_place.all(), at=at)


_out_of_place = Prepared(
    lambda: (
        Conversation.objects.open()
        .exclude(department__in=Department.objects.taking_part().values("pk"))
        .order_by("queued_at", "pk")
        .values_list("pk")
    )
)


def _move_out(conversation_id: int, *, at: datetime) -> bool:
    """Who answers goes on where they are of the new department too; else it waits there."""
    with transaction.atomic():
        conversation = lock_conversation(pk=conversation_id)
        if conversation is None or conversation.closed_at is not None:
            return False
        department = conversation.department = department_of(conversation)
        heir = heir_of(department, conversation.visitor.site)
        doer = department.deleted_by or _who_chose_the_stage()
        if doer is None or heir is None or heir == department:
            return False
        owner = conversation.operator
        is_of_it = owner is not None and owner.is_active and heir in owner.departments.all()
        _move(
            doer,
            conversation,
            Addressee(heir, owner if is_of_it else None),
            at=at,
        )
    return True


def _who_chose_the_stage() -> Account | None:
    service = Service.objects.select_related("changed_by").first()
    return service.changed_by if service else None


def _move(
    account: Account, conversation: Conversation, addressee: Addressee, *, at: datetime
) -> Conversation:
    owner, before = conversation.operator_id, conversation.department_id
    withdraw_transfer(conversation, at=at)
    transfer = begin(account, conversation, addressee, Card(), at=at)
    if addressee.account is None:
        put_into_queue(conversation, transfer, addressee, at=at)
    else:
        _give(conversation, transfer, addressee, addressee.account, at=at)
    moved = ConversationMoved(
        conversation=conversation,
        transfer=transfer,
        owner_id=owner,
        department_id=before,
        by_id=account.pk,
        at=at,
    )
    happened(moved)
    after_commit(queue.assign_waiting, before, at=at)
    return conversation


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
        **named(taker),
        by=transfer.sender_id,
        sender=transfer.sender_name,
        level=addressee.department.level,
        at=at,
    )
    follow_conversation(conversation, transfer, before, at=at)
    tell_decision(conversation, transfer, owner, before, event, at=at)
    take_head(owner, at=at)
