"""The forms of a transfer: offered, returned, accepted, declined, cancelled."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import transfers
from chat.actions.errors import AddresseeAbsent, NoSuchAddressee, Refusal
from chat.actions.handover import (
    Card,
    Chosen,
    addressee_of_return,
    department_for,
    is_there,
)
from chat.models import AuthorKind, Conversation, Transfer
from chat.rows.operators import operator_rows
from chat.text import clean_text
from chat.zone import workspace
from chat.zone.answers import decided, moved_on, nothing, opened, reason_of, refused
from chat.zone.workspace import find_conversation
from departments.models import Department, stage_now
from operators.access import ZONE, account_of, staff_page
from operators.models import Account

MOST_PAST = 50
FIELDS = ("note", "asked", "done", "expected")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def transfer_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    if request.method != "POST":
        typed = {"asked": first_words(found)}
        return render(
            request, "zone/transfer/_transfer.html", _panel(found, typed, at=timezone.now())
        )
    try:
        transfers.transfer_conversation(
            account,
            public_id,
            chosen_addressee(request.POST.get("to", "")),
            Card(**{field: clean_text(request.POST.get(field, "")) for field in FIELDS}),
            even_absent="even_absent" in request.POST,
            at=timezone.now(),
        )
    except Refusal as refusal:
        context = _panel(found, request.POST, at=timezone.now())
        return refused(request, "zone/transfer/_transfer.html", context, refusal)
    return moved_on(request, account, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def return_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    if request.method != "POST":
        return render(request, "zone/transfer/_return.html", _return(found, {}, at=timezone.now()))
    try:
        transfers.return_conversation(
            account,
            public_id,
            clean_text(request.POST.get("reason", "")),
            even_absent="even_absent" in request.POST,
            at=timezone.now(),
        )
    except Refusal as refusal:
        context = _return(found, request.POST, at=timezone.now())
        return refused(request, "zone/transfer/_return.html", context, refusal)
    return moved_on(request, account, public_id)


@require_POST
@staff_page(ZONE)
def accept_transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, transfers.accept_transfer, opened)


@require_POST
@staff_page(ZONE)
def decline_transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    def decline(account: Account, public_id: str, *, at: datetime) -> None:
        transfers.decline_transfer(account, public_id, reason_of(request), at=at)

    return decided(request, public_id, decline, nothing)


@require_POST
@staff_page(ZONE)
def cancel_transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, transfers.cancel_transfer, nothing)


@require_safe
@never_cache
@staff_page(ZONE)
def nothing_open(request: HttpRequest) -> HttpResponse:
    """The pane after the conversation that was in it was closed or went to others."""
    context = workspace.nothing_open(account_of(request))
    return render(request, "zone/conversation/_empty.html", context)


def chosen_addressee(to: str) -> Chosen:
    """`to` is «account-7» or «department-2». Raises NoSuchAddressee."""
    named = re.fullmatch(r"(account|department)-([0-9]{1,9})", to, re.ASCII)
    if named is None:
        raise NoSuchAddressee
    return Chosen("account" if named[1] == "account" else "department", int(named[2]))


# What the forms show


def _panel(
    conversation: Conversation, typed: QueryDict | dict[str, str], *, at: datetime
) -> dict[str, Any]:
    return {
        "cid": conversation.public_id,
        "panel": f"transfer-{conversation.public_id}",
        **addressees(conversation, at=at, departments=stage_now().levels > 1),
        **_past(conversation),
        "to": typed.get("to", ""),
        "typed": {field: typed.get(field, "") for field in FIELDS},
        "seconds": int(Transfer.TIMEOUT.total_seconds()),
    }


def addressees(
    conversation: Conversation, *, at: datetime, departments: bool = True
) -> dict[str, Any]:
    """To whom it may go: `departments` and `operators` for zone/transfer/_addressees.html."""
    people = operator_rows(at=at)
    return {
        "departments": _departments(conversation, people) if departments else [],
        "operators": _operators(conversation, people),
    }


def _return(
    conversation: Conversation, typed: QueryDict | dict[str, str], *, at: datetime
) -> dict[str, Any]:
    came = conversation.transfers.last_climb()
    warning, addressee = "", None
    if came is not None:
        try:
            addressee = addressee_of_return(came, conversation, at)
        except Refusal as refusal:
            warning = refusal.detail
    if addressee is not None and not is_there(addressee, conversation, at=at):
        warning = AddresseeAbsent(addressee.name, addressee.department.name).detail
    return {
        "cid": conversation.public_id,
        "panel": f"return-{conversation.public_id}",
        "addressee": addressee,
        "warning": warning,
        **_past(conversation),
        "reason": typed.get("reason", ""),
        "seconds": int(Transfer.TIMEOUT.total_seconds()),
    }


def _past(conversation: Conversation) -> dict[str, Any]:
    """Where it has been and why it came back, the latest first."""
    done = conversation.transfers.done().select_related("to_account", "to_department")
    past = list(done.order_by("-decided_at", "-pk")[:MOST_PAST])
    return {"past": past, "bounces": sum(transfer.is_return for transfer in past)}


def first_words(conversation: Conversation) -> str:
    """What the visitor asked, in their words."""
    theirs = conversation.messages.filter(author_kind=AuthorKind.VISITOR).exclude(text="")
    first = theirs.order_by("seq").first()
    return first.text if first else ""


def _departments(conversation: Conversation, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    present = {row["id"] for row in people if not _is_absent(row)}
    online = {row["id"] for row in people if row["presence"] == "on"}
    waiting = list(Conversation.objects.waiting().values_list("department", flat=True))
    listed = []
    for department in Department.objects.taking_part().prefetch_related("members"):
        members = {member.pk for member in department.members.all() if member.is_active}
        takers = members - {conversation.operator_id}
        there = len(takers & present)
        if takers:
            listed.append(
                {
                    "value": f"department-{department.pk}",
                    "name": department.name,
                    "level": department.level,
                    "is_higher": department.level > conversation.department.level,
                    "online": len(takers & online),
                    "waiting": waiting.count(department.pk),
                    "warning": ""
                    if there
                    else AddresseeAbsent(department.name, department.name).detail,
                }
            )
    return listed


def _operators(conversation: Conversation, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    staff = Account.objects.staff().active().prefetch_related("departments").in_bulk()
    listed = []
    for row in people:
        goes_to = row["id"] in staff and department_for(
            staff[row["id"]], conversation.department_id
        )
        if not goes_to or row["id"] == conversation.operator_id:
            continue
        listed.append(
            row
            | {
                "value": f"account-{row['id']}",
                "level": goes_to.level,
                "is_higher": goes_to.level > conversation.department.level,
                "warning": AddresseeAbsent(row["name"], goes_to.name).detail
                if _is_absent(row)
                else "",
            }
        )
    return listed


def _is_absent(row: dict[str, Any]) -> bool:
    return row["presence"] in ("off", "break")
