"""The photo of an account: taken, replaced, taken away, refused; and who is handed it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chat.files.sweeps import remove_stray_photos
from operators import photos
from operators.models import Account, Change
from tests.cast import browser_of, photo_of, picture
from tests.sphaera_support.administration.forms import error_of, page_of

pytestmark = pytest.mark.once

OWN = "/profile/photo/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / photos.FOLDER


def sends(browser, address=OWN, content=None, **fields):
    content = picture() if content is None else content
    return browser.post(address, {"photo": SimpleUploadedFile("me.png", content), **fields})


def kept_in(folder):
    return [path.name for path in folder.glob("*")] if folder.exists() else []


def name_of(account):
    account.refresh_from_db()
    return Path(account.photo.name).name


# Taking it


def test_one_s_own_photo_is_taken(ilya, folder):
    browser = browser_of(ilya)
    answer = sends(browser)
    assert (answer.status_code, answer["Location"]) == (302, "/profile/?saved=photo")
    assert kept_in(folder) == [name_of(ilya)]
    page = page_of(browser.get("/profile/"))
    assert page.count(f'src="{ilya.photo_url}"') == 2  # above, and in the form


def test_an_administrator_gives_another_theirs(elena, ilya):
    admin = browser_of(elena)
    answer = sends(admin, f"/accounts/{ilya.pk}/photo/")
    assert answer["Location"] == f"/accounts/{ilya.pk}/?saved=photo"
    ilya.refresh_from_db()
    for address in (f"/accounts/{ilya.pk}/", "/accounts/"):
        assert f'src="{ilya.photo_url}"' in page_of(admin.get(address))


def test_another_takes_its_place(transactional_db, ilya, folder):
    first = sends(browser_of(ilya)) and name_of(ilya)
    sends(browser_of(ilya))
    assert kept_in(folder) == [name_of(ilya)] != [first]


def test_it_is_taken_away(transactional_db, ilya, folder):
    sends(browser_of(ilya))
    assert "Убрать фотографию" in page_of(browser_of(ilya).get("/profile/"))
    answer = browser_of(ilya).post(OWN, {"remove": "1"})
    assert (answer.status_code, name_of(ilya), kept_in(folder)) == (302, "", [])
    assert "Убрать фотографию" not in page_of(browser_of(ilya).get("/profile/"))


def test_it_goes_with_the_account(transactional_db, ilya, elena, folder):
    key = photo_of(ilya)
    browser_of(elena).post(f"/accounts/{ilya.pk}/delete/")
    assert (name_of(ilya), kept_in(folder)) == ("", [])
    assert browser_of().get(f"/photos/{key}/").status_code == 404


def test_the_form_of_the_account_is_as_fresh_as_before(elena, ilya):
    version = ilya.version
    sends(browser_of(elena), f"/accounts/{ilya.pk}/photo/")
    ilya.refresh_from_db()
    assert ilya.version == version


# Refusing


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"text", "Это не картинка"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Это не картинка"),
        (b"", "пуст"),
        (picture("JPEG", (900, 900))[:-900], "повреждена"),
    ],
)
@pytest.mark.parametrize("whose", ["own", "another's"])
def test_what_is_no_photo_is_refused_at_its_field(elena, ilya, folder, content, words, whose):
    address = OWN if whose == "own" else f"/accounts/{ilya.pk}/photo/"
    answer = sends(browser_of(elena), address, content)
    assert answer.status_code == 422
    assert words in error_of(answer, "photo")
    assert kept_in(folder) == []
    assert not Change.objects.exists()


def test_nothing_is_no_photo(ilya):
    answer = browser_of(ilya).post(OWN)
    assert answer.status_code == 422
    assert "Выберите файл" in error_of(answer, "photo")


def test_one_that_is_too_large_is_refused_with_the_limit(ilya, monkeypatch):
    monkeypatch.setattr(photos, "MOST_BYTES", 100)
    assert "Файл больше" in error_of(sends(browser_of(ilya)), "photo")


def test_the_old_one_stays_where_the_new_one_is_refused(ilya, folder):
    sends(browser_of(ilya))
    before = name_of(ilya)
    sends(browser_of(ilya), content=b"text")
    assert [name_of(ilya)] == [before] == kept_in(folder)


def test_a_full_disk_is_told(ilya, monkeypatch, caplog):
    def full(_photo):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(photos, "keep", full)
    answer = sends(browser_of(ilya))
    assert (answer.status_code, name_of(ilya)) == (422, "")
    assert "нет места" in error_of(answer, "photo")
    assert "No room for a photo" in caplog.text


def test_who_is_deleted_meanwhile_leaves_no_file(elena, ilya, folder, monkeypatch):
    keep = photos.keep

    def slowly(photo):
        Account.objects.filter(pk=ilya.pk).update(deleted_at=timezone.now())
        return keep(photo)

    monkeypatch.setattr(photos, "keep", slowly)
    assert sends(browser_of(elena), f"/accounts/{ilya.pk}/photo/").status_code == 422
    assert kept_in(folder) == []


def test_the_form_of_another_s_page_gives_nobody_a_photo(ilya, darya):
    """Of two who share a browser, the second signed in."""
    answer = sends(browser_of(darya), page_of=str(ilya.pk))
    assert answer.status_code == 403
    assert (name_of(ilya), name_of(darya)) == ("", "")


def test_a_customer_has_no_photo_to_be_given(elena, customer):
    assert sends(browser_of(elena), f"/accounts/{customer.pk}/photo/").status_code == 404


# Handing it out


def test_whoever_knows_its_address_has_it_and_may_keep_it(ilya):
    answer = browser_of().get(f"/photos/{photo_of(ilya)}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in answer.get("Vary", "")
    assert Image.open(BytesIO(answer.content)).size == (photos.SIDE, photos.SIDE)


@pytest.mark.parametrize("key", ["0" * 32, "1", "x-y_z"])
def test_a_guess_finds_nothing(ilya, key):
    photo_of(ilya)
    assert browser_of().get(f"/photos/{key}/").status_code == 404


def test_a_file_that_is_lost_is_not_there(ilya, folder):
    key = photo_of(ilya)
    (folder / name_of(ilya)).unlink()
    assert browser_of().get(f"/photos/{key}/").status_code == 404


def test_another_photo_has_another_address(ilya):
    assert photo_of(ilya) != photo_of(ilya)


# What is left behind


def test_what_no_account_has_goes_after_an_hour(ilya, folder):
    photo_of(ilya)
    (folder / "stray.webp").write_bytes(b"")
    assert remove_stray_photos(at=timezone.now()) == 0
    assert remove_stray_photos(at=timezone.now() + timedelta(hours=1, seconds=9)) == 1
    assert kept_in(folder) == [name_of(ilya)]


def test_before_a_database_that_knows_no_photo_all_stay(ilya, folder):
    photo_of(ilya)
    Account.objects.update(photo="")
    assert remove_stray_photos(at=timezone.now() + timedelta(days=1)) == 0
    assert len(kept_in(folder)) == 1


# The log of changes


def test_who_changed_whose_is_noted_and_never_where_it_is(elena, ilya):
    sends(browser_of(elena), f"/accounts/{ilya.pk}/photo/")
    key = name_of(ilya).removesuffix(photos.SUFFIX)
    browser_of(ilya).post(OWN, {"remove": "1"})
    noted = [(one.by, one.subject, one.deed, one.after) for one in Change.objects.all()]
    assert noted == [
        (elena, ilya.pk, "changed", {"photo": "изменена"}),
        (ilya, ilya.pk, "changed", {"photo": "удалена"}),
    ]
    assert key not in str(list(Change.objects.values()))
