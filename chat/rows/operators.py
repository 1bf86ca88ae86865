"""Rows of the list of operators."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat.models import (
    Conversation,
)
from chat.text import folded, initials
from departments.models import Membership
from operators.models import Account, Intention, Lease
from operators.prepared import Prepared

_DOTS: dict[str, str] = {Intention.ONLINE: "on", Intention.BUSY: "busy", Intention.BREAK: "break"}


def operator_rows(*, at: datetime) -> list[dict[str, Any]]:
    """All who may answer, in the order of `order`: those present first, each group by name."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for account_id, limit, level in _members.all():
        places[account_id].append((limit, level))
    present, load = set(_present.all(at=at)), Counter(_owners.all())
    rows = [
        _operator_row(account, account.pk in present, load[account.pk], places[account.pk])
        for account in _staff.all()
    ]
    return sorted(rows, key=lambda row: str(row["order"]))


def count_online(rows: list[dict[str, Any]]) -> int:
    """Those who are «В сети»: neither busy nor on a break."""
    return sum(row["presence"] == "on" for row in rows)


def _left_at() -> Subquery:
    """When the last place ended, for who is not there; null for who never came."""
    places = Lease.objects.filter(account=OuterRef("pk")).order_by("-started_at")
    return Subquery(places.values(ended=Coalesce("released_at", "valid_until"))[:1])


_members = Prepared(lambda: Membership.objects.values_list("account", "limit", "department__level"))
_present = Prepared(lambda at: Lease.objects.present(at).values_list("account", flat=True))
_owners = Prepared(lambda: Conversation.objects.active().values_list("operator", flat=True))
_staff = Prepared(lambda: Account.objects.staff().active().annotate(left_at=_left_at()))


def _operator_row(
    account: Any, is_present: bool, load: int, places: list[tuple[int, int]]
) -> dict[str, Any]:
    limits = [limit for limit, _level in places]
    return {
        "id": account.pk,
        "name": account.name,
        "initials": initials(account.name),
        "photo": account.photo_url,
        "order": f"{0 if is_present else 1} {folded(account.name)} {account.pk:010}",
        # Of who chose nothing that we know it is certain only that they are there.
        "presence": _DOTS.get(account.intention, "busy") if is_present else "off",
        "level": min((level for _limit, level in places), default=None),
        "load": load,
        "limit": max(limits) if limits and all(limits) else None,
        "since": account.intention_at if is_present else account.left_at,
        "comment": account.intention_comment,
        "is_administrator": account.is_administrator,
    }
