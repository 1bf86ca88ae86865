"""«Не удалять до …» in a conversation, and its end."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import retention
from chat.actions.changes import Doer
from chat.actions.errors import Refusal
from chat.models import Conversation, Hold
from chat.zone.answers import moved_on, refused, told
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, administrator_page
from operators.addresses import client_address, parse_address


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@administrator_page(ZONE)
def hold_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_conversation(account_of(request), public_id)
    typed = request.POST
    if request.method != "POST":
        return render(request, "zone/keeping/_hold.html", _panel(found, typed))
    try:
        retention.hold(
            _doer(request),
            public_id,
            typed.get("reason", ""),
            until=retention.end_of_hold(typed.get("until", "")),
            whole_visitor=typed.get("of") == "visitor",
            at=timezone.now(),
        )
    except Refusal as refusal:
        context = {**_panel(found, typed), "wrong_field": refusal.field}
        return refused(request, "zone/keeping/_hold.html", context, refusal)
    return moved_on(request, account_of(request), public_id)


@require_POST
@administrator_page(ZONE)
def end_hold(request: HttpRequest, public_id: str, hold_id: int) -> HttpResponse:
    found = find_conversation(account_of(request), public_id)
    hold = get_object_or_404(Hold.objects.on(found), pk=hold_id)
    try:
        retention.lift_hold(_doer(request), hold.pk, at=timezone.now())
    except Refusal as refusal:
        return told(request, refusal)
    return moved_on(request, account_of(request), public_id)


def _doer(request: HttpRequest) -> Doer:
    address = parse_address(client_address(request))
    return Doer(account_of(request), str(address) if address else None)


def _panel(conversation: Conversation, typed: QueryDict) -> dict[str, Any]:
    return {
        "cid": conversation.public_id,
        "panel": f"hold-{conversation.public_id}",
        "tomorrow": timezone.localdate() + retention.DAY,
        "until": typed.get("until", ""),
        "reason": typed.get("reason", ""),
        "most": Hold.MOST_REASON,
        "of": typed.get("of", ""),
    }
