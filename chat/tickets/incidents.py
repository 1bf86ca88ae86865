"""Mass incidents among «Заявки»: their list, one of them with its tickets and what was said."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import access
from chat.actions.errors import Refusal
from chat.markup import find_links, to_html
from chat.models import (
    Incident,
    IncidentDeed,
    IncidentEvent,
    IncidentTicket,
    Ticket,
)
from chat.models.tickets import DONE
from chat.text import number
from chat.tickets.actions import changing
from chat.tickets.actions import incidents as actions
from chat.tickets.incident_errors import NoSuchIncident, NumbersMissing, TooManyNumbers
from chat.tickets.pages import SECTION
from chat.tickets.shown import ticket_row
from chat.tickets.zone import uuid_in
from chat.zone.answers import status_of
from departments.models import Department, Site
from operators.access import account_of, staff_page
from operators.models import Account

MOST_LISTED = 100  # incidents
MOST_TICKETS = 50  # of one, the latest
MOST_SAID = 500  # entries of a history
MOST_NAMED = 200  # tickets put under it at once

_DEEDS: dict[str, Any] = {
    IncidentDeed.DECLARED: gettext_lazy("Инцидент объявлен"),
    IncidentDeed.NOTE: gettext_lazy("Заметка для сотрудников"),
    IncidentDeed.UPDATE: gettext_lazy("Сообщение всем клиентам"),
    IncidentDeed.SOLVED: gettext_lazy("Инцидент решён"),
}
_FIELDS: dict[str, Any] = {
    "title": gettext_lazy("Название"),
    "department": gettext_lazy("Ведёт отдел"),
    "sites": gettext_lazy("Сайты"),
    "banner": gettext_lazy("Объявление в окне"),
    "is_announced": gettext_lazy("Объявление показано"),
}


@require_safe
@staff_page(SECTION)
def incidents(request: HttpRequest) -> HttpResponse:
    """The open ones, with `all` those that are solved too."""
    account, shows_all = account_of(request), "all" in request.GET
    found = access.incidents_visible_to(account)
    tickets = Count("links", filter=~Q(links__ticket__status__in=sorted(DONE)))
    listed = (found if shows_all else found.open()).annotate(open_tickets=tickets)
    rows = list(listed.select_related("department").order_by("-pk")[:MOST_LISTED])
    context = {"rows": rows, "shows_all": shows_all}
    return render(request, "tickets/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SECTION)
def declare(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    if request.method != "POST":
        own = account.departments.values_list("pk", flat=True).first()
        begun: dict[str, Any] = {"department": own, "sites": [], "client_id": uuid.uuid4()}
        return _form(request, account, begun)
    client_id = uuid_in(request.POST.get("client_id", "")) or uuid.uuid4()
    draft = draft_in(request.POST)
    try:
        made = actions.declare_incident(account, draft, client_id=client_id, at=timezone.now())
    except Refusal as refusal:
        return _form(request, account, vars(draft) | {"client_id": client_id}, refusal)
    return redirect(f"{reverse('incident', args=[made.pk])}?saved=saved")


def draft_in(typed: QueryDict) -> actions.IncidentDraft:
    return actions.IncidentDraft(
        title=typed.get("title", ""),
        department=number(typed.get("department", "")),
        sites=[number(one) for one in typed.getlist("sites")],
        banner=typed.get("banner", ""),
        is_announced="is_announced" in typed,
    )


def _form(
    request: HttpRequest, account: Account, typed: dict[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    wrong = {"form": "fields", "detail": refusal.detail, "field": refusal.field} if refusal else {}
    context = {"typed": typed, "wrong": wrong, **_choices(account)}
    status = status_of(refusal) if refusal else 200
    return render(request, "tickets/declare_incident.html", context, status=status)


def _choices(account: Account, incident: Incident | None = None) -> dict[str, Any]:
    sites = access.sites_served_by(account)
    if incident is not None:
        sites = sites | Site.objects.filter(pk__in=incident.sites.values("pk"))
    departments = Department.objects.taking_part().order_by("level", "position", "pk")
    return {"departments": departments, "sites": sites.order_by("name", "pk")}


@require_safe
@staff_page(SECTION)
def incident(request: HttpRequest, key: int) -> HttpResponse:
    return _page(request, _found(account_of(request), key))


@require_POST
@staff_page(SECTION)
def change_incident(request: HttpRequest, key: int) -> HttpResponse:
    draft, shown = draft_in(request.POST), number(request.POST.get("shown", "")) or None

    def act(account: Account, at: datetime) -> None:
        actions.change_incident(account, key, draft, shown=shown, at=at)

    return _done(request, key, "fields", act)


@require_POST
@staff_page(SECTION)
def say_of_incident(request: HttpRequest, key: int) -> HttpResponse:
    """A note, or with `update` what the customers of all its tickets read."""
    say = actions.update_incident if "update" in request.POST else actions.note_on_incident
    return _said(request, key, "say", say)


@require_POST
@staff_page(SECTION)
def solve_incident(request: HttpRequest, key: int) -> HttpResponse:
    return _said(request, key, "solve", actions.solve_incident)


def _said(request: HttpRequest, key: int, form: str, say: Callable[..., object]) -> HttpResponse:
    text = request.POST.get("text", "")
    client_id = uuid_in(request.POST.get("client_id", "")) or uuid.uuid4()
    return _done(
        request, key, form, lambda account, at: say(account, key, text, client_id=client_id, at=at)
    )


@require_POST
@staff_page(SECTION)
def put_tickets_under(request: HttpRequest, key: int) -> HttpResponse:
    """Those whose numbers are typed, however they are set apart; the page says which were
    refused.
    """
    account, at = account_of(request), timezone.now()
    found = _found(account, key)
    typed = request.POST.get("numbers", "")
    try:
        numbers = _numbers_in(typed)
    except Refusal as refusal:
        return _page(request, found, refused=[refusal.detail], left=typed, status=422)
    refused = changing.change_each(numbers, lambda one: actions.put_under(account, one, key, at=at))
    if refused:
        words = [f"№ {one}: {refusal.detail}" for one, refusal in refused.items()]
        return _page(request, found, refused=words, left=" ".join(refused), status=409)
    return redirect(f"{reverse('incident', args=[key])}?saved=saved")


def _numbers_in(typed: str) -> set[str]:
    """Raises a Refusal."""
    numbers = set(re.split(r"[\s,;№]+", typed)) - {""}
    if not numbers:
        raise NumbersMissing
    if len(numbers) > MOST_NAMED:
        raise TooManyNumbers(MOST_NAMED, len(numbers))
    return numbers


def _done(
    request: HttpRequest, key: int, form: str, act: Callable[[Account, datetime], object]
) -> HttpResponse:
    """The incident again; a refusal is said in its form, with all that was typed."""
    account = account_of(request)
    found = _found(account, key)
    try:
        act(account, timezone.now())
    except NoSuchIncident as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        wrong = {"form": form, "detail": refusal.detail, "field": refusal.field}
        return _page(request, found, wrong=wrong, status=status_of(refusal))
    return redirect(f"{reverse('incident', args=[key])}?saved=saved")


def _found(account: Account, key: int) -> Incident:
    visible = access.incidents_visible_to(account).select_related("department")
    found = visible.filter(pk=key).first()
    if found is None:
        raise Http404(_("Инцидент не найден"))
    return found


def _page(
    request: HttpRequest,
    found: Incident,
    *,
    wrong: dict[str, str] | None = None,
    refused: list[str] | None = None,
    left: str = "",
    status: int = 200,
) -> HttpResponse:
    account, form = account_of(request), (wrong or {}).get("form", "")
    sites = list(found.sites.order_by("name"))
    draft = draft_in(request.POST) if form == "fields" else None
    context = {
        "incident": found,
        "may": access.incident_deeds_of(account, found),
        "its_sites": sites,
        **_choices(account, found),
        "typed": vars(draft) if draft else _as_draft(found, sites),
        **_tickets(account, found, at=timezone.now()),
        "history": _history(found.events.order_by("-pk")[:MOST_SAID]),
        "untold": found.events.filter(is_told=False).exists(),
        "client_id": uuid.uuid4(),
        "solve_id": uuid.uuid4(),
        "text": request.POST.get("text", "") if form else "",
        "wrong": wrong or {},
        "refused": refused or [],
        "numbers": left,
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "tickets/incident.html", context, status=status)


def _as_draft(found: Incident, sites: list[Site]) -> dict[str, Any]:
    draft = actions.IncidentDraft(
        title=found.title,
        department=found.department_id,
        sites=[site.pk for site in sites],
        banner=found.banner,
        is_announced=found.is_announced,
    )
    return vars(draft)


def _tickets(account: Account, found: Incident, *, at: datetime) -> dict[str, Any]:
    """The latest that the account sees, and how many there are in all."""
    links = IncidentTicket.objects.filter(incident=found)
    seen = access.tickets_visible_to(account).filter(under__incident=found)
    whole = seen.select_related("department", "responsible", "visitor", "under").order_by("-pk")
    return {
        "rows": [ticket_row(ticket, at=at) for ticket in whole[:MOST_TICKETS]],
        "count": links.count(),
        "count_open": links.filter(ticket__in=Ticket.objects.open()).count(),
    }


def _history(events: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at,
            "by": event.by_name,
            "deed": "answer" if event.deed in _TO_CUSTOMERS and event.text else event.deed,
            "words": _words(event),
            "html": to_html(event.text, find_links(event.text)),
            "is_told": event.is_told,
        }
        for event in events
    ]


_TO_CUSTOMERS = {IncidentDeed.UPDATE, IncidentDeed.SOLVED}


def _words(event: IncidentEvent) -> str:
    if event.deed != IncidentDeed.CHANGED:
        return str(_DEEDS[event.deed])
    before, after = (_value(event.field, kept) for kept in (event.before, event.after))
    told = {"field": str(_FIELDS[event.field]), "before": before, "after": after}
    return _("%(field)s: %(before)s → %(after)s") % told


def _value(field: str, kept: str) -> str:
    if field == "is_announced":
        return _("да") if kept else _("нет")
    return kept or _("нет")
