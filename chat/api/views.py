"""What tokens read and write: by the access rule and the actions that staff have."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from chat import access
from chat.actions.errors import NotFound
from chat.api import shapes, told
from chat.api.calls import Answer, Call
from chat.api.cursors import cursor_of, read_cursor
from chat.api.problems import Refused
from chat.models import Scope, TicketDeed
from chat.models.conversations import ConversationQuerySet
from chat.text import clean_line, number
from chat.tickets.actions.answering import answer_ticket, note_on_ticket
from chat.tickets.actions.changing import update_ticket
from chat.tickets.actions.registering import TicketDraft, register_ticket
from chat.tickets.errors import NoSuchTicket
from chat.tickets.finding import ANY, Wanted, find_tickets

# Each token's keys are its own.
_KEYS = uuid.UUID("0d2f5a0e-6f0c-4f7c-9a55-7a1f4c1de9b3")


def conversations(call: Call) -> Answer:
    wanted: shapes.ConversationsWanted = call.query
    found = access.visible_to(call.account)
    if key := _site(call, wanted.site):
        found = found.filter(visitor__site=key)
    if wanted.state is not UNSET:
        found = _in_state(found, wanted.state)
    if wanted.opened_since is not UNSET:
        found = found.filter(started_at__gte=wanted.opened_since)
    if wanted.closed_since is not UNSET:
        found = found.filter(closed_at__gte=wanted.closed_since)
    whole = told.whole_conversations(found)
    return _page(call, "c", whole, lambda rows: [told.conversation(one) for one in rows])


def _in_state(found: ConversationQuerySet, state: str) -> ConversationQuerySet:
    if state == "closed":
        return found.exclude(closed_at=None)
    return {"open": found.open, "waiting": found.waiting, "active": found.active}[state]()


def conversation(call: Call) -> Answer:
    """With a page of its messages, the oldest first."""
    seen = access.visible_to(call.account).filter(public_id=call.key)
    one = told.whole_conversations(seen).first()
    if one is None:
        raise NotFound
    with_notes = call.token.has(Scope.NOTES)
    log = told.messages_read(one, with_notes=with_notes)
    page = _onwards(call, "m", log, "seq", lambda rows: told.messages(rows, with_notes=with_notes))
    body = shapes.ConversationWithMessages(conversation=told.conversation(one), messages=page)
    return Answer(body)


def tickets(call: Call) -> Answer:
    wanted: shapes.TicketsWanted = call.query
    asked = Wanted(
        status=ANY if wanted.status is UNSET else wanted.status,
        criticality=0 if wanted.criticality is UNSET else told.LEVELS[wanted.criticality],
        contract="" if wanted.contract is UNSET else clean_line(wanted.contract, 200),
    )
    found = find_tickets(call.account, asked, at=call.at)
    if key := _site(call, wanted.site):
        found = found.filter(site=key)
    whole = told.whole_tickets(found)
    return _page(call, "t", whole, lambda rows: [told.ticket(one) for one in rows])


def ticket(call: Call) -> Answer:
    return _ticket(call, call.key)


def register(call: Call) -> Answer:
    """With an idempotency key, once: again it is the ticket that there is."""
    draft: shapes.TicketDraft = call.body
    made = register_ticket(
        call.account,
        draft.conversation,
        TicketDraft(
            subject=draft.subject,
            description=draft.description,
            software=draft.software,
            version=draft.version,
            contract=draft.contract,
            criticality=told.LEVELS[draft.criticality],
        ),
        client_id=_client_id(call),
        at=call.at,
    )
    return _ticket(call, made.number, 201 if made.created_at == call.at else 200)


_OF_A_DRAFT = ("subject", "description", "software", "version", "contract")


def change(call: Call) -> Answer:
    changes: shapes.TicketChanges = call.body
    given = {name: getattr(changes, name) for name in _OF_A_DRAFT}
    fields: dict[str, Any] = {name: text for name, text in given.items() if text is not UNSET}
    if changes.criticality is not UNSET:
        fields["criticality"] = told.LEVELS[changes.criticality]
    status = "" if changes.status is UNSET else changes.status
    update_ticket(call.account, call.key, fields, status=status, shown=changes.revision, at=call.at)
    return _ticket(call, call.key)


def entries(call: Call) -> Answer:
    """What was written about it, the oldest first."""
    one = access.tickets_visible_to(call.account).numbered(call.key).first()
    if one is None:
        raise NoSuchTicket
    kinds = [TicketDeed.NOTE] if call.token.has(Scope.NOTES) else []
    written = one.events.filter(deed__in=[TicketDeed.ANSWER, TicketDeed.REPLY, *kinds])
    page = _onwards(call, "e", written, "pk", lambda rows: [told.entry(one) for one in rows])
    return Answer(page)


def write(call: Call) -> Answer:
    """With an idempotency key, once for the ticket."""
    words: shapes.TicketWords = call.body
    say = answer_ticket if words.kind == "answer" else note_on_ticket
    event = say(call.account, call.key, words.text, client_id=_client_id(call), at=call.at)
    return Answer(told.entry(event), 201 if event.at == call.at else 200)


def _client_id(call: Call) -> uuid.UUID:
    key = call.idempotency_key
    return uuid.uuid5(_KEYS, f"{call.token.pk}:{key}") if key else uuid.uuid4()


def _ticket(call: Call, number: str, status: int = 200) -> Answer:
    seen = access.tickets_visible_to(call.account).numbered(number)
    one = told.whole_tickets(seen).first()
    if one is None:
        raise NoSuchTicket
    return Answer(told.ticket(one), status)


def visitors(call: Call) -> Answer:
    wanted: shapes.VisitorsWanted = call.query
    found = access.visitors_let_to(call.account)
    if key := _site(call, wanted.site):
        found = found.filter(site=key)
    if wanted.subject is not UNSET:
        found = found.filter(subject=wanted.subject)
    if wanted.contract is not UNSET:
        found = found.filter(contract=wanted.contract)
    return _page(call, "v", found.select_related("site"), told.visitors)


def visitor(call: Call) -> Answer:
    seen = access.visitors_let_to(call.account).filter(pk=number(call.key))
    for one in told.visitors(seen.select_related("site")):
        return Answer(one)
    raise Refused(404, "not_found", _("Посетитель не найден."))


def _site(call: Call, key: str | UnsetType) -> int:
    """Of those the token may see: of another, whether there is one is not told. 0 where none is
    asked for.
    """
    if key is UNSET:
        return 0
    found = access.sites_let_to(call.account).filter(key=key).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(422, "invalid", _("Среди сайтов этого токена такого нет."), "site")
    return found


def _onwards(
    call: Call,
    kind: str,
    found: QuerySet[Any],
    by: str,
    tell: Callable[[Sequence[Any]], list[Any]],
) -> shapes.Page[Any]:
    """The oldest first, by a number that grows."""
    asked: shapes.Paged = call.query
    after = 0 if asked.cursor is UNSET else read_cursor(kind, asked.cursor)
    rows = list(found.filter(**{f"{by}__gt": after}).order_by(by)[: asked.limit + 1])
    shown = rows[: asked.limit]
    next_cursor = cursor_of(kind, getattr(shown[-1], by)) if len(rows) > asked.limit else None
    return shapes.Page(items=tell(shown), next_cursor=next_cursor)


def _page(
    call: Call,
    kind: str,
    found: QuerySet[Any],
    tell: Callable[[Sequence[Any]], list[Any]],
) -> Answer:
    """The newest first; one row more says whether there is another page."""
    asked: shapes.Paged = call.query
    if asked.cursor is not UNSET:
        found = found.filter(pk__lt=read_cursor(kind, asked.cursor))
    rows: list[Model] = list(found.order_by("-pk")[: asked.limit + 1])
    is_last = len(rows) <= asked.limit
    next_cursor = None if is_last else cursor_of(kind, rows[asked.limit - 1].pk)
    return Answer(shapes.Page(items=tell(rows[: asked.limit]), next_cursor=next_cursor))
