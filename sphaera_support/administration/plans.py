"""Plans of support: what was promised to whom, and how critical a request is on each."""

from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chat.actions import plans as actions
from chat.actions.plans import PlanDraft, Term, name_of
from departments.contracts.models import CriticalityTable, Plan, PlanTerm
from departments.criticality import (
    USUAL_TABLE,
    Criticality,
    Impact,
    Table,
    Urgency,
)
from operators.access import administrator_page
from sphaera_support.administration.contract_fields import MinutesField, shown_minutes
from sphaera_support.administration.fields import LineField, TextField
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

THE_WORST_FIRST = tuple(reversed(Criticality))


class TermFields(NamedTuple):
    """Of one criticality, as the page shows them."""

    title: str
    answer: forms.BoundField
    solution: forms.BoundField
    clock: forms.BoundField


class PlanForm(AdministrationForm):
    name = LineField(label=_("Название"), max_length=100)
    includes = TextField(
        label=_("Что входит"),
        required=False,
        max_length=2000,
        help_text=_("Для операторов: что положено клиенту с этим планом, а что нет."),
    )
    has_chat = forms.BooleanField(
        label=_("Право на чат"),
        required=False,
        help_text=_("Без него клиенту всё равно отвечают; оператор видит, что права нет."),
    )
    is_offered = forms.BooleanField(
        label=_("Для новых договоров"),
        required=False,
        help_text=_("Снимите, чтобы план больше не выбирали; прежние договоры останутся как есть."),
    )

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        self.plan = plan
        version = plan.version if plan else 0
        super().__init__(*args, version=version, initial=_initial(plan), **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for one in THE_WORST_FIRST:
            fields[f"answer_{one}"] = MinutesField(label=_("Первый ответ"), required=False)
            fields[f"solution_{one}"] = MinutesField(label=_("Решение"), required=False)
            fields[f"clock_{one}"] = forms.BooleanField(label=_("Круглосуточно"), required=False)
        return fields

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if actions.is_name_taken(name, self.plan.pk if self.plan else None):
            raise ValidationError(gettext("План «%s» уже есть.") % name)
        return name

    @property
    def draft(self) -> PlanDraft:
        fields = {name: self.cleaned_data[name] for name in actions.FIELDS}
        return PlanDraft(**fields, terms={one: self._term(one) for one in Criticality})

    def _term(self, one: Criticality) -> Term:
        typed = self.cleaned_data
        return Term(typed[f"answer_{one}"], typed[f"solution_{one}"], typed[f"clock_{one}"])

    def terms(self) -> list[TermFields]:
        return [
            TermFields(
                str(one.label).capitalize(),
                self[f"answer_{one}"],
                self[f"solution_{one}"],
                self[f"clock_{one}"],
            )
            for one in THE_WORST_FIRST
        ]


def _initial(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"has_chat": True, "is_offered": True}
    found: dict[str, Any] = {name: getattr(plan, name) for name in actions.FIELDS}
    for term in plan.terms.all():
        found[f"answer_{term.criticality}"] = term.answer
        found[f"solution_{term.criticality}"] = term.solution
        found[f"clock_{term.criticality}"] = term.is_around_the_clock
    return found


@require_safe
@administrator_page("settings")
def plans(request: HttpRequest) -> HttpResponse:
    in_force = Count("contracts", filter=Q(contracts__deleted_at=None))
    counted = Plan.objects.annotate(contracts_count=in_force).prefetch_related("terms")
    found = counted.order_by("name_key", "pk")  # what is grouped forgets its own order
    rows = [{"plan": plan, "terms": _told(plan)} for plan in found]
    titles = [str(one.label).capitalize() for one in THE_WORST_FIRST]
    return page(request, "plans.html", {"rows": rows, "titles": titles})


def _told(plan: Plan) -> list[dict[str, Any]]:
    """Of each criticality, the worst first."""
    terms = {term.criticality: term for term in plan.terms.all()}
    return [_told_term(terms.get(one, PlanTerm())) for one in THE_WORST_FIRST]


def _told_term(term: PlanTerm) -> dict[str, Any]:
    named = {"answer": term.answer, "solution": term.solution}
    told = {name: shown_minutes(minutes) if minutes else "" for name, minutes in named.items()}
    return {**told, "clock": term.is_around_the_clock and any(told.values())}


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_plan(request: HttpRequest) -> HttpResponse:
    form = PlanForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_plan, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.draft)):
        return saved("plans")
    return form_page(request, "plan.html", form, {"back": reverse("plans")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects, pk=pk)
    form = PlanForm(posted(request), plan=plan)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_plan, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("plans")
    return form_page(request, "plan.html", form, {"plan": plan, "back": reverse("plans")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects, pk=pk)
    form = AdministrationForm(posted(request))
    delete = partial(actions.delete_plan, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, delete):
        return saved("plans", how="deleted")
    context = {"plan": plan, "back": reverse("change_plan", args=[pk])}
    return form_page(request, "plan_deletion.html", form, context)


# How critical a request is


class CriticalityForm(AdministrationForm):
    """A cell for each impact and urgency; of a plan, those that it has of its own."""

    def __init__(self, *args: Any, table: Table, usual: Table | None = None, **kwargs: Any) -> None:
        self.usual = usual
        initial = {name_of(cell): int(one) for cell, one in table.items()}
        super().__init__(*args, initial=initial, **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        return {
            name_of((impact, urgency)): self._field(impact, urgency)
            for impact in Impact
            for urgency in Urgency
        }

    def _field(self, impact: Impact, urgency: Urgency) -> forms.Field:
        choices: list[tuple[Any, Any]] = list(Criticality.choices)
        if self.usual is not None:
            words = _("%s, как у всех") % self.usual[impact, urgency].label
            choices = [("", words), *choices]
        return forms.TypedChoiceField(
            label=f"{impact.label}, {urgency.label}".capitalize(),
            choices=choices,
            coerce=int,
            empty_value=None,
            required=self.usual is None,
        )

    @property
    def table(self) -> Table:
        typed = {
            (impact, urgency): self.cleaned_data[name_of((impact, urgency))]
            for impact in Impact
            for urgency in Urgency
        }
        return {cell: Criticality(one) for cell, one in typed.items() if one is not None}

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (str(impact.label).capitalize(), [self[name_of((impact, one))] for one in Urgency])
            for impact in Impact
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def criticality(request: HttpRequest) -> HttpResponse:
    kept, usual = _table_for_all()
    form = CriticalityForm(posted(request), version=kept.version, table=usual)
    change = partial(actions.change_criticality, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.table, shown=form.shown)):
        return saved("criticality")
    return _criticality_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def criticality_of_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects, pk=pk)
    _kept, usual = _table_for_all()
    form = CriticalityForm(posted(request), version=plan.version, table=plan.own_cells, usual=usual)
    change = partial(actions.change_criticality_of, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.table, shown=form.shown)):
        return saved("criticality_of_plan", pk)
    return _criticality_page(request, form, plan)


def _table_for_all() -> tuple[CriticalityTable, Table]:
    kept = CriticalityTable.objects.first() or CriticalityTable()
    return kept, {**USUAL_TABLE, **kept.table}


def _criticality_page(
    request: HttpRequest, form: CriticalityForm, plan: Plan | None
) -> HttpResponse:
    address = reverse("criticality_of_plan", args=[plan.pk]) if plan else reverse("criticality")
    context = {
        "plan": plan,
        "plans": Plan.objects.all(),
        "urgencies": [str(one.label).capitalize() for one in Urgency],
        "back": address,
    }
    return form_page(request, "criticality.html", form, context)
