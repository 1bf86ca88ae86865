"""What could not be done with letters, in words."""

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoMail(Refusal):
    code = "unavailable"
    words = _("Почта на этом сервере не настроена.")


class NoMailAddress(Refusal):
    code = "invalid"
    field = "email"
    words = _("Это не похоже на адрес эл. почты. Проверьте его.")


class TooManyLetters(Refusal):
    code = "too_many"
    words = _("Писем уже отправлено много. Попробуйте через час.")


class NothingSaid(Refusal):
    """There is no conversation to send."""

    code = "not_found"
    words = _("Переписки ещё нет: отправлять нечего.")


class NoSuchLetter(Refusal):
    code = "not_found"
    words = _("Такого письма больше нет.")


class LetterOnItsWay(Refusal):
    """A courier is at it."""

    code = "conflict"
    words = _("Это письмо как раз отправляется. Посмотрите на него через минуту.")
