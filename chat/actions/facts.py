"""Who had it when and who waited how long, written down where it happens."""

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Coalesce, Greatest

from chat.models import Conversation, LineCode, MissedOffer, Ownership, Wait
from chat.queue.availability import is_site_open
from operators.models import Lease
from operators.prepared import PreparedUpdate, insert

OPENED = "opened"
# The lines after which a conversation has another owner, waits elsewhere, or is over.
TURNS = {
    LineCode.REOPENED,
    LineCode.ACCEPTED,
    LineCode.CLOSED,
    LineCode.RESUMED,
    LineCode.ENDED,
    LineCode.APPROACHED,
    LineCode.DECLINED,
    LineCode.IGNORED,
    LineCode.BLOCKED,
    LineCode.DEACTIVATED,
    LineCode.PLACE_LOST,
    LineCode.ABSENT,
    LineCode.PUT_BACK,
    LineCode.TRANSFERRED,
    LineCode.QUEUED,
    LineCode.MOVED,
    LineCode.ASSIGNED,
}


def record_turn(conversation: Conversation, cause: str, *, at: datetime) -> None:
    """What was ends and what is begins; the caller has locked the conversation and changed it."""
    if cause == OPENED:
        _begin_wait(conversation)
        return
    # What certainly was is all that has to end.
    is_over, had_owner = conversation.state == "closed", conversation.operator_id is not None
    was_waiting = cause == LineCode.ACCEPTED or (is_over and not had_owner)
    was_owned = is_over and had_owner
    if not was_waiting:
        _owned_until.run(conversation=conversation.pk, at=at, cause=cause)
    if conversation.state == "waiting":
        _wait(conversation, at=at)
        return
    if not was_owned:
        outcome = _outcome(conversation)
        _waited_until.run(conversation=conversation.pk, at=at, outcome=outcome)
    if conversation.state == "active" and conversation.operator is not None:
        owned = Ownership(
            conversation=conversation,
            account=conversation.operator,
            account_name=conversation.operator.name,
            department=conversation.department,
            level=conversation.department.level,
            began_at=at,
            began_by=cause,
        )
        insert(owned)


def _end(at: Any) -> Greatest:
    """A clock that went back makes a stretch of no length, not one that ends before it began."""
    return Greatest(F("began_at"), at, output_field=DateTimeField())


_owned_until = PreparedUpdate(
    lambda conversation, at, cause: (
        Ownership.objects.filter(conversation=conversation, ended_at=None),
        {"ended_at": _end(at), "ended_by": cause},
    )
)
_waited_until = PreparedUpdate(
    lambda conversation, at, outcome: (
        Wait.objects.filter(conversation=conversation, ended_at=None),
        {"ended_at": _end(at), "outcome": outcome},
    )
)


def note_late(conversation: Conversation, *, at: datetime) -> None:
    """Something that reports count of it is another, and neither state nor log tell them so. The
    caller has locked it.
    """
    Conversation.objects.filter(pk=conversation.pk).update(changed_at=at)


def record_missed(
    conversation_id: int, account_id: int, *, is_declined: bool = False, at: datetime
) -> None:
    """Once for an offer: of one that was declined the end is no other miss."""
    offers = MissedOffer.objects.filter(conversation=conversation_id, account=account_id)
    last = None if is_declined else offers.order_by("-at", "-pk").first()
    if last is not None and last.is_declined and not last.is_over:
        MissedOffer.objects.filter(pk=last.pk).update(is_over=True)
        return
    MissedOffer.objects.create(
        conversation_id=conversation_id,
        account_id=account_id,
        is_declined=is_declined,
        is_over=not is_declined,
        at=at,
    )


def _begin_wait(conversation: Conversation) -> None:
    began_at = conversation.waiting_since
    insert(Wait(conversation=conversation, began_at=began_at, **_place(conversation)))


def _place(conversation: Conversation) -> dict[str, Any]:
    return {"department": conversation.department, "level": conversation.department.level}


def _wait(conversation: Conversation, *, at: datetime) -> None:
    place = _place(conversation)
    Wait.objects.update_or_create(
        conversation=conversation,
        ended_at=None,
        defaults=place,
        create_defaults={**place, "began_at": at},
    )


def _outcome(conversation: Conversation) -> Wait.Outcome:
    if conversation.state == "active":
        return Wait.Outcome.ANSWERED
    if conversation.operator_id is None and _was_offline(conversation):
        return Wait.Outcome.OFFLINE
    return Wait.Outcome.GIVEN_UP


def _was_offline(conversation: Conversation) -> bool:
    """Whether it began to wait while the site was closed or nobody of its department there."""
    began = conversation.waiting_since
    if not is_site_open(conversation.visitor.site, began):
        return True
    ends = Coalesce(F("released_at"), F("valid_until"))
    there = Lease.objects.alias(ends=ends).filter(
        Q(account__memberships__department=conversation.department_id),
        started_at__lte=began,
        ends__gt=began,
    )
    return not there.exists()
