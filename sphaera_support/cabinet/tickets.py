"""«Мои заявки»: a customer's own, with what was written for them."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from chat.actions.errors import Refusal
from chat.models import Ticket, Visitor
from chat.text import number
from chat.tickets.actions import answering
from chat.tickets.customer import find_ticket, ticket_page, tickets_page
from chat.zone.answers import status_of
from operators.models import Account
from sphaera_support.cabinet.pages import cabinet_context, visitor_of
from sphaera_support.cabinet.sessions import signed_in_customer


@require_safe
@never_cache
@gzip_page
def tickets(request: HttpRequest) -> HttpResponse:
    account = signed_in_customer(request)
    if account is None:
        return redirect("cabinet")
    visitor = visitor_of(account)
    before = number(request.GET.get("before", ""))
    rows, more = tickets_page(visitor, before=before, at=timezone.now()) if visitor else ([], 0)
    context = cabinet_context(account) | {"tickets": rows, "more": more, "before": before}
    return render(request, "cabinet/own_tickets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@gzip_page
def ticket(request: HttpRequest, shown: str) -> HttpResponse:
    """Posted: an answer, «решено» or «не решено», by who opened the page."""
    account = signed_in_customer(request)
    if account is None:
        return redirect("cabinet")
    visitor = visitor_of(account)
    found = find_ticket(visitor, shown) if visitor else None
    if visitor is None or found is None:
        raise Http404(_("Заявка не найдена"))
    if request.method != "POST":
        return _page(request, account, visitor, found)
    if request.POST.get("customer") != str(account.pk):
        return redirect("cabinet")
    try:
        _do(request, visitor, shown)
    except Refusal as refusal:
        return _page(request, account, visitor, found, refusal)
    return redirect("cabinet_ticket", shown)


def _do(request: HttpRequest, visitor: Visitor, shown: str) -> None:
    """Raises a Refusal."""
    text, key = request.POST.get("text", ""), _key(request.POST.get("client_id", ""))
    at = timezone.now()
    if "solved" in request.POST or "unsolved" in request.POST:
        is_solved = "solved" in request.POST
        answering.settle_ticket(
            visitor, shown, is_solved=is_solved, text=text, client_id=key, at=at
        )
    else:
        answering.reply_to_ticket(visitor, shown, text, client_id=key, at=at)


def _key(typed: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return uuid.uuid4()


def _page(
    request: HttpRequest,
    account: Account,
    visitor: Visitor,
    found: Ticket,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        **cabinet_context(account),
        "ticket": ticket_page(visitor, found, at=timezone.now()),
        "client_id": uuid.uuid4(),
        "text": request.POST.get("text", "") if refusal else "",
        "error": refusal.detail if refusal else "",
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "cabinet/own_ticket.html", context, status=status)
