"""The zone «Общение»: its page, one conversation in it, and the forms of a conversation."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from chat import access
from chat.actions import conversations
from chat.actions.errors import NotFound, Refusal
from chat.files.storage import BadFile, Owner
from chat.files.uploads import answer_upload, takes_upload
from chat.models import Conversation, Participant
from chat.participation import people
from chat.rooms.rows import chat_rows
from chat.rows import conversations as rows
from chat.sockets.history import whole
from chat.sockets.pages import last_page
from chat.wire import messages as wire
from chat.wire import refusals as words
from chat.zone.information import information
from operators.access import ZONE, staff_page
from operators.models import Account


@require_safe
@never_cache
@gzip_page
@staff_page(ZONE)
def zone(request: HttpRequest) -> HttpResponse:
    if request.GET.get("part") == "lists":
        return render(request, "zone/lists/_lists.html", lists(account_of(request)))
    return render(request, "zone/zone.html", lists(account_of(request)) | {"section": ZONE})


@require_safe
@never_cache
@gzip_page
@staff_page(ZONE)
def conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    context = workspace(account, find_conversation(account, public_id))
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "zone/conversation/_workspace.html", context)
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
        return render(request, "shared/_refusal.html", {"detail": detail}, status=409)
    return render(
        request,
        "zone/conversation/_workspace.html",
        workspace(account, find_conversation(account, public_id)),
    )


def _uploader(request: HttpRequest) -> Owner:
    account = request.user
    if not isinstance(account, Account) or not account.is_staff:
        raise BadFile(401, _("Войдите снова: сеанс закончился."))
    return {"account": account}


@require_POST
@staff_page(ZONE)
@takes_upload(_uploader)
def upload_file(request: HttpRequest) -> JsonResponse:
    return answer_upload(request, _uploader)


def account_of(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def find_conversation(account: Account, public_id: str) -> Conversation:
    found = (
        access.visible_to(account)
        .select_related("visitor__site", "operator", "department")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404(_("Обращение не найдено"))
    return found


def lists(account: Account) -> dict[str, Any]:
    at = timezone.now()
    groups = access.groups_of(account)
    offered = _rows(groups.offered, at=at)
    invited = _invited_rows(groups.inviting, account, at=at)
    asked = {row["cid"]: row for row in [*offered, *invited]}
    waiting = _rows(groups.waiting.in_queue_order(), at=at)
    operators = rows.operator_rows(at=at)
    return {
        "waiting": sorted([*waiting, *asked.values()], key=lambda row: row["since"]),
        "mine": _rows(groups.mine.order_by("-last_message_at"), at=at),
        "others": _rows(groups.others.order_by("-last_message_at"), at=at),
        "on_site": rows.site_rows(account, at=at),
        "operators": operators,
        "chats": chat_rows(account),
        "present_count": sum(row["presence"] != "off" for row in operators),
        "me": account,
        "my_departments": list(account.departments.values_list("pk", flat=True)),
    }


def _rows(conversations: QuerySet[Conversation], *, at: datetime) -> list[dict[str, Any]]:
    whole = conversations.select_related("visitor", "operator", "department")
    return rows.conversation_rows(whole[: rows.MOST], at=at)


def _invited_rows(
    conversations: QuerySet[Conversation], account: Account, *, at: datetime
) -> list[dict[str, Any]]:
    """Where the account is asked to join: since then they wait for it."""
    asked = Participant.objects.invited().filter(account=account)
    since = dict(asked.values_list("conversation__public_id", "invited_at"))
    found = _rows(conversations, at=at)
    return [{**row, "since": since.get(row["cid"], row["since"])} for row in found]


def workspace(account: Account, conversation: Conversation) -> dict[str, Any]:
    at = timezone.now()
    shown = last_page(conversation.messages.all(), whole)
    row = rows.conversation_row(conversation, at=at)
    answered = conversation.answered_at
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
            "revision": conversation.revision,
            "moves": conversation.transfers.done().count(),
        },
        "may": access.what_may(account, conversation, at=at),
        "messages": [
            wire.message_context(m, wire.STAFF, read_up_to=conversation.visitor_read_seq)
            for m in shown
        ],
        "transfer": rows.transfer_strip(row["transfer"]),
        "people": people(conversation),
        "last_seq": conversation.last_seq,
        "information": information(conversation, at=at),
        "me": account,
    }
