"""Facts of the system: asked for in the window, read by staff once the visitor has agreed."""

import pytest
from django.utils import timezone

from chat.actions.snapshots import ask_for_snapshot
from chat.models import SnapshotRequest
from tests.cast import answers, browser_of, token

ERROR = "14:05:09 TypeError: n is null (menu.js:7)"
FACTS = {
    "browser": "Firefox 143",
    "system": "Windows 10 или 11",
    "screen": "1920×1080",
    "timezone": "Europe/Moscow",
    "page": "https://example.ru/orders/17",
    "errors": [ERROR],
}


@pytest.fixture
def talk(wires, ilya, marina, dialogue):
    answers(ilya, dialogue, "тсс", note=True)  # so that the two numberings differ
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    browser = browser_of(ilya)
    assert browser.post(f"/chat/{dialogue.public_id}/snapshot/").status_code == 204
    return zone, tab


def tells(tab, facts=FACTS, **fields):
    asked = tab.expect("message", kind="snapshot_request")
    return tab.ask("tell_system", **({"request": asked["seq"], "facts": facts} | fields))


def window_of(visitor):
    bearer = {"Authorization": f"Bearer {token(visitor)}", "User-Agent": FIREFOX}
    return browser_of().get("/widget/demo/window/", headers=bearer).content.decode()


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


def test_the_card_asks_and_nothing_is_read_before_the_answer(talk):
    zone, tab = talk
    line = zone.expect("message", kind="snapshot_request")
    assert "посетитель ещё не ответил" in line["html"]
    card = tab.expect("message", kind="snapshot_request")["html"]
    for shown in ("Можно отправить сведения", "Илья Воронцов", "Не отправлять", "Ошибки окна"):
        assert shown in card
    # Before a script has shown what would be sent, nobody can agree to it.
    assert card.count("disabled") == 2


def test_what_was_agreed_to_reaches_both_with_its_errors(talk, dialogue):
    zone, tab = talk
    assert tells(tab)["type"] == "ack"
    theirs, own = zone.expect("amended"), tab.expect("amended")
    for value in (*list(FACTS.values())[:-1], ERROR):
        assert value in theirs["html"]
        assert value in own["html"]
    assert theirs["text"].startswith(
        "Посетитель сообщил сведения о системе. Браузер: Firefox 143; Система: Windows"
    )
    assert zone.expect("information", parts=["identification"])


def test_the_bar_names_the_software_and_who_said_so(ilya, talk, dialogue):
    _zone, tab = talk
    tells(tab)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/identification/").content.decode()
    assert 'value="Firefox 143, Windows 10 или 11"' in page
    assert "сообщил посетитель" in page


def test_refused_reads_otherwise_than_silence(talk):
    zone, tab = talk
    assert tells(tab, None)["type"] == "ack"
    assert zone.expect("amended")["text"] == "Посетитель не стал сообщать сведения о системе"
    assert tab.expect("amended")["text"] == "Вы не стали отправлять сведения о системе"


def test_one_that_was_withdrawn_is_an_empty_place_to_the_visitor(ilya, talk, dialogue):
    zone, tab = talk
    ask_for_snapshot(ilya, dialogue.public_id, at=timezone.now())
    gone = tab.expect("amended")
    assert "hidden" in gone["html"]
    assert gone["text"] == ""
    assert "заменён новым" in zone.expect("amended")["html"]


def test_the_page_shows_what_the_frames_did(ilya, marina, talk, dialogue):
    zone, tab = talk
    card = tab.expect("message", kind="snapshot_request")
    assert card["html"] in window_of(marina)
    tab.ask("tell_system", request=card["seq"], facts=FACTS)
    assert tab.expect("amended")["html"] in window_of(marina)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert zone.expect("amended")["html"] in page


def test_the_window_is_told_what_its_header_says(marina, site):
    page = window_of(marina)
    assert 'data-browser="Firefox 143" data-system="Windows 10 или 11"' in page


def test_the_text_to_keep_holds_what_was_sent(marina, talk):
    _zone, tab = talk
    tells(tab)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    kept = browser_of().get("/widget/demo/transcript/", headers=bearer).getvalue().decode()
    assert "Вы отправили сведения о системе. Браузер: Firefox 143" in kept


def test_other_levels_and_other_visitors_hear_nothing(wires, talk, anton, sergey):
    others = wires.operator(anton), wires.visitor(sergey)
    tells(talk[1])
    for other in others:
        other.settle()
        assert not [frame for frame in other.raw if "Firefox" in frame or "систем" in frame]


def test_escaped_as_any_text(talk):
    zone, tab = talk
    hostile = "<script>alert(1)</script>"
    tells(tab, dict.fromkeys(list(FACTS)[:-1], hostile) | {"errors": [hostile]})
    for wire in (zone, tab):
        assert "<script>" not in wire.expect("amended")["html"]


def test_sent_again_it_is_answered_alike_and_kept_once(talk, dialogue):
    _zone, tab = talk
    seq = tab.expect("message", kind="snapshot_request")["seq"]
    for _time in range(2):
        assert tab.ask("tell_system", request=seq, facts=FACTS)["type"] == "ack"
    assert tab.ask("tell_system", request=seq, facts=None)["code"] == "conflict"
    assert dialogue.messages.filter(kind="amended").count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"facts": {}}, "invalid"),
        ({"facts": {"browser": 7, "errors": [None, 7]}}, "invalid"),
        ({"facts": {"errors": ["а"] * 21}}, "invalid"),
        ({"facts": {"errors": "а"}}, "invalid"),
        ({"facts": "Firefox"}, "invalid"),
        ({"facts": {"page": "я" * 100_000}}, "too_large"),
        ({"request": 1}, "not_found"),
        ({"request": 9999}, "not_found"),
        ({"conversation": "QmFzaWNhbGx5Tm90"}, "not_found"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_stored(talk, fields, code):
    _zone, tab = talk
    answer = tells(tab, **({"facts": FACTS} | fields))
    assert (answer["type"], answer["code"]) == ("error", code)
    assert SnapshotRequest.objects.get().state == "open"
