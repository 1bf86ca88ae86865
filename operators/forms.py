from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from operators import attempts
from operators.addresses import client_address
from operators.models import Account, Role


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
            self.account = self._examined(data["username"], data["password"])
        except attempts.TooManyAttempts:
            self.retry_after = attempts.RETRY_AFTER
            raise forms.ValidationError(
                _("Слишком много попыток. Попробуйте снова через 10 секунд."), code="too_many"
            ) from None
        if self._is_locked_out:
            self.retry_after = int(settings.AXES_COOLOFF_TIME.total_seconds())
            raise forms.ValidationError(
                _("Слишком много попыток. Попробуйте снова через 15 минут."), code="locked"
            )
        if self.account is None:
            raise forms.ValidationError(_("Логин или пароль не подходят"), code="refused")
        return data

    @property
    def _is_locked_out(self) -> bool:
        return getattr(self.request, "axes_locked_out", False)

    def _examined(self, username: str, password: str) -> Account | None:
        """Whose they are, if it is one who may sign in here."""
        with attempts.sign_ins.attempt(client_address(self.request)) as failures:
            account = authenticate(self.request, username=username, password=password)
        if isinstance(account, Account) and account.role in self.roles:
            failures.put_back(1)
            return account
        return None
