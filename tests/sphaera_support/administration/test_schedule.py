"""The schedule by its page: what is saved, what is refused where, what a visitor would see."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat.queue.availability import is_site_open
from departments.models import ExceptionalDay, Hours, Site
from departments.timetable import read_day
from operators.models import Change, Role
from tests.cast import browser_of, open_site, staff
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def address(site):
    return f"/sites/{site.pk}/schedule/"


def form_of(site, days="9:00–18:00", dates=(), **fields):
    """As it is typed: hours of all days or {weekday: hours}, and rows of dates that differ."""
    hours = days if isinstance(days, dict) else dict.fromkeys(range(7), days)
    typed = {"time_zone": site.time_zone, "shown_version": site.version}
    for weekday, text in hours.items():
        intervals = [part.split("–") for part in text.split(", ")]
        typed[f"day_{weekday}"] = "on"
        typed[f"day_{weekday}_from"] = [opens for opens, *_rest in intervals]
        typed[f"day_{weekday}_to"] = [closes for _opens, *rest in intervals for closes in rest]
    typed["dates"] = list(range(len(dates)))
    for key, row in enumerate(dates):
        for part, value in zip(("on", "closed", "hours", "note"), row, strict=False):
            if value:
                typed[f"dates_{part}_{key}"] = value
    return typed | fields


def week_of(site):
    """{weekday: its hours} as they are stored."""
    found: dict[int, list[tuple[int, int]]] = {}
    for hours in Hours.objects.filter(site=site):
        found.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    return found


def fields_of(response) -> dict[str, Any]:
    """What the form holds, as a browser would send it."""
    page = response.content.decode()
    (form,) = re.findall(r"<form-editor.*?</form-editor>", page, re.DOTALL)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        if "checkbox" not in tag or "checked" in tag:
            sent.setdefault(_of(tag, "name"), []).append(_of(tag, "value") or "")
    (zone,) = re.findall(r'value="([^"]*)" selected', form)
    return sent | {"time_zone": unescape(zone)}


def _of(tag: str, attribute: str) -> str:
    found = re.search(rf'\b{attribute}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


# Saving


def test_a_week_is_saved(admin, site, address):
    days = {0: "9:00–13:00, 14:00–18:00", 4: "22:00–2:00", 5: "0:00–0:00", 6: "20–24:00"}
    answer = admin.post(address, form_of(site, days, time_zone="Asia/Omsk"))
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?saved=saved")
    assert week_of(site) == {
        0: [(540, 780), (840, 1080)],
        4: [(1320, 1560)],
        5: [(0, 1440)],
        6: [(1200, 1440)],
    }
    assert Site.objects.get(pk=site.pk).time_zone == "Asia/Omsk"


def test_what_is_shown_and_sent_as_it_stands_is_the_same(admin, site, address):
    days = {0: "09:00–13:00, 14:00–18:00", 4: "22:00–02:00", 5: "00:00–24:00"}
    dates = [("2026-12-31", "", "09:00–15:00, 20:00–03:00", "Короткий <b>день</b>")]
    dates += [("2027-01-01", "on", "", "")]
    admin.post(address, form_of(site, days, dates))
    before = week_of(site), list(ExceptionalDay.objects.values("on", "spans", "note"))
    shown = fields_of(admin.get(address))
    assert shown["day_0_from"] == ["09:00", "14:00"]
    assert admin.post(address, shown).status_code == 302
    assert (week_of(site), list(ExceptionalDay.objects.values("on", "spans", "note"))) == before


def test_a_day_off_is_closed_whatever_hours_it_had(admin, site, address):
    typed = form_of(site)
    del typed["day_6"]
    admin.post(address, typed)
    assert sorted(week_of(site)) == [0, 1, 2, 3, 4, 5]


def test_overlaps_are_joined_and_it_is_said(admin, site, address):
    answer = admin.post(address, form_of(site, "12:00–18:00, 9:00–13:00"))
    assert week_of(site)[0] == [(540, 1080)]
    assert "Пересекавшиеся интервалы соединены" in page_of(admin.get(answer["Location"]))


def test_exceptions_are_saved_with_their_notes(admin, site, address):
    dates = [
        ("2026-12-31", "", "9:00–15:00", "Короткий день"),
        ("28.11.2026", "on", "9:00–18:00", "Обновление сервиса"),
        ("", "on", "", ""),
    ]
    assert admin.post(address, form_of(site, dates=dates)).status_code == 302
    saved = [(f"{day.on}", day.spans, day.note) for day in ExceptionalDay.objects.all()]
    assert saved == [
        ("2026-11-28", [], "Обновление сервиса"),
        ("2026-12-31", [[540, 900]], "Короткий день"),
    ]


@pytest.mark.parametrize("note", ["<b>Жирный</b>", "Праздник 🎉", "'; DROP TABLE --"])
def test_a_strange_note_is_a_note(admin, site, address, note):
    admin.post(address, form_of(site, dates=[("2027-01-01", "on", "", note)]))
    assert ExceptionalDay.objects.get().note == note
    assert "<b>Жирный" not in admin.get(address).content.decode()


def test_no_visitor_reads_the_note(admin, site, address, marina, ilya):
    note = "Тайна для коллег"
    admin.post(address, form_of(site, dates=[(f"{timezone.localdate()}", "on", "", note)]))
    bearer = browser_of().get(f"/widget/{site.key}/")
    assert note not in bearer.content.decode()


def test_it_is_noted_who_changed_what(admin, elena, site, address):
    admin.post(address, form_of(site))
    (change,) = Change.objects.all()
    assert (change.by, change.address, change.kind) == (elena, "127.0.0.1", "schedule")
    assert change.after["monday"] == "09:00–18:00"


# Refusing

LONG = "9" * 5000


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("25:00", "26:00", "«25:00» — не время"),
        ("9:00", "25:00", "«25:00» — не время"),
        ("9:60", "18:00", "«9:60» — не время"),
        ("24:00", "2:00", "«24:00» — не время"),
        ("9:00", "", "Укажите время"),
        ("", "18:00", "Укажите время"),
        ("", "", "Укажите часы или снимите"),
        ("   ", "", "Укажите часы или снимите"),
        ("девять", "18:00", "«девять» — не время"),
        ("9:00\x00", "18:00", "— не время"),
        ("\u202e00:9", "18:00", "— не время"),
        ("<b>9</b>", "18:00", "— не время"),
        ("🕘", "18:00", "— не время"),
        (LONG, "18:00", "— не время"),
    ],
)
def test_hours_that_make_no_sense_are_refused_at_their_day(
    admin, site, address, opens, closes, words
):
    before = week_of(site)
    typed = form_of(site) | {"day_2_from": [opens], "day_2_to": [closes]}
    answer = admin.post(address, typed)
    assert answer.status_code == 422
    assert words in error_of(answer, "day_2")
    assert error_of(answer, "day_1") == ""
    assert fields_of(answer)["day_2_to"] == [closes]
    assert week_of(site) == before
    assert not Change.objects.exists()


def test_the_end_that_is_wrong_is_marked(admin, site, address):
    page = page_of(admin.post(address, form_of(site) | {"day_2_to": ["25:00"]}))
    wrong = re.findall(r'id="(\w+)"[^>]*aria-invalid="true"', page)
    assert wrong == ["id_day_2_to_0"]


def test_a_day_has_so_many_intervals(admin, site, address):
    many = ", ".join(f"{hour}:00–{hour}:30" for hour in range(13))
    answer = admin.post(address, form_of(site, {0: many}))
    assert "Не больше 12 интервалов" in error_of(answer, "day_0")


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "Europe", "../etc/passwd", "Europe/Moscow\x00", "я" * 60, "<b>"]
)
def test_a_zone_that_is_none_is_refused(admin, site, address, zone):
    answer = admin.post(address, form_of(site, time_zone=zone))
    assert answer.status_code == 422
    assert error_of(answer, "time_zone")
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "on", "", "Праздник"), "Обязательное"),
        (("31 февраля", "on"), "правильную дату"),
        (("2026-02-31", "on"), "правильную дату"),
        (("0001-01-01", "on"), "от 2000 до 2100"),
        (("9999-12-31", "on"), "от 2000 до 2100"),
        (("2026-12-31\x00", "on"), "правильную дату"),
        (("2026-12-31", "", ""), "отметьте «Закрыто»"),
        (("2026-12-31", "", "25:00–26:00"), "«25:00» — не время"),
        (("2026-12-31", "", "весь день"), "«весь день» — не часы"),
        (("2026-12-31", "", LONG), "— не часы"),
        (("2026-12-31", "on", "", "я" * 201), "не более 200"),
        (("2026-12-31", "on", "", "Тихо\x07"), "управляющие"),
        (("2026-12-31", "on", "", "Тихо \u202egpj"), "управляющие"),
    ],
)
def test_a_date_that_makes_no_sense_is_refused_at_its_row(admin, site, address, row, words):
    answer = admin.post(address, form_of(site, dates=[("2027-01-01", "on"), row]))
    assert answer.status_code == 422
    assert words in error_of(answer, "dates_1")
    assert error_of(answer, "dates_0") == ""
    assert not ExceptionalDay.objects.exists()


def test_what_is_past_is_folded_and_kept(admin, site, address):
    dates = [("2020-01-01", "on"), ("2099-12-31", "on")]
    admin.post(address, form_of(site, dates=dates))
    answer = admin.get(address)
    assert "Прошедшие: 1" in page_of(answer)
    admin.post(address, fields_of(answer))
    assert ExceptionalDay.objects.count() == 2


def test_of_what_makes_no_sense_only_so_much_is_quoted(admin, site, address):
    answer = admin.post(address, form_of(site) | {"day_2_to": [f"\u202e{LONG}"]})
    assert error_of(answer, "day_2").startswith(f"«{LONG[:40]}» — не время")


def test_one_date_has_one_row(admin, site, address):
    dates = [("2027-01-01", "on"), ("01.01.2027", "", "9:00–12:00")]
    answer = admin.post(address, form_of(site, dates=dates))
    assert "уже есть" in error_of(answer, "dates_1")


def test_so_many_dates_and_no_more(admin, site, address):
    dates = [(f"{2027 + n // 300}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}", "on") for n in range(201)]
    answer = admin.post(address, form_of(site, dates=dates))
    assert answer.status_code == 422
    assert "Не больше 200" in error_of(answer, "dates")


def test_what_was_typed_is_typed_still(admin, site, address):
    dates = [("2026-12-31", "", "25:00", "Салют")]
    typed = form_of(site, {0: "7:77–8:00, 9:00–10:00"}, dates, time_zone="Asia/Omsk")
    shown = fields_of(admin.post(address, typed))
    assert shown["day_0_from"] == ["7:77", "9:00"]
    assert "day_1" not in shown
    assert (shown["dates_on_0"], shown["dates_hours_0"]) == (["2026-12-31"], ["25:00"])
    assert (shown["dates_note_0"], shown["time_zone"]) == (["Салют"], "Asia/Omsk")


@pytest.mark.parametrize(
    "strange",
    [
        {"day_9": "on", "day_9_from": "x"},
        {"dates": ["0", "0", "' OR 1=1", "🙂"]},
        {"more": "day_77"},
        {"drop": "day_0:x"},
        {"drop": "time_zone:0"},
        {"drop_date": "777"},
        {"copy": "1", "copy_from": "77", "copy_to": "вчера"},
        {"copy": "1"},
        {"check": "dates:777"},
        {"check": "day_77"},
        {"holidays": "0"},
        {"holidays": "' OR 1=1"},
    ],
)
def test_what_no_page_sends_does_no_harm(admin, site, address, strange):
    assert admin.post(address, form_of(site) | strange).status_code in (200, 302, 422)


def test_a_field_is_checked_as_it_is_left(admin, site, address):
    typed = form_of(site, "22:00–2:00") | {"day_2_to": "25:00", "check": "day_2"}
    answer = admin.post(address, typed)
    assert answer.status_code == 200
    page = page_of(answer)
    assert '<span data-wrong="id_day_2_to_0">«25:00» — не время' in page
    assert "<html" not in page
    assert "Понедельник заканчивается во вторник в 2:00" in page
    assert week_of(site)[0] == [(0, 1440)]


@pytest.mark.parametrize(
    "unfinished",
    [
        {"day_2_from": "", "day_2_to": "", "check": "day_2"},
        {"day_2_from": "9:00", "day_2_to": "", "check": "day_2"},
        {"dates": ["0"], "dates_on_0": "2027-01-01", "check": "dates:0"},
        {"dates": ["0"], "dates_note_0": "Новый год", "check": "dates:0"},
    ],
)
def test_what_is_still_being_filled_in_is_not_reproached(admin, site, address, unfinished):
    assert "data-wrong" not in page_of(admin.post(address, form_of(site) | unfinished))


def test_a_date_is_checked_as_it_is_left(admin, site, address):
    row = {"dates": ["4"], "dates_on_4": "2027-01-01", "dates_hours_4": "99", "check": "dates:4"}
    page = page_of(admin.post(address, form_of(site) | row))
    assert page.count("data-wrong") == 1
    assert '"id_dates_hours_4">«99» — не часы' in page


# Rows are added, taken out and copied without anything being saved


def arranges(admin, site, address, typed, **button):
    before = week_of(site)
    answer = admin.post(address, typed | button)
    assert answer.status_code == 200
    assert "data-refused" in page_of(answer)
    assert week_of(site) == before
    return fields_of(answer)


def test_an_interval_is_added(admin, site, address):
    shown = arranges(admin, site, address, form_of(site), more="day_3", check="day_3")
    assert shown["day_3_from"] == ["9:00", ""]
    assert shown["day_2_from"] == ["9:00"]


def test_adding_to_a_day_off_opens_it(admin, site, address):
    typed = form_of(site, {0: "9:00–18:00"}) | {"day_6_from": "", "day_6_to": ""}
    shown = arranges(admin, site, address, typed, more="day_6")
    assert shown["day_6_from"] == [""]
    assert "day_6" in shown


def test_an_interval_is_taken_out(admin, site, address):
    typed = form_of(site, "9:00–13:00, 14:00–18:00")
    shown = arranges(admin, site, address, typed, drop="day_3:0")
    assert (shown["day_3_from"], shown["day_3_to"]) == (["14:00"], ["18:00"])


@pytest.mark.parametrize(
    ("target", "expected"),
    [("workdays", [0, 1, 2, 3, 4, 6]), ("all", [0, 1, 2, 3, 4, 5, 6]), ("5", [0, 5, 6])],
)
def test_a_day_is_copied_to_others(admin, site, address, target, expected):
    typed = form_of(site, {0: "9:00–13:00, 14:00–18:00", 6: "1:00–2:00"})
    shown = arranges(admin, site, address, typed, copy="1", copy_from="0", copy_to=target)
    assert [day for day in range(7) if f"day_{day}" in shown] == expected
    assert all(shown[f"day_{day}_to"][:1] == ["13:00"] for day in expected if day != 6)


def test_a_day_off_is_copied_too(admin, site, address):
    typed = form_of(site, {0: "9:00–18:00"})
    shown = arranges(admin, site, address, typed, copy="1", copy_from="6", copy_to="all")
    assert not [day for day in range(7) if f"day_{day}" in shown]


def test_a_row_for_one_more_date(admin, site, address):
    typed = form_of(site, dates=[("2027-01-01", "on")])
    shown = arranges(admin, site, address, typed, more_dates="1")
    assert (shown["dates"], shown["dates_on_1"]) == (["0", "1"], [""])


def test_a_date_is_taken_out(admin, site, address):
    typed = form_of(site, dates=[("2027-01-01", "on"), ("2027-01-02", "on")])
    shown = arranges(admin, site, address, typed, drop_date="0")
    assert "dates_on_0" in shown
    assert [shown[f"dates_on_{key}"] for key in shown["dates"]] == [["2027-01-02"], [""]]


# The working calendar


def test_the_holidays_of_a_year_come_at_a_press_and_are_saved_with_the_rest(admin, site, address):
    typed = form_of(site, "9:00–13:00, 14:00–18:00", [("2027-01-01", "", "10:00–12:00", "Наш")])
    shown = arranges(admin, site, address, typed, holidays="2027")
    assert shown["dates_note_2027-02-23"] == ["День защитника Отечества"]
    assert shown["dates_hours_2027-02-20"] == ["9:00–13:00, 14:00–18:00"]
    assert admin.post(address, shown).status_code == 302
    days = {f"{day.on}": day for day in ExceptionalDay.objects.all()}
    assert (days["2027-01-01"].note, days["2027-01-01"].is_from_calendar) == ("Наш", False)
    assert (days["2027-02-23"].spans, days["2027-02-23"].is_from_calendar) == ([], True)
    assert days["2027-02-20"].spans == [[540, 780], [840, 1080]]
    again = arranges(admin, site, address, fields_of(admin.get(address)), holidays="2027")
    assert len(again["dates"]) == len(days) + 1


def test_a_holiday_is_switched_off_and_on(admin, site, address):
    holiday = datetime(2027, 2, 23, 12, tzinfo=UTC)
    shown = arranges(admin, site, address, form_of(site), holidays="2027")
    admin.post(address, shown)
    assert not is_site_open(Site.objects.get(pk=site.pk), holiday)
    shown = fields_of(admin.get(address))
    (key,) = [key for key in shown["dates"] if shown[f"dates_on_{key}"] == ["2027-02-23"]]
    admin.post(
        address, {name: value for name, value in shown.items() if name != f"dates_applies_{key}"}
    )
    assert is_site_open(Site.objects.get(pk=site.pk), holiday)
    noted = [hours for on, hours, _note in Change.objects.latest("pk").after["dates"]]
    assert noted.count("не действует") == 1
    shown = fields_of(admin.get(address))
    assert shown[f"dates_note_{key}"] == ["День защитника Отечества"]
    admin.post(address, shown | {f"dates_applies_{key}": "on"})
    assert not is_site_open(Site.objects.get(pk=site.pk), holiday)


def test_where_mondays_are_off_nobody_works_on_a_moved_day(admin, site, address):
    shown = arranges(admin, site, address, form_of(site, {3: "9:00–18:00"}), holidays="2027")
    assert "dates_on_2027-02-20" not in shown
    assert "dates_on_2027-02-22" in shown


# Two administrators


def test_the_second_is_told_and_loses_nothing(admin, site, address):
    colleague = browser_of(staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR))
    mine = form_of(site, "7:00–8:00")
    colleague.post(address, form_of(site, time_zone="Asia/Omsk"))
    answer = admin.post(address, mine)
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Ольга Дёмина" in page
    assert "часовой пояс («Europe/Moscow» → «Asia/Omsk»)" in page
    assert "понедельник («00:00–24:00» → «09:00–18:00»)" in page
    again = fields_of(answer)
    assert again["day_0_from"] == ["7:00"]
    assert admin.post(address, again).status_code == 302


def test_neither_a_mistake_nor_another_row_hides_what_others_saved(admin, site, address):
    """The form is shown again with the version that it was opened with."""
    mine = form_of(site) | {"day_2_to": "25:00"}
    Site.objects.filter(pk=site.pk).update(version=5)
    for answer in (admin.post(address, mine), admin.post(address, mine | {"more": "day_1"})):
        assert 'name="shown_version" value="1"' in page_of(answer)
    assert admin.post(address, form_of(site)).status_code == 409
    assert shown_version(admin, address) == "5"


# Now


def test_what_never_changes_is_said_so(admin, site, address):
    assert "Сейчас открыто, и по графику не закроется." in page_of(admin.get(address))
    Hours.objects.all().delete()
    assert "Сейчас закрыто, и по графику не откроется." in page_of(admin.get(address))


def test_a_schedule_that_was_spoilt_is_shown_and_mended(admin, site, address):
    ExceptionalDay.objects.create(site=site, on="2027-01-01")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE departments_exceptionalday SET spans = %s", [json.dumps("день")])
    Site.objects.update(time_zone="Mars/Base")
    answer = admin.get(address)
    assert "График не читается" in page_of(answer)
    shown = fields_of(answer)
    assert shown["time_zone"] == "Mars/Base"
    assert admin.post(address, shown | {"time_zone": "Asia/Omsk"}).status_code == 302
    assert "График не читается" not in page_of(admin.get(address))


# What a visitor sees


@pytest.fixture
def office(admin, site, address):
    """On workdays with a pause, on Fridays into the night, and some dates are others."""
    days = dict.fromkeys(range(4), "9:00–13:00, 14:00–18:00") | {4: "22:00–2:00"}
    dates = [("2026-12-31", "", "9:00–15:00", "Короткий день"), ("2027-01-01", "on")]
    admin.post(address, form_of(site, days, dates))


def sees(admin, address, on, at, zone="Europe/Moscow"):
    answer = admin.get(address, {"on": on, "at": at, "zone": zone}, headers={"HX-Request": "true"})
    return re.sub(r"\s+", " ", page_of(answer))


@pytest.mark.parametrize(
    ("on", "at", "seen"),
    [
        ("2026-11-26", "12:59", "В сети"),
        ("2026-11-26", "13:00", "Не в сети"),
        ("2026-11-28", "1:59", "В сети"),
        ("2026-11-28", "2:00", "Не в сети"),
        ("2026-12-31", "14:59", "В сети"),
        ("2027-01-01", "12:00", "Не в сети"),
        ("2026-11-25", "24:00", "Не в сети"),
    ],
)
def test_what_a_visitor_sees(admin, office, address, on, at, seen):
    assert f">{seen}</span>" in sees(admin, address, on, at)


@pytest.mark.parametrize(
    ("on", "at", "why"),
    [
        ("2026-11-26", "12:00", "Так решает неделя (четверг): 09:00–13:00, 14:00–18:00."),
        ("2026-11-28", "1:00", "Ещё идут часы предыдущего дня (пятница): 22:00–02:00."),
        ("2026-11-29", "1:00", "Так решает неделя (воскресенье): закрыто."),
        ("2026-12-31", "16:00", "исключение на 31 декабря 2026 (Короткий день): 09:00–15:00."),
        ("2027-01-01", "1:00", "исключение на 1 января 2027: закрыто."),
        ("2026-11-26", "13:00", "Откроется в 14:00; у посетителя будет 14:00."),
    ],
)
def test_why_a_visitor_sees_it(admin, office, address, on, at, why):
    assert why in sees(admin, address, on, at)


def test_a_visitor_elsewhere_has_another_clock(admin, office, address):
    told = sees(admin, address, "2026-11-27", "1:30", "Asia/Vladivostok")
    assert (
        "У посетителя пятница, 27 ноября 2026, 1:30, на сайте четверг, 26 ноября 2026, 18:30."
        in told
    )
    assert "Откроется завтра в 22:00; у посетителя будет 5:00, 28 ноября." in told


def test_an_hour_that_a_clock_skips_is_none(admin, office, address):
    told = sees(admin, address, "2026-03-29", "2:30", "Europe/Berlin")
    assert "такого времени не было" in told


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"on": ""}, "Обязательное"),
        ({"on": "вчера"}, "правильную дату"),
        ({"on": "9999-12-31"}, "от 2000 до 2100"),
        ({"at": "25:00"}, "от 0:00 до 24:00"),
        ({"at": "\x00"}, "ноль-байт"),
        ({"zone": "Mars/Base"}, "Нет такого часового пояса"),
    ],
)
def test_what_cannot_be_asked_is_said(admin, office, address, asked, words):
    typed = {"on": "2026-11-26", "at": "12:00", "zone": "Europe/Moscow"} | asked
    answer = admin.get(address, typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert words in page_of(answer)


def test_without_a_script_the_whole_page_answers(admin, office, address):
    typed = {"on": "2026-11-26", "at": "12:00", "zone": "Europe/Moscow"}
    page = page_of(admin.get(address, typed))
    assert "Так решает неделя" in page
    assert "<form-editor" in page


# Many


def test_the_page_asks_the_same_of_a_full_one(admin, site, address, django_assert_max_num_queries):
    Hours.objects.filter(site=site).delete()
    for number in range(30):
        open_site(f"site{number}")
    dates = [(f"2027-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}", "on") for n in range(150)]
    day = ", ".join(f"{hour}:00–{hour}:30" for hour in range(12))
    assert admin.post(address, form_of(site, day, dates)).status_code == 302
    with django_assert_max_num_queries(12):
        assert "2027-06-10" in page_of(admin.get(address))


def test_what_is_typed_is_read_as_the_property_tests_read_it(admin, site, address):
    """The form and departments.timetable are one."""
    text = "0:00–3:00, 9:30–13:00, 23:00–1:00"
    admin.post(address, form_of(site, text))
    assert week_of(site)[3] == [(span.opens, span.closes) for span in read_day(text)]
