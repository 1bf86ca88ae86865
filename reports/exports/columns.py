"""What a table that is taken out is made of: typed columns, and rows that come a page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.utils.translation import gettext_lazy

from chat.actions.errors import Refusal

Value = str | int | float | bool | date | datetime | timedelta | None
Row = Sequence[Value]

# So many rows at once: a query that is short beside the others there are.
PAGE = 500


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    DURATION = "duration"


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT
    width: int = 14  # in letters


@dataclass(frozen=True)
class Sheet:
    """`pages` reads each page by a query of its own, so that any thread may go on with the next;
    `count` counts no further than it is told.
    """

    stem: str  # of the file's name
    title: str
    columns: Sequence[Column]
    pages: Callable[[], Iterator[list[Row]]]
    count: Callable[[int], int]
    # The filter in words, for the log of changes.
    words: str


@dataclass(eq=False)
class NotExportable(Refusal):
    """What was asked for can not be found; with words that say why."""

    reason: str
    code = "invalid"
    words = gettext_lazy("%(reason)s")
