"""«Заблокировать» and «Разблокировать» in a conversation."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import blocks
from chat.actions.blocks import BlockDraft
from chat.actions.changes import Doer
from chat.actions.errors import CoversOwnAddress, Refusal
from chat.models import Block, Conversation
from chat.zone.answers import decided, moved_on, refused
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page
from operators.addresses import client_address, parse_address, shown_network

MOST_OFFERED = 2  # the address of the last visit and its network


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def block_visitor(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    if request.method != "POST":
        return render(request, "zone/blocking/_block.html", _panel(found, {}))
    typed = request.POST
    draft = BlockDraft(typed.get("reason", ""), typed.get("term", ""), typed.get("network", ""))
    address = parse_address(client_address(request))
    doer = Doer(account, str(address) if address else None)
    even_own = "even_own" in typed
    try:
        blocks.block_visitor(doer, public_id, draft, even_own=even_own, at=timezone.now())
    except Refusal as refusal:
        is_own = isinstance(refusal, CoversOwnAddress)
        context = {**_panel(found, typed), "is_own": is_own, "wrong_field": refusal.field}
        return refused(request, "zone/blocking/_block.html", context, refusal)
    return moved_on(request, account, public_id)


@require_POST
@staff_page(ZONE)
def unblock_visitor(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, blocks.unblock_visitor)


@require_POST
@staff_page(ZONE)
def let_in_visitor(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, blocks.let_in)


def _panel(conversation: Conversation, typed: QueryDict | dict[str, str]) -> dict[str, Any]:
    offered = blocks.networks_of(conversation.visitor)[:MOST_OFFERED]
    return {
        "cid": conversation.public_id,
        "panel": f"block-{conversation.public_id}",
        "name": conversation.visitor.name,
        "networks": [(str(one), shown_network(one), one.num_addresses == 1) for one in offered],
        "network": typed.get("network", ""),
        "terms": Block.Term.choices,
        "term": typed.get("term", Block.Term.DAY),
        "reason": typed.get("reason", ""),
    }
