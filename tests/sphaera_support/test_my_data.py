"""«Мои данные»: what is kept, a copy of it, consent, and requests, each of its own customer."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone

from chat.models import Consent, DataArchive, DataRequest, Visitor
from chat.personal.archives import make_next
from operators.models import Role
from sphaera_support.cabinet.models import Customer
from tests.cast import asks_about_data, cabinet_of, staff, writes

pytestmark = pytest.mark.once

PAGE = "/личный-кабинет/мои-данные/"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser(customer, dialogue):
    return cabinet_of(customer)


def text(answer):
    return answer.content.decode()


def sends(browser, customer, address, **form):
    return browser.post(PAGE + address, {"customer": customer.pk} | form)


def downloads(browser, customer):
    sends(browser, customer, "скачать/")
    make_next()
    archive = DataArchive.objects.latest("pk")
    return f"{PAGE}архив/{archive.public_id}/"


def test_the_page_counts_what_is_kept(browser, marina):
    page = text(browser.get(PAGE))
    assert "1 обращение" in page
    assert "Скачать всё" in page


def test_who_never_wrote_reads_that_nothing_is_kept(site, customer):
    page = text(cabinet_of(customer).get(PAGE))
    assert "Переписки, заявок и посещений пока нет" in page
    assert "Запросить удаление" not in page


def test_everything_is_had_as_a_file(browser, customer):
    answer = browser.get(downloads(browser, customer))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert "Мои данные" in unquote(answer["Content-Disposition"])


def test_the_link_is_of_one_session(browser, customer):
    address = downloads(browser, customer)
    answer = cabinet_of(customer).get(address)
    assert answer.status_code == 403
    assert "в другом сеансе" in text(answer)


def test_the_link_is_good_for_a_day(browser, customer):
    address = downloads(browser, customer)
    DataArchive.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    answer = browser.get(address)
    assert answer.status_code == 410
    assert "действовала сутки" in text(answer)


def test_nobody_else_s_archive_is_there(browser, customer, sergey):
    other = staff("sergey", "Назаров Сергей", role=Role.CUSTOMER)
    Customer.objects.create(account=other, full_name="Назаров Сергей")
    assert cabinet_of(other).get(downloads(browser, customer)).status_code == 404


def test_a_request_is_kept_with_its_legal_term(browser, customer):
    sends(browser, customer, "запрос/erasure/", text="Больше не клиент")
    request = DataRequest.objects.get()
    assert (request.kind, request.text) == ("erasure", "Больше не клиент")
    assert request.due_on >= timezone.localdate() + timedelta(days=14) or (
        request.due_on > date(2026, 1, 1)
    )
    assert "Больше не клиент" in text(browser.get(PAGE))


def test_what_was_typed_stays_in_a_form_that_was_refused(browser, customer):
    typed = {"text": "Опечатка в фамилии", "asked_name": "Орлова", "asked_email": "no"}
    answer = sends(browser, customer, "запрос/correction/", **typed)
    assert answer.status_code == 422
    assert all(one in text(answer) for one in typed.values())
    assert not DataRequest.objects.exists()


def test_one_of_a_kind_is_open_at_a_time(browser, customer):
    first, second = [sends(browser, customer, "запрос/erasure/", text="Ещё") for _ in range(2)]
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Такой запрос уже есть: П-" in text(second)
    assert "Ещё" in text(second)


def test_another_s_request_is_not_there(browser, customer, sergey):
    theirs = asks_about_data(sergey)
    answer = sends(browser, customer, f"запросы/{theirs.pk}/отозвать/")
    assert "Запрос не найден" in text(answer)
    theirs.refresh_from_db()
    assert theirs.is_open


def test_a_form_of_who_was_here_before_does_nothing(browser, customer):
    browser.post(PAGE + "запрос/erasure/", {"customer": customer.pk + 1, "text": "x"})
    assert not DataRequest.objects.exists()


def test_consent_is_taken_back_and_asked_for_anew(browser, customer, marina):
    assert sends(browser, customer, "согласие/").status_code == 302
    marina.refresh_from_db()
    assert marina.consented_version == 0
    assert "отозвано" in text(browser.get(PAGE))
    writes(Visitor.objects.get(pk=marina.pk), "Снова пишу", consent=1)
    assert Consent.objects.filter(visitor=marina).count() == 2
