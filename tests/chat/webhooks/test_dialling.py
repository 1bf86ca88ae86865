"""Receivers that are slow, long or point elsewhere cost what a request may cost, and no more."""

import socket
import ssl

import pytest

from chat.webhooks.dialling import MOST_READ, post


@pytest.fixture
def ask(receiver, settings):
    def ask(path, **given):
        return post(receiver.url + path, b"{}", {}, settings.WEBHOOK_NETWORKS, **given)

    return ask


def test_what_is_accepted_has_arrived(ask):
    answer = ask("/hook")
    assert (answer.has_arrived, answer.text) == (True, "Принято")


@pytest.mark.parametrize("path", ["/silent", "/drip"])
def test_one_that_never_ends_is_left_at_the_deadline(ask, path):
    answer = ask(path, total=0.4)
    assert answer.error == "Не ответили за 10 секунд."


def test_of_a_long_answer_the_beginning_is_read(ask):
    answer = ask("/long")
    assert (answer.status, len(answer.text)) == (200, MOST_READ)


def test_a_redirect_is_not_followed(ask, receiver):
    answer = ask("/inside")
    assert answer.error.startswith("Ответ 302: перенаправления не выполняются")
    assert [told.path for told in receiver.told] == ["/inside"]


def test_nobody_there_is_said(receiver, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        answer = post(url, b"{}", {}, settings.WEBHOOK_NETWORKS)
    assert answer.error.startswith("Соединиться не удалось")


def test_what_speaks_no_tls_is_said(receiver, settings):
    url = receiver.url.replace("http:", "https:")
    answer = post(url, b"{}", {}, settings.WEBHOOK_NETWORKS, total=3)
    assert answer.error.startswith("Сертификат")
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
