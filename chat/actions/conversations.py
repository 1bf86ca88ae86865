"""The life of a conversation: opened, accepted, closed, reopened (table in the model)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from chat import access
from chat.actions import queue, ratings, snapshots
from chat.actions.announcements import greeting_of
from chat.actions.closings import demand_answers, keep_closing, keep_reopening
from chat.actions.errors import NoDepartment, NotFound
from chat.actions.facts import OPENED, record_turn
from chat.actions.field_values import Given
from chat.actions.handover import department_of, first_line_of, heir_of
from chat.actions.invitations import end_participation, end_participations
from chat.actions.locks import (
    lock_conversation,
    lock_current,
    lock_visible,
    lock_visitor,
    lock_visitor_of,
    look_beside,
)
from chat.actions.log import append_announcement, append_line, append_note, named
from chat.actions.ruled import note_rules, what_rules_say
from chat.actions.transfers import withdraw_transfer
from chat.events import (
    ConversationAccepted,
    ConversationEnded,
    ConversationOpened,
    ConversationReopened,
    ConversationReturned,
    MessagePosted,
)
from chat.happened import happened
from chat.models import (
    Block,
    Closing,
    ClosingOutcome,
    Conversation,
    LineCode,
    Message,
    Visitor,
)
from chat.streams import after_commit
from operators.models import Account


def open_conversation(
    visitor: Visitor, latest: Conversation | None, *, at: datetime
) -> Conversation:
    """A conversation to write into; the caller has locked the visitor, who has none open, and
    their `latest`. A new one is stored with its first message: then `begin_history` is due.
    """
    if latest is not None and latest.reopens_at(at):
        return _reopen(latest, at=at)
    ruled = what_rules_say(visitor, at=at)
    department = ruled.department or first_line_of(visitor.site)
    if department is None:
        raise NoDepartment
    if latest is not None:
        ratings.leave_unanswered(latest, at=at)
        snapshots.leave_unanswered(latest, at=at)
    conversation = Conversation(
        visitor=visitor,
        department=department,
        previous=latest,
        criticality=ruled.criticality,
        started_at=at,
        changed_at=at,
        revision=1,
    )
    queue.begin_wait(conversation, at=at)
    return conversation


def begin_history(
    conversation: Conversation, said: Sequence[Message], *, at: datetime
) -> list[Message]:
    """It is stored with all that was `said` in it so far, to which comes what rules did with it."""
    said = [*said, *note_rules(conversation, at=at)]
    record_turn(conversation, OPENED, at=at)
    happened(ConversationOpened(conversation=conversation, said=said, at=at))
    if conversation.rings_for is not None:
        after_commit(queue.assign_waiting, conversation.department_id, at=at)
    return said


def _reopen(conversation: Conversation, *, at: datetime) -> Conversation:
    """In its department, or where what was open there went when that was deleted."""
    department = heir_of(department_of(conversation), conversation.visitor.site)
    if department is None:
        raise NoDepartment
    conversation.department = department
    conversation.closed_at = conversation.closed_by = None
    queue.begin_wait(conversation, at=at)
    conversation.revision += 1
    reopened = ["department", "closed_at", "closed_by", "revision"]
    conversation.save(update_fields=[*reopened, *queue.WAIT_FIELDS])
    keep_reopening(conversation, at=at)
    event = append_line(conversation, LineCode.REOPENED, at=at)
    happened(ConversationReopened(conversation=conversation, at=at))
    after_commit(queue.assign_waiting, conversation.department_id, at=at)
    happened(MessagePosted(conversation=conversation, message=event, at=at))
    return conversation


def accept_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """Make the account the owner of a waiting conversation; by several at once, one wins.

    Accepting what is one's own already is no change. Raises AlreadyTaken, ConversationClosed,
    OfferedToAnother, OtherDepartment, LimitReached or NotFound.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        if conversation.state == "active" and conversation.operator_id == account.pk:
            conversation.operator = account
            return conversation
        access.demand(access.to_find_free, account, conversation, at=at)
        queue.claim(account, conversation, at=at)
        queue.clear_offer(conversation)
        end_participation(conversation, account, at=at)
        conversation.operator = account
        conversation.accepted_at = at
        conversation.revision += 1
        event = append_line(
            conversation,
            LineCode.ACCEPTED,
            also=("revision", *queue.WAIT_FIELDS),
            **named(account),
            wait_seconds=int((at - conversation.waiting_since).total_seconds()),
            at=at,
        )
        happened(ConversationAccepted(conversation=conversation, by_id=account.pk, at=at))
        happened(MessagePosted(conversation=conversation, message=event, by_id=account.pk, at=at))
        if greeting := greeting_of(conversation):
            welcome = append_announcement(conversation, greeting, at=at)
            happened(MessagePosted(conversation=conversation, message=welcome, at=at))
        if conversation.beside is None or conversation.beside.moves_queues:
            after_commit(queue.assign_for, account.pk, at=at)
    return conversation


def close_conversation(
    account: Account,
    conversation_id: str,
    *,
    outcome: int | None = None,
    given: Mapping[str, Given] | None = None,
    at: datetime,
) -> Conversation:
    """«Закрыть обращение», with the key of its outcome and what is `given` for the extra fields
    that it needs, by key. Closing what is closed is no change. Raises NotYours, OtherDepartment,
    ClosingAsks or NotFound.
    """
    with transaction.atomic():
        if given:
            lock_visitor_of(account, conversation_id)
        conversation = lock_visible(account, conversation_id)
        if conversation.closed_at is not None:
            return conversation
        access.demand(access.to_close, account, conversation, at=at)
        chosen = demand_answers(account, conversation, outcome, given or {}, at=at)
        _close(conversation, by=account, outcome=chosen, at=at)
    return conversation


def reopen_conversation(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    """«Вернуть»: who closed it thought better of it. Its owner leads it again, or it waits where
    it stood; who took part besides does not any more.

    What is open already is no change. Raises ClosedByAnother, ReopenedTooLate, WroteAnew,
    LimitReached or NotFound.
    """
    with transaction.atomic():
        lock_visitor_of(account, conversation_id)
        conversation = lock_visible(account, conversation_id)
        if conversation.closed_at is None:
            return conversation
        taker = queue.lock_taker(account)
        access.demand(access.to_reopen, taker, conversation, at=at)
        _resume(conversation, by=account, at=at)
    return conversation


def end_conversation(visitor_id: int, *, at: datetime) -> Conversation:
    """The visitor ends their own. Raises NotFound when none is open."""
    with transaction.atomic():
        conversation = lock_conversation(visitor=visitor_id, closed_at=None)
        if conversation is None:
            raise NotFound
        look_beside(conversation)
        line = partial(append_line, conversation, LineCode.ENDED)
        _end(conversation, Closing.Way.VISITOR, line, by=None, at=at)
    return conversation


def return_to_queue(conversation_id: str, owner: int, why: LineCode, *, at: datetime) -> None:
    """The owner is gone: the conversation waits again, if it is still theirs, and the visitor is
    told; `why` tells staff more.
    """
    with transaction.atomic():
        conversation = lock_conversation(public_id=conversation_id, operator=owner, closed_at=None)
        if conversation is None:
            return
        name = Account.objects.values_list("name", flat=True).get(pk=owner)
        withdraw_transfer(conversation, at=at)
        queue.begin_wait(conversation, at=at)
        conversation.revision += 1
        conversation.save(update_fields=["revision", *queue.WAIT_FIELDS])
        event = append_line(conversation, why, account=owner, name=name, at=at)
        happened(ConversationReturned(conversation=conversation, owner_id=owner, at=at))
        happened(MessagePosted(conversation=conversation, message=event, at=at))
        after_commit(queue.assign_waiting, conversation.department_id, at=at)


def _resume(conversation: Conversation, *, by: Account, at: datetime) -> None:
    owner = conversation.operator
    conversation.closed_at = conversation.closed_by = None
    keep_reopening(conversation, by=by, at=at)
    if owner is None:
        queue.begin_wait(conversation, at=conversation.waiting_since)
    conversation.revision += 1
    also = ("closed_at", "closed_by", "revision", *queue.WAIT_FIELDS)
    if owner is None:
        event = append_line(conversation, LineCode.REOPENED, also=also, at=at)
    else:
        who = {**named(owner), "by": by.pk, "sender": by.name}
        event = append_line(conversation, LineCode.RESUMED, also=also, **who, at=at)
    happened(ConversationReopened(conversation=conversation, by_id=by.pk, at=at))
    happened(MessagePosted(conversation=conversation, message=event, by_id=by.pk, at=at))
    after_commit(queue.assign_for, conversation.operator_id, conversation.department_id, at=at)


def _close(
    conversation: Conversation, *, by: Account, outcome: ClosingOutcome | None, at: datetime
) -> None:
    said: dict[str, Any] = {"account": by.pk, "name": by.name}
    said |= {"outcome": outcome.title} if outcome else {}
    line = partial(append_line, conversation, LineCode.CLOSED, **said)
    _end(conversation, Closing.Way.STAFF, line, by=by, outcome=outcome, at=at)


def close_as_blocked(conversation: Conversation, block: Block, *, at: datetime) -> None:
    """Of one that the caller has locked: its visitor has no window any more, and reads nothing."""
    line = partial(append_blocked, conversation, block)
    _end(conversation, Closing.Way.BLOCKED, line, by=block.by, at=at)


def close_as_declined(conversation: Conversation, *, at: datetime) -> None:
    """Of one that the caller has locked, which an operator began: its visitor would rather not. Of
    what has not been a talk nobody is asked to rate anything.
    """
    line = partial(append_line, conversation, LineCode.DECLINED)
    _end(conversation, Closing.Way.DECLINED, line, by=None, asks=False, at=at)


def close_as_erased(visitor: Visitor, *, at: datetime) -> None:
    """Before all of it goes: whoever answered is told that it is over, and is free for others."""
    with transaction.atomic():
        conversation = lock_current(lock_visitor(visitor.pk))
        if conversation is None or conversation.closed_at is not None:
            return
        look_beside(conversation)
        line = partial(append_line, conversation, LineCode.ENDED)
        _end(conversation, Closing.Way.VISITOR, line, by=None, asks=False, at=at)


def close_as_ignored(conversation: Conversation, *, at: datetime) -> None:
    """Likewise of one that a rule began: its visitor went without a word."""
    line = partial(append_line, conversation, LineCode.IGNORED)
    _end(conversation, Closing.Way.IGNORED, line, by=None, asks=False, at=at)


def append_blocked(
    conversation: Conversation, block: Block, *, at: datetime, also: Collection[str] = ()
) -> Message:
    """Staff alone read whom, for how long and why."""
    return append_note(
        conversation,
        LineCode.BLOCKED,
        author=block.by,
        also=also,
        **named(block.by),
        visitor=block.visitor_name,
        term=block.term,
        network=block.network,
        reason=block.reason,
        at=at,
    )


def _end(
    conversation: Conversation,
    way: Closing.Way,
    line: Callable[..., Message],
    *,
    by: Account | None,
    outcome: ClosingOutcome | None = None,
    asks: bool = True,
    at: datetime,
) -> None:
    withdraw_transfer(conversation, at=at)
    guests = end_participations(conversation, at=at)
    conversation.closed_at = at
    conversation.closed_by = by
    queue.clear_offer(conversation)
    conversation.revision += 1
    also = ("closed_at", "closed_by", "revision", *queue.OFFER_FIELDS)
    event = line(also=also, at=at)
    keep_closing(conversation, way, outcome=outcome, by=by, at=at)
    by_id = by.pk if by else None
    happened(MessagePosted(conversation=conversation, message=event, by_id=by_id, at=at))
    if asks:
        ratings.ask_at_closing(conversation, at=at)
    happened(ConversationEnded(conversation=conversation, guests=guests, by_id=by_id, at=at))
    if conversation.beside is None or conversation.beside.moves_queues:
        after_commit(queue.assign_for, conversation.operator_id, conversation.department_id, at=at)
