"""Rows of the groups under the list of operators."""

from typing import Any

from chat.rooms.history import ChatState, states_of
from operators.models import Account


def chat_rows(account: Account) -> list[dict[str, Any]]:
    rows = [chat_row(state, account.pk) for state in states_of(account)]
    return sorted((row for row in rows if row), key=lambda row: row["title"].casefold())


def chat_row(state: ChatState, reader: int) -> dict[str, Any] | None:
    """None for a chat that is found by its colleague's row among the operators."""
    if state.chat.is_direct and not _is_history(state, reader):
        return None
    return {
        "cid": state.chat.public_id,
        "title": title_of(state, reader),
        "is_direct": state.chat.is_direct,
        "count": len(state.members),
        "unread": state.unread,
    }


def title_of(state: ChatState, reader: int) -> str:
    """A group's title; of two, the other's name."""
    names = [name for key, name in state.names if key != reader]
    return state.chat.title or ", ".join(names)


def _is_history(state: ChatState, reader: int) -> bool:
    """Something was written to a colleague who stands in no list any more."""
    others = [member for member in state.members if member.account_id != reader]
    is_gone = all(m.account is None or not m.account.is_active for m in others)
    return is_gone and state.chat.last_seq > 0
