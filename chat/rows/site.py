"""Rows of people who are merely on the site."""

from datetime import datetime
from typing import Any

from chat import access
from chat.models import (
    Conversation,
    Visit,
)
from chat.rows.conversations import MOST
from chat.text import initials
from operators.models import Account


def site_row(visit: Visit) -> dict[str, Any]:
    """Somebody merely on the site."""
    return {
        "visit": visit.public_id,
        "name": visit.visitor.name,
        "initials": initials(visit.visitor.name),
        "contract": visit.visitor.contract,
        "page_title": visit.page_title,
        "page_url": visit.page_url,
        "since": visit.started_at,
        "online": True,
    }


def site_rows(account: Account, *, at: datetime) -> list[dict[str, Any]]:
    """One row for each person on the sites of this account who has no open conversation."""
    busy = Conversation.objects.open().values("visitor")
    visits = (
        access.visits_visible_to(account, at=at)
        .exclude(visitor__in=busy)
        .select_related("visitor")
        .order_by("-seen_at")[:MOST]
    )
    latest: dict[int, Visit] = {}
    for visit in visits:
        latest.setdefault(visit.visitor_id, visit)
    return [site_row(visit) for visit in latest.values()]
