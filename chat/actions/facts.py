"""Who had it when and who waited how long, written down where it happens."""

from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest

from chat.models import Conversation, LineCode, Ownership, Wait
from chat.queue.availability import is_site_open
from operators.models import Lease

OPENED = "opened"
# The lines after which a conversation has another owner, waits elsewhere, or is over.
TURNS = {
    LineCode.REOPENED,
    LineCode.ACCEPTED,
    LineCode.CLOSED,
    LineCode.ENDED,
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
    # A clock that went back makes a stretch of no length, not one that ends before it began.
    end = Greatest(F("began_at"), Value(at))
    owned = Ownership.objects.filter(conversation=conversation, ended_at=None)
    owned.update(ended_at=end, ended_by=cause)
    if conversation.state == "waiting":
        _wait(conversation)
        return
    wait = Wait.objects.filter(conversation=conversation, ended_at=None)
    wait.update(ended_at=end, outcome=_outcome(conversation))
    if conversation.operator is not None and conversation.state == "active":
        Ownership.objects.create(
            conversation=conversation,
            account=conversation.operator,
            account_name=conversation.operator.name,
            department=conversation.department,
            level=conversation.department.level,
            began_at=at,
            began_by=cause,
        )


def _wait(conversation: Conversation) -> None:
    place = {"department": conversation.department, "level": conversation.department.level}
    Wait.objects.update_or_create(
        conversation=conversation,
        ended_at=None,
        defaults=place,
        create_defaults={**place, "began_at": conversation.waiting_since},
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
