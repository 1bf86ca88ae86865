"""«Почта» of the settings: whether letters go, and which did not."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chat.actions.errors import Refusal
from chat.mail.actions import sending as actions
from chat.mail.actions.trials import post_trial
from chat.mail.kinds import TITLES, TRIAL
from chat.models import Letter
from operators.access import account_of, administrator_page
from sphaera_support.administration.frame import doer_of, page, saved

MOST_SHOWN = 100


@require_safe
@administrator_page("settings")
def mail(request: HttpRequest) -> HttpResponse:
    return _mail_page(request)


def _mail_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    account = account_of(request)
    undelivered = Letter.objects.undelivered().exclude(kind=TRIAL)
    found = list(undelivered[: MOST_SHOWN + 1])
    context = {
        "is_on": settings.SENDS_MAIL,
        "server": _server() if settings.SENDS_MAIL else {},
        "trial": Letter.objects.filter(kind=TRIAL, account=account).first(),
        "rows": [{"letter": one, "title": TITLES.get(one.kind, one.kind)} for one in found],
        "waiting": Letter.objects.pending().filter(tries=0).count(),
        "refusal": refusal.detail if refusal else "",
    }
    return page(request, "mail.html", context, status=_status(refusal))


def _status(refusal: Refusal | None) -> int:
    if refusal is None:
        return 200
    return 422 if refusal.code == "invalid" else 409


def _server() -> dict[str, Any]:
    """What there is to see of it; never the password, nor by whose name it is asked."""
    return {
        "host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "is_secure": settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }


@require_POST
@administrator_page("settings")
def send_trial(request: HttpRequest) -> HttpResponse:
    try:
        post_trial(doer_of(request), at=timezone.now())
    except Refusal as refusal:
        return _mail_page(request, refusal)
    return saved("mail", how="posted")


@require_POST
@administrator_page("settings")
def send_letter_again(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Letter.objects.undelivered(), pk=pk)
    try:
        actions.send_again(pk, at=timezone.now())
    except Refusal as refusal:
        return _mail_page(request, refusal)
    return saved("mail", how="posted")


@require_POST
@administrator_page("settings")
def give_up_letter(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Letter.objects.undelivered(), pk=pk)
    try:
        actions.give_up(pk)
    except Refusal as refusal:
        return _mail_page(request, refusal)
    return saved("mail", how="deleted")
