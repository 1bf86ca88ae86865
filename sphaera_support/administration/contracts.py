"""Contracts of customers: a list of any length, a form, a table that brings many in."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chat.actions import contracts as actions
from chat.actions.contracts import ContractDraft
from chat.files.refusals import BadFile
from chat.files.storage import Owner
from chat.files.uploads import takes_upload
from chat.text import clean_line, folded, number
from departments.contracts.models import Contract, ContractCustomer, ContractQuerySet, Plan
from departments.models import Site
from operators.access import administrator_page
from operators.models import Account
from sphaera_support.administration import contract_sheets, sheets
from sphaera_support.administration.contract_fields import (
    CustomersField,
    DayField,
    refuse_end_before_begin,
)
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

ON_A_PAGE = 50
MOST_WORDS = 5  # of a search


class ContractForm(AdministrationForm):
    number = LineField(label=_("Номер"), max_length=60)
    organisation = LineField(label=_("Организация"), max_length=200)
    begins_on = DayField(label=_("Действует с"))
    ends_on = DayField(
        label=_("Действует по"),
        required=False,
        help_text=_("Последний день. Пусто — бессрочно."),
    )
    customers = CustomersField(
        label=_("Клиенты"),
        required=False,
        help_text=_(
            "Логины или адреса эл. почты, по одному в строке. По ним договор узнаётся, даже если"
            " сайт не назвал его номера."
        ),
    )

    def __init__(self, *args: Any, contract: Contract | None = None, **kwargs: Any) -> None:
        self.contract = contract
        version = contract.version if contract else 0
        initial = vars(actions.draft_of(contract)) if contract else None
        super().__init__(*args, version=version, initial=initial, **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        plans = dict(self._plans().values_list("pk", "name"))
        sites = dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))
        if self.contract is not None and self.contract.site is not None:
            sites.setdefault(self.contract.site.pk, self.contract.site.name)
        return {
            "plan": forms.TypedChoiceField(
                label=_("План"),
                choices=[("", _("Выберите план")), *plans.items()],
                coerce=int,
                # The only one is it.
                initial=next(iter(plans)) if len(plans) == 1 else None,
            ),
            "site": forms.TypedChoiceField(
                label=_("Сайт"),
                choices=[("", _("Все сайты")), *sites.items()],
                coerce=int,
                empty_value=None,
                required=False,
            ),
        }

    def _plans(self) -> Any:
        own = self.contract.plan_id if self.contract else None
        return Plan.objects.filter(Q(is_offered=True) | Q(pk=own))

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if actions.is_number_taken(number, self.contract.pk if self.contract else None):
            raise ValidationError(gettext("Договор «%s» уже есть.") % number)
        return number

    def clean_ends_on(self) -> date | None:
        ends_on: date | None = self.cleaned_data["ends_on"]
        refuse_end_before_begin(self.cleaned_data.get("begins_on"), ends_on)
        return ends_on

    @property
    def draft(self) -> ContractDraft:
        fields = {key: value for key, value in self.cleaned_data.items() if key != "shown_version"}
        return ContractDraft(**fields)


@require_safe
@administrator_page("settings")
def contracts(request: HttpRequest) -> HttpResponse:
    """By number; `after` and `before` are the keys of the contracts at which a page ends."""
    asked = clean_line(request.GET.get("q", ""), 150)
    found = _found(asked)
    rows, is_first, is_last = _page_of(found, request)
    context = {
        "rows": [{"contract": one, "state": _state(one, timezone.localdate())} for one in rows],
        "asked": asked,
        "after": rows[-1].pk if rows and not is_last else None,
        "before": rows[0].pk if rows and not is_first else None,
        "is_empty": not rows and not asked and not Contract.objects.exists(),
        "has_plans": bool(rows) or Plan.objects.exists(),
    }
    return page(request, "contracts.html", context)


def _found(asked: str) -> ContractQuerySet:
    found: ContractQuerySet = Contract.objects.order_by("number_key")
    for word in folded(asked).split()[:MOST_WORDS]:
        found = found.filter(found_by__contains=word)
    return found


def _page_of(found: ContractQuerySet, request: HttpRequest) -> tuple[list[Contract], bool, bool]:
    """Its rows, whether they are the first, and the last there are."""
    after, before = (_key_of(request.GET.get(name, "")) for name in ("after", "before"))
    theirs = ContractCustomer.objects.filter(contract=OuterRef("pk")).order_by()
    counted = theirs.values("contract").annotate(count=Count("pk")).values("count")
    shown = found.select_related("plan", "site").annotate(customers_count=Subquery(counted))
    if before is not None:
        rows = list(shown.filter(number_key__lt=before).reverse()[: ON_A_PAGE + 1])
        return rows[:ON_A_PAGE][::-1], len(rows) <= ON_A_PAGE, False
    if after is not None:
        shown = shown.filter(number_key__gt=after)
    rows = list(shown[: ON_A_PAGE + 1])
    return rows[:ON_A_PAGE], after is None, len(rows) <= ON_A_PAGE


def _key_of(typed: str) -> str | None:
    """Where the contract stands among others, also if it was deleted meanwhile."""
    keys = Contract.with_deleted.filter(pk=number(typed)).values_list("number_key", flat=True)
    return keys.first() if number(typed) else None


def _state(contract: Contract, day: date) -> str:
    if contract.is_over(day):
        return "over"
    return "in_force" if contract.begins_on <= day else "ahead"


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_contract(request: HttpRequest) -> HttpResponse:
    form = ContractForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_contract, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.draft)):
        return saved("contracts")
    return form_page(request, "contract.html", form, {"back": reverse("contracts")})


def _contract(pk: int) -> Contract:
    return get_object_or_404(Contract.objects.select_related("plan", "site"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _contract(pk)
    form = ContractForm(posted(request), contract=contract)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_contract, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("contracts")
    context = {"contract": contract, "back": reverse("contracts")}
    return form_page(request, "contract.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _contract(pk)
    form = AdministrationForm(posted(request))
    delete = partial(actions.delete_contract, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, delete):
        return saved("contracts", how="deleted")
    context = {"contract": contract, "back": reverse("change_contract", args=[pk])}
    return form_page(request, "contract_deletion.html", form, context)


def _sender(request: HttpRequest, **_address: int) -> Owner:
    account = request.user
    if not isinstance(account, Account) or not account.is_administrator:
        raise BadFile(403, gettext("Загружать договоры может администратор."))
    return {"account": account}


@takes_upload(_sender)
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def import_contracts(request: HttpRequest) -> HttpResponse:
    return sheets.import_page(request, contract_sheets.about_import(doer_of(request)))
