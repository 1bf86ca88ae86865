"""Refusals of actions: domain nouns, each with its code on the wire and its words for people.

Those of chats among staff are in chat.rooms.errors.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What each means to a program, docs/protocol.md says.
Code = Literal[
    "closed",
    "conflict",
    "forbidden",
    "invalid",
    "not_found",
    "too_large",
    "too_many",
    "unavailable",
]


class Refusal(Exception):
    """An action that could not be done: an answer, not a fault. Nothing was changed.

    A kind that carries something is a dataclass of it, and names it in its words: %(name)s.
    """

    code: ClassVar[Code]
    words: ClassVar[Promise]
    # Which field of a form it is about, where it is about one.
    field: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if not {"code", "words"} <= vars(cls).keys():
            raise TypeError(f"{cls.__name__} has no code, or no words for people")

    @property
    def detail(self) -> str:
        return str(self.words) % vars(self)

    @property
    def named(self) -> dict[str, Any]:
        """What the wire's error says besides."""
        return {}


class NotFound(Refusal):
    """There is no such thing, or it may not be seen: the two read the same."""

    code = "not_found"
    words = _("Обращение не найдено.")


class ConversationClosed(Refusal):
    code = "closed"
    words = _("Обращение уже закрыто.")


class StillOpen(Refusal):
    """It is not closed, or not any more."""

    code = "conflict"
    words = _("Обращение не закрыто.")


class ClosedByAnother(Refusal):
    """Who closed it takes that back, nobody else."""

    code = "forbidden"
    words = _("Вернуть обращение может тот, кто его закрыл.")


class ReopenedTooLate(Refusal):
    """It has been closed for too long."""

    code = "forbidden"
    words = _("Вернуть закрытое обращение можно в течение минуты.")


class WroteAnew(Refusal):
    """The visitor has begun another conversation since."""

    code = "conflict"
    words = _("Посетитель уже написал снова: у него новое обращение.")


class NotYours(Refusal):
    """Only the owner (or an administrator) may do this."""

    code = "forbidden"
    words = _("Обращение ведёт другой оператор.")


class NotAccepted(Refusal):
    """Nobody owns the conversation yet: it is accepted first, then answered."""

    code = "conflict"
    words = _("Сначала примите обращение.")


class NoDepartment(Refusal):
    """The site has no first-level department: nobody could ever answer."""

    code = "unavailable"
    words = _("На этом сайте пока некому ответить.")


class BadPromise(Refusal):
    """A time that has passed, or too far away."""

    code = "invalid"
    words = _("Выберите время ответа: не позднее чем через двое суток.")


class WindowRefused(Refusal):
    """The visitor is blocked. They are told no more."""

    code = "forbidden"
    words = _("Написать сюда сейчас нельзя.")


class AlreadyBlocked(Refusal):
    code = "conflict"
    words = _("Посетитель уже заблокирован.")


class NotBlocked(Refusal):
    """Never, not any more, or its term is over."""

    code = "conflict"
    words = _("Посетитель не заблокирован.")


class BlockedByAnother(Refusal):
    code = "forbidden"
    words = _("Разблокировать может тот, кто заблокировал, или администратор.")


class BlockReasonMissing(Refusal):
    code = "invalid"
    field = "reason"
    words = _("Напишите причину: её увидят только сотрудники.")


class BadTerm(Refusal):
    code = "invalid"
    field = "term"
    words = _("Выберите срок: час, сутки, неделя или навсегда.")


class ForeignAddress(Refusal):
    """Not one of the visitor's, or a wider network than is offered."""

    code = "invalid"
    field = "network"
    words = _("Этого адреса у посетителя не было. Откройте форму заново.")


@dataclass(eq=False)
class CoversOwnAddress(Refusal):
    """Whoever does it would have no window either; it is done when they insist."""

    address: str
    code = "conflict"
    words = _("Сюда попадает и ваш адрес %(address)s: окна чата не будет и у вас.")


class ImportOutdated(Refusal):
    """What the preview said is not what would be done by now: nothing was."""

    code = "conflict"
    words = _("Пока вы смотрели, записи изменились или файл другой. Проверьте ещё раз.")


# Accepting


@dataclass(eq=False)
class AlreadyTaken(Refusal):
    """Somebody else owns the conversation."""

    name: str
    code = "conflict"
    words = _("Уже принято: %(name)s")


@dataclass(eq=False)
class OfferedToAnother(Refusal):
    """For a moment the conversation is somebody else's to accept."""

    name: str
    code = "conflict"
    words = _("Обращение сейчас предложено: %(name)s.")


class OfferOver(Refusal):
    """The conversation is offered to the account no longer."""

    code = "conflict"
    words = _("Обращение вам больше не предложено.")


class OtherDepartment(Refusal):
    """It waits for an operator of its department; taking part in it is not enough."""

    code = "conflict"
    words = _("Обращение ждёт оператора своего отдела.")


@dataclass(eq=False)
class LimitReached(Refusal):
    """The operator has as many conversations as they may have at once."""

    limit: int
    code = "conflict"
    words = _("У вас уже предельное число обращений (%(limit)s). Закройте или передайте одно.")


# Writing first to somebody on the site


class NobodyThere(Refusal):
    """No such visit, or of a site whose visitors one does not meet: the two read the same."""

    code = "not_found"
    words = _("Посетитель не найден.")


class VisitorGone(Refusal):
    """The window was closed meanwhile."""

    code = "conflict"
    words = _("Посетитель уже ушёл с сайта.")


class NotNow(Refusal):
    """They were written to in this visit, and declined."""

    code = "conflict"
    words = _("Посетитель ответил «Не сейчас»: в это посещение первым ему больше не пишут.")


class WroteFirst(Refusal):
    """There is a conversation of the visitor's own, which nobody has accepted yet."""

    code = "conflict"
    words = _("Посетитель уже написал сам: примите его обращение.")


class WithoutWindow(Refusal):
    """They are blocked, or their address is excluded."""

    code = "conflict"
    words = _("У посетителя больше нет окна чата: он заблокирован или его адрес исключён.")


class SiteIsClosed(Refusal):
    """By its schedule."""

    code = "conflict"
    words = _("Сайт сейчас закрыт по расписанию. Написать первым можно в рабочие часы.")


# What is noted about visitors


class EmptyComment(Refusal):
    code = "invalid"
    words = _("Комментарий пустой.")


class NoAddress(Refusal):
    """Where the visitor connects from is not known."""

    code = "invalid"
    words = _("Адрес посетителя неизвестен: напишите комментарий о нём самом.")


class CommentGone(Refusal):
    """Deleted meanwhile, or about others."""

    code = "conflict"
    words = _("Этого комментария уже нет.")


class NotYourComment(Refusal):
    code = "forbidden"
    words = _("Изменить комментарий может только его автор.")


@dataclass(eq=False)
class RemarkTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    words = _("Не больше %(limit)s знаков, здесь %(count)s. Длинное напишите в «Комментарии».")


@dataclass(eq=False)
class RemarkChanged(Refusal):
    """A colleague has saved another since it was shown."""

    name: str
    text: str
    code = "conflict"

    words = _("Пока вы писали, %(name)s сохраняет: «%(text)s». Сохраните ещё раз, чтобы заменить.")


# Messages


class EmptyMessage(Refusal):
    code = "invalid"
    words = _("Сообщение пустое.")


class ClientIdTaken(Refusal):
    """The client id stands for another message already."""

    code = "conflict"
    words = _("Сообщение с таким номером уже есть.")


class NothingToCorrect(Refusal):
    """Another's, no message at all, or one that is not there."""

    code = "forbidden"
    words = _("Изменить и удалить можно только своё сообщение.")


class CorrectedTooLate(Refusal):
    """It stands for too long already."""

    code = "forbidden"
    words = _("Изменить и удалить сообщение можно в течение пяти минут.")


class AlreadyRetracted(Refusal):
    """Its author has taken it back."""

    code = "forbidden"
    words = _("Сообщение уже удалено.")


class CorrectedMeanwhile(Refusal):
    """It was put into other words since it was shown to who corrects it."""

    code = "conflict"
    words = _(
        "Пока вы меняли сообщение, его изменили в другой вкладке."
        " Отправьте ещё раз, чтобы осталось ваше."
    )


class NoEmail(Refusal):
    code = "invalid"
    words = _("Это не похоже на адрес эл. почты. Проверьте его или оставьте поле пустым.")


class NoFilesHere(Refusal):
    """The site takes none from its visitors."""

    code = "invalid"
    words = _("Файлы здесь не принимаются. Пришлите ссылку или опишите словами.")


class NothingToQuote(Refusal):
    """No such message in this log, or none that its author may see: the two read the same."""

    code = "invalid"
    words = _("Сообщения, на которое вы отвечаете, здесь нет. Уберите цитату и отправьте снова.")


class QuotedNote(Refusal):
    """What staff write among themselves goes to no visitor."""

    code = "invalid"
    words = _(
        "Посетитель не видит заметок: цитата заметки может быть только в заметке. Уберите её."
    )


@dataclass(eq=False)
class UnknownFile(Refusal):
    """Not uploaded by this person, gone out already, or swept; the files' public ids."""

    files: Collection[UUID]
    code = "invalid"
    words = _("Файл не найден. Приложите его ещё раз.")

    @property
    def named(self) -> dict[str, Any]:
        return {"files": self.files}


@dataclass(eq=False)
class TooManyFiles(Refusal):
    limit: int
    code = "too_many"
    words = _("Не больше %(limit)s файлов в одном сообщении.")


# Invitations: who could not be asked into a conversation, or could not come in or go


class NoSuchOperator(Refusal):
    """Nobody is named, or one who is put off or no staff."""

    code = "invalid"
    words = _("Выберите, кого пригласить: этого сотрудника нет в системе.")


class InvitedOneself(Refusal):
    code = "invalid"
    words = _("Себя пригласить нельзя.")


@dataclass(eq=False)
class AlreadyIn(Refusal):
    """The addressee owns the conversation or takes part in it."""

    name: str
    code = "conflict"
    words = _("%(name)s: уже участвует в переписке.")


@dataclass(eq=False)
class AlreadyInvited(Refusal):
    """The addressee was asked and has not answered yet."""

    name: str
    code = "conflict"
    words = _("%(name)s: уже получил приглашение.")


@dataclass(eq=False)
class InviteeAbsent(Refusal):
    """The addressee is not in the zone, or on a break."""

    name: str
    code = "invalid"
    words = _("%(name)s: сейчас не на месте. Пригласить можно того, кто в сети.")


class InvitationOver(Refusal):
    """Answered or withdrawn before."""

    code = "conflict"
    words = _("Приглашение уже не действует.")


class InvitationExpired(Refusal):
    code = "conflict"
    words = _("Время приглашения вышло.")


class NotThere(Refusal):
    """Who is to leave takes no part, or not any more."""

    code = "conflict"
    words = _("Сотрудник уже не участвует в переписке.")


# Transfers: what could not be handed over, or not be taken


class SameOwner(Refusal):
    """The addressee of a transfer has the conversation already."""

    code = "invalid"
    words = _("Обращение и так ведёт этот оператор.")


class SamePlace(Refusal):
    """The conversation waits in that department already."""

    code = "invalid"
    words = _("Обращение и так ждёт в этом отделе.")


class NoSuchAddressee(Refusal):
    """Nobody is named, or one who can not take it: put off, no staff, in no department."""

    code = "invalid"
    words = _("Выберите, кому передать: этот адресат не может принять обращение.")


class EmptyDepartment(Refusal):
    """Nobody works there but, perhaps, the owner."""

    code = "invalid"
    words = _("В отделе некому принять обращение.")


@dataclass(eq=False)
class AddresseeAbsent(Refusal):
    """Nobody would hear it: who is absent, and in whose queue it would wait."""

    name: str
    department: str
    code = "invalid"
    words = _(
        "%(name)s: сейчас не в сети. Обращение будет ждать в очереди отдела «%(department)s»."
    )

    @property
    def detail(self) -> str:
        if self.name != self.department:
            return super().detail
        words = _("В отделе никого нет. Обращение будет ждать в очереди отдела «%(department)s».")
        return str(words) % vars(self)


class CardMissing(Refusal):
    """A higher level is told at least one of: what was asked, what was done, what is expected."""

    code = "invalid"
    words = _("Для уровня выше заполните хотя бы одно поле карточки.")


class ReasonMissing(Refusal):
    code = "invalid"
    words = _("Напишите причину возврата.")


class NothingToReturn(Refusal):
    """The conversation did not come up from a lower level."""

    code = "conflict"
    words = _("Обращение не передавали снизу: возвращать некуда.")


class BeingTransferred(Refusal):
    """Another transfer of the conversation waits for its answer."""

    code = "conflict"
    words = _("Обращение уже передаётся.")


@dataclass(eq=False)
class TransferOver(Refusal):
    """Decided before; with the owner's name, if there is one."""

    name: str
    code = "conflict"
    words = _("Передача уже завершена.")

    @property
    def detail(self) -> str:
        return AlreadyTaken(self.name).detail if self.name else super().detail


class TransferExpired(Refusal):
    code = "conflict"
    words = _("Время передачи вышло.")
