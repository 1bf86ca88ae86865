"""Refusals of actions: domain nouns, put into words at the edge (chat.words)."""


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


class UnknownFile(Refusal):
    """A file that was not uploaded by this person, or has gone out with a message already."""


class NoDepartment(Refusal):
    """The site has no first-level department: nobody could ever answer."""
