"""Refusals in the wire's codes and in words for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import errors
from chat.actions.errors import Refusal


def refusal(refused: Refusal) -> tuple[str, str]:  # noqa: C901  a table, not decisions
    """(code, what a person reads)."""
    match refused:
        case errors.AlreadyTaken():
            return "conflict", _("Уже принято: %s") % refused.name
        case errors.OfferedToAnother():
            return "conflict", _("Обращение сейчас предложено: %s.") % refused.name
        case errors.OfferOver():
            return "conflict", _("Обращение вам больше не предложено.")
        case errors.BadPromise():
            return "invalid", _("Выберите время ответа: не позднее чем через двое суток.")
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
        case errors.NothingToCorrect():
            return "forbidden", _("Исправить можно только своё последнее сообщение.")
        case errors.CorrectedTooLate():
            return "forbidden", _("Исправить сообщение можно в течение пяти минут.")
        case errors.UnknownFile():
            return "invalid", _("Файл не найден. Приложите его ещё раз.")
        case errors.TooManyFiles():
            return "too_many", _("Не больше %s файлов в одном сообщении.") % refused.limit
        case errors.NoDepartment():
            return "unavailable", _("На этом сайте пока некому ответить.")
        case errors.OtherDepartment():
            return "conflict", _("Обращение ждёт оператора своего отдела.")
        case errors.TransferRefusal():
            return _of_transfer(refused)
        case errors.InvitationRefusal():
            return _of_invitation(refused)
        case errors.InternalRefusal():
            return _of_internal(refused)
        case _other:
            return "not_found", _("Обращение не найдено.")


# Of transfers, what reads the same whoever is concerned.
_PLAIN = {
    errors.SameOwner: ("invalid", gettext_lazy("Обращение и так ведёт этот оператор.")),
    errors.SamePlace: ("invalid", gettext_lazy("Обращение и так ждёт в этом отделе.")),
    errors.NoSuchAddressee: (
        "invalid",
        gettext_lazy("Выберите, кому передать: этот адресат не может принять обращение."),
    ),
    errors.EmptyDepartment: ("invalid", gettext_lazy("В отделе некому принять обращение.")),
    errors.CardMissing: (
        "invalid",
        gettext_lazy("Для уровня выше заполните хотя бы одно поле карточки."),
    ),
    errors.ReasonMissing: ("invalid", gettext_lazy("Напишите причину возврата.")),
    errors.NothingToReturn: (
        "conflict",
        gettext_lazy("Обращение не передавали снизу: возвращать некуда."),
    ),
    errors.BeingTransferred: ("conflict", gettext_lazy("Обращение уже передаётся.")),
    errors.TransferExpired: ("conflict", gettext_lazy("Время передачи вышло.")),
}


def _of_transfer(refused: errors.TransferRefusal) -> tuple[str, str]:
    match refused:
        case errors.AddresseeAbsent():
            return "invalid", absent(refused.name, refused.department)
        case errors.TransferOver() if refused.name:
            return "conflict", _("Уже принято: %s") % refused.name
        case errors.TransferOver():
            return "conflict", _("Передача уже завершена.")
    code, words = _PLAIN[type(refused)]
    return code, str(words)


def _of_invitation(refused: errors.InvitationRefusal) -> tuple[str, str]:
    match refused:
        case errors.AlreadyIn():
            return "conflict", _("%s: уже участвует в переписке.") % refused.name
        case errors.AlreadyInvited():
            return "conflict", _("%s: уже получил приглашение.") % refused.name
        case errors.InviteeAbsent():
            detail = _("%s: сейчас не на месте. Пригласить можно того, кто в сети.")
            return "invalid", detail % refused.name
        case errors.InvitedOneself():
            return "invalid", _("Себя пригласить нельзя.")
        case errors.NoSuchOperator():
            return "invalid", _("Выберите, кого пригласить: этого сотрудника нет в системе.")
        case errors.InvitationExpired():
            return "conflict", _("Время приглашения вышло.")
        case errors.InvitationOver():
            return "conflict", _("Приглашение уже не действует.")
    return "conflict", _("Сотрудник уже не участвует в переписке.")


def absent(name: str, department: str) -> str:
    """What happens with a transfer to whom nobody answers for."""
    return _(
        "%(name)s: сейчас не в сети. Обращение будет ждать в очереди отдела «%(department)s»."
    ) % {
        "name": name,
        "department": department,
    }


# Of chats among staff, what reads the same whoever is concerned.
_PLAIN_INTERNAL = {
    errors.ChatWithOneself: ("invalid", gettext_lazy("Написать себе нельзя: выберите коллегу.")),
    errors.TitleMissing: ("invalid", gettext_lazy("Напишите название группы.")),
    errors.NobodyElse: ("invalid", gettext_lazy("Выберите хотя бы одного коллегу.")),
    errors.UnknownMember: (
        "invalid",
        gettext_lazy("Такого сотрудника нет или он отключён. Выберите другого."),
    ),
    errors.NoMember: ("conflict", gettext_lazy("Этого сотрудника в группе уже нет.")),
    errors.NotAGroup: ("conflict", gettext_lazy("Это личная переписка двоих, а не группа.")),
    errors.NotYoursToRemove: (
        "forbidden",
        gettext_lazy("Исключить может тот, кто создал группу, или администратор."),
    ),
}


def _of_internal(refused: errors.InternalRefusal) -> tuple[str, str]:
    match refused:
        case errors.ColleagueGone():
            return "closed", gone(refused.name)
        case errors.TitleTooLong():
            detail = _("Название длиннее %(limit)s знаков: %(count)s. Сократите его.")
            return "invalid", detail % {"limit": refused.limit, "count": refused.count}
        case errors.TooManyMembers():
            return "invalid", _("В группе не больше %s участников.") % refused.limit
        case errors.AlreadyMember():
            return "conflict", _("Уже в группе: %s") % refused.name
    code, words = _PLAIN_INTERNAL[type(refused)]
    return code, str(words)


def gone(name: str) -> str:
    """Why nothing can be written to a colleague."""
    return _("%s: аккаунт отключён. Прочитать сообщение некому.") % name
