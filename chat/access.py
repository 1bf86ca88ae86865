"""Who sees what, and who may do what: every rule of it, once.

What is asked of the database is a query here; what a socket decides by itself is the same rule over
the facts that go with a pushed row; what a page decides is static/js/zone/access.js, over the row's
data. tests/access_cases.json holds the three together.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from chat.actions.errors import (
    AlreadyBlocked,
    AlreadyIn,
    AlreadyRetracted,
    AlreadyTaken,
    BeingTransferred,
    BlockedByAnother,
    ClosedByAnother,
    ConversationClosed,
    CorrectedTooLate,
    InvitationExpired,
    InvitationOver,
    LimitReached,
    NotAccepted,
    NotBlocked,
    NothingToCorrect,
    NothingToReturn,
    NotNow,
    NotThere,
    NotYourComment,
    NotYours,
    OfferedToAnother,
    OfferOver,
    OtherDepartment,
    Refusal,
    ReopenedTooLate,
    SameOwner,
    SiteIsClosed,
    StillOpen,
    TransferExpired,
    TransferOver,
    VisitorGone,
    WithoutWindow,
    WroteAnew,
    WroteFirst,
)
from chat.barriers import barriers_before
from chat.keeping_out import Caller, who_is_kept_out
from chat.models import (
    AnswerTemplate,
    Attachment,
    Block,
    ChatMember,
    Comment,
    Conversation,
    ExtraField,
    Incident,
    InternalChat,
    InternalMessage,
    Message,
    Participant,
    Ticket,
    TicketConversation,
    TicketStatus,
    Transfer,
    Visit,
    Visitor,
)
from chat.models.comments import CommentQuerySet
from chat.models.conversations import ConversationQuerySet
from chat.models.fields import ExtraFieldQuerySet
from chat.models.incidents import IncidentQuerySet
from chat.models.templates import AnswerTemplateQuerySet
from chat.models.tickets import TRANSITIONS, TicketQuerySet
from chat.models.visitors import VisitQuerySet
from chat.queue.availability import is_site_open
from chat.tickets.errors import NoSuchTransition, NotYourTicket, TicketReopenedTooLate
from chat.tickets.incident_errors import (
    IncidentIsSolved,
    NotYourIncident,
    TicketOfAnotherSite,
    UnderAnotherIncident,
)
from departments.models import Membership, Site
from operators.addresses import networks_around, parse_address
from operators.models import Account
from operators.prepared import Prepared

Row = TypeVar("Row")

# What is seen


def visible_to(account: Account) -> ConversationQuerySet:
    """Own departments' conversations, own, those on their way to either, and those one is invited
    to or takes part in; an administrator's, all; another system's, those of its sites.
    """
    found = Conversation.objects.all()
    if account.is_administrator:
        return found
    if account.is_system:
        return found.filter(visitor__site__in=sites_let_to(account))
    return found.filter(seen_by(account.pk))


def seen_by(operator: int) -> Q:
    """`visible_to`, of the account with that key."""
    return (
        Q(operator=operator)
        | Q(department__in=_departments_of(operator))
        | Q(pk__in=_on_their_way_to(operator))
        | Q(pk__in=_with_participant(operator))
    )


def _departments_of(operator: int) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(account=operator).values("department")


class SeenBy(Generic[Row]):
    """`visible_to`, of an account of staff, put together once; `make` is given what it sees, and
    its key, and gives what is asked of that.
    """

    def __init__(self, make: Callable[[ConversationQuerySet, int], QuerySet[Any, Row]]) -> None:
        found = Conversation.objects
        self._everything = Prepared(lambda operator: make(found.all(), operator))
        self._seen = Prepared(lambda operator: make(found.filter(seen_by(operator)), operator))

    def all(self, account: Account) -> list[Row]:
        asked = self._everything if account.is_administrator else self._seen
        return asked.all(operator=account.pk)


def offered_to(operator: int) -> ConversationQuerySet:
    """Those that somebody else is transferring to the account of that key or its departments."""
    active = Conversation.objects.active().exclude(operator=operator)
    return active.filter(pk__in=_on_their_way_to(operator))


def inviting(operator: int) -> ConversationQuerySet:
    """Those that wait for the account to join or decline."""
    return Conversation.objects.open().filter(pk__in=_with_participant(operator, joined_at=None))


def joined_by(operator: int) -> ConversationQuerySet:
    joined = _with_participant(operator, joined_at__isnull=False)
    return Conversation.objects.open().filter(pk__in=joined)


@dataclass(frozen=True)
class Groups:
    """What the list of visitors shows an account, as groupOf of access.js does with a row."""

    waiting: ConversationQuerySet
    # Others' dialogues that wait for the account's answer: to a transfer, to an invitation.
    offered: ConversationQuerySet
    inviting: ConversationQuerySet
    mine: ConversationQuerySet
    others: ConversationQuerySet


def groups_of(account: Account) -> Groups:
    visible = visible_to(account)
    offered = offered_to(account.pk)
    asked = inviting(account.pk).active().exclude(operator=account)
    joined = joined_by(account.pk)
    # Who takes part in what waits for another department can not accept it, but goes on talking.
    foreign = joined.waiting().exclude(department__in=account.departments.all())
    talking = foreign.none() if account.is_administrator else foreign
    active = visible.active().exclude(pk__in=offered).exclude(pk__in=asked)
    own = Q(operator=account) | Q(pk__in=joined)
    return Groups(
        waiting=visible.waiting().exclude(pk__in=talking),
        offered=offered,
        inviting=asked,
        mine=visible.filter(Q(pk__in=active.filter(own)) | Q(pk__in=talking)),
        others=active.exclude(own),
    )


def addressed_to(operator: int) -> Q:
    """Of transfers, those whose answer the account of that key may give."""
    return Q(to_account=operator) | Q(to_department__in=_departments_of(operator))


def visits_visible_to(account: Account, *, at: datetime) -> QuerySet[Visit]:
    """People merely on a site are seen by the first level of its support."""
    return visits_met_by(account).present(at)


def visits_met_by(account: Account) -> VisitQuerySet:
    """`visits_visible_to`, also of who is not there any more."""
    visits = Visit.objects.all()
    if account.is_administrator:
        return visits
    return visits.filter(visitor__site__in=sites_met_by(account))


def sites_met_by(account: Account) -> QuerySet[Any, Any]:
    """Of which an operator is the first line."""
    first_line = account.departments.filter(level=1, sites__isnull=False)
    return first_line.order_by().values("sites")


def chats_visible_to(account: Account) -> QuerySet[InternalChat]:
    """Chats among staff are their members' of now. An administrator's role opens none."""
    return chats_of(account.pk)


def chats_of(member: int) -> QuerySet[InternalChat]:
    """`chats_visible_to`, of the account with that key."""
    mine = ChatMember.objects.current().filter(account=member)
    return InternalChat.objects.filter(pk__in=mine.values("chat"))


def templates_shown_to(account: Account) -> AnswerTemplateQuerySet:
    """One's own and the shared ones; to an administrator likewise."""
    return AnswerTemplate.objects.filter(Q(owner=account) | Q(owner=None))


def keeps_templates_of(account: Account, owner: Account | None) -> bool:
    """Whether they are the account's to change: its own, an administrator's the shared ones."""
    return account == owner if owner is not None else account.is_administrator


def tickets_visible_to(account: Account) -> TicketQuerySet:
    """Own ones, those that own departments have or registered, and those of open conversations
    that one sees; an administrator's, all; another system's, those of its sites.
    """
    found = Ticket.objects.all()
    if account.is_administrator:
        return found
    if account.is_system:
        return found.filter(site__in=sites_let_to(account))
    departments = account.departments.all()
    met = TicketConversation.objects.filter(conversation__in=visible_to(account).open())
    return found.filter(
        Q(responsible=account)
        | Q(department__in=departments)
        | Q(origin__in=departments)
        | Q(pk__in=met.values("ticket"))
    )


def tickets_of(visitor: Visitor) -> TicketQuerySet:
    """Their own, of which they read what chat.tickets.customer tells."""
    return Ticket.objects.filter(visitor=visitor)


def sites_let_to(account: Account) -> QuerySet[Site]:
    """Which another system may see: those that its token names, and none that came since."""
    return Site.objects.filter(tokens__account=account)


def visitors_let_to(account: Account) -> QuerySet[Visitor]:
    """Whose data another system may read."""
    return Visitor.objects.filter(site__in=sites_let_to(account))


def incidents_visible_to(account: Account) -> IncidentQuerySet:
    """Those that own departments lead, and those of sites that they serve, whatever the level:
    nothing of a customer is in them, and of their tickets each sees `tickets_visible_to`. An
    administrator's, all.
    """
    found = Incident.objects.all()
    if account.is_administrator:
        return found
    served = Incident.sites.through.objects.filter(site__in=sites_served_by(account))
    own = Q(department__in=account.departments.all())
    return found.filter(own | Q(pk__in=served.values("incident")))


def sites_served_by(account: Account) -> QuerySet[Site]:
    """On whichever level; by an administrator, all."""
    if account.is_administrator:
        return Site.objects.all()
    served = account.departments.filter(sites__isnull=False)
    return Site.objects.filter(pk__in=served.order_by().values("sites"))


def said_by(account: Account) -> QuerySet[Message]:
    """One's own words, where one may still read them."""
    return Message.objects.said().filter(author=account, conversation__in=visible_to(account))


def originals_shown_to(account: Account) -> QuerySet[Message]:
    """What was changed or taken back, whose former words are an administrator's to read."""
    changed = Message.objects.said().exclude(corrected_at=None, retracted_at=None)
    if not account.is_administrator:
        return changed.none()
    return changed.filter(conversation__in=visible_to(account))


def conversations_of(visitor: Visitor) -> ConversationQuerySet:
    """Their own, open and closed; staff notes in them are nobody's but staff's."""
    return Conversation.objects.filter(visitor=visitor)


def files_shown_to(visitor: Visitor) -> QuerySet[Attachment]:
    """Those in messages of their conversations, staff notes and what was deleted left out."""
    return Attachment.objects.filter(
        message__conversation__visitor=visitor,
        message__visitor_seq__isnull=False,
        message__retracted_at=None,
    )


def comments_about(visitor: Visitor, address: str | None) -> CommentQuerySet:
    """What staff noted about a visitor, or of their site about whoever connects from `address`:
    for those who see a conversation of the visitor, and for no visitor ever.
    """
    parsed = parse_address(address or "")
    return Comment.objects.about(visitor, networks_around(parsed) if parsed else ())


def fields_about(conversation: Conversation) -> ExtraFieldQuerySet:
    """The extra fields of its site, with what staff wrote in them about its visitor and about
    itself: for those who see the conversation, and for no visitor ever.
    """
    there = ExtraField.objects.current().of_site(conversation.visitor.site_id)
    return there.as_filled(conversation)


def may_have(account: Account, attachment: Attachment) -> bool:
    """Whether a file stands where this member of staff reads. Of a message that its author took
    back it is an administrator's alone.
    """
    if attachment.is_retracted and not account.is_administrator:
        return False
    if (internal := attachment.internal_message) is not None:
        return chats_visible_to(account).filter(pk=internal.chat_id).exists()
    if attachment.message is None:
        return False
    if visible_to(account).filter(pk=attachment.message.conversation_id).exists():
        return True
    return tickets_visible_to(account).filter(files=attachment).exists()


def _on_their_way_to(operator: int) -> QuerySet[Any, Any]:
    return Transfer.objects.pending().filter(addressed_to(operator)).values("conversation")


def _with_participant(operator: int, **state: Any) -> QuerySet[Any, Any]:
    return Participant.objects.current().filter(account=operator, **state).values("conversation")


# What a socket decides by itself

# What goes with every pushed row (chat.participation.facts_of).
Facts = Mapping[str, Any]


def sees(facts: Facts, account_id: int, departments: Collection[int]) -> bool:
    """`visible_to`, of a conversation in this state. An administrator is of all departments."""
    return (
        facts["operator"] == account_id
        or facts["department"] in departments
        or is_asked(facts, account_id, departments)
        or account_id in facts["joined"]
    )


def watchers(facts: Facts) -> tuple[set[int], set[int]]:
    """`sees` the other way round: of which departments, or which accounts, they are who see it."""
    departments = {facts["department"], facts["to_department"]}
    accounts = {facts["operator"], facts["to_account"], *facts["invited"], *facts["joined"]}
    return departments - {None}, accounts - {None}


def is_asked(facts: Facts, account_id: int, departments: Collection[int]) -> bool:
    """To take it over, or into it."""
    return (
        facts["to_account"] == account_id
        or facts["to_department"] in departments
        or account_id in facts["invited"]
    )


def writes(facts: Facts, account_id: int) -> bool:
    """Whether the visitor hears this account: `to_answer`."""
    is_owner = facts["state"] == "active" and facts["operator"] == account_id
    return is_owner or account_id in facts["joined"]


def meets(site: int, sites: Collection[int] | None) -> bool:
    """`visits_visible_to`, of somebody on this site. `sites` are those of which one is the first
    line; None for an administrator.
    """
    return sites is None or site in sites


def sees_chat(facts: Facts, account_id: int) -> bool:
    """`chats_visible_to`."""
    return account_id in facts["members"]


# What may be done


class Standing:
    """An account before a conversation that it sees: what the rules ask, read when they do."""

    def __init__(self, account: Account, conversation: Conversation, *, at: datetime) -> None:
        self.account = account
        self.conversation = conversation
        self.at = at

    @property
    def is_closed(self) -> bool:
        return self.conversation.closed_at is not None

    @property
    def is_owner(self) -> bool:
        return self.conversation.operator_id == self.account.pk

    @property
    def leads(self) -> bool:
        return self.is_owner or self.account.is_administrator

    @property
    def is_in(self) -> bool:
        return self.participant is not None and self.participant.is_in

    @cached_property
    def participant(self) -> Participant | None:
        current = self.conversation.participants.current().filter(account=self.account)
        return current.select_related("account", "invited_by").first()

    @cached_property
    def limit(self) -> int | None:
        """Of the account in the conversation's department; None for who is not of it."""
        beside = self.conversation.beside
        if beside and (beside.account, beside.department) == (
            self.account.pk,
            self.conversation.department_id,
        ):
            return beside.limit
        place = Membership.objects.filter(
            account=self.account, department=self.conversation.department_id
        )
        return place.values_list("limit", flat=True).first()

    @cached_property
    def transfer(self) -> Transfer | None:
        pending = self.conversation.transfers.pending()
        return pending.select_related("sender", "to_account", "to_department").first()

    @cached_property
    def blocks(self) -> list[Block]:
        """Of the visitor themselves, those that last."""
        visitor = self.conversation.visitor
        lasting = Block.objects.lasting(self.at).select_related("by")
        return list(lasting.filter(site=visitor.site_id, subject=visitor.subject))

    @property
    def block(self) -> Block | None:
        return next((one for one in self.blocks if not one.is_soft), None)

    @property
    def held(self) -> Block | None:
        """By a rule: the window shows that nobody is there."""
        return next((one for one in self.blocks if one.is_soft), None)

    @property
    def is_addressed(self) -> bool:
        """`addressed_to`, of the pending transfer."""
        if self.transfer is None:
            return False
        if (department := self.transfer.to_department_id) is None:
            return self.transfer.to_account_id == self.account.pk
        return self.account.departments.filter(pk=department).exists()


# Each is what forbids it, None for nothing.
Rule = Callable[[Standing], Refusal | None]


def to_accept(here: Standing) -> Refusal | None:
    return to_find_free(here) or to_claim(here)


def to_find_free(here: Standing) -> Refusal | None:
    if here.is_closed:
        return ConversationClosed()
    owner = here.conversation.operator
    return AlreadyTaken(owner.name) if owner is not None else None


def to_claim(here: Standing) -> Refusal | None:
    """An administrator takes anything; others what is nobody else's to take for now, of their
    department and within their limit there.
    """
    if here.account.is_administrator:
        return None
    asked = _asked(here)
    if asked is not None and asked != here.account:
        return OfferedToAnother(asked.name)
    return OtherDepartment() if here.limit is None else _to_have_more(here)


def _to_have_more(here: "Standing | Encounter") -> Refusal | None:
    if not here.limit or here.account.is_administrator:
        return None
    own = Conversation.objects.active().filter(operator=here.account)
    return LimitReached(here.limit) if own.count() >= here.limit else None


class Encounter:
    """An account before a visitor of a site it meets, who is locked, with the `conversation` that
    they have open.
    """

    def __init__(
        self, account: Account, visit: Visit, conversation: Conversation | None, *, at: datetime
    ) -> None:
        self.account = account
        self.visit = visit
        self.visitor = visit.visitor
        self.conversation = conversation
        self.at = at

    @cached_property
    def place(self) -> Membership | None:
        """The account's at the first line of the site."""
        first_line = self.visitor.site.departments.filter(level=1).telling_choice()
        places = Membership.objects.filter(account=self.account, department__in=first_line)
        return places.select_related("department").order_by("department").first()

    @property
    def limit(self) -> int | None:
        return self.place.limit if self.place is not None else None

    @cached_property
    def declined(self) -> list[bool]:
        """Of each visit that goes on, of several devices perhaps, whether they declined in it."""
        present = self.visitor.visits.present(self.at).values_list("declined_at", flat=True)
        return [declined_at is not None for declined_at in present]

    @property
    def is_kept_out(self) -> bool:
        site, subject = self.visitor.site, self.visitor.subject
        caller = Caller(site.pk, subject, parse_address(self.visit.address or ""))
        barriers = barriers_before(site, subject, at=self.at)
        return bool(who_is_kept_out([caller], barriers, at=self.at))


def to_write_first(here: Encounter) -> Refusal | None:
    """Whoever could accept them if they wrote; not to one who is gone, talks, or has declined."""
    if here.conversation is not None:
        owner = here.conversation.operator
        return WroteFirst() if owner is None else AlreadyTaken(owner.name)
    if not here.declined:
        return VisitorGone()
    if here.is_kept_out:
        return WithoutWindow()
    if any(here.declined):
        return NotNow()
    if not is_site_open(here.visitor.site, here.at):
        return SiteIsClosed()
    return _to_have_more(here)


def to_pass(here: Standing) -> Refusal | None:
    is_asked = here.conversation.state == "waiting" and _asked(here) == here.account
    return None if is_asked else OfferOver()


def _asked(here: Standing) -> Account | None:
    """Whose the conversation is to take for now."""
    until = here.conversation.offered_until
    return here.conversation.offered_to if until is not None and until > here.at else None


def to_answer(here: Standing) -> Refusal | None:
    """The owner and who joined. `chat.actions.posts` asks the same in its statement."""
    if here.is_closed:
        return ConversationClosed()
    if here.is_owner or here.is_in:
        return None
    owner = here.conversation.operator
    return AlreadyTaken(owner.name) if owner is not None else NotAccepted()


def to_block(here: Standing) -> Refusal | None:
    return AlreadyBlocked() if here.block is not None else _to_deal_with(here)


def to_register_ticket(here: Standing) -> Refusal | None:
    """Whoever may write in the conversation or close it; of one that is closed, its owner. Another
    system, of whatever it sees.
    """
    return None if here.account.is_system else _to_deal_with(here)


def _to_deal_with(here: Standing) -> Refusal | None:
    if here.account.is_administrator:
        return None
    if here.is_closed:
        return None if here.is_owner else NotYours()
    is_theirs = to_close(here) is None or to_answer(here) is None
    return None if is_theirs else NotYours()


def to_unblock(here: Standing) -> Refusal | None:
    """By who did it, or an administrator."""
    if here.block is None:
        return NotBlocked()
    is_theirs = here.account.is_administrator or here.block.by_id == here.account.pk
    return None if is_theirs else BlockedByAnother()


def to_let_in(here: Standing) -> Refusal | None:
    """Whoever may answer, take or close it, while a rule shows the visitor that nobody is there."""
    return _to_deal_with(here) if here.held is not None else NotBlocked()


def block_of(visitor: Visitor, *, at: datetime) -> Block | None:
    """Who is blocked themselves, wherever they come from."""
    found = Block.objects.in_force(at).filter(site=visitor.site_id, subject=visitor.subject)
    return found.select_related("by").first()


def to_close(here: Standing) -> Refusal | None:
    """By its owner, by anyone of the department while it waits, or by an administrator."""
    if here.is_closed:
        return ConversationClosed()
    if here.leads:
        return None
    if here.conversation.operator_id is not None:
        return NotYours()
    return OtherDepartment() if here.limit is None else None


REOPENABLE_FOR = timedelta(minutes=1)


def to_reopen(here: Standing) -> Refusal | None:
    """By who closed it, for a moment, while the visitor has not gone on elsewhere."""
    closed_at = here.conversation.closed_at
    if closed_at is None:
        return StillOpen()
    if here.conversation.closed_by_id != here.account.pk:
        return ClosedByAnother()
    if here.at - closed_at > REOPENABLE_FOR:
        return ReopenedTooLate()
    if here.block is not None:
        return AlreadyBlocked()
    if Conversation.objects.open().filter(visitor=here.conversation.visitor_id).exists():
        return WroteAnew()
    return _to_have_more(here) if here.is_owner else None


def to_judge(here: Standing) -> Refusal | None:
    """How critical it is, whoever sees it says, while it is open."""
    return ConversationClosed() if here.is_closed else None


def to_put_off(here: Standing) -> Refusal | None:
    """Back into the queue, or with a promise, as one leaves."""
    if here.is_closed:
        return ConversationClosed()
    return None if here.is_owner else NotYours()


def to_take(here: Standing) -> Refusal | None:
    return to_move(here) or (SameOwner() if here.is_owner else None)


def to_move(here: Standing) -> Refusal | None:
    if not here.account.is_administrator:
        return NotYours()
    return ConversationClosed() if here.is_closed else None


def to_hold(here: Standing) -> Refusal | None:
    """To keep it from being deleted by its term: also when it is closed."""
    return None if here.account.is_administrator else NotYours()


def to_transfer(here: Standing) -> Refusal | None:
    return _led(here, here.leads) or (BeingTransferred() if here.transfer is not None else None)


def to_return(here: Standing) -> Refusal | None:
    if (refusal := to_transfer(here)) is not None:
        return refusal
    came_up = here.conversation.transfers.last_climb() is not None
    return None if came_up else NothingToReturn()


def to_decide_transfer(here: Standing) -> Refusal | None:
    if here.transfer is None:
        return TransferOver("")
    if here.is_owner or not here.is_addressed:
        return NotYours()
    return TransferExpired() if here.transfer.expires_at <= here.at else None


def to_cancel_transfer(here: Standing) -> Refusal | None:
    if here.transfer is None:
        return TransferOver("")
    is_theirs = here.leads or here.transfer.sender_id == here.account.pk
    return None if is_theirs else NotYours()


def to_invite(here: Standing) -> Refusal | None:
    return _led(here, here.leads or here.is_in)


def _led(here: Standing, may: bool) -> Refusal | None:
    """What is done with a dialogue alone."""
    if here.is_closed:
        return ConversationClosed()
    if here.conversation.operator_id is None:
        return NotAccepted()
    return None if may else NotYours()


def to_join(here: Standing) -> Refusal | None:
    """Also where one is in already."""
    if here.is_closed:
        return ConversationClosed()
    if here.participant is None:
        return InvitationOver()
    is_late = not here.is_in and here.participant.expires_at <= here.at
    return InvitationExpired() if is_late else None


def to_decide_invitation(here: Standing) -> Refusal | None:
    return to_join(here) or (AlreadyIn(here.account.name) if here.is_in else None)


def to_leave(here: Standing) -> Refusal | None:
    return None if here.is_in else NotThere()


def to_remove(here: Standing, participant: Participant | None) -> Refusal | None:
    removers = removers_of(here.conversation, participant)
    if here.account.pk not in removers and not here.account.is_administrator:
        return NotYours()
    return NotThere() if participant is None else None


def removers_of(conversation: Conversation, participant: Participant | None) -> set[int]:
    """Who may take somebody out besides administrators: the owner, and who invited them while that
    is not answered.
    """
    removers = {conversation.operator_id}
    if participant is not None and not participant.is_in:
        removers.add(participant.invited_by_id)
    return {account_id for account_id in removers if account_id is not None}


# What the page of a conversation asks, by the names of its templates.
DEEDS: dict[str, Rule] = {
    "accept": to_accept,
    "pass": to_pass,
    "answer": to_answer,
    "send_link": to_answer,
    "ask_for_rating": to_answer,
    "judge": to_judge,
    "close": to_close,
    "register": to_register_ticket,
    "block": to_block,
    "unblock": to_unblock,
    "let_in": to_let_in,
    "reopen": to_reopen,
    "take": to_take,
    "move": to_move,
    "transfer": to_transfer,
    "return": to_return,
    "decide_transfer": to_decide_transfer,
    "cancel_transfer": to_cancel_transfer,
    "invite": to_invite,
    "decide_invitation": to_decide_invitation,
    "leave": to_leave,
}


def what_may(
    account: Account,
    conversation: Conversation,
    *,
    around: tuple[Transfer | None, Iterable[Participant]] | None = None,
    at: datetime,
) -> dict[str, bool]:
    """{deed: whether its action would allow it now}."""
    return deeds_of(standing_of(account, conversation, around=around, at=at))


def standing_of(
    account: Account,
    conversation: Conversation,
    *,
    around: tuple[Transfer | None, Iterable[Participant]] | None = None,
    at: datetime,
) -> Standing:
    """The pending transfer and who takes part or is invited are read unless they are known."""
    here = Standing(account, conversation, at=at)
    if around is not None:
        here.transfer, guests = around
        here.participant = next((one for one in guests if one.account_id == account.pk), None)
    return here


def deeds_of(here: Standing) -> dict[str, bool]:
    return {deed: rule(here) is None for deed, rule in DEEDS.items()}


def demand(rule: Rule, account: Account, conversation: Conversation, *, at: datetime) -> Standing:
    """Under the conversation's lock. Raises the Refusal that the rule names."""
    here = Standing(account, conversation, at=at)
    refuse(rule(here))
    return here


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


# What is noted about visitors


def to_change_comment(account: Account, comment: Comment) -> Refusal | None:
    """By its author."""
    return None if comment.author_id == account.pk else NotYourComment()


def to_delete_comment(account: Account, comment: Comment) -> Refusal | None:
    """By its author; an administrator clears up what others left."""
    return None if account.is_administrator else to_change_comment(account, comment)


# Tickets


TicketRule = Callable[[Account, Ticket], Refusal | None]


def to_note_on_ticket(_account: Account, _ticket: Ticket) -> Refusal | None:
    """Whoever sees it."""
    return None


def to_change_ticket(account: Account, ticket: Ticket) -> Refusal | None:
    """Who is responsible, whoever is of its department, administrators, and other systems that see
    it.
    """
    is_free = account.is_administrator or account.is_system
    if is_free or ticket.responsible_id == account.pk:
        return None
    # All of them: of many tickets they are read once.
    is_theirs = any(one.pk == ticket.department_id for one in account.departments.all())
    return None if is_theirs else NotYourTicket()


TICKET_DEEDS: dict[str, TicketRule] = {
    "note": to_note_on_ticket,
    "change": to_change_ticket,
}


def ticket_deeds_of(account: Account, ticket: Ticket) -> dict[str, bool]:
    """{deed: whether its action would allow it}, of a ticket that the account sees."""
    return {deed: rule(account, ticket) is None for deed, rule in TICKET_DEEDS.items()}


def to_become(ticket: Ticket, status: TicketStatus, *, at: datetime) -> Refusal | None:
    """Of that status, whoever wants it."""
    if status not in TRANSITIONS[ticket.status]:
        return NoSuchTransition(ticket.get_status_display(), str(status.label))
    if status == TicketStatus.WORK and ticket.is_done and not ticket.reopens_at(at):
        return TicketReopenedTooLate(Ticket.REOPENABLE_FOR.days)
    return None


IncidentRule = Callable[[Account, Incident], Refusal | None]


def to_note_on_incident(_account: Account, _incident: Incident) -> Refusal | None:
    """Whoever sees it, solved or not."""
    return None


def to_lead_incident(account: Account, incident: Incident) -> Refusal | None:
    """To change it, to tell its customers, to solve it: who is of its department, and
    administrators, until it is solved.
    """
    if incident.is_solved:
        return IncidentIsSolved(incident.pk)
    if account.is_administrator:
        return None
    is_theirs = any(one.pk == incident.department_id for one in account.departments.all())
    return None if is_theirs else NotYourIncident()


INCIDENT_DEEDS: dict[str, IncidentRule] = {
    "note": to_note_on_incident,
    "lead": to_lead_incident,
}


def incident_deeds_of(account: Account, incident: Incident) -> dict[str, bool]:
    """{deed: whether its action would allow it}, of an incident that the account sees."""
    return {deed: rule(account, incident) is None for deed, rule in INCIDENT_DEEDS.items()}


def to_put_under(ticket: Ticket, incident: Incident, current: int | None) -> Refusal | None:
    """Of a ticket that the account may change, which is under the incident `current`, and an
    incident that it sees.
    """
    if current is not None and current != incident.pk:
        return UnderAnotherIncident(current)
    if incident.is_solved:
        return IncidentIsSolved(incident.pk)
    is_concerned = incident.sites.filter(pk=ticket.site_id).exists()
    return None if is_concerned else TicketOfAnotherSite()


# What was said, and chats among staff


CORRECTABLE_FOR = timedelta(minutes=5)


def to_correct(own: Message | InternalMessage | None, *, at: datetime) -> Refusal | None:
    """What one has said oneself and not taken back, and not too long ago."""
    if own is None:
        return NothingToCorrect()
    if own.retracted_at is not None:
        return AlreadyRetracted()
    return CorrectedTooLate() if at - own.created_at > CORRECTABLE_FOR else None


def may_remove_member(account: Account, chat: InternalChat) -> bool:
    """By who made the group, or by an administrator who is in it."""
    return not chat.is_direct and (account.is_administrator or chat.created_by_id == account.pk)
