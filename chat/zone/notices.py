"""Notices that come through the server of a browser: the script that takes them, and the wish."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat.actions.errors import Refusal
from chat.notices.actions import subscriptions
from chat.notices.actions.subscriptions import SubscriptionDraft
from operators.access import ZONE, account_of, staff_page

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "push" / "worker.js"


@require_safe
@never_cache
def push_worker(_request: HttpRequest) -> HttpResponse:
    """Under the address of the zone, which is all that it may answer for. Nothing in it is secret,
    and a browser asks for it anew when nobody may be signed in.
    """
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_POST
@staff_page(ZONE)
def subscribe(request: HttpRequest) -> HttpResponse:
    names = ("endpoint", "public_key", "secret")
    draft = SubscriptionDraft(**{name: request.POST.get(name, "") for name in names})
    key = request.session.session_key or ""
    try:
        subscriptions.subscribe(account_of(request), key, draft, at=timezone.now())
    except Refusal as refusal:
        status = 409 if refusal.code == "conflict" else 422
        return JsonResponse({"detail": refusal.detail}, status=status)
    return HttpResponse(status=204)


@require_POST
@staff_page(ZONE)
def unsubscribe(request: HttpRequest) -> HttpResponse:
    subscriptions.unsubscribe(request.session.session_key or "")
    return HttpResponse(status=204)
