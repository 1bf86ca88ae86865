"""What staff settle of who asks and about what, and how critical they judge it to be."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions.errors import Refusal
from chat.actions.field_values import ValueChanged
from chat.actions.locks import lock_visible, lock_visitor_of
from chat.actions.queue import assign_waiting
from chat.events import ConversationJudged, ValueSettled
from chat.fields import HiddenSigns, ValueTooLong
from chat.happened import happened
from chat.identification import Identified, identification_of
from chat.models import Conversation, Judgement, Origin, SettledValue, Step
from chat.queue.order import place_of
from chat.streams import after_commit
from chat.text import folded, has_controls, is_blank
from departments.contracts.models import CriticalityTable, Plan
from departments.criticality import Criticality, Impact, Proposal, Urgency, propose
from operators.models import Account

# What one of these says is theirs, whoever chooses it.
FROM_OUTSIDE = {Origin.SIGNED, Origin.REGISTER, Origin.REPORTED}


class NoReason(Refusal):
    """Another criticality than the proposed one was chosen without saying why."""

    code = "invalid"
    field = "reason"
    words = _("Напишите словами, почему критичность другая.")


class NothingJudged(Refusal):
    code = "invalid"
    field = "criticality"
    words = _("Выберите, кому мешает и как спешно, или саму критичность.")


def settle_value(
    account: Account,
    conversation_id: str,
    step: Step,
    typed: str,
    *,
    shown: str,
    is_said: bool = False,
    at: datetime,
) -> None:
    """`shown` is what stood there; `is_said` by the visitor. What a source says as well is a choice
    of that source; nothing is the end of a choice. Raises a Refusal.
    """
    with transaction.atomic():
        lock_visitor_of(account, conversation_id)
        conversation = _whole(conversation_id)
        value = _line(typed)
        before = identification_of(conversation, at=at).steps[step]
        if before.value not in (_line(shown), value):
            raise ValueChanged(_who(before), before.value)
        origin = _origin(before, value, is_said=is_said)
        if not _is_news(before, value, origin):
            return
        _keep(account, conversation, before, value, origin, at=at)
        happened(ValueSettled(conversation=conversation, by_id=account.pk, at=at))


def judge(
    account: Account,
    conversation_id: str,
    *,
    impact: Impact | None,
    urgency: Urgency | None,
    chosen: Criticality | None = None,
    reason: str = "",
    at: datetime,
) -> None:
    """By the table, or as `chosen` for a reason. The queue is decided anew after the commit.

    Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_judge, account, conversation, at=at)
        proposal = _proposal(conversation, impact, urgency, at=at)
        criticality = chosen if proposal is None else chosen or proposal.criticality
        if criticality is None:
            raise NothingJudged
        why = _line(reason, Judgement.MOST_REASON)
        is_own = proposal is None or criticality != proposal.criticality
        if is_own and not why:
            raise NoReason
        Judgement.objects.create(
            conversation=conversation,
            impact=impact,
            urgency=urgency,
            criticality=criticality,
            why=proposal.reason if proposal else "",
            reason=why if is_own else "",
            by=account,
            by_name=account.name,
            set_at=at,
        )
        conversation.criticality = criticality
        conversation.queued_at = place_of(criticality, conversation.waiting_since)
        conversation.revision, conversation.changed_at = conversation.revision + 1, at
        conversation.save(update_fields=["criticality", "queued_at", "revision", "changed_at"])
        happened(ConversationJudged(conversation=conversation, by_id=account.pk, at=at))
        if conversation.state == "waiting":
            after_commit(assign_waiting, conversation.department_id, at=at)


def _proposal(
    conversation: Conversation, impact: Impact | None, urgency: Urgency | None, *, at: datetime
) -> Proposal | None:
    """By the table of now, and the cells of the plan that counts."""
    if impact is None or urgency is None:
        return None
    table = CriticalityTable.objects.filter(pk=1).first()
    name = identification_of(conversation, at=at).plan
    plan = Plan.objects.filter(name_key=folded(name)).first() if name else None
    return propose(
        impact,
        urgency,
        table=table.table if table else {},
        plan=plan.name if plan else "",
        of_plan=plan.own_cells if plan else None,
    )


def _line(text: str, most: int = SettledValue.MOST) -> str:
    line = " ".join(text.split())
    if has_controls(line):
        raise HiddenSigns
    if len(line) > most:
        raise ValueTooLong(most, len(line))
    return "" if is_blank(line) else line


def _origin(before: Identified, value: str, *, is_said: bool) -> Origin:
    for one in (before.counts, *before.others):
        from_outside = one and one.origin in FROM_OUTSIDE
        if one and from_outside and one.value == value:
            return one.origin
    return Origin.SAID if is_said else Origin.ENTERED


def _is_news(before: Identified, value: str, origin: Origin) -> bool:
    if not value and before.counts is None:
        return False
    same = before.counts and (before.value, before.counts.origin) == (value, origin)
    return before.is_disputed or not same


def _keep(
    account: Account,
    conversation: Conversation,
    before: Identified,
    value: str,
    origin: Origin,
    *,
    at: datetime,
) -> None:
    own = conversation if before.step.is_of_conversation else None
    if not value:
        SettledValue.objects.filter(
            step=before.step, visitor=conversation.visitor, conversation=own
        ).delete()
        return
    others = [one for one in (before.counts, *before.others) if one and one.value != value]
    SettledValue.objects.update_or_create(
        step=before.step,
        visitor=conversation.visitor,
        conversation=own,
        defaults={
            "value": value,
            "key": folded(value),
            "origin": origin,
            "passed_over": [folded(one.value) for one in others],
            "by": account,
            "by_name": account.name,
            "set_at": at,
        },
    )


def _who(before: Identified) -> str:
    """Who is behind what stands there now."""
    if before.counts is None:
        return ""
    return before.counts.by or str(before.counts.origin.label)


def _whole(conversation_id: str) -> Conversation:
    whole = Conversation.objects.select_related("visitor__site")
    return whole.get(public_id=conversation_id)
