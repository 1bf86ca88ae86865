from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from operators import attempts
from operators.addresses import client_address
from operators.models import Account, Role


class OneTooMany(forms.ValidationError):
    """Nothing was examined: try again after so many seconds."""

    def __init__(self, words: Any, retry_after: int) -> None:
        super().__init__(words, code="too_many")
        self.retry_after = retry_after


def examine(
    request: HttpRequest, username: str, password: str, roles: Collection[str]
) -> Account | None:
    """Whose they are, if it is one of these roles. Raises OneTooMany."""
    try:
        with attempts.sign_ins.attempt(client_address(request)) as failures:
            account = authenticate(request, username=username, password=password)
            if isinstance(account, Account) and account.role in roles:
                failures.put_back(1)
                return account
    except attempts.TooManyAttempts:
        raise OneTooMany(
            _("Слишком много попыток. Попробуйте снова через 10 секунд."), attempts.RETRY_AFTER
        ) from None
    if getattr(request, "axes_locked_out", False):
        cooloff = int(settings.AXES_COOLOFF_TIME.total_seconds())
        raise OneTooMany(_("Слишком много попыток. Попробуйте снова через 15 минут."), cooloff)
    return None


class SignInForm(forms.Form):
    """Login and password of one of the given roles; every failure reads the same."""

    notice = ""

    username = forms.CharField(
        label=_("Логин"), max_length=150, widget=forms.TextInput({"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Пароль"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}, render_value=False),
    )

    def __init__(self, request: HttpRequest, roles: set[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.roles = roles
        self.account: Account | None = None
        self.retry_after: int | None = None  # seconds, when it was one attempt too many

    @classmethod
    def again(cls, request: HttpRequest, roles: set[Role]) -> "SignInForm":
        """For a press whose proof had run out: what was typed but the password, and why."""
        form = cls(request, roles, initial={"username": request.POST.get("username", "")[:150]})
        form.notice = str(_("Страница входа устарела. Введите пароль и войдите ещё раз."))
        return form

    def refuse(self, page: HttpResponse) -> HttpResponse:
        """The page of a refused form, as what it is answered."""
        page.status_code = 429 if self.retry_after else 422
        if self.retry_after:
            page["Retry-After"] = str(self.retry_after)
        return page

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self.account = examine(self.request, data["username"], data["password"], self.roles)
        except OneTooMany as refusal:
            self.retry_after = refusal.retry_after
            raise
        if self.account is None:
            raise forms.ValidationError(_("Логин или пароль не подходят"), code="refused")
        return data
