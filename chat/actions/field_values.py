"""What staff write into extra fields, one by one or as they close a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import fields
from chat.actions.errors import Refusal
from chat.actions.locks import lock_visitor_of
from chat.events import FieldSaved
from chat.filled import Filled, field_of, fields_of
from chat.happened import happened
from chat.models import Conversation, ExtraField, FieldValue
from operators.models import Account


class FieldGone(Refusal):
    """Retired meanwhile, of another site, or never there."""

    code = "conflict"
    words = _("Этого поля здесь больше нет: его убрал администратор.")


@dataclass(eq=False)
class ValueChanged(Refusal):
    """A colleague, or the site, was first."""

    name: str
    value: str
    code = "conflict"
    words = _("Пока вы писали, здесь стало «%(value)s» (%(name)s). Выберите, что оставить.")


@dataclass(frozen=True)
class Given:
    """What was typed, and what was shown in its place."""

    typed: str
    shown: str = ""


@dataclass(frozen=True)
class Asked:
    """A field that is to be filled in, with what was typed and what is wrong with it."""

    filled: Filled
    typed: str = ""
    error: str = ""


def save_value(
    account: Account, conversation_id: str, key: str, given: Given, *, at: datetime
) -> None:
    """Raises a Refusal."""
    with transaction.atomic():
        lock_visitor_of(account, conversation_id)
        conversation = _whole(conversation_id)
        filled = field_of(conversation, key)
        if filled is None:
            raise FieldGone
        _write(account, conversation, filled, given, at=at)


def fill_in(
    account: Account, conversation: Conversation, given: Mapping[str, Given], *, at: datetime
) -> list[Asked]:
    """Write what is `given` by key for required fields; what was given or is missing. Whoever does
    not go on with all of it undoes the rest. The caller has locked the conversation, and its
    visitor where anything is given.
    """
    asked = []
    for filled in fields_of(conversation):
        typed = given.get(filled.field.key) if filled.field.is_required else None
        if typed is not None:
            asked.append(_taken(account, conversation, filled, typed, at=at))
        elif filled.is_missing:
            asked.append(Asked(filled))
    return asked


def _taken(
    account: Account, conversation: Conversation, filled: Filled, given: Given, *, at: datetime
) -> Asked:
    try:
        kept = _write(account, conversation, filled, given, at=at)
    except ValueChanged as changed:
        # What stands there now is what the next press replaces.
        return Asked(
            field_of(conversation, filled.field.key) or filled, given.typed, changed.detail
        )
    except Refusal as refusal:
        return Asked(filled, given.typed, refusal.detail)
    return Asked(filled, given.typed, "" if kept else gettext("Заполните это поле."))


def _write(
    account: Account, conversation: Conversation, filled: Filled, given: Given, *, at: datetime
) -> str:
    """What is kept. What the site signed is not written beside it: it is theirs to change."""
    field = filled.field
    value = fields.read(field.kind, given.typed, _choices(filled))
    if filled.value not in (_as_kept(field, given.shown), value):
        name = filled.by_name
        raise ValueChanged(name, fields.shown(field.kind, filled.value) or gettext("пусто"))
    if filled.value != value:
        is_own = field.about == ExtraField.About.CONVERSATION
        FieldValue.objects.update_or_create(
            field=field,
            visitor=conversation.visitor,
            conversation=conversation if is_own else None,
            defaults={
                "value": "" if value == filled.signed else value,
                "by": account,
                "by_name": account.name,
                "set_at": at,
            },
        )
        happened(FieldSaved(visitor=conversation.visitor, by_id=account.pk, at=at))
    return value or filled.signed


def _choices(filled: Filled) -> list[str]:
    """What stands there may stay, also where the list has it no more."""
    return [*filled.field.choices, filled.value]


def _as_kept(field: ExtraField, shown: str) -> str:
    try:
        return fields.read(field.kind, shown, field.choices)
    except Refusal:
        return shown


def _whole(conversation_id: str) -> Conversation:
    return Conversation.objects.select_related("visitor").get(public_id=conversation_id)
