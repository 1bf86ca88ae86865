"""«Вебхуки» of the settings."""

from ipaddress import ip_network

import pytest

from chat.models import Webhook, WebhookDelivery
from operators.models import Change
from tests.cast import browser_of, writes
from tests.chat.webhooks.receiver import Receiver
from tests.chat.webhooks.telling import carries, tells
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = {
    "title": "CRM",
    "url": "https://crm.example.ru/hook?key=hush",
    "kinds": ["conversation.opened", "message.posted"],
    "shape": "json",
    "headers": "Authorization: Bearer hush",
}


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1/32")]
    with Receiver() as running:
        yield running


def adds(elena, **form):
    return browser_of(elena).post("/settings/webhooks/add/", FORM | form)


def test_the_secret_is_shown_once(elena):
    shown = page_of(adds(elena))
    webhook = Webhook.objects.get()
    assert webhook.secret in shown
    browser = browser_of(elena)
    pages = ["", f"{webhook.pk}/", f"{webhook.pk}/log/", f"{webhook.pk}/delete/"]
    told = "".join(page_of(browser.get(f"/settings/webhooks/{one}")) for one in pages)
    assert webhook.secret not in told
    assert "Bearer hush" not in told


def test_the_log_of_changes_knows_no_secret(elena):
    adds(elena)
    browser_of(elena).post(f"/settings/webhooks/{Webhook.objects.get().pk}/secret/")
    noted = str(list(Change.objects.values_list("deed", "before", "after")))
    assert "https://crm.example.ru" in noted
    assert "secret_rotated" in noted
    assert "hush" not in noted
    assert "whsec_" not in noted


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "http://127.0.0.1/x", "Адрес ведёт внутрь сети сервера"),
        ("url", "http://[::1]/", "Адрес ведёт внутрь сети сервера"),
        ("url", "https://crm.example.ru:25/", "На этот порт вебхуки не отправляются"),
        ("url", "ftp://crm.example.ru", "Адрес начинается с https://"),
        ("kinds", [], "Обязательное поле"),
        ("kinds", ["root"], "Выберите корректный вариант"),
        ("template", "{текст}", "Шаблон — не JSON"),
        ("headers", "Authorization", "По одному заголовку в строке"),
        ("headers", "Host: b.ru", "этот заголовок ставит сам чат"),
        ("headers", "X-Key: ключ", "значение — латиница"),
        ("headers", "X-Key: ••••", "впишите значение"),
    ],
)
def test_what_cannot_be_says_why(elena, field, value, words):
    answer = adds(elena, **{field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert not Webhook.objects.exists()


def test_a_change_keeps_what_is_not_shown(elena):
    adds(elena)
    webhook = Webhook.objects.get()
    address = f"/settings/webhooks/{webhook.pk}/"
    browser = browser_of(elena)
    version = shown_version(browser, address)
    form = FORM | {"title": "Архив", "headers": "Authorization: ••••", "shown_version": version}
    assert browser.post(address, form).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.title, webhook.headers) == ("Архив", {"Authorization": "Bearer hush"})
    assert browser.post(address, form).status_code == 409


def test_a_test_says_at_once_what_came_of_it(elena, receiver):
    webhook = tells(elena, f"{receiver.url}/hook")
    answer = browser_of(elena).post(f"/settings/webhooks/{webhook.pk}/test/", follow=True)
    assert "Принято" in page_of(answer)
    assert receiver.told[0].json["type"] == "test"


def test_the_log_is_filtered_and_sent_again(elena, marina, receiver):
    webhook = tells(elena, f"{receiver.url}/500")
    writes(marina, "Не приходит счёт")
    carries()
    browser, log = browser_of(elena), f"/settings/webhooks/{webhook.pk}/log/"
    shown = page_of(browser.get(log, {"kind": "conversation.opened"}))
    assert "Ответ 500" in shown
    assert f"{log}{WebhookDelivery.objects.earliest('pk').pk}/" in shown
    assert "Таких доставок нет." in page_of(browser.get(log, {"state": "dead"}))
    WebhookDelivery.objects.update(state="dead")
    browser.post(f"{log}again/", {"kind": "conversation.opened"})
    assert [one.state for one in WebhookDelivery.objects.order_by("pk")] == ["pending", "dead"]


def test_an_answer_is_shown_as_text(elena, marina, receiver):
    webhook = tells(elena, f"{receiver.url}/hook")
    writes(marina, "<img src=x onerror=alert(1)>")
    carries()
    address = f"/settings/webhooks/{webhook.pk}/log/{WebhookDelivery.objects.latest('pk').pk}/"
    assert "<img src=x" not in browser_of(elena).get(address).content.decode()
