"""What the log of changes names, in words: its fields and, where they have any, their values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import AutomaticRule, Block, DataRequest, ExtraField, Webhook
from chat.purge.terms import Kind as Kept
from chat.webhooks.kinds import TITLES
from departments.criticality import Criticality
from departments.models import Corner, Distribution, FileKind, Scale, Theme
from operators.models import Change, Role
from sphaera_support.administration.acts import rows_in_words
from sphaera_support.administration.meanwhile import FIELDS

Kind = Change.Kind
LONGEST = 4000  # characters of a value, as it is shown

# What no page changes together with others, besides FIELDS.
_MORE: Mapping[str, Mapping[str, Any]] = {
    Kind.DEPARTMENT: {"successor": gettext_lazy("куда перешли обращения")},
    Kind.SITE: {"previous_secret_until": gettext_lazy("прежний секрет действует до")},
    Kind.GEO: {
        "type": gettext_lazy("вид базы"),
        "built_at": gettext_lazy("собрана"),
        "source": gettext_lazy("откуда"),
    },
    Kind.CONVERSATION: {"messages": gettext_lazy("номера сообщений")},
    Kind.FIELD: {
        "key": gettext_lazy("ключ"),
        "kind": gettext_lazy("вид"),
        "about": gettext_lazy("о чём"),
    },
    Kind.EXPORT: {"format": gettext_lazy("вид файла"), "filter": gettext_lazy("отбор")},
    Kind.DATA_REQUEST: {"kind": gettext_lazy("запрос"), "state": gettext_lazy("состояние")},
    Kind.STAGE: {
        "stage": gettext_lazy("этап"),
        "heir": gettext_lazy("куда перешли обращения"),
    },
    Kind.RETENTION: {
        **dict(Kept.choices),
        "reason": gettext_lazy("основание"),
        "hour": gettext_lazy("час очистки"),
    },
    Kind.HOLD: {"until": gettext_lazy("до какого времени"), "of": gettext_lazy("что хранить")},
}
# What is kept by its code.
_VALUES: Mapping[tuple[str, str], Mapping[Any, Any]] = {
    (Kind.ACCOUNT, "role"): dict(Role.choices),
    (Kind.DEPARTMENT, "distribution"): dict(Distribution.choices),
    (Kind.SITE, "corner"): dict(Corner.choices),
    (Kind.SITE, "theme"): dict(Theme.choices),
    (Kind.SITE, "file_kinds"): dict(FileKind.choices),
    (Kind.SITE, "rating_scale"): dict(Scale.choices),
    (Kind.FIELD, "kind"): dict(ExtraField.Kind.choices),
    (Kind.FIELD, "about"): dict(ExtraField.About.choices),
    (Kind.RULE, "criticality"): dict(Criticality.choices),
    (Kind.RULE, "barrier"): dict(AutomaticRule.Barrier.choices),
    (Kind.RULE, "term"): dict(Block.Term.choices),
    (Kind.WEBHOOK, "kinds"): TITLES,
    (Kind.WEBHOOK, "shape"): dict(Webhook.Shape.choices),
    (Kind.DATA_REQUEST, "kind"): dict(DataRequest.Kind.choices),
    (Kind.DATA_REQUEST, "state"): dict(DataRequest.State.choices),
    (Kind.HOLD, "of"): {
        "visitor": gettext_lazy("всё о посетителе"),
        "conversation": gettext_lazy("обращение"),
    },
}
_SECONDS = {"offer_timeout", "reopen_window", "rating_pause", "delay"}
_INSTANTS = {"built_at", "previous_secret_until", "until"}


def name_of(kind: str, field: str) -> str:
    """A placeholder of templates, {имя}, is its own name."""
    name = FIELDS.get(kind, {}).get(field) or _MORE.get(kind, {}).get(field)
    return str(name or field)


def is_named(kind: str, field: str) -> bool:
    return kind == Kind.TEMPLATE_WORDS or field in fields_of(kind)


def fields_of(kind: str) -> set[str]:
    return {*FIELDS.get(kind, {}), *_MORE.get(kind, {})}


def states_of(change: Change) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Before and after; of what was erased, how much of what, as its act says it."""
    if change.deed == Change.Deed.ERASED:
        return {}, dict(rows_in_words(change.after))
    return change.before, change.after


def told(kind: str, field: str, value: Any) -> str:
    words = _VALUES.get((kind, field), {})
    if isinstance(value, list):
        return ", ".join(told(kind, field, inner) for inner in value)[:LONGEST]
    if isinstance(value, dict):
        return "; ".join(f"{key}: {told(kind, field, inner)}" for key, inner in value.items())[
            :LONGEST
        ]
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if field in _SECONDS:
        return str(_("%s с") % value)
    if field in _INSTANTS and (at := _instant(value)):
        return f"{timezone.localtime(at):%d.%m.%Y %H:%M}"
    return str(words.get(value, value))[:LONGEST]


def _instant(value: Any) -> datetime | None:
    try:
        return parse_datetime(str(value))
    except ValueError:
        return None
