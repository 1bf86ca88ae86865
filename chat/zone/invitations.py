"""The forms of an invitation: sent, answered, and the ways out."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import invitations
from chat.actions.errors import Refusal
from chat.models import Conversation, Participant
from chat.rows.operators import operator_rows
from chat.text import clean_text
from chat.zone.answers import decided, moved_on, nothing, opened, reason_of, refused
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page
from operators.models import Account


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def invite_operator(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    found = find_conversation(account, public_id)
    if request.method != "POST":
        context = _panel(account, found, {}, at=timezone.now())
        return render(request, "zone/invitation/_invite.html", context)
    try:
        invitations.invite_operator(
            account,
            public_id,
            _key(request.POST.get("account", "")),
            clean_text(request.POST.get("note", "")),
            at=timezone.now(),
        )
    except Refusal as refusal:
        context = _panel(account, found, request.POST, at=timezone.now())
        return refused(request, "zone/invitation/_invite.html", context, refusal)
    return moved_on(request, account, public_id)


@require_POST
@staff_page(ZONE)
def join_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, invitations.join_conversation, opened)


@require_POST
@staff_page(ZONE)
def decline_invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    def decline(account: Account, public_id: str, *, at: datetime) -> None:
        invitations.decline_invitation(account, public_id, reason_of(request), at=at)

    return decided(request, public_id, decline, nothing)


@require_POST
@staff_page(ZONE)
def leave_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    return decided(request, public_id, invitations.leave_conversation)


@require_POST
@staff_page(ZONE)
def remove_participant(request: HttpRequest, public_id: str) -> HttpResponse:
    participant = _key(request.POST.get("account", ""))
    remove = partial(invitations.remove_participant, participant_id=participant)
    return decided(request, public_id, remove, nothing)


def _key(account: str) -> int:
    """0, which is nobody's, for what is no key."""
    return int(account) if re.fullmatch(r"[0-9]{1,9}", account, re.ASCII) else 0


def _panel(
    account: Account,
    conversation: Conversation,
    typed: QueryDict | dict[str, str],
    *,
    at: datetime,
) -> dict[str, Any]:
    """Those who are there to come: the rest could not hear it."""
    current = conversation.participants.current().values_list("account", flat=True)
    taken = {account.pk, conversation.operator_id, *current}
    there = [row for row in operator_rows(at=at) if row["presence"] in ("on", "busy")]
    return {
        "cid": conversation.public_id,
        "panel": f"invite-{conversation.public_id}",
        "operators": [row for row in there if row["id"] not in taken],
        "chosen": typed.get("account", ""),
        "note": typed.get("note", ""),
        "minutes": int(Participant.TIMEOUT.total_seconds() // 60),
    }
