"""Contracts as a table: its columns, how a row is judged, how those that fit are brought in."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import contracts as actions
from chat.actions.changes import Doer
from chat.actions.contracts import ContractDraft, PlanNotOffered
from chat.text import folded
from departments.contracts.models import Contract, Plan
from departments.models import Site
from sphaera_support.administration import sheets
from sphaera_support.administration.contract_fields import (
    CustomersField,
    DayField,
    NamedField,
    refuse_end_before_begin,
)
from sphaera_support.administration.fields import LineField
from sphaera_support.administration.sheets import Judged, Line

KIND = sheets.Kind(
    columns={
        "number": gettext_lazy("Номер"),
        "organisation": gettext_lazy("Организация"),
        "plan": gettext_lazy("План"),
        "begins_on": gettext_lazy("С"),
        "ends_on": gettext_lazy("По"),
        "customers": gettext_lazy("Клиенты"),
        "site": gettext_lazy("Сайт"),
    },
    required=("number", "organisation", "plan", "begins_on"),
    most_rows=5000,
)


class Reader:
    """What a row is read by: the fields, and what there is."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.plans = Plan.objects.in_bulk()
        named = Plan.objects.order_by("pk").values_list("pk", "name")
        sites = Site.objects.order_by("-pk").values_list("pk", "name")
        self.fields: Mapping[str, forms.Field] = {
            "number": LineField(max_length=60),
            "organisation": LineField(max_length=200),
            "plan": NamedField(dict(named), _("Плана «%s» нет.")),
            "begins_on": DayField(),
            "ends_on": DayField(required=False),
            "customers": CustomersField(required=False),
            "site": NamedField(dict(sites), _("Сайта «%s» нет."), required=False),
        }
        there = Contract.objects.filter(number_key__in={folded(one) for one in numbers})
        found = there.prefetch_related("customers")
        self.there = {one.number_key: one for one in found}

    def judge(self, line: Line) -> Judged[ContractDraft]:
        read, reasons = self._read(line)
        key = folded(read.get("number", ""))
        contract = self.there.get(key)
        kept = vars(actions.draft_of(contract)) if contract else {}
        told = kept | read
        if not reasons:
            reasons = self._reasons(told, kept)
        if reasons:
            return Judged(line, "refused", reasons)
        draft = ContractDraft(**told)
        if contract is None:
            return Judged(line, "new", draft=draft, key=key)
        changes = [str(KIND.columns[name]) for name in kept if _differs(kept[name], told[name])]
        outcome = "changed" if changes else "same"
        version = contract.version
        return Judged(line, outcome, draft=draft, key=key, version=version, changes=changes)

    def _read(self, line: Line) -> tuple[dict[str, Any], list[str]]:
        """What the row says, and what is wrong with it. What the table has no column for stays."""
        read: dict[str, Any] = {}
        reasons = [_("В строке больше столбцов, чем в первой.")] if line.is_too_long else []
        for name, field in self.fields.items():
            if name not in line.cells and name not in KIND.required:
                continue
            try:
                read[name] = field.clean(line.cells.get(name, ""))
            except ValidationError as error:
                reasons.append(f"{KIND.columns[name]}: {error.messages[0]}")
        return read, reasons

    def _reasons(self, told: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
        plan = self.plans[told["plan"]]
        if not plan.is_offered and kept.get("plan") != plan.pk:
            return [PlanNotOffered(plan.name).detail]
        try:
            refuse_end_before_begin(told["begins_on"], told.get("ends_on"))
        except ValidationError as error:
            return error.messages
        return []


def _differs(one: Any, other: Any) -> bool:
    """The order in which customers are named is nothing."""
    if isinstance(one, tuple):
        return set(one) != set(other)
    return bool(one != other)


def judge(lines: list[Line]) -> list[Judged[ContractDraft]]:
    reader = Reader(LineField().to_python(line.cells.get("number", "")) for line in lines)
    judged = [reader.judge(line) for line in lines]
    words = _("Договор «%(name)s» уже был в строке %(line)s.")
    sheets.refuse_repeats(judged, words, lambda draft: draft.number)
    return judged


def about_import(doer: Doer) -> sheets.Import[ContractDraft]:
    return sheets.Import(
        kind=KIND,
        template="contract_import.html",
        context={"back": reverse("contracts")},
        done="contracts",
        judge=judge,
        bring_in=partial(_bring_in, doer),
    )


def _bring_in(doer: Doer, taken: list[Judged[ContractDraft]]) -> None:
    actions.import_contracts(
        doer,
        [one.draft for one in taken if one.draft],
        adds={one.key for one in taken if one.outcome == "new"},
        changes={one.key: one.version for one in taken if one.outcome == "changed"},
        at=timezone.now(),
    )
