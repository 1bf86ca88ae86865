"""Where clamd is asked: nobody gets what it knows to be harmful, nor what it has not seen yet."""

import io
import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.files.antivirus import examine
from chat.files.signatures import sign_file
from chat.files.storage import store_file
from chat.files.sweeps import scan_pending
from chat.models import Attachment
from chat.rooms.actions import post_internal_message
from tests.cast import answers, browser_of, makes_group, token, writes
from tests.clamd import EICAR, Clamd, saying
from tests.naughty_files import picture
from tests.services import free_port


@pytest.fixture(scope="module")
def clamd():
    if shutil.which("clamd") is None:
        pytest.skip("no clamd on this machine")
    with Clamd() as running:
        yield running


@pytest.fixture
def asked(clamd, settings):
    settings.CLAMD = clamd.address


@pytest.fixture
def away(settings):
    """Nobody listens there."""
    settings.CLAMD = f"127.0.0.1:{free_port()}"


def store(name="a.txt", content=b"text", **owner):
    return store_file(SimpleUploadedFile(name, content), at=timezone.now(), **owner)


def waiting(*stored):
    """As they came while clamd was away."""
    for each in stored:
        each.verdict = "pending"
        each.save()
    return stored


def upload(visitor, name, content):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    form = {"file": SimpleUploadedFile(name, content)}
    return browser_of().post("/widget/demo/files/", form, headers=bearer)


def test_what_is_harmless_is_had_at_once(marina, ilya, dialogue, asked):
    assert upload(marina, "a.png", picture()).status_code == 201
    stored = Attachment.objects.get()
    assert (stored.verdict, stored.is_withheld) == ("clean", False)
    writes(marina, "вот", files=[stored.public_id])
    assert browser_of(ilya).get(stored.get_absolute_url()).status_code == 200


def test_a_virus_is_refused_the_sender_is_told_and_nothing_stays(marina, disk, asked):
    refused = upload(marina, "счёт.txt", EICAR)
    assert refused.status_code == 422
    assert "нашёл в «счёт.txt» вирус Eicar-Test-Signature" in refused.json()["detail"]
    assert (disk.files, disk.rows) == (set(), set())


def test_without_an_antivirus_nobody_is_asked(marina, settings):
    settings.CLAMD = ""
    assert store(visitor=marina).verdict == ""


@pytest.mark.once
@pytest.mark.parametrize(
    ("answer", "after", "verdict", "virus"),
    [
        (b"stream: OK\0", None, "clean", ""),
        (b"stream: Win.Test-1 FOUND\0", None, "infected", "Win.Test-1"),
        (b"stream: " + b"x" * 300 + b" FOUND\0", None, "infected", "x" * 100),
        (b"INSTREAM size limit exceeded. ERROR\0", 20, "pending", ""),
        (b"", None, "pending", ""),
        (None, 1, "pending", ""),
        (b"\xff\xfe\0", None, "pending", ""),
    ],
)
def test_whatever_it_says_is_understood(settings, answer, after, verdict, virus):
    with saying(answer, after=after) as settings.CLAMD:
        finding = examine(io.BytesIO(b"x" * 300_000))
    assert (finding.verdict, finding.virus) == (verdict, virus)


@pytest.mark.once
def test_more_than_it_takes_is_not_taken_for_harmless(asked):
    assert examine(io.BytesIO(bytes(3 * 1024 * 1024))).verdict == "pending"


@pytest.mark.once
def test_by_the_path_of_a_socket_nobody_is_there(settings, tmp_path):
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    assert examine(io.BytesIO(b"text")).verdict == "pending"


def test_what_waits_is_had_by_nobody(marina, ilya, dialogue, away):
    stored = store(visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    assert scan_pending(at=timezone.now()) == 0
    for part in ("", "preview/", "view/"):
        for who in (browser_of(ilya), browser_of()):
            address = sign_file(stored).replace("/?", f"/{part}?")
            assert who.get(address).status_code == 409
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "Проверяется антивирусом" in page
    assert str(stored.public_id) not in page


@pytest.mark.parametrize(("content", "status"), [(b"text", 200), (EICAR, 403)])
def test_what_waited_is_looked_into_and_both_sides_see_it(
    wires, marina, ilya, dialogue, clamd, settings, content, status
):
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    (stored,) = waiting(store(content=content, visitor=marina))
    writes(marina, "вот", files=[stored.public_id])
    settings.CLAMD = clamd.address
    assert scan_pending(at=timezone.now()) == 1
    seen, told = zone.expect("amended")["html"], tab.expect("amended")["html"]
    for html in (seen, told):
        assert (str(stored.public_id) in html) == (status == 200)
        assert "изменено" not in html
    assert ("Eicar" in seen, "Eicar" in told) == (status == 403, False)
    assert ("никто не получит" in told) == (status == 403)
    assert browser_of(ilya).get(stored.get_absolute_url()).status_code == status
    assert browser_of().get(sign_file(stored)).status_code == status
    assert scan_pending(at=timezone.now()) == 0


def test_in_a_note_and_among_colleagues_it_is_told_too(
    wires, ilya, darya, dialogue, clamd, settings
):
    zone = wires.operator(ilya)
    note, talk = waiting(store(account=ilya), store(account=ilya))
    answers(ilya, dialogue, "для своих", note=True, files=[note.public_id])
    chat = makes_group(ilya, "Смена", darya)
    says = {"client_id": talk.public_id, "at": timezone.now(), "quotes": None}
    post_internal_message(ilya, chat.public_id, text="вот", files=[talk.public_id], **says)
    settings.CLAMD = clamd.address
    assert scan_pending(at=timezone.now()) == 2
    shown = {zone.expect("amended")["html"].count("/view/") for _number in range(2)}
    assert shown == {1}


def test_what_is_not_sent_yet_is_looked_into_as_well(marina, clamd, settings, away):
    stored = store(visitor=marina)
    settings.CLAMD = clamd.address
    assert scan_pending(at=timezone.now()) == 1
    stored.refresh_from_db()
    assert stored.verdict == "clean"


def test_what_it_does_not_take_stands_in_nobodys_way(marina, clamd, settings, away):
    store(visitor=marina, content=b"x" * (3 * 1024 * 1024))
    behind = store(visitor=marina)
    settings.CLAMD = clamd.address
    assert scan_pending(at=timezone.now()) == 1
    behind.refresh_from_db()
    assert behind.verdict == "clean"


def test_who_does_without_an_antivirus_again_gets_what_waited(marina, settings, away):
    stored = store(visitor=marina)
    settings.CLAMD = ""
    assert scan_pending(at=timezone.now()) == 1
    stored.refresh_from_db()
    assert not stored.is_withheld
