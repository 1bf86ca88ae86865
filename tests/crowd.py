"""Many at once: real threads with database connections of their own, started together."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection

from chat.models import Visitor
from departments.models import Site

T = TypeVar("T")


def at_once(acts: Sequence[Callable[[], T]], *, within: float = 60) -> list[T | Exception]:
    """What each of these returned or raised, in their order."""
    outcomes: list[T | Exception | None] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def run(number: int) -> None:
        together.wait(10)
        try:
            outcomes[number] = acts[number]()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(within)
    return [outcome for outcome in outcomes if outcome is not None]


def customers(site: Site, count: int) -> list[Visitor]:
    """Visitors of the site whom no story is about."""
    return Visitor.objects.bulk_create(
        Visitor(site=site, subject=f"guest{number}", name=f"Гость {number}")
        for number in range(count)
    )
