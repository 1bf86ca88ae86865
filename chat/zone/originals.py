"""What changed and deleted messages of a conversation said before: for administrators.

A look lists who changed what and when, which everybody sees; what it said is told by a press, and
that is noted.
"""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chat import access
from chat.actions.changes import Doer
from chat.actions.errors import NotFound
from chat.actions.originals import read_originals
from chat.models import Conversation, Message, MessageKind
from chat.originals import files_of, versions_of, with_versions
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, administrator_page
from operators.addresses import client_address, parse_address

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@administrator_page(ZONE)
def originals(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    conversation = find_conversation(account, public_id)
    changed = access.originals_shown_to(account).filter(conversation=conversation)
    page = Paginator(with_versions(changed), ON_A_PAGE).get_page(request.GET.get("page"))
    is_told = request.method == "POST"
    messages = _read(request, conversation, page) if is_told else list(page)
    context = {
        # Not the zone's, whose controls would stand above it, and no other, which would leave it.
        "section": "originals",
        "conversation": conversation,
        "page": page,
        "is_told": is_told,
        "messages": [_shown(message, is_told=is_told) for message in messages],
    }
    return render(request, "zone/originals/originals.html", context)


def _read(request: HttpRequest, conversation: Conversation, page: Page[Message]) -> list[Message]:
    """None, where there is nothing any more."""
    address = parse_address(client_address(request))
    doer = Doer(account_of(request), str(address) if address else None)
    keys = [message.pk for message in page]
    try:
        return read_originals(doer, conversation, keys, at=timezone.now())
    except NotFound:
        return []


def _shown(message: Message, *, is_told: bool) -> dict[str, Any]:
    versions = versions_of(message)
    return {
        "id": message.client_id,
        "by": message.author_name,
        "is_note": message.kind == MessageKind.NOTE,
        "is_deleted": message.retracted_at is not None,
        "at": message.created_at,
        "changes": versions[1:],
        "versions": versions if is_told else [],
        "files": files_of(message) if is_told else [],
    }
