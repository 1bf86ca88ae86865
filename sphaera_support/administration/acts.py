"""An act of destruction in words: the fields that order 179 of Roskomnadzor of 28.10.2022 asks for,
and the extract from the log of events (docs/retention.md).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Destruction, DestructionAct

MOST_LOGGED = 1000  # entries on a page; all are in the database

# By the label of a model: what of a person it is. What is not here is none of theirs.
CATEGORIES: Mapping[str, Any] = {
    "chat.Visitor": gettext_lazy("имя, логин, эл. почта, договор и данные, подписанные сайтом"),
    "chat.Conversation": gettext_lazy("обращения"),
    "chat.Message": gettext_lazy("сообщения, исходные тексты исправлений, заметки"),
    "chat.Attachment": gettext_lazy("файлы и их предпросмотр"),
    "chat.HistoryEntry": gettext_lazy("записи поискового указателя"),
    "chat.RatingRequest": gettext_lazy("оценки и отзывы"),
    "chat.SnapshotRequest": gettext_lazy("сведения о системе"),
    "chat.SettledValue": gettext_lazy("данные идентификации"),
    "chat.FieldValue": gettext_lazy("значения полей"),
    "chat.Comment": gettext_lazy("комментарии сотрудников"),
    "chat.Ticket": gettext_lazy("заявки"),
    "chat.TicketEvent": gettext_lazy("история заявок"),
    "chat.Visit": gettext_lazy("посещения: адрес, браузер, страницы входа"),
    "chat.PageView": gettext_lazy("просмотренные страницы"),
    "chat.Visit.address": gettext_lazy("сетевые адреса посещений"),
    "chat.Consent": gettext_lazy("согласия"),
    "chat.Withdrawal": gettext_lazy("отзывы согласий"),
    "chat.DataArchive": gettext_lazy("копии данных, собранные для скачивания"),
    "departments.ContractCustomer": gettext_lazy("имена в договорах"),
    "chat.Consent.address": gettext_lazy("сетевые адреса согласий"),
    "chat.Withdrawal.address": gettext_lazy("сетевые адреса отзывов"),
    "chat.PartialUpload": gettext_lazy("незаконченные загрузки"),
    "chat.Block": gettext_lazy("записи о блокировках"),
    "chat.InternalMessage": gettext_lazy("переписка сотрудников"),
    "axes.AccessLog": gettext_lazy("журнал входов"),
    "axes.AccessAttempt": gettext_lazy("попытки входа"),
}


def rows_in_words(rows: Mapping[str, int]) -> list[tuple[str, int]]:
    """What went, in the order of CATEGORIES; what belongs to nobody is one line."""
    known = [(str(words), rows[label]) for label, words in CATEGORIES.items() if rows.get(label)]
    rest = sum(count for label, count in rows.items() if label not in CATEGORIES)
    return [*known, (_("служебные записи к ним"), rest)] if rest else known


def lines_of(act: DestructionAct) -> dict[str, Any]:
    logged = Destruction.objects.filter(act=act) | Destruction.objects.filter(run__act=act)
    return {
        "act": act,
        "run": act.run,
        "categories": rows_in_words(act.rows),
        "log": [(one, rows_in_words(one.rows)) for one in logged.order_by("pk")[:MOST_LOGGED]],
        "log_count": logged.count(),
    }
