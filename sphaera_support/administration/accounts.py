"""Accounts: who works here, put off and on again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chat.actions import accounts as actions
from chat.actions.errors import Refusal
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


@require_POST
@administrator_page("accounts")
def deactivate_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    try:
        actions.deactivate_account(account, at=timezone.now())
    except Refusal as refusal:
        return _accounts(request, error=refusal.detail, status=409)
    return redirect("accounts")


@require_POST
@administrator_page("accounts")
def activate_account(request: HttpRequest, pk: int) -> HttpResponse:
    actions.activate_account(get_object_or_404(Account, pk=pk))
    return redirect("accounts")
