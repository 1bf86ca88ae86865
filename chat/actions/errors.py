"""Refusals of actions: domain nouns, put into words at the edge (chat.wire.refusals)."""

from collections.abc import Collection
from uuid import UUID


class Refusal(Exception):
    """An action that could not be done: an answer, not a fault. Nothing was changed."""


class AlreadyTaken(Refusal):
    """Somebody else owns the conversation; carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class OfferedToAnother(Refusal):
    """For a moment the conversation is somebody else's to accept; carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class OfferOver(Refusal):
    """The conversation is offered to the account no longer."""


class BadPromise(Refusal):
    """A time that has passed, or too far away."""


class LimitReached(Refusal):
    """The operator has as many conversations as they may have at once; carries how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class ConversationClosed(Refusal):
    pass


class NotYours(Refusal):
    """Only the owner (or an administrator) may do this."""


class NotFound(Refusal):
    """There is no such thing, or it may not be seen: the two read the same."""


class NotAccepted(Refusal):
    """Nobody owns the conversation yet: it is accepted first, then answered."""


class EmptyMessage(Refusal):
    pass


class ClientIdTaken(Refusal):
    """The client id stands for another message already."""


class NothingToCorrect(Refusal):
    """Only one's own last message, of text, can be put into other words."""


class CorrectedTooLate(Refusal):
    """It stands for too long already."""


class UnknownFile(Refusal):
    """Not uploaded by this person, gone out already, or swept; carries the files' public ids."""

    def __init__(self, files: Collection[UUID]) -> None:
        super().__init__(files)
        self.files = files


class TooManyFiles(Refusal):
    """Carries how many a message may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NoDepartment(Refusal):
    """The site has no first-level department: nobody could ever answer."""


class OtherDepartment(Refusal):
    """It waits for an operator of its department; taking part in it is not enough."""


class InvitationRefusal(Refusal):
    """Somebody who could not be asked into a conversation, or could not come in or go."""


class NoSuchOperator(InvitationRefusal):
    """Nobody is named, or one who is put off or no staff."""


class InvitedOneself(InvitationRefusal):
    pass


class AlreadyIn(InvitationRefusal):
    """The addressee owns the conversation or takes part in it; carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class AlreadyInvited(InvitationRefusal):
    """The addressee was asked and has not answered yet; carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class InviteeAbsent(InvitationRefusal):
    """The addressee is not in the zone, or on a break; carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class InvitationOver(InvitationRefusal):
    """Answered or withdrawn before."""


class InvitationExpired(InvitationRefusal):
    pass


class NotThere(InvitationRefusal):
    """Who is to leave takes no part, or not any more."""


class TransferRefusal(Refusal):
    """A conversation that could not be handed over, or not be taken."""


class SameOwner(TransferRefusal):
    """The addressee of a transfer has the conversation already."""


class SamePlace(TransferRefusal):
    """The conversation waits in that department already."""


class NoSuchAddressee(TransferRefusal):
    """Nobody is named, or one who can not take it: put off, no staff, in no department."""


class EmptyDepartment(TransferRefusal):
    """Nobody works there but, perhaps, the owner."""


class AddresseeAbsent(TransferRefusal):
    """Nobody would hear it. Carries who is absent, and in whose queue it would wait."""

    def __init__(self, name: str, department: str) -> None:
        super().__init__(name)
        self.name = name
        self.department = department


class CardMissing(TransferRefusal):
    """A higher level is told at least one of: what was asked, what was done, what is expected."""


class ReasonMissing(TransferRefusal):
    pass


class NothingToReturn(TransferRefusal):
    """The conversation did not come up from a lower level."""


class BeingTransferred(TransferRefusal):
    """Another transfer of the conversation waits for its answer."""


class TransferOver(TransferRefusal):
    """Decided before; carries the owner's name, if there is one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TransferExpired(TransferRefusal):
    pass


class InternalRefusal(Refusal):
    """Something of a chat among staff that could not be done."""


class ChatWithOneself(InternalRefusal):
    pass


class ColleagueGone(InternalRefusal):
    """The only other one was put off: nobody would read it. Carries their name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TitleMissing(InternalRefusal):
    pass


class TitleTooLong(InternalRefusal):
    """Carries the limit and how long it is."""

    def __init__(self, limit: int, count: int) -> None:
        super().__init__(limit, count)
        self.limit = limit
        self.count = count


class NobodyElse(InternalRefusal):
    """A group of only oneself."""


class UnknownMember(InternalRefusal):
    """Somebody who is no member of staff, or was put off."""


class TooManyMembers(InternalRefusal):
    """Carries how many there may be."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class AlreadyMember(InternalRefusal):
    """Carries who is in the chat already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NoMember(InternalRefusal):
    """They are not in the chat, or not any more."""


class NotAGroup(InternalRefusal):
    """Of two colleagues' own chat: it has no title, nobody joins or leaves it."""


class NotYoursToRemove(InternalRefusal):
    """Members are removed by who made the group, or by an administrator in it."""
