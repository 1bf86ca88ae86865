"""Refusals of what is done with a chat among staff."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal


class ChatWithOneself(Refusal):
    code = "invalid"
    words = _("Написать себе нельзя: выберите коллегу.")


@dataclass(eq=False)
class ColleagueGone(Refusal):
    """The only other one was put off: nobody would read it."""

    name: str
    code = "closed"
    words = _("%(name)s: аккаунт отключён. Прочитать сообщение некому.")


class TitleMissing(Refusal):
    code = "invalid"
    words = _("Напишите название группы.")


@dataclass(eq=False)
class TitleTooLong(Refusal):
    """The limit, and how long it is."""

    limit: int
    count: int
    code = "invalid"
    words = _("Название длиннее %(limit)s знаков: %(count)s. Сократите его.")


class NobodyElse(Refusal):
    """A group of only oneself."""

    code = "invalid"
    words = _("Выберите хотя бы одного коллегу.")


class UnknownMember(Refusal):
    """Somebody who is no member of staff, or was put off."""

    code = "invalid"
    words = _("Такого сотрудника нет или он отключён. Выберите другого.")


@dataclass(eq=False)
class TooManyMembers(Refusal):
    limit: int
    code = "invalid"
    words = _("В группе не больше %(limit)s участников.")


@dataclass(eq=False)
class AlreadyMember(Refusal):
    name: str
    code = "conflict"
    words = _("Уже в группе: %(name)s")


class NoMember(Refusal):
    """They are not in the chat, or not any more."""

    code = "conflict"
    words = _("Этого сотрудника в группе уже нет.")


class NotAGroup(Refusal):
    """Of two colleagues' own chat: it has no title, nobody joins or leaves it."""

    code = "conflict"
    words = _("Это личная переписка двоих, а не группа.")


class NotYoursToRemove(Refusal):
    """Members are removed by who made the group, or by an administrator in it."""

    code = "forbidden"
    words = _("Исключить может тот, кто создал группу, или администратор.")
