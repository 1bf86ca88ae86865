"""How long the database may be busy with a report."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.history.deadline import TookTooLong, deadline
from reports.finding import tallies_of
from reports.models import TallyQuerySet
from reports.selection import Selection

# For each part of a page.
LIMIT = timedelta(seconds=5)


class TooMuch(Refusal):
    code = "unavailable"
    words = _("Отчёт считается слишком долго: уточните период.")


@contextmanager
def limited() -> Iterator[None]:
    """Queries within end in time, and are no others' limit within. Raises TooMuch."""
    try:
        # Chats need the others.
        with deadline(LIMIT, on_one_core=True):
            yield
    except TookTooLong as error:
        raise TooMuch from error


def find_tallies(selection: Selection) -> TallyQuerySet:
    """A query that is not asked yet, but for the words that are looked for. Raises TooMuch."""
    try:
        return tallies_of(selection)
    except TookTooLong as error:
        raise TooMuch from error
