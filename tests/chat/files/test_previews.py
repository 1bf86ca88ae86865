"""Pictures in a log are ours: drawn anew, small, still, and without what their files tell."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chat.files import previews
from chat.files.drawing import LONGEST_SIDE
from chat.files.signatures import sign_file, signature_of
from chat.files.storage import discard, store_file
from chat.files.sweeps import draw_missing, remove_strays
from chat.models import Attachment
from tests.cast import browser_of, writes
from tests.naughty_files import picture

pytestmark = pytest.mark.once


def store(name, content, **owner):
    return store_file(SimpleUploadedFile(name, content), at=timezone.now(), **owner)


def drawn(stored):
    storage = stored.file.storage
    if not storage.exists(stored.preview_name):
        return None
    content = storage.open(stored.preview_name).read()
    assert len(content) == stored.preview_size
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF"])
def test_every_picture_that_a_browser_shows_is_drawn(marina, kind):
    shown = drawn(store("снимок", picture(kind, (40, 30)), visitor=marina))
    assert (shown.format, shown.size) == ("WEBP", (40, 30))


def test_a_large_one_is_drawn_small(marina):
    assert drawn(store("a.png", picture("PNG", (2600, 1300)), visitor=marina)).size == (
        LONGEST_SIDE,
        LONGEST_SIDE // 2,
    )


def test_it_stands_upright_and_tells_nothing_of_who_took_it(marina):
    told = Image.Exif()
    told[0x0112], told[0x010F] = 6, "Camera of Marina"  # lies on its side; its maker
    taken = picture("JPEG", (40, 30), exif=told, comment=b"Marina's home")
    shown = drawn(store("a.jpg", taken, visitor=marina))
    assert shown.size == (30, 40)
    assert (dict(shown.getexif()), set(shown.info) & {"exif", "xmp", "icc_profile"}) == ({}, set())


def test_what_is_clear_stays_clear(marina):
    clear = picture("PNG", (4, 4), mode="RGBA", colour=(0, 0, 0, 0))
    assert drawn(store("a.png", clear, visitor=marina)).getpixel((0, 0))[3] == 0


def test_what_moves_is_shown_still(marina):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:] * 200, duration=20)
    shown = drawn(store("a.gif", target.getvalue(), visitor=marina))
    assert getattr(shown, "n_frames", 1) == 1
    assert shown.convert("RGB").getpixel((1, 1))[0] > 200


def bomb(*size):
    target = io.BytesIO()
    Image.new("1", size).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb(20_000, 20_000),
        bomb(5001, 5000),
        picture("PNG", (40, 30))[:60],
        b"GIF89a" + os.urandom(300),
    ],
    ids=["a bomb", "a little too much", "half a picture", "noise"],
)
def test_what_cannot_be_drawn_within_bounds_is_a_file_like_any(marina, ilya, dialogue, content):
    stored = store("a.png", content, visitor=marina)
    assert (stored.preview_size, drawn(stored)) == (0, None)
    writes(marina, "вот", files=[stored.public_id])
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "attachment__thumb" not in page
    assert browser_of(ilya).get(f"/files/{stored.public_id}/preview/").status_code == 404
    inline = browser_of(ilya).get(f"{stored.get_absolute_url()}?inline")
    assert inline["Content-Disposition"].startswith("attachment")


def test_the_log_loads_previews_and_no_original(wires, marina, ilya, dialogue):
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    stored = store("a.png", picture(), visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    seen = zone.expect("message", text="вот")["html"], tab.expect("message", text="вот")["html"]
    assert all(f'src="/files/{stored.public_id}/preview/' in html for html in seen)


@pytest.mark.parametrize(
    ("who", "status"), [("ilya", 200), ("elena", 200), ("anton", 404), ("zoya", 404), (None, 404)]
)
def test_a_preview_is_had_by_who_may_have_the_file(marina, dialogue, request, who, status):
    stored = store("a.png", picture(), visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    browser = browser_of(request.getfixturevalue(who)) if who else browser_of()
    answer = browser.get(f"/files/{stored.public_id}/preview/")
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"] == "image/webp"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "no-store" in answer["Cache-Control"]
        assert Image.open(io.BytesIO(answer.getvalue())).format == "WEBP"


def test_a_visitor_has_it_by_the_signature_of_the_file(marina, dialogue):
    stored = store("a.png", picture(), visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    address = f"/files/{stored.public_id}/preview/"
    assert browser_of().get(f"{address}?{signature_of(stored)}").status_code == 200
    assert browser_of().get(f"{address}?s=1:x").status_code == 404
    assert sign_file(stored).endswith(signature_of(stored))


def test_where_everybody_draws_the_upload_does_not_wait_long_and_a_sweep_draws(marina, monkeypatch):
    monkeypatch.setattr(previews, "WAITS", 0.01)
    monkeypatch.setattr(previews, "_turns", busy := threading.BoundedSemaphore(1))
    with busy:
        stored = store("a.png", picture(), visitor=marina)
    assert stored.preview_size is None
    assert draw_missing() == 1
    stored.refresh_from_db()
    assert drawn(stored) is not None
    assert draw_missing() == 0


def test_a_preview_goes_with_its_file(marina):
    stored = store("a.png", picture(), visitor=marina)
    assert discard(stored)
    assert not stored.file.storage.exists(stored.preview_name)


def test_a_preview_whose_row_is_gone_goes_after_an_hour(marina):
    stray, kept = (store("a.png", picture(), visitor=marina) for _number in range(2))
    Attachment.objects.filter(pk=stray.pk).delete()
    later = timezone.now() + timedelta(hours=1, seconds=9)
    assert remove_strays(at=later) >= 2
    assert not stray.file.storage.exists(stray.preview_name)
    assert drawn(kept) is not None


def test_a_picture_whose_bytes_are_gone_is_not_asked_for_again(marina, monkeypatch):
    stored = store("a.png", picture(), visitor=marina)
    Path(stored.file.path).unlink()
    Attachment.objects.update(preview_size=None)
    assert (draw_missing(), draw_missing()) == (1, 0)
