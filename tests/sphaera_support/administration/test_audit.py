"""«Журнал изменений» of the settings."""

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from chat.actions.changes import Doer, Subject, note_change
from operators.models import Change, Role
from tests.cast import browser_of, keeps_template, staff
from tests.sphaera_support.administration.forms import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
Deed, Kind = Change.Deed, Change.Kind


def notes_change(by, name="Вторая линия", deed=Deed.CHANGED, kind=Kind.DEPARTMENT, at=None, **told):
    states = {"before": {"level": 1}, "after": {"level": 2}} | told
    doer = Doer(by, "203.0.113.9")
    note_change(doer, Subject(kind, 1, name), deed, **states, at=at or timezone.now())


def log(elena, **asked):
    """The rows of the page, without its filter, which names everything."""
    shown = page_of(browser_of(elena).get("/settings/audit/", asked))
    return shown.partition("<tbody>")[2]


def export(elena, **asked):
    packed = {"Accept-Encoding": "gzip"}
    answer: Any = browser_of(elena).get("/settings/audit/export/", asked, headers=packed)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_it_tells_who_changed_what_from_where_and_how(elena):
    notes_change(elena)
    shown = log(elena)
    for words in (elena.name, "203.0.113.9", "Вторая линия", "изменено"):
        assert words in shown
    assert "<dt>уровень</dt><dd><del>1</del> → <ins>2</ins></dd>" in shown


def test_it_is_searched_by_names_and_values_whatever_the_case(elena):
    notes_change(elena, "Ночная смена", after={"greeting": "Всё ещё ждём"})
    notes_change(elena, "Дневная смена")
    for words in ("ночная", "ВСЕ ЕЩЕ", "смена ждём"):
        found = log(elena, q=words)
        assert ("Ночная" in found, "Дневная" in found) == (True, False), words


def test_it_is_filtered(elena):
    oleg = staff("oleg", "Олег Лунин", role=Role.ADMINISTRATOR)
    notes_change(elena, "Первое")
    notes_change(oleg, "Второе", kind=Kind.SITE, deed=Deed.DELETED)
    for asked in ({"who": oleg.pk}, {"kind": "site"}, {"deed": "deleted"}):
        found = log(elena, **asked)
        assert ("Первое" in found, "Второе" in found) == (False, True), asked


def test_days_are_taken_whole(elena):
    noon = timezone.localtime().replace(year=2026, month=3, day=2, hour=23, minute=59)
    notes_change(elena, "Вечернее", at=noon)
    assert "Вечернее" in log(elena, since="2026-03-02", until="2026-03-02")
    assert "Вечернее" not in log(elena, until="2026-03-01")
    assert "Вечернее" not in log(elena, since="2026-03-03")


@pytest.mark.parametrize(
    "asked",
    [
        {"who": "x"},
        {"who": "9" * 30},
        {"kind": "nothing"},
        {"since": "2026-02-31"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"before": "-1"},
        {"q": "\x00"},
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out(elena, asked):
    notes_change(elena)
    assert "Вторая линия" in log(elena, **asked)


def test_a_page_goes_on_where_the_last_ended(elena):
    for number in range(52):
        notes_change(elena, f"Отдел-{number:02}")
    first = page_of(browser_of(elena).get("/settings/audit/"))
    key = Change.objects.get(subject_name="Отдел-02").pk
    assert f"?before={key}" in first
    assert "Отдел-01" in log(elena, before=key)


def test_it_is_exported_and_is_no_formula(elena):
    notes_change(elena, '=HYPERLINK("http://e")', before={"name": "+1"}, after={"name": "@SUM"})
    keeps_template(elena)
    head, *_rest, row = export(elena)
    assert (head[0], len(head)) == ("Когда", 9)
    assert row[4:] == ['\'=HYPERLINK("http://e")', "изменено", "название", "'+1", "'@SUM"]
    assert [one[3] for one in export(elena, kind="template")[1:]] == ["Шаблон"] * (
        len(export(elena, kind="template")) - 1
    )


def test_what_it_holds_is_shown_as_text(elena):
    notes_change(elena, "<img src=x onerror=alert(1)>")
    shown = browser_of(elena).get("/settings/audit/").content.decode()
    assert "<img src=x" not in shown
