"""«Исходы» of the settings: what operators choose from as they close a conversation."""

from functools import partial
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import outcomes as actions
from chat.models import ClosingOutcome
from operators.access import administrator_page
from sphaera_support.administration.fields import LineField
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


class OutcomeForm(AdministrationForm):
    title = LineField(label=_("Название"), max_length=ClosingOutcome.MAX_TITLE)

    def __init__(self, *args: Any, outcome: ClosingOutcome | None = None, **kwargs: Any) -> None:
        version, initial = (outcome.version, {"title": outcome.title}) if outcome else (0, {})
        super().__init__(*args, version=version, initial=initial, **kwargs)


@require_safe
@administrator_page("settings")
def outcomes(request: HttpRequest) -> HttpResponse:
    return page(request, "outcomes.html", _listed())


def _listed() -> dict[str, Any]:
    counted = ClosingOutcome.objects.annotate(count=Count("closings"))
    every = list(counted.order_by("position", "pk"))  # what is grouped forgets its own order
    return {
        "current": [one for one in every if one.retired_at is None],
        "retired": [one for one in every if one.retired_at is not None],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_outcome(request: HttpRequest) -> HttpResponse:
    form = OutcomeForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_outcome, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.cleaned_data["title"])):
        return saved("outcomes")
    return form_page(request, "outcome.html", form, {"back": reverse("outcomes")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = get_object_or_404(ClosingOutcome, pk=pk)
    form = OutcomeForm(posted(request), outcome=outcome)
    if (words := checked(request, form)) is not None:
        return words
    rename = partial(actions.rename_outcome, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: rename(form.cleaned_data["title"], shown=form.shown)):
        return saved("outcomes")
    context = {"outcome": outcome, "back": reverse("outcomes")}
    return form_page(request, "outcome.html", form, context)


@require_POST
@administrator_page("settings")
def move_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ClosingOutcome, pk=pk)
    up = request.POST.get("where") == "up"
    actions.move_outcome(doer_of(request), pk, up=up, at=timezone.now())
    return saved("outcomes")


@require_POST
@administrator_page("settings")
def retire_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ClosingOutcome, pk=pk)
    actions.retire_outcome(doer_of(request), pk, at=timezone.now())
    return saved("outcomes")


@require_POST
@administrator_page("settings")
def restore_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Where there is no room for it, or another of its title, the list says so."""
    get_object_or_404(ClosingOutcome, pk=pk)
    form = AdministrationForm(posted(request))
    if said_in(form, lambda: actions.restore_outcome(doer_of(request), pk, at=timezone.now())):
        return saved("outcomes")
    return form_page(request, "outcomes.html", form, _listed())
