"""What the templates of extra fields are given."""

from typing import Any

from chat import fields
from chat.filled import Filled
from chat.models import ExtraField

_CHOSEN = {ExtraField.Kind.CHOICE, ExtraField.Kind.FLAG}
_HINTS: dict[str, str] = {ExtraField.Kind.DATE: "дд.мм.гггг", ExtraField.Kind.LINK: "https://"}
_KEYBOARDS: dict[str, str] = {ExtraField.Kind.NUMBER: "decimal", ExtraField.Kind.LINK: "url"}


def field_row(
    filled: Filled, *, typed: str | None = None, error: str = "", is_conflict: bool = False
) -> dict[str, Any]:
    """`text` is what stands in the field: what is saved, unless something else is typed."""
    field = filled.field
    saved = filled.value if field.kind in _CHOSEN else fields.shown(field.kind, filled.value)
    return {
        "key": field.key,
        "title": field.title,
        "kind": field.kind,
        "dom": f"field-{field.pk}",
        "text": saved if typed is None else typed,
        "saved": saved,
        "said": fields.shown(field.kind, filled.value),
        "options": _options(filled) if field.kind in _CHOSEN else [],
        "hint": _HINTS.get(field.kind, ""),
        "keyboard": _KEYBOARDS.get(field.kind, "text"),
        "is_required": field.is_required,
        "is_verified": filled.is_verified,
        "signed": "" if filled.is_verified else fields.shown(field.kind, filled.signed),
        "by": filled.by_name if filled.value else "",
        "at": filled.at,
        "error": error,
        "is_conflict": is_conflict,
    }


def _options(filled: Filled) -> list[tuple[str, str]]:
    """What stands there is one of them, also where the list has it no more."""
    if filled.field.kind == ExtraField.Kind.FLAG:
        return [(flag, str(words)) for flag, words in fields.FLAGS.items()]
    listed = dict.fromkeys([*filled.field.choices, *filter(None, [filled.value])])
    return [(choice, choice) for choice in listed]
