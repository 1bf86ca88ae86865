"""The queue of a department: who is asked next, and who may take.

Everything that makes a conversation wait, frees an operator or brings one calls `assign_waiting`
after its commit; the pulse calls it too (chat.actions.sweep), so a missed call costs seconds. It
decides under the department's lock, in a transaction of its own: whoever holds a conversation's
lock never waits for a department's.
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from chat import access
from chat.actions.errors import NotFound
from chat.actions.facts import record_missed
from chat.actions.locks import lock_account, lock_department, lock_visible
from chat.actions.repairs import repair_each
from chat.events import ConversationOffered
from chat.happened import happened
from chat.models import AuthorKind, Conversation, MessageKind
from chat.queue.assignment import Choose, Seat, Table, Waiting, lay, offer_in_order, ring_with_all
from chat.queue.availability import read_present
from chat.queue.order import place_of
from chat.streams import after_commit
from departments.models import Department, Distribution, Membership
from operators.models import Account, Intention
from operators.prepared import Prepared

# So many from the head are decided at a time; those behind are reached as the queue moves.
MOST = 500
OFFER_FIELDS = ("offered_to", "offered_until", "passed_by", "rings_for")
WAIT_FIELDS = (
    *("operator", "accepted_at", "waiting_since", "queued_at", "kept_until"),
    *OFFER_FIELDS,
)


def assign_waiting(department_id: int, *, at: datetime, choose: Choose = random.choice) -> None:
    """Offer what waits in the department to whom it is due, in the order of the queue."""
    if not _has_to_choose(department_id):
        return
    with transaction.atomic():
        department = lock_department(department_id)
        if department is None:
            return
        queue = _read_queue(department)
        table = lay(_read_seats(department, at=at) if queue else ())
        decided = _decide(department, table, list(queue.values()), at=at, choose=choose)
        changed = [new for new in decided if new != queue[new.conversation]]
        # In the order of keys, as everybody who locks several conversations at once.
        for new in sorted(changed, key=lambda waiting: waiting.conversation):
            _apply(new, missed=_missed(queue[new.conversation], at=at), at=at)
        asked = [new.offered_to for new in changed if new.offered_to is not None]
        for number, account_id in enumerate(asked):
            turn = at + timedelta(microseconds=number)
            department.memberships.filter(account=account_id).update(offered_at=turn)


def assign_for(account_id: int | None, *departments: int, at: datetime) -> None:
    """The account came, left, or has more or less to do: look at the queues it stands in.

    At these departments too, which changed with it.
    """
    # Few departments choose; that none does is all that there is to ask in most installations.
    concerned = set(_choosing.all())
    if concerned:
        concerned &= {*departments, *_stood_in.all(account=account_id)}
    repair_each("department", assign_waiting, [(pk,) for pk in sorted(concerned)], at=at)


_choosing = Prepared(lambda: Department.objects.choosing().values_list("pk", flat=True))
_stood_in = Prepared(
    lambda account: Membership.objects.filter(account=account).values_list("department", flat=True)
)


def begin_wait(conversation: Conversation, *, at: datetime) -> None:
    """Make it wait without an owner, silent until somebody is chosen.

    The caller saves WAIT_FIELDS.
    """
    conversation.operator = conversation.accepted_at = conversation.kept_until = None
    conversation.waiting_since = at
    conversation.queued_at = place_of(conversation.criticality, at)
    clear_offer(conversation)
    department = conversation.department
    is_choosing = getattr(department, "is_choosing", None)
    if is_choosing is None:
        is_choosing = Department.objects.filter(pk=department.pk).choosing().exists()
    conversation.rings_for = [] if is_choosing else None


def clear_offer(conversation: Conversation) -> None:
    """Nobody is asked any more; the caller saves OFFER_FIELDS."""
    conversation.offered_to = conversation.offered_until = conversation.rings_for = None
    conversation.passed_by = []


def claim(account: Account, conversation: Conversation, *, at: datetime) -> None:
    """Lock the account, and refuse what is not its to take.

    The caller has locked the conversation: always in this order. Raises what `to_claim` names, or
    NotFound for who was put off meanwhile.
    """
    access.demand(access.to_claim, lock_taker(account), conversation, at=at)


def lock_taker(account: Account) -> Account:
    """The account with its lock, so that what it has is counted once. Raises NotFound."""
    account = lock_account(account.pk)
    if not account.is_active:
        raise NotFound
    return account


def pass_offer(account: Account, conversation_id: str, *, at: datetime) -> None:
    """The one who is asked would rather not: the next is. Raises OfferOver or NotFound."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_pass, account, conversation, at=at)
        conversation.offered_until = at
        conversation.save(update_fields=["offered_until"])
        record_missed(conversation.pk, account.pk, is_declined=True, at=at)
        after_commit(assign_waiting, conversation.department_id, at=at)


def _has_to_choose(department_id: int) -> bool:
    """The usual department rings with everybody, and there is nothing to decide or to lock."""
    if Department.objects.choosing().filter(pk=department_id).exists():
        return True
    waiting = Conversation.objects.waiting().filter(department=department_id)
    return waiting.exclude(offered_to=None, rings_for__isnull=True).exists()


def _read_queue(department: Department) -> dict[int, Waiting]:
    waiting = Conversation.objects.waiting().filter(department=department).in_queue_order()
    fields = ("pk", "offered_to", "offered_until", "passed_by", "rings_for")
    return {
        pk: Waiting(pk, to, until, _keys(passed), None if rings is None else _keys(rings))
        for pk, to, until, passed, rings in waiting.values_list(*fields)[:MOST]
    }


def _keys(value: object) -> tuple[int, ...]:
    """Of what JSON holds; nonsense is nobody, and the decision replaces it."""
    return tuple(key for key in value if isinstance(key, int)) if isinstance(value, list) else ()


def _read_seats(department: Department, *, at: datetime) -> list[Seat]:
    present = [
        account for account, chosen in read_present(at).items() if chosen == Intention.ONLINE
    ]
    active = Conversation.objects.active().filter(operator__in=present)
    elsewhere = (
        Conversation.objects.waiting()
        .filter(offered_to__in=present, offered_until__gt=at)
        .exclude(department=department)
    )
    load = Counter(active.values_list("operator", flat=True))
    load += Counter(elsewhere.values_list("offered_to", flat=True))
    return [
        Seat(account, priority, limit, load[account], offered_at)
        for account, priority, limit, offered_at in department.memberships.filter(
            account__in=present
        ).values_list("account", "priority", "limit", "offered_at")
    ]


def _decide(
    department: Department,
    table: Table,
    queue: Sequence[Waiting],
    *,
    at: datetime,
    choose: Choose,
) -> list[Waiting]:
    if not Department.objects.choosing().filter(pk=department.pk).exists():
        return [Waiting(waiting.conversation) for waiting in queue]
    if department.distribution == Distribution.ALL:
        return ring_with_all(table, queue)
    return offer_in_order(
        table,
        queue,
        in_turn=department.distribution == Distribution.IN_TURN,
        until=at + department.offer_timeout,
        at=at,
        served=_served_last,
        choose=choose,
    )


def _served_last(conversation_id: int) -> int | None:
    """Who answered last in this conversation, or else led the visitor's one before it."""
    conversation = Conversation.objects.get(pk=conversation_id)
    answers = conversation.messages.said().filter(author_kind=AuthorKind.OPERATOR)
    answers = answers.exclude(kind=MessageKind.NOTE).order_by("-seq")
    author = answers.values_list("author", flat=True).first()
    if author is not None:
        return author
    earlier = Conversation.objects.filter(visitor=conversation.visitor_id).exclude(operator=None)
    return earlier.order_by("-started_at").values_list("operator", flat=True).first()


def _missed(before: Waiting, *, at: datetime) -> int | None:
    """Who was asked until now, and let the time pass."""
    until = before.offered_until
    return before.offered_to if until is not None and until <= at else None


def _apply(new: Waiting, *, missed: int | None, at: datetime) -> None:
    """Unless somebody took or closed it meanwhile: then there is nothing to offer."""
    still = Conversation.objects.waiting().filter(pk=new.conversation)
    updated = still.update(
        offered_to=new.offered_to,
        offered_until=new.offered_until,
        passed_by=list(new.passed_by),
        rings_for=None if new.rings_for is None else list(new.rings_for),
        revision=F("revision") + 1,
        changed_at=at,
    )
    if updated:
        if missed is not None:
            record_missed(new.conversation, missed, at=at)
        happened(ConversationOffered(conversation_id=new.conversation, at=at))
