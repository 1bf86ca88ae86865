"""The zone's list of operators as one process has told it: what is another is told row by row."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from chat.broadcasts.fragments import fragment
from chat.rows.operators import operator_rows


class OperatorList:
    def __init__(self) -> None:
        self._told: dict[int, dict[str, Any]] = {}

    def news(self, *, at: datetime) -> list[str]:
        """Frames that make the list of who was told everything before that of now.

        A row is rendered where what it shows is another; the first time, all of them are.
        """
        rows = {row["id"]: row for row in operator_rows(at=at)}
        told, self._told = self._told, rows
        gone = [fragment(_target(account), "", "remove") for account in told.keys() - rows.keys()]
        changed = [row for account, row in rows.items() if row != told.get(account)]
        return [*gone, *map(_rendered, changed)]


def _rendered(row: dict[str, Any]) -> str:
    html = render_to_string("zone/lists/_operator_row.html", {"operator": row})
    return fragment(_target(row["id"]), html)


def _target(account: int) -> str:
    return f"operator-{account}"
