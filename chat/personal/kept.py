"""What is kept about a person, counted and in plain words, for their own page."""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from chat.models import PageView, RatingRequest, RatingState, SnapshotRequest, Visitor
from chat.personal import told
from chat.text import counted
from chat.wire.files import size_text


@dataclass(frozen=True)
class Kind:
    title: str
    count: str
    what: str


def kinds_of(visitor: Visitor) -> list[Kind]:
    """Those of which there is something."""
    found = [
        _talks(visitor),
        _files(visitor),
        _tickets(visitor),
        _ratings(visitor),
        _facts(visitor),
        _visits(visitor),
    ]
    return [kind for kind in found if kind is not None]


def _talks(visitor: Visitor) -> Kind | None:
    count = visitor.conversations.count()
    if not count:
        return None
    said = sum(visitor.conversations.values_list("last_visitor_seq", flat=True))
    talks = counted(count, _("%d обращение"), _("%d обращения"), _("%d обращений"))
    messages = counted(said, _("%d сообщение"), _("%d сообщения"), _("%d сообщений"))
    what = _("Что написали вы и что ответили вам, с временем. Прочесть можно в окне чата.")
    return Kind(_("Переписка"), f"{talks}, {messages}", what)


def _files(visitor: Visitor) -> Kind | None:
    files = told.files(visitor)
    count = files.count()
    if not count:
        return None
    size = files.aggregate(size=Sum("size"))["size"]
    words = counted(count, _("%d файл"), _("%d файла"), _("%d файлов"))
    what = _("Файлы переписки: ваши и присланные вам.")
    return Kind(_("Файлы"), f"{words}, {size_text(size)}", what)


def _tickets(visitor: Visitor) -> Kind | None:
    count = visitor.tickets.count()
    if not count:
        return None
    words = counted(count, _("%d заявка"), _("%d заявки"), _("%d заявок"))
    what = _("Тема, состояние, ответы и файлы ваших заявок.")
    return Kind(_("Заявки"), words, what)


def _ratings(visitor: Visitor) -> Kind | None:
    given = RatingRequest.objects.filter(conversation__visitor=visitor, state=RatingState.SCORED)
    count = given.count()
    if not count:
        return None
    words = counted(count, _("%d оценка"), _("%d оценки"), _("%d оценок"))
    what = _("Ваши оценки консультаций и слова к ним.")
    return Kind(_("Оценки"), words, what)


def _facts(visitor: Visitor) -> Kind | None:
    given = SnapshotRequest.objects.filter(conversation__visitor=visitor, state="given")
    count = given.count()
    if not count:
        return None
    what = _("Сведения о системе, которые вы согласились отправить.")
    words = counted(count, _("%d раз"), _("%d раза"), _("%d раз"))
    return Kind(_("Сведения о системе"), words, what)


def _visits(visitor: Visitor) -> Kind | None:
    count = visitor.visits.count()
    if not count:
        return None
    pages = PageView.objects.filter(visit__visitor=visitor).count()
    visits = counted(count, _("%d посещение"), _("%d посещения"), _("%d посещений"))
    opened = counted(pages, _("%d страница"), _("%d страницы"), _("%d страниц"))
    what = _(
        "Когда вы были на сайте, с какого сетевого адреса и из какого браузера, что открывали."
    )
    return Kind(_("Посещения"), f"{visits}, {opened}", what)
