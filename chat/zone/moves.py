"""What an administrator does with anybody's conversation, and how an offer is let pass."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import moves, queue
from chat.actions.errors import Refusal
from chat.models import Conversation
from chat.zone.answers import decided, moved_on, refused
from chat.zone.transfers import addressees, chosen_addressee
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, administrator_page, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@administrator_page(ZONE)
def move_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    to = request.POST.get("to", "")
    if request.method != "POST":
        return render(request, "zone/transfer/_move.html", _panel(found, to))
    try:
        moves.move_conversation(account, public_id, chosen_addressee(to), at=timezone.now())
    except Refusal as refusal:
        return refused(request, "zone/transfer/_move.html", _panel(found, to), refusal)
    return moved_on(request, account, public_id)


@require_POST
@administrator_page(ZONE)
def take_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, moves.take_conversation)


@require_POST
@staff_page(ZONE)
def pass_offer(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, queue.pass_offer)


def _panel(conversation: Conversation, to: str) -> dict[str, object]:
    return {
        "cid": conversation.public_id,
        "panel": f"move-{conversation.public_id}",
        "to": to,
        **addressees(conversation, at=timezone.now()),
    }
