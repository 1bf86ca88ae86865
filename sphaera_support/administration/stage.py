"""«Этап обслуживания»: what each stage means, whether operators suffice, and what a change does."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from chat.actions import stage as actions
from chat.models import Conversation, RetentionTerms
from chat.personal.kept import term_words
from chat.purge.nights import next_night
from chat.purge.preview import look_ahead
from chat.purge.terms import Kind, cutoffs_at, own_terms, terms_of
from departments.models import Department, Service, stage_now
from departments.stages import Stage
from operators.access import administrator_page
from sphaera_support.administration import stage_figures
from sphaera_support.administration.frame import (
    AdministrationForm,
    doer_of,
    form_page,
    posted,
    said_in,
    saved,
)


class SpacedNumber(forms.IntegerField):
    """As the page shows it: «1 284»."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(str(value or "").split()))


class StageForm(AdministrationForm):
    stage = forms.ChoiceField(choices=Stage.choices)
    number = SpacedNumber(
        label=gettext_lazy("Чтобы подтвердить, введите число переписок"),
        required=False,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    to = forms.TypedChoiceField(
        label=gettext_lazy("Куда передать открытые обращения"),
        coerce=int,
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = Department.objects.filter(level=1).order_by("position", "pk")
        field: Any = self.fields["to"]
        field.choices = [(one.pk, one.name) for one in first]


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def stage(request: HttpRequest) -> HttpResponse:
    service = Service.objects.first() or Service()
    form = StageForm(posted(request), version=service.version)
    act = partial(actions.change_stage, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: act(**_given(form))):
        return saved("stage")
    asked = request.POST.get("stage") or request.GET.get("stage")
    chosen = Stage(asked) if asked in Stage.values else stage_now()
    return form_page(request, "stage.html", form, _shown(chosen))


def _given(form: StageForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "stage": Stage(said["stage"]),
        "number": said["number"],
        "to": said["to"],
        "shown": form.shown,
    }


def _shown(chosen: Stage) -> dict[str, Any]:
    at, now, own = timezone.now(), stage_now(), own_terms()
    terms = terms_of(now, own)
    customers = stage_figures.customers(at, terms[Kind.VISITS])
    there_are = stage_figures.operators_there_are()
    return {
        "stages": [_card(one, now, chosen) for one in Stage],
        "now": now,
        "now_kept": term_words(now.term),
        "history": term_words(terms[Kind.MESSAGES]),
        "chosen": chosen,
        "customers": customers,
        "operators": there_are,
        "missing": max(0, customers.needed - there_are),
        "marks": [number < there_are for number in range(min(customers.needed, 20))],
        "older": Conversation.objects.filter(closed_at__lt=at - Stage.INITIAL.term).count(),
        "presence": stage_figures.presence(at, customers.needed),
        "change": _change(now, chosen, own) if chosen != now else None,
    }


def _card(one: Stage, now: Stage, chosen: Stage) -> dict[str, Any]:
    means = {
        Stage.INITIAL: (_("клиентов немного"), "1"),
        Stage.MIDDLE: (_("клиентов стало больше"), _("+1 на каждые 100")),
        Stage.HIGH: (_("клиентов много"), _("+1 на каждые 100")),
    }
    words, operators = means[one]
    return {
        "key": one.value,
        "title": one.label,
        "words": words,
        "operators": operators,
        "levels": one.levels,
        "kept": term_words(one.term),
        "is_now": one == now,
        "is_chosen": one == chosen,
    }


def _change(now: Stage, chosen: Stage, own: RetentionTerms) -> dict[str, Any]:
    """What is different at the chosen one, by counting it."""
    at = timezone.now()
    shorter = chosen.term < now.term
    return {
        "shortens": shorter,
        "lengthens": chosen.term > now.term,
        "kept": term_words(chosen.term),
        "longer": _longer(chosen, own),
        "reason": own.reason,
        "purged_at": next_night(at, own.hour),
        "going": look_ahead(cutoffs_at(at, stage=chosen), at=at) if shorter else None,
        "fewer_levels": chosen.levels < now.levels,
        "more_levels": chosen.levels > now.levels,
        "leaving": actions.above(chosen),
        "joining": [one for one in actions.above(now) if one.level <= chosen.levels],
        "open": actions.open_above(chosen),
    }


def _longer(chosen: Stage, own: RetentionTerms) -> list[str]:
    """What stays beyond the term of the stage, for a reason that an administrator gave."""
    terms = terms_of(chosen, own)
    return [
        f"{kind.label} — {term_words(terms[kind])}" for kind in Kind if terms[kind] > chosen.term
    ]
