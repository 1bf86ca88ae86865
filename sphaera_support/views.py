"""Pages of the roof: the way in and out, and what monitoring asks."""

import asyncio
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib import auth
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe
from django.views.defaults import page_not_found

from chat.actions import presence
from chat.api.problems import not_found
from chat.sockets import troubles
from operators.access import refuse_page
from operators.models import Account
from operators.views import sign_in_again
from sphaera_support.cabinet.views import sign_in_again as sign_in_to_cabinet_again


def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of another system's address it is told as its other refusals are."""
    if request.path.startswith("/api/"):
        return not_found(request)
    return page_not_found(request, exception)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return redirect("zone" if isinstance(request.user, Account) else "cabinet")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@gzip_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does: the place is given up and the socket of this session closes."""
    if request.method != "POST":
        return render(request, "sign_in/logout.html")
    account = request.user
    if isinstance(account, Account):
        presence.sign_out(account, request.session.session_key or "", at=timezone.now())
    auth.logout(request)
    return redirect("login")


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A post without a good proof that its form is ours, mostly from a page of long ago.

    Ways in and out are shown again, ready to be sent, and the zone gets a fresh proof to do again
    what it asked for; not so a foreign page, from which it would never work.
    """
    is_foreign = reason.startswith(("Origin", "Referer"))
    again = _FORMS_AGAIN.get(request.resolver_match.url_name if request.resolver_match else None)
    detail = _("Страница устарела, ничего не изменено. Обновите её и повторите.")
    if again is not None and not is_foreign:
        return again(request)
    response = refuse_page(request, detail, "403_csrf.html")
    if request.headers.get("HX-Request") and not is_foreign:
        response["X-Fresh-Proof"] = get_token(request)
    return response


def _ask_to_sign_out(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in/logout.html", status=403)


_FORMS_AGAIN: dict[str | None, Callable[[HttpRequest], HttpResponse]] = {
    "login": sign_in_again,
    "cabinet": sign_in_to_cabinet_again,
    "logout": _ask_to_sign_out,
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and channel layer answer, 503 with which one does not.

    What merely does not work in this process is named, with 200: it would not work in another.
    """
    failing = [name for name, answers in _PROBES.items() if not _answers(answers)]
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    if degraded := troubles.parts():
        return JsonResponse({"status": "degraded", "degraded": degraded})
    return JsonResponse({"status": "ok"})


def _answers(probe: object) -> bool:
    try:
        probe()  # type: ignore[operator]
    except Exception:
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@async_to_sync
async def _layer() -> None:
    async with asyncio.timeout(3):
        await get_channel_layer().group_send("readyz", {"type": "push", "group": "readyz"})


_PROBES = {"database": _database, "layer": _layer}
