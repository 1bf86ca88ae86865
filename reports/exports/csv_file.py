"""A table as CSV, as Excel opens it: UTF-8 that says so, and nothing that it would calculate."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils.timezone import localtime

from reports.exports.columns import Row, Sheet, Value

BOM = "\ufeff"
SEPARATORS = (";", ",")
# What a table takes for the beginning of a formula, also behind the end of a line.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def pieces(sheet: Sheet, separator: str) -> Iterator[str]:
    """The head, then a piece for each page of rows."""
    yield _head(sheet, separator)
    for page in sheet.pages():
        yield _lines(page, separator)


def write(sheet: Sheet, path: Path, separator: str, goes_on: Callable[[int], bool]) -> bool:
    """Asked after each page whether to go on; whether it is whole."""
    done = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_head(sheet, separator))
        for page in sheet.pages():
            file.write(_lines(page, separator))
            done += len(page)
            if not goes_on(done):
                return False
    return True


def _head(sheet: Sheet, separator: str) -> str:
    return BOM + _lines([[column.title for column in sheet.columns]], separator)


def _lines(rows: Iterable[Row], separator: str) -> str:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, lineterminator="\r\n")
    writer.writerows([written(value, separator) for value in row] for row in rows)
    return target.getvalue()


def written(value: Value, separator: str) -> str:
    """A number has the comma of Russian where no comma stands between columns."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime):
        return f"{localtime(value):%d.%m.%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, timedelta):
        return clock(value)
    if isinstance(value, int | float):
        return str(value).replace(".", "," if separator == ";" else ".")
    return harmless(value)


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def clock(length: timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
