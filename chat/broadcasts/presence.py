"""Who of the staff is there: to their own sockets, and to every process."""

from chat.events import (
    AccountDeactivated,
    AccountSignedOut,
    BannerChanged,
    IntentionChosen,
    PlaceGivenUp,
    PlaceTaken,
    RulesChanged,
)
from chat.streams import push


def place_taken(event: PlaceTaken) -> None:
    at, place = event.at.timestamp(), str(event.place)
    push(f"account.{event.account.pk}", signal="place_taken", place=place, at=at)
    _presence_changed()


def place_given_up(event: PlaceGivenUp) -> None:
    push(f"account.{event.account.pk}", signal="away", at=event.at.timestamp())
    _presence_changed()


def intention_chosen(event: IntentionChosen) -> None:
    """The operators' list is told even where nobody's status is another: the comment may be."""
    push("processes", signal="load")
    _presence_changed()


def account_deactivated(event: AccountDeactivated) -> None:
    push(f"account.{event.account.pk}", signal="deactivated")
    _presence_changed()


def account_signed_out(event: AccountSignedOut) -> None:
    push(f"account.{event.account.pk}", signal="signed_out", session=event.session_key)


def rules_changed(_event: RulesChanged | BannerChanged) -> None:
    """Each process works with what it has read of them until it is told, or for some seconds."""
    push("processes", signal="rules")


def _presence_changed() -> None:
    """Each process takes a fresh snapshot and tells its own sockets."""
    push("processes", signal="presence")
