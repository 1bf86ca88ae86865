"""«Токены API» of the settings: which other systems read and write, and how far they may."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chat.api.actions import tokens as actions
from chat.api.actions.tokens import TokenDraft
from chat.models import ApiToken, Scope
from departments.models import Site
from operators.access import administrator_page
from sphaera_support.administration.contract_fields import DayField
from sphaera_support.administration.fields import KeysField, LineField
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

USUAL_PACE = 300  # requests a minute


class TokenForm(AdministrationForm):
    name = LineField(
        label=_("Название"),
        max_length=ApiToken.MAX_NAME,
        help_text=_("Какая система: этим именем подписано всё, что она сделает."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Права"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    pace = forms.IntegerField(
        label=_("Запросов в минуту, не больше"),
        min_value=1,
        max_value=ApiToken.MOST_A_MINUTE,
        initial=USUAL_PACE,
    )
    ends_on = DayField(
        label=_("Последний день"),
        required=False,
        help_text=_("Пусто — действует, пока не отозван."),
    )

    def fields_of_now(self) -> dict[str, forms.Field]:
        named = dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))
        return {
            "sites": KeysField(
                named,
                label=_("Сайты"),
                help_text=_("О том, что на других сайтах, токен ничего не узнает."),
            )
        }

    @property
    def draft(self) -> TokenDraft:
        said = self.cleaned_data
        day = said["ends_on"]
        end = datetime.combine(day + timedelta(days=1), time.min) if day else None
        return TokenDraft(
            name=said["name"],
            scopes=said["scopes"],
            sites=said["sites"],
            pace=said["pace"],
            ends_at=timezone.make_aware(end) if end else None,
        )


@require_safe
@administrator_page("settings")
def tokens(request: HttpRequest) -> HttpResponse:
    found = ApiToken.objects.select_related("account").prefetch_related("sites")
    rows = [_row(one, at=timezone.now()) for one in found]
    rows.sort(key=lambda row: row["state"] != "good")
    return page(request, "tokens.html", {"rows": rows})


def _row(token: ApiToken, *, at: datetime) -> dict[str, Any]:
    state = "revoked" if token.revoked_at else "over" if token.is_over(at) else "good"
    return {
        "token": token,
        "state": state,
        "scopes": [Scope(scope).label for scope in token.scopes],
        "sites": [site.name for site in token.sites.all()],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    made: list[tuple[ApiToken, str]] = []
    issue = partial(actions.issue_token, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: made.append(issue(form.draft))):
        return _shown_once(request, *made[0])
    return form_page(request, "token.html", form, {"back": reverse("tokens")})


def _shown_once(request: HttpRequest, token: ApiToken, shown: str) -> HttpResponse:
    """Whoever reloads the address is at the list."""
    address = request.build_absolute_uri(reverse("api_conversations"))
    context = {"token": token, "shown": shown, "address": address}
    answer = page(request, "token_shown.html", context)
    answer["HX-Push-Url"] = reverse("tokens")
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("account"), pk=pk, revoked_at=None)
    form = AdministrationForm(posted(request))
    revoke = partial(actions.revoke_token, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, revoke):
        return saved("tokens", how="revoked")
    return form_page(request, "token_end.html", form, {"token": token, "back": reverse("tokens")})
