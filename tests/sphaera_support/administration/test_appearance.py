"""The look of a site's window by its pages: texts, switches, picture, and the sample of it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chat.files.squares import LARGEST, SIDE
from departments.models import FileKind, Site, SiteAvatar
from operators.models import Change
from tests.cast import browser_of, token
from tests.sphaera_support.administration.forms import error_of, page_of
from tests.sphaera_support.administration.test_sites import LOOK, address_of, form_of

pytestmark = pytest.mark.once


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def picture(side=200, *, kind="PNG", **saved):
    kept = io.BytesIO()
    Image.new("RGB", (side, side), "#5b4a9e").save(kept, kind, **saved)
    return kept.getvalue()


def noisy(side=400):
    kept = io.BytesIO()
    Image.effect_noise((side, side), 200).convert("RGB").save(kept, "PNG")
    return kept.getvalue()


def gives(admin, site, content, **headers):
    file = SimpleUploadedFile("logo.png", content)
    return admin.post(address_of(site, "avatar/"), {"avatar": file}, headers=headers)


# Texts and switches


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("away_title", "я" * 81, "не более 80"),
        ("away_title", "Нет\u202eнас", "управляющие"),
        ("away_text", "я" * 501, "не более 500"),
        ("away_text", "Нет\x00", "управляющие"),
        ("thanks_text", "я" * 201, "не более 200"),
        ("thanks_text", "Да\u2066", "управляющие"),
    ],
)
def test_words_that_are_none_are_refused_at_their_field(admin, site, field, value, words):
    answer = admin.post(address_of(site, "appearance/"), LOOK | {field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert not Change.objects.exists()


def test_all_of_it_is_kept_and_told_to_windows(admin, wires, site, marina):
    tab = wires.visitor(marina)
    typed = {
        "away_title": "Нас <b>нет</b> 🌙",
        "away_text": "Ответим утром.",
        "thanks_text": "Записали!",
        "asks_email": "on",
    }
    assert admin.post(address_of(site, "appearance/"), LOOK | typed).status_code == 302
    look = tab.expect("look")["look"]
    assert (look["away_title"], look["away_text"]) == (typed["away_title"], "Ответим утром.")
    assert (look["thanks"], look["asks_email"]) == ("Записали!", True)
    assert (look["operators"], look["attaches"], look["sound"]) == (False, False, False)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "<b>нет" not in window
    note = Change.objects.get()
    assert note.after["away_text"] == "Ответим утром."
    assert (note.before["shows_operators"], note.after["shows_operators"]) == (True, False)


# Files and personal data, in «Основное»


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("max_file_size", "0", "больше либо равно 1"),
        ("max_file_size", "21", "меньше либо равно 20"),
        ("max_file_size", "много", "целое число"),
        ("file_kinds", [], "Отметьте хотя бы один"),
        ("file_kinds", ["programs"], "нет среди допустимых"),
        ("privacy_text", "я" * 501, "не более 500"),
        ("privacy_text", "Правила\u202e", "управляющие"),
        ("privacy_text", "Правила\x00", "управляющие"),
    ],
)
def test_limits_that_make_no_sense_are_refused(admin, site, field, value, words):
    answer = admin.post(address_of(site), form_of(site, **{field: value}))
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert not Change.objects.exists()


def test_limits_are_kept(admin, site):
    typed = {"max_file_size": "5", "file_kinds": ["pictures", "texts"]}
    assert admin.post(address_of(site), form_of(site, **typed)).status_code == 302
    site.refresh_from_db()
    assert (site.max_file_size, site.file_kinds) == (5, ["pictures", "texts"])
    shown = page_of(admin.get(address_of(site)))
    assert 'value="pictures" ' in shown
    assert shown.count(" checked") == 2 + site.departments.count()


def test_all_kinds_are_none_in_particular(admin, site):
    admin.post(address_of(site), form_of(site, file_kinds=FileKind.values))
    site.refresh_from_db()
    assert (site.max_file_size, site.file_kinds) == (None, [])


def test_another_text_alone_asks_nobody_again(admin, site):
    admin.post(address_of(site), form_of(site, privacy_text="Мы храним переписку."))
    site.refresh_from_db()
    assert (site.privacy_text, site.privacy_version) == ("Мы храним переписку.", 1)


def test_a_new_version_is_noted_with_its_text(admin, site):
    typed = {"privacy_text": "Мы храним переписку.", "asks_again": "on"}
    admin.post(address_of(site), form_of(site, **typed))
    site.refresh_from_db()
    assert site.privacy_version == 2
    after = Change.objects.get().after
    assert after == {"privacy_text": "Мы храним переписку.", "privacy_version": 2}
    assert "Сейчас версия 2" in page_of(admin.get(address_of(site)))


def test_pressed_twice_it_is_one_version(admin, site):
    typed = form_of(site, asks_again="on")
    admin.post(address_of(site), typed)
    assert admin.post(address_of(site), typed).status_code == 409
    site.refresh_from_db()
    assert site.privacy_version == 2


# The picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_and_handed_out_to_anybody(admin, site, kind):
    assert gives(admin, site, picture(300, kind=kind)).status_code == 302
    site.refresh_from_db()
    answer = browser_of().get(f"/widget/demo/avatar/{site.avatar}/")
    assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("image/webp", True)
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (SIDE, SIDE))
    assert len(answer.content) < 20_000


def test_nothing_but_the_picture_stays(admin, site):
    exif = Image.Exif()
    exif[0x010E] = "§SECRET§ 55.75, 37.61"
    gives(admin, site, picture(kind="JPEG", exif=exif))
    with Image.open(io.BytesIO(bytes(SiteAvatar.objects.get().content))) as drawn:
        assert not drawn.getexif()
    assert b"SECRET" not in bytes(SiteAvatar.objects.get().content)


def test_open_windows_show_it(admin, wires, site, marina):
    tab = wires.visitor(marina)
    gives(admin, site, picture())
    assert tab.expect("look")["look"]["avatar"] == SiteAvatar.objects.get().name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Выберите файл"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "не картинка"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00", "не картинка"),
        (picture()[:150], "не картинка"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "не картинка"),
        (picture(95), "меньше 96"),
        (picture(4097), "больше 4096"),
        (noisy(), "больше 200 КБ"),
    ],
    ids=["none", "svg", "gif", "half", "head", "small", "huge", "heavy"],
)
def test_what_is_no_such_picture_is_refused_with_the_reason(admin, site, content, words):
    assert len(content) < LARGEST or words == "больше 200 КБ"
    answer = gives(admin, site, content)
    assert answer.status_code == 422
    assert words in error_of_avatar(answer)
    assert not SiteAvatar.objects.exists()
    assert not Change.objects.exists()


def error_of_avatar(answer):
    return page_of(answer).partition('id="avatar_error"')[2].partition("</p>")[0]


def test_the_form_beside_it_is_left_alone(admin, site):
    """What is typed there is saved afterwards, as if nothing had been."""
    part = gives(admin, site, picture(), **{"HX-Request": "true"})
    assert page_of(part).strip().startswith("<div")
    assert "<html" not in page_of(part)
    assert admin.post(address_of(site, "appearance/"), LOOK).status_code == 302
    site.refresh_from_db()
    assert site.avatar == SiteAvatar.objects.get().name


def test_another_takes_its_place_and_none_takes_it_away(admin, site):
    gives(admin, site, picture())
    first = SiteAvatar.objects.get().name
    gives(admin, site, noisy(120))
    assert SiteAvatar.objects.get().name != first
    assert browser_of().get(f"/widget/demo/avatar/{first}/").status_code == 404
    assert admin.post(address_of(site, "avatar/"), {"remove": "1"}).status_code == 302
    assert (Site.objects.get().avatar, SiteAvatar.objects.count()) == ("", 0)
    assert Change.objects.count() == 3


def test_of_a_site_that_is_off_it_is_not_had(admin, site):
    gives(admin, site, picture())
    Site.objects.update(is_active=False)
    name = SiteAvatar.objects.get().name
    assert browser_of().get(f"/widget/demo/avatar/{name}/").status_code == 404


# The sample


def test_the_sample_is_the_window_without_a_visitor(admin, site):
    answer = admin.get(address_of(site, "preview/"))
    page = page_of(answer)
    assert "<sphaera-widget" in page
    assert "Илья Воронцов" in page
    assert 'data-operator="Оператор"' in page
    policy = answer["Content-Security-Policy"]
    assert "connect-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_of_a_look_stays_cheap(admin, site, django_assert_max_num_queries):
    for tab in ("appearance/", "preview/"):
        with django_assert_max_num_queries(12):
            admin.get(address_of(site, tab))
