"""Lists that are put in order by hand."""

from typing import TypeVar

from chat.models import AutomaticRule, ClosingOutcome, ExtraField, SavedView

Row = TypeVar("Row", ExtraField, ClosingOutcome, SavedView, AutomaticRule)


def swap(rows: list[Row], row: Row, *, up: bool) -> tuple[int, int] | None:
    """Store the locked rows with this one before or after its neighbour: its place before and
    after, from 1; None where it has no neighbour there.
    """
    here = rows.index(row) if row in rows else -1
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(rows):
        return None
    rows[here], rows[there] = rows[there], rows[here]
    for position, one in enumerate(rows, start=1):
        one.position = position
    type(row).objects.bulk_update(rows, ["position"])
    return here + 1, there + 1
