"""An automatic rule fires in a visit: once, while the chat is empty, with all that it does."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from chat.actions.approach import write_first
from chat.actions.blocks import block_by_rule
from chat.actions.conversations import close_as_ignored
from chat.actions.errors import NotFound, NotNow, Refusal, WithoutWindow
from chat.actions.locks import lock_conversation, lock_current, lock_visitor, look_beside
from chat.actions.repairs import repair_each
from chat.actions.ruled import set_field
from chat.events import FieldSaved, RuleFired
from chat.happened import happened
from chat.models import (
    AuthorKind,
    AutomaticRule,
    Conversation,
    ExtraField,
    Firing,
    Message,
    Visit,
    Visitor,
)
from chat.queue.availability import read_present
from departments.models import Membership
from operators.models import Account, Intention
from operators.prepared import Prepared

_NAMESPACE = uuid.UUID("0d0c3f5e-6c0f-4d3a-9a0b-7f5a4f1d2b60")


class Came(Enum):
    FIRED = "fired"
    KNOWN = "known"  # it has fired before, or is no rule any more
    OVER = "over"  # the chat is not empty, or nothing more is to come in this visit
    LATER = "later"  # nobody could invite just now
    NEVER = "never"  # not in this visit: they would rather not


@dataclass(frozen=True)
class Fired:
    """`rules` are all that have fired in the visit by now."""

    came: Came
    rules: Collection[int] = field(default=())


class _NotFired(Exception):
    def __init__(self, came: Came) -> None:
        super().__init__(came)
        self.came = came


def fire(visit_id: int, rule_id: int, *, at: datetime) -> Fired:
    """Nothing is left of a rule whose invitation was refused: it may fire later."""
    try:
        with transaction.atomic():
            return _fire(visit_id, rule_id, at=at)
    except _NotFired as why:
        return Fired(why.came)


def _fire(visit_id: int, rule_id: int, *, at: datetime) -> Fired:
    visitor_id = Visit.objects.values_list("visitor", flat=True).filter(pk=visit_id).first()
    if visitor_id is None:
        return Fired(Came.OVER)
    visitor = lock_visitor(visitor_id)
    visit = Visit.objects.get(pk=visit_id)
    rules = AutomaticRule.objects.on().select_related("field", "operator", "changed_by")
    rule = rules.filter(Q(site=None) | Q(site=visitor.site), pk=rule_id).first()
    if rule is None or rule.pk in visit.fired:
        return Fired(Came.KNOWN, {*visit.fired, rule_id})
    if _is_over(visitor, visit, at=at):
        return Fired(Came.OVER, visit.fired)
    visit.fired = [*visit.fired, rule.pk]
    visit.save(update_fields=["fired"])
    firing = Firing.objects.create(visit=visit, rule=rule, at=at)
    if rule.field is not None and rule.field.about == ExtraField.About.VISITOR:
        set_field(rule, visitor, None, at=at)
        happened(FieldSaved(visitor=visitor, at=at))
    if rule.barrier:
        block_by_rule(visitor, rule, at=at)
    if rule.invitation:
        firing.conversation = _invite(rule, visitor, visit, at=at)
        firing.save(update_fields=["conversation"])
    happened(RuleFired(visit=visit, at=at))
    return Fired(Came.FIRED, visit.fired)


def _is_over(visitor: Visitor, visit: Visit, *, at: datetime) -> bool:
    """The chat is not empty, or a rule that stops has fired meanwhile."""
    latest = lock_current(visitor)
    if latest is not None and (latest.closed_at is None or latest.reopens_at(at)):
        return True
    stopping = AutomaticRule.objects.on().filter(pk__in=visit.fired, stops=True)
    return bool(visit.fired) and stopping.exists()


def _invite(rule: AutomaticRule, visitor: Visitor, visit: Visit, *, at: datetime) -> Conversation:
    """Written first by whoever is named, or has the fewest conversations."""
    for account in _inviters(rule, visitor, at=at):
        said = uuid.uuid5(_NAMESPACE, f"{visit.public_id}:{rule.pk}")
        try:
            _message, conversation = write_first(
                account, visit.public_id, client_id=said, text=rule.invitation, at=at
            )
        except (NotNow, WithoutWindow) as refusal:
            raise _NotFired(Came.NEVER) from refusal
        except (Refusal, NotFound):
            continue
        return conversation
    raise _NotFired(Came.LATER)


def _inviters(rule: AutomaticRule, visitor: Visitor, *, at: datetime) -> list[Account]:
    present = read_present(at)
    there = {account for account, chosen in present.items() if chosen == Intention.ONLINE}
    if rule.operator_id is not None:
        return [rule.operator] if rule.operator and rule.operator_id in there else []
    first_line = Membership.objects.filter(department__level=1, department__sites=visitor.site)
    of_site = first_line.filter(account__in=there).values("account")
    found = Account.objects.active().filter(pk__in=of_site)
    has = Count("conversations", filter=Q(conversations__closed_at=None))
    return list(found.annotate(has=has).order_by("has", "pk"))


def close_ignored(*, at: datetime) -> None:
    """Invitations to whoever has left without a word: nobody has to tidy them up."""
    repair_each("conversation", _close, _ignored.all(at=at), at=at)


def _invited_in_vain(at: datetime) -> QuerySet[Conversation, tuple[Any, ...]]:
    by_rule = Firing.objects.filter(conversation=OuterRef("pk"))
    theirs = Message.objects.filter(conversation=OuterRef("pk"), author_kind=AuthorKind.VISITOR)
    here = Visit.objects.filter(
        visitor=OuterRef("visitor"), present_until__gt=at - Visit.AWAY + Visit.GRACE
    )
    invited = Conversation.objects.active().filter(begun_by_operator=True)
    return invited.filter(Exists(by_rule), ~Exists(theirs), ~Exists(here)).values_list("pk")


_ignored = Prepared(_invited_in_vain)


def _close(conversation_id: int, *, at: datetime) -> None:
    with transaction.atomic():
        conversation = lock_conversation(pk=conversation_id, closed_at=None)
        if conversation is None:
            return
        theirs = conversation.messages.filter(author_kind=AuthorKind.VISITOR)
        if not theirs.exists():
            look_beside(conversation)
            close_as_ignored(conversation, at=at)
