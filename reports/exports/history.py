"""What a search in the history found, as a table: the page's own form and search."""

from collections.abc import Iterator, Mapping

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from chat.actions.history import catch_up
from chat.history.deadline import TookTooLong
from chat.history.hits import CATCHES_UP
from chat.history.pages import HistoryForm
from chat.history.search import Wanted, search
from chat.models import Message, MessageKind
from chat.wire import lines
from operators.models import Account
from reports.exports.columns import PAGE, Column, Kind, NotExportable, Row, Sheet


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Время"), Kind.MOMENT, 19),
        Column(_("Посетитель"), width=28),
        Column(_("Кто написал"), width=24),
        Column(_("Вид"), width=12),
        Column(_("Сообщение"), width=80),
        Column(_("Файлы"), width=30),
        Column(_("Отдел"), width=28),
        Column(_("Оператор"), width=24),
        Column(_("Обращение"), width=20),
    )


def history_sheet(account: Account, asked: Mapping[str, str]) -> Sheet:
    """Raises NotExportable."""
    form = HistoryForm(account, asked)
    if not form.is_valid():
        raise NotExportable(_("Отбор не подходит: проверьте период и фильтры."))
    wanted = form.wanted
    if wanted.asked.is_too_short:
        raise NotExportable(_("Слишком коротко: нужно слово из двух букв или три знака номера."))

    catch_up(CATCHES_UP)

    def count(most: int) -> int:
        try:
            return len(search(wanted, most=most))
        except TookTooLong as late:
            words = _("Поиск не уложился в отведённое время. Добавьте слово или сузьте период.")
            raise NotExportable(words) from late

    return Sheet(
        stem="history",
        title=_("История"),
        columns=_columns(),
        pages=lambda: _pages(wanted),
        count=count,
        words=_words(form),
    )


def _words(form: HistoryForm) -> str:
    asked = form.cleaned_data
    told = [f"«{asked['q']}»"]
    for name, title in (("since", _("с %s")), ("until", _("по %s"))):
        if asked[name]:
            told.append(title % f"{asked[name]:%d.%m.%Y}")
    for name, title in (("operator", _("оператор: %s")), ("department", _("отдел: %s"))):
        if asked[name]:
            told.append(title % dict(form.fields[name].choices).get(asked[name], asked[name]))  # type: ignore[attr-defined]
    return ", ".join(told)


def _pages(wanted: Wanted) -> Iterator[list[Row]]:
    before: int | None = None
    while keys := search(wanted, before=before, most=PAGE):
        before = keys[-1]
        yield [_row(message) for message in _read(keys)]
        if len(keys) < PAGE:
            break


def _read(keys: list[int]) -> list[Message]:
    found = Message.objects.findable().filter(pk__in=keys).order_by("-pk")
    whose = ("conversation__visitor", "conversation__operator", "conversation__department")
    messages = list(found.select_related(*whose))
    prefetch_related_objects([one for one in messages if one.may_carry_files], "attachments")
    return messages


def _row(message: Message) -> Row:
    conversation = message.conversation
    files = message.attachments.all() if message.may_carry_files else []
    return (
        message.created_at,
        conversation.visitor.name,
        lines.title_of(message),
        _("заметка") if message.kind == MessageKind.NOTE else _("сообщение"),
        lines.for_staff(message),
        ", ".join(file.name for file in files),
        conversation.department.name,
        conversation.operator.name if conversation.operator else "",
        conversation.public_id,
    )
