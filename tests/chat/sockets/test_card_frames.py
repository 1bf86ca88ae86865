"""A card by the operator's socket, as a template carries one: the checks of «Отправить ссылку»."""

import uuid

import pytest

from chat.models import Message, MessageKind

CARD = {"title": "Порты", "url": "docs.example.ru/ports"}
DECEPTIVE = {"title": "Порты", "url": "https://sphаera.tech/"}
KEY = str(uuid.uuid4())


@pytest.fixture
def zone(wires, ilya, dialogue):
    return wires.operator(ilya)


def test_it_is_a_message_of_its_own_once(wires, zone, marina, dialogue):
    window = wires.visitor(marina)
    answers = [
        zone.ask("message", id=KEY, conversation=dialogue.public_id, link=CARD) for _time in "ab"
    ]
    assert [answer["type"] for answer in answers] == ["ack", "ack"]
    assert answers[0]["seq"] == answers[1]["seq"]
    shown = window.expect("message", kind="link")
    assert shown["text"] == "Порты\nhttps://docs.example.ru/ports"
    assert Message.objects.filter(kind=MessageKind.LINK).count() == 1


def test_letters_that_deceive_are_sent_by_who_was_told(zone, dialogue):
    refused = zone.ask("message", conversation=dialogue.public_id, link=DECEPTIVE)
    assert (refused["code"], "xn--sphera-5nf.tech" in refused["detail"]) == ("invalid", True)
    told = DECEPTIVE | {"even_mixed": "xn--sphera-5nf.tech"}
    assert zone.ask("message", conversation=dialogue.public_id, link=told)["type"] == "ack"


@pytest.mark.parametrize(
    "beside", [{"text": "Вот"}, {"files": [KEY]}, {"note": True}, {"quotes": KEY}]
)
def test_nothing_goes_with_it(zone, dialogue, beside):
    before = Message.objects.count()
    answer = zone.ask("message", conversation=dialogue.public_id, link=CARD, **beside)
    assert (answer["code"], Message.objects.count()) == ("invalid", before)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a:b@c.ru", "\x00", "x" * 5000])
def test_what_is_no_link_is_refused(zone, dialogue, url):
    answer = zone.ask(
        "message", conversation=dialogue.public_id, link={"title": "Порты", "url": url}
    )
    assert (answer["code"], Message.objects.filter(kind=MessageKind.LINK).exists()) == (
        "invalid",
        False,
    )


def test_a_colleague_s_visitor_is_sent_none(wires, darya, dialogue):
    answer = wires.operator(darya).ask("message", conversation=dialogue.public_id, link=CARD)
    assert answer["code"] == "conflict"
