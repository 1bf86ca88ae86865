"""Refusals in the wire's codes and in words for people."""

from django.utils.translation import gettext as _

from chat.actions import errors
from chat.actions.errors import Refusal


def refusal(refused: Refusal) -> tuple[str, str]:  # noqa: C901  a table, not decisions
    """(code, what a person reads)."""
    match refused:
        case errors.AlreadyTaken():
            return "conflict", _("Уже принято: %s") % refused.name
        case errors.OfferedToAnother():
            return "conflict", _("Обращение сейчас предложено: %s.") % refused.name
        case errors.LimitReached():
            detail = _("У вас уже предельное число обращений (%s). Закройте или передайте одно.")
            return "conflict", detail % refused.limit
        case errors.ConversationClosed():
            return "closed", _("Обращение уже закрыто.")
        case errors.NotYours():
            return "forbidden", _("Обращение ведёт другой оператор.")
        case errors.NotAccepted():
            return "conflict", _("Сначала примите обращение.")
        case errors.EmptyMessage():
            return "invalid", _("Сообщение пустое.")
        case errors.ClientIdTaken():
            return "conflict", _("Сообщение с таким номером уже есть.")
        case errors.UnknownFile():
            return "invalid", _("Файл не найден. Приложите его ещё раз.")
        case errors.NoDepartment():
            return "unavailable", _("На этом сайте пока некому ответить.")
        case _other:
            return "not_found", _("Обращение не найдено.")
