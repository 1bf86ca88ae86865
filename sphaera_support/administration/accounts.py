"""Accounts: who works here, in which departments, and how they get in."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import accounts as actions
from chat.actions.accounts import AccountDraft
from chat.actions.memberships import Terms
from chat.files.uploads import takes_upload
from chat.mail.actions.links import post_link
from departments.models import Department
from operators.access import administrator_page
from operators.models import Account, Role
from sphaera_support.administration import staff
from sphaera_support.administration.fields import LineField, TermsField, refuse_controls
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)
from sphaera_support.administration.photos import PhotoForm, is_photo_changed, sender

ROLES = [(role.value, role.label) for role in (Role.OPERATOR, Role.ADMINISTRATOR)]


class AccountForm(AdministrationForm):
    name = LineField(label=_("Имя"), max_length=150, help_text=_("Так его видят коллеги."))
    shown_name = LineField(
        label=_("Для посетителей"),
        max_length=150,
        required=False,
        help_text=_("Под каким именем отвечает; пусто — под тем же."),
    )
    login = LineField(label=_("Логин"), max_length=150)
    email = forms.EmailField(
        label=_("Эл. почта"),
        required=False,
        max_length=254,
        validators=[refuse_controls],
        help_text=_("Сюда можно отправить ссылку для входа; другие её не видят."),
    )
    role = forms.ChoiceField(
        label=_("Роль"),
        choices=ROLES,
        help_text=_("Администратор настраивает всё и отвечает, если стоит в отделе."),
    )
    reads_reports = forms.BooleanField(
        label=_("Доступ к отчёту по перепискам"),
        required=False,
        help_text=_("Видит отчёты своих отделов; администратор видит все."),
    )
    may_export = forms.BooleanField(
        label=_("Может выгружать"),
        required=False,
        help_text=_("Таблицами CSV и XLSX, то, что видит сам. Администратор может и так."),
    )
    password = forms.CharField(
        label=_("Пароль"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
    )
    link = forms.BooleanField(label=_("Ссылка для входа"), required=False)

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        self.account = account
        version = account.version if account else 0
        super().__init__(*args, version=version, initial=_initial(account), **kwargs)
        autofill = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        self.fields["login"].widget.attrs |= autofill
        if account is not None:
            self.fields["password"].help_text = _("Пусто — останется прежний.")

    def fields_of_now(self) -> dict[str, forms.Field]:
        named = dict(Department.objects.values_list("pk", "name"))
        return {"departments": TermsField(named, label=_("Отделы"))}

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"]
        if self.account is None or login != self.account.login:
            UnicodeUsernameValidator()(login)
        if actions.is_login_taken(login, self.account.pk if self.account else None):
            raise ValidationError(gettext("Логин «%s» уже занят.") % login)
        return login

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_none = not data.get("password") and not data.get("link")
        if self.account is None and has_none and "password" not in self.errors:
            words = _("Задайте пароль или отметьте «Ссылка для входа».")
            self.add_error("password", ValidationError(words, code="required"))
        return data

    @property
    def draft(self) -> AccountDraft:
        left_out = {"shown_version", "link"}
        fields = {key: value for key, value in self.cleaned_data.items() if key not in left_out}
        return AccountDraft(**fields)

    def department_rows(self) -> list[Any]:
        field: Any = self.fields["departments"]
        return list(field.rows(self, "departments"))


def _initial(account: Account | None) -> Mapping[str, Any]:
    if account is None:
        return {"role": Role.OPERATOR}
    places = account.memberships.values_list("department", "priority", "limit")
    return {
        **{name: getattr(account, name) for name in actions.FIELDS},
        "departments": {department: Terms(*terms) for department, *terms in places},
    }


def _found(pk: int) -> Account:
    account: Account = get_object_or_404(Account.objects.staff(), pk=pk)
    return account


@require_safe
@administrator_page("accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    context = {"rows": staff.rows(asked, at=timezone.now()), "asked": asked}
    return page(request, "accounts.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("accounts")
def add_account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    added: list[Account] = []
    add = partial(actions.add_account, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: added.append(add(form.draft))):
        if form.draft.password:
            return saved("accounts")
        return _link_page(request, added[0], by_mail=True)
    context = {"back": reverse("accounts"), "sends_mail": settings.SENDS_MAIL}
    return form_page(request, "account.html", form, context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("accounts")
def change_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = _found(pk)
    form = AccountForm(posted(request), account=account)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(
        actions.change_account,
        doer_of(request),
        pk,
        even_alone="even_alone" in request.POST,
        at=timezone.now(),
    )
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("accounts")
    return _account_page(request, account, form)


def _account_page(
    request: HttpRequest, account: Account, form: AccountForm, photo: PhotoForm | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "account": account,
        "form_address": reverse("change_account", args=[account.pk]),
        "back": reverse("accounts"),
        "sends_mail": settings.SENDS_MAIL,
        "photo_form": photo or PhotoForm(),
        "photo_address": reverse("account_photo", args=[account.pk]),
    }
    return page(request, "account.html", context, status=photo.status if photo else form.status)


@require_POST
@administrator_page("accounts")
@takes_upload(sender)
def account_photo(request: HttpRequest, pk: int) -> HttpResponse:
    account = _found(pk)
    form = PhotoForm(request)
    if is_photo_changed(request, form, pk):
        return saved("change_account", pk, how="photo")
    return _account_page(request, account, AccountForm(account=account), form)


@require_POST
@administrator_page("accounts")
def make_sign_in_link(request: HttpRequest, pk: int) -> HttpResponse:
    return _link_page(request, _found(pk), by_mail="send" in request.POST)


def _link_page(request: HttpRequest, account: Account, *, by_mail: bool) -> HttpResponse:
    """Shown once: where it is kept, its bearer could come in."""
    doer, at = doer_of(request), timezone.now()
    proof = actions.make_link(doer, account.pk, at=at)
    link = request.build_absolute_uri(reverse("sign_in_link", args=[account.pk, proof]))
    context = {"account": account, "link": link}
    if by_mail and settings.SENDS_MAIL and account.email:
        origin = f"{request.scheme}://{request.get_host()}"
        post_link(doer, account.pk, origin, at=at)
        context["is_posted"] = True
    return page(request, "account_link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("accounts")
def deactivate_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = _found(pk)
    put_off = partial(actions.deactivate_account, account, by=doer_of(request), at=timezone.now())
    return _asked(request, account, "account_deactivation.html", put_off)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("accounts")
def delete_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = _found(pk)
    delete = partial(actions.delete_account, doer_of(request), pk, at=timezone.now())
    return _asked(request, account, "account_deletion.html", delete, how="deleted")


def _asked(
    request: HttpRequest,
    account: Account,
    template: str,
    act: "partial[None]",
    *,
    how: str = "saved",
) -> HttpResponse:
    """A question first, then the deed; a refusal is said in the question."""
    form = AdministrationForm(posted(request))
    if form.is_sent and said_in(form, act):
        return saved("accounts", how=how)
    return form_page(request, template, form, staff.consequences(account))


@require_POST
@administrator_page("accounts")
def activate_account(request: HttpRequest, pk: int) -> HttpResponse:
    actions.activate_account(_found(pk), by=doer_of(request), at=timezone.now())
    return saved("accounts")


@require_POST
@administrator_page("accounts")
def sign_out_everywhere(request: HttpRequest, pk: int) -> HttpResponse:
    actions.sign_out_everywhere(doer_of(request), _found(pk).pk, at=timezone.now())
    return saved("accounts")
