"""Terms of what is kept, and what is held back from its term."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_hold, lock_retention_terms, lock_visible
from chat.models import Conversation, Hold, RetentionTerms
from chat.purge.terms import Kind
from chat.text import clean_line
from departments.models import stage_now
from operators.models import Change

DAY = timedelta(days=1)
LONGEST_HOLD = timedelta(days=10 * 366)


class WhyLonger(Refusal):
    code = "invalid"
    field = "reason"
    words = _("Срок дольше, чем у этапа: укажите, на каком основании.")


class HoldReasonMissing(Refusal):
    code = "invalid"
    field = "reason"
    words = _("Укажите, почему это нельзя удалять.")


class BadHoldEnd(Refusal):
    code = "invalid"
    field = "until"
    words = _("Выберите день позже сегодняшнего, не дальше чем через десять лет.")


class AlreadyHeld(Refusal):
    code = "conflict"
    words = _("Удаление уже запрещено.")


class NoSuchHold(Refusal):
    code = "not_found"
    words = _("Такого запрета больше нет.")


@dataclass(frozen=True)
class TermsDraft:
    """Days by kind; None for as long as the stage has it. `hour` begins the quiet hours."""

    days: Mapping[Kind, int | None]
    reason: str
    hour: int


def change_terms(doer: Doer, draft: TermsDraft, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Raises WhyLonger or ChangedMeanwhile."""
    with transaction.atomic():
        terms = lock_retention_terms()
        demand_version(subject_of(terms), shown)
        longest = stage_now().term.days
        is_longer = any(days is not None and days > longest for days in draft.days.values())
        if is_longer and not draft.reason:
            raise WhyLonger
        before = _state(terms)
        for kind, days in draft.days.items():
            setattr(terms, kind, days)
        terms.reason = draft.reason if is_longer else ""
        terms.hour = draft.hour
        terms.version += 1
        terms.save()
        subject = subject_of(terms)
        note_change(doer, subject, Change.Deed.CHANGED, before=before, after=_state(terms), at=at)


def subject_of(terms: RetentionTerms) -> Subject:
    return Subject(Change.Kind.RETENTION, 1, str(_("Сроки хранения")), terms.version)


def _state(terms: RetentionTerms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in (*Kind.values, "reason", "hour")}


def end_of_hold(typed: str) -> datetime:
    """«2027-03-01»: when that day begins here. Raises BadHoldEnd."""
    try:
        day = parse_date(typed.strip())
    except ValueError:
        day = None
    if day is None:
        raise BadHoldEnd
    return timezone.make_aware(datetime.combine(day, time.min))


def hold(
    doer: Doer,
    conversation_id: str,
    reason: str,
    *,
    until: datetime,
    whole_visitor: bool = False,
    at: datetime,
) -> Hold:
    """Keep a conversation, or all there is of its visitor, beyond any term. Raises a Refusal."""
    reason = clean_line(reason, Hold.MOST_REASON)
    if not reason:
        raise HoldReasonMissing
    if not at < until <= at + LONGEST_HOLD:
        raise BadHoldEnd
    with transaction.atomic():
        conversation = lock_visible(doer.account, conversation_id)
        access.demand(access.to_hold, doer.account, conversation, at=at)
        held = _subject(conversation, whole_visitor)
        others = Hold.objects.filter(**held, lifted_at=None)
        if others.in_force(at).exists():
            raise AlreadyHeld
        others.update(lifted_at=at)
        made = Hold.objects.create(
            **held, reason=reason, until=until, by=doer.account, by_name=doer.account.name, at=at
        )
        after = {"until": until.isoformat(), "of": "visitor" if whole_visitor else "conversation"}
        subject = Subject(Change.Kind.HOLD, made.pk, conversation_id)
        note_change(doer, subject, Change.Deed.ADDED, after=after, at=at)
    return made


def _subject(conversation: Conversation, whole_visitor: bool) -> dict[str, object]:
    if whole_visitor:
        return {"visitor_id": conversation.visitor_id}
    return {"conversation": conversation}


def lift_hold(doer: Doer, hold_id: int, *, at: datetime) -> None:
    """Raises NoSuchHold."""
    with transaction.atomic():
        held = lock_hold(hold_id)
        if held is None or held.lifted_at is not None:
            raise NoSuchHold
        held.lifted_at, held.lifted_by = at, doer.account
        held.save(update_fields=["lifted_at", "lifted_by"])
        subject = Subject(Change.Kind.HOLD, held.pk, str(held.pk))
        note_change(doer, subject, Change.Deed.DELETED, at=at)
