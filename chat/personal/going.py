"""What goes with a person, in words: rows by kind, for whoever decides about it."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

KINDS = (
    (_("обращения"), {"chat.Conversation"}),
    (_("сообщения"), {"chat.Message"}),
    (_("файлы"), {"chat.Attachment"}),
    (_("заявки"), {"chat.Ticket"}),
    (_("записи заявок"), {"chat.TicketEvent"}),
    (_("оценки и запросы оценки"), {"chat.RatingRequest"}),
    (_("сведения о системе"), {"chat.SnapshotRequest"}),
    (_("посещения"), {"chat.Visit"}),
    (_("страницы"), {"chat.PageView"}),
    (
        _("заметки и поля сотрудников"),
        {"chat.Comment", "chat.FieldValue", "chat.SettledValue", "chat.Judgement"},
    ),
    (_("согласия и отзывы"), {"chat.Consent", "chat.Withdrawal"}),
)


class Counted(NamedTuple):
    title: str
    count: int


def told_of(counts: Mapping[str, int]) -> list[Counted]:
    """Those there are, and together all the rest that hangs on them."""
    told = [Counted(str(title), sum(counts.get(one, 0) for one in of)) for title, of in KINDS]
    named = set().union(*(of for _title, of in KINDS))
    rest = sum(count for label, count in counts.items() if label not in named)
    return [one for one in (*told, Counted(str(_("прочие записи")), rest)) if one.count]
