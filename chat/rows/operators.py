"""Rows of the list of operators."""

from collections import defaultdict
from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat.models import (
    Conversation,
)
from chat.text import folded, initials
from departments.models import Membership
from operators.models import Account, Intention, Lease, Role
from operators.photos import address_of
from operators.prepared import Prepared

_DOTS: dict[str, str] = {Intention.ONLINE: "on", Intention.BUSY: "busy", Intention.BREAK: "break"}


def operator_rows(*, at: datetime) -> list[dict[str, Any]]:
    """All who may answer, in the order of `order`: those present first, each group by name."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for account_id, limit, level in _members.all():
        places[account_id].append((limit, level))
    present, load = set(_present.all(at=at)), dict(_load.all())
    rows = [
        _operator_row(one, one.pk in present, load.get(one.pk, 0), places[one.pk])
        for one in starmap(_Colleague, _staff.all())
    ]
    return sorted(rows, key=lambda row: str(row["order"]))


def count_online(rows: list[dict[str, Any]]) -> int:
    """Those who are «В сети»: neither busy nor on a break."""
    return sum(row["presence"] == "on" for row in rows)


class _Colleague(NamedTuple):
    pk: int
    name: str
    photo: str
    role: str
    intention: str
    intention_at: datetime
    intention_comment: str
    left_at: datetime | None


def _left_at() -> Subquery:
    """When the last place ended, for who is not there; null for who never came."""
    places = Lease.objects.filter(account=OuterRef("pk")).order_by("-started_at")
    return Subquery(places.values(ended=Coalesce("released_at", "valid_until"))[:1])


_members = Prepared(lambda: Membership.objects.values_list("account", "limit", "department__level"))
_present = Prepared(lambda at: Lease.objects.present(at).values_list("account", flat=True))
_load = Prepared(
    lambda: (
        Conversation.objects.active()
        .order_by()
        .values("operator")
        .values_list("operator", Count("pk"))
    )
)
_staff = Prepared(
    lambda: Account.objects.staff().active().values_list(*_Colleague._fields[:-1], _left_at())
)


def _operator_row(
    account: _Colleague, is_present: bool, load: int, places: list[tuple[int, int]]
) -> dict[str, Any]:
    limits = [limit for limit, _level in places]
    return {
        "id": account.pk,
        "name": account.name,
        "initials": initials(account.name),
        "photo": address_of(account.photo),
        "order": f"{0 if is_present else 1} {folded(account.name)} {account.pk:010}",
        # Of who chose nothing that we know it is certain only that they are there.
        "presence": _DOTS.get(account.intention, "busy") if is_present else "off",
        "level": min((level for _limit, level in places), default=None),
        "load": load,
        "limit": max(limits) if limits and all(limits) else None,
        "since": account.intention_at if is_present else account.left_at,
        "comment": account.intention_comment,
        "is_administrator": account.role == Role.ADMINISTRATOR,
    }
