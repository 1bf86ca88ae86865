"""Plans of support and the tables by which requests are judged, as administrators change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_criticality_table, lock_plan
from chat.text import folded
from chat.tickets.actions.recounting import recount_for_plan
from departments.contracts.models import Contract, Plan, PlanTerm
from departments.criticality import (
    CELLS,
    USUAL_TABLE,
    Cell,
    Criticality,
    Table,
    stored_table,
)
from operators.models import Change


@dataclass(frozen=True)
class Term:
    """In minutes; None promises nothing."""

    answer: int | None = None
    solution: int | None = None
    is_around_the_clock: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What a plan is to be, checked by itself."""

    name: str
    includes: str = ""
    has_chat: bool = True
    is_offered: bool = True
    terms: Mapping[Criticality, Term] = field(default_factory=dict)


FIELDS = ("name", "includes", "has_chat", "is_offered")


class NoSuchPlan(Refusal):
    """Deleted meanwhile, or never there."""

    code = "not_found"
    words = _("Такого плана больше нет.")


@dataclass(eq=False)
class PlanNameTaken(Refusal):
    """By another one, whatever the case."""

    taken: str
    code = "invalid"
    field = "name"
    words = _("План «%(taken)s» уже есть.")


@dataclass(eq=False)
class PlanInUse(Refusal):
    count: int
    code = "conflict"
    words = _(
        "С этим планом есть договоры (%(count)s). Снимите отметку «Для новых договоров»: тогда его"
        " больше не выберут, а прежние договоры останутся как есть."
    )


def add_plan(doer: Doer, draft: PlanDraft, *, at: datetime) -> Plan:
    """Raises a Refusal."""
    with transaction.atomic():
        plan = Plan()
        _write(plan, draft)
        note_change(doer, _subject(plan), Change.Deed.ADDED, after=state_of(plan), at=at)
    return plan


def change_plan(doer: Doer, plan_id: int, draft: PlanDraft, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    with transaction.atomic():
        plan = _locked(plan_id)
        demand_version(_subject(plan), shown)
        before = state_of(plan)
        plan.version += 1
        _write(plan, draft)
        states = {"before": before, "after": state_of(plan)}
        note_change(doer, _subject(plan), Change.Deed.CHANGED, **states, at=at)
        recount_for_plan(doer, plan, at=at)


def delete_plan(doer: Doer, plan_id: int, *, at: datetime) -> None:
    """Its row stays for deleted contracts. Raises NoSuchPlan or PlanInUse."""
    with transaction.atomic():
        plan = _locked(plan_id)
        if count := Contract.objects.filter(plan=plan).count():
            raise PlanInUse(count)
        before = state_of(plan)
        plan.deleted_at, plan.version = at, plan.version + 1
        plan.save()
        note_change(doer, _subject(plan), Change.Deed.DELETED, before=before, at=at)


def change_criticality(doer: Doer, table: Table, *, shown: int, at: datetime) -> None:
    """The table for all plans. Raises ChangedMeanwhile."""
    with transaction.atomic():
        kept = lock_criticality_table()
        demand_version(subject_of_table(kept.version), shown)
        before = {**USUAL_TABLE, **kept.table}
        kept.cells, kept.version = stored_table(table), kept.version + 1
        kept.save()
        states = {"before": told_cells(before), "after": told_cells(table)}
        subject = subject_of_table(kept.version)
        note_change(doer, subject, Change.Deed.CHANGED, **states, at=at)


def change_criticality_of(
    doer: Doer, plan_id: int, table: Table, *, shown: int, at: datetime
) -> None:
    """The cells that a plan has of its own. Raises a Refusal."""
    with transaction.atomic():
        plan = _locked(plan_id)
        demand_version(_subject(plan), shown)
        before = told_cells(plan.own_cells)
        plan.criticality, plan.version = stored_table(table), plan.version + 1
        plan.save()
        states = {"before": before, "after": told_cells(plan.own_cells)}
        note_change(doer, _subject(plan), Change.Deed.CHANGED, **states, at=at)


def is_name_taken(name: str, but: int | None = None) -> bool:
    return Plan.objects.filter(name_key=folded(name)).exclude(pk=but or 0).exists()


def state_of(plan: Plan) -> dict[str, Any]:
    """As the log of changes keeps it; terms by the name of their criticality."""
    terms = {f"term_{term.criticality}": told_term(term) for term in plan.terms.all()}
    return {**{name: getattr(plan, name) for name in FIELDS}, **terms}


def told_term(term: PlanTerm) -> str:
    """«30 / 480», minutes of working time, or «30 / 480, круглосуточно»."""
    told = " / ".join("—" if one is None else str(one) for one in (term.answer, term.solution))
    return f"{told}, {gettext('круглосуточно')}" if term.is_around_the_clock else told


def told_cells(table: Table) -> dict[str, str]:
    """By the name of the cell, as conflicts are told."""
    return {name_of(cell): str(table[cell].label) for cell in CELLS if cell in table}


def name_of(cell: Cell) -> str:
    """Of its field in a form, and in the log."""
    return f"cell_{cell[0].value}_{cell[1].value}"


def subject_of_table(version: int) -> Subject:
    return Subject(Change.Kind.CRITICALITY, 0, gettext("Таблица критичности"), version)


def _locked(plan_id: int) -> Plan:
    plan = lock_plan(plan_id)
    if plan is None:
        raise NoSuchPlan
    return plan


def _write(plan: Plan, draft: PlanDraft) -> None:
    for name in FIELDS:
        setattr(plan, name, getattr(draft, name))
    plan.name_key = folded(draft.name)
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        raise PlanNameTaken(draft.name) from None
    plan.terms.all().delete()
    PlanTerm.objects.bulk_create(
        PlanTerm(plan=plan, criticality=criticality, **vars(term))
        for criticality, term in draft.terms.items()
    )


def _subject(plan: Plan) -> Subject:
    return Subject(Change.Kind.PLAN, plan.pk, plan.name, plan.version)
