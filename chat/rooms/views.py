"""Chats among staff in the zone: their page, the forms of a group, older messages, search."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import access
from chat.actions.errors import Refusal
from chat.models import InternalChat
from chat.rooms import actions as internal
from chat.rooms import history, wire
from chat.rooms.errors import ColleagueGone
from chat.rooms.history import ChatState
from chat.rooms.rows import title_of
from chat.text import initials, number
from chat.zone.answers import status_of, told
from chat.zone.lists import lists
from chat.zone.workspace import nothing_open
from operators.access import ZONE, account_of, staff_page
from operators.models import Account


@require_safe
@never_cache
@staff_page(ZONE)
def internal_chat(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    context = _workspace(account, _find(account, public_id))
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "zone/rooms/_chat_workspace.html", context)
    return render(request, "zone/zone.html", lists(account) | context | {"section": ZONE})


@require_POST
@staff_page(ZONE)
def open_direct_chat(request: HttpRequest, account_id: int) -> HttpResponse:
    account = account_of(request)
    try:
        chat = internal.open_direct_chat(account, account_id, at=timezone.now())
    except Refusal as refusal:
        return told(request, refusal)
    return _opened(request, account, chat)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def create_group(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    chosen = _keys(request.POST.getlist("members"))
    if request.method != "POST":
        return render(request, "zone/rooms/_new_group.html", {"people": _colleagues(account)})
    title = request.POST.get("title", "")
    try:
        chat = internal.create_group(account, title, chosen, at=timezone.now())
    except Refusal as refusal:
        people = _colleagues(account, chosen)
        context = {"people": people, "title": title, "error": refusal.detail}
        status = status_of(refusal)
        response = render(request, "zone/rooms/_new_group.html", context, status=status)
        response["HX-Retarget"] = "#new-group-form"
        return response
    return _opened(request, account, chat)


@require_POST
@staff_page(ZONE)
def rename_chat(request: HttpRequest, public_id: str) -> HttpResponse:
    account, title = account_of(request), request.POST.get("title", "")
    try:
        internal.rename_chat(account, public_id, title, at=timezone.now())
    except Refusal as refusal:
        return _panel(request, public_id, refusal, typed=title)
    return _panel(request, public_id)


@require_POST
@staff_page(ZONE)
def add_member(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        (key,) = _keys([request.POST.get("account", "")])
        internal.add_member(account_of(request), public_id, key, at=timezone.now())
    except Refusal as refusal:
        return _panel(request, public_id, refusal)
    return _panel(request, public_id)


@require_POST
@staff_page(ZONE)
def remove_member(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        (key,) = _keys([request.POST.get("account", "")])
        internal.remove_member(account_of(request), public_id, key, at=timezone.now())
    except Refusal as refusal:
        return _panel(request, public_id, refusal)
    return _panel(request, public_id)


@require_POST
@staff_page(ZONE)
def leave_chat(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    try:
        internal.leave_chat(account, public_id, at=timezone.now())
    except Refusal as refusal:
        return _panel(request, public_id, refusal)
    response = render(request, "zone/conversation/_empty.html", nothing_open(account))
    response["HX-Push-Url"] = reverse("zone")
    return response


@require_safe
@never_cache
@staff_page(ZONE)
def chat_members(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list alone, after somebody came or went: what is typed beside it stays."""
    account = account_of(request)
    return render(
        request, "zone/rooms/_chat_members.html", _people(account, _find(account, public_id))
    )


@require_safe
@never_cache
@staff_page(ZONE)
def earlier_messages(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    state = _find(account, public_id)
    found = history.latest(state.chat, before=number(request.GET.get("before", "")))
    return render(request, "shared/_messages.html", {"messages": _shown(account, state, found)})


@require_safe
@never_cache
@staff_page(ZONE)
def search_chat(request: HttpRequest, public_id: str) -> HttpResponse:
    state = _find(account_of(request), public_id)
    query = request.GET.get("q", "")
    context = {
        "found": history.search(state.chat, query),
        "is_short": len(query.strip()) < history.SHORTEST_SEARCH,
        "most": history.MOST_FOUND,
    }
    return render(request, "zone/rooms/_chat_found.html", context)


def _find(account: Account, public_id: str) -> ChatState:
    state = history.state_of(account, public_id=public_id)
    if state is None:
        raise Http404
    return state


def _keys(values: list[str]) -> set[int]:
    """What a form names; what is no key is nobody's."""
    return set(map(number, values))


def _opened(request: HttpRequest, account: Account, chat: InternalChat) -> HttpResponse:
    context = _workspace(account, _find(account, chat.public_id))
    response = render(request, "zone/rooms/_chat_workspace.html", context)
    response["HX-Push-Url"] = reverse("internal_chat", args=[chat.public_id])
    return response


def _panel(
    request: HttpRequest, public_id: str, refusal: Refusal | None = None, typed: str | None = None
) -> HttpResponse:
    """«Участники» as it is now; after a refusal with the words and what was typed."""
    status, detail = (status_of(refusal), refusal.detail) if refusal else (200, "")
    account = account_of(request)
    context = _people(account, _find(account, public_id)) | {"error": detail}
    if typed is not None and refusal:
        context["typed"] = typed
    response = render(request, "zone/rooms/_chat_panel.html", context, status=status)
    response["HX-Retarget"] = "#information"
    return response


# What the templates show


def _workspace(account: Account, state: ChatState) -> dict[str, Any]:
    gone = internal.gone_colleague(state.chat, account)
    found = history.latest(state.chat)
    return _people(account, state) | {
        "messages": _shown(account, state, found),
        "read_seq": state.read_seq,
        "earlier_url": reverse("earlier_messages", args=[state.chat.public_id]),
        "closed": ColleagueGone(str(gone)).detail if gone else "",
        "me": account,
    }


def _shown(account: Account, state: ChatState, found: list[Any]) -> list[dict[str, Any]]:
    read = history.read_by_all(state.reads, account.pk)
    return [
        wire.message_context(message, wire.side(message, account.pk), read_up_to=read)
        for message in found
    ]


def _people(account: Account, state: ChatState) -> dict[str, Any]:
    chat, title = state.chat, title_of(state, account.pk)
    here = {member.account_id for member in state.members}
    return {
        "chat": {
            "cid": chat.public_id,
            "title": title,
            "is_direct": chat.is_direct,
            "names": ", ".join(str(member) for member in state.members),
            "initials": initials(title),
            "photo": _photo_of_other(account, state),
        },
        "members": [
            {
                "id": member.account_id,
                "name": str(member),
                "initials": initials(str(member)),
                "photo": member.account.photo_url if member.account else "",
                "is_me": member.account_id == account.pk,
                "is_gone": member.account is None or not member.account.is_active,
                "made_it": not chat.is_direct and member.account_id == chat.created_by_id,
            }
            for member in state.members
        ],
        "may_remove": access.may_remove_member(account, chat),
        "joinable": []
        if chat.is_direct
        else [p for p in _colleagues(account) if p["id"] not in here],
    }


def _photo_of_other(account: Account, state: ChatState) -> str:
    """In a chat of two."""
    others = [one.account for one in state.members if one.account_id != account.pk]
    return others[0].photo_url if state.chat.is_direct and others and others[0] else ""


def _colleagues(account: Account, chosen: set[int] | None = None) -> list[dict[str, Any]]:
    people = Account.objects.staff().active().exclude(pk=account.pk).order_by("name")
    return [
        {
            "id": one.pk,
            "name": one.name,
            "initials": initials(one.name),
            "photo": one.photo_url,
            "is_chosen": one.pk in (chosen or ()),
        }
        for one in people
    ]
