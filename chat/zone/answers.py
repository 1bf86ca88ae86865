"""What the zone's forms answer: the conversation as it is now, or a refusal in words."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from chat.actions.errors import (
    AddresseeAbsent,
    CardMissing,
    NotFound,
    ReasonMissing,
    Refusal,
)
from chat.text import clean_text
from chat.zone.workspace import find_conversation, nothing_open, workspace
from operators.access import account_of
from operators.models import Account


def moved_on(request: HttpRequest, account: Account, public_id: str) -> HttpResponse:
    """The conversation as it is now, or, when it went out of sight, the empty pane."""
    try:
        found = find_conversation(account, public_id)
    except Http404:
        response = render(request, "zone/conversation/_empty.html", nothing_open(account))
        response["HX-Push-Url"] = reverse("zone")
        return response
    return render(request, "zone/conversation/_workspace.html", workspace(account, found))


# The field in which a refusal is to be mended.
_FIELDS: dict[type[Refusal], str] = {CardMissing: "asked", ReasonMissing: "reason"}
# What is wrong with the form itself, in the wire's codes.
_WRONG = {"invalid", "too_large"}


def status_of(refusal: Refusal) -> int:
    """Raises Http404 for what they may not see."""
    if isinstance(refusal, NotFound):
        raise Http404 from refusal
    return 422 if refusal.code in _WRONG else 409


def refused(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal
) -> HttpResponse:
    """The form again, with the words and all that was typed."""
    context |= {
        "error": refusal.detail,
        "is_absent": isinstance(refusal, AddresseeAbsent),
        "wrong": _FIELDS.get(type(refusal), ""),
    }
    response = render(request, template, context, status=status_of(refusal))
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
    except Refusal as refusal:
        return told(request, refusal)
    return answer(request, account, public_id)


def reason_of(request: HttpRequest) -> str:
    """Why something is declined. Raises a Refusal."""
    return clean_text(request.POST.get("reason", ""))


def told(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"detail": refusal.detail}
    return render(request, "shared/_refusal.html", context, status=status_of(refusal))
