"""Incidents among «Заявки»: declared, told of, solved, and put together from tickets."""

import uuid

import pytest

from chat.models import Incident, Ticket
from tests.cast import assigns, becomes, browser_of, declares, registers, solves, tells

pytestmark = pytest.mark.once

LIST = "/tickets/incidents/"


@pytest.fixture
def ticket(ilya, dialogue):
    return registers(ilya, dialogue)


def text(answer):
    return answer.content.decode()


def page(account, incident):
    return text(browser_of(account).get(f"{LIST}{incident.pk}/"))


def posts(account, incident, deed, **form):
    return browser_of(account).post(f"{LIST}{incident.pk}/{deed}/", form)


def form_of(site, department, **changes):
    usual = {"title": "Не работает вход", "department": department.pk, "sites": [site.pk]}
    return usual | {"client_id": uuid.uuid4()} | changes


def test_where_there_is_none_it_says_so(ilya):
    assert "Сейчас инцидентов нет." in text(browser_of(ilya).get(LIST))
    assert "Инцидентов не было." in text(browser_of(ilya).get(f"{LIST}?all=1"))


def test_declared_it_has_a_page(ilya, site, first_line):
    sent = form_of(site, first_line, banner="Чиним вход", is_announced="yes")
    answers = [browser_of(ilya).post(f"{LIST}new/", sent) for _ in range(2)]
    incident = Incident.objects.get()
    assert {one["Location"] for one in answers} == {f"{LIST}{incident.pk}/?saved=saved"}
    assert "Чиним вход" in page(ilya, incident)
    assert "Не работает вход" in text(browser_of(ilya).get(LIST))


def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_there(ilya, site, first_line):
    sent = form_of(site, first_line, banner="я" * 301, title="Вход <b>")
    answer = browser_of(ilya).post(f"{LIST}new/", sent)
    assert answer.status_code == 422
    assert "Объявление длиннее 300 знаков: 301." in text(answer)
    assert 'value="Вход &lt;b&gt;"' in text(answer)
    assert "я" * 301 in text(answer)
    assert f'name="sites" value="{site.pk}" checked' in text(answer)


def test_tickets_come_under_it_by_number_and_those_that_do_not_are_named(
    ilya, dialogue, ticket, second_line
):
    incident, handed = declares(ilya), registers(ilya, dialogue)
    assigns(ilya, handed, second_line)
    typed = f"№ {ticket.number}, {handed.number};\n2026-99999"
    answer = posts(ilya, incident, "tickets", numbers=typed)
    assert answer.status_code == 409
    assert f"№ {handed.number}: Заявку ведёт другой отдел." in text(answer)
    assert "№ 2026-99999: Заявка не найдена." in text(answer)
    assert f"{ticket.number} " not in text(answer).partition("</textarea>")[0]
    assert list(Ticket.objects.filter(under__incident=incident)) == [ticket]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (" ,; ", "Напишите номера заявок."),
        (" ".join(map(str, range(201))), "За раз можно добавить 200 заявок, здесь номеров: 201."),
    ],
)
def test_no_number_or_too_many_are_said_so_and_kept(ilya, typed, words):
    answer = posts(ilya, declares(ilya), "tickets", numbers=typed)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert f">{typed}</textarea>" in text(answer)


def test_of_tickets_that_one_may_not_see_the_count_is_told_alone(ilya, anton, ticket):
    incident = declares(ilya, ticket)
    shown = page(anton, incident)
    assert "Всего 1, открытых 1." in shown
    assert "Эти заявки ведут другие отделы" in shown
    assert ticket.number not in shown
    assert "Орлова" not in shown


def test_told_and_solved_by_its_forms(ilya, ticket, django_capture_on_commit_callbacks):
    incident = declares(ilya, ticket)
    with django_capture_on_commit_callbacks(execute=True):
        posts(ilya, incident, "say", text="Чиним", update="yes", client_id=uuid.uuid4())
        posts(ilya, incident, "say", text="Виноват каталог", note="yes")
        posts(ilya, incident, "solve", text="Починили", client_id=uuid.uuid4())
    said = ticket.events.filter(deed="answer").values_list("text", flat=True)
    assert list(said) == ["Чиним", "Починили"]
    shown = page(ilya, incident)
    for words in ("Чиним", "Виноват каталог", "Инцидент решён", "решён"):
        assert words in shown
    assert "Решить инцидент" not in shown


@pytest.mark.parametrize("deed", ["solve", "change", "say"])
def test_who_comes_too_late_is_told_so(ilya, site, first_line, deed):
    incident = declares(ilya)
    solves(ilya, incident)
    sent = form_of(site, first_line, text="Ещё чиним", update="yes")
    answer = posts(ilya, incident, deed, **sent)
    assert (answer.status_code, "уже решён" in text(answer)) == (409, True)
    assert deed != "say" or "Ещё чиним</textarea>" in text(answer)


def test_while_it_goes_out_to_many_the_page_says_so(ilya, ticket):
    incident = declares(ilya, ticket)
    tells(ilya, incident, "Чиним")  # not committed: nobody has it yet
    assert "ещё расходится" in page(ilya, incident)


def test_a_ticket_comes_under_it_on_its_own_page_and_out_again(ilya, ticket):
    incident = declares(ilya)
    address = f"/tickets/{ticket.number}/incident/"
    browser_of(ilya).post(address, {"incident": incident.pk})
    shown = text(browser_of(ilya).get(f"/tickets/{ticket.number}/"))
    for words in (f"№ {incident.pk}: Не работает вход", f"Инцидент: нет → {incident.pk}"):
        assert words in shown
    browser_of(ilya).post(address)
    assert not Ticket.objects.filter(under__incident=incident).exists()
    answer = browser_of(ilya).post(address)
    assert (answer.status_code, "и так не в инциденте" in text(answer)) == (409, True)


def test_an_incident_that_there_is_not_is_said_so_on_the_ticket_s_page(ilya, ticket):
    declares(ilya)
    answer = browser_of(ilya).post(f"/tickets/{ticket.number}/incident/", {"incident": 999})
    assert (answer.status_code, "Инцидент не найден." in text(answer)) == (409, True)


def test_of_the_list_many_come_under_it_at_once(ilya, dialogue, ticket):
    incident, other = declares(ilya), registers(ilya, dialogue)
    numbers = [ticket.number, other.number]
    browser_of(ilya).post("/tickets/change/", {"numbers": numbers, "incident": incident.pk})
    assert Ticket.objects.filter(under__incident=incident).count() == 2
    registers(ilya, dialogue, "Другое дело")
    listed = text(browser_of(ilya).get(f"/tickets/?incident={incident.pk}"))
    assert listed.count('name="numbers"') == 2
    assert "Другое дело" not in listed


def test_in_the_zone_it_goes_with_status_and_note_or_not_at_all(ilya, dialogue, ticket):
    incident = declares(ilya)
    panel = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/tickets/"))
    assert f'<option value="{incident.pk}">инцидент № {incident.pk}: Не работает вход' in panel
    form = {"status": "work", "incident": incident.pk, "shown": ticket.revision}
    address = f"/chat/{dialogue.public_id}/tickets/{ticket.number}/"
    assert browser_of(ilya).post(address, form | {"incident": 999}).status_code == 409
    assert Ticket.objects.get(pk=ticket.pk).status == "new"
    assert browser_of(ilya).post(address, form).status_code == 200
    assert Ticket.objects.get(under__incident=incident).status == "work"


def test_in_the_zone_of_one_that_is_over_nothing_is_offered(ilya, dialogue, ticket):
    solves(ilya, declares(ilya))
    panel = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/tickets/"))
    assert "инцидент" not in panel


def test_the_list_tells_what_is_open(ilya, dialogue, ticket):
    incident = declares(ilya, ticket, registers(ilya, dialogue))
    becomes(ilya, ticket, "closed")
    row = text(browser_of(ilya).get(LIST)).partition(f"№ {incident.pk}")[2]
    assert '<td class="num">1</td>' in row
