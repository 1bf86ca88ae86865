"""«Закрыть обращение»: what it asks, the closing, and its taking back."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat import access
from chat.actions import conversations
from chat.actions.closings import ClosingAsks
from chat.actions.errors import NotFound, Refusal
from chat.actions.field_values import Asked
from chat.filled import fields_of
from chat.models import ClosingOutcome, Conversation
from chat.text import number
from chat.zone.answers import decided, opened, told
from chat.zone.field_rows import field_row
from chat.zone.field_values import SHOWN, TYPED, given_fields
from chat.zone.workspace import find_conversation, workspace
from operators.access import ZONE, account_of, staff_page
from operators.models import Account


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def close_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    if request.method != "POST":
        return _asks(request, account, find_conversation(account, public_id))
    outcome = number(request.POST.get("outcome", "")) or None
    given = given_fields(request.POST)
    try:
        conversations.close_conversation(
            account, public_id, outcome=outcome, given=given, at=timezone.now()
        )
    except NotFound as missing:
        raise Http404 from missing
    except ClosingAsks as asks:
        found = find_conversation(account, public_id)
        return _asks_again(request, _question(found, asks.asked, chosen=outcome), asks)
    except Refusal as refusal:
        context = {"detail": refusal.detail}
        return render(request, "shared/_refusal.html", context, status=409)
    context = workspace(account, find_conversation(account, public_id))
    return render(request, "zone/conversation/_workspace.html", context)


@require_POST
@staff_page(ZONE)
def reopen_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, conversations.reopen_conversation, opened)


def _asks(request: HttpRequest, account: Account, conversation: Conversation) -> HttpResponse:
    here = access.standing_of(account, conversation, at=timezone.now())
    if (refusal := access.to_close(here)) is not None:
        return told(request, refusal)
    missing = [Asked(filled) for filled in fields_of(conversation) if filled.is_missing]
    return render(request, "zone/conversation/_closing.html", _question(conversation, missing))


def _question(
    conversation: Conversation, asked: Iterable[Asked], *, chosen: int | None = None
) -> dict[str, Any]:
    """What the panel shows. Nothing is chosen beforehand: what one key confirms unread would be
    said of every conversation.
    """
    outcomes = list(ClosingOutcome.objects.current())
    return {
        "cid": conversation.public_id,
        "name": conversation.visitor.name,
        "outcomes": outcomes,
        "chosen": chosen if chosen in {one.pk for one in outcomes} else None,
        "rows": [
            field_row(one.filled, typed=one.typed, error=one.error)
            | {"name": TYPED + one.filled.field.key, "shown_name": SHOWN + one.filled.field.key}
            for one in asked
        ],
    }


def _asks_again(request: HttpRequest, question: dict[str, Any], asks: ClosingAsks) -> HttpResponse:
    context = question | {"words": asks.detail}
    response = render(request, "zone/conversation/_closing.html", context, status=422)
    response["HX-Retarget"] = f"#closing-{question['cid']}"
    response["HX-Reswap"] = "outerHTML"
    return response
