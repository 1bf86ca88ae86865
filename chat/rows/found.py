"""What typed words find among the open conversations that an account sees, also of what its lists
have no room for.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from chat import access
from chat.matching import Wanted
from chat.models import Conversation, Message, MessageKind, Visit
from chat.places import place_of
from chat.referrers import readable
from chat.rows.conversations import conversation_rows
from chat.text import folded
from operators.models import Account

MOST_FOUND = 100  # rows of an answer, the latest conversations
MOST_SEARCHED = 5000  # the latest: more than are ever open at once

_TEXTS = ("visitor__name", "visitor__contract", "operator__name", "said", "visit")


def found_rows(account: Account, query: str, *, at: datetime) -> dict[str, Any]:
    """By name, contract, operator, the last that was said, the page and the city of their latest
    visit. At most MOST_FOUND `rows`, and whether there `is_more`.
    """
    wanted = Wanted(query)
    keys = [pk for pk, text in _texts(account) if wanted.holds(text)]
    listed = Conversation.objects.filter(pk__in=keys[:MOST_FOUND]).order_by("-started_at", "-pk")
    whole = listed.select_related("visitor", "operator", "department")
    return {"rows": conversation_rows(whole, at=at), "is_more": len(keys) > MOST_FOUND}


def _texts(account: Account) -> Iterator[tuple[int, str]]:
    latest = Visit.objects.filter(visitor=OuterRef("visitor")).order_by("-seen_at", "-pk")
    said = Message.objects.said().exclude(kind=MessageKind.NOTE).filter(conversation=OuterRef("pk"))
    visible = access.visible_to(account).open().order_by("-started_at", "-pk")
    told = visible.annotate(
        visit=Subquery(latest.values("pk")[:1]),
        said=Subquery(said.order_by("-seq").values("text")[:1]),
    ).values_list("pk", *_TEXTS)
    rows = list(told[:MOST_SEARCHED])
    visits = Visit.objects.filter(pk__in={visit for *_, visit in rows if visit is not None})
    pages = {
        pk: (title, url, readable(url), place_of(address).city)
        for pk, title, url, address in visits.values_list("pk", "page_title", "page_url", "address")
    }
    for pk, *texts, visit in rows:
        found = [*(text for text in texts if text), *pages.get(visit, ())]
        yield pk, folded("\n".join(found))
