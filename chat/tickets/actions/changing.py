"""A ticket goes on: its fields, its status, who has it; each change is in its history."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any

from django.db import transaction

from chat import access
from chat.actions.errors import Refusal
from chat.actions.handover import Chosen, department_for
from chat.actions.locks import lock_ticket
from chat.models import Ticket, TicketStatus
from chat.tickets import deadlines, errors
from chat.tickets.actions.history import change, of_staff
from chat.tickets.actions.registering import TicketDraft, cleaned, spelt
from departments.models import Department
from operators.models import Account


def change_ticket(
    account: Account,
    number: str,
    draft: TicketDraft,
    *,
    shown: int | None = None,
    at: datetime,
) -> Ticket:
    """Its fields; `shown` is the revision that who changes it had before them. Raises a Refusal."""
    fields = cleaned(draft)

    def values(ticket: Ticket) -> dict[str, Any]:
        contract = spelt(fields["contract"], ticket.site_id, deadlines.Register())
        return fields | {"contract": contract}

    return _changed(account, number, values, shown=shown, at=at)


def change_ticket_status(
    account: Account, number: str, status: str, *, shown: int | None = None, at: datetime
) -> Ticket:
    """Raises a Refusal."""
    _status(status)
    return move_ticket(account, number, status=status, shown=shown, at=at)


def update_ticket(
    account: Account,
    number: str,
    changed: Mapping[str, Any],
    *,
    status: str = "",
    shown: int,
    at: datetime,
) -> Ticket:
    """Fields of a TicketDraft and the status at once, of which what is not named stays. Raises a
    Refusal.
    """
    with transaction.atomic():
        ticket, still = lock_ticket(account, number), shown
        if changed:
            kept = {one.name: getattr(ticket, one.name) for one in fields_of(TicketDraft)}
            draft = TicketDraft(**{**kept, **changed})
            still = change_ticket(account, number, draft, shown=shown, at=at).revision
        return move_ticket(account, number, status=status, shown=still, at=at)


def assign_ticket(account: Account, number: str, to: Chosen, *, at: datetime) -> Ticket:
    """To somebody, or to a department where nobody has it yet. What goes to another department is
    «передана» until somebody there goes on with it. Raises a Refusal.
    """
    return move_ticket(account, number, to=to, at=at)


def move_ticket(
    account: Account,
    number: str,
    *,
    status: str = "",
    to: Chosen | None = None,
    shown: int | None = None,
    at: datetime,
) -> Ticket:
    """To another place and into another status at once; what is empty stays. Raises a Refusal."""
    wanted = _status(status) if status else None

    def values(ticket: Ticket) -> dict[str, Any]:
        place = _place(ticket, to) if to else {}
        if wanted is None or wanted == ticket.status:
            return place
        access.refuse(access.to_become(ticket, wanted, at=at))
        return place | {"status": wanted}

    return _changed(account, number, values, shown=shown, at=at)


def change_each(numbers: Collection[str], act: Callable[[str], object]) -> dict[str, Refusal]:
    """Each by itself, in the order of numbers; those that were refused, and why."""
    refused = {}
    for number in sorted(numbers):
        try:
            act(number)
        except Refusal as refusal:
            refused[number] = refusal
    return refused


def _changed(
    account: Account,
    number: str,
    values: Callable[[Ticket], dict[str, Any]],
    *,
    shown: int | None,
    at: datetime,
) -> Ticket:
    with transaction.atomic():
        ticket = lock_ticket(account, number)
        access.refuse(access.to_change_ticket(account, ticket))
        if shown is not None and shown != ticket.revision:
            raise errors.TicketChangedMeanwhile(_last_author(ticket))
        change(ticket, of_staff(account), at=at, **values(ticket))
    return ticket


def _last_author(ticket: Ticket) -> str:
    return ticket.events.order_by("-pk").values_list("by_name", flat=True).first() or ""


def _status(typed: str) -> TicketStatus:
    if typed not in TicketStatus.values:
        raise errors.BadStatus
    return TicketStatus(typed)


def _place(ticket: Ticket, to: Chosen) -> dict[str, Any]:
    find = _with_account if to.kind == "account" else _in_department
    responsible, department = find(ticket, to.key)
    place = {"department": department, "responsible": responsible}
    goes_on = not ticket.is_done and ticket.status != TicketStatus.HANDED
    is_handed = department.pk != ticket.department_id and goes_on
    return place | ({"status": TicketStatus.HANDED} if is_handed else {})


def _with_account(ticket: Ticket, key: int) -> tuple[Account, Department]:
    account = Account.objects.staff().active().filter(pk=key).first()
    if account is None:
        raise errors.NoSuchResponsible
    department = department_for(account, ticket.department_id)
    if department is None and not account.is_administrator:
        raise errors.NoSuchResponsible
    return account, department or ticket.department


def _in_department(_ticket: Ticket, key: int) -> tuple[None, Department]:
    department = Department.objects.filter(pk=key).first()
    if department is None:
        raise errors.NoSuchResponsible
    return None, department
