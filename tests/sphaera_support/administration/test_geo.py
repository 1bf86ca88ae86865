"""«Адреса и места»: what is there, how old it is, and another file by the browser."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.places import path_of, place_of
from operators.models import Change
from tests.cast import browser_of
from tests.server import ROOT

CITY = (ROOT / "sphaera_support" / "demo" / "city.mmdb").read_bytes()

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.GEO_DIR = tmp_path / "geo"


def sends(account, name, content):
    return browser_of(account).post("/settings/geo/", {"file": SimpleUploadedFile(name, content)})


def page(account):
    return browser_of(account).get("/settings/geo/").content.decode()


def test_without_a_file_it_says_so(elena):
    assert page(elena).count("Файла нет") == 2


def test_an_administrator_puts_a_file_in_and_sees_its_age_and_source(elena):
    answer = sends(elena, "<b>City.mmdb", CITY)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/geo/?saved=saved")
    assert place_of("203.0.113.7").city == "Нижний Новгород"
    shown = page(elena)
    assert "Synthetic-City" in shown
    assert "&lt;b&gt;City.mmdb, Елена Соколова" in shown
    assert shown.count("Файла нет") == 1


def test_an_old_one_is_marked(elena, monkeypatch):
    sends(elena, "City.mmdb", CITY)
    assert "устарела" not in page(elena)
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "устарела" in page(elena)


@pytest.mark.parametrize("content", [b"text", CITY[: len(CITY) // 2]])
def test_what_is_no_database_is_told_at_the_field_and_the_old_one_stays(elena, content):
    sends(elena, "City.mmdb", CITY)
    answer = sends(elena, "City.mmdb", content)
    assert answer.status_code == 422
    assert "Это не база адресов" in answer.content.decode()
    assert path_of("city").read_bytes() == CITY
    left = {path.name for path in path_of("city").parent.iterdir()}
    assert left == {"city.json", "city.mmdb"}


def noted():
    fields = ("kind", "subject_name", "deed", "before__source", "after__source")
    return list(Change.objects.values_list(*fields))


def test_who_put_which_file_in_and_took_it_away_is_noted(elena):
    for name in ("City.mmdb", "Newer.mmdb"):
        sends(elena, name, CITY)
    browser_of(elena).post("/settings/geo/city/remove/")
    first, second = "City.mmdb, Елена Соколова", "Newer.mmdb, Елена Соколова"
    assert noted() == [
        ("geo", "Города и страны", "added", None, first),
        ("geo", "Города и страны", "changed", first, second),
        ("geo", "Города и страны", "deleted", second, None),
    ]
    assert Change.objects.filter(by=elena, address="127.0.0.1").count() == 3


def test_of_what_was_refused_nothing_is_noted(elena):
    sends(elena, "City.mmdb", b"text")
    assert noted() == []


def test_one_that_is_taken_away_is_asked_about_first(elena):
    sends(elena, "City.mmdb", CITY)
    asked = browser_of(elena).get("/settings/geo/city/remove/").content.decode()
    assert "Убрать базу «Города и страны»?" in asked
    assert place_of("203.0.113.7").city == "Нижний Новгород"
    answer = browser_of(elena).post("/settings/geo/city/remove/")
    assert answer["Location"] == "/settings/geo/?saved=deleted"
    assert (page(elena).count("Файла нет"), place_of("203.0.113.7").city) == (2, "")
    for kind in ("city", "owner", "settings"):
        assert browser_of(elena).post(f"/settings/geo/{kind}/remove/").status_code == 404


def test_nothing_sent_is_told_too(elena):
    answer = browser_of(elena).post("/settings/geo/", {})
    assert answer.status_code == 422


def test_an_operator_may_not(ilya):
    assert sends(ilya, "City.mmdb", CITY).status_code == 403
    assert browser_of(ilya).post("/settings/geo/city/remove/").status_code == 403
    assert not path_of("city").exists()
