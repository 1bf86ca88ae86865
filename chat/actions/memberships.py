"""Who stands in which department, and how: from the page of either."""

from collections.abc import Mapping
from typing import NamedTuple

from departments.models import Membership

PRIORITIES = range(10)  # 0: outside the queue
LONGEST_LIMIT = 100


class Terms(NamedTuple):
    """How a member stands in the queue; a limit of 0 is none."""

    priority: int = 1
    limit: int = 0


def seat_members(department_id: int, members: Mapping[int, Terms]) -> None:
    """These accounts and no others; whose turn it is stays."""
    Membership.objects.filter(department=department_id).exclude(account__in=members).delete()
    for account_id, terms in members.items():
        _seat(department_id, account_id, terms)


def seat_account(account_id: int, departments: Mapping[int, Terms]) -> None:
    """In these departments and no others."""
    Membership.objects.filter(account=account_id).exclude(department__in=departments).delete()
    for department_id, terms in departments.items():
        _seat(department_id, account_id, terms)


def _seat(department_id: int, account_id: int, terms: Terms) -> None:
    Membership.objects.update_or_create(
        department_id=department_id, account_id=account_id, defaults=terms._asdict()
    )
