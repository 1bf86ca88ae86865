"""Staff are called as a deadline presses, and a first answer in a conversation is noted; both are
found by the pulse (chat.actions.sweep), in whichever process looks first.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from chat.actions.locks import lock_called, lock_unanswered
from chat.actions.repairs import repair_each
from chat.events import DeadlinePresses, DeadlinesMoved
from chat.happened import happened
from chat.models import Ticket
from chat.tickets import deadlines
from operators.prepared import Prepared

# Of each at a stretch: the pulse has other things to look after, and comes again.
MOST = 50


def call_for_deadlines(*, at: datetime) -> None:
    """Once as the last quarter begins, and once as it is over."""
    repair_each("ticket", _call, _to_be_called.all(at=at), at=at)


_to_be_called = Prepared(
    lambda at: Ticket.objects.to_be_called(at).order_by("calls_at", "pk").values_list("pk")[:MOST]
)


def _call(ticket_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        ticket = lock_called(ticket_id, at=at)
        if ticket is None:
            return False
        ticket.called = ticket.pressure(at)
        deadlines.await_call(ticket, at=at)
        ticket.save(update_fields=["called", "calls_at"])
        happened(DeadlinePresses(ticket=ticket, at=at))
    return True


def note_first_answers(*, at: datetime) -> None:
    """A message to the customer answers the tickets of its conversation; what a message costs does
    not grow by it.
    """
    repair_each("ticket", _note_answer, _just_answered.all(), at=at)


_just_answered = Prepared(
    lambda: (
        Ticket.objects.unanswered()
        .filter(Exists(deadlines.answers_in(conversation__tickets=OuterRef("pk"))))
        .order_by("pk")
        .values_list("pk")[:MOST]
    )
)


def _note_answer(ticket_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        ticket = lock_unanswered(ticket_id)
        if ticket is None:
            return False
        answers = deadlines.answers_in(conversation__tickets=ticket)
        said = answers.aggregate(at=Min("created_at"))["at"]
        if said is None:  # unlinked meanwhile
            return False
        deadlines.answered(ticket, at=said)
        register, stops = deadlines.Register(), deadlines.stops_of([ticket])
        deadlines.reckon(ticket, register.promise(ticket), stops[ticket.pk], at=at)
        ticket.save(update_fields=["answered_at", *deadlines.COUNTED])
        happened(DeadlinesMoved(tickets=[ticket], at=at))
    return True
