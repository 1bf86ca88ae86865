"""The register: what administrators change, what is noted, what is refused."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions import contracts, plans
from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.contracts import (
    ContractDraft,
    ContractNumberTaken,
    NoSuchContract,
    PlanNotOffered,
)
from chat.actions.errors import ImportOutdated
from chat.actions.plans import NoSuchPlan, PlanDraft, PlanInUse, PlanNameTaken, Term
from departments.contracts.models import Contract, ContractCustomer, CriticalityTable, Plan
from departments.criticality import Criticality, Impact, Urgency
from operators.models import Change
from tests.cast import offers_plan, signs_contract

CELL = (Impact.ONE, Urgency.STOPS)


@pytest.fixture
def plan(elena):
    return offers_plan(elena)


def changes_plan(by, plan, shown=None, **fields):
    draft = PlanDraft(**{"name": plan.name} | fields)
    shown = plan.version if shown is None else shown
    plans.change_plan(Doer(by), plan.pk, draft, shown=shown, at=timezone.now())


def changes_contract(by, contract, shown=None, **fields):
    draft = ContractDraft(**vars(contracts.draft_of(contract)) | fields)
    shown = contract.version if shown is None else shown
    contracts.change_contract(Doer(by), contract.pk, draft, shown=shown, at=timezone.now())


def deletes(by, what):
    if isinstance(what, Plan):
        plans.delete_plan(Doer(by), what.pk, at=timezone.now())
    else:
        contracts.delete_contract(Doer(by), what.pk, at=timezone.now())


def drafted(plan, number, **fields):
    usual: dict[str, Any] = {"organisation": "Вектор", "begins_on": date(2026, 1, 1)}
    return ContractDraft(number=number, plan=plan.pk, **usual | fields)


def imports(by, drafts, adds=(), changes=None):
    contracts.import_contracts(
        Doer(by), drafts, adds=set(adds), changes=changes or {}, at=timezone.now()
    )


def last_change():
    return Change.objects.order_by("-pk").first()


def test_terms_of_a_plan_are_kept_and_noted(elena, plan):
    term = Term(answer=15, solution=240, is_around_the_clock=True)
    changes_plan(elena, plan, terms={Criticality.CRITICAL: term})
    assert [(one.criticality, one.answer) for one in plan.terms.all()] == [(4, 15)]
    assert last_change().after == {"term_4": "15 / 240, круглосуточно"}


def test_a_name_is_taken_in_another_case_and_free_after_a_deletion(elena, plan):
    with pytest.raises(PlanNameTaken):
        offers_plan(elena, "РАСШИРЕННЫЙ")
    deletes(elena, plan)
    assert offers_plan(elena, "РАСШИРЕННЫЙ").pk != plan.pk


def test_a_number_is_taken_in_another_case_and_free_after_a_deletion(elena, plan):
    contract = signs_contract(elena, plan)
    with pytest.raises(ContractNumberTaken):
        signs_contract(elena, plan, "сф-2026/0418")
    deletes(elena, contract)
    assert signs_contract(elena, plan, "сф-2026/0418").pk != contract.pk


def test_two_on_one_page_notice_each_other(elena, plan):
    contract = signs_contract(elena, plan)
    changes_plan(elena, plan, includes="Звонки")
    with pytest.raises(ChangedMeanwhile):
        changes_plan(elena, plan, includes="Выезд")
    changes_contract(elena, contract, organisation="Вектор")
    with pytest.raises(ChangedMeanwhile):
        changes_contract(elena, contract, organisation="Волга")
    contract.refresh_from_db()
    assert (contract.organisation, contract.version) == ("Вектор", 2)


def test_a_plan_with_contracts_is_retired_and_not_deleted(elena, plan):
    contract = signs_contract(elena, plan)
    with pytest.raises(PlanInUse) as refused:
        deletes(elena, plan)
    assert refused.value.count == 1
    changes_plan(elena, plan, is_offered=False)
    changes_contract(elena, contract, organisation="Вектор")
    with pytest.raises(PlanNotOffered):
        signs_contract(elena, plan, "B")
    deletes(elena, contract)
    deletes(elena, plan)
    assert not Plan.objects.exists()


def test_a_contract_moves_to_no_plan_that_is_gone_or_retired(elena, plan):
    contract = signs_contract(elena, plan)
    retired, gone = offers_plan(elena, "A", is_offered=False), offers_plan(elena, "B")
    deletes(elena, gone)
    with pytest.raises(PlanNotOffered):
        changes_contract(elena, contract, plan=retired.pk)
    with pytest.raises(NoSuchPlan):
        changes_contract(elena, contract, plan=gone.pk)


def test_a_deleted_contract_forgets_its_customers(elena, plan):
    contract = signs_contract(elena, plan, customers=("marina", "m@volga.example"))
    deletes(elena, contract)
    assert not ContractCustomer.objects.exists()
    assert Contract.with_deleted.get(pk=contract.pk).found_by == ""
    assert last_change().before["customers"] == ["m@volga.example", "marina"]
    with pytest.raises(NoSuchContract):
        deletes(elena, contract)


def test_what_was_changed_is_noted_with_before_and_after(elena, plan):
    contract = signs_contract(elena, plan, customers=("marina",))
    changes_contract(elena, contract, ends_on=date(2027, 6, 30), customers=("sergey",))
    change = last_change()
    assert (change.kind, change.subject_name) == (Change.Kind.CONTRACT, "СФ-2026/0418")
    assert change.before == {"ends_on": None, "customers": ["marina"]}
    assert change.after == {"ends_on": "30.06.2027", "customers": ["sergey"]}


# Many at once


def test_an_import_adds_and_changes(elena, plan):
    contract = signs_contract(elena, plan, "A", customers=("marina",))
    drafts = [drafted(plan, "A", customers=("sergey",)), drafted(plan, "B", customers=("x",))]
    imports(elena, drafts, {"b"}, {"a": 1})
    assert list(Contract.objects.values_list("number", "organisation", "version")) == [
        ("A", "Вектор", 2),
        ("B", "Вектор", 1),
    ]
    assert [one.value for one in contract.customers.all()] == ["sergey"]
    deeds = Change.objects.filter(kind=Change.Kind.CONTRACT).values_list("deed", flat=True)
    assert list(deeds) == ["added", "changed", "added"]


@pytest.mark.parametrize(
    ("adds", "changes"), [({"a"}, {}), (set(), {"a": 7}), (set(), {"a": 1, "nowhere": 1})]
)
def test_of_what_is_another_meanwhile_nothing_is_imported(elena, plan, adds, changes):
    signs_contract(elena, plan, "A")
    drafts = [drafted(plan, "B"), drafted(plan, "A")]
    with pytest.raises(ImportOutdated):
        imports(elena, drafts, adds | {"b"}, changes)
    assert Contract.objects.get().organisation == "Волга-Логистик"


def test_one_that_does_not_fit_keeps_all_out(elena, plan):
    retired = offers_plan(elena, "A", is_offered=False)
    with pytest.raises(PlanNotOffered):
        imports(elena, [drafted(plan, "A"), drafted(retired, "B")], {"a", "b"})
    assert not Contract.objects.exists()


def test_many_are_imported_by_as_many_statements_as_few(elena, plan):
    signs_contract(elena, plan, "the first of the year, whose counter of tickets is made")

    def statements(numbers):
        drafts = [drafted(plan, number, customers=(f"{number}@a.example",)) for number in numbers]
        with CaptureQueriesContext(connection) as asked:
            imports(elena, drafts, {number.casefold() for number in numbers})
        return len(asked)

    assert statements([f"B{n}" for n in range(50)]) == statements(["A"])


# Criticality


def test_the_table_for_all_and_that_of_a_plan_are_changed_and_noted(elena, plan):
    at = timezone.now()
    table = {**dict.fromkeys([CELL], Criticality.LOW)}
    plans.change_criticality(Doer(elena), table, shown=0, at=at)
    assert CriticalityTable.objects.get().table == table
    assert last_change().after["cell_1_3"] == "низкая"
    plans.change_criticality_of(Doer(elena), plan.pk, {CELL: Criticality.HIGH}, shown=1, at=at)
    plan.refresh_from_db()
    assert (plan.own_cells, plan.version) == ({CELL: Criticality.HIGH}, 2)
    with pytest.raises(ChangedMeanwhile):
        plans.change_criticality(Doer(elena), table, shown=0, at=at)
    with pytest.raises(ChangedMeanwhile):
        plans.change_criticality_of(Doer(elena), plan.pk, {}, shown=1, at=at)
