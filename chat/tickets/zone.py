"""Tickets in the zone: «Зарегистрировать заявку», and the visitor's open ones in the panel."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.errors import Refusal
from chat.identification import identification_of
from chat.models import Conversation, Criticality, Step
from chat.text import number
from chat.tickets.actions import answering, linking
from chat.tickets.actions.registering import (
    Described,
    TicketDraft,
    files_said,
    first_words,
    register_ticket,
    sayings,
)
from chat.tickets.errors import NoSuchTicket
from chat.tickets.shown import in_panel
from chat.wire.lines import for_staff, title_of
from chat.wire.messages import gist
from chat.zone.answers import refused, status_of
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page

PANEL = "tickets/_register.html"
MOST_OFFERED = 50  # messages and files to choose from, the latest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    """The panel, filled from the conversation. Registered, it closes, and comes anew when it is
    opened again. The form names its ticket, so that a second press registers no second one.
    """
    account = account_of(request)
    found = find_conversation(account, public_id)
    if request.method != "POST":
        return render(request, PANEL, _panel(found, _begun(found, at=timezone.now())))
    typed = request.POST
    described = Described(
        [number(seq) for seq in typed.getlist("messages")],
        [key for text in typed.getlist("files") if (key := uuid_in(text))],
    )
    client_id = uuid_in(typed.get("client_id", "")) or uuid.uuid4()
    try:
        ticket = register_ticket(
            account, public_id, draft_in(typed), described, client_id=client_id, at=timezone.now()
        )
    except Refusal as refusal:
        context = _panel(found, typed.dict(), typed) | {"wrong_field": refusal.field}
        return refused(request, PANEL, context, refusal)
    done = {"cid": public_id, "panel": f"register-{public_id}", "number": ticket.number}
    return render(request, "tickets/_registered.html", done)


def draft_in(typed: QueryDict) -> TicketDraft:
    lines = {name: typed.get(name, "") for name in ("subject", "description", "software")}
    lines |= {name: typed.get(name, "") for name in ("version", "contract")}
    return TicketDraft(**lines, criticality=number(typed.get("criticality", "")))


def uuid_in(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _begun(conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    """As the conversation and its identification are: of a contract the number that the register
    knows goes before one that it does not.
    """
    known = identification_of(conversation, at=at)
    step = {one: known.steps[one].value for one in Step}
    held = known.contract.held
    subject = first_words(conversation)
    first = sayings(conversation).filter(author_kind="visitor").order_by("seq").first()
    text = first.text if first else ""
    return {
        "subject": subject,
        "description": text if text.strip() != subject else "",
        "contract": held.number if held else step[Step.CONTRACT],
        "software": step[Step.SOFTWARE],
        "version": step[Step.VERSION],
        "criticality": conversation.criticality,
        "client_id": uuid.uuid4(),
    }


def _panel(
    conversation: Conversation, typed: dict[str, Any], sent: QueryDict | None = None
) -> dict[str, Any]:
    said = sayings(conversation).order_by("-seq").prefetch_related("attachments")
    messages = list(said[:MOST_OFFERED])[::-1]
    files = files_said(conversation).order_by("-pk")[:MOST_OFFERED]
    chosen = sent.getlist("messages") if sent is not None else []
    chosen_files = sent.getlist("files") if sent is not None else None
    return {
        "cid": conversation.public_id,
        "panel": f"register-{conversation.public_id}",
        "typed": typed,
        "criticality": number(str(typed.get("criticality", ""))),
        "criticalities": Criticality.choices,
        "messages": [
            {
                "seq": one.seq,
                "author": title_of(one),
                "text": gist(for_staff(one), [file.name for file in one.attachments.all()]),
                "is_chosen": str(one.seq) in chosen,
            }
            for one in messages
        ],
        "files": [
            {
                "id": one.public_id,
                "name": one.name,
                "is_chosen": chosen_files is None or str(one.public_id) in chosen_files,
            }
            for one in files
        ],
    }


@require_safe
@never_cache
@staff_page(ZONE)
def visitor_tickets(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    return render(request, "tickets/_in_panel.html", in_panel(account, found, at=timezone.now()))


@require_POST
@staff_page(ZONE)
def change_visitor_ticket(request: HttpRequest, public_id: str, ticket: str) -> HttpResponse:
    """Its status, its incident, with a note where one is written."""
    account, typed = account_of(request), request.POST
    find_conversation(account, public_id)
    act = partial(
        answering.go_on_with_ticket,
        account,
        ticket,
        status=typed.get("status", ""),
        incident=number(typed.get("incident", "")),
        note=typed.get("text", ""),
        client_id=uuid_in(typed.get("client_id", "")) or uuid.uuid4(),
        shown=number(typed.get("shown", "")) or None,
        at=timezone.now(),
    )
    return _said(request, ticket, act)


@require_POST
@staff_page(ZONE)
def link_visitor_ticket(request: HttpRequest, public_id: str, ticket: str) -> HttpResponse:
    """With this conversation; `off`, it is about the ticket no longer."""
    account, at = account_of(request), timezone.now()
    link = linking.unlink_ticket if "off" in request.POST else linking.link_ticket
    return _said(request, ticket, lambda: link(account, public_id, ticket, at=at))


def _said(request: HttpRequest, ticket: str, act: Callable[[], object]) -> HttpResponse:
    """The line for what is wrong, filled where it is refused; the list is asked for again."""
    status, words = 200, ""
    try:
        act()
    except NoSuchTicket as refusal:
        status, words = 409, refusal.detail  # it went to another level meanwhile
    except Refusal as refusal:
        status, words = status_of(refusal), refusal.detail
    context = {"target": f"ticket-error-{ticket}", "words": words}
    return render(request, "zone/information/_comment_error.html", context, status=status)
