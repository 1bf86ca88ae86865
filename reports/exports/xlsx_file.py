"""A table as XLSX, written row by row: numbers as numbers, dates as dates, no formulas."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.timezone import localtime
from xlsxwriter.worksheet import Worksheet

from reports.exports.columns import Kind, Row, Sheet, Value

FORMATS = {
    Kind.DATE: "dd.mm.yyyy",
    Kind.MOMENT: "dd.mm.yyyy hh:mm:ss",
    Kind.DURATION: "[h]:mm:ss",
}
# As which number a table keeps a moment: days since then.
FIRST, DAY = datetime(1899, 12, 30), timedelta(days=1)  # noqa: DTZ001  of any clock on the wall
MOST_ROWS = 1_048_575  # of one sheet, below its head
MOST_SIGNS = 32_767  # of one cell
LONGEST_NAME = 31  # of a sheet
FORBIDDEN_IN_NAMES = str.maketrans("[]:*?/\\", "       ")


def write(sheet: Sheet, path: Path, goes_on: Callable[[int], bool] = lambda _done: True) -> bool:
    """Asked after each page whether to go on; whether it is whole."""
    with xlsxwriter.Workbook(str(path), _options()) as book:
        table = book.add_worksheet(sheet.title.translate(FORBIDDEN_IN_NAMES)[:LONGEST_NAME])
        formats = {kind: book.add_format({"num_format": look}) for kind, look in FORMATS.items()}
        _head(table, sheet.columns, book.add_format({"bold": True, "bottom": 1}))
        done = 0
        for page in sheet.pages():
            for row in page[: MOST_ROWS - done]:
                done += 1
                _row(table, done, row, sheet.columns, formats)
            if not goes_on(done):
                return False
    return True


def _options() -> dict[str, Any]:
    """In constant memory what is written lies beside the other files, and not in /tmp."""
    return {
        "constant_memory": True,
        "tmpdir": settings.FILE_UPLOAD_TEMP_DIR,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }


def _head(table: Worksheet, columns: Any, look: Any) -> None:
    table.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        table.set_column(number, number, column.width)
        table.write_string(0, number, column.title, look)


def _row(table: Worksheet, at: int, row: Row, columns: Any, formats: dict[Kind, Any]) -> None:
    for number, (value, column) in enumerate(zip(row, columns, strict=True)):
        if value is not None:
            _cell(table, at, number, value, formats.get(column.kind))


def _cell(table: Worksheet, row: int, number: int, value: Value, look: Any) -> None:
    # Texts first, of which there are most.
    if isinstance(value, str):
        table.write_string(row, number, value[:MOST_SIGNS])
    elif isinstance(value, bool):
        table.write_boolean(row, number, value)
    elif isinstance(value, int | float):
        table.write_number(row, number, value)
    elif isinstance(value, timedelta):
        table.write_number(row, number, value / DAY, look)
    elif isinstance(value, datetime):
        table.write_number(row, number, (localtime(value).replace(tzinfo=None) - FIRST) / DAY, look)
    elif value is not None:
        table.write_number(row, number, (value - FIRST.date()) / DAY, look)
