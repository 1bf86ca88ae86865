"""«Сроки хранения»: terms by kind, what is kept now, runs of the purge, what is held, acts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import access
from chat.actions import retention as actions
from chat.actions.retention import TermsDraft
from chat.models import (
    Conversation,
    DestructionAct,
    DoomedFile,
    Hold,
    PurgeRun,
    RetentionTerms,
    Visit,
)
from chat.purge.nights import is_overdue, next_night
from chat.purge.terms import LONGEST, SHORTEST, Kind, own_terms, terms_of
from chat.text import number
from departments.models import stage_now
from operators.access import account_of, administrator_page
from sphaera_support.administration.acts import lines_of, rows_in_words
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

MOST_RUNS = 10
ACTS = 50  # on a page
MOST_HOLDS = 200
HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class TermsForm(AdministrationForm):
    reason = LineField(
        label=gettext_lazy("На каком основании дольше, чем у этапа"),
        required=False,
        max_length=RetentionTerms.MOST_REASON,
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Начало тихих часов"), coerce=int, choices=HOURS
    )

    def __init__(self, *args: Any, terms: RetentionTerms, **kwargs: Any) -> None:
        initial = {name: getattr(terms, name) for name in (*Kind.values, "reason", "hour")}
        super().__init__(*args, version=terms.version, initial=initial, **kwargs)
        self.order_fields([*Kind.values, "reason", "hour"])

    def fields_of_now(self) -> dict[str, forms.Field]:
        return {
            kind.value: forms.IntegerField(
                label=kind.label,
                required=False,
                min_value=SHORTEST,
                max_value=LONGEST,
                help_text=_("Дней; пусто — как у этапа."),
            )
            for kind in Kind
        }

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in Kind]

    @property
    def draft(self) -> TermsDraft:
        said = self.cleaned_data
        days = {kind: said[kind.value] for kind in Kind}
        return TermsDraft(days, said["reason"], said["hour"])


class HoldForm(AdministrationForm):
    reason = LineField(label=gettext_lazy("Почему нельзя удалять"), max_length=Hold.MOST_REASON)
    until = forms.DateField(
        label=gettext_lazy("Не удалять до"), widget=forms.DateInput(attrs={"type": "date"})
    )
    whole_visitor = forms.BooleanField(
        label=gettext_lazy("Не удалять ничего из того, что хранится об этом посетителе"),
        required=False,
    )

    @property
    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        end = timezone.make_aware(datetime.combine(said["until"], time.min))
        return {
            "reason": said["reason"],
            "until": end,
            "whole_visitor": said["whole_visitor"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def retention(request: HttpRequest) -> HttpResponse:
    form = TermsForm(posted(request), terms=own_terms())
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_terms, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("retention")
    return form_page(request, "retention.html", form, _shown(timezone.now()))


def _shown(at: datetime) -> dict[str, Any]:
    stage, own = stage_now(), own_terms()
    runs = list(PurgeRun.objects.select_related("act")[:MOST_RUNS])
    held = Hold.objects.in_force(at).select_related("conversation", "visitor")
    return {
        "back": reverse("retention"),
        "stage": stage,
        "stage_days": stage.term.days,
        "terms": [(kind.label, term.days) for kind, term in terms_of(stage, own).items()],
        "ages": _ages(at),
        "runs": [(run, rows_in_words(run.rows)) for run in runs],
        "next_at": next_night(at, own.hour),
        "is_overdue": is_overdue(at),
        "left_files": DoomedFile.objects.filter(tries__gt=0).count(),
        "holds": held[:MOST_HOLDS],
        "acts": DestructionAct.objects.count(),
    }


@dataclass(frozen=True)
class Age:
    """How much is kept that ended so long ago; `width` of the widest 300."""

    words: str
    conversations: int
    visits: int
    conversations_width: int
    visits_width: int


def _ages(at: datetime) -> list[Age]:
    bounds = [
        (_("до 14 дней"), 0, 14),
        (_("до 90 дней"), 14, 90),
        (_("до года"), 90, 365),
        (_("до 3 лет"), 365, 1095),
        (_("старше"), 1095, 36500),
    ]
    counted: list[tuple[str, int, int]] = [
        (
            words,
            Conversation.objects.filter(closed_at__range=_between(at, first, last)).count(),
            Visit.objects.filter(present_until__range=_between(at, first, last)).count(),
        )
        for words, first, last in bounds
    ]
    most_talks = max(1, *(talks for _words, talks, _visits in counted))
    most_visits = max(1, *(visits for _words, _talks, visits in counted))
    return [
        Age(words, talks, visits, _width(talks, most_talks), _width(visits, most_visits))
        for words, talks, visits in counted
    ]


def _between(at: datetime, first: int, last: int) -> tuple[datetime, datetime]:
    newest = at - timedelta(days=first) if first else at + timedelta(days=1)
    return at - timedelta(days=last), newest


def _width(count: int, most: int) -> int:
    return max(2, round(300 * count / most)) if count else 0


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_hold(request: HttpRequest, public_id: str) -> HttpResponse:
    found = access.visible_to(account_of(request)).select_related("visitor")
    conversation = get_object_or_404(found, public_id=public_id)
    form = HoldForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    hold = partial(actions.hold, doer_of(request), public_id, at=timezone.now())
    if form.is_sent and said_in(form, lambda: hold(**form.given)):
        return saved("retention")
    context = {"conversation": conversation, "back": reverse("retention")}
    return form_page(request, "hold.html", form, context)


@require_POST
@administrator_page("settings")
def lift_hold(request: HttpRequest, pk: int) -> HttpResponse:
    form = AdministrationForm(posted(request))
    get_object_or_404(Hold, pk=pk)
    lifted = said_in(form, lambda: actions.lift_hold(doer_of(request), pk, at=timezone.now()))
    return saved("retention", how="saved" if lifted else "")


@require_safe
@administrator_page("settings")
def acts(request: HttpRequest) -> HttpResponse:
    """The latest first; each night may draw one up, and they are kept for good."""
    before = number(request.GET.get("before", ""))
    found = DestructionAct.objects.filter(number__lt=before) if before else DestructionAct.objects
    acts = list(found.all()[: ACTS + 1])
    earlier = acts[ACTS - 1].number if len(acts) > ACTS else None
    return page(request, "acts.html", {"acts": acts[:ACTS], "before": before, "earlier": earlier})


@require_safe
@administrator_page("settings")
def act(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(DestructionAct.objects.select_related("run"), number=number)
    return page(request, "act.html", lines_of(found))
