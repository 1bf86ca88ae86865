"""What the zone's lists show an account: visitors by group, operators, chats among staff."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from chat import access
from chat.models import Conversation, Participant
from chat.notices.rules import notice_rules
from chat.queue.order import place_of
from chat.rooms.rows import chat_rows
from chat.rows.conversations import MOST, conversation_rows
from chat.rows.operators import count_online, operator_rows
from chat.rows.site import first_page
from operators.models import Account


def lists(account: Account) -> dict[str, Any]:
    at = timezone.now()
    groups = access.groups_of(account)
    offered = _rows(groups.offered, at=at)
    invited = _invited_rows(groups.inviting, account, at=at)
    asked = {row["cid"]: row for row in [*offered, *invited]}
    waiting = _rows(groups.waiting.in_queue_order(), at=at)
    operators = operator_rows(at=at)
    return {
        "waiting": sorted([*waiting, *asked.values()], key=_place),
        "mine": _rows(groups.mine.order_by("-last_message_at"), at=at),
        "others": _rows(groups.others.order_by("-last_message_at"), at=at),
        "on_site": first_page(account, at=at),
        "operators": operators,
        "chats": chat_rows(account),
        "present_count": count_online(operators),
        "me": account,
        "hides_text": notice_rules().hides_text,
        "my_departments": list(account.departments.values_list("pk", flat=True)),
    }


def _place(row: dict[str, Any]) -> datetime:
    """Among those who wait, also of one that waits for this account alone."""
    return place_of(row["criticality"], row["since"])


def _rows(conversations: QuerySet[Conversation], *, at: datetime) -> list[dict[str, Any]]:
    whole = conversations.select_related("visitor", "operator", "department")
    return conversation_rows(whole[:MOST], at=at)


def _invited_rows(
    conversations: QuerySet[Conversation], account: Account, *, at: datetime
) -> list[dict[str, Any]]:
    """Where the account is asked to join: since then they wait for it."""
    asked = Participant.objects.invited().filter(account=account)
    since = dict(asked.values_list("conversation__public_id", "invited_at"))
    found = _rows(conversations, at=at)
    return [{**row, "since": since.get(row["cid"], row["since"])} for row in found]
