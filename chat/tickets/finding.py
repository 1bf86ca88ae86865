"""Which tickets a list shows: everything that is asked for stands in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat import access
from chat.models import Criticality, TicketStatus, read_number
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
