from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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

    @classmethod
    def again(cls, request: HttpRequest, roles: set[Role]) -> "SignInForm":
        """For a press whose proof had run out: what was typed but the password, and why."""
        form = cls(request, roles, initial={"username": request.POST.get("username", "")[:150]})
        form.notice = str(_("Страница входа устарела. Введите пароль и войдите ещё раз."))
        return form

    @property
    def is_locked_out(self) -> bool:
        return getattr(self.request, "axes_locked_out", False)

    @property
    def status(self) -> int:
        """Of the answer to a form that was refused."""
        return 429 if self.is_locked_out else 422

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        account = authenticate(self.request, username=data["username"], password=data["password"])
        if self.is_locked_out:
            raise forms.ValidationError(
                _("Слишком много попыток. Попробуйте снова через 15 минут."), code="locked"
            )
        if not isinstance(account, Account) or account.role not in self.roles:
            raise forms.ValidationError(_("Логин или пароль не подходят"), code="refused")
        self.account = account
        return data
