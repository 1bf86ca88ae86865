"""Deadlines move when what they come from is changed: a plan, a contract, a site's schedule.

Within the transaction that changes it, and after whoever is registering a ticket meanwhile: the
counter of the year is theirs until they are done, and who comes later reads what is new.
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from chat.actions.changes import Doer
from chat.actions.locks import lock_open_tickets, lock_ticket_counter
from chat.events import DeadlinesMoved
from chat.happened import happened
from chat.models import Ticket
from chat.models.tickets import TicketQuerySet
from chat.text import folded
from chat.tickets.actions.history import of_staff, recount
from chat.tickets.deadlines import COUNTED, Register, stops_of
from departments.contracts.models import Plan
from departments.models import Site

# So many tickets at a time are read and written.
CHUNK = 500


def recount_for_plan(doer: Doer, plan: Plan, *, at: datetime) -> None:
    """Its terms are others."""
    why = _("Изменён план «%s».") % plan.name
    _recount(doer, Ticket.objects.filter(plan=plan), why, at=at)


def recount_for_schedule(doer: Doer, site: Site, *, at: datetime) -> None:
    """Its hours or its time zone are others."""
    why = _("Изменены часы работы: %s.") % site.name
    _recount(doer, Ticket.objects.filter(site=site).exclude(plan=None), why, at=at)


def recount_for_contracts(doer: Doer, numbers: Collection[str], *, at: datetime) -> None:
    """These, folded, stand for something else in the register now, or for nothing any more."""
    why = _("Изменён договор в реестре.")
    lock_ticket_counter(localtime(at).year)
    named = Ticket.objects.open().exclude(contract="").values_list("pk", "contract")
    keys = [pk for pk, number in named.iterator() if folded(number) in numbers]
    for start in range(0, len(keys), CHUNK):
        _recount(doer, Ticket.objects.filter(pk__in=keys[start : start + CHUNK]), why, at=at)


def _recount(doer: Doer, found: TicketQuerySet, why: str, *, at: datetime) -> None:
    lock_ticket_counter(localtime(at).year)
    tickets, register, author = lock_open_tickets(found), Register(), of_staff(doer.account)
    for start in range(0, len(tickets), CHUNK):
        chunk = tickets[start : start + CHUNK]
        stops = stops_of(chunk)
        moved = [
            one
            for one in chunk
            if recount(one, author, why, register=register, stops=stops[one.pk], at=at)
        ]
        Ticket.objects.bulk_update(chunk, COUNTED)
        if moved:
            happened(DeadlinesMoved(tickets=moved, by_id=doer.account.pk, at=at))
