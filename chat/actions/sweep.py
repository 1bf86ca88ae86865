"""What must not be, found and repaired: the pulse of every process looks each two seconds."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chat.actions.conversations import return_to_queue
from chat.actions.invitations import expire_invitations, release_deactivated
from chat.actions.queue import assign_waiting
from chat.actions.transfers import expire_transfers
from chat.models import Conversation
from departments.models import Department
from operators.models import Lease

# A place that ended without a word may come back within this; then its dialogues are its own.
REVIVAL = timedelta(seconds=10)


def sweep(*, at: datetime, trusts_leases: bool) -> None:
    """All there is to repair; each part is safe in many processes at once."""
    expire_transfers(at=at)
    expire_invitations(at=at)
    release_deactivated(at=at)
    sweep_queue(at=at, trusts_leases=trusts_leases)


def sweep_queue(*, at: datetime, trusts_leases: bool) -> None:
    """Offer anew what is offered to nobody or in vain; take from owners who are gone.

    `trusts_leases` is false while it may be the server that was gone, and not the operators.
    """
    for conversation in _owned_by_the_deactivated():
        return_to_queue(conversation.public_id, owner=conversation.operator_id, at=at)
    for conversation in _unanswered_by_the_dead(at) if trusts_leases else ():
        return_to_queue(
            conversation.public_id,
            owner=conversation.operator_id,
            staff_text=_("Рабочее место оператора пропало, обращение вернулось в очередь"),
            at=at,
        )
    for conversation in _kept_in_vain(at):
        return_to_queue(
            conversation.public_id,
            owner=conversation.operator_id,
            staff_text=_("Оператор не вернулся к сроку, обращение вернулось в очередь"),
            at=at,
        )
    for department_id in _departments_to_look_at():
        assign_waiting(department_id, at=at)


def _owned_by_the_deactivated() -> QuerySet[Conversation]:
    return Conversation.objects.active().filter(operator__is_active=False)


def _unanswered_by_the_dead(at: datetime) -> QuerySet[Conversation]:
    """Dialogues whose last word is the visitor's, and whose owner's place died.

    Who left by opening another section, signing out or closing answered for themselves: their
    places were given up, not lost.
    """
    lost = Lease.objects.filter(released_at=None, valid_until__lte=at - REVIVAL)
    here = Lease.objects.present(at)
    return (
        Conversation.objects.active()
        .unanswered()
        .filter(operator__in=lost.values("account"))
        .exclude(operator__in=here.values("account"))
        .exclude(kept_until__gt=at)
    )


def _kept_in_vain(at: datetime) -> QuerySet[Conversation]:
    """Left unanswered until a time that has come, and whose owner has not."""
    here = Lease.objects.present(at)
    return (
        Conversation.objects.active()
        .unanswered()
        .without_transfer()
        .filter(kept_until__lte=at)
        .exclude(operator__in=here.values("account"))
    )


def _departments_to_look_at() -> list[int]:
    """Those that choose whom to ask, and those in which something is left of an earlier choice."""
    waiting = Conversation.objects.waiting()
    choosing = Department.objects.choosing().values("pk")
    told_apart = (
        Q(department__in=choosing) | Q(offered_to__isnull=False) | Q(rings_for__isnull=False)
    )
    return sorted(set(waiting.filter(told_apart).values_list("department", flat=True)))
