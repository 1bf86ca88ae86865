"""Which tickets a list shows: everything that is asked for stands in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.models import Criticality, Ticket, TicketStatus, read_number
from chat.models.tickets import TicketQuerySet
from chat.text import clean_line, folded, number
from departments.models import Department
from operators.models import Account

OPEN, ANY = "open", "any"
OVERDUE = "overdue"
MINE, NOBODY = "me", "none"
LEVELS = (1, 2, 3)
MOST_WORDS = 6
PAGE = 50
NEAR = 5000  # tickets


@dataclass(frozen=True)
class Wanted:
    status: str = OPEN
    level: int = 0
    responsible: str = ""  # MINE, NOBODY or the key of an account
    criticality: int = 0
    contract: str = ""
    is_overdue: bool = False
    text: str = ""
    incident: int = 0


def read_wanted(asked: Mapping[str, str]) -> Wanted:
    """Of an address; what is odd in it is as if it were not there."""
    status, responsible = asked.get("status", OPEN), asked.get("responsible", "")
    level, criticality = number(asked.get("level", "")), number(asked.get("criticality", ""))
    return Wanted(
        status=status if status in {ANY, *TicketStatus.values} else OPEN,
        level=level if level in LEVELS else 0,
        responsible=responsible if responsible in (MINE, NOBODY) or number(responsible) else "",
        criticality=criticality if criticality in Criticality.values else 0,
        contract=clean_line(asked.get("contract", ""), 200),
        is_overdue=asked.get("due", "") == OVERDUE,
        text=clean_line(asked.get("q", ""), 200),
        incident=number(asked.get("incident", "")),
    )


# Views that everybody has: {title: what it asks for}.
BUILT_IN: Mapping[Any, Wanted] = {
    _("Открытые"): Wanted(),
    _("Мои"): Wanted(responsible=MINE),
    _("Без ответственного"): Wanted(responsible=NOBODY),
    _("Просрочены"): Wanted(is_overdue=True),
    _("Ждут клиента"): Wanted(status=TicketStatus.CUSTOMER),
}


def address_of(wanted: Wanted) -> str:
    """What `read_wanted` reads back; empty where nothing is asked for, and always the same for the
    same.
    """
    asked = {
        "status": wanted.status if wanted.status != OPEN else "",
        "level": wanted.level,
        "responsible": wanted.responsible,
        "criticality": wanted.criticality,
        "contract": wanted.contract,
        "due": OVERDUE if wanted.is_overdue else "",
        "q": wanted.text,
        "incident": wanted.incident,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def find_tickets(
    account: Account, wanted: Wanted, *, before: int = 0, at: datetime
) -> TicketQuerySet:
    """The latest first; a page goes on `before` the key of the last of the page above."""
    found = access.tickets_visible_to(account)
    for given, fields in _fields(account, wanted):
        found = found.filter(**fields) if given else found
    if wanted.is_overdue:
        found = found.overdue(at)
    elif wanted.status == OPEN:
        found = found.open()
    if before:
        found = found.filter(pk__lt=before)
    return _said(found, wanted.text).order_by("-pk")


def first_of(found: TicketQuerySet, wanted: Wanted, *, before: int = 0, most: int) -> list[Ticket]:
    """So many of `find_tickets`, quickly also where a text stands in old tickets alone: the newest
    are looked through one by one, where words that are frequent fill a page at once; the others
    are found by the index of the text, which does not know the order.
    """
    if not wanted.text or read_number(wanted.text):
        return list(found[:most])
    newest = before or (Ticket.objects.aggregate(pk=Max("pk"))["pk"] or 0)
    near, far = Q(pk__gt=newest - NEAR), F("pk") + 0  # no index is in the order of a sum
    listed = list(found.filter(near)[:most])
    if len(listed) < most:
        listed += found.exclude(near).order_by(far.desc())[: most - len(listed)]
    return listed


def _fields(account: Account, wanted: Wanted) -> list[tuple[Any, dict[str, Any]]]:
    responsible = {MINE: account.pk, NOBODY: None}.get(
        wanted.responsible, number(wanted.responsible)
    )
    levels = Department.with_deleted.filter(level=wanted.level).values_list("pk", flat=True)
    return [
        (wanted.status not in (OPEN, ANY), {"status": wanted.status}),
        (wanted.level, {"department__in": list(levels) if wanted.level else []}),
        (wanted.responsible, {"responsible": responsible}),
        (wanted.criticality, {"criticality": wanted.criticality}),
        (wanted.contract, {"contract": wanted.contract}),
        (wanted.incident, {"under__incident": wanted.incident}),
    ]


def _said(found: TicketQuerySet, text: str) -> TicketQuerySet:
    """A number finds that ticket alone; of words each has to be there."""
    if read_number(text):
        return found.numbered(text)
    for word in folded(text).split()[:MOST_WORDS]:
        found = found.filter(found_by__contains=word)
    return found
