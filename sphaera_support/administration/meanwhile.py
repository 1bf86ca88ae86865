"""The log of changes in words, for who was on the same page."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.plans import name_of
from departments.criticality import CELLS, Criticality
from operators.models import Change

_OF_TERM = gettext_lazy("сроки, {}")
CELL_NAMES = {
    name_of((impact, urgency)): format_lazy("{}, {}", impact.label, urgency.label)
    for impact, urgency in CELLS
}

# What a field is called in a sentence; those of one kind may read otherwise than another's.
FIELDS: dict[str, dict[str, Any]] = {
    Change.Kind.DEPARTMENT: {
        "name": gettext_lazy("название"),
        "level": gettext_lazy("уровень"),
        "distribution": gettext_lazy("распределение"),
        "offer_timeout": gettext_lazy("время на ответ"),
        "greeting": gettext_lazy("приветствие"),
        "waiting_text": gettext_lazy("сообщение ожидающему"),
        "notify_email": gettext_lazy("почта для уведомлений"),
        "members": gettext_lazy("операторы"),
        "sites": gettext_lazy("сайты"),
        "position": gettext_lazy("порядок"),
    },
    Change.Kind.ACCOUNT: {
        "name": gettext_lazy("имя"),
        "shown_name": gettext_lazy("как видят посетители"),
        "login": gettext_lazy("логин"),
        "email": gettext_lazy("эл. почта"),
        "role": gettext_lazy("роль"),
        "reads_reports": gettext_lazy("доступ к отчёту по перепискам"),
        "may_export": gettext_lazy("право выгружать"),
        "password": gettext_lazy("пароль"),
        "photo": gettext_lazy("фотография"),
        "departments": gettext_lazy("отделы"),
    },
    Change.Kind.SITE: {
        "name": gettext_lazy("название"),
        "origins": gettext_lazy("домены"),
        "time_zone": gettext_lazy("часовой пояс"),
        "reopen_window": gettext_lazy("срок возврата обращения"),
        "privacy_text": gettext_lazy("уведомление о персональных данных"),
        "privacy_url": gettext_lazy("ссылка о персональных данных"),
        "privacy_version": gettext_lazy("версия уведомления"),
        "previews_typing": gettext_lazy("показ набора"),
        "asks_email": gettext_lazy("вопрос об эл. почте"),
        "colour": gettext_lazy("цвет"),
        "corner": gettext_lazy("угол экрана"),
        "theme": gettext_lazy("тема"),
        "sound": gettext_lazy("звук"),
        "online_text": gettext_lazy("кнопка «В сети»"),
        "offline_text": gettext_lazy("кнопка «Не в сети»"),
        "window_greeting": gettext_lazy("приветствие"),
        "avatar": gettext_lazy("картинка"),
        "away_title": gettext_lazy("заголовок формы «Не в сети»"),
        "away_text": gettext_lazy("пояснение формы «Не в сети»"),
        "thanks_text": gettext_lazy("слова после отправки"),
        "shows_operators": gettext_lazy("показ имени и фото операторов"),
        "attaches_files": gettext_lazy("файлы посетителей"),
        "max_file_size": gettext_lazy("предел размера файла"),
        "file_kinds": gettext_lazy("виды файлов"),
        "departments": gettext_lazy("отделы"),
        "rating_scale": gettext_lazy("шкала оценки"),
        "rating_question": gettext_lazy("вопрос об оценке"),
        "rating_thanks": gettext_lazy("благодарность за оценку"),
        "rating_pause": gettext_lazy("пауза между запросами оценки"),
        "rates_at_closing": gettext_lazy("запрос оценки при закрытии"),
        "shows_ratings": gettext_lazy("показ оценки оператору"),
    },
    Change.Kind.SCHEDULE: {
        "time_zone": gettext_lazy("часовой пояс"),
        "monday": gettext_lazy("понедельник"),
        "tuesday": gettext_lazy("вторник"),
        "wednesday": gettext_lazy("среда"),
        "thursday": gettext_lazy("четверг"),
        "friday": gettext_lazy("пятница"),
        "saturday": gettext_lazy("суббота"),
        "sunday": gettext_lazy("воскресенье"),
        "dates": gettext_lazy("исключения"),
    },
    Change.Kind.PLAN: {
        "name": gettext_lazy("название"),
        "includes": gettext_lazy("что входит"),
        "has_chat": gettext_lazy("право на чат"),
        "is_offered": gettext_lazy("для новых договоров"),
        **{f"term_{one}": format_lazy(_OF_TERM, one.label) for one in Criticality},
        **CELL_NAMES,
    },
    Change.Kind.CONTRACT: {
        "number": gettext_lazy("номер"),
        "organisation": gettext_lazy("организация"),
        "plan": gettext_lazy("план"),
        "site": gettext_lazy("сайт"),
        "begins_on": gettext_lazy("начало"),
        "ends_on": gettext_lazy("окончание"),
        "customers": gettext_lazy("клиенты"),
    },
    Change.Kind.CRITICALITY: CELL_NAMES,
    Change.Kind.TEMPLATE: {
        "code": gettext_lazy("код"),
        "title": gettext_lazy("название"),
        "text": gettext_lazy("текст"),
        "group": gettext_lazy("группа"),
        "site": gettext_lazy("сайт"),
        "position": gettext_lazy("место"),
        "files": gettext_lazy("файлы"),
        "link_title": gettext_lazy("заголовок ссылки"),
        "link_url": gettext_lazy("адрес ссылки"),
    },
    Change.Kind.FIELD: {
        "title": gettext_lazy("название"),
        "choices": gettext_lazy("варианты"),
        "is_required": gettext_lazy("обязательность"),
        "site": gettext_lazy("сайт"),
        "position": gettext_lazy("порядок"),
    },
    Change.Kind.RULE: {
        "title": gettext_lazy("название"),
        "is_on": gettext_lazy("включение"),
        "stops": gettext_lazy("остановка"),
        "site": gettext_lazy("сайт"),
        "conditions": gettext_lazy("условия"),
        "delay": gettext_lazy("задержка"),
        "invitation": gettext_lazy("приглашение"),
        "operator": gettext_lazy("от чьего имени"),
        "department": gettext_lazy("отдел"),
        "criticality": gettext_lazy("критичность"),
        "tag": gettext_lazy("тег"),
        "field": gettext_lazy("поле"),
        "value": gettext_lazy("значение поля"),
        "barrier": gettext_lazy("ограничение"),
        "term": gettext_lazy("срок ограничения"),
        "banner": gettext_lazy("плашка"),
        "position": gettext_lazy("порядок"),
    },
    Change.Kind.OUTCOME: {
        "title": gettext_lazy("название"),
        "position": gettext_lazy("порядок"),
    },
    Change.Kind.EXPORT: {
        "format": gettext_lazy("вид файла"),
        "filter": gettext_lazy("отбор"),
        "by_mail": gettext_lazy("письмом по расписанию"),
    },
    Change.Kind.WEBHOOK: {
        "title": gettext_lazy("название"),
        "address": gettext_lazy("адрес"),
        "kinds": gettext_lazy("события"),
        "shape": gettext_lazy("вид тела"),
        "template": gettext_lazy("шаблон тела"),
        "headers": gettext_lazy("свои заголовки"),
        "only_fields": gettext_lazy("только эти поля"),
        "with_notes": gettext_lazy("заметки сотрудников"),
    },
    Change.Kind.TOKEN: {
        "hint": gettext_lazy("начало токена"),
        "scopes": gettext_lazy("права"),
        "sites": gettext_lazy("сайты"),
        "pace": gettext_lazy("запросов в минуту"),
        "ends_at": gettext_lazy("действует до"),
    },
    Change.Kind.NOTICES: {
        "hides_text": gettext_lazy("уведомления без текста"),
        "pushes": gettext_lazy("уведомления через сервер браузера"),
    },
}
LONGEST = 60  # characters of a value: this is a reminder, not the log


def told_changes(changes: Iterable[Change]) -> list[str]:
    """«Елена Соколова, 14:03: уровень («1» → «2»), операторы»."""
    return [
        _("%(who)s, %(time)s: %(what)s")
        % {"who": change.by_name, "time": f"{localtime(change.at):%H:%M}", "what": _what(change)}
        for change in changes
    ]


def _what(change: Change) -> str:
    names = FIELDS.get(change.kind, {})
    fields = [field for field in {**change.before, **change.after} if field in names]
    told = [f"{names[field]}{_values(change, field)}" for field in fields]
    return ", ".join(told) or change.get_deed_display()


def _values(change: Change, field: str) -> str:
    was, became = change.before.get(field), change.after.get(field)
    if not all(isinstance(value, str | int) and value != "" for value in (was, became)):
        return ""
    return f" («{_short(was)}» → «{_short(became)}»)"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
