"""Of the demo: extra fields of every kind, and what stands in some of a visitor's."""

from datetime import datetime

from chat.actions.changes import Doer
from chat.actions.fields import FieldDraft, add_field
from chat.models import ExtraField, FieldValue, Visitor
from operators.models import Account

Kind = ExtraField.Kind
# With the key of a claim that the cabinet signs.
SIGNED = "Организация"
FIELDS = (
    (SIGNED, SIGNED, Kind.TEXT, ()),
    ("Версия", "version", Kind.CHOICE, ("4.10", "4.11", "4.12")),
    ("Рабочих мест", "seats", Kind.NUMBER, ()),
    ("Обновление", "updated_on", Kind.DATE, ()),
    ("Стенд", "stand", Kind.LINK, ()),
    ("Доступ согласован", "access", Kind.FLAG, ()),
)
QUESTIONS = ("Вопрос", "Настройка", "Ошибка", "Пожелание")
FILLED = {"version": "4.12", "seats": "240", "updated_on": "2026-09-14", "access": "yes"}


def define_fields(doer: Account, *, at: datetime) -> None:
    """Where there are none yet."""
    if ExtraField.objects.exists():
        return
    about = ExtraField.About
    for title, key, kind, choices in FIELDS:
        draft = FieldDraft(title=title, choices=choices)
        add_field(Doer(doer), draft, key=key, kind=kind, about=about.VISITOR, at=at)
    asked = FieldDraft(title="Тип вопроса", choices=QUESTIONS)
    add_field(
        Doer(doer), asked, key="question_kind", kind=Kind.CHOICE, about=about.CONVERSATION, at=at
    )


def values_of(visitor: Visitor, by: Account, *, at: datetime) -> list[FieldValue]:
    """Not stored yet."""
    by_key = {one.key: one for one in ExtraField.objects.filter(key__in=FILLED)}
    said = {"visitor": visitor, "by": by, "by_name": by.name, "set_at": at}
    return [FieldValue(field=field, value=FILLED[key], **said) for key, field in by_key.items()]
