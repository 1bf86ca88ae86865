"""The zone «Общение»: its page, one conversation in it, and files sent from there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.files.refusals import BadFile
from chat.files.resumable import answer_begun, answer_piece
from chat.files.storage import Owner
from chat.files.uploads import answer_upload, takes_upload
from chat.text import number
from chat.zone.lists import lists
from chat.zone.workspace import find_conversation, messages_shown, nothing_open, workspace
from operators.access import ZONE, account_of, staff_page
from operators.models import Account


@require_safe
@never_cache
@staff_page(ZONE)
def zone(request: HttpRequest) -> HttpResponse:
    if request.GET.get("part") == "lists":
        return render(request, "zone/lists/_lists.html", lists(account_of(request)))
    account = account_of(request)
    context = lists(account) | nothing_open(account) | {"section": ZONE}
    return render(request, "zone/zone.html", context)


@require_safe
@never_cache
@staff_page(ZONE)
def conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    account = account_of(request)
    context = workspace(account, find_conversation(account, public_id))
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "zone/conversation/_workspace.html", context)
    return render(request, "zone/zone.html", lists(account) | context | {"section": ZONE})


@require_safe
@never_cache
@staff_page(ZONE)
def earlier_messages(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page of what stands before the message with the number `before`."""
    found = find_conversation(account_of(request), public_id)
    shown = messages_shown(found, before=number(request.GET.get("before", "")))
    return render(request, "shared/_messages.html", {"messages": shown})


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


@require_http_methods(["POST", "OPTIONS"])
@never_cache
def begin_upload(request: HttpRequest) -> HttpResponse:
    """Not led to sign in, as pages are: scripts alone come here, and are told so."""

    def address(public_id: UUID) -> str:
        return reverse("upload_piece", args=[public_id])

    return answer_begun(request, _uploader, address)


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@never_cache
@takes_upload(_uploader, is_piece=True)
def upload_piece(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return answer_piece(request, _uploader, public_id)
