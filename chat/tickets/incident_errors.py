"""Refusals about mass incidents; see chat.actions.errors."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoSuchIncident(Refusal):
    """There is none of that number, or it may not be seen: the two read the same."""

    code = "not_found"
    field = "incident"
    words = _("Инцидент не найден.")


class NotYourIncident(Refusal):
    """It is seen, and another department's to lead."""

    code = "forbidden"
    words = _("Инцидент ведёт другой отдел. Можно оставить заметку и добавить заявки.")


@dataclass(eq=False)
class IncidentIsSolved(Refusal):
    number: int
    code = "closed"
    field = "incident"
    words = _("Инцидент № %(number)s уже решён. Если сбой повторился, объявите новый.")


@dataclass(eq=False)
class UnderAnotherIncident(Refusal):
    number: int
    code = "conflict"
    field = "incident"
    words = _("Заявка уже в инциденте № %(number)s. Сначала уберите её оттуда.")


class UnderNoIncident(Refusal):
    code = "conflict"
    field = "incident"
    words = _("Заявка и так не в инциденте.")


class TicketOfAnotherSite(Refusal):
    code = "conflict"
    field = "incident"
    words = _("Инцидент не касается сайта этой заявки. Добавьте сайт в инцидент.")


@dataclass(eq=False)
class IncidentChangedMeanwhile(Refusal):
    """By somebody else, since it was shown."""

    name: str
    code = "conflict"
    words = _(
        "Пока инцидент был открыт, его меняли: %(name)s. Посмотрите историю и нажмите ещё раз."
    )


class IncidentTitleMissing(Refusal):
    code = "invalid"
    field = "title"
    words = _("Напишите, что случилось: по этим словам инцидент узнают.")


@dataclass(eq=False)
class IncidentTitleTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "title"
    words = _("Название инцидента длиннее %(limit)s знаков: %(count)s.")


class BannerMissing(Refusal):
    """It is switched on, and says nothing."""

    code = "invalid"
    field = "banner"
    words = _("Напишите, что увидят посетители в окне чата.")


@dataclass(eq=False)
class BannerTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    field = "banner"
    words = _("Объявление длиннее %(limit)s знаков: %(count)s. Оно должно читаться сразу.")


class NoSuchLeader(Refusal):
    code = "invalid"
    field = "department"
    words = _("Выберите отдел, который ведёт инцидент.")


class SitesMissing(Refusal):
    """None is chosen, or one that the account's departments do not serve."""

    code = "invalid"
    field = "sites"
    words = _("Выберите сайты из своих, которых касается инцидент.")


class NumbersMissing(Refusal):
    code = "invalid"
    field = "numbers"
    words = _("Напишите номера заявок.")


@dataclass(eq=False)
class TooManyNumbers(Refusal):
    limit: int
    count: int
    code = "too_many"
    field = "numbers"
    words = _("За раз можно добавить %(limit)s заявок, здесь номеров: %(count)s.")


class DeclaredElsewhere(Refusal):
    """The client id stands for an incident that the account does not see."""

    code = "conflict"
    words = _("Этот инцидент уже объявлен.")
