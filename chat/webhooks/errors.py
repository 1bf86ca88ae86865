"""What could not be done with webhooks, in words for the administrator."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class NoSuchWebhook(Refusal):
    code = "not_found"
    words = _("Такого вебхука нет.")


class NoSuchDelivery(Refusal):
    code = "not_found"
    words = _("Такой доставки нет.")


class StillPending(Refusal):
    """A courier is at it."""

    code = "conflict"
    words = _("Эта доставка как раз отправляется. Посмотрите на неё через минуту.")


@dataclass(eq=False)
class UnusableAddress(Refusal):
    why: str
    code = "invalid"
    field = "url"
    words = _("%(why)s")


@dataclass(eq=False)
class BadBody(Refusal):
    why: str
    code = "invalid"
    field = "template"
    words = _("%(why)s")


@dataclass(eq=False)
class BadHeaders(Refusal):
    why: str
    code = "invalid"
    field = "headers"
    words = _("%(why)s")


@dataclass(eq=False)
class TooManyWebhooks(Refusal):
    limit: int
    code = "invalid"
    words = _("Вебхуков уже предельное число: %(limit)s. Удалите ненужные.")
