"""Refusals about tickets; see chat.actions.errors."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoSuchTicket(Refusal):
    """There is none of that number, or it may not be seen: the two read the same."""

    code = "not_found"
    words = _("Заявка не найдена.")


class NotYourTicket(Refusal):
    """It is seen, and another department's to change."""

    code = "forbidden"
    words = _("Заявку ведёт другой отдел. Можно оставить заметку.")


@dataclass(eq=False)
class NoSuchTransition(Refusal):
    """Both states as people read them."""

    before: str
    after: str
    code = "conflict"
    field = "status"
    words = _("Из состояния «%(before)s» заявка не переходит в «%(after)s».")


class BadStatus(Refusal):
    code = "invalid"
    field = "status"
    words = _("Выберите состояние заявки.")


@dataclass(eq=False)
class TicketReopenedTooLate(Refusal):
    days: int
    code = "conflict"
    field = "status"
    words = _("Вернуть заявку в работу можно в течение %(days)s дней. Зарегистрируйте новую.")


@dataclass(eq=False)
class TicketChangedMeanwhile(Refusal):
    """By somebody else, since it was shown."""

    name: str
    code = "conflict"
    words = _(
        "Пока заявка была открыта, её меняли: %(name)s. Посмотрите историю и нажмите ещё раз."
    )


class SubjectMissing(Refusal):
    code = "invalid"
    field = "subject"
    words = _("Напишите тему: по ней заявку узнают.")


@dataclass(eq=False)
class SubjectTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "subject"
    words = _("Тема длиннее %(limit)s знаков: %(count)s. Остальное напишите в описании.")


@dataclass(eq=False)
class DescriptionTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "description"
    words = _("Описание длиннее %(limit)s знаков: %(count)s. Сократите его или приложите файл.")


@dataclass(eq=False)
class SoftwareTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "software"
    words = _("Название ПО длиннее %(limit)s знаков: %(count)s.")


@dataclass(eq=False)
class VersionTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "version"
    words = _("Версия длиннее %(limit)s знаков: %(count)s.")


@dataclass(eq=False)
class ContractTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "contract"
    words = _("Номер договора длиннее %(limit)s знаков: %(count)s.")


class BadCriticality(Refusal):
    code = "invalid"
    field = "criticality"
    words = _("Выберите критичность: низкая, обычная, высокая или критическая.")


class NoSuchResponsible(Refusal):
    code = "invalid"
    field = "to"
    words = _("Выберите, кому заявка: этот сотрудник или отдел её принять не может.")


class AnotherVisitorsTicket(Refusal):
    code = "conflict"
    words = _("Это заявка другого посетителя.")


class NotLinked(Refusal):
    code = "conflict"
    words = _("Обращение и так не связано с этой заявкой.")


class NothingWritten(Refusal):
    code = "invalid"
    field = "text"
    words = _("Напишите текст.")


class RegisteredElsewhere(Refusal):
    """The client id stands for a ticket of another conversation."""

    code = "conflict"
    words = _("Эта заявка уже зарегистрирована из другого обращения.")
