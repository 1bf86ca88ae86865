"""Many repairs in a row, each by itself: one that fails does not keep the next from being made."""

from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError, connection


class Unrepaired(Exception):
    """What could not be repaired, {which: why}; all the rest was."""

    def __init__(self, failing: dict[str, Exception]) -> None:
        super().__init__("; ".join(f"{which}: {error}" for which, error in failing.items()))
        self.failing = failing


def repair_each(
    what: str, repair: Callable[..., object], keys: Iterable[tuple[object, ...]], **given: object
) -> int:
    """Call `repair(*key, **given)` for each key; how many it says were repaired.

    Raises Unrepaired in the end, or at once what says that the database is away, for all of them.
    """
    failing: dict[str, Exception] = {}
    repaired = 0
    for key in keys:
        try:
            repaired += bool(repair(*key, **given))
        except Exception as error:
            refuse_without_database(error)
            failing[f"{what} {key[0]}"] = error
    if failing:
        raise Unrepaired(failing)
    return repaired


def refuse_without_database(error: Exception) -> None:
    """A lock that was not given in time is one repair's; a lost connection is everybody's."""
    if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
        raise error
