"""A mass incident: one cause of many tickets, whose customers are told together.

It is no ticket itself. A ticket is somebody's: it stands in their cabinet and goes when what is
kept of them is deleted. An incident is nobody's, holds nothing of a customer, and may be known
before anybody has asked. So it has a number of its own, its key.
"""

import uuid
from typing import Self

from django.db import models
from django.urls import reverse

from chat.models.tickets import Ticket
from departments.models import Department, Site
from operators.models import Account


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(solved_at=None)

    def announced(self) -> Self:
        """Those of which windows say something now."""
        return self.open().filter(is_announced=True)


class Incident(models.Model):
    # Among staff.
    title = models.CharField(max_length=200)
    # Who leads it.
    department = models.ForeignKey(Department, models.PROTECT, related_name="incidents")
    # Whose customers it concerns.
    sites = models.ManyToManyField(Site, related_name="incidents")
    # What the windows of its sites say, where that is on.
    banner = models.CharField(max_length=300, blank=True)
    is_announced = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    # Of the form that declared it: sent again, it makes no other.
    client_id = models.UUIDField(unique=True)
    # Grows with each change, so that two who change it notice each other.
    revision = models.PositiveIntegerField(default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(is_announced=False) | ~models.Q(banner=""),
                name="incident_is_announced_in_words",
            ),
        )
        indexes = (
            models.Index(fields=["-id"], condition=models.Q(solved_at=None), name="incident_open"),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.pk])

    @property
    def is_solved(self) -> bool:
        return self.solved_at is not None


class IncidentTicket(models.Model):
    """That a ticket comes of an incident, of one at most."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="under")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="links", db_index=False)
    # What was said before is news to it no more.
    since = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["incident", "ticket"], name="incident_ticket"),)

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.ticket_id}"


class IncidentDeed(models.TextChoices):
    DECLARED = "declared"
    CHANGED = "changed"  # a field, from `before` to `after`
    NOTE = "note"  # for staff
    UPDATE = "update"  # to the customers of all its tickets
    SOLVED = "solved"  # with all its tickets; `text` is to their customers


class IncidentEventQuerySet(models.QuerySet["IncidentEvent"]):
    def untold(self) -> Self:
        """Those that not all of its tickets have yet, the first said first."""
        return self.filter(is_told=False).order_by("pk")


class IncidentEvent(models.Model):
    """The history of an incident, which only grows. What is said to customers is carried to its
    tickets one by one, in the order of their keys (chat.tickets.actions.telling).
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    deed = models.CharField(max_length=10, choices=IncidentDeed)
    field = models.CharField(max_length=20, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    text = models.TextField(blank=True)
    client_id = models.UUIDField(default=uuid.uuid4)
    is_told = models.BooleanField(default=True)
    # The key of the last ticket that has it.
    told_to = models.BigIntegerField(default=0)

    objects = IncidentEventQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["incident", "client_id"], name="incident_event_once"),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(is_told=False), name="incident_untold"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.deed} {self.field}"
