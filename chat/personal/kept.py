"""What is kept about a person, counted and in plain words, for their own page."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from chat.models import PageView, RatingRequest, RatingState, SnapshotRequest, Visitor
from chat.personal import told
from chat.purge.terms import Kind as Term
from chat.purge.terms import own_terms, terms_of
from chat.text import counted
from chat.wire.files import size_text
from departments.models import stage_now


@dataclass(frozen=True)
class Kind:
    title: str
    count: str
    what: str
    until: str


def kinds_of(visitor: Visitor) -> list[Kind]:
    """Those of which there is something, and for how long each is kept."""
    terms = terms_of(stage_now(), own_terms())
    closed = _("%s после закрытия обращения") % term_words(terms[Term.MESSAGES])
    done = _("%s после закрытия заявки") % term_words(terms[Term.MESSAGES])
    found = [
        _talks(visitor, closed),
        _files(visitor, _("%s после закрытия обращения") % term_words(terms[Term.FILES])),
        _tickets(visitor, done),
        _ratings(visitor, closed),
        _facts(visitor, closed),
        _visits(visitor, term_words(terms[Term.VISITS])),
    ]
    return [kind for kind in found if kind is not None]


def term_words(term: timedelta) -> str:
    """«14 дней», «3 года»."""
    years, rest = divmod(term.days, 365)
    if years and not rest:
        return counted(years, _("%d год"), _("%d года"), _("%d лет"))
    return counted(term.days, _("%d день"), _("%d дня"), _("%d дней"))


def _talks(visitor: Visitor, until: str) -> Kind | None:
    count = visitor.conversations.count()
    if not count:
        return None
    said = sum(visitor.conversations.values_list("last_visitor_seq", flat=True))
    talks = counted(count, _("%d обращение"), _("%d обращения"), _("%d обращений"))
    messages = counted(said, _("%d сообщение"), _("%d сообщения"), _("%d сообщений"))
    what = _("Что написали вы и что ответили вам, с временем. Прочесть можно в окне чата.")
    return Kind(_("Переписка"), f"{talks}, {messages}", what, until)


def _files(visitor: Visitor, until: str) -> Kind | None:
    files = told.files(visitor)
    count = files.count()
    if not count:
        return None
    size = files.aggregate(size=Sum("size"))["size"]
    words = counted(count, _("%d файл"), _("%d файла"), _("%d файлов"))
    what = _("Файлы переписки: ваши и присланные вам.")
    return Kind(_("Файлы"), f"{words}, {size_text(size)}", what, until)


def _tickets(visitor: Visitor, until: str) -> Kind | None:
    count = visitor.tickets.count()
    if not count:
        return None
    words = counted(count, _("%d заявка"), _("%d заявки"), _("%d заявок"))
    what = _("Тема, состояние, ответы и файлы ваших заявок.")
    return Kind(_("Заявки"), words, what, until)


def _ratings(visitor: Visitor, until: str) -> Kind | None:
    given = RatingRequest.objects.filter(conversation__visitor=visitor, state=RatingState.SCORED)
    count = given.count()
    if not count:
        return None
    words = counted(count, _("%d оценка"), _("%d оценки"), _("%d оценок"))
    what = _("Ваши оценки консультаций и слова к ним.")
    return Kind(_("Оценки"), words, what, until)


def _facts(visitor: Visitor, until: str) -> Kind | None:
    given = SnapshotRequest.objects.filter(conversation__visitor=visitor, state="given")
    count = given.count()
    if not count:
        return None
    what = _("Сведения о системе, которые вы согласились отправить.")
    words = counted(count, _("%d раз"), _("%d раза"), _("%d раз"))
    return Kind(_("Сведения о системе"), words, what, until)


def _visits(visitor: Visitor, until: str) -> Kind | None:
    count = visitor.visits.count()
    if not count:
        return None
    pages = PageView.objects.filter(visit__visitor=visitor).count()
    visits = counted(count, _("%d посещение"), _("%d посещения"), _("%d посещений"))
    opened = counted(pages, _("%d страница"), _("%d страницы"), _("%d страниц"))
    what = _(
        "Когда вы были на сайте, с какого сетевого адреса и из какого браузера, что открывали."
    )
    return Kind(_("Посещения"), f"{visits}, {opened}", what, until)
