"""How a table is written: typed, harmless, and no more than a page of it at a time."""

import csv
import io
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from reports.exports import csv_file, xlsx_file
from reports.exports.columns import Column, Kind, Sheet

pytestmark = pytest.mark.once

MOSCOW = ZoneInfo("Europe/Moscow")
COLUMNS = [
    Column("Начало", Kind.MOMENT),
    Column("День", Kind.DATE),
    Column("Посетитель"),
    Column("Сообщений", Kind.NUMBER),
    Column("Ожидание", Kind.DURATION),
]
ROW = (
    datetime(2026, 11, 2, 9, 30, tzinfo=MOSCOW),
    date(2026, 11, 2),
    "Орлова; М.",
    12.5,
    timedelta(minutes=61, seconds=5),
)


def sheet(*pages, count=1):
    return Sheet("x", "Лист", COLUMNS, lambda: iter(pages), lambda most: min(count, most), "всё")


def read(text, separator=";"):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator))


def cells(path):
    """{reference: (type, text)} of the only sheet."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(path) as book:
        root = fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {
        cell.get("r"): (cell.get("t", "n"), "".join(cell.itertext()))
        for cell in root.iter(f"{main}c")
    }, root


def test_csv_says_that_it_is_utf_8_and_writes_as_russian_does():
    text = "".join(csv_file.pieces(sheet([ROW]), ";"))
    assert text.startswith("\ufeff")
    assert read(text) == [
        ["Начало", "День", "Посетитель", "Сообщений", "Ожидание"],
        ["02.11.2026 09:30:00", "02.11.2026", "Орлова; М.", "12,5", "1:01:05"],
    ]


def test_by_commas_a_number_keeps_its_point():
    assert read("".join(csv_file.pieces(sheet([ROW]), ",")), ",")[1][3] == "12.5"


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_a_table_would_calculate_is_a_word(text):
    assert csv_file.written(text, ";") == f"'{text}"


def test_a_number_below_zero_stays_a_number():
    assert (csv_file.written(-5, ";"), csv_file.written(None, ";")) == ("-5", "")


def test_csv_is_read_a_page_at_a_time():
    taken = []

    def pages():
        for number in range(3):
            taken.append(number)
            yield [ROW]

    pieces = csv_file.pieces(Sheet("x", "Л", COLUMNS, pages, lambda most: 3, ""), ";")
    next(pieces), next(pieces)
    assert taken == [0]


def test_xlsx_keeps_numbers_and_dates_as_such(tmp_path):
    path = tmp_path / "a.xlsx"
    assert xlsx_file.write(sheet([ROW]), path)
    found, _root = cells(path)
    assert found["C2"] == ("inlineStr", "Орлова; М.")
    assert found["D2"] == ("n", "12.5")
    assert [found[at][0] for at in ("A2", "B2", "E2")] == ["n", "n", "n"]
    assert float(found["B2"][1]) == 46328  # days since Excel's beginning
    assert b"frozen" in ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_xlsx_has_no_formula_and_no_link(tmp_path):
    path = tmp_path / "a.xlsx"
    hostile = (None, None, "=HYPERLINK(1)", None, None)
    xlsx_file.write(sheet([hostile, (None, None, "http://a.ru", None, None)]), path)
    found, root = cells(path)
    assert found["C2"] == ("inlineStr", "=HYPERLINK(1)")
    assert not [one for one in root.iter() if one.tag.endswith(("}f", "}hyperlink"))]


@pytest.mark.parametrize("write", [xlsx_file.write, lambda s, p, go: csv_file.write(s, p, ";", go)])
def test_whoever_writes_asks_after_each_page_whether_to_go_on(tmp_path, write):
    told = []

    def goes_on(done):
        told.append(done)
        return done < 2

    assert not write(sheet([ROW], [ROW], [ROW]), tmp_path / "a", goes_on)
    assert told == [1, 2]
