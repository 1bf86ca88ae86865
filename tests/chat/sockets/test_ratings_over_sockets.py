"""What each side is shown of a rating, live and later; who sees what is decided in one place."""

import pytest
from django.utils import timezone

from chat.actions.ratings import ask_for_rating, rate
from chat.models import RatingRequest
from tests.cast import answers, browser_of, closes, token

COMMENT = "Нашли причину за семь минут"


def asks(account, conversation):
    return ask_for_rating(account, conversation.public_id, at=timezone.now())


@pytest.fixture
def talk(wires, ilya, marina, dialogue):
    answers(ilya, dialogue, "тсс", note=True)  # so that the two numberings differ
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    asks(ilya, dialogue)
    return zone, tab


def rates(tab, score=5, comment=COMMENT, **fields):
    asked = tab.expect("message", kind="rating_request")
    return tab.ask("rate", request=asked["seq"], score=score, comment=comment, **fields)


def test_the_card_reaches_both_and_the_score_with_its_comment(talk):
    zone, tab = talk
    line = zone.expect("message", kind="rating_request")
    assert "посетитель ещё не ответил" in line["html"]
    assert rates(tab)["type"] == "ack"
    theirs, own = zone.expect("amended"), tab.expect("amended")
    assert theirs["of"] == line["seq"]
    for told in (theirs, own):
        assert "5 из 5" in told["html"]
        assert COMMENT in told["html"]
    assert theirs["text"] == f"Оценка: 5 из 5. {COMMENT}"
    assert own["text"] == f"Ваша оценка: 5 из 5. {COMMENT}"


def test_the_window_s_card_is_a_group_of_radios(talk):
    _zone, tab = talk
    html = tab.expect("message", kind="rating_request")["html"]
    assert "Оценка консультации" in html
    for score in range(1, 6):
        assert f'aria-label="{score} из 5"' in html
    assert "Илья Воронцов" in html


def test_staff_read_no_score_where_the_site_shows_none(wires, site, ilya, marina, dialogue, talk):
    site.shows_ratings = False
    site.save()
    zone, tab = talk
    assert rates(tab, 2, "Долго")["type"] == "ack"
    assert zone.expect("amended")["text"] == "Посетитель оценил консультацию"
    again = wires.operator(ilya, after={dialogue.public_id: 0})
    again.settle()
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    for seen in (*zone.raw, *again.raw, page):
        assert "Долго" not in seen
        assert "2 из 5" not in seen
    assert RatingRequest.objects.get().comment == "Долго"


def test_the_rule_is_that_of_the_moment_of_the_score(site, talk):
    zone, tab = talk
    rates(tab, 5, "Раз")
    zone.expect("amended")
    site.shows_ratings = False
    site.save()
    seq = tab.of("message")[-1]["seq"]
    tab.ask("rate", request=seq, score=1, comment="Два")
    assert zone.expect("amended")["text"] == "Посетитель оценил консультацию"


def test_a_second_tab_and_who_was_away_end_in_the_same(wires, marina, talk, dialogue):
    _zone, tab = talk
    second = wires.visitor(marina)
    rates(tab)
    shown = tab.expect("amended")
    assert second.expect("amended")["html"] == shown["html"]
    later = wires.visitor(marina, after=shown["seq"] - 1, conversation=dialogue.public_id)
    assert [frame["html"] for frame in later.welcome["messages"]] == [shown["html"]]
    whole = wires.visitor(marina)
    [card] = [one for one in whole.entries("message") if one["kind"] == "rating_request"]
    assert card["html"] == shown["html"]


def test_the_page_shows_what_the_frames_did(ilya, marina, talk, dialogue):
    zone, tab = talk
    rates(tab)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert tab.expect("amended")["html"] in window
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert zone.expect("amended")["html"] in page


def test_one_that_was_withdrawn_is_an_empty_place_to_the_visitor(ilya, talk, dialogue):
    zone, tab = talk
    asks(ilya, dialogue)
    gone = tab.expect("amended")
    assert "hidden" in gone["html"]
    assert "Оценка" not in gone["html"]
    assert gone["text"] == ""
    assert "заменён новым" in zone.expect("amended")["html"]


def test_a_declined_one_is_told_from_a_silent_one(talk):
    zone, tab = talk
    rates(tab, None, "")
    assert zone.expect("amended")["text"] == "Посетитель не стал оценивать консультацию"
    assert "Вы не стали оценивать" in tab.expect("amended")["html"]


def test_who_comes_back_later_finds_the_open_card_and_answers_it(
    wires, ilya, marina, talk, dialogue
):
    zone, tab = talk
    seq = tab.expect("message", kind="rating_request")["seq"]
    zone.say("watch", conversation=dialogue.public_id)
    zone.ask("ping")
    closes(ilya, dialogue)
    tab.disconnect()
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "Оценка консультации" in window
    back = wires.visitor(marina)
    assert back.ask("rate", request=seq, score=4, comment="")["type"] == "ack"
    assert "4 из 5" in zone.expect("amended")["text"]


def test_long_after_the_closing_too(wires, site, ilya, marina, dialogue):
    request = asks(ilya, dialogue)
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    tab = wires.visitor(marina)
    assert tab.welcome["conversation"] is None
    told = tab.ask(
        "rate",
        request=request.message.visitor_seq,
        score=3,
        comment="",
        conversation=dialogue.public_id,
    )
    assert told["type"] == "ack"
    assert "3 из 5" in tab.expect("amended")["html"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"score": 6}, "invalid"),
        ({"score": 0}, "invalid"),
        ({"score": 4.5}, "invalid"),
        ({"score": "5"}, "invalid"),
        ({"comment": "я" * 4001}, "too_large"),
        ({"comment": "\x1b[31m"}, "invalid"),
        ({"request": 1}, "not_found"),
        ({"request": 9999}, "not_found"),
        ({"conversation": "QmFzaWNhbGx5Tm90"}, "not_found"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_stored(talk, fields, code):
    _zone, tab = talk
    seq = tab.expect("message", kind="rating_request")["seq"]
    answer = tab.ask("rate", **({"request": seq, "score": 5, "comment": ""} | fields))
    assert (answer["type"], answer["code"]) == ("error", code)
    assert RatingRequest.objects.get().state == "open"


def test_escaped_as_any_text(talk):
    zone, tab = talk
    rates(tab, 5, "<script>alert(1)</script>")
    for wire in (zone, tab):
        assert "<script>" not in wire.expect("amended")["html"]


def test_the_text_to_keep_holds_the_score(marina, ilya, dialogue):
    request = asks(ilya, dialogue)
    rate(marina.pk, request.message.visitor_seq, 5, COMMENT, at=timezone.now())
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    kept = browser_of().get("/widget/demo/transcript/", headers=bearer).getvalue().decode()
    assert f"Ваша оценка: 5 из 5. {COMMENT}" in kept
