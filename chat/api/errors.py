"""What could not be done with tokens, in words for the administrator."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoSuchToken(Refusal):
    """There is none, or it is revoked already."""

    code = "not_found"
    words = _("Такого действующего токена нет.")


class OverBeforeItBegins(Refusal):
    code = "invalid"
    field = "ends_on"
    words = _("Этот день уже прошёл: токен не действовал бы ни минуты.")


class SeesNothing(Refusal):
    code = "invalid"
    field = "sites"
    words = _("Отметьте хотя бы один сайт: без сайтов токен ничего не увидит.")


class NotesOfNothing(Refusal):
    code = "invalid"
    field = "scopes"
    words = _("Заметки читают вместе с перепиской: отметьте и «Читать обращения и переписку».")


@dataclass(eq=False)
class TooManyTokens(Refusal):
    limit: int
    code = "invalid"
    words = _("Действующих токенов уже предельное число: %(limit)s. Отзовите ненужные.")
