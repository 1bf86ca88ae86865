"""Transfer over HTTP: statuses that mean something, and nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from chat.files.storage import store_file
from chat.models import Outcome, Transfer
from tests.cast import (
    answers,
    browser_of,
    closes,
    is_present,
    staff,
    takes_over,
    token,
    transfers,
    writes,
)

pytestmark = pytest.mark.once

NOTE = "Порт 5349 закрыт <b>снаружи</b>"
SHOWN_NOTE = "Порт 5349 закрыт &lt;b&gt;снаружи&lt;/b&gt;"


@pytest.fixture(autouse=True)
def _they_are_there(ilya, anton):
    is_present(ilya, anton)


@pytest.fixture
def url(dialogue):
    return f"/chat/{dialogue.public_id}/transfer/"


def sends(account, url, **form):
    return browser_of(account).post(url, {"note": NOTE, **form})


def text(answer):
    return answer.content.decode()


def test_the_panel_lists_who_may_take_it(url, ilya, anton, elena, second_line):
    page = text(browser_of(ilya).get(url))
    assert f'value="account-{anton.pk}"' in page
    assert f'value="department-{second_line.pk}"' in page
    assert f'value="account-{ilya.pk}"' not in page
    assert f'value="account-{elena.pk}"' not in page


def test_the_card_begins_with_what_the_visitor_asked(url, ilya, marina):
    writes(marina, "И ещё одно")
    page = text(browser_of(ilya).get(url))
    assert ">Не приходит счёт</textarea>" in page
    assert "И ещё одно" not in page


def test_sent_it_shows_the_conversation_on_its_way(url, ilya, anton):
    answer = sends(ilya, url, to=f"account-{anton.pk}", asked="Счёт")
    assert answer.status_code == 200
    assert "Передаётся: <b>Антон Белый</b>" in text(answer)
    assert Transfer.objects.pending().get().note == NOTE


def test_the_addressee_s_page_shows_the_note_and_the_card(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton, note=NOTE, done="Проверил шлюз")
    page = text(browser_of(anton).get(f"/chat/{dialogue.public_id}/"))
    assert SHOWN_NOTE in page
    assert "Проверил шлюз" in page
    waiting = page[page.index('data-group="waiting"') : page.index('data-group="mine"')]
    assert dialogue.public_id in waiting


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "Выберите, кому передать"),
        ("account-0", "Выберите, кому передать"),
        ("account-999999999", "Выберите, кому передать"),
        ("account-99999999999999999999", "Выберите, кому передать"),
        ("department-999999999", "Выберите, кому передать"),
        ("customer-1", "Выберите, кому передать"),
        ("account-1 OR 1=1", "Выберите, кому передать"),
    ],
)
def test_a_bad_addressee_leaves_the_form_as_typed(url, ilya, to, words):
    answer = sends(ilya, url, to=to, asked="Счёт")
    assert answer.status_code == 422
    assert words in text(answer)
    assert SHOWN_NOTE in text(answer)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("form", ["transfer", "move"])
def test_what_names_nobody_opens_no_transaction(dialogue, elena, form):
    browser = browser_of(elena)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(f"/chat/{dialogue.public_id}/{form}/", {"to": "customer-1"})
    assert answer.status_code == 422
    assert [query["sql"] for query in asked if "SAVEPOINT" in query["sql"]] == []


def test_the_form_goes_back_into_its_panel(url, dialogue, ilya):
    assert sends(ilya, url)["HX-Retarget"] == f"#transfer-{dialogue.public_id}"


def test_to_oneself_is_refused_with_words(url, ilya):
    answer = sends(ilya, url, to=f"account-{ilya.pk}")
    assert (answer.status_code, "и так ведёт" in text(answer)) == (422, True)


def test_up_without_a_card_is_refused_with_words(url, ilya, anton):
    answer = sends(ilya, url, to=f"account-{anton.pk}", asked=" ")
    assert (answer.status_code, "хотя бы одно поле" in text(answer)) == (422, True)
    assert SHOWN_NOTE in text(answer)


@pytest.mark.parametrize("field", ["note", "asked", "done", "expected"])
@pytest.mark.parametrize("typed", ["х" * 4001, "a\x00b"])
def test_bad_text_is_refused(url, ilya, anton, field, typed):
    form = {"asked": "Счёт", field: typed}
    answer = sends(ilya, url, to=f"account-{anton.pk}", **form)
    assert answer.status_code == 422
    assert not Transfer.objects.exists()


def test_who_is_absent_is_said_before_and_asked_about(url, dialogue, ilya, second_line):
    boris = staff("boris", "Борис Ким", second_line)
    panel = text(browser_of(ilya).get(url))
    assert "Борис Ким: сейчас не в сети. Обращение будет ждать в очереди отдела" in panel
    to = {"to": f"account-{boris.pk}", "asked": "Счёт"}
    refused = sends(ilya, url, **to)
    assert (refused.status_code, "Передать в очередь" in text(refused)) == (422, True)
    assert 'role="alert"' not in text(refused)  # the form says it beside the decision
    confirmed = sends(ilya, url, **to, even_absent="yes")
    assert (confirmed.status_code, confirmed["HX-Push-Url"]) == (200, "/chat/")
    assert Transfer.objects.get().outcome == Outcome.QUEUED


def test_a_closed_conversation_is_a_conflict_and_the_text_stays(url, dialogue, ilya, anton):
    closes(ilya, dialogue)
    answer = sends(ilya, url, to=f"account-{anton.pk}", asked="Счёт")
    assert (answer.status_code, "уже закрыто" in text(answer)) == (409, True)
    assert SHOWN_NOTE in text(answer)


def test_a_colleague_s_conversation_is_a_conflict(url, darya, anton):
    answer = sends(darya, url, to=f"account-{anton.pk}", asked="Счёт")
    assert (answer.status_code, Transfer.objects.exists()) == (409, False)


def test_a_second_transfer_is_a_conflict(url, dialogue, ilya, anton, darya):
    is_present(darya)
    transfers(ilya, dialogue, anton)
    answer = sends(ilya, url, to=f"account-{darya.pk}")
    assert (answer.status_code, "уже передаётся" in text(answer)) == (409, True)


def test_accepting_opens_it(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    answer = browser_of(anton).post(f"{url}accept/")
    assert (answer.status_code, answer["HX-Push-Url"]) == (200, f"/chat/{dialogue.public_id}/")
    assert "Обращение передано: Илья Воронцов → Антон Белый" in strip_tags(text(answer))


def test_accepting_what_another_has_says_who(url, dialogue, ilya, anton, second_line):
    boris = staff("boris", "Борис Ким", second_line)
    transfers(ilya, dialogue, second_line)
    takes_over(anton, dialogue)
    answer = browser_of(boris).post(f"{url}accept/")
    assert (answer.status_code, "Уже принято: Антон Белый" in text(answer)) == (409, True)


def test_declining_with_a_reason(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    browser = browser_of(anton)
    assert browser.post(f"{url}decline/", {"reason": "х" * 4001}).status_code == 422
    assert browser.post(f"{url}decline/", {"reason": "Обед"}).status_code == 204
    assert Transfer.objects.get().reason == "Обед"
    assert browser.get(f"/chat/{dialogue.public_id}/").status_code == 404


def test_cancelling(url, dialogue, ilya, anton, darya):
    transfers(ilya, dialogue, anton)
    assert browser_of(darya).post(f"{url}cancel/").status_code == 409
    assert browser_of(ilya).post(f"{url}cancel/").status_code == 204
    assert browser_of(ilya).post(f"{url}cancel/").status_code == 409


def test_a_return_needs_its_reason(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    browser, back = browser_of(anton), f"/chat/{dialogue.public_id}/return/"
    assert "Вернуть: Илья Воронцов" in text(browser.get(back))
    assert browser.post(back, {"reason": " "}).status_code == 422
    answer = browser.post(back, {"reason": "Не к нам"})
    assert (answer.status_code, "Передаётся: <b>Илья Воронцов" in text(answer)) == (200, True)


def test_the_head_counts_how_often_it_was_handed_over(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    page = f"/chat/{dialogue.public_id}/"
    assert "Передач</dt>" not in text(browser_of(ilya).get(page))
    takes_over(anton, dialogue)
    assert '<dt>Передач</dt><dd class="num">1</dd>' in text(browser_of(anton).get(page))


def test_who_gets_it_back_reads_why_and_everybody_how_often(url, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    back, page = f"/chat/{dialogue.public_id}/return/", f"/chat/{dialogue.public_id}/"
    browser_of(anton).post(back, {"reason": "Не к нам"})
    shown = text(browser_of(ilya).get(page))
    assert "<b>Антон Белый</b> возвращает обращение" in shown
    assert "<dt>Причина возврата</dt><dd>Не к нам</dd>" in shown
    assert "Уже возвращали" not in shown
    takes_over(ilya, dialogue)
    assert '<dt>Возвратов</dt><dd class="num">1</dd>' in text(browser_of(ilya).get(page))
    panel = text(browser_of(ilya).get(url))
    assert "Как передавали: 2, возвратов: 1" in panel
    assert "Антон Белый → Илья Воронцов, уровень 1" in panel
    assert "Причина возврата: Не к нам" in panel
    transfers(ilya, dialogue, anton)
    shown = text(browser_of(anton).get(page))
    assert "<dt>Уже возвращали</dt><dd>1 раз</dd>" in shown


@pytest.mark.parametrize("verb", ["", "accept/", "decline/", "cancel/", "../return/"])
def test_another_site_s_page_can_not_do_it(url, dialogue, ilya, anton, verb):
    transfers(ilya, dialogue, anton)
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1:8000")
    strict.force_login(anton, backend="django.contrib.auth.backends.ModelBackend")
    address = url.replace("transfer/", "return/") if "return" in verb else f"{url}{verb}"
    assert strict.post(address, {"reason": "х"}).status_code == 403
    assert Transfer.objects.get().outcome == Outcome.PENDING


def test_a_customer_is_no_addressee_of_forms(url, customer):
    answer = browser_of(customer).post(f"{url}accept/")
    assert answer.status_code in (302, 403)


def test_files_are_had_by_the_addressee_from_the_offer_on(url, dialogue, ilya, anton):
    uploaded = SimpleUploadedFile("log.txt", b"text")
    attachment = store_file(uploaded, at=timezone.now(), account=ilya)
    answers(ilya, dialogue, "Вот", files=[attachment.public_id])
    browser, address = browser_of(anton), attachment.get_absolute_url()
    assert browser.get(address).status_code == 404
    transfers(ilya, dialogue, anton)
    assert browser.get(address).status_code == 200
    browser.post(f"{url}decline/")
    assert browser.get(address).status_code == 404


def test_the_visitor_s_window_holds_nothing_of_the_card(dialogue, marina, ilya, anton):
    transfers(ilya, dialogue, anton, note=NOTE, done="§СДЕЛАНО§")
    takes_over(anton, dialogue)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    page = text(browser_of().get("/widget/demo/window/", headers=bearer))
    assert "Обращение передано: Антон Белый" in strip_tags(page)
    assert "5349" not in page
    assert "§СДЕЛАНО§" not in page
