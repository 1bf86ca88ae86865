"""What the zone's forms answer: the conversation as it is now, or a refusal in words."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from chat.actions.errors import AddresseeAbsent, NotFound, Refusal
from chat.text import BadText, clean_text
from chat.wire import refusals as words
from chat.zone.views import account_of, find_conversation, workspace
from operators.models import Account


def moved_on(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """The conversation as it is now, or, when it went out of sight, the empty pane."""
    try:
        found = find_conversation(account, public_id)
    except Http404:
        response = render(request, "zone/conversation/_empty.html")
        response["HX-Push-Url"] = reverse("zone")
        return response
    return render(request, "zone/conversation/_workspace.html", workspace(account, found))


def status_of(refusal: Exception) -> tuple[int, str]:
    """The status and the words for a person. Raises Http404 for what they may not see."""
    if isinstance(refusal, BadText):
        return 422, refusal.detail
    if isinstance(refusal, NotFound):
        raise Http404 from refusal
    code, detail = words.refusal(refusal) if isinstance(refusal, Refusal) else ("", "")
    return (422 if code == "invalid" else 409), detail


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Exception
) -> HttpResponse:
    """The form again, with the words and all that was typed."""
    status, detail = status_of(refusal)
    context |= {"error": detail, "is_absent": isinstance(refusal, AddresseeAbsent)}
    response = render(request, template, context, status=status)
    response["HX-Retarget"] = f"#{context['panel']}"
    response["HX-Reswap"] = "outerHTML"
    return response


def opened(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """What one has just come into, with its address."""
    response = moved_on(request, account, public_id)
    response["HX-Push-Url"] = reverse("zone_conversation", args=[public_id])
    return response


def nothing(_request: HttpRequest, _account: Account, _public_id: str) -> HttpResponse:
    """Frames show what has changed."""
    return HttpResponse(status=204)


def decided(
    request: HttpRequest,
    public_id: str,
    decide: Callable[..., object],
    answer: Callable[[HttpRequest, Account, str], HttpResponse] = moved_on,
) -> HttpResponse:
    """Do it as the account, `decide(account, public_id, at=…)`; a refusal is told in words."""
    account = account_of(request)
    try:
        decide(account, public_id, at=timezone.now())
    except (Refusal, BadText) as refusal:
        return told(request, refusal)
    return answer(request, account, public_id)


def reason_of(request: HttpRequest) -> str:
    """Why something is declined. Raises BadText."""
    return clean_text(request.POST.get("reason", ""))


def told(request: HttpRequest, refusal: Exception) -> HttpResponse:
    status, detail = status_of(refusal)
    return render(request, "shared/_refusal.html", {"detail": detail}, status=status)
