"""Staff send a link as a card; that the visitor opened it is for staff to know, live and later."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chat.actions.amendments import correct_message, retract_message
from chat.actions.errors import (
    AlreadyTaken,
    ClientIdTaken,
    ConversationClosed,
    NotFound,
    NothingToCorrect,
)
from chat.actions.links import BadHeading, MixedScripts, NoHeading, note_opening, send_link
from chat.link_addresses import BadAddress
from chat.models import Conversation, Message, MessageKind
from chat.rows.conversations import conversation_row
from chat.widget.transcript import Place, Transcript
from chat.wire.faces import STAFF, VISITOR
from chat.wire.messages import message_context
from tests.cast import answers, browser_of, closes, token, writes

pytestmark = pytest.mark.once

TITLE, URL = "Порты СФЕРА.Видео", "https://docs.sphaera.tech/video/ports"


def sends(account, conversation, title=TITLE, url=URL, **given):
    given.setdefault("client_id", uuid.uuid4())
    given.setdefault("at", timezone.now())
    return send_link(account, conversation.public_id, title, url, **given)


def opens(visitor, message, **named):
    note_opening(visitor.pk, message.visitor_seq, **named, at=timezone.now())
    message.refresh_from_db()


@pytest.fixture
def card(ilya, dialogue):
    return sends(ilya, dialogue)


def test_it_is_an_answer(ilya, dialogue, card):
    assert (card.kind, card.text) == (MessageKind.LINK, f"{TITLE}\n{URL}")
    assert Conversation.objects.get().answered_at is not None
    assert conversation_row(Conversation.objects.get(), at=timezone.now())["preview"] == card.text


def test_the_same_id_again_is_the_same_card(ilya, dialogue):
    key = uuid.uuid4()
    first, again = (sends(ilya, dialogue, client_id=key) for _time in range(2))
    assert first == again
    assert dialogue.messages.filter(kind=MessageKind.LINK).count() == 1


def test_an_id_of_another_message_is_taken(ilya, dialogue):
    said = answers(ilya, dialogue, "Вот")
    with pytest.raises(ClientIdTaken):
        sends(ilya, dialogue, client_id=said.client_id)


@pytest.mark.parametrize(
    ("title", "url", "refusal"),
    [
        ("", URL, NoHeading),
        (" \u200b ", URL, NoHeading),
        ("я" * 201, URL, BadHeading),
        ("Порты\x00", URL, BadHeading),
        (TITLE, "javascript:alert(1)", BadAddress),
        (TITLE, "https://a:b@example.ru", BadAddress),
        (TITLE, "https://example.ru/" + "x" * 5000, BadAddress),
        (TITLE, "https://sphаera.tech/", MixedScripts),
    ],
)
def test_what_is_no_link_is_refused_and_nothing_stored(ilya, dialogue, title, url, refusal):
    before = Message.objects.count()
    with pytest.raises(refusal):
        sends(ilya, dialogue, title, url)
    assert Message.objects.count() == before


def test_letters_of_two_scripts_are_sent_by_who_knows_of_them(ilya, dialogue):
    card = sends(ilya, dialogue, url="https://sphаera.tech/", even_mixed="xn--sphera-5nf.tech")
    assert card.text.endswith("https://xn--sphera-5nf.tech/")


def test_who_may_not_answer_sends_none(ilya, darya, kamila, dialogue):
    with pytest.raises(AlreadyTaken):
        sends(darya, dialogue)
    with pytest.raises(NotFound):
        sends(kamila, dialogue)
    closes(ilya, dialogue)
    with pytest.raises(ConversationClosed):
        sends(ilya, dialogue)


def test_a_card_is_not_put_into_other_words(ilya, dialogue, card):
    with pytest.raises(NothingToCorrect):
        correct_message(ilya, dialogue.public_id, card.seq, "Иначе", at=timezone.now())


# Opened


def test_the_first_opening_is_kept_and_the_visitor_s_log_says_nothing_of_it(marina, dialogue, card):
    before = Conversation.objects.get()
    opens(marina, card)
    first = card.params["opened_at"]
    opens(marina, card)
    assert card.params["opened_at"] == first
    after = Conversation.objects.get()
    assert (after.last_seq, after.last_visitor_seq) == (
        before.last_seq + 1,
        before.last_visitor_seq,
    )
    assert dialogue.messages.get(kind=MessageKind.AMENDED).visitor_seq is None


def test_nobody_else_opens_it(sergey, rustam, dialogue, card):
    for stranger in (sergey, rustam):
        writes(stranger, "Я тоже тут")
        opens(stranger, card)
        opens(stranger, card, conversation_id=dialogue.public_id)
    assert card.params == {}


def test_what_is_no_card_is_not_opened(ilya, marina, dialogue):
    said = answers(ilya, dialogue, "Вот")
    opens(marina, said)
    assert said.params == {}
    assert not Message.objects.filter(kind=MessageKind.AMENDED).exists()


def test_one_of_an_earlier_conversation_too(site, ilya, marina, dialogue, card):
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    writes(marina, "Новое")
    opens(marina, card, conversation_id=dialogue.public_id)
    assert "opened_at" in card.params


# Over sockets and on pages


def test_both_are_shown_the_card_and_staff_that_it_was_opened(wires, ilya, darya, marina, dialogue):
    answers(ilya, dialogue, "тсс", note=True)  # so that the two numberings differ
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    colleague = wires.operator(darya, after={dialogue.public_id: 0})
    sends(ilya, dialogue)
    shown = tab.expect("message", kind="link")
    assert shown["text"] == f"{TITLE}\n{URL}"
    for part in (f'href="{URL}"', 'target="_blank"', "noopener noreferrer", "docs.sphaera.tech"):
        assert part in shown["html"]
    tab.say("open_link", seq=shown["seq"], conversation=dialogue.public_id)
    for wire in (zone, colleague):
        told = wire.expect("amended")
        assert "Посетитель открыл в" in told["html"]
        assert told["of"] == shown["seq"] + 1
    tab.settle()
    assert tab.of("amended") == []
    assert "открыл" not in "".join(tab.raw)


def test_later_pages_show_it_to_staff_alone(ilya, marina, dialogue, card):
    opens(marina, card)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "Посетитель открыл в" in page
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "link-card" in window
    assert "Посетитель открыл" not in window


def test_of_another_day_it_says_the_day(ilya, marina, dialogue):
    card = sends(ilya, dialogue, at=timezone.now() - timedelta(days=2))
    opens(marina, card)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "Посетитель открыл <time" in page


def test_what_it_is_called_is_text(ilya, marina, dialogue):
    sends(ilya, dialogue, title="<b>Порты</b>", url='https://example.ru/?a="><script>')
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "<b>Порты" not in page
    assert '"><script>' not in page


def test_the_text_to_keep_holds_title_and_address(marina, card):
    text, _place = Transcript(marina, ZoneInfo("Europe/Moscow")).page(Place())
    assert f"Илья Воронцов\n{TITLE}\n{URL}\n" in text


# The form


def posts(account, conversation, **fields):
    fields = {"title": TITLE, "url": URL, "client_id": str(uuid.uuid4())} | fields
    return browser_of(account).post(f"/chat/{conversation.public_id}/link/", fields)


def test_the_form_sends_and_comes_back_empty_for_another(ilya, dialogue):
    answer = posts(ilya, dialogue)
    assert answer.status_code == 200
    assert "data-done" in answer.content.decode()
    assert TITLE not in answer.content.decode()
    assert Message.objects.filter(kind=MessageKind.LINK).count() == 1


def test_what_is_wrong_reads_at_its_field_and_nothing_typed_is_lost(ilya, dialogue):
    answer = posts(ilya, dialogue, url="javascript:alert(1)")
    html = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#link-{dialogue.public_id}")
    assert 'value="javascript:alert(1)"' in html
    assert f'value="{TITLE}"' in html
    assert 'aria-invalid="true"' in html


def test_of_letters_of_two_scripts_it_asks_first(ilya, dialogue):
    asked = posts(ilya, dialogue, url="https://sphаera.tech/")
    assert asked.status_code == 422
    assert "Всё равно отправить" in asked.content.decode()
    assert 'value="xn--sphera-5nf.tech"' in asked.content.decode()
    known = {"even_mixed": "xn--sphera-5nf.tech"}
    assert posts(ilya, dialogue, url="https://sphаera.tech/", **known).status_code == 200
    assert posts(ilya, dialogue, url="https://sphaerа.tech/", **known).status_code == 422


def test_no_form_for_who_may_not(darya, kamila, marina, dialogue):
    assert posts(darya, dialogue).status_code == 409
    assert posts(kamila, dialogue).status_code == 404
    assert posts(None, dialogue).status_code == 302


def test_asked_for_a_rating_thrice_it_says_how_long_to_wait(ilya, dialogue):
    browser = browser_of(ilya)
    answered = [browser.post(f"/chat/{dialogue.public_id}/rating/") for _time in range(3)]
    assert [answer.status_code for answer in answered] == [204, 204, 409]
    assert "через 10 минут" in answered[-1].content.decode()


def test_a_card_that_was_taken_back_is_none_any_more(ilya, marina, dialogue, card):
    retract_message(ilya, dialogue.public_id, card.seq, at=timezone.now())
    opens(marina, card)
    assert "opened_at" not in card.params
    for face in (VISITOR, STAFF):
        context = message_context(card, face)
        assert context["card"] is None
        assert context["html"] == "Сообщение удалено"
