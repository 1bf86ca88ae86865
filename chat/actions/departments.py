"""Departments: added, changed, put in order, deleted; the running queue follows at once.

All of it is decided under the locks of all departments: names are unique without regard to case,
and whether a site is left without a first level depends on the others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from chat.actions import queue
from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_departments
from chat.actions.memberships import (
    Terms,
    refuse_to_leave_alone,
    seat_members,
    served_sites,
)
from chat.actions.moves import move_out_of_deleted
from chat.events import RulesChanged
from chat.happened import happened
from chat.models import Conversation
from chat.streams import after_commit
from chat.text import folded
from chat.tickets.actions.following import leave_department
from departments.models import Department, Distribution, Site
from operators.models import Account, Change


@dataclass(frozen=True, kw_only=True)
class DepartmentDraft:
    """What a department is to be, checked by itself; members and sites by key."""

    name: str
    level: int = 1
    distribution: str = Distribution.ALL
    offer_timeout: timedelta = timedelta(seconds=30)
    greeting: str = ""
    waiting_text: str = ""
    notify_email: str = ""
    members: Mapping[int, Terms] = field(default_factory=dict)
    sites: Collection[int] = ()


FIELDS = (
    *("name", "level", "distribution", "offer_timeout", "greeting", "waiting_text"),
    "notify_email",
)


class NoSuchDepartment(Refusal):
    """Deleted meanwhile, or never there."""

    code = "not_found"
    words = _("Такого отдела больше нет.")


@dataclass(eq=False)
class DepartmentNameTaken(Refusal):
    """By another one, whatever the case."""

    name: str
    code = "invalid"
    field = "name"
    words = _("Отдел «%(name)s» уже есть.")


class DestinationMissing(Refusal):
    """What is open in the department has to go somewhere."""

    code = "invalid"
    field = "to"
    words = _("Выберите, куда передать открытые обращения.")


def add_department(doer: Doer, draft: DepartmentDraft, *, at: datetime) -> Department:
    """Raises a Refusal."""
    with transaction.atomic():
        others = lock_departments()
        _refuse_taken_name(draft, others)
        last = max((one.position for one in others if one.level == draft.level), default=0)
        department = Department(position=last + 1)
        _write(department, draft)
        _place(department, draft)
        _note(doer, department, Change.Deed.ADDED, None, at=at)
        _follow(doer, department, at=at)
    return department


def change_department(
    doer: Doer,
    department_id: int,
    draft: DepartmentDraft,
    *,
    shown: int,
    even_alone: bool = False,
    at: datetime,
) -> None:
    """`shown` is the version of the form; `even_alone` knows of LeavesAlone. Raises a Refusal."""
    with transaction.atomic():
        departments = lock_departments()
        department = _found(department_id, departments)
        demand_version(_subject(department), shown)
        _refuse_taken_name(draft, [one for one in departments if one != department])
        before, served = state_of(department), served_sites()
        department.version += 1
        _write(department, draft)
        _place(department, draft)
        refuse_to_leave_alone(served, even_alone=even_alone)
        _note(doer, department, Change.Deed.CHANGED, before, at=at)
        _follow(doer, department, at=at)


def move_department(doer: Doer, department_id: int, *, up: bool, at: datetime) -> None:
    """Before or after its neighbour of the same level. Raises NoSuchDepartment."""
    with transaction.atomic():
        departments = lock_departments()
        department = _found(department_id, departments)
        order = [one for one in departments if one.level == department.level]
        order.sort(key=lambda one: (one.position, one.pk))
        here = order.index(department)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(order):
            return
        order[here], order[there] = order[there], order[here]
        for position, one in enumerate(order, start=1):
            Department.objects.filter(pk=one.pk).update(position=position)
        places = {"position": here + 1}, {"position": there + 1}
        subject = _subject(department)
        note_change(doer, subject, Change.Deed.CHANGED, before=places[0], after=places[1], at=at)


def delete_department(
    doer: Doer, department_id: int, *, to: int | None = None, at: datetime
) -> None:
    """What is open in it goes to another, after the commit, each in a transaction of its own:
    whoever holds a department's lock for long keeps a queue waiting. What an error leaves behind,
    or somebody writes meanwhile, the sweep moves. Raises a Refusal.
    """
    with transaction.atomic():
        departments = lock_departments()
        department = _found(department_id, departments)
        successor = next((one for one in departments if one.pk == to and one != department), None)
        left = Conversation.objects.open().filter(department=department)
        if successor is None and left.exists():
            raise DestinationMissing
        before = state_of(department)
        seat_members(department.pk, {})
        department.sites.clear()
        department.deleted_at, department.deleted_by = at, doer.account
        department.successor = successor
        department.version += 1
        department.save()
        leave_department(department, doer.account, at=at)
        after = {"successor": successor.name} if successor else {}
        subject = _subject(department)
        note_change(doer, subject, Change.Deed.DELETED, before=before, after=after, at=at)
        # Before its members come back without it: they read where their conversations went.
        after_commit(_empty, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def _empty(*, at: datetime) -> None:
    move_out_of_deleted(at=at)


def state_of(department: Department) -> dict[str, Any]:
    """As the log of changes keeps it."""
    members = department.memberships.select_related("account").order_by("account__name")
    return {
        **{name: getattr(department, name) for name in FIELDS},
        "offer_timeout": int(department.offer_timeout.total_seconds()),
        "members": [[one.account.name, one.priority, one.limit] for one in members],
        "sites": sorted(department.sites.values_list("name", flat=True)),
    }


def is_name_taken(name: str, but: int | None = None) -> bool:
    others = Department.objects.exclude(pk=but).values_list("name", flat=True)
    return folded(name) in map(folded, others)


def _found(department_id: int, departments: Collection[Department]) -> Department:
    for department in departments:
        if department.pk == department_id:
            return department
    raise NoSuchDepartment


def _refuse_taken_name(draft: DepartmentDraft, others: Collection[Department]) -> None:
    for other in others:
        if folded(other.name) == folded(draft.name):
            raise DepartmentNameTaken(other.name)


def _write(department: Department, draft: DepartmentDraft) -> None:
    for name in FIELDS:
        setattr(department, name, getattr(draft, name))
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError:  # of two first departments at once there was none to lock
        raise DepartmentNameTaken(draft.name) from None


def _place(department: Department, draft: DepartmentDraft) -> None:
    """Of those named, whoever there is."""
    staff = Account.objects.staff().filter(pk__in=draft.members).values_list("pk", flat=True)
    seat_members(department.pk, {pk: draft.members[pk] for pk in staff})
    department.sites.set(Site.objects.filter(pk__in=draft.sites))


def _subject(department: Department) -> Subject:
    kind = Change.Kind.DEPARTMENT
    return Subject(kind, department.pk, department.name, department.version)


def _note(
    doer: Doer,
    department: Department,
    deed: Change.Deed,
    before: dict[str, Any] | None,
    *,
    at: datetime,
) -> None:
    after = state_of(department)
    note_change(doer, _subject(department), deed, before=before, after=after, at=at)


def _follow(doer: Doer, department: Department, *, at: datetime) -> None:
    """Every process reads the rules anew, and the head of the queue goes to whom it is due now."""
    happened(RulesChanged(by_id=doer.account.pk, at=at))
    after_commit(queue.assign_waiting, department.pk, at=at)
