"""A text is read in a tab of its own without being kept, a PDF in the browser's viewer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.files.excerpts import BYTES, excerpt_of
from chat.files.signatures import signature_of
from chat.files.storage import store_file
from tests.cast import answers, browser_of, writes
from tests.naughty_files import PDF_AND_HTML, picture

pytestmark = pytest.mark.once

PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def sent(marina, dialogue):
    def send(name, content):
        stored = store_file(SimpleUploadedFile(name, content), at=timezone.now(), visitor=marina)
        writes(marina, "вот", files=[stored.public_id])
        return stored

    return send


def looked_into(stored, browser, **asked):
    return browser.get(f"/files/{stored.public_id}/view/", asked)


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("ошибка".encode(), "ошибка"),
        ("\ufeffошибка".encode(), "ошибка"),
        ("ошибка".encode("cp1251"), "ошибка"),
        ("ошибка".encode("utf-16"), "ошибка"),
        (b"a\r\nb\rc", "a\nb\nc"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"8=FIX\x019=5", "8=FIX␁9=5"),
        ("fdp.\u202eexe".encode(), "fdp.exe"),
        (PAGE, PAGE.decode()),
    ],
)
def test_a_text_is_shown_as_text_whatever_it_is_written_in(tmp_path, content, text):
    (tmp_path / "a").write_bytes(content)
    with (tmp_path / "a").open("rb") as file:
        excerpt = excerpt_of(file)
    assert (excerpt.text, excerpt.is_whole) == (text, True)


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "lines", "is_whole"),
    [
        (b"line\n" * 199, 200, True),
        (b"line\n" * 300, 200, False),
        (b"x" * (BYTES + 10), 1, False),
        ("я".encode() * BYTES, 1, False),
        ("xя".encode() + "я".encode() * BYTES, 1, False),
    ],
)
def test_so_much_of_it_is_shown_and_no_more(tmp_path, content, lines, is_whole):
    (tmp_path / "a").write_bytes(content)
    with (tmp_path / "a").open("rb") as file:
        excerpt = excerpt_of(file)
    assert (excerpt.text.count("\n") + 1, excerpt.is_whole) == (lines, is_whole)
    assert len(excerpt.text) <= BYTES
    assert "�" not in excerpt.text


def test_a_page_that_was_sent_is_none(sent, ilya):
    answer = looked_into(sent("page.html", PAGE), browser_of(ilya))
    page = answer.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-downloads allow-same-origin; default-src 'none';")
    assert "script" not in policy
    assert "no-store" in answer["Cache-Control"]


def test_what_is_left_out_is_told(sent, ilya):
    browser = browser_of(ilya)
    assert (
        "не больше 200 строк" in looked_into(sent("a.log", b"x\n" * 300), browser).content.decode()
    )
    assert "Файл целиком" in looked_into(sent("b.log", b"x\n"), browser).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("ilya", 200), ("elena", 200), ("anton", 404), ("zoya", 404), (None, 404)]
)
@pytest.mark.parametrize("name", ["a.log", "a.pdf"])
def test_it_is_looked_into_by_who_may_have_it(sent, request, who, status, name):
    stored = sent(name, PDF_AND_HTML if name == "a.pdf" else b"text")
    browser = browser_of(request.getfixturevalue(who)) if who else browser_of()
    assert looked_into(stored, browser).status_code == status


def test_a_visitor_looks_by_the_signature_and_finds_the_file_by_it(sent):
    stored = sent("a.log", b"text")
    signature = signature_of(stored).removeprefix("s=")
    page = looked_into(stored, browser_of(), s=signature).content.decode()
    assert f"{stored.get_absolute_url()}?s={signature.replace(':', '%3A')}" in page
    assert looked_into(stored, browser_of(), s="1:x").status_code == 404


def test_a_note_s_file_is_looked_into_by_staff_alone(ilya, darya, dialogue):
    stored = store_file(SimpleUploadedFile("a.log", b"text"), at=timezone.now(), account=ilya)
    answers(ilya, dialogue, "для своих", note=True, files=[stored.public_id])
    signature = signature_of(stored).removeprefix("s=")
    assert looked_into(stored, browser_of(darya)).status_code == 200
    assert looked_into(stored, browser_of(), s=signature).status_code == 404


def test_a_pdf_goes_to_the_browser_s_viewer_and_is_nothing_else(sent, ilya, settings):
    settings.FILES_BY_PROXY = "/kept/"  # whose policy would hinder the viewer
    answer = looked_into(sent("a.pdf", PDF_AND_HTML), browser_of(ilya))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert not {"sandbox", "script-src"} & set(policy.replace(";", "").split())
    assert answer.getvalue() == PDF_AND_HTML


@pytest.mark.parametrize("content", [picture(), b"PK\x03\x04" + bytes(40)])
def test_what_is_neither_is_only_downloaded(sent, ilya, content):
    stored = sent("a", content)
    assert looked_into(stored, browser_of(ilya)).status_code == 404


def test_the_message_leads_there_beside_the_download(sent, wires, marina, ilya):
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    log, scan = sent("a.log", b"text"), sent("a.png", picture())
    for wire in (tab, zone):
        told, shown = (wire.expect("message", text="вот")["html"] for _number in range(2))
        assert f'href="/files/{log.public_id}/view/' in told
        assert f"/files/{scan.public_id}/view/" not in shown
