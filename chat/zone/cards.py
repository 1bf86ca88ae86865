"""What an answer may be besides words: a link as a card, a request of a rating or of facts."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chat.actions.errors import Refusal
from chat.actions.links import MixedScripts, send_link
from chat.actions.ratings import ask_for_rating
from chat.actions.snapshots import ask_for_snapshot
from chat.zone.answers import decided, nothing, refused
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page

TEMPLATE = "zone/conversation/_link_form.html"


@require_POST
@staff_page(ZONE)
def request_rating(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, ask_for_rating, nothing)


@require_POST
@staff_page(ZONE)
def request_snapshot(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, ask_for_snapshot, nothing)


@require_POST
@staff_page(ZONE)
def send_link_card(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sent, it answers with the form for another; the form names the id of its message, so that a
    second press sends no second card.
    """
    account = account_of(request)
    find_conversation(account, public_id)
    title, url = request.POST.get("title", ""), request.POST.get("url", "")
    client_id = _client_id(request.POST.get("client_id", ""))
    form: dict[str, object] = {"cid": public_id, "panel": f"link-{public_id}"}
    try:
        send_link(
            account,
            public_id,
            title,
            url,
            client_id=client_id,
            even_mixed=request.POST.get("even_mixed", ""),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form |= {"title": title, "url": url, "client_id": client_id, "field": refusal.field}
        form |= {"mixed": refusal.domain if isinstance(refusal, MixedScripts) else ""}
        return refused(request, TEMPLATE, form, refusal)
    return render(request, TEMPLATE, form | {"client_id": uuid.uuid4(), "is_done": True})


def _client_id(typed: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return uuid.uuid4()
