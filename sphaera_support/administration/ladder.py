"""The three levels of support with their departments, as the administrator sees them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from chat.actions.memberships import first_line_places, sites_served_by
from chat.models import Conversation
from chat.queue.availability import read_present
from departments.models import Department, Membership, Site
from operators.models import Intention

_DOTS: dict[str, str] = {Intention.ONLINE: "on", Intention.BUSY: "busy", Intention.BREAK: "break"}


MOST_SHOWN = 30  # members by name on the list; all are on the department's own page


@dataclass(frozen=True)
class Member:
    key: int
    name: str
    photo: str
    dot: str
    load: int
    limit: int
    is_outside: bool
    is_active: bool


@dataclass(frozen=True)
class Step:
    """A department as it stands on the ladder."""

    department: Department
    active: int
    waiting: int
    sites: list[str]
    members: list[Member]
    is_first: bool = False
    is_last: bool = False

    @property
    def shown(self) -> list[Member]:
        """Who is there comes first."""
        return sorted(self.members, key=lambda member: member.dot == "off")[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.members) - MOST_SHOWN)

    @property
    def has_nobody(self) -> bool:
        return not any(member.is_active for member in self.members)


@dataclass(frozen=True)
class Level:
    number: int
    steps: list[Step] = field(default_factory=list)


def levels(*, at: datetime) -> list[Level]:
    """Seven queries, however many there are."""
    departments, counts, served = list(Department.objects.all()), _counts(), _served()
    members = _members(at=at)
    found = {number: Level(number) for number in (1, 2, 3)}
    for department in departments:
        active, waiting = counts.get(department.pk, (0, 0))
        own, sites = members.get(department.pk, []), served.get(department.pk, [])
        level = found[department.level]
        level.steps.append(Step(department, active, waiting, sites, own))
    return [_with_ends(level) for level in found.values() if level.steps]


def _with_ends(level: Level) -> Level:
    """Of several, which can go no further up or down."""
    last = len(level.steps) - 1
    steps = [
        Step(
            **{name: getattr(step, name) for name in _OWN},
            is_first=number == 0,
            is_last=number == last,
        )
        for number, step in enumerate(level.steps)
    ]
    return Level(level.number, steps)


_OWN = ("department", "active", "waiting", "sites", "members")


def _counts() -> dict[int, tuple[int, int]]:
    """{department: active and waiting}."""
    counted = Conversation.objects.open().order_by().values("department")
    counted = counted.annotate(
        active=Count("pk", filter=Q(operator__isnull=False)),
        waiting=Count("pk", filter=Q(operator=None)),
    )
    return {row["department"]: (row["active"], row["waiting"]) for row in counted}


def _served() -> dict[int, list[str]]:
    """{department: its sites by name}."""
    found: dict[int, list[str]] = {}
    served = Site.objects.filter(departments__isnull=False).order_by("name", "pk")
    for department, name in served.values_list("departments", "name"):
        found.setdefault(department, []).append(name)
    return found


def _members(*, at: datetime) -> dict[int, list[Member]]:
    present = read_present(at)
    load = Counter(Conversation.objects.active().values_list("operator", flat=True))
    found: dict[int, list[Member]] = {}
    memberships = Membership.objects.select_related("account").order_by("account__name", "pk")
    for one in memberships:
        account = one.account
        member = Member(
            key=account.pk,
            name=account.name,
            photo=account.photo_url,
            dot=_DOTS.get(present.get(account.pk, ""), "off"),
            load=load[account.pk],
            limit=one.limit,
            is_outside=one.priority == 0,
            is_active=account.is_active,
        )
        found.setdefault(one.department_id, []).append(member)
    return found


def heirs(department: Department) -> list[Department]:
    """Where what is open in it can go: its own level first."""
    others = Department.objects.taking_part().exclude(pk=department.pk)
    return sorted(others, key=lambda one: (abs(one.level - department.level), one.position))


def deletion(department: Department) -> dict[str, Any]:
    """What the question before the deletion says."""
    active, waiting = _counts().get(department.pk, (0, 0))
    return {
        "department": department,
        "active": active,
        "waiting": waiting,
        "open": active + waiting,
        "members": department.memberships.count(),
        "has_heirs": Department.objects.taking_part().exclude(pk=department.pk).exists(),
        "alone": _alone_without(department),
    }


def _alone_without(department: Department) -> list[str]:
    """Sites whose new visitors nobody else would take."""
    if department.level != 1:
        return []
    places = first_line_places()
    own = sites_served_by(places.filter(department=department))
    others = sites_served_by(places.exclude(department=department))
    return sorted(own[pk] for pk in own.keys() - others.keys())
