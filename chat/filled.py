"""The extra fields of a conversation, with what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chat import access, fields
from chat.actions.errors import Refusal
from chat.models import Conversation, ExtraField, Visitor
from chat.models.fields import ExtraFieldQuerySet


@dataclass(frozen=True)
class Filled:
    """`value` is what staff wrote, or else what the site `signed`, as chat.fields keeps it."""

    field: ExtraField
    value: str
    signed: str
    by_name: str
    at: datetime | None

    @property
    def is_verified(self) -> bool:
        return bool(self.signed) and self.value == self.signed

    @property
    def is_missing(self) -> bool:
        """Staff can not close the conversation without it."""
        return self.field.is_required and not self.value


def fields_of(conversation: Conversation) -> list[Filled]:
    return _of(access.fields_about(conversation), conversation.visitor)


def field_of(conversation: Conversation, key: str) -> Filled | None:
    found = _of(access.fields_about(conversation).filter(key=key), conversation.visitor)
    return found[0] if found else None


def filled(field: Any, visitor: Visitor) -> Filled:
    """A field as it is read by access.fields_about."""
    signed = signed_value(field, visitor.claims)
    if not field.written and signed:
        return Filled(field, signed, signed, _("Сайт"), visitor.signed_at)
    return Filled(field, field.written or "", signed, field.written_by or "", field.written_at)


def _of(found: ExtraFieldQuerySet, visitor: Visitor) -> list[Filled]:
    return [filled(one, visitor) for one in found]


def signed_value(field: ExtraField, claims: Mapping[str, str]) -> str:
    """Of a visitor's field; nothing where the claim of its key is none, or of another kind."""
    if field.about != ExtraField.About.VISITOR:
        return ""
    try:
        return fields.read(field.kind, claims.get(field.key, ""), field.choices)
    except Refusal:
        return ""
