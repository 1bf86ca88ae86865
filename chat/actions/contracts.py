"""The register of contracts: added, changed, deleted, brought in from a table."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import (
    Doer,
    Subject,
    demand_version,
    found_by,
    note_change,
    note_changes,
)
from chat.actions.errors import ImportOutdated, Refusal
from chat.actions.locks import lock_contract, lock_contracts, lock_plans
from chat.actions.plans import NoSuchPlan
from chat.actions.seals import changes_may_go, forget_seals
from chat.actions.sites import NoSuchSite
from chat.text import folded
from chat.tickets.actions.recounting import recount_for_contracts
from departments.contracts.models import Contract, ContractCustomer, Plan
from departments.models import Site
from operators.models import Change


@dataclass(frozen=True, kw_only=True)
class ContractDraft:
    """What a contract is to be, checked by itself; plan and site by key, customers in order."""

    number: str
    organisation: str
    plan: int
    begins_on: date
    ends_on: date | None = None
    customers: tuple[str, ...] = ()
    site: int | None = None


FIELDS = ("number", "organisation", "begins_on", "ends_on")
WRITTEN = (*FIELDS, "number_key", "plan", "site", "found_by", "version")


class NoSuchContract(Refusal):
    """Deleted meanwhile, or never there."""

    code = "not_found"
    words = _("Такого договора больше нет.")


@dataclass(eq=False)
class ContractNumberTaken(Refusal):
    """By another one, whatever the case."""

    taken: str
    code = "invalid"
    field = "number"
    words = _("Договор «%(taken)s» уже есть.")


@dataclass(eq=False)
class PlanNotOffered(Refusal):
    """It stays with the contracts that have it, and is given to no other."""

    plan: str
    code = "invalid"
    field = "plan"
    words = _("План «%(plan)s» не предлагают новым договорам.")


def add_contract(doer: Doer, draft: ContractDraft, *, at: datetime) -> Contract:
    """Raises a Refusal."""
    with transaction.atomic():
        contract = _filled(Contract(), draft, lock_plans({draft.plan}), _sites())
        _save(contract, draft)
        _note(doer, contract, Change.Deed.ADDED, {}, _told(contract, draft.customers), at=at)
        recount_for_contracts(doer, {contract.number_key}, at=at)
    return contract


def change_contract(
    doer: Doer, contract_id: int, draft: ContractDraft, *, shown: int, at: datetime
) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    with transaction.atomic():
        plans = lock_plans({draft.plan})
        contract = _locked(contract_id)
        demand_version(_subject(contract), shown)
        before, key = state_of(contract), contract.number_key
        contract.version += 1
        _filled(contract, draft, plans, _sites())
        _save(contract, draft)
        after = _told(contract, draft.customers)
        _note(doer, contract, Change.Deed.CHANGED, before, after, at=at)
        recount_for_contracts(doer, {key, contract.number_key}, at=at)


def delete_contract(doer: Doer, contract_id: int, *, at: datetime) -> None:
    """Its number is free again, its customers are forgotten. Raises NoSuchContract."""
    with transaction.atomic():
        contract = _locked(contract_id)
        before = state_of(contract)
        contract.customers.all().delete()
        contract.deleted_at, contract.version = at, contract.version + 1
        contract.found_by = ""
        contract.save()
        _note(doer, contract, Change.Deed.DELETED, before, {}, at=at)
        recount_for_contracts(doer, {contract.number_key}, at=at)


def import_contracts(
    doer: Doer,
    drafts: Collection[ContractDraft],
    *,
    adds: Set[str],
    changes: Mapping[str, int],
    at: datetime,
) -> None:
    """All of them or none. The preview said which numbers (folded) are new, and which are changed,
    from which version. Raises a Refusal.
    """
    with transaction.atomic():
        plans = lock_plans({draft.plan for draft in drafts})
        there = lock_contracts(adds | changes.keys())
        versions = {key: contract.version for key, contract in there.items()}
        if versions != changes:
            raise ImportOutdated
        before = {key: state_of(contract) for key, contract in there.items()}
        sites = _sites()
        filled = [_filled(_next(there, draft), draft, plans, sites) for draft in drafts]
        _save_all(filled, drafts)
        noted = (
            (
                _subject(contract),
                Change.Deed.CHANGED if contract.number_key in before else Change.Deed.ADDED,
                before.get(contract.number_key, {}),
                _told(contract, draft.customers),
            )
            for contract, draft in zip(filled, drafts, strict=True)
        )
        note_changes(doer, noted, at=at)
        recount_for_contracts(doer, adds | changes.keys(), at=at)


def is_number_taken(number: str, but: int | None = None) -> bool:
    return Contract.objects.filter(number_key=folded(number)).exclude(pk=but or 0).exists()


def draft_of(contract: Contract) -> ContractDraft:
    return ContractDraft(
        **{name: getattr(contract, name) for name in FIELDS},
        plan=contract.plan_id,
        site=contract.site_id,
        customers=tuple(one.value for one in contract.customers.all()),
    )


def state_of(contract: Contract) -> dict[str, Any]:
    """As the log of changes keeps it."""
    return _told(contract, [one.value for one in contract.customers.all()])


def forget_customers(site_id: int, names: Collection[str], *, at: datetime) -> int:
    """One person, by each of their names, of the contracts of a site and of those of all; also of
    what the log of changes says of them. How many entries there were.
    """
    theirs = ContractCustomer.objects.filter(
        Q(contract__site=site_id) | Q(contract__site=None), value__in=names
    )
    contracts = set(theirs.values_list("contract", flat=True))
    count, _rows = theirs.delete()
    for contract in Contract.with_deleted.filter(pk__in=contracts):
        left = contract.customers.values_list("value", flat=True)
        contract.found_by = folded("\n".join((contract.number, contract.organisation, *left)))
        contract.version += 1
        contract.save(update_fields=["found_by", "version"])
    _forget_in_log(contracts, set(names), at=at)
    return count


def _forget_in_log(contracts: Collection[int], names: Set[str], *, at: datetime) -> None:
    of_these = Change.objects.filter(kind=Change.Kind.CONTRACT, subject__in=contracts)
    noted = of_these.select_related("by")
    theirs = [one for one in noted if names & {*_named_in(one.before), *_named_in(one.after)}]
    if not theirs:
        return
    with changes_may_go():
        forget_seals([change.pk for change in theirs], at=at)
        for change in theirs:
            for state in (change.before, change.after):
                if "customers" in state:
                    state["customers"] = [one for one in _named_in(state) if one not in names]
            states = {"before": change.before, "after": change.after}
            noted.filter(pk=change.pk).rewrite(**states, found_by=found_by(change))


def _named_in(state: Mapping[str, Any]) -> list[str]:
    return list(state.get("customers", ()))


def _told(contract: Contract, customers: Iterable[str]) -> dict[str, Any]:
    return {
        "number": contract.number,
        "organisation": contract.organisation,
        "plan": contract.plan.name,
        "site": contract.site.name if contract.site else None,
        "begins_on": f"{contract.begins_on:%d.%m.%Y}",
        "ends_on": f"{contract.ends_on:%d.%m.%Y}" if contract.ends_on else None,
        "customers": sorted(customers),
    }


def _locked(contract_id: int) -> Contract:
    contract = lock_contract(contract_id)
    if contract is None:
        raise NoSuchContract
    return contract


def _next(there: Mapping[str, Contract], draft: ContractDraft) -> Contract:
    contract = there.get(folded(draft.number))
    if contract is None:
        return Contract()
    contract.version += 1
    return contract


def _sites() -> dict[int, Site]:
    """A deleted one stays with the contracts that name it."""
    return Site.with_deleted.in_bulk()


def _filled(
    contract: Contract, draft: ContractDraft, plans: Mapping[int, Plan], sites: Mapping[int, Site]
) -> Contract:
    """Not yet saved. Raises a Refusal."""
    plan = plans.get(draft.plan)
    if plan is None:
        raise NoSuchPlan
    if draft.site is not None and draft.site not in sites:
        raise NoSuchSite
    if not plan.is_offered and contract.plan_id != plan.pk:
        raise PlanNotOffered(plan.name)
    for name in FIELDS:
        setattr(contract, name, getattr(draft, name))
    contract.plan = plan
    contract.site = None if draft.site is None else sites[draft.site]
    contract.number_key = folded(draft.number)
    told = (draft.number, draft.organisation, *draft.customers)
    contract.found_by = folded("\n".join(told))
    return contract


def _save(contract: Contract, draft: ContractDraft) -> None:
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError:
        raise ContractNumberTaken(draft.number) from None
    contract.customers.all().delete()
    ContractCustomer.objects.bulk_create(_customers(contract, draft))


def _save_all(contracts: Collection[Contract], drafts: Iterable[ContractDraft]) -> None:
    try:
        with transaction.atomic():
            Contract.objects.bulk_create([one for one in contracts if one.pk is None])
            Contract.objects.bulk_create(
                [one for one in contracts if one.pk is not None],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=WRITTEN,
            )
    except IntegrityError:  # of two imports at once there was no row to lock
        raise ImportOutdated from None
    ContractCustomer.objects.filter(contract__in=contracts).delete()
    ContractCustomer.objects.bulk_create(
        customer
        for contract, draft in zip(contracts, drafts, strict=True)
        for customer in _customers(contract, draft)
    )


def _customers(contract: Contract, draft: ContractDraft) -> Iterable[ContractCustomer]:
    return [ContractCustomer(contract=contract, value=value) for value in draft.customers]


def _subject(contract: Contract) -> Subject:
    return Subject(Change.Kind.CONTRACT, contract.pk, contract.number, contract.version)


def _note(
    doer: Doer,
    contract: Contract,
    deed: Change.Deed,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    at: datetime,
) -> None:
    note_change(doer, _subject(contract), deed, before=before, after=after, at=at)
