"""«Зарегистрировать заявку» and the visitor's tickets in the panel, over HTTP."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.files.storage import store_file
from chat.models import Ticket
from chat.tickets.shown import in_panel
from operators.models import Account
from tests.cast import (
    accepts,
    answers,
    answers_ticket,
    assigns,
    becomes,
    browser_of,
    registers,
    writes,
)

pytestmark = pytest.mark.once


@pytest.fixture
def url(dialogue):
    return f"/chat/{dialogue.public_id}/register/"


def text(answer):
    return answer.content.decode()


def sends(account, url, **form):
    given = {"subject": "Нет звука", "criticality": 2, "client_id": uuid.uuid4()} | form
    return browser_of(account).post(url, given)


def panel(account, conversation):
    return text(browser_of(account).get(f"/chat/{conversation.public_id}/tickets/"))


def test_the_form_begins_as_the_visitor_asked(ilya, marina):
    marina.contract = "СФ-2026/0418"
    marina.save()
    conversation = writes(marina, "Нет звука <b>\nу удалённых участников").conversation
    accepts(ilya, conversation)
    page = text(browser_of(ilya).get(f"/chat/{conversation.public_id}/register/"))
    assert 'value="Нет звука &lt;b&gt;"' in page
    assert "Нет звука &lt;b&gt;\nу удалённых участников</textarea>" in page
    assert 'value="СФ-2026/0418"' in page
    assert '<option value="2" selected>обычная' in page


def test_it_offers_messages_and_files_of_both_and_no_notes(ilya, url, dialogue):
    sent = SimpleUploadedFile("log.txt", b"text")
    log = store_file(sent, at=timezone.now(), account=ilya).public_id
    answers(ilya, dialogue, "Вот журнал", files=[log])
    answers(ilya, dialogue, "Похоже на порт", note=True)
    page = text(browser_of(ilya).get(url))
    assert "Вот журнал" in page
    assert f'value="{log}" checked' in page
    assert "Похоже на порт" not in page


def test_registered_the_panel_closes_and_comes_anew(ilya, url):
    answer = sends(ilya, url, software="СФЕРА.Видео", version="4.12", messages=[1])
    ticket = Ticket.objects.get()
    assert answer.status_code == 200
    assert 'data-done="#message"' in text(answer)
    assert f"№ {ticket.number}" in text(answer)
    assert (ticket.software, ticket.version, ticket.messages.count()) == ("СФЕРА.Видео", "4.12", 1)


def test_sent_twice_it_is_one_ticket(ilya, url):
    press = uuid.uuid4()
    sends(ilya, url, client_id=press)
    sends(ilya, url, client_id=press)
    assert Ticket.objects.count() == 1


def test_what_is_wrong_is_said_and_all_that_was_typed_is_there(ilya, url):
    answer = sends(ilya, url, software="я" * 10_000, description="Только у удалённых", messages=[1])
    assert answer.status_code == 422
    assert "Название ПО длиннее 200 знаков: 10000." in text(answer)
    assert re.search(r'name="software" value="я{10000}"[^>]* aria-invalid="true"', text(answer))
    assert "Только у удалённых</textarea>" in text(answer)
    assert 'value="1" checked' in text(answer)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "form", [{"criticality": "x"}, {"files": ["x"]}, {"messages": ["-1"]}, {"client_id": ""}]
)
def test_odd_values_break_nothing(ilya, url, form):
    assert sends(ilya, url, **form).status_code in (200, 422)


def test_another_s_conversation_registers_none(darya, url):
    assert sends(darya, url).status_code == 409
    assert not Ticket.objects.exists()


def test_the_panel_lists_what_is_open_and_what_may_be_done(ilya, dialogue, second_line):
    ours, handed, done = (registers(ilya, dialogue, subject) for subject in "абв")
    assigns(ilya, handed, second_line)
    becomes(ilya, done, "closed")
    page = panel(ilya, dialogue)
    shown = re.findall(r'id="panel-ticket-([\d-]+)"', page)
    assert shown == [handed.number, ours.number]
    assert page.count("<select") == 1  # what is a higher level's may be noted on
    assert text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/")).count("panel-ticket-") == 2


def test_however_many_there_are_they_are_read_at_once(ilya, darya, dialogue):
    """What every page of a conversation costs is held by tests.chat.zone.test_information."""

    def cost():
        with CaptureQueriesContext(connection) as asked:
            in_panel(Account.objects.get(pk=darya.pk), dialogue, at=timezone.now())
        return len(asked)

    registers(ilya, dialogue)
    few = cost()
    for _ in range(5):
        registers(ilya, dialogue)
    assert cost() == few <= 3


def test_status_and_note_go_together_or_not_at_all(ilya, dialogue):
    ticket = registers(ilya, dialogue)
    url = f"/chat/{dialogue.public_id}/tickets/{ticket.number}/"
    form = {"status": "solved", "text": "Порт открыт", "shown": ticket.revision}
    answer = browser_of(ilya).post(url, form | {"text": "я" * 4001})
    assert answer.status_code == 422
    assert Ticket.objects.get().status == "new"
    assert browser_of(ilya).post(url, form).status_code == 200
    assert Ticket.objects.get().status == "solved"
    assert ticket.events.filter(deed="note", text="Порт открыт").exists()


def test_of_two_the_second_is_told(ilya, darya, dialogue):
    ticket = registers(ilya, dialogue)
    answers_ticket(darya, ticket, "Смотрю", note=True)
    url = f"/chat/{dialogue.public_id}/tickets/{ticket.number}/"
    answer = browser_of(ilya).post(url, {"status": "work", "shown": ticket.revision})
    assert answer.status_code == 409
    assert "Дарья Лунина" in text(answer)


def test_a_ticket_that_went_out_of_sight_is_said_so_in_its_place(anton, ilya, dialogue):
    ticket = registers(ilya, dialogue)
    Ticket.objects.update(serial=99)
    url = f"/chat/{dialogue.public_id}/tickets/{ticket.number}/"
    answer = browser_of(ilya).post(url, {"status": "work"})
    assert (answer.status_code, "Заявка не найдена." in text(answer)) == (409, True)


def test_it_is_linked_and_unlinked_there(ilya, dialogue):
    ticket = registers(ilya, dialogue)
    url = f"/chat/{dialogue.public_id}/tickets/{ticket.number}/link/"
    assert "Отвязать" in panel(ilya, dialogue)
    browser_of(ilya).post(url, {"off": "yes"})
    assert "Связать с обращением" in panel(ilya, dialogue)
    browser_of(ilya).post(url)
    assert "Отвязать" in panel(ilya, dialogue)
