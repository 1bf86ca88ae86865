"""Visitors are blocked and let in again; addresses are left alone altogether."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from chat import access
from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.conversations import append_blocked, close_as_blocked
from chat.actions.errors import (
    BadTerm,
    BlockReasonMissing,
    CoversOwnAddress,
    ForeignAddress,
    NotBlocked,
)
from chat.actions.locks import (
    lock_conversation,
    lock_excluded,
    lock_visible,
    lock_visitor_of,
    look_beside,
)
from chat.actions.log import append_note
from chat.actions.repairs import repair_each
from chat.barriers import read_barriers
from chat.events import (
    ExclusionsChanged,
    MessagePosted,
    VisitorBlocked,
    VisitorsLeft,
    VisitorUnblocked,
)
from chat.happened import happened
from chat.keeping_out import Caller, who_is_kept_out
from chat.models import (
    AutomaticRule,
    Block,
    Conversation,
    ExcludedNetwork,
    LineCode,
    Message,
    Visit,
    Visitor,
)
from chat.streams import after_commit
from chat.text import clean_text
from operators.addresses import Network, is_within, neighbourhood, parse_address, parse_network
from operators.models import Account
from operators.prepared import Prepared

MOST_VISITS = 20  # lately, whose addresses may be blocked


@dataclass(frozen=True)
class BlockDraft:
    """`network` is one of the visitor's, with all that is near it; empty for the person alone."""

    reason: str
    term: str = Block.Term.FOREVER
    network: str = ""


def block_visitor(
    doer: Doer, conversation_id: str, draft: BlockDraft, *, even_own: bool = False, at: datetime
) -> Block:
    """Keep the visitor of this conversation off their site, and whoever shares the network, for
    the term. What they have open there is closed.

    `even_own`: also where the own address is among them. Raises a Refusal.
    """
    reason = clean_text(draft.reason)
    if not reason:
        raise BlockReasonMissing
    if draft.term not in Block.Term.values:
        raise BadTerm
    length = Block.Term(draft.term).length
    with transaction.atomic():
        # Before the conversation, so that no other is opened meanwhile.
        visitor = lock_visitor_of(doer.account, conversation_id)
        conversation = lock_visible(doer.account, conversation_id)
        access.demand(access.to_block, doer.account, conversation, at=at)
        network = _network(draft.network, visitor)
        if network is not None and not even_own:
            _refuse_own(doer, [network])
        block = Block.objects.create(
            site=visitor.site,
            subject=visitor.subject,
            visitor_name=visitor.name,
            network=str(network or ""),
            conversation=conversation,
            reason=reason,
            term=draft.term,
            by=doer.account,
            at=at,
            until=None if length is None else at + length,
        )
        if conversation.closed_at is None:
            close_as_blocked(conversation, block, at=at)
        else:
            _tell(conversation, append_blocked(conversation, block, at=at), doer.account, at=at)
        happened(VisitorBlocked(block=block, by_id=doer.account.pk, at=at))
        for visitor_id in _send_away(at=at):
            after_commit(_close_open_one, visitor_id, block, at=at)
    return block


def block_by_rule(visitor: Visitor, rule: AutomaticRule, *, at: datetime) -> None:
    """Of a visitor whom the caller has locked, and who talks with nobody."""
    length = Block.Term(rule.term).length
    block = Block.objects.create(
        site=visitor.site,
        subject=visitor.subject,
        visitor_name=visitor.name,
        reason=_("Автоматическое действие «%s»") % rule.title,
        is_soft=rule.barrier == AutomaticRule.Barrier.SOFT,
        term=rule.term,
        by=rule.changed_by,
        at=at,
        until=None if length is None else at + length,
    )
    happened(VisitorBlocked(block=block, at=at))
    if not block.is_soft:
        _send_away(at=at)


def _network(text: str, visitor: Visitor) -> Network | None:
    """As it was offered: an address that the visitor had lately, or what is near it."""
    if not text:
        return None
    network = parse_network(text)
    if network is None or network not in networks_of(visitor):
        raise ForeignAddress
    return network


def networks_of(visitor: Visitor) -> list[Network]:
    """What may be blocked with a visitor: the address they had last and its network, then those
    they had before.
    """
    lately = visitor.visits.order_by("-seen_at", "-pk").values_list("address", flat=True)
    found: list[Network] = []
    for text in lately[:MOST_VISITS]:
        address, network = parse_address(text or ""), parse_network(text or "")
        if address is not None and network is not None:
            found += [network, neighbourhood(address)]
    return list(dict.fromkeys(found))


def _refuse_own(doer: Doer, networks: Iterable[Network]) -> None:
    address = parse_address(doer.address or "")
    if address is not None and is_within(address, networks):
        raise CoversOwnAddress(str(address))


def _send_away(*, at: datetime) -> set[int]:
    """End the visits of all who are kept out by now; whose they were."""
    barriers = read_barriers(at=at)
    visits = list(Visit.objects.present(at).select_related("visitor"))
    callers = {visit.pk: _caller(visit) for visit in visits}
    kept_out = who_is_kept_out(callers.values(), barriers, at=at)
    gone = [visit for visit in visits if callers[visit.pk] in kept_out]
    Visit.objects.filter(pk__in=[visit.pk for visit in gone]).update(present_until=at)
    if gone:
        happened(VisitorsLeft(visits=gone, at=at))
    return {visit.visitor_id for visit in gone}


def _caller(visit: Visit) -> Caller:
    visitor = visit.visitor
    return Caller(visitor.site_id, visitor.subject, parse_address(visit.address or ""))


def close_of_blocked(*, at: datetime) -> None:
    """What was opened just when its visitor was blocked."""
    repair_each("visitor", _close_blocked, _of_blocked.all(at=at), at=at)


def _open_of_blocked(at: datetime) -> QuerySet[Conversation, tuple[Any, ...]]:
    blocks = Block.objects.in_force(at).filter(
        site=OuterRef("visitor__site"), subject=OuterRef("visitor__subject")
    )
    return Conversation.objects.open().filter(Exists(blocks)).values_list("visitor")


_of_blocked = Prepared(_open_of_blocked)


def _close_blocked(visitor_id: int, *, at: datetime) -> None:
    visitor = Visitor.objects.get(pk=visitor_id)
    block = access.block_of(visitor, at=at)
    if block is not None:
        _close_open_one(visitor_id, block, at=at)


def _close_open_one(visitor_id: int, block: Block, *, at: datetime) -> None:
    with transaction.atomic():
        conversation = lock_conversation(visitor=visitor_id, closed_at=None)
        if conversation is not None:
            look_beside(conversation)
            close_as_blocked(conversation, block, at=at)


def unblock_visitor(account: Account, conversation_id: str, *, at: datetime) -> None:
    """«Разблокировать», from the visitor's conversation. Raises a Refusal."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        here = access.demand(access.to_unblock, account, conversation, at=at)
        if here.block is not None:
            _lift(here.block, conversation, account, at=at)


def let_in(account: Account, conversation_id: str, *, at: datetime) -> None:
    """«Показать, что мы на месте»: what a rule held back is not any more, for whoever answers the
    visitor. Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_let_in, account, conversation, at=at)
        visitor = conversation.visitor
        for block in Block.objects.soft(at).filter(site=visitor.site, subject=visitor.subject):
            _lift(block, conversation, account, at=at)


def lift_block(account: Account, block_id: int, *, at: datetime) -> None:
    """The same from the list of blocks, by an administrator. Raises NotBlocked."""
    with transaction.atomic():
        block = Block.objects.lasting(at).filter(pk=block_id).first()
        if block is None:
            raise NotBlocked
        conversation = lock_conversation(pk=block.conversation_id)
        if conversation is not None:
            look_beside(conversation)
        _lift(block, conversation, account, at=at)


def _lift(
    block: Block, conversation: Conversation | None, account: Account, *, at: datetime
) -> None:
    # Of two at once, one does it.
    lifted = Block.objects.filter(pk=block.pk, lifted_at=None)
    if not lifted.update(lifted_at=at, lifted_by=account):
        raise NotBlocked
    if conversation is not None:
        told = {"name": account.name, "visitor": block.visitor_name}
        line = append_note(
            conversation,
            LineCode.LET_IN if block.is_soft else LineCode.UNBLOCKED,
            author=account,
            account=account.pk,
            **told,
            at=at,
        )
        _tell(conversation, line, account, at=at)
    happened(VisitorUnblocked(block=block, by_id=account.pk, at=at))


def _tell(conversation: Conversation, line: Message, account: Account, *, at: datetime) -> None:
    happened(MessagePosted(conversation=conversation, message=line, by_id=account.pk, at=at))


def exclude_addresses(
    doer: Doer, wanted: Collection[Network], *, shown: int, even_own: bool = False, at: datetime
) -> None:
    """The list of excluded addresses is this from now on; `shown` is its version before the eyes
    of who saves. Raises ChangedMeanwhile, and CoversOwnAddress unless `even_own`.
    """
    with transaction.atomic():
        rows = lock_excluded()
        if shown != version_of(rows):
            raise ChangedMeanwhile(version_of(rows), [])
        current = {row.network: row for row in rows if row.removed_at is None}
        texts = list(dict.fromkeys(map(str, wanted)))
        added = [text for text in texts if text not in current]
        if not even_own and added:
            _refuse_own(doer, [one for text in added if (one := parse_network(text))])
        removed = [row.pk for text, row in current.items() if text not in texts]
        ExcludedNetwork.objects.filter(pk__in=removed).update(
            removed_at=at, removed_by=doer.account
        )
        ExcludedNetwork.objects.bulk_create(
            ExcludedNetwork(network=text, added_at=at, added_by=doer.account) for text in added
        )
        happened(ExclusionsChanged(by_id=doer.account.pk, at=at))
        _send_away(at=at)


class ExclusionChange(NamedTuple):
    """A line of the history of excluded addresses."""

    at: datetime
    by: Account
    network: str
    is_added: bool


def changes_of_excluded() -> list[ExclusionChange]:
    """All there ever were, in order: as many as `version_of` counts."""
    rows = ExcludedNetwork.objects.select_related("added_by", "removed_by")
    changes = [ExclusionChange(row.added_at, row.added_by, row.network, True) for row in rows]
    changes += [
        ExclusionChange(row.removed_at, row.removed_by, row.network, False)
        for row in rows
        if row.removed_at is not None and row.removed_by is not None
    ]
    return sorted(changes, key=lambda change: change.at)


def version_of(rows: Collection[ExcludedNetwork]) -> int:
    """Grows with every change of the list."""
    return len(rows) + sum(row.removed_at is not None for row in rows)
