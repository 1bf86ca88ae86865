"""The register: plans of support with their terms, and the contracts of customers.

Sites are named by their label, since departments.models names these.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.criticality import Criticality, Table, read_table


class PlanQuerySet(models.QuerySet["Plan"]):
    def current(self) -> Self:
        return self.filter(deleted_at=None)

    def offered(self) -> Self:
        return self.filter(is_offered=True)


class CurrentPlans(models.Manager["Plan"]):
    def get_queryset(self) -> PlanQuerySet:
        return PlanQuerySet(self.model, using=self._db).current()


class Plan(models.Model):
    """What a customer of it has been promised."""

    name = models.CharField(_("Название"), max_length=100)
    # As it is compared: SQLite knows the case of Latin letters only.
    name_key = models.CharField(max_length=300)
    includes = models.TextField(_("Что входит"), blank=True)
    # Whoever has none is answered all the same; operators read that it is so.
    has_chat = models.BooleanField(default=True)
    # Off, it is given to no further contract; those that have it keep it.
    is_offered = models.BooleanField(default=True)
    # Cells that differ from the table for all (departments.criticality.stored_table).
    criticality = models.JSONField(default=dict, blank=True)
    # Grows with each change by an administrator, so that two of them notice each other.
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)

    with_deleted = PlanQuerySet.as_manager()
    objects = CurrentPlans.from_queryset(PlanQuerySet)()

    class Meta:
        ordering = ("name_key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(deleted_at=None), name="plan_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def own_cells(self) -> Table:
        return read_table(self.criticality)


class PlanTerm(models.Model):
    """How soon a request of this criticality is answered first, and solved, in minutes: of working
    time, or around the clock. None: nothing is promised.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="terms")
    criticality = models.PositiveSmallIntegerField(choices=Criticality)
    answer = models.PositiveIntegerField(null=True)
    solution = models.PositiveIntegerField(null=True)
    is_around_the_clock = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan", "-criticality")
        constraints = (
            models.UniqueConstraint(fields=["plan", "criticality"], name="plan_term_once"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.criticality}"


class ContractQuerySet(models.QuerySet["Contract"]):
    def current(self) -> Self:
        return self.filter(deleted_at=None)

    def of_site(self, site_id: int) -> Self:
        return self.filter(Q(site=None) | Q(site=site_id))


class CurrentContracts(models.Manager["Contract"]):
    def get_queryset(self) -> ContractQuerySet:
        return ContractQuerySet(self.model, using=self._db).current()


class Contract(models.Model):
    number = models.CharField(_("Номер"), max_length=60)
    number_key = models.CharField(max_length=180)
    organisation = models.CharField(_("Организация"), max_length=200)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="contracts")
    # Whose visitors it is for; without one, those of all sites.
    # Nothing is looked for by it, and an index of so few values would be taken for the better ones.
    site = models.ForeignKey(
        "departments.Site", models.PROTECT, null=True, related_name="+", db_index=False
    )
    begins_on = models.DateField(_("Действует с"))
    # The last day of it; without one it has no end.
    ends_on = models.DateField(_("Действует по"), null=True)
    # Number, organisation and customers, folded, one a line.
    found_by = models.TextField()
    version = models.PositiveIntegerField(default=1)
    # A deleted one keeps its row for what refers to it, and forgets its customers.
    deleted_at = models.DateTimeField(null=True)

    with_deleted = ContractQuerySet.as_manager()
    objects = CurrentContracts.from_queryset(ContractQuerySet)()

    class Meta:
        ordering = ("number_key", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["number_key"], condition=Q(deleted_at=None), name="contract_number_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("begins_on")),
                name="contract_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def is_over(self, day: date) -> bool:
        return self.ends_on is not None and self.ends_on < day


class ContractCustomer(models.Model):
    """A person of a contract: the `sub` of their tokens as it is, or an e-mail in small letters."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="customers")
    value = models.CharField(max_length=255)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["contract", "value"], name="contract_customer_once"),
        )
        indexes = (models.Index(fields=["value"], name="customer_of_contracts"),)

    def __str__(self) -> str:
        return self.value


class CriticalityTable(models.Model):
    """The table for all plans: one row; what it leaves out is as USUAL_TABLE has it."""

    cells: Any = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.cells)

    @property
    def table(self) -> Table:
        return read_table(self.cells)
