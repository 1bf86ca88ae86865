"""Places of addresses by files of our own, and how another file is taken in."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat import geo
from chat.actions.errors import Refusal
from chat.geo import geo_files, take_in
from chat.places import Place, path_of, place_of
from tests.server import ROOT

DEMO = ROOT / "sphaera_support" / "demo"
FILES = [DEMO / "city.mmdb", DEMO / "owner.mmdb"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.GEO_DIR = tmp_path / "geo"


def takes(*paths: Path) -> None:
    for path in paths:
        with path.open("rb") as file:
            take_in(file, source=path.name, at=timezone.now())


def test_city_country_and_owner_are_told_in_russian():
    takes(*FILES)
    known = Place("Нижний Новгород", "Россия", "Волга-Логистик")
    assert place_of("203.0.113.7") == known
    assert place_of("::ffff:203.0.113.7") == known
    assert place_of("2001:db8::7").city == "Москва"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.200", Place("", "Россия", "Волга-Логистик")),
        ("198.51.100.200", Place("Almaty", "Казахстан", "Вектор")),
        ("8.8.8.8", Place()),
        ("10.1.2.3", Place(is_inner=True)),
        ("127.0.0.1", Place(is_inner=True)),
        ("::1", Place(is_inner=True)),
        ("fe80::1%eth0", Place(is_inner=True)),
        ("", Place()),
        (None, Place()),
        ("где-то", Place()),
    ],
)
def test_what_is_not_told_is_not_known(address, place):
    takes(*FILES)
    assert place_of(address) == place


def test_names_in_a_file_are_cleaned_and_cut():
    takes(*FILES)
    place = place_of("192.0.2.1")
    assert (place.city, len(place.country)) == ("<b>Город</b>", 100)


def test_without_a_file_nothing_is_known_and_nothing_fails():
    assert place_of("203.0.113.7") == Place()
    assert geo_files() == []


def test_another_file_is_noticed_without_a_restart():
    assert place_of("203.0.113.7").city == ""
    takes(FILES[0])
    assert place_of("203.0.113.7").city == "Нижний Новгород"
    path_of("city").unlink()
    assert place_of("203.0.113.7").city == ""


@pytest.mark.parametrize("content", [b"", b"text", b"\x1f\x8b", FILES[0].read_bytes()[:1000]])
def test_what_is_no_database_is_refused_and_the_old_one_stays(content):
    takes(FILES[0])
    with pytest.raises(Refusal):
        take_in(io.BytesIO(content), source="a", at=timezone.now())
    assert place_of("203.0.113.7").city == "Нижний Новгород"
    assert sorted(path.name for path in path_of("city").parent.iterdir()) == [
        "city.json",
        "city.mmdb",
    ]


def test_one_that_is_damaged_in_the_middle_tells_nothing_or_what_it_told():
    content = bytearray(FILES[0].read_bytes())
    content[20:600] = b"\xff" * 580
    with pytest.raises(geo.DamagedGeoFile):
        take_in(io.BytesIO(content), source="a", at=timezone.now())
    path_of("city").write_bytes(content)
    assert place_of("203.0.113.7") == Place()


def packed(content: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, body in (("GeoLite2/LICENSE.txt", b"text"), ("GeoLite2/City.mmdb", content)):
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return archive.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, packed])
def test_packed_as_services_send_them_they_are_unpacked(pack):
    content = pack(FILES[0].read_bytes())
    taken = take_in(io.BytesIO(content), source="a.gz", at=timezone.now())
    assert (taken.kind, taken.type) == ("city", "Synthetic-City")
    assert place_of("203.0.113.7").city == "Нижний Новгород"


def test_what_grows_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(geo, "MOST_BYTES", 1000)
    with pytest.raises(geo.NoGeoFile):
        take_in(io.BytesIO(gzip.compress(b"a" * 10**6)), source="a", at=timezone.now())


def test_the_command_takes_files_from_disk(capsys):
    call_command("geoip_update", *FILES)
    assert [file.source for file in geo_files()] == ["city.mmdb", "owner.mmdb"]
    assert "Synthetic-ASN" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "Name the files"),
        (["nowhere.mmdb"], "nowhere.mmdb"),
        ([__file__], "Это не база адресов"),
        (["--service", "maxmind"], "MAXMIND_ACCOUNT_ID"),
    ],
)
def test_the_command_says_what_is_wrong(asked, words):
    with pytest.raises(CommandError, match=words):
        call_command("geoip_update", *asked)


def test_the_command_asks_a_service_only_when_told_to(monkeypatch, settings):
    """A service of ours stands for theirs: what it is asked, and what it answers."""
    from chat.management.commands import geoip_update
    from tests.chat.geo_service import GeoService

    with GeoService({"/city": FILES[0].read_bytes(), "/asn": FILES[1].read_bytes()}) as service:
        monkeypatch.setattr(geoip_update, "DBIP", service.url + "/{name}?{at:%Y-%m}")
        call_command("geoip_update", *FILES)
        assert service.asked == []
        call_command("geoip_update", "--service", "dbip")
        assert service.asked == [f"/{n}?{timezone.now():%Y-%m}" for n in ("city", "asn")]
        assert [file.source for file in geo_files()] == ["dbip", "dbip"]
        monkeypatch.setattr(geoip_update, "MAXMIND", service.url + "/nothing/{name}")
        settings.MAXMIND_ACCOUNT_ID, settings.MAXMIND_LICENSE_KEY = "1", "key"
        with pytest.raises(CommandError, match="404"):
            call_command("geoip_update", "--service", "maxmind")
