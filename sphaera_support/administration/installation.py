"""A site's window on its pages: the secret that signs, the code that embeds, what came of it."""

from datetime import timedelta
from functools import cache, partial
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import sites as actions
from chat.models import Sighting
from departments.models import Site
from operators.access import administrator_page
from sphaera_support.administration import seen
from sphaera_support.administration.frame import (
    AdministrationForm,
    doer_of,
    posted,
    said_in,
    saved,
)
from sphaera_support.administration.sites import found, site_page

EXAMPLES = settings.BASE_DIR / "static" / "examples"
KEY_OF_EXAMPLES = "shop"


class Example(NamedTuple):
    language: str
    file: str
    text: str


class RotationForm(AdministrationForm):
    keep = forms.TypedChoiceField(
        label=_("Старый действует"),
        coerce=int,
        choices=[(1, _("час")), (24, _("сутки")), (168, _("неделю")), (720, _("месяц"))],
        initial=24,
        help_text=_("Столько времени есть, чтобы заменить секрет на сервере сайта."),
    )

    @property
    def hours(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["keep"])


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Posting rotates the secret."""
    site = found(pk)
    form = RotationForm(posted(request), version=site.version)
    rotate = partial(actions.rotate_secret, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: rotate(keep=form.hours, shown=form.shown)):
        return saved("site_keys", pk)
    return _keys_page(request, site, form)


@require_POST
@administrator_page("sites")
def show_secret(request: HttpRequest, pk: int) -> HttpResponse:
    site = found(pk)
    secret = actions.show_secret(doer_of(request), pk, at=timezone.now())
    return _keys_page(request, site, RotationForm(version=site.version), secret=secret)


@require_POST
@administrator_page("sites")
def end_previous_secret(request: HttpRequest, pk: int) -> HttpResponse:
    actions.end_previous_secret(doer_of(request), found(pk).pk, at=timezone.now())
    return saved("site_keys", pk)


def _keys_page(
    request: HttpRequest, site: Site, form: RotationForm, **context: Any
) -> HttpResponse:
    old_until = site.previous_secret_until if len(site.secrets_at(timezone.now())) > 1 else None
    return site_page(request, "site_keys.html", site, form, old_until=old_until, **context)


@require_safe
@administrator_page("sites")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What was seen here; nobody is called."""
    site = found(pk)
    return site_page(request, "site_check.html", site, seen=seen.rows(site))


@require_POST
@administrator_page("sites")
def allow_origin(request: HttpRequest, pk: int, seen: int) -> HttpResponse:
    refused = Sighting.objects.filter(site=found(pk), outcome=Sighting.Outcome.NOT_LISTED)
    origin = get_object_or_404(refused, pk=seen).origin
    actions.allow_origin(doer_of(request), pk, origin, at=timezone.now())
    return saved("site_check", pk)


@require_safe
@administrator_page("sites")
def code(request: HttpRequest, pk: int) -> HttpResponse:
    site = found(pk)
    own = examples()
    shown = [one._replace(text=one.text.replace(KEY_OF_EXAMPLES, site.key)) for one in own]
    loader = request.build_absolute_uri(reverse("widget_loader"))
    support = loader.removesuffix(reverse("widget_loader"))
    return site_page(
        request, "site_code.html", site, loader=loader, support=support, examples=shown
    )


@cache
def examples() -> tuple[Example, ...]:
    """As they stand in static/examples, where tests run them."""
    named = {"Python": "py", "PHP": "php", "JavaScript (Node.js)": "mjs"}
    files = {language: f"identity_token.{ending}" for language, ending in named.items()}
    return tuple(
        Example(language, file, (EXAMPLES / file).read_text("utf-8"))
        for language, file in files.items()
    )
