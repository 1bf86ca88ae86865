"""What a mail server does costs what a letter may cost, and is said in words."""

import socket
import uuid
from datetime import UTC, datetime

import pytest

from chat.mail.dialling import cleaned, hand_over
from chat.mail.drafts import Draft, message_of
from chat.models import Letter
from tests.chat.mail.postbox import Postbox, configured

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    with Postbox() as running:
        yield running


@pytest.fixture
def postbox(settings, server):
    server.says, server.is_silent, server.drips, server.taken = {}, False, False, []
    return configured(settings, server)


def message(subject="Пробное письмо", to="marina@example.ru", name="Марина <b>"):
    letter = Letter(kind="trial", key=uuid.UUID(int=7), address=to)
    return message_of(letter, Draft(subject, "trial", {"name": name}), at=NOW)


def test_it_is_plain_and_html_without_anything_from_elsewhere(postbox):
    assert hand_over(message()).has_arrived
    (taken,) = postbox.taken
    assert taken.to == ["marina@example.ru"]
    assert "Здравствуйте, Марина <b>!" in taken.text
    assert "Здравствуйте, Марина &lt;b&gt;!" in taken.html
    assert not [word for word in ("<img", "http:", "https:", "style") if word in taken.html]


def test_its_head_says_whose_it_is_and_that_nobody_need_answer(postbox):
    hand_over(message())
    letter = postbox.taken[0].letter
    assert letter["From"] == "СФЕРА Поддержка <support@example.ru>"
    assert letter["Message-ID"] == f"<{uuid.UUID(int=7)}@example.ru>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "Пробное письмо"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x00"])
def test_no_subject_adds_a_header(postbox, end):
    hand_over(message(f"Вопрос{end}Bcc: all@example.ru"))
    letter = postbox.taken[0].letter
    assert (letter["Bcc"], postbox.taken[0].to) == (None, ["marina@example.ru"])
    assert letter["Subject"].endswith("Bcc: all@example.ru")


def test_no_address_adds_a_header(postbox):
    answer = hand_over(message(to="marina@example.ru\nBcc: all@example.ru"))
    assert (answer.error, postbox.taken) == ("Адрес или заголовок такими отправить нельзя.", [])


@pytest.mark.parametrize(
    ("verb", "said", "words", "is_final"),
    [
        ("RCPT", "550 5.1.1 No such user", "адрес получателя: 550 5.1.1 No such user", True),
        ("RCPT", "451 4.7.1 Try later", "адрес получателя: 451", False),
        ("MAIL", "550 no", "адрес отправителя: 550 no", False),
        ("END", "554 spam", "не принял письмо: 554 spam", True),
        ("END", "452 full", "не принял письмо: 452 full", False),
        ("HELLO", "421 busy", "Сервер отказал: 421 busy", False),
        ("DATA", "503 no", "не принял письмо: 503 no", True),
    ],
)
def test_what_it_refuses_is_said(postbox, verb, said, words, is_final):
    postbox.says = {verb: said}
    answer = hand_over(message())
    assert words in answer.error
    assert (answer.is_final, postbox.taken) == (is_final, [])


@pytest.mark.parametrize("how", ["is_silent", "drips"])
def test_one_that_never_ends_is_left_at_the_deadline(postbox, how):
    setattr(postbox, how, True)
    assert hand_over(message(), total=0.4).error == "Сервер не ответил вовремя."


def test_nobody_there_is_said(postbox, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        assert hand_over(message()).error.startswith("Соединиться не удалось")


def test_a_server_without_the_encryption_that_is_asked_for_gets_nothing(postbox, settings):
    settings.EMAIL_USE_TLS = True
    assert "EMAIL_URL" in hand_over(message()).error
    assert postbox.taken == []


def test_the_password_stays_where_it_is(postbox, settings, caplog):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "support", "hush-hush"
    postbox.says = {"AUTH": "535 not hush-hush of support"}
    answer = hand_over(message())
    assert answer.error == "Сервер не принял логин и пароль: 535 not •••• of ••••"
    assert "hush" not in caplog.text
    assert len(cleaned("я" * 1000)) == Letter.MAX_ERROR
