"""«Мои заявки»: a customer reads what was written for them, answers, ends or takes up again."""

import re
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.files.storage import store_file
from chat.models import Ticket
from departments.models import Site
from tests.cast import (
    SECRET,
    accepts,
    answers,
    answers_ticket,
    assigns,
    becomes,
    browser_of,
    cabinet_of,
    registers,
    writes,
)

pytestmark = pytest.mark.once

LIST = "/личный-кабинет/заявки/"


@pytest.fixture
def ticket(ilya, dialogue):
    hidden = dict.fromkeys(("description", "software", "version", "contract"), SECRET)
    return registers(ilya, dialogue, "Нет звука", **hidden)


@pytest.fixture
def browser(customer):
    return cabinet_of(customer)


def text(answer):
    return answer.content.decode()


def page(browser, ticket):
    return text(browser.get(f"{LIST}{ticket.number}/"))


def sends(browser, ticket, customer, **form):
    given = {"customer": customer.pk, "client_id": uuid.uuid4()} | form
    return browser.post(f"{LIST}{ticket.number}/", given)


def test_the_first_page_lists_the_latest_and_the_list_all(browser, ilya, dialogue, ticket):
    for number in range(6):
        registers(ilya, dialogue, f"Вопрос {number}")
    first, whole = text(browser.get("/личный-кабинет/")), text(browser.get(LIST))
    assert first.count("<tr>") - 1 == 5
    assert "Все заявки" in first
    assert whole.count("<tr>") - 1 == 7


def test_the_list_goes_on_by_the_key(browser, ilya, dialogue, monkeypatch):
    monkeypatch.setattr("chat.tickets.customer.PAGE", 2)
    numbers = [registers(ilya, dialogue).number for _ in range(3)]
    first = text(browser.get(LIST))
    following = re.search(r'href="[^"]*(\?before=\d+)"', first)
    assert following is not None
    assert numbers[0] not in first
    assert numbers[0] in text(browser.get(LIST + following[1]))


def test_who_has_none_is_told_so(browser):
    assert "Заявок пока нет." in text(browser.get(LIST))
    assert "Мои заявки" not in text(browser.get("/личный-кабинет/"))


def test_of_a_ticket_they_read_subject_state_and_answers(browser, ilya, ticket):
    answers_ticket(ilya, ticket, "Откройте порт <b>5349")
    becomes(ilya, ticket, "customer")
    shown = page(browser, ticket)
    for words in ("Нет звука", "Ждёт вашего ответа", "Откройте порт &lt;b&gt;5349"):
        assert words in shown


def test_nothing_that_staff_keep_among_themselves_is_there(
    browser, ilya, anton, ticket, second_line
):
    becomes(ilya, ticket, "work")
    answers_ticket(ilya, ticket, SECRET, note=True)
    assigns(ilya, ticket, second_line)
    assigns(anton, ticket, anton)
    answers_ticket(anton, ticket, "Ищем причину")
    for shown in (
        page(browser, ticket),
        *(text(browser.get(one)) for one in (LIST, "/личный-кабинет/")),
    ):
        assert SECRET not in shown
        assert "Поддержка второго уровня" not in shown
    # «передана» is «в работе» to them.
    assert page(browser, ticket).count("Состояние: В работе") == 1


def last_of(browser):
    found = re.search(r'<p class="own-tickets__last">.*?</p>', text(browser.get(LIST)), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def test_the_list_says_who_answered_last_and_how_that_begins(browser, customer, ilya, ticket):
    assert last_of(browser) == ""
    answers_ticket(ilya, ticket, "Откройте порт\n5349 " + "и ещё " * 40)
    answers_ticket(ilya, ticket, SECRET, note=True)
    becomes(ilya, ticket, "customer")
    begins = "Откройте порт 5349 " + "и ещё " * 10 + "и…"
    assert re.fullmatch(rf"Последний ответ: Илья.* · {begins}", last_of(browser))
    sends(browser, ticket, customer, text="Открыли", reply="yes")
    assert re.fullmatch(r"Последний ответ: Вы .* · Открыли", last_of(browser))


def test_the_list_names_nobody_where_the_site_shows_no_names(browser, ilya, site, ticket):
    Site.objects.update(shows_operators=False)
    answers_ticket(ilya, ticket, "Откройте порт")
    assert "Илья" not in last_of(browser)


def test_the_list_costs_the_same_however_much_was_said(
    browser, ilya, dialogue, ticket, django_assert_max_num_queries
):
    answers_ticket(ilya, ticket, "Да")
    with django_assert_max_num_queries(100) as few:
        browser.get(LIST)
    for _ in range(5):
        answers_ticket(ilya, registers(ilya, dialogue), "Да")
    with django_assert_max_num_queries(len(few)):
        browser.get(LIST)


def test_notes_do_not_make_it_look_new(browser, ilya, ticket):
    Ticket.objects.update(created_at=timezone.now() - timedelta(days=9))
    before = re.search(r'<time[^>]*datetime="([^"]+)"', text(browser.get(LIST)))
    answers_ticket(ilya, ticket, SECRET, note=True)
    after = re.search(r'<time[^>]*datetime="([^"]+)"', text(browser.get(LIST)))
    assert before is not None
    assert after is not None
    assert before[1] == after[1]


@pytest.mark.parametrize("shows", [True, False])
def test_who_answers_is_named_where_the_site_names_them(browser, ilya, site, ticket, shows):
    site.shows_operators = shows
    site.save()
    answers_ticket(ilya, ticket, "Ищем причину")
    assert ("Илья Воронцов" in page(browser, ticket)) is shows


def test_files_that_were_chosen_may_be_had_and_those_of_notes_may_not(browser, ilya, dialogue):
    files = [
        store_file(SimpleUploadedFile(name, b"text"), at=timezone.now(), account=ilya).public_id
        for name in ("схема.txt", "внутреннее.txt")
    ]
    answers(ilya, dialogue, "Вот", files=files[:1])
    answers(ilya, dialogue, "Не для них", files=files[1:], note=True)
    ticket = registers(ilya, dialogue, files=files)
    shown = page(browser, ticket)
    assert "внутреннее.txt" not in shown
    address = re.search(r'href="(/files/[^"]+)"', shown)
    assert address is not None
    assert browser_of().get(address[1].replace("&amp;", "&")).status_code == 200


def test_their_answer_goes_into_the_ticket_once(browser, customer, ilya, ticket):
    becomes(ilya, ticket, "customer")
    sent = uuid.uuid4()
    for _ in range(2):
        answer = sends(browser, ticket, customer, text="Открыли", client_id=sent, reply="yes")
        assert answer["Location"] == quote(f"{LIST}{ticket.number}/")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.events.filter(deed="reply").count()) == ("work", 1)


def test_solved_ends_it_and_unsolved_takes_it_up_with_what_they_write(
    browser, customer, ilya, ticket
):
    becomes(ilya, ticket, "solved")
    assert "Не решено" in page(browser, ticket)
    sends(browser, ticket, customer, text="Звук пропал снова", unsolved="yes")
    ticket.refresh_from_db()
    assert ticket.status == "work"
    assert ticket.events.filter(deed="reply", text="Звук пропал снова").exists()
    sends(browser, ticket, customer, solved="yes")
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_what_was_closed_long_ago_is_not_taken_up(browser, customer, ilya, ticket):
    becomes(ilya, ticket, "closed", at=timezone.now() - timedelta(days=31))
    assert "Не решено" not in page(browser, ticket)
    answer = sends(browser, ticket, customer, text="Снова", unsolved="yes")
    assert (answer.status_code, "30 дней" in text(answer)) == (409, True)
    assert "Снова</textarea>" in text(answer)
    assert not ticket.events.filter(deed="reply").exists()


@pytest.mark.parametrize(
    ("typed", "words"), [(" ", "Напишите текст."), ("я" * 4001, "Сократите его.")]
)
def test_what_cannot_be_sent_is_said_and_kept(browser, customer, ticket, typed, words):
    answer = sends(browser, ticket, customer, text=typed, reply="yes")
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert f"{typed}</textarea>" in text(answer)


def test_another_s_ticket_is_not_there(browser, customer, ilya, sergey):
    other = registers(ilya, accepts(ilya, writes(sergey).conversation))
    assert browser.get(f"{LIST}{other.number}/").status_code == 404
    assert sends(browser, other, customer, solved="yes").status_code == 404
    assert other.number not in text(browser.get(LIST))


def test_a_page_of_another_customer_changes_nothing(browser, ilya, ticket):
    answer = sends(browser, ticket, ilya, solved="yes")
    assert answer["Location"] == quote("/личный-кабинет/")
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_who_is_not_signed_in_is_sent_to_sign_in(ilya, ticket):
    for one in (browser_of(), browser_of(ilya)):
        for address in (LIST, f"{LIST}{ticket.number}/"):
            assert one.get(address)["Location"] == quote("/личный-кабинет/")
