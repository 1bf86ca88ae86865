"""Refusals of actions: domain nouns, each with its code on the wire and its words for people."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Refusal(Exception):
    """An action that could not be done: an answer, not a fault. Nothing was changed.

    `words` name what it carries, as %(name)s.
    """

    code: ClassVar[str]
    words: ClassVar[str | Promise]

    @property
    def detail(self) -> str:
        return str(self.words) % vars(self)


class About(Refusal):
    """Carries the name of whom it is about."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Beyond(Refusal):
    """Carries how many there may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class AlreadyTaken(About):
    """Somebody else owns the conversation."""

    code = "conflict"
    words = gettext_lazy("Уже принято: %(name)s")


class OfferedToAnother(About):
    """For a moment the conversation is somebody else's to accept."""

    code = "conflict"
    words = gettext_lazy("Обращение сейчас предложено: %(name)s.")


class OfferOver(Refusal):
    """The conversation is offered to the account no longer."""

    code = "conflict"
    words = gettext_lazy("Обращение вам больше не предложено.")


class BadPromise(Refusal):
    """A time that has passed, or too far away."""

    code = "invalid"
    words = gettext_lazy("Выберите время ответа: не позднее чем через двое суток.")


class LimitReached(Beyond):
    """The operator has as many conversations as they may have at once."""

    code = "conflict"
    words = gettext_lazy(
        "У вас уже предельное число обращений (%(limit)s). Закройте или передайте одно."
    )


class ConversationClosed(Refusal):
    code = "closed"
    words = gettext_lazy("Обращение уже закрыто.")


class NotYours(Refusal):
    """Only the owner (or an administrator) may do this."""

    code = "forbidden"
    words = gettext_lazy("Обращение ведёт другой оператор.")


class NotFound(Refusal):
    """There is no such thing, or it may not be seen: the two read the same."""

    code = "not_found"
    words = gettext_lazy("Обращение не найдено.")


class NotAccepted(Refusal):
    """Nobody owns the conversation yet: it is accepted first, then answered."""

    code = "conflict"
    words = gettext_lazy("Сначала примите обращение.")


class EmptyMessage(Refusal):
    code = "invalid"
    words = gettext_lazy("Сообщение пустое.")


class ClientIdTaken(Refusal):
    """The client id stands for another message already."""

    code = "conflict"
    words = gettext_lazy("Сообщение с таким номером уже есть.")


class NothingToCorrect(Refusal):
    """Only one's own last message, of text, can be put into other words."""

    code = "forbidden"
    words = gettext_lazy("Исправить можно только своё последнее сообщение.")


class CorrectedTooLate(Refusal):
    """It stands for too long already."""

    code = "forbidden"
    words = gettext_lazy("Исправить сообщение можно в течение пяти минут.")


class UnknownFile(Refusal):
    """Not uploaded by this person, gone out already, or swept; carries the files' public ids."""

    code = "invalid"
    words = gettext_lazy("Файл не найден. Приложите его ещё раз.")

    def __init__(self, files: Collection[UUID]) -> None:
        super().__init__(files)
        self.files = files


class TooManyFiles(Beyond):
    code = "too_many"
    words = gettext_lazy("Не больше %(limit)s файлов в одном сообщении.")


class NoDepartment(Refusal):
    """The site has no first-level department: nobody could ever answer."""

    code = "unavailable"
    words = gettext_lazy("На этом сайте пока некому ответить.")


class OtherDepartment(Refusal):
    """It waits for an operator of its department; taking part in it is not enough."""

    code = "conflict"
    words = gettext_lazy("Обращение ждёт оператора своего отдела.")


# Somebody who could not be asked into a conversation, or could not come in or go.


class NoSuchOperator(Refusal):
    """Nobody is named, or one who is put off or no staff."""

    code = "invalid"
    words = gettext_lazy("Выберите, кого пригласить: этого сотрудника нет в системе.")


class InvitedOneself(Refusal):
    code = "invalid"
    words = gettext_lazy("Себя пригласить нельзя.")


class AlreadyIn(About):
    """The addressee owns the conversation or takes part in it."""

    code = "conflict"
    words = gettext_lazy("%(name)s: уже участвует в переписке.")


class AlreadyInvited(About):
    """The addressee was asked and has not answered yet."""

    code = "conflict"
    words = gettext_lazy("%(name)s: уже получил приглашение.")


class InviteeAbsent(About):
    """The addressee is not in the zone, or on a break."""

    code = "invalid"
    words = gettext_lazy("%(name)s: сейчас не на месте. Пригласить можно того, кто в сети.")


class InvitationOver(Refusal):
    """Answered or withdrawn before."""

    code = "conflict"
    words = gettext_lazy("Приглашение уже не действует.")


class InvitationExpired(Refusal):
    code = "conflict"
    words = gettext_lazy("Время приглашения вышло.")


class NotThere(Refusal):
    """Who is to leave takes no part, or not any more."""

    code = "conflict"
    words = gettext_lazy("Сотрудник уже не участвует в переписке.")


# A conversation that could not be handed over, or not be taken.


class SameOwner(Refusal):
    """The addressee of a transfer has the conversation already."""

    code = "invalid"
    words = gettext_lazy("Обращение и так ведёт этот оператор.")


class SamePlace(Refusal):
    """The conversation waits in that department already."""

    code = "invalid"
    words = gettext_lazy("Обращение и так ждёт в этом отделе.")


class NoSuchAddressee(Refusal):
    """Nobody is named, or one who can not take it: put off, no staff, in no department."""

    code = "invalid"
    words = gettext_lazy("Выберите, кому передать: этот адресат не может принять обращение.")


class EmptyDepartment(Refusal):
    """Nobody works there but, perhaps, the owner."""

    code = "invalid"
    words = gettext_lazy("В отделе некому принять обращение.")


class AddresseeAbsent(About):
    """Nobody would hear it. Carries who is absent, and in whose queue it would wait."""

    code = "invalid"
    words = gettext_lazy(
        "%(name)s: сейчас не в сети. Обращение будет ждать в очереди отдела «%(department)s»."
    )

    def __init__(self, name: str, department: str) -> None:
        super().__init__(name)
        self.department = department


class CardMissing(Refusal):
    """A higher level is told at least one of: what was asked, what was done, what is expected."""

    code = "invalid"
    words = gettext_lazy("Для уровня выше заполните хотя бы одно поле карточки.")


class ReasonMissing(Refusal):
    code = "invalid"
    words = gettext_lazy("Напишите причину возврата.")


class NothingToReturn(Refusal):
    """The conversation did not come up from a lower level."""

    code = "conflict"
    words = gettext_lazy("Обращение не передавали снизу: возвращать некуда.")


class BeingTransferred(Refusal):
    """Another transfer of the conversation waits for its answer."""

    code = "conflict"
    words = gettext_lazy("Обращение уже передаётся.")


class TransferOver(About):
    """Decided before; the name is the owner's, if there is one."""

    code = "conflict"
    words = gettext_lazy("Передача уже завершена.")

    @property
    def detail(self) -> str:
        return AlreadyTaken(self.name).detail if self.name else super().detail


class TransferExpired(Refusal):
    code = "conflict"
    words = gettext_lazy("Время передачи вышло.")


# Something of a chat among staff that could not be done.


class ChatWithOneself(Refusal):
    code = "invalid"
    words = gettext_lazy("Написать себе нельзя: выберите коллегу.")


class ColleagueGone(About):
    """The only other one was put off: nobody would read it."""

    code = "closed"
    words = gettext_lazy("%(name)s: аккаунт отключён. Прочитать сообщение некому.")


class TitleMissing(Refusal):
    code = "invalid"
    words = gettext_lazy("Напишите название группы.")


class TitleTooLong(Refusal):
    """Carries the limit and how long it is."""

    code = "invalid"
    words = gettext_lazy("Название длиннее %(limit)s знаков: %(count)s. Сократите его.")

    def __init__(self, limit: int, count: int) -> None:
        super().__init__(limit, count)
        self.limit = limit
        self.count = count


class NobodyElse(Refusal):
    """A group of only oneself."""

    code = "invalid"
    words = gettext_lazy("Выберите хотя бы одного коллегу.")


class UnknownMember(Refusal):
    """Somebody who is no member of staff, or was put off."""

    code = "invalid"
    words = gettext_lazy("Такого сотрудника нет или он отключён. Выберите другого.")


class TooManyMembers(Beyond):
    code = "invalid"
    words = gettext_lazy("В группе не больше %(limit)s участников.")


class AlreadyMember(About):
    code = "conflict"
    words = gettext_lazy("Уже в группе: %(name)s")


class NoMember(Refusal):
    """They are not in the chat, or not any more."""

    code = "conflict"
    words = gettext_lazy("Этого сотрудника в группе уже нет.")


class NotAGroup(Refusal):
    """Of two colleagues' own chat: it has no title, nobody joins or leaves it."""

    code = "conflict"
    words = gettext_lazy("Это личная переписка двоих, а не группа.")


class NotYoursToRemove(Refusal):
    """Members are removed by who made the group, or by an administrator in it."""

    code = "forbidden"
    words = gettext_lazy("Исключить может тот, кто создал группу, или администратор.")
