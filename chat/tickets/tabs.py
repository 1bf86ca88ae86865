"""What stands above the list of tickets: the views that everybody has, and one's own."""

from typing import Any, NamedTuple

from chat.tickets.finding import BUILT_IN, address_of
from operators.models import Account


class Tab(NamedTuple):
    title: str
    address: str
    is_current: bool
    is_own: bool = False


def views_shown(account: Account, address: str) -> dict[str, Any]:
    """`address` is what the list is asked for now. What is one of them already needs no saving."""
    own = list(account.saved_views.all())
    tabs = [
        Tab(str(title), asked, asked == address)
        for title, wanted in BUILT_IN.items()
        for asked in [address_of(wanted)]
    ]
    tabs += [Tab(one.title, one.address, one.address == address, is_own=True) for one in own]
    return {
        "tabs": tabs,
        "has_own_views": bool(own),
        "is_savable": not any(tab.is_current for tab in tabs),
    }
