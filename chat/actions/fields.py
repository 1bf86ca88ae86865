"""Extra fields as administrators define them: renamed, put in order, retired and brought back,
never deleted. What stands in them is chat.actions.field_values'.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_fields
from chat.actions.ordering import swap
from chat.identity import REGISTERED
from chat.models import ExtraField
from chat.text import folded
from operators.models import Change

MOST = 60  # in use: all are read with each conversation
KEY = re.compile(rf"[^\W\d_]\w{{0,{ExtraField.MAX_KEY - 1}}}")
_LATIN = str.maketrans("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye") | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia"}
    | dict.fromkeys("ъь", "")
)


@dataclass(frozen=True, kw_only=True)
class FieldDraft:
    """What can be another later, checked by itself; the site by key."""

    title: str
    choices: Sequence[str] = ()
    is_required: bool = False
    site: int | None = None


FIELDS = ("title", "choices", "is_required")


class NoSuchField(Refusal):
    code = "not_found"
    words = _("Такого поля нет.")


@dataclass(eq=False)
class FieldKeyTaken(Refusal):
    """By another one, in use or retired, whatever the case; or by what every visitor has."""

    taken: str
    code = "invalid"
    field = "key"
    words = _("Ключ «%(taken)s» уже занят.")


class BadKey(Refusal):
    code = "invalid"
    field = "key"
    words = _("Ключ — это буквы, цифры и «_», первая — буква.")


class NoChoices(Refusal):
    code = "invalid"
    field = "choices"
    words = _("Напишите варианты, по одному в строке.")


@dataclass(eq=False)
class TooManyFields(Refusal):
    limit: int
    code = "invalid"
    words = _("Полей уже предельное число: %(limit)s. Уберите ненужные.")


def add_field(
    doer: Doer, draft: FieldDraft, *, key: str = "", kind: str, about: str, at: datetime
) -> ExtraField:
    """Without a key, with one made of the title. Raises a Refusal."""
    with transaction.atomic():
        others = lock_fields()
        _demand_room(others)
        taken = taken_keys(others)
        key = checked_key(key, taken) if key else _key_of(draft.title, taken)
        last = max((one.position for one in others), default=0)
        field = ExtraField(key=key, kind=kind, about=about, position=last + 1, created_at=at)
        _write(field, draft)
        _note(doer, field, Change.Deed.ADDED, after=state_of(field), at=at)
    return field


def change_field(doer: Doer, field_id: int, draft: FieldDraft, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    with transaction.atomic():
        field = _found(field_id, lock_fields())
        demand_version(_subject(field), shown)
        before = state_of(field)
        field.version += 1
        _write(field, draft)
        _note(doer, field, Change.Deed.CHANGED, before=before, after=state_of(field), at=at)


def move_field(doer: Doer, field_id: int, *, up: bool, at: datetime) -> None:
    """Before or after its neighbour about the same. Raises NoSuchField."""
    with transaction.atomic():
        fields = lock_fields()
        field = _found(field_id, fields)
        order = [one for one in fields if one.about == field.about and one.retired_at is None]
        if places := swap(order, field, up=up):
            before, after = ({"position": place} for place in places)
            _note(doer, field, Change.Deed.CHANGED, before=before, after=after, at=at)


def retire_field(doer: Doer, field_id: int, *, at: datetime) -> None:
    """It is shown nowhere, and keeps its values. Raises NoSuchField."""
    _set_retired(doer, field_id, at, Change.Deed.DEACTIVATED, at=at)


def restore_field(doer: Doer, field_id: int, *, at: datetime) -> None:
    """With the values it had. Raises NoSuchField or TooManyFields."""
    _set_retired(doer, field_id, None, Change.Deed.ACTIVATED, at=at)


def taken_keys(fields: Iterable[ExtraField]) -> set[str]:
    """As they are compared."""
    return {folded(one.key) for one in fields} | REGISTERED


def checked_key(key: str, taken: Collection[str]) -> str:
    """Raises BadKey or FieldKeyTaken."""
    if KEY.fullmatch(key) is None:
        raise BadKey
    if folded(key) in taken:
        raise FieldKeyTaken(key)
    return key


def state_of(field: ExtraField) -> dict[str, Any]:
    """As the log of changes keeps it."""
    return {
        **{name: getattr(field, name) for name in (*FIELDS, "key", "kind", "about")},
        "site": field.site.name if field.site else None,
    }


def _set_retired(
    doer: Doer, field_id: int, retired_at: datetime | None, deed: Change.Deed, *, at: datetime
) -> None:
    with transaction.atomic():
        fields = lock_fields()
        field = _found(field_id, fields)
        if (field.retired_at is None) == (retired_at is None):
            return
        if retired_at is None:
            _demand_room(fields)
        field.retired_at = retired_at
        field.version += 1
        field.save(update_fields=["retired_at", "version"])
        _note(doer, field, deed, at=at)


def _demand_room(fields: Collection[ExtraField]) -> None:
    if sum(one.retired_at is None for one in fields) >= MOST:
        raise TooManyFields(MOST)


def _key_of(title: str, taken: Collection[str]) -> str:
    """«Номер стенда» is nomer_stenda, and nomer_stenda_2 where that is taken."""
    words = re.findall(r"[a-z0-9]+", title.casefold().translate(_LATIN))
    made = "_".join(words)[: ExtraField.MAX_KEY - 4].strip("_")
    stem = made if made[:1].isalpha() else f"field_{made}".strip("_")
    numbered = (stem if number == 1 else f"{stem}_{number}" for number in range(1, 1000))
    return next(key for key in numbered if key not in taken)


def _found(field_id: int, fields: Collection[ExtraField]) -> ExtraField:
    for field in fields:
        if field.pk == field_id:
            return field
    raise NoSuchField


def _write(field: ExtraField, draft: FieldDraft) -> None:
    for name in FIELDS:
        setattr(field, name, getattr(draft, name))
    is_chosen = field.kind == ExtraField.Kind.CHOICE
    field.choices = list(draft.choices) if is_chosen else []
    if is_chosen and not field.choices:
        raise NoChoices
    field.site_id = draft.site
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError:  # of two first fields at once there was none to lock
        raise FieldKeyTaken(field.key) from None


def _subject(field: ExtraField) -> Subject:
    return Subject(Change.Kind.FIELD, field.pk, field.title, field.version)


def _note(
    doer: Doer,
    field: ExtraField,
    deed: Change.Deed,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    note_change(doer, _subject(field), deed, before=before, after=after, at=at)
