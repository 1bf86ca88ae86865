"""Accounts: who works here, put off and on again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.access import joined_by
from chat.actions import accounts as actions
from chat.actions.errors import Refusal
from chat.models import Conversation
from operators.access import administrator_page
from operators.models import Account


@require_safe
@administrator_page("accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    return _accounts(request)


def _accounts(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    found = Account.objects.staff().prefetch_related("memberships__department")
    context = {"accounts": found, "section": "accounts", "error": error}
    return render(request, "administration/accounts.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("accounts")
def deactivate_account(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks and says what will happen, POST does it."""
    account = get_object_or_404(Account, pk=pk)
    if request.method != "POST":
        return render(request, "administration/deactivate.html", _question(account))
    try:
        actions.deactivate_account(account, at=timezone.now())
    except Refusal as refusal:
        return _accounts(request, error=refusal.detail, status=409)
    return redirect("accounts")


def _question(account: Account) -> dict[str, Any]:
    return {
        "account": account,
        "owned": Conversation.objects.active().filter(operator=account).count(),
        "joined": joined_by(account).exclude(operator=account).count(),
        "section": "accounts",
    }


@require_POST
@administrator_page("accounts")
def activate_account(request: HttpRequest, pk: int) -> HttpResponse:
    actions.activate_account(get_object_or_404(Account, pk=pk))
    return redirect("accounts")
