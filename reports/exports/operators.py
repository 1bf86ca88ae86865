"""The table of operators as it is taken out: the page's own rows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from operators.models import Account
from reports.actions.counting import prepare
from reports.exports.columns import Column, Kind, NotExportable, Row, Sheet
from reports.exports.conversations import filter_words
from reports.limits import TooMuch
from reports.pages.frame import selected
from reports.pages.operator_figures import COLUMNS
from reports.work import OperatorRow, operators_table

# In seconds on the page; a table keeps them as lengths of time.
TIMES = {"response", "reply", "duration", "present", "break"}


def operators_sheet(account: Account, asked: Any) -> Sheet:
    """Raises NotExportable."""
    at = timezone.now()
    selection = selected(account, asked, at=at)
    if selection.problem:
        raise NotExportable(selection.problem)
    prepare(selection)
    try:
        rows = operators_table(selection, at=at).rows
    except TooMuch as refused:
        raise NotExportable(refused.detail) from refused

    def pages() -> Iterator[list[Row]]:
        yield [_row(row) for row in rows]

    return Sheet(
        stem="operators",
        title=_("Операторы"),
        columns=_columns(),
        pages=pages,
        count=lambda most: min(len(rows), most),
        words=filter_words(selection),
    )


def _columns() -> list[Column]:
    named = [
        Column(str(column.title), Kind.DURATION if name in TIMES else Kind.NUMBER, 16)
        for name, column in COLUMNS.items()
    ]
    return [Column(_("Оператор"), width=28), Column(_("Уровень"), Kind.NUMBER, 9), *named]


def _row(row: OperatorRow) -> Row:
    values = [_value(name, column.of(row)) for name, column in COLUMNS.items()]
    return (row.account.name, row.level, *values)


def _value(name: str, value: float | None) -> float | timedelta | None:
    if value is None:
        return None
    return timedelta(seconds=round(value)) if name in TIMES else round(value, 4)
