"""What is due: one rule for each root of the deletion graph, in the order in which they go.

Never what is open, nor what is held: an open conversation, an open ticket and the conversations it
is about, a held conversation, and nothing at all of a visitor who is held or has asked something
about their own data that is not answered yet (`keeps_visitors`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat.belongings import (
    ATTACHMENT,
    CONVERSATION,
    STAFF_CHAT,
    STAFF_MESSAGE,
    TICKET,
    VISIT,
    VISITOR,
    Rows,
)
from chat.belongings import rows_of as rows
from chat.models import (
    Comment,
    Conversation,
    DataRequest,
    Hold,
    InternalMessage,
    Ticket,
    Visit,
    Visitor,
)
from chat.purge.terms import Cutoffs

Keepers = Callable[[datetime], QuerySet[Visitor]]
# Whoever has a reason to keep all of a visitor says so here: {name: the visitors}.
KEEPERS: dict[str, Keepers] = {}


def keeps_visitors(name: str, keepers: Keepers) -> None:
    """Of whom nothing is deleted; asked anew with every batch."""
    KEEPERS[name] = keepers


def _held(at: datetime) -> QuerySet[Visitor]:
    return Visitor.objects.filter(holds__in=Hold.objects.in_force(at))


def _asking(_at: datetime) -> QuerySet[Visitor]:
    """What they asked about is still there when it is decided."""
    return Visitor.objects.filter(data_requests__state=DataRequest.State.OPEN)


keeps_visitors("held", _held)
keeps_visitors("asking", _asking)


@dataclass(frozen=True)
class Rule:
    """`due` finds the rows of the root that go; `forgets` names what of them goes, if not all.

    No two are alike by `order`. `weight` is the field that says how many rows one of them brings
    along, where that varies much.
    """

    name: str
    root: str
    due: Callable[[Cutoffs, datetime], Rows]
    order: tuple[str, ...] = ("pk",)
    forgets: tuple[str, ...] = ()
    weight: str = ""
    visitor: str = ""  # the way to whose it is


def conversations(before: Cutoffs, at: datetime) -> Rows:
    open_tickets = Ticket.objects.open().filter(links__conversation=OuterRef("pk"))
    held = Hold.objects.in_force(at).filter(conversation=OuterRef("pk"))
    due = rows(CONVERSATION).filter(closed_at__lt=before.messages)
    return _of_nobody_kept(due.exclude(Exists(open_tickets)).exclude(Exists(held)), "visitor", at)


def tickets(before: Cutoffs, at: datetime) -> Rows:
    return _of_nobody_kept(rows(TICKET).filter(done_at__lt=before.messages), "visitor", at)


def visits(before: Cutoffs, at: datetime) -> Rows:
    due = rows(VISIT).filter(present_until__lt=before.visits)
    return _of_nobody_kept(_of_nobody_served(due, "visitor"), "visitor", at)


def pages(before: Cutoffs, at: datetime) -> Rows:
    """Of a visit that goes on and on."""
    lasting = rows("chat.PageView").filter(
        visit__present_until__gte=before.visits,
        visit__started_at__lt=before.visits,
        opened_at__lt=before.visits,
    )
    served = _of_nobody_served(lasting, "visit__visitor")
    return _of_nobody_kept(served, "visit__visitor", at)


def addresses_of_visits(before: Cutoffs, at: datetime) -> Rows:
    known = rows(VISIT).filter(address__isnull=False, present_until__lt=before.addresses)
    return _of_nobody_kept(_of_nobody_served(known, "visitor"), "visitor", at)


def addresses_of_consents(before: Cutoffs, at: datetime) -> Rows:
    known = rows("chat.Consent").filter(address__isnull=False, given_at__lt=before.addresses)
    return _of_nobody_kept(_of_nobody_served(known, "visitor"), "visitor", at)


def addresses_of_withdrawals(before: Cutoffs, at: datetime) -> Rows:
    known = rows("chat.Withdrawal").filter(address__isnull=False, at__lt=before.addresses)
    return _of_nobody_kept(_of_nobody_served(known, "visitor"), "visitor", at)


def comments(before: Cutoffs, at: datetime) -> Rows:
    written = Coalesce("edited_at", "created_at")
    due = rows("chat.Comment").annotate(written=written).filter(written__lt=before.messages)
    theirs = due.filter(visitor__isnull=False)
    kept = _of_nobody_kept(_of_nobody_served(theirs, "visitor"), "visitor", at)
    of_networks = Q(pk__in=_of_left_networks(due))
    found: Rows = due.filter(Q(pk__in=kept.values("pk")) | of_networks)
    return found


def _of_left_networks(due: Rows) -> list[int]:
    """Those about networks from which nobody came within the term; there are few."""
    return [
        comment.pk
        for comment in due.filter(visitor=None)
        if not _is_anybody_of(comment.site_id, comment.network)
    ]


def _is_anybody_of(site_id: int, network: str) -> bool:
    there = ip_network(network)
    visits = Visit.objects.filter(visitor__site=site_id, address__isnull=False)
    if there.num_addresses == 1:
        return visits.filter(address=str(there.network_address)).exists()
    found = visits.values_list("address", flat=True).distinct().iterator()
    return any(ip_address(address) in there for address in found if address)


def staff_messages(before: Cutoffs, _at: datetime) -> Rows:
    """Of each chat a beginning: none that is amended by one which stays."""
    due = InternalMessage.objects.filter(created_at__lt=before.staff_chats)
    later = InternalMessage.objects.filter(
        chat=OuterRef("chat"),
        created_at__gte=before.staff_chats,
        amends__created_at__lt=before.staff_chats,
    )
    first = Subquery(later.order_by("amends__seq").values("amends__seq")[:1])
    bounded = due.annotate(until=Coalesce(first, F("seq") + 1)).filter(seq__lt=F("until"))
    return rows(STAFF_MESSAGE).filter(pk__in=bounded.values("pk"))


def staff_chats(before: Cutoffs, _at: datetime) -> Rows:
    """In which nobody has written since, and nothing is left."""
    written = InternalMessage.objects.filter(chat=OuterRef("pk"))
    return rows(STAFF_CHAT).filter(changed_at__lt=before.staff_chats).exclude(Exists(written))


def files(before: Cutoffs, at: datetime) -> Rows:
    """Of messages that stay."""
    old = rows(ATTACHMENT).filter(created_at__lt=before.files)
    due = old.filter(message__conversation__closed_at__lt=before.files)
    open_tickets = Ticket.objects.open().filter(
        links__conversation=OuterRef("message__conversation")
    )
    held = Hold.objects.in_force(at).filter(conversation=OuterRef("message__conversation"))
    free = due.exclude(Exists(open_tickets)).exclude(Exists(held))
    return _of_nobody_kept(free, "message__conversation__visitor", at)


def uploads(before: Cutoffs, _at: datetime) -> Rows:
    """Such as no message took."""
    unsent = rows(ATTACHMENT).filter(message=None, internal_message=None)
    return unsent.filter(created_at__lt=before.files)


def parts(before: Cutoffs, _at: datetime) -> Rows:
    return rows("chat.PartialUpload").filter(touched_at__lt=before.files)


def archives(before: Cutoffs, _at: datetime) -> Rows:
    return rows("chat.DataArchive").filter(asked_at__lt=before.files)


def exports(before: Cutoffs, _at: datetime) -> Rows:
    return rows("reports.Export").filter(created_at__lt=before.files)


def deliveries(before: Cutoffs, _at: datetime) -> Rows:
    return rows("chat.WebhookDelivery").filter(at__lt=before.messages)


def availability(before: Cutoffs, _at: datetime) -> Rows:
    """Stretches that are over; what a site shows now stays."""
    return rows("chat.Availability").filter(ended_at__lt=before.messages)


def blocks(before: Cutoffs, _at: datetime) -> Rows:
    """That ended so long ago."""
    over = Q(lifted_at__lt=before.messages) | Q(until__lt=before.messages)
    return rows("chat.Block").filter(over)


def attempts(before: Cutoffs, _at: datetime) -> Rows:
    return rows("axes.AccessAttempt").filter(attempt_time__lt=before.addresses)


def failures(before: Cutoffs, _at: datetime) -> Rows:
    return rows("axes.AccessFailureLog").filter(attempt_time__lt=before.addresses)


def accesses(before: Cutoffs, _at: datetime) -> Rows:
    return rows("axes.AccessLog").filter(attempt_time__lt=before.addresses)


def visitors(before: Cutoffs, at: datetime) -> Rows:
    """With nothing left, after all the others went."""
    theirs = Q(visitor=OuterRef("pk"))
    left = rows(VISITOR).filter(first_seen_at__lt=before.messages)
    for label in (CONVERSATION, TICKET, VISIT, "chat.Comment"):
        left = left.exclude(Exists(rows(label).filter(theirs)))
    young = rows(ATTACHMENT).filter(theirs, message=None, created_at__gte=before.files)
    return _of_nobody_kept(left.exclude(Exists(young)), "", at)


def visitors_then(before: Cutoffs, at: datetime) -> Rows:
    """Those with nothing left if all that is due were gone."""
    theirs = Q(visitor=OuterRef("pk"))
    left = rows(VISITOR).filter(first_seen_at__lt=before.messages)
    for found, due in (
        (Conversation.objects.all(), conversations),
        (Ticket.objects.all(), tickets),
        (Visit.objects.all(), visits),
        (Comment.objects.all(), comments),
    ):
        staying = found.filter(theirs).exclude(pk__in=due(before, at).values("pk"))
        left = left.exclude(Exists(staying))
    young = rows(ATTACHMENT).filter(theirs, message=None, created_at__gte=before.files)
    return _of_nobody_kept(left.exclude(Exists(young)), "", at)


RULES: tuple[Rule, ...] = (
    Rule(
        "conversations",
        CONVERSATION,
        conversations,
        order=("closed_at", "pk"),
        weight="last_seq",
        visitor="visitor",
    ),
    Rule("tickets", TICKET, tickets, visitor="visitor"),
    Rule("files", ATTACHMENT, files),
    Rule("uploads", ATTACHMENT, uploads),
    Rule("parts", "chat.PartialUpload", parts),
    Rule("archives", "chat.DataArchive", archives),
    Rule("exports", "reports.Export", exports),
    Rule("deliveries", "chat.WebhookDelivery", deliveries),
    Rule("pages", "chat.PageView", pages),
    Rule("visits", VISIT, visits, order=("present_until", "pk"), visitor="visitor"),
    Rule("addresses", VISIT, addresses_of_visits, forgets=("address",), visitor="visitor"),
    Rule("consents", "chat.Consent", addresses_of_consents, forgets=("address",)),
    Rule("withdrawals", "chat.Withdrawal", addresses_of_withdrawals, forgets=("address",)),
    Rule("comments", "chat.Comment", comments),
    # What amends another goes before it.
    Rule("staff_messages", STAFF_MESSAGE, staff_messages, order=("-pk",)),
    Rule("staff_chats", STAFF_CHAT, staff_chats),
    Rule("blocks", "chat.Block", blocks),
    Rule("availability", "chat.Availability", availability, order=("ended_at", "pk")),
    Rule("attempts", "axes.AccessAttempt", attempts),
    Rule("failures", "axes.AccessFailureLog", failures),
    Rule("accesses", "axes.AccessLog", accesses),
    Rule("visitors", VISITOR, visitors, visitor="pk"),
)


def _of_nobody_kept(due: Rows, way: str, at: datetime) -> Rows:
    for keepers in KEEPERS.values():
        due = due.exclude(**{f"{way or 'pk'}__in": keepers(at).values("pk")})
    return due


def _of_nobody_served(due: Rows, way: str) -> Rows:
    """Of nobody who is being answered, or whose ticket is open."""
    served = Conversation.objects.filter(visitor=OuterRef(way), closed_at=None)
    asking = Ticket.objects.open().filter(visitor=OuterRef(way))
    return due.exclude(Exists(served)).exclude(Exists(asking))
