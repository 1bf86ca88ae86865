"""«Запросы о данных»: the legal term, a refusal with words, a correction, proof of a consent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.sites import SiteFields, change_site
from chat.models import DataRequest, Visitor
from departments.models import Site
from operators.models import Change
from sphaera_support.cabinet.models import Customer
from tests.cast import asks_about_data, browser_of, cabinet_of

pytestmark = pytest.mark.once

LIST = "/settings/requests/"


@pytest.fixture
def browser(elena):
    return browser_of(elena)


def text(answer):
    return answer.content.decode()


def test_an_empty_list_says_where_requests_come_from(browser):
    assert "Запросов пока не было" in text(browser.get(LIST))


def test_what_is_overdue_is_first_and_said(browser, marina, sergey):
    new = asks_about_data(marina)
    late = asks_about_data(sergey, at=timezone.now() - timedelta(days=40))
    page = text(browser.get(LIST))
    assert page.index(late.number) < page.index(new.number)
    assert page.count("просрочен") == 1


def test_a_refusal_needs_words_which_the_customer_reads(browser, customer, marina):
    request = asks_about_data(marina)
    address = f"{LIST}{request.pk}/decline/"
    assert browser.post(address, {"declined_with": " "}).status_code == 422
    assert browser.post(address, {"declined_with": "Договор действует"}).status_code == 302
    page = text(cabinet_of(customer).get("/личный-кабинет/мои-данные/"))
    assert "Договор действует" in page
    assert "Отклонён" in page


def test_who_decides_second_is_told_so(browser, marina):
    request = asks_about_data(marina)
    address = f"{LIST}{request.pk}/decline/"
    browser.post(address, {"declined_with": "Первый ответ"})
    second = browser.post(address, {"declined_with": "Второй ответ"})
    assert second.status_code == 409
    assert "Запрос уже закрыт: отклонён" in text(second)
    request.refresh_from_db()
    assert request.answer == "Первый ответ"


def test_a_correction_reaches_the_cabinet_too(browser, customer, marina):
    request = asks_about_data(marina, "correction")
    assert "Орлова Марина Сергеевна" in text(browser.get(f"{LIST}{request.pk}/"))
    given = {"name": "Белова Марина", "email": "m@example.ru", "answer": "Исправили"}
    assert browser.post(f"{LIST}{request.pk}/correct/", given).status_code == 302
    marina.refresh_from_db()
    assert (marina.name, marina.email) == ("Белова Марина", "m@example.ru")
    assert Customer.objects.get().full_name == "Белова Марина"
    assert DataRequest.objects.get().state == "done"


def test_the_log_of_changes_names_no_person(browser, customer, marina):
    request = asks_about_data(marina, "correction")
    given = {"name": "Белова Марина", "email": "m@example.ru", "answer": "Исправили"}
    browser.post(f"{LIST}{request.pk}/correct/", given)
    change = Change.objects.get(kind="data_request")
    assert change.subject_name == request.number
    assert "Белова" not in str((change.before, change.after))


def test_a_bad_address_keeps_what_was_typed(browser, marina):
    request = asks_about_data(marina, "correction")
    given = {"name": "Белова", "email": "нет", "answer": "Исправили"}
    answer = browser.post(f"{LIST}{request.pk}/correct/", given)
    assert answer.status_code == 422
    assert all(word in text(answer) for word in ("Белова", "нет", "Исправили"))


def test_the_proof_shows_what_the_notice_said_then(browser, elena, dialogue, site):
    Site.objects.update(privacy_text="Старые слова")
    shown = Site.objects.get(pk=site.pk).version
    fields: SiteFields = {"privacy_text": "Новые", "asks_again": True}
    change_site(Doer(elena), site.pk, fields, shown=shown, at=timezone.now())
    page = text(browser.get(f"{LIST}consent/{dialogue.public_id}/"))
    assert "при действующем согласии, версия 1" in page
    assert "Старые слова" in page
    assert "Новые" not in page


def erases(browser, request, **given):
    usual = {"number": request.number, "answer": "Ваши данные удалены."}
    return browser.post(f"{LIST}{request.pk}/erase/", usual | given)


def test_what_goes_is_shown_before_it_goes(browser, customer, marina, dialogue):
    request = asks_about_data(marina)
    page = text(browser.get(f"{LIST}{request.pk}/"))
    assert "Открытое обращение будет закрыто" in page
    assert "обращения: <b" in page


def test_an_erasure_is_typed_done_and_answered(browser, customer, marina, dialogue):
    request = asks_about_data(marina)
    refused = erases(browser, request, number="П-0", answer="Мой ответ")
    assert refused.status_code == 422
    assert "Мой ответ" in text(refused)
    assert erases(browser, request).status_code == 302
    assert not Visitor.objects.filter(pk=marina.pk).exists()
    assert "Ваши данные удалены." in text(cabinet_of(customer).get("/личный-кабинет/мои-данные/"))
    act = text(browser.get("/settings/retention/acts/1/"))
    assert f"Запрос {request.number} от" in act
    assert "закончившееся раньше" not in act
    second = erases(browser, request)
    assert second.status_code == 409
    assert "Запрос уже закрыт: выполнен" in text(second)


def test_the_account_goes_along_where_that_is_chosen(browser, customer, marina, dialogue):
    cabinet = cabinet_of(customer)
    erases(browser, asks_about_data(marina), closes_account="on")
    assert "Войти" in text(cabinet.get("/личный-кабинет/"))
    assert not Customer.objects.exists()
    customer.refresh_from_db()
    assert (customer.name, customer.is_active) == ("—", False)
