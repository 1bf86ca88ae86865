"""What must not be, found and repaired: the pulse of every process looks each two seconds."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.actions.blocks import close_of_blocked
from chat.actions.conversations import return_to_queue
from chat.actions.departure import unanswered
from chat.actions.firing import close_ignored
from chat.actions.invitations import expire_invitations, release_deactivated
from chat.actions.moves import move_out_of_deleted
from chat.actions.queue import assign_waiting
from chat.actions.repairs import Unrepaired, refuse_without_database, repair_each
from chat.actions.transfers import expire_transfers
from chat.models import Conversation, Firing, LineCode
from chat.sockets import troubles
from chat.tickets.actions.calling import call_for_deadlines, note_first_answers
from departments.models import Department
from operators import presence
from operators.models import Lease
from operators.prepared import Prepared

# A place that ended without a word may come back within this; then its dialogues are its own.
REVIVAL = timedelta(seconds=10)
# Who opened another section may be back in a moment; a visitor who wrote to them waits no longer.
ABSENCE = timedelta(minutes=1)


def sweep(*, at: datetime, trusts_leases: bool) -> None:
    """All there is to repair; each part is safe in many processes at once, and fails alone."""
    parts: dict[str, Callable[..., object]] = {
        "places": partial(_end_places, trusts_leases=trusts_leases),
        "transfers": expire_transfers,
        "invitations": expire_invitations,
        "deleted departments": move_out_of_deleted,
        "participants": release_deactivated,
        "conversations of blocked visitors": close_of_blocked,
        "automatic invitations": close_ignored,
        "first answers": note_first_answers,
        "deadlines": call_for_deadlines,
        "queue": partial(sweep_queue, trusts_leases=trusts_leases),
    }
    failing: dict[str, Exception] = {}
    for name, part in parts.items():
        try:
            part(at=at)
        except Unrepaired as some:
            failing |= some.failing
        except Exception as error:
            refuse_without_database(error)
            failing[name] = error
    troubles.tell("repair of", failing)


def _end_places(*, at: datetime, trusts_leases: bool) -> None:
    if trusts_leases:
        presence.end_unbelievable(at=at)


def sweep_queue(*, at: datetime, trusts_leases: bool) -> None:
    """Offer anew what is offered to nobody or in vain; take from owners who are gone.

    `trusts_leases` is false while it may be the server that was gone, and not the operators.
    """
    failing: dict[str, Exception] = {}
    steps = [
        partial(_return, why, found, at=at)
        for why, found in _without_owner(trusts_leases=trusts_leases)
    ]
    for step in (*steps, partial(_assign, at=at)):
        try:
            step()
        except Unrepaired as some:
            failing |= some.failing
    if failing:
        raise Unrepaired(failing)


def _return(why: LineCode, found: Prepared[tuple[Any, ...]], *, at: datetime) -> None:
    back = partial(return_to_queue, why=why, at=at)
    repair_each("conversation", back, found.all(at=at))


def _assign(*, at: datetime) -> None:
    departments = [(pk,) for pk in _departments_to_look_at()]
    repair_each("department", assign_waiting, departments, at=at)


def _without_owner(*, trusts_leases: bool) -> Iterator[tuple[LineCode, Prepared[tuple[Any, ...]]]]:
    yield LineCode.DEACTIVATED, _of_deactivated
    yield LineCode.ABSENT, _invited
    if trusts_leases:
        yield LineCode.PLACE_LOST, _of_dead
        yield LineCode.ABSENT, _of_absent


def _owned_by_the_deactivated(_at: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.active().filter(operator__is_active=False)


def _invited_by_the_absent(_at: datetime) -> QuerySet[Conversation]:
    """Who took up an automatic invitation of somebody who has left the zone since: they wait for
    nobody, and are not asked to wait.
    """
    by_rule = Firing.objects.filter(conversation=OuterRef("pk"))
    places = Lease.objects.filter(released_at=None)
    invited = unanswered().filter(Exists(by_rule), begun_by_operator=True, kept_until=None)
    return invited.exclude(operator__in=places.values("account"))


def _unanswered_by_the_dead(at: datetime) -> QuerySet[Conversation]:
    """Dialogues whose last word is the visitor's, and whose owner's place died."""
    lost = Lease.objects.filter(released_at=None, valid_until__lte=at - REVIVAL)
    here = Lease.objects.present(at)
    return (
        unanswered()
        .filter(operator__in=lost.values("account"))
        .exclude(operator__in=here.values("account"))
        .exclude(kept_until__gt=at)
    )


def _unanswered_by_the_absent(at: datetime) -> QuerySet[Conversation]:
    """Those whose owner left the zone, however, and is not back; a promise holds until its time."""
    since = at - ABSENCE
    lately = Lease.objects.filter(
        Q(released_at__gt=since) | Q(released_at=None, valid_until__gt=since)
    )
    return (
        unanswered()
        .without_transfer()
        .filter(last_message_at__lte=since)
        .exclude(operator__in=lately.values("account"))
        .exclude(kept_until__gt=at)
    )


def _departments_to_look_at() -> list[int]:
    """Those that choose whom to ask, and those in which something is left of an earlier choice."""
    return sorted(set(_told_apart.all()))


def _with_a_choice() -> QuerySet[Conversation, int]:
    choosing = Department.objects.choosing().values("pk")
    told_apart = (
        Q(department__in=choosing) | Q(offered_to__isnull=False) | Q(rings_for__isnull=False)
    )
    return Conversation.objects.waiting().filter(told_apart).values_list("department", flat=True)


def _owners(
    found: Callable[[datetime], QuerySet[Conversation]],
) -> Prepared[tuple[Any, ...]]:
    return Prepared(lambda at: found(at).values_list("public_id", "operator"))


_of_deactivated = _owners(_owned_by_the_deactivated)
_invited = _owners(_invited_by_the_absent)
_of_dead, _of_absent = _owners(_unanswered_by_the_dead), _owners(_unanswered_by_the_absent)
_told_apart = Prepared(_with_a_choice)
