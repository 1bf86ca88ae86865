"""To whom a conversation may be transferred, and what that would mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chat.actions.errors import EmptyDepartment, NoSuchAddressee, SameOwner
from chat.models import Conversation, Transfer
from chat.queue.availability import read_present
from departments.models import Department, Service, Site, stage_now
from operators.models import Account, Intention
from operators.prepared import Prepared


@dataclass(frozen=True)
class Card:
    """What the sender writes for the addressee; texts already cleaned."""

    note: str = ""
    asked: str = ""
    done: str = ""
    expected: str = ""

    @property
    def is_filled(self) -> bool:
        return bool(self.asked or self.done or self.expected)


@dataclass(frozen=True)
class Chosen:
    """Whom the sender named, by the key of its kind."""

    kind: Literal["account", "department"]
    key: int


@dataclass(frozen=True)
class Addressee:
    """An operator or, without one, a department; in either case where the conversation goes."""

    department: Department
    account: Account | None = None

    @property
    def name(self) -> str:
        return self.account.name if self.account else self.department.name


def find_addressee(chosen: Chosen, conversation: Conversation) -> Addressee:
    """As things are now. Raises SameOwner, NoSuchAddressee or EmptyDepartment."""
    find = _account if chosen.kind == "account" else _department
    return find(chosen.key, conversation)


def _account(account_id: int, conversation: Conversation) -> Addressee:
    if account_id == conversation.operator_id:
        raise SameOwner
    account = Account.objects.staff().active().filter(pk=account_id).first()
    department = account and department_for(account, conversation.department_id)
    if account is None or department is None:
        raise NoSuchAddressee
    return Addressee(department, account)


def _department(department_id: int, conversation: Conversation) -> Addressee:
    department = Department.objects.taking_part().filter(pk=department_id).first()
    if department is None:
        raise NoSuchAddressee
    if not _takers(department, conversation):
        raise EmptyDepartment
    return Addressee(department)


def addressee_of_return(transfer: Transfer, conversation: Conversation, at: datetime) -> Addressee:
    """Who sent it up, while they are there and still of that department; else the department."""
    department, sender = transfer.from_department, transfer.sender
    back = Addressee(department, sender)
    is_member = sender is not None and sender.pk in _takers(department, conversation)
    if is_member and is_there(back, conversation, at=at):
        return back
    return _department(department.pk, conversation)


def department_for(account: Account, department_id: int) -> Department | None:
    """Where a conversation of this department goes with the account: it stays if they are of it,
    else to their lowest level.
    """
    levels = stage_now().levels
    theirs = [one for one in account.departments.all() if one.level <= levels]
    departments = sorted(theirs, key=lambda one: (one.level, one.name))
    staying = [department for department in departments if department.pk == department_id]
    return next(iter(staying or departments), None)


def department_of(conversation: Conversation) -> Department:
    """Also one that was deleted."""
    departments = Department.with_deleted.select_related("deleted_by")
    return departments.get(pk=conversation.department_id)


def heir_of(department: Department, site: Site) -> Department | None:
    """Where what belonged to it belongs now: to itself, while it is there and its level is one of
    the stage's, to the one that its deletion or the change of the stage named, to the first level
    of the site, or to whichever there is.
    """
    taking_part = Department.objects.taking_part()
    successor: Department | None = department
    while successor is not None:
        if successor.deleted_at is None:
            if successor in taking_part:
                return successor
            break
        successor = successor.successor
    named = taking_part.filter(pk__in=Service.objects.values("heir")).first() if successor else None
    return named or first_line_of(site) or taking_part.first()


def first_line_of(site: Site) -> Department | None:
    """Who gets its new visitors."""
    return _first_line.first(site=site.pk)


_first_line = Prepared(
    lambda site: Department.with_deleted.filter(sites=site, level=1).telling_choice()[:1]
)


def is_there(addressee: Addressee, conversation: Conversation, *, at: datetime) -> bool:
    """Whether anybody of the addressee is in the zone and not on a break."""
    if addressee.account is not None:
        takers = {addressee.account.pk}
    else:
        takers = _takers(addressee.department, conversation)
    present = read_present(at)
    return any(present.get(taker, Intention.BREAK) != Intention.BREAK for taker in takers)


def _takers(department: Department, conversation: Conversation) -> set[int]:
    members = department.members.filter(is_active=True).values_list("pk", flat=True)
    return set(members) - {conversation.operator_id or 0}
