"""The section «Заявки»: the list with its filters, one ticket with all that is known of it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import access
from chat.actions.errors import Refusal
from chat.markup import find_links, to_html
from chat.models import Criticality, Message, Ticket, TicketStatus
from chat.text import number
from chat.tickets.actions import answering, changing, incidents
from chat.tickets.errors import NoSuchTicket
from chat.tickets.finding import (
    ANY,
    MINE,
    NOBODY,
    OPEN,
    PAGE,
    Wanted,
    address_of,
    find_tickets,
    first_of,
    read_wanted,
)
from chat.tickets.shown import history, incidents_for, places, promised, statuses_of, ticket_row
from chat.tickets.tabs import views_shown
from chat.tickets.zone import draft_in, uuid_in
from chat.wire.faces import STAFF
from chat.wire.files import file_context
from chat.wire.lines import for_staff, title_of
from chat.zone.answers import status_of
from chat.zone.transfers import chosen_addressee
from departments.models import levels_known
from operators.access import account_of, staff_page
from operators.models import Account

SECTION = "tickets"
MOST_SAID = 500  # entries of a history


@require_safe
@staff_page(SECTION)
def tickets(request: HttpRequest) -> HttpResponse:
    return ticket_list(request, request.GET)


def ticket_list(
    request: HttpRequest,
    asked: Mapping[str, str],
    refused: Mapping[str, Refusal] | None = None,
    *,
    unsaved: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused` are tickets that were not changed; `unsaved` says why the view was not, and under
    which name it was to be.
    """
    account, wanted, at = account_of(request), read_wanted(asked), timezone.now()
    before = number(asked.get("before", ""))
    found = find_tickets(account, wanted, before=before, at=at)
    whole = found.select_related("department", "responsible", "visitor", "under")
    listed = first_of(whole, wanted, before=before, most=PAGE + 1)
    state = address_of(wanted)
    context = {
        "rows": [ticket_row(ticket, at=at) for ticket in listed[:PAGE]],
        "next": _page_of(state, listed[PAGE - 1].pk) if len(listed) > PAGE else "",
        "first": state if before else "",
        "is_later": bool(before),
        "address": _page_of(state, before),
        "is_narrowed": bool(state),
        "asked": state,
        **views_shown(account, state),
        **(unsaved or {}),
        "wanted": wanted,
        "saved": asked.get("saved", ""),
        "refused": [f"№ {one}: {refusal.detail}" for one, refusal in (refused or {}).items()],
        **_choices(account, wanted),
    }
    return render(request, "tickets/tickets.html", context, status=status)


def _page_of(state: str, before: int) -> str:
    return "&".join(filter(None, [state, f"before={before}" if before else ""]))


def _choices(account: Account, wanted: Wanted) -> dict[str, Any]:
    # Who is asked for is told by name, also by a view that was saved before they left.
    is_offered = Q(is_active=True) | Q(pk=number(wanted.responsible))
    staff = Account.objects.staff().filter(is_offered).exclude(pk=account.pk)
    return {
        "statuses": [(OPEN, _("открытые")), (ANY, _("все")), *TicketStatus.choices],
        "settable": TicketStatus.choices,
        "levels": levels_known(),
        "people": [(MINE, _("я")), (NOBODY, _("никто")), *staff.values_list("pk", "name")],
        "criticalities": Criticality.choices,
        "places": places(),
        "incidents": incidents_for(account),
    }


@require_POST
@staff_page(SECTION)
def change_tickets(request: HttpRequest) -> HttpResponse:
    """Status, responsible, incident of those that are chosen; the list says which were refused."""
    account, at, typed = account_of(request), timezone.now(), request.POST
    status, to, incident = (typed.get(name, "") for name in ("status", "to", "incident"))

    def act(chosen: str) -> None:
        addressee = chosen_addressee(to) if to else None
        if incident:
            incidents.put_under(account, chosen, number(incident), at=at)
        if status or to:
            changing.move_ticket(account, chosen, status=status, to=addressee, at=at)

    chosen = typed.getlist("numbers")[:PAGE]
    is_asked = bool(to or status or incident)
    refused = changing.change_each(chosen, act) if is_asked else {}
    if refused:
        return ticket_list(request, typed_state(typed.get("back", "")), refused, status=409)
    how = {"saved": "saved"} if chosen and is_asked else {}
    return redirect(f"{reverse('tickets')}?{urlencode(typed_state(typed.get('back', '')) | how)}")


def typed_state(address: str) -> dict[str, str]:
    """Of the list from which it was asked."""
    return {name: str(value) for name, value in QueryDict(address[:2000]).items()}


@require_safe
@staff_page(SECTION)
def ticket(request: HttpRequest, shown: str) -> HttpResponse:
    return _page(request, _found(account_of(request), shown))


@require_POST
@staff_page(SECTION)
def change_ticket(request: HttpRequest, shown: str) -> HttpResponse:
    draft, revision = draft_in(request.POST), number(request.POST.get("shown", "")) or None
    return _done(
        request,
        shown,
        "fields",
        lambda account, at: changing.change_ticket(account, shown, draft, shown=revision, at=at),
    )


@require_POST
@staff_page(SECTION)
def move_ticket(request: HttpRequest, shown: str) -> HttpResponse:
    """Its status and who has it."""
    typed, revision = request.POST, number(request.POST.get("shown", "")) or None

    def act(account: Account, at: Any) -> None:
        to = chosen_addressee(typed["to"]) if typed.get("to") else None
        changing.move_ticket(
            account, shown, status=typed.get("status", ""), to=to, shown=revision, at=at
        )

    return _done(request, shown, "place", act)


@require_POST
@staff_page(SECTION)
def place_ticket(request: HttpRequest, shown: str) -> HttpResponse:
    """Under an incident, or with none under no more."""
    key = number(request.POST.get("incident", ""))

    def act(account: Account, at: Any) -> None:
        if key:
            incidents.put_under(account, shown, key, at=at)
        else:
            incidents.take_out(account, shown, at=at)

    return _done(request, shown, "incident", act)


@require_POST
@staff_page(SECTION)
def say_on_ticket(request: HttpRequest, shown: str) -> HttpResponse:
    """A note, or with `answer` what the customer reads."""
    say = answering.answer_ticket if "answer" in request.POST else answering.note_on_ticket
    text = request.POST.get("text", "")
    client_id = uuid_in(request.POST.get("client_id", "")) or uuid.uuid4()
    return _done(
        request,
        shown,
        "say",
        lambda account, at: say(account, shown, text, client_id=client_id, at=at),
    )


def _done(
    request: HttpRequest, shown: str, form: str, act: Callable[[Account, Any], object]
) -> HttpResponse:
    """The ticket again; a refusal is said in its form, with all that was typed."""
    account = account_of(request)
    found = _found(account, shown)
    try:
        act(account, timezone.now())
    except NoSuchTicket as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        wrong = {"form": form, "detail": refusal.detail, "field": refusal.field}
        return _page(request, found, wrong=wrong, status=status_of(refusal))
    if not access.tickets_visible_to(account).filter(pk=found.pk).exists():
        return redirect(f"{reverse('tickets')}?saved=saved")
    return redirect(f"{reverse('ticket', args=[shown])}?saved=saved")


def _found(account: Account, shown: str) -> Ticket:
    whole = access.tickets_visible_to(account).select_related(
        "department", "responsible", "visitor", "site", "origin", "plan", "under__incident"
    )
    found = whole.numbered(shown).first()
    if found is None:
        raise Http404(_("Заявка не найдена"))
    return found


def _page(
    request: HttpRequest, found: Ticket, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    account, at = account_of(request), timezone.now()
    place = f"account-{found.responsible_id}" if found.responsible_id else ""
    typed = request.POST if wrong else {}
    context = {
        **ticket_row(found, at=at),
        "promised": promised(found),
        "may": access.ticket_deeds_of(account, found),
        "statuses": statuses_of(found, at=at),
        "places": places(),
        "place": place or f"department-{found.department_id}",
        "criticalities": Criticality.choices,
        "incidents": incidents_for(account),
        "description": to_html(found.description, find_links(found.description)),
        "messages_chosen": [_message(one) for one in found.messages.order_by("pk")],
        "files": [file_context(one, STAFF) for one in found.files.order_by("pk")],
        "conversations": _conversations(account, found),
        "history": history(found.events.order_by("-pk")[:MOST_SAID]),
        "client_id": uuid.uuid4(),
        "typed": {name: getattr(found, name) for name in FIELDS} | _kept(typed),
        "text": typed.get("text", "") if wrong and wrong["form"] == "say" else "",
        "chosen_criticality": number(str(typed.get("criticality", found.criticality))),
        "wrong": wrong,
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "tickets/ticket.html", context, status=status)


FIELDS = ("subject", "description", "software", "version", "contract")


def _kept(typed: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(typed[name]) for name in FIELDS if name in typed}


def _message(message: Message) -> dict[str, Any]:
    text = for_staff(message)
    links = message.links if text == message.text else ""
    return {"by": title_of(message), "at": message.created_at, "html": to_html(text, links)}


def _conversations(account: Account, found: Ticket) -> list[dict[str, Any]]:
    seen = set(access.visible_to(account).filter(tickets=found).values_list("pk", flat=True))
    linked = found.conversations.select_related("department", "operator").order_by("-started_at")
    return [
        {
            "cid": one.public_id if one.pk in seen else "",
            "started_at": one.started_at,
            "state": one.state,
            "operator": one.operator.name if one.operator and one.pk in seen else "",
            "level": one.department.level,
        }
        for one in linked
    ]
