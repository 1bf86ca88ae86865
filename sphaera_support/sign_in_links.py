"""The way in for who has no password yet: by a link that an administrator made, once."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chat.actions import accounts
from chat.actions.accounts import LinkVoid
from chat.actions.errors import Refusal
from operators.addresses import client_address, parse_address
from operators.models import Account
from operators.views import log_in


class PasswordForm(forms.Form):
    password = forms.CharField(label=_("Новый пароль"), strip=False, max_length=1024)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in_link(request: HttpRequest, pk: int, proof: str) -> HttpResponse:
    account: Account | None = Account.objects.staff().filter(pk=pk).first()
    if account is None or not accounts.is_link_good(account, proof):
        return _void(request, LinkVoid())
    form = PasswordForm(request.POST if request.method == "POST" else None, account=account)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "account": account}
        return render(request, "sign_in/link.html", context, status=status)
    address = parse_address(client_address(request))
    try:
        account = accounts.use_link(
            pk,
            proof,
            form.cleaned_data["password"],
            address=str(address) if address else None,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _void(request, refusal)
    log_in(request, account)
    return redirect("zone")


def _void(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "sign_in/link.html", {"detail": refusal.detail}, status=410)
