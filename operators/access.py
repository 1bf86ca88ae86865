"""Who may open a page. Each staff page also says to which section of the menu it belongs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from operators.models import Account

View = Callable[..., HttpResponse]

# The zone is the one section in which an operator is present.
ZONE = "chat"


def _compressed(view: View) -> View:
    """A page; what is streamed is read otherwise than Django's compression knows."""
    compression = GZipMiddleware(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.streaming:
            return response
        return cast(HttpResponse, compression.process_response(request, response))

    return answered


def _guarded(view: View, section: str, is_admitted: Callable[[Account], bool]) -> View:
    @wraps(view)
    @never_cache  # what one account may see, no cache gives to another
    @_compressed
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account):
            return redirect_to_login(request.get_full_path())
        if not is_admitted(account):
            raise PermissionDenied
        request.section = section  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    guarded.section = section  # type: ignore[attr-defined]
    return guarded


def refuse_page(request: HttpRequest, detail: str, page: str) -> HttpResponse:
    """403: the words alone where a script asked, a page where a person did."""
    if request.headers.get("HX-Request"):
        return render(request, "shared/_refusal.html", {"detail": detail}, status=403)
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return JsonResponse({"detail": detail}, status=403)
    return render(request, page, {"detail": detail}, status=403)


def staff_page(section: str) -> Callable[[View], View]:
    """For operators and administrators; a stranger is sent to sign in."""
    return lambda view: _guarded(view, section, lambda account: account.is_staff)


def administrator_page(section: str) -> Callable[[View], View]:
    return lambda view: _guarded(view, section, lambda account: account.is_administrator)


def reports_page(section: str) -> Callable[[View], View]:
    """For those of staff who may read reports."""
    return lambda view: _guarded(view, section, lambda account: account.can_read_reports)


def exporting_page(section: str) -> Callable[[View], View]:
    """For those of staff who may take out what they see."""
    return lambda view: _guarded(view, section, lambda account: account.can_export)


def scheduling_page(section: str) -> Callable[[View], View]:
    """For those of staff who may have reports sent to them."""

    def is_admitted(account: Account) -> bool:
        return account.can_read_reports and account.can_export

    return lambda view: _guarded(view, section, is_admitted)


def account_of(request: HttpRequest) -> Account:
    """Whom a guarded page was opened by."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user
