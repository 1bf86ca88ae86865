"""Who stands in which department, and how: from the page of either."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from departments.models import Membership, Site

PRIORITIES = range(10)  # 0: outside the queue
LONGEST_LIMIT = 100


class Terms(NamedTuple):
    """How a member stands in the queue; a limit of 0 is none."""

    priority: int = 1
    limit: int = 0


@dataclass(eq=False)
class LeavesAlone(Refusal):
    """Visitors of these sites would have nobody of a first level any more."""

    sites: str
    code = "conflict"
    words = _(
        "После этого новым посетителям станет некому ответить, они увидят «Не в сети»: %(sites)s."
    )


def seat_members(department_id: int, members: Mapping[int, Terms]) -> None:
    """These accounts and no others; whose turn it is stays. The caller has locked departments."""
    now = Membership.objects.filter(department=department_id)
    _seat(now, {(department_id, account): terms for account, terms in members.items()})


def seat_account(account_id: int, departments: Mapping[int, Terms]) -> None:
    """In these departments and no others. The caller has locked departments."""
    now = Membership.objects.filter(account=account_id)
    _seat(now, {(department, account_id): terms for department, terms in departments.items()})


def served_sites() -> dict[int, str]:
    """Sites whose new visitors somebody takes: {key: name}."""
    return sites_served_by(first_line_places())


def first_line_places() -> QuerySet[Membership]:
    """Of who takes new visitors."""
    return Membership.objects.filter(department__level=1, account__is_active=True)


def sites_served_by(places: QuerySet[Membership]) -> dict[int, str]:
    """{key: name}; by two statements, for the reason of chat.queue.availability.first_lines."""
    departments = set(places.values_list("department", flat=True))
    served = Site.objects.active().filter(departments__in=departments)
    return dict(served.distinct().values_list("pk", "name"))


def refuse_to_leave_alone(served: Mapping[int, str], *, even_alone: bool) -> None:
    alone = served.keys() - served_sites().keys()
    if alone and not even_alone:
        raise LeavesAlone(", ".join(sorted(served[site] for site in alone)))


def _seat(now: QuerySet[Membership], wanted: Mapping[tuple[int, int], Terms]) -> None:
    """Four statements, however many there are."""
    places = {(place.department_id, place.account_id): place for place in now}
    now.filter(pk__in=[places[key].pk for key in places.keys() - wanted.keys()]).delete()
    Membership.objects.bulk_create(
        Membership(department_id=department, account_id=account, **terms._asdict())
        for (department, account), terms in wanted.items()
        if (department, account) not in places
    )
    changed = []
    for key in places.keys() & wanted.keys():
        place, terms = places[key], wanted[key]
        if Terms(place.priority, place.limit) != terms:
            place.priority, place.limit = terms
            changed.append(place)
    Membership.objects.bulk_update(changed, ["priority", "limit"])
