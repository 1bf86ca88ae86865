"""Rows of the list of operators."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat.models import (
    Conversation,
)
from chat.text import initials
from operators.models import Account, Intention, Lease

_DOTS: dict[str, str] = {Intention.ONLINE: "on", Intention.BUSY: "busy", Intention.BREAK: "break"}


def operator_rows(*, at: datetime) -> list[dict[str, Any]]:
    """All who may answer: those present first, each group by name."""
    accounts = (
        Account.objects.staff()
        .active()
        .annotate(left_at=_left_at())
        .prefetch_related("memberships__department")
        .order_by("name")
    )
    present = set(Lease.objects.present(at).values_list("account", flat=True))
    load: dict[int, int] = {}
    for owner in Conversation.objects.active().values_list("operator", flat=True):
        load[owner] = load.get(owner, 0) + 1
    rows = [_operator_row(account, account.pk in present, load) for account in accounts]
    return sorted(rows, key=lambda row: row["presence"] == "off")


def count_online(rows: list[dict[str, Any]]) -> int:
    """Those who are «В сети»: neither busy nor on a break."""
    return sum(row["presence"] == "on" for row in rows)


def _left_at() -> Subquery:
    """When the last place ended, for who is not there; null for who never came."""
    places = Lease.objects.filter(account=OuterRef("pk")).order_by("-started_at")
    return Subquery(places.values(ended=Coalesce("released_at", "valid_until"))[:1])


def _operator_row(account: Any, is_present: bool, load: dict[int, int]) -> dict[str, Any]:
    memberships = list(account.memberships.all())
    limits = [membership.limit for membership in memberships]
    return {
        "id": account.pk,
        "name": account.name,
        "initials": initials(account.name),
        # Of who chose nothing that we know it is certain only that they are there.
        "presence": _DOTS.get(account.intention, "busy") if is_present else "off",
        "level": min((m.department.level for m in memberships), default=None),
        "load": load.get(account.pk, 0),
        "limit": max(limits) if limits and all(limits) else None,
        "since": account.intention_at if is_present else account.left_at,
        "comment": account.intention_comment,
        "is_administrator": account.is_administrator,
    }
