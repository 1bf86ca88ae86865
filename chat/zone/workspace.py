"""One conversation as the zone shows it: what was said, who is in it, what may be done."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import access
from chat.models import Conversation, ConversationTag, Hold, Ownership, Participant, Transfer
from chat.models.transfers import TransferQuerySet
from chat.participation import current_of, people, read_by
from chat.rows.conversations import Around, conversation_row, transfer_strip
from chat.sockets.history import whole
from chat.sockets.pages import last_page
from chat.tickets.shown import has_open, in_panel
from chat.wire.faces import STAFF
from chat.wire.messages import message_context
from chat.zone.information import information
from chat.zone.templates import placeholders_of
from operators.models import Account


def nothing_open(account: Account) -> dict[str, Any]:
    """What the pane shows while nothing is open."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Ownership.objects.filter(account=account, began_at__gte=midnight)
    return {"mine_today": today.values("conversation").distinct().count()}


def find_conversation(account: Account, public_id: str) -> Conversation:
    found = (
        access.visible_to(account)
        .select_related("visitor__site", "operator", "department")
        .annotate(
            moves=_counted(Transfer.objects.done()),
            bounces=_counted(Transfer.objects.bounces()),
            has_tickets=has_open("visitor"),
            has_tags=Exists(ConversationTag.objects.filter(conversation=OuterRef("pk"))),
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404(_("Обращение не найдено"))
    return found


def workspace(account: Account, conversation: Conversation) -> dict[str, Any]:
    at = timezone.now()
    transfer, guests = _around(conversation)
    around = Around({conversation.pk: transfer} if transfer else {}, {conversation.pk: guests})
    row = conversation_row(conversation, around=around, at=at)
    told = information(conversation, at=at)
    here = access.standing_of(account, conversation, around=(transfer, guests), at=at)
    answered = conversation.answered_at
    return {
        "conversation": {
            **row,
            "visitor": {
                "name": row["name"],
                "initials": row["initials"],
                "online": row["online"],
                "page_title": told["page_title"],
            },
            "waiting_since": conversation.waiting_since,
            "accepted_at": conversation.accepted_at,
            "first_response_seconds": int((answered - conversation.started_at).total_seconds())
            if answered
            else None,
            "revision": conversation.revision,
            "moves": getattr(conversation, "moves", 0),
            "bounces": getattr(conversation, "bounces", 0),
        },
        "may": access.deeds_of(here),
        "keeping": _keeping(here),
        "closing": conversation.closings.current().first() if here.is_closed else None,
        "blocked": here.block,
        "held": here.held,
        "tags": told["tags"],
        "link_id": uuid.uuid4(),  # of the next link card
        "messages": messages_shown(conversation),
        "read_seq": read_by(account, conversation, guests),
        "earlier_url": reverse("zone_earlier", args=[conversation.public_id]),
        "transfer": transfer_strip(row["transfer"]),
        "people": people(conversation, guests),
        "last_seq": conversation.last_seq,
        "information": told,
        "tickets": _tickets(account, conversation, at=at),
        "me": account,
        "site_id": conversation.visitor.site_id,
        "placeholders": placeholders_of(account, conversation),
    }


def _keeping(here: access.Standing) -> dict[str, Any] | None:
    """What keeps it from being deleted, for whoever may say so."""
    if access.to_hold(here) is not None:
        return None
    return {"hold": Hold.objects.in_force(here.at).on(here.conversation).first()}


def _tickets(account: Account, conversation: Conversation, *, at: datetime) -> list[Any]:
    """Most visitors have none, which find_conversation knows."""
    has_some = getattr(conversation, "has_tickets", True)
    return in_panel(account, conversation, at=at)["tickets"] if has_some else []


def _counted(transfers: TransferQuerySet) -> Coalesce:
    """Of the conversation that is asked for."""
    own = transfers.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


def _around(conversation: Conversation) -> tuple[Transfer | None, list[Participant]]:
    """The pending transfer, and who takes part or is invited."""
    pending = conversation.transfers.pending()
    transfer = pending.select_related("sender", "to_account", "to_department").first()
    return transfer, current_of([conversation.pk]).get(conversation.pk, [])


def messages_shown(
    conversation: Conversation, *, before: int | None = None
) -> list[dict[str, Any]]:
    """The latest page of them, or the latest before a number."""
    found = conversation.messages.all()
    page = last_page(found if before is None else found.filter(seq__lt=before), whole)
    return [message_context(m, STAFF, read_up_to=conversation.visitor_read_seq) for m in page]
