"""Every lock that an action takes; what comes with it was read after the wait.

Always in this order: a department, a site or a visitor, a conversation, an incident, tickets, an
account, the counter of tickets; several of a kind in the order of keys. Visits, chats among staff,
templates, extra fields, outcomes, automatic rules, excluded addresses, the stage of service, terms
of retention, of notices, holds, a run of the purge, tokens of other systems and what is being
indexed are locked alone, and so are plans and, after them, contracts; webhooks, their deliveries,
letters, notices and theirs, and the chain of seals. What somebody asked about their own data is
locked after its visitor. Beside these a place in the zone locks its account (operators.presence). A
purge takes rows that nobody holds, and waits for none of them (chat.purge.actions.batches).

Without operator and department: PostgreSQL joins first and waits for the lock then, so they could
be those from before the wait, and a row whose department changed would be no row.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from chat import access
from chat.actions.errors import NotFound, WindowRefused
from chat.models import (
    AnswerTemplate,
    ApiToken,
    Attachment,
    AutomaticRule,
    Beside,
    Block,
    ClosingOutcome,
    Conversation,
    DataArchive,
    DataRequest,
    ExcludedNetwork,
    ExtraField,
    Firing,
    Hold,
    Incident,
    InternalChat,
    InternalMessage,
    Letter,
    NoticeRules,
    Participant,
    PurgeRun,
    PushDelivery,
    PushNotice,
    RetentionTerms,
    SavedView,
    TemplateWords,
    Ticket,
    TicketCounter,
    Transfer,
    Visit,
    Visitor,
    Webhook,
    WebhookDelivery,
)
from chat.models.tickets import TicketQuerySet
from chat.tickets.errors import NoSuchTicket
from chat.tickets.incident_errors import NoSuchIncident
from departments.contracts.models import Contract, CriticalityTable, Plan
from departments.models import Department, Membership, Service, Site
from operators.models import Account, ChangeSeal, Role
from operators.prepared import Prepared
from operators.seals import BEGINNING

A_DAY = timedelta(days=1)  # what rules did longer ago is nothing to a conversation that begins


def lock_conversation(**lookup: Any) -> Conversation | None:
    """The only one that can be found so, with its visitor and their site."""
    names = tuple(lookup)
    if names in _CONVERSATIONS and lookup.get("closed_at") is None:
        return _CONVERSATIONS[names].first(**lookup)
    return _locked_conversations().filter(**lookup).first()


def _locked_conversations() -> QuerySet[Conversation]:
    return Conversation.objects.select_for_update(of=("self",)).select_related("visitor__site")


# What is asked for with every press and every message.
_CONVERSATIONS = {
    ("pk",): Prepared(lambda pk: _locked_conversations().filter(pk=pk)),
    ("public_id",): Prepared(lambda public_id: _locked_conversations().filter(public_id=public_id)),
    # Always the open one.
    ("visitor", "closed_at"): Prepared(
        lambda visitor: _locked_conversations().filter(visitor=visitor, closed_at=None)
    ),
    ("visitor", "public_id"): Prepared(
        lambda visitor, public_id: _locked_conversations().filter(
            visitor=visitor, public_id=public_id
        )
    ),
}


def lock_latest(visitor_id: int) -> Conversation | None:
    """The visitor's last one, open or closed; without the visitor, whom the caller knows."""
    theirs = Conversation.objects.select_for_update().filter(visitor=visitor_id)
    return theirs.order_by("-started_at", "-pk").first()


def lock_theirs(visitor_id: int, public_id: str | None) -> Conversation | None:
    """The visitor's conversation of that name, the last one where none is named."""
    if public_id is None:
        return lock_latest(visitor_id)
    return lock_conversation(visitor=visitor_id, public_id=public_id)


def lock_current(visitor: Visitor) -> Conversation | None:
    """Of a visitor whom the caller has locked, the open one, else the last one."""
    conversation = _current.first(visitor=visitor.pk)
    if conversation is not None:
        conversation.visitor = visitor
    return conversation


_current = Prepared(
    lambda visitor: (
        Conversation.objects.select_for_update()
        .filter(visitor=visitor)
        .order_by(IsNull(F("closed_at"), True).desc(), "-started_at", "-pk")[:1]
    )
)

# For chat.actions.posts, within its statement: open conversations of the given keys that nobody
# holds, and where a transaction locks the whole database, those of its posts.
_OPEN = """
    SELECT id, public_id, visitor_id, operator_id, last_seq, last_visitor_seq
    FROM chat_conversation WHERE closed_at IS NULL AND id {which}
"""
_UNLOCKED = "FOR NO KEY UPDATE SKIP LOCKED"
LOCKED_OPEN_ROWS = _OPEN.format(which=f"= ANY($2::bigint[]) ORDER BY id {_UNLOCKED}")
LOCKED_OPEN_ROW = _OPEN.format(which=f"= $1 {_UNLOCKED}")
OPEN_ROWS = _OPEN.format(which="IN (SELECT conversation_id FROM post)")


def lock_visible(account: Account, conversation_id: str) -> Conversation:
    """As its staff, with its department. Raises NotFound."""
    if account.role == Role.OPERATOR:
        conversation = _seen.first(public_id=conversation_id, operator=account.pk)
    else:
        visible = access.visible_to(account).filter(public_id=conversation_id)
        conversation = lock_conversation(pk__in=visible.values("pk"))
    if conversation is None:
        raise NotFound
    look_beside(conversation, account)
    return conversation


_seen = Prepared(
    lambda public_id, operator: _locked_conversations().filter(
        pk__in=Conversation.objects.filter(access.seen_by(operator), public_id=public_id).values(
            "pk"
        )
    )
)


def lock_visitor_of(account: Account, conversation_id: str) -> Visitor:
    """Of a conversation that the account sees, before it: so that no other is opened meanwhile.

    Raises NotFound.
    """
    visible = access.visible_to(account).filter(public_id=conversation_id)
    visitor_id = visible.values_list("visitor", flat=True).first()
    if visitor_id is None:
        raise NotFound
    return lock_visitor(visitor_id)


def lock_site_of(account: Account, conversation_id: str) -> Visitor:
    """The visitor of a conversation that the account sees; what is noted about those of a site
    is changed by one at a time. Raises NotFound.
    """
    visible = access.visible_to(account).filter(public_id=conversation_id)
    site_id = visible.values_list("visitor__site", flat=True).first()
    if site_id is None:
        raise NotFound
    lock_site(site_id)
    return Visitor.objects.get(conversations__public_id=conversation_id)


def look_beside(conversation: Conversation, account: Account | None = None) -> None:
    """Its department and owner, without which a socket cannot show it, and in the same statement
    what is asked of what stands `beside` the locked conversation.
    """
    whole: Any = _beside.first(
        conversation=conversation.pk,
        account=account.pk if account else None,
        operator=conversation.operator_id,
    )
    if whole is None:
        raise Conversation.DoesNotExist
    conversation.department, conversation.operator = whole.department, whole.operator
    conversation.beside = Beside(
        account=account.pk if account else None,
        department=whole.department_id,
        limit=whole.limit,
        is_shared=whole.is_shared,
        moves_queues=whole.moves_queues,
        others_wait=whole.others_wait,
        rates_at_closing=whole.rates_at_closing,
    )


def _with_what_is_beside(conversation: int, account: int, operator: int) -> QuerySet[Conversation]:
    queues = Department.objects.choosing().filter(
        Q(pk=OuterRef("department"))
        | Q(memberships__account=account)
        | Q(memberships__account=operator)
    )
    seats = Membership.objects.filter(account=account, department=OuterRef("department"))
    pending = Transfer.objects.pending().filter(conversation=OuterRef("pk"))
    guests = Participant.objects.current().filter(conversation=OuterRef("pk"))
    others = Conversation.objects.waiting().exclude(pk=OuterRef("pk"))
    found = Conversation.objects.select_related("department", "operator").annotate(
        limit=Subquery(seats.values("limit")[:1]),
        is_shared=Exists(pending) | Exists(guests),
        moves_queues=Exists(queues),
        others_wait=Exists(others.filter(department=OuterRef("department"))),
        rates_at_closing=F("visitor__site__rates_at_closing"),
    )
    return found.filter(pk=conversation)


_beside = Prepared(_with_what_is_beside)


def lock_visitor(visitor_id: int) -> Visitor:
    """Raises WindowRefused where they were erased meanwhile."""
    visitor = _visitor.first(key=visitor_id)
    if visitor is None:
        raise WindowRefused
    return visitor


_visitor = Prepared(
    lambda key: (
        Visitor.objects.select_for_update(of=("self",)).select_related("site").filter(pk=key)
    )
)


def lock_data_request(request_id: int) -> DataRequest | None:
    """With its site; whoever locks its visitor too does that first."""
    locked = DataRequest.objects.select_for_update(of=("self",)).select_related("site")
    return locked.filter(pk=request_id).first()


def lock_who_asked(request_id: int) -> Visitor | None:
    """None where they are erased, or there is no such request."""
    asked = DataRequest.objects.filter(pk=request_id).values("visitor")
    locked = Visitor.objects.select_for_update(of=("self",)).select_related("site")
    return locked.filter(pk__in=asked).first()


def lock_unmade_archive(*, stalled: datetime) -> DataArchive | None:
    """The first that nobody makes, or whose maker said nothing since then."""
    unmade = DataArchive.objects.to_make(stalled)
    locked = unmade.select_for_update(of=("self",), skip_locked=True)
    return locked.select_related("visitor__site").order_by("asked_at").first()


def lock_who_opens(visitor_id: int, *, at: datetime) -> Visitor:
    """Before they begin a conversation, and whether rules have something to say of it. Raises
    WindowRefused where they are blocked, or erased.
    """
    visitor: Any = _who_opens.first(key=visitor_id, at=at, since=at - A_DAY)
    if visitor is None or visitor.is_blocked:
        raise WindowRefused
    return cast(Visitor, visitor)


def _with_what_hinders(key: int, at: datetime, since: datetime) -> QuerySet[Visitor]:
    blocks = Block.objects.in_force(at).filter(site=OuterRef("site"), subject=OuterRef("subject"))
    fired = Firing.objects.filter(visit__visitor=OuterRef("pk"), visit__seen_at__gt=since)
    locked: Any = Visitor.objects.select_for_update(of=("self",)).select_related("site")
    found = locked.annotate(is_blocked=Exists(blocks), is_filtered=Exists(fired))
    return cast(QuerySet[Visitor], found.filter(pk=key))


_who_opens = Prepared(_with_what_hinders)


def lock_visits(keys: Iterable[int]) -> list[Visit]:
    locked = Visit.objects.select_for_update(of=("self",)).select_related("visitor__site")
    return list(locked.filter(pk__in=keys).order_by("pk"))


def lock_account(account_id: int) -> Account:
    """Without hindering rows that refer to it."""
    account: Account | None = _account.first(key=account_id)
    if account is None:
        raise Account.DoesNotExist
    return account


_account = Prepared(lambda key: Account.objects.select_for_update(no_key=True).filter(pk=key))


def lock_saved_views(account: Account) -> list[SavedView]:
    """In their order. Of two who save at once, in two tabs, one waits for the other."""
    lock_account(account.pk)
    return list(SavedView.objects.filter(account=account))


def lock_administrators() -> list[Account]:
    """The active ones: of two who put each other off one stays."""
    locked = Account.objects.select_for_update().active().filter(role=Role.ADMINISTRATOR)
    return list(locked.order_by("pk"))


def lock_department(department_id: int) -> Department | None:
    """Without hindering new conversations, whose rows refer to it."""
    return Department.objects.select_for_update(no_key=True).filter(pk=department_id).first()


def lock_departments() -> list[Department]:
    """All there are, for what an administrator changes: they are few, and changed seldom."""
    locked = Department.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    # One that came during the wait is not among what the statement had begun to read.
    list(locked.values_list("pk"))
    return list(Department.objects.order_by("pk"))


def lock_sites() -> list[Site]:
    """All there are, without hindering rows that refer to them; see lock_departments."""
    locked = Site.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(locked.values_list("pk"))
    return list(Site.objects.order_by("pk"))


def lock_site(site_id: int) -> Site | None:
    """Without hindering its visitors, whose rows refer to it."""
    return Site.objects.select_for_update(no_key=True).filter(pk=site_id).first()


def lock_excluded() -> list[ExcludedNetwork]:
    """All there are and were."""
    return list(ExcludedNetwork.objects.select_for_update())


def lock_fields() -> list[ExtraField]:
    """All there are and were, in order; see lock_departments."""
    list(ExtraField.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return list(ExtraField.objects.all())


def lock_outcomes() -> list[ClosingOutcome]:
    """All there are and were, in order; see lock_departments."""
    list(ClosingOutcome.objects.select_for_update().order_by("pk").values_list("pk"))
    return list(ClosingOutcome.objects.all())


def lock_rules() -> list[AutomaticRule]:
    """Those there are, in order; see lock_departments."""
    list(AutomaticRule.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return list(AutomaticRule.objects.current().select_related("site", "operator", "field"))


def lock_template(owner: Account | None, template_id: int) -> AnswerTemplate | None:
    """Alone: nothing else is locked with it."""
    owned = AnswerTemplate.objects.owned_by(owner)
    return owned.select_for_update(of=("self",)).filter(pk=template_id).first()


def lock_templates(owner: Account | None) -> list[AnswerTemplate]:
    owned = AnswerTemplate.objects.owned_by(owner).select_related("site")
    return list(owned.select_for_update(of=("self",)).order_by("pk"))


def lock_template_words() -> TemplateWords:
    """The only row, made where there is none."""
    TemplateWords.objects.get_or_create(pk=1)
    return TemplateWords.objects.select_for_update().get(pk=1)


def lock_plan(plan_id: int) -> Plan | None:
    """Without hindering contracts and tickets, whose rows refer to it."""
    return Plan.objects.select_for_update(no_key=True).filter(pk=plan_id).first()


def lock_plans(plan_ids: Collection[int]) -> dict[int, Plan]:
    """By key, without hindering contracts, whose rows refer to them."""
    locked = Plan.objects.select_for_update(no_key=True).filter(pk__in=plan_ids).order_by("pk")
    return {plan.pk: plan for plan in locked}


def lock_contract(contract_id: int) -> Contract | None:
    """With its plan and site."""
    locked = Contract.objects.select_for_update(of=("self",)).select_related("plan", "site")
    return locked.filter(pk=contract_id).first()


def lock_contracts(number_keys: Collection[str]) -> dict[str, Contract]:
    """Those there are, by number, with all that is told of them."""
    locked = Contract.objects.select_for_update(of=("self",)).select_related("plan", "site")
    found = locked.prefetch_related("customers").filter(number_key__in=number_keys).order_by("pk")
    return {contract.number_key: contract for contract in found}


def lock_service() -> Service:
    """The only row, made where there is none."""
    Service.objects.get_or_create(pk=1)
    return Service.objects.select_for_update().get(pk=1)


def lock_retention_terms() -> RetentionTerms:
    """The only row, made where there is none."""
    RetentionTerms.objects.get_or_create(pk=1)
    return RetentionTerms.objects.select_for_update().get(pk=1)


def lock_notice_rules() -> NoticeRules:
    """The only row, made where there is none."""
    NoticeRules.objects.get_or_create(pk=1)
    return NoticeRules.objects.select_for_update().get(pk=1)


def lock_run(run_id: int) -> PurgeRun | None:
    """None where it is over."""
    return PurgeRun.objects.select_for_update().unfinished().filter(pk=run_id).first()


def lock_due(due: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """What of it nobody holds."""
    return due.select_for_update(of=("self",), skip_locked=True)


def lock_hold(hold_id: int) -> Hold | None:
    return Hold.objects.select_for_update(of=("self",)).filter(pk=hold_id).first()


def lock_criticality_table() -> CriticalityTable:
    """The only row, made where there is none."""
    CriticalityTable.objects.get_or_create(pk=1)
    return CriticalityTable.objects.select_for_update().get(pk=1)


def lock_ticket(account: Account, number: str) -> Ticket:
    """As its staff. Raises NoSuchTicket."""
    visible = access.tickets_visible_to(account).numbered(number)
    ticket = _locked_tickets().filter(pk__in=visible.values("pk")).first()
    if ticket is None:
        raise NoSuchTicket
    return ticket


def lock_ticket_of(visitor: Visitor, number: str) -> Ticket:
    """As its customer. Raises NoSuchTicket."""
    ticket = _locked_tickets().filter(visitor=visitor).numbered(number).first()
    if ticket is None:
        raise NoSuchTicket
    return ticket


def lock_tickets_of(conversation: Conversation) -> list[Ticket]:
    """The open ones."""
    linked = Ticket.objects.open().filter(links__conversation=conversation)
    return list(_locked_tickets().filter(pk__in=linked.values("pk")).order_by("pk"))


def lock_ticket_under(incident_id: int, ticket_id: int) -> Ticket | None:
    """None where it comes of that incident no more."""
    return _locked_tickets().filter(pk=ticket_id, under__incident=incident_id).first()


def lock_incident(account: Account, key: int) -> Incident:
    """As its staff, without hindering what is said of it to its tickets, whose rows refer to it.
    Raises NoSuchIncident.
    """
    visible = access.incidents_visible_to(account).filter(pk=key)
    locked = Incident.objects.select_for_update(of=("self",), no_key=True)
    incident = locked.filter(pk__in=visible.values("pk")).first()
    if incident is None:
        raise NoSuchIncident
    return incident


def lock_tickets_in(department: Department) -> list[Ticket]:
    locked = Ticket.objects.select_for_update(of=("self",)).select_related("site")
    return list(locked.filter(department=department).order_by("pk"))


def lock_open_tickets(found: TicketQuerySet) -> list[Ticket]:
    locked = Ticket.objects.select_for_update(of=("self",)).select_related("site")
    return list(locked.filter(pk__in=found.open().values("pk")).order_by("pk"))


def lock_called(ticket_id: int, *, at: datetime) -> Ticket | None:
    """With whoever has it, while nobody was called by another process; else None."""
    called = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    whole = called.select_related("responsible", "department", "site")
    return whole.to_be_called(at).filter(pk=ticket_id).first()


def lock_unanswered(ticket_id: int) -> Ticket | None:
    locked = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    return locked.select_related("site").filter(pk=ticket_id, answered_at=None).first()


def _locked_tickets() -> TicketQuerySet:
    return Ticket.objects.select_for_update(of=("self",)).select_related("visitor__site")


def lock_ticket_counter(year: int) -> TicketCounter:
    """Made with the first of the year. Held for what is left of registering: who fails after it
    gives the number back.
    """
    TicketCounter.objects.get_or_create(year=year)
    return TicketCounter.objects.select_for_update().get(year=year)


def lock_chat_of(message: InternalMessage) -> InternalChat:
    return InternalChat.objects.select_for_update().get(pk=message.chat_id)


def lock_chat(account: Account, chat_id: str) -> InternalChat:
    """The member's chat among staff. Raises NotFound."""
    chat = InternalChat.objects.select_for_update().filter(public_id=chat_id).first()
    # Membership is read after the wait for the lock, which whoever takes it away holds too.
    if chat is None or not chat.members.current().filter(account=account).exists():
        raise NotFound
    return chat


def lock_unsent(attachment: Attachment) -> Attachment | None:
    """None where a message has taken it, or it is gone."""
    unsent = Attachment.objects.unsent().select_for_update(of=("self",))
    return unsent.filter(pk=attachment.pk).first()


# For chat.actions.history, within its statement: what is being changed just now is left to whoever
# changes it, who indexes it anew.
UNCHANGED_MESSAGES = "FOR NO KEY UPDATE OF said SKIP LOCKED"


def lock_webhooks() -> list[Webhook]:
    """All there are, without hindering rows of the outbox, which refer to them."""
    return list(Webhook.objects.select_for_update(no_key=True).order_by("pk"))


def lock_tokens() -> list[ApiToken]:
    """Those there are and were."""
    locked = ApiToken.objects.select_for_update(of=("self",)).select_related("account")
    return list(locked.order_by("pk"))


def lock_due_deliveries(webhook: Webhook, most: int, *, at: datetime) -> list[WebhookDelivery]:
    """What nobody is sending, oldest first; what another courier is taking just now is left."""
    due = WebhookDelivery.objects.due(at).filter(webhook=webhook).order_by("pk")
    return list(due.select_for_update(of=("self",), skip_locked=True)[:most])


def lock_delivery(delivery_id: int) -> WebhookDelivery | None:
    locked = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook")
    return locked.filter(pk=delivery_id).first()


def lock_due_letters(most: int, *, at: datetime) -> list[Letter]:
    """What nobody is sending, oldest first, with whom it is about."""
    due = Letter.objects.due(at).order_by("next_at", "pk")
    locked = due.select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("account", "conversation__visitor__site")[:most])


def lock_letter(letter_id: int) -> Letter | None:
    return Letter.objects.select_for_update(of=("self",)).filter(pk=letter_id).first()


def lock_unspread_notices(most: int) -> list[PushNotice]:
    """What another courier is spreading just now is left."""
    unspread = PushNotice.objects.filter(spread_at=None).order_by("pk")
    return list(unspread.select_for_update(skip_locked=True)[:most])


def lock_due_pushes(most: int, *, at: datetime) -> list[PushDelivery]:
    """Likewise; with all that is sent of them."""
    due = PushDelivery.objects.due(at).select_related(
        "subscription", "notice__conversation__visitor", "notice__chat"
    )
    return list(due.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:most])


def lock_chain() -> ChangeSeal:
    """The last seal of the log of changes; its first, which is made where there is none, is what
    is locked.
    """
    first = {"change": 0, "digest": "", "seal": BEGINNING}
    ChangeSeal.objects.get_or_create(number=0, defaults=first)
    ChangeSeal.objects.select_for_update().get(number=0)
    return ChangeSeal.objects.latest("number")
