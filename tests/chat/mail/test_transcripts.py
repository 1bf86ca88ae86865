"""«Отправить на почту» of the window: the visitor's own conversation, to an address they give."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Letter
from tests.cast import (
    SECRET,
    accepts,
    answers,
    browser_of,
    closes,
    keep_among_staff,
    token,
    writes,
)
from tests.chat.mail.sent import carries

pytestmark = pytest.mark.django_db
URL = "/widget/demo/transcript/mail/"
ASKED = {"email": "marina@example.ru", "timezone": "Europe/Berlin"}


def asks(visitor, **asked):
    bearer = {"Authorization": f"Bearer {token(visitor)}"} if visitor else {}
    return browser_of().post(URL, ASKED | asked, headers=bearer)


def test_what_was_said_comes_to_the_address(postbox, marina, ilya):
    conversation = writes(marina, "Не приходит\nсчёт <b>").conversation
    accepts(ilya, conversation)
    answers(ilya, conversation, "Проверяю")
    assert asks(marina).status_code == 202
    assert carries() == 1
    (taken,) = postbox.taken
    assert taken.to == ["marina@example.ru"]
    assert "Не приходит\nсчёт <b>\n" in taken.text
    assert "Не приходит<br>счёт &lt;b&gt;" in taken.html
    assert "Europe/Berlin" in taken.text
    assert "Илья Воронцов\nПроверяю" in taken.text


def test_nothing_that_staff_write_among_themselves_is_in_it(postbox, marina, dialogue, ilya, anton):
    keep_among_staff(ilya, anton, dialogue)
    asks(marina)
    carries()
    (taken,) = postbox.taken
    assert SECRET not in f"{taken.text}{taken.html}{taken.raw.decode()}"
    assert "Готово" in taken.text


def test_an_earlier_conversation_and_another_visitor_s_are_not_in_it(
    postbox, marina, sergey, ilya, site
):
    site.reopen_window = timedelta(0)
    site.save()
    closes(ilya, writes(marina, "Давно").conversation)
    writes(sergey, "Секрет Сергея")
    writes(marina, "Теперь", at=timezone.now() + timedelta(seconds=1))
    asks(marina)
    carries()
    assert "Теперь" in postbox.taken[0].text
    assert not [word for word in ("Давно", "Сергея") if word in postbox.taken[0].text]


@pytest.mark.parametrize(
    "address", ["", "marina", "a@example.ru, b@example.ru", "a@example.ru\nBcc: b@example.ru"]
)
def test_what_is_no_address_is_said(postbox, marina, waiting, address):
    answer = asks(marina, email=address)
    assert answer.status_code == 422
    assert "не похоже на адрес" in answer.json()["detail"]
    assert not Letter.objects.exists()


def test_so_many_an_hour_and_no_more(postbox, marina, waiting):
    assert [asks(marina).status_code for _time in range(4)] == [202, 202, 202, 429]
    carries()
    assert asks(marina).status_code == 429


def test_who_never_wrote_and_who_is_nobody_get_none(postbox, marina):
    assert (asks(marina).status_code, asks(None).status_code) == (404, 401)


def test_where_mail_is_off_it_is_said_and_not_offered(marina, waiting):
    assert asks(marina).json()["detail"] == "Почта на этом сервере не настроена."
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).getvalue().decode()
    assert "Отправить на почту" not in window


def test_the_window_offers_the_address_that_is_known(postbox, marina, waiting):
    type(marina).objects.filter(pk=marina.pk).update(given_email="m@example.ru")
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).getvalue().decode()
    assert 'value="m@example.ru"' in window.partition("data-letter")[2].partition("</form>")[0]


def test_of_a_long_one_the_latest_is_sent(postbox, marina, waiting, monkeypatch):
    monkeypatch.setattr("chat.mail.transcripts.MOST_ENTRIES", 3)
    for number in range(5):
        writes(marina, f"Сообщение {number}")
    asks(marina)
    carries()
    text = postbox.taken[0].text
    assert [f"Сообщение {number}" in text for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert "Переписка длинная" in text
