"""«Заявки»: the list, its filters and pages, many at once; one ticket with its forms."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.files.storage import store_file
from chat.models import Ticket
from operators.models import Lease
from tests.cast import (
    accepts,
    answers,
    answers_ticket,
    assigns,
    becomes,
    browser_of,
    closes,
    registers,
    writes,
)

pytestmark = pytest.mark.once


def text(answer):
    return answer.content.decode()


def listed(account, **asked):
    page = text(browser_of(account).get("/tickets/", asked))
    return re.findall(r'name="numbers" value="([\d-]+)"', page)


@pytest.fixture
def three(ilya, dialogue, sergey, second_line):
    """Of Marina a new one and one that was handed up, of Sergey one that is solved."""
    new = registers(ilya, dialogue, "Нет звука", software="СФЕРА.Видео", contract="СФ-1")
    handed = registers(ilya, dialogue, "Календарь пуст", criticality=4)
    solved = registers(ilya, accepts(ilya, writes(sergey).conversation), "Лицензии")
    assigns(ilya, handed, second_line)
    becomes(ilya, solved, "solved")
    return [one.number for one in (new, handed, solved)]


def test_it_begins_with_what_is_open_the_latest_first(ilya, three):
    new, handed, _solved = three
    assert listed(ilya) == [handed, new]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "any"}, [2, 1, 0]),
        ({"status": "solved"}, [2]),
        ({"status": "handed"}, [1]),
        ({"level": "2"}, [1]),
        ({"level": "3"}, []),
        ({"responsible": "me"}, [0]),
        ({"responsible": "none"}, [1]),
        ({"criticality": "4"}, [1]),
        ({"contract": "СФ-1"}, [0]),
        ({"q": "видео ЗВУК"}, [0]),
        ({"q": "орлова", "criticality": "4"}, [1]),
        ({"q": "назаров", "status": "any"}, [2]),
        ({"q": "100%"}, []),
        ({"q": "такого нет"}, []),
    ],
)
def test_each_filter_narrows_it(ilya, three, asked, found):
    assert listed(ilya, **asked) == [three[one] for one in found]


def test_a_number_finds_its_ticket(ilya, three):
    assert listed(ilya, q=f"№ {three[0]}") == [three[0]]


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "x"},
        {"level": "9"},
        {"responsible": "x"},
        {"criticality": "-1"},
        {"before": "x"},
        {"q": "\x00"},
    ],
)
def test_what_is_odd_in_an_address_is_as_if_it_were_not_there(ilya, three, odd):
    assert len(listed(ilya, **odd)) == 2


def test_another_level_s_are_not_listed(kamila, zoya, anton, three):
    assert listed(kamila) == listed(zoya) == []
    assert listed(anton) == [three[1]]


def test_pages_go_on_by_the_key_and_keep_what_is_asked_for(ilya, dialogue, monkeypatch):
    monkeypatch.setattr("chat.tickets.pages.PAGE", 2)
    numbers = [registers(ilya, dialogue, contract="СФ & 1").number for _ in range(5)]
    address, seen = "/tickets/?contract=СФ+%26+1", []
    while address:
        page = text(browser_of(ilya).get(address))
        seen += re.findall(r'name="numbers" value="([\d-]+)"', page)
        following = re.search(r'href="(/tickets/\?[^"]*)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == numbers[::-1]


def test_the_list_costs_the_same_however_many_there_are(ilya, dialogue):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/tickets/")
        return len(asked)

    browser = browser_of(ilya)
    registers(ilya, dialogue)
    browser.get("/tickets/")
    few = cost()
    for _ in range(6):
        registers(ilya, dialogue)
    assert cost() == few


def test_who_looks_at_it_is_not_present(ilya, three):
    browser_of(ilya).get("/tickets/")
    assert not Lease.objects.exists()


def test_it_stands_between_the_zone_and_the_settings(ilya, elena):
    menu = text(browser_of(elena).get("/tickets/")).partition('<nav class="menu"')[2]
    links = re.findall(r'<a href="([^"]+)"', menu.partition("</nav>")[0])
    assert links[:4] == ["/chat/", "/tickets/", "/history/", "/settings/"]
    assert "/tickets/" in text(browser_of(ilya).get("/help/"))


def test_many_are_changed_at_once(ilya, darya, dialogue):
    numbers = [registers(ilya, dialogue).number for _ in range(2)]
    form = {"numbers": numbers, "status": "work", "to": f"account-{darya.pk}", "back": "level=1"}
    answer = browser_of(ilya).post("/tickets/change/", form)
    assert answer["Location"] == "/tickets/?level=1&saved=saved"
    assert set(Ticket.objects.values_list("status", "responsible")) == {("work", darya.pk)}


def test_of_many_those_that_could_not_be_are_named(ilya, three):
    new, handed, _solved = three
    form = {"numbers": [new, handed, "2026-99999", "x"], "status": "work", "back": "q=а"}
    answer = browser_of(ilya).post("/tickets/change/", form)
    assert answer.status_code == 409
    assert f"№ {handed}: Заявку ведёт другой отдел." in text(answer)
    assert "№ 2026-99999: Заявка не найдена." in text(answer)
    assert f"№ {new}:" not in text(answer)
    assert Ticket.objects.numbered(new).get().status == "work"
    assert Ticket.objects.numbered(handed).get().status == "handed"


@pytest.mark.parametrize("form", [{}, {"numbers": ["2026-00001"]}, {"status": "work"}])
def test_nothing_chosen_changes_nothing(ilya, three, form):
    assert browser_of(ilya).post("/tickets/change/", form)["Location"] == "/tickets/?"
    assert Ticket.objects.numbered(three[0]).get().status == "new"


# One ticket


@pytest.fixture
def ticket(ilya, dialogue):
    log = store_file(SimpleUploadedFile("log.txt", b"text"), at=timezone.now(), account=ilya)
    said = answers(ilya, dialogue, "Вот журнал", files=[log.public_id])
    return registers(
        ilya,
        dialogue,
        description="Только <b>у удалённых",
        messages=[said.seq],
        files=[log.public_id],
    )


def page_of(account, ticket):
    return text(browser_of(account).get(f"/tickets/{ticket.number}/"))


def sends(account, ticket, where, **form):
    given = {"shown": Ticket.objects.get(pk=ticket.pk).revision} | form
    return browser_of(account).post(f"/tickets/{ticket.number}/{where}/", given)


def test_it_shows_all_that_is_known(ilya, ticket):
    answers_ticket(ilya, ticket, "Откройте порт")
    page = page_of(ilya, ticket)
    for words in ("Только &lt;b&gt;у удалённых", "Вот журнал", "log.txt", "Откройте порт"):
        assert words in page
    assert "Заявка зарегистрирована" in page


def test_who_has_it_now_reads_its_files_though_not_its_conversation(
    ilya, kamila, ticket, third_line
):
    address = f"/files/{ticket.files.get().public_id}/"
    assert browser_of(kamila).get(address).status_code == 404
    assigns(ilya, ticket, third_line)
    assert browser_of(kamila).get(address).status_code == 200
    page = page_of(kamila, ticket)
    assert "уровень 1, вам не видно" in page
    assert "/chat/" + ticket.conversations.get().public_id not in page


@pytest.mark.parametrize("number", ["2026-99999", "x", "2026-1"])
def test_what_is_not_there_is_404(ilya, number):
    assert browser_of(ilya).get(f"/tickets/{number}/").status_code == 404


def test_another_level_s_is_404_by_its_number(kamila, ticket):
    for where in ("", "change/", "move/", "say/"):
        ask = browser_of(kamila).post if where else browser_of(kamila).get
        assert ask(f"/tickets/{ticket.number}/{where}").status_code == 404


def test_status_and_place_are_changed_together(ilya, darya, ticket):
    answer = sends(ilya, ticket, "move", status="work", to=f"account-{darya.pk}")
    assert answer["Location"] == f"/tickets/{ticket.number}/?saved=saved"
    ticket.refresh_from_db()
    assert (ticket.status, ticket.responsible) == ("work", darya)


def test_a_transition_that_is_not_allowed_is_said_and_nothing_is_stored(ilya, darya, ticket):
    becomes(ilya, ticket, "closed")
    answer = sends(ilya, ticket, "move", status="customer", to=f"account-{darya.pk}")
    assert answer.status_code == 409
    assert "«закрыта» заявка не переходит в «ждёт клиента»" in text(answer)
    ticket.refresh_from_db()
    assert ticket.responsible == ilya


def test_who_gives_away_what_they_see_no_more_is_back_in_the_list(
    anton, ilya, ticket, second_line, third_line
):
    assigns(ilya, ticket, second_line)
    answer = sends(anton, ticket, "move", to=f"department-{third_line.pk}")
    assert answer["Location"] == "/tickets/?saved=saved"


def test_what_is_wrong_in_the_fields_is_said_there_and_kept(ilya, ticket):
    answer = sends(ilya, ticket, "change", subject="", software="СФЕРА.Почта", criticality="2")
    assert answer.status_code == 422
    assert "Напишите тему" in text(answer)
    assert 'value="СФЕРА.Почта"' in text(answer)


def test_fields_are_changed(ilya, ticket):
    sends(ilya, ticket, "change", subject="Нет звука и видео", criticality="3", version="4.13")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.criticality, ticket.version) == ("Нет звука и видео", 3, "4.13")
    assert "Критичность: обычная → высокая" in page_of(ilya, ticket)


def test_a_note_and_an_answer_are_told_apart(ilya, ticket):
    for deed in ("note", "answer"):
        sends(ilya, ticket, "say", text=f"Это {deed}", client_id=uuid.uuid4(), **{deed: "yes"})
    said = ticket.events.exclude(text="").order_by("pk").values_list("deed", "text")
    assert list(said) == [("note", "Это note"), ("answer", "Это answer")]


def test_who_may_only_note_is_shown_no_more(ilya, ticket, second_line):
    assigns(ilya, ticket, second_line)
    page = page_of(ilya, ticket)
    assert "Ответить клиенту" not in page
    assert 'name="status"' not in page
    assert sends(ilya, ticket, "say", text="Да", answer="yes").status_code == 409
    assert sends(ilya, ticket, "say", text="Да", note="yes").status_code == 302


def test_an_empty_note_is_refused_in_its_place(ilya, ticket):
    answer = sends(ilya, ticket, "say", text=" ", note="yes")
    assert (answer.status_code, "Напишите текст." in text(answer)) == (422, True)


def test_only_what_it_may_become_is_offered(ilya, dialogue, ticket):
    closes(ilya, dialogue)
    becomes(ilya, ticket, "solved")
    offered = page_of(ilya, ticket).partition('name="status"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', offered) == ["work", "solved", "closed"]
