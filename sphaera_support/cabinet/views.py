"""«Личный кабинет»: the support site. It embeds the chat window as any other site would."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.visitors import end_chat_session
from operators.forms import SignInForm
from operators.models import Account, Role
from sphaera_support.cabinet.pages import (
    cabinet_context,
    identity_token,
    latest_tickets,
    own_site,
)
from sphaera_support.cabinet.sessions import (
    sign_in_customer,
    sign_out_customer,
    signed_in_customer,
)

CUSTOMERS = {Role.CUSTOMER}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@gzip_page
def cabinet(request: HttpRequest) -> HttpResponse:
    account = signed_in_customer(request)
    if request.method == "POST":
        return _sign_in(request, account)
    if account is not None:
        return render(
            request, "cabinet/cabinet.html", cabinet_context(account) | latest_tickets(account)
        )
    return render(request, "cabinet/sign_in.html", {"form": SignInForm(request, CUSTOMERS)})


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The form with a fresh proof, for one that was posted without a good one."""
    form = SignInForm.again(request, CUSTOMERS)
    return render(request, "cabinet/sign_in.html", {"form": form}, status=403)


def _sign_in(request: HttpRequest, before: Account | None) -> HttpResponse:
    """Over another customer too, from a form that was opened earlier: that one is signed out."""
    form = SignInForm(request, CUSTOMERS, request.POST)
    if not form.is_valid() or form.account is None:
        return form.refuse(render(request, "cabinet/sign_in.html", {"form": form}))
    if before is not None and before != form.account:
        _end_chat(before)
    response = redirect("cabinet")
    sign_in_customer(request, response, form.account)
    return response


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaving the cabinet ends the chat session: sockets close, tokens are void.

    A page of somebody who was here before signs out nobody else.
    """
    account = signed_in_customer(request)
    response = redirect("cabinet")
    if account is not None and request.POST.get("customer", str(account.pk)) == str(account.pk):
        _end_chat(account)
        sign_out_customer(request, response)
    return response


def _end_chat(account: Account) -> None:
    site = own_site()
    if site is not None:
        end_chat_session(site, account.login, at=timezone.now())


@require_safe
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    account = signed_in_customer(request)
    site = own_site()
    if account is None or site is None:
        return JsonResponse({}, status=401)
    return JsonResponse({"token": identity_token(site, account, at=timezone.now())})
