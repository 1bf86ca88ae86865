"""One's own account: how one is shown, how one gets in, where one is signed in."""

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import profile as actions
from chat.actions import sign_ins
from chat.actions.profile import ProfileDraft
from chat.files.uploads import takes_upload
from operators.access import account_of, staff_page
from operators.forms import OneTooMany, examine
from operators.models import Account
from sphaera_support.administration.devices import devices
from sphaera_support.administration.fields import LineField
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    page,
    posted,
    said_in,
    saved,
)
from sphaera_support.administration.photos import PhotoForm, is_photo_changed, sender


class ProfileForm(AdministrationForm):
    shown_name = LineField(
        label=_("Для посетителей"),
        max_length=150,
        required=False,
        help_text=_("Под каким именем вы отвечаете; пусто — под тем же."),
    )
    current = forms.CharField(
        label=_("Текущий пароль"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "current-password"}, render_value=True),
    )
    password = forms.CharField(
        label=_("Новый пароль"),
        required=False,
        strip=False,
        max_length=1024,
        help_text=_("Пусто — останется прежний. С новым остальные сеансы завершатся."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request, self.account = request, account_of(request)
        initial = {"shown_name": self.account.shown_name}
        super().__init__(*args, version=self.account.version, initial=initial, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # A field that is merely left examines nothing: that takes long, and is counted.
        if not self.errors and "check" not in self.data:
            self._demand_old_password(data["current"], data["password"])
        return data

    def _demand_old_password(self, current: str, password: str) -> None:
        if current and not password:
            self.add_error("password", ValidationError(_("Введите новый пароль.")))
        if not password:
            return
        if not current:
            self.add_error("current", ValidationError(_("Введите текущий пароль.")))
        else:
            self._examine(current)

    def _examine(self, password: str) -> None:
        account = self.account
        try:
            if examine(self.request, account.login, password, [account.role]) != account:
                self.add_error("current", ValidationError(_("Пароль не подходит.")))
        except OneTooMany as refusal:
            self.add_error("current", refusal)

    @property
    def draft(self) -> ProfileDraft:
        data = self.cleaned_data
        return ProfileDraft(shown_name=data["shown_name"], password=data["password"])


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("profile")
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request, posted(request))
    if (words := checked(request, form)) is not None:
        return words
    if form.is_sent and said_in(form, lambda: _change(request, form)):
        return saved("profile")
    return _profile_page(request, form)


def _change(request: HttpRequest, form: ProfileForm) -> None:
    key = request.session.session_key or ""
    account = actions.change_profile(
        doer_of(request), form.draft, shown=form.shown, session_key=key, at=timezone.now()
    )
    if form.draft.password:
        update_session_auth_hash(request, account)


def _profile_page(
    request: HttpRequest, form: ProfileForm, photo: PhotoForm | None = None
) -> HttpResponse:
    account = account_of(request)
    context = {
        "form": form,
        "photo_form": photo or PhotoForm(),
        "account": account,
        "photo_address": reverse("profile_photo"),
        "form_address": reverse("profile"),
        "back": reverse("zone"),
        "devices": devices(account, request.session.session_key or "", at=timezone.now()),
    }
    return page(request, "profile.html", context, status=photo.status if photo else form.status)


@require_POST
@staff_page("profile")
@takes_upload(sender)
def profile_photo(request: HttpRequest) -> HttpResponse:
    form = PhotoForm(request)
    if is_photo_changed(request, form, account_of(request).pk):
        return saved("profile", how="photo")
    return _profile_page(request, ProfileForm(request), form)


@require_POST
@staff_page("profile")
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    sign_ins.end_session(account_of(request), pk, at=timezone.now())
    return saved("profile", how="ended")


@require_POST
@staff_page("profile")
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    account: Account = account_of(request)
    key = request.session.session_key or ""
    sign_ins.end_sessions(account, but=key, at=timezone.now())
    return saved("profile", how="ended")
