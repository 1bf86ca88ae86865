"""Rows of the list of operators."""

from datetime import datetime
from typing import Any

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
        .prefetch_related("memberships__department")
        .order_by("name")
    )
    present = set(Lease.objects.present(at).values_list("account", flat=True))
    load: dict[int, int] = {}
    for owner in Conversation.objects.active().values_list("operator", flat=True):
        load[owner] = load.get(owner, 0) + 1
    rows = [_operator_row(account, account.pk in present, load) for account in accounts]
    return sorted(rows, key=lambda row: row["presence"] == "off")


def _operator_row(account: Account, is_present: bool, load: dict[int, int]) -> dict[str, Any]:
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
        "since": account.intention_at,
        "comment": account.intention_comment,
        "is_administrator": account.is_administrator,
    }
