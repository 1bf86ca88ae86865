"""The zone «Общение»: its page, one conversation in it, and the forms of a conversation."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from chat import rows, wire, words
from chat.actions import conversations
from chat.actions.errors import NotFound, Refusal
from chat.actions.transfers import last_climb
from chat.files import BadFile, store_file
from chat.internal.rows import chat_rows
from chat.models import Conversation
from chat.zone.information import information
from operators.access import ZONE, staff_page
from operators.models import Account

SHOWN_MESSAGES = 200


@require_safe
@never_cache
@gzip_page
@staff_page(ZONE)
def zone(request: HttpRequest) -> HttpResponse:
    if request.GET.get("part") == "lists":
        return render(request, "zone/_lists.html", lists(account_of(request)))
    return render(request, "zone/zone.html", lists(account_of(request)) | {"section": ZONE})


@require_safe
@never_cache
@gzip_page
@staff_page(ZONE)
def conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    context = workspace(account, find_conversation(account, public_id))
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "zone/_workspace.html", context)
    return render(request, "zone/zone.html", lists(account) | context | {"section": ZONE})


@require_POST
@staff_page(ZONE)
def close_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    try:
        conversations.close_conversation(account, public_id, at=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    except Refusal as refusal:
        _code, detail = words.refusal(refusal)
        return render(request, "_refusal.html", {"detail": detail}, status=409)
    return render(
        request, "zone/_workspace.html", workspace(account, find_conversation(account, public_id))
    )


@require_POST
@staff_page(ZONE)
def upload_file(request: HttpRequest) -> JsonResponse:
    try:
        attachment = store_file(
            request.FILES.get("file"), at=timezone.now(), account=account_of(request)
        )
    except BadFile as bad:
        return JsonResponse({"detail": bad.detail}, status=bad.status)
    return JsonResponse(
        {"id": attachment.public_id, "name": attachment.name, "size": attachment.size}, status=201
    )


def account_of(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def find_conversation(account: Account, public_id: str) -> Conversation:
    found = (
        Conversation.objects.visible_to(account)
        .select_related("visitor__site", "operator", "department")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404(_("Обращение не найдено"))
    return found


def lists(account: Account) -> dict[str, Any]:
    at = timezone.now()
    shown = Conversation.objects.visible_to(account).select_related(
        "visitor", "operator", "department"
    )
    waiting = rows.conversation_rows(shown.waiting().in_queue_order()[: rows.MOST], at=at)
    offered = rows.conversation_rows(shown.offered_to(account), at=at)
    mine = shown.active().filter(operator=account).order_by("-last_message_at")[: rows.MOST]
    others = (
        shown.active()
        .exclude(operator=account)
        .exclude(public_id__in=[row["cid"] for row in offered])
    )
    others = others.order_by("-last_message_at")[: rows.MOST]
    operators = rows.operator_rows(at=at)
    return {
        "waiting": sorted([*waiting, *offered], key=lambda row: row["since"]),
        "mine": rows.conversation_rows(mine, at=at),
        "others": rows.conversation_rows(others, at=at),
        "on_site": rows.site_rows(account, at=at),
        "operators": operators,
        "chats": chat_rows(account),
        "present_count": sum(row["presence"] != "off" for row in operators),
        "me": account,
        "my_departments": list(account.departments.values_list("pk", flat=True)),
    }


def workspace(account: Account, conversation: Conversation) -> dict[str, Any]:
    at = timezone.now()
    latest = conversation.messages.prefetch_related("attachments").order_by("-seq")
    shown = list(reversed(latest[:SHOWN_MESSAGES]))
    row = rows.conversation_row(conversation, at=at)
    answered = conversation.answered_at
    is_mine = conversation.operator_id == account.pk and conversation.state == "active"
    may_return = is_mine and last_climb(conversation) is not None
    return {
        "conversation": {
            **row,
            "visitor": {
                "name": row["name"],
                "initials": row["initials"],
                "online": row["online"],
                "page_title": row["page_title"],
            },
            "waiting_since": conversation.waiting_since,
            "accepted_at": conversation.accepted_at,
            "first_response_seconds": int((answered - conversation.started_at).total_seconds())
            if answered
            else None,
            "is_mine": conversation.operator_id == account.pk,
            "may_transfer": conversation.state == "active"
            and (conversation.operator_id == account.pk or account.is_administrator),
            "may_return": may_return,
            "moves": conversation.transfers.done().count(),
            "may_close": conversation.operator_id in (None, account.pk) or account.is_administrator,
        },
        "messages": [
            wire.message_context(m, wire.STAFF, read_up_to=conversation.visitor_read_seq)
            for m in shown
        ],
        "transfer": rows.transfer_strip(row["transfer"]),
        "last_seq": conversation.last_seq,
        "information": information(conversation, at=at),
        "me": account,
    }
