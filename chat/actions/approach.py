"""An operator writes first to somebody who is merely on the site; and they may rather not."""

import uuid
from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions import queue, ratings, snapshots
from chat.actions.conversations import close_as_declined
from chat.actions.errors import ClientIdTaken, NobodyThere, NoDepartment
from chat.actions.facts import record_turn
from chat.actions.handover import first_line_of
from chat.actions.locks import lock_conversation, lock_current, lock_visitor, look_beside
from chat.actions.log import answers_as, append, named
from chat.actions.messages import meaningful
from chat.actions.ruled import note_rules, what_rules_say
from chat.events import MessagePosted, VisitorApproached, VisitorDeclined
from chat.happened import happened
from chat.models import AuthorKind, Conversation, LineCode, Message, MessageKind, Visit
from chat.streams import after_commit
from departments.models import Department
from operators.models import Account


def write_first(
    account: Account, visit_id: uuid.UUID, *, client_id: uuid.UUID, text: str, at: datetime
) -> tuple[Message, Conversation]:
    """A conversation of the account's, which begins with its message; of several at once one has
    it. The same client id again returns the same message. Raises a Refusal.
    """
    text = meaningful(text)
    with transaction.atomic():
        met = access.visits_met_by(account).filter(public_id=visit_id)
        visitor_id = met.values_list("visitor", flat=True).first()
        if visitor_id is None:
            raise NobodyThere
        visitor = lock_visitor(visitor_id)
        latest = lock_current(visitor)
        known = _known(account, visitor_id, client_id)
        if known is not None:
            return known, known.conversation
        visit = Visit.objects.get(public_id=visit_id)
        visit.visitor = visitor
        taker = queue.lock_taker(account)
        running = latest if latest is not None and latest.closed_at is None else None
        here = access.Encounter(taker, visit, running, at=at)
        access.refuse(access.to_write_first(here))
        visitor.is_filtered = bool(visit.fired)
        conversation = _begun(here, latest)
        line = append(
            conversation,
            kind=MessageKind.EVENT,
            author_kind=AuthorKind.SYSTEM,
            code=LineCode.APPROACHED,
            params=named(account),
            at=at,
        )
        record_turn(conversation, LineCode.APPROACHED, at=at)
        message = append(
            conversation,
            client_id=client_id,
            kind=MessageKind.TEXT,
            author_kind=AuthorKind.OPERATOR,
            author=account,
            author_name=account.name,
            params=answers_as(account),
            text=text,
            at=at,
        )
        notes = note_rules(conversation, at=at)
        happened(VisitorApproached(conversation=conversation, by_id=account.pk, at=at))
        for said in (line, message, *notes):
            happened(
                MessagePosted(conversation=conversation, message=said, by_id=account.pk, at=at)
            )
        after_commit(queue.assign_for, account.pk, at=at)
    return message, conversation


def decline_for_now(visitor_id: int, visit_id: int, *, at: datetime) -> None:
    """«Не сейчас»: nobody writes to them first in this visit any more, and what an operator began
    so is over, unless they have answered there.
    """
    with transaction.atomic():
        conversation = lock_conversation(visitor=visitor_id, closed_at=None)
        Visit.objects.filter(pk=visit_id, declined_at=None).update(declined_at=at)
        if conversation is not None and _is_unanswered(conversation):
            look_beside(conversation)
            close_as_declined(conversation, at=at)
        happened(VisitorDeclined(visitor_id=visitor_id, at=at))


def _known(account: Account, visitor_id: int, client_id: uuid.UUID) -> Message | None:
    found = Message.objects.filter(client_id=client_id, conversation__visitor=visitor_id)
    whole = found.select_related(
        "conversation__visitor", "conversation__operator", "conversation__department"
    )
    known = whole.first()
    if known is not None and known.author_id != account.pk:
        raise ClientIdTaken
    return known


def _begun(here: access.Encounter, latest: Conversation | None) -> Conversation:
    """It is stored with its first line."""
    if latest is not None:
        ratings.leave_unanswered(latest, at=here.at)
        snapshots.leave_unanswered(latest, at=here.at)
    ruled = what_rules_say(here.visitor, at=here.at)
    return Conversation(
        visitor=here.visitor,
        department=ruled.department or _department(here),
        operator=here.account,
        previous=latest,
        criticality=ruled.criticality,
        begun_by_operator=True,
        started_at=here.at,
        waiting_since=here.at,
        queued_at=here.at,
        accepted_at=here.at,
        changed_at=here.at,
        revision=1,
    )


def _department(here: access.Encounter) -> Department:
    """The account's own first line there; of an administrator who is of none, the site's."""
    if here.place is not None:
        return here.place.department
    department = first_line_of(here.visitor.site)
    if department is None:
        raise NoDepartment
    return department


def _is_unanswered(conversation: Conversation) -> bool:
    theirs = Message.objects.filter(conversation=conversation, author_kind=AuthorKind.VISITOR)
    return conversation.begun_by_operator and not theirs.exists()
