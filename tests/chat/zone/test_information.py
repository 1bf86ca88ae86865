"""What the panel tells of a visitor."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chat.actions.erasure import delete_person
from chat.models import Criticality, PageView, Step, Visitor
from chat.zone.information import information
from chat.zone.workspace import find_conversation, workspace
from departments.criticality import Impact, Urgency
from tests.cast import (
    answers,
    browser_of,
    closes,
    comes_from,
    defines,
    fills,
    invites,
    is_present,
    joins,
    judges,
    notes,
    settles,
    transfers,
    writes,
)
from tests.server import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def _known_places(settings):
    settings.GEO_DIR = ROOT / "sphaera_support" / "demo"


def told(conversation, at=None):
    known = information(conversation, at=at or timezone.now())
    return dict(known["facts"]) | dict(known["system"])


def test_what_every_conversation_begins_with_is_no_step_done(waiting, ilya):
    assert information(waiting, at=timezone.now())["identification"]["done"] == 1
    judges(ilya, waiting, Impact.ALL, Urgency.HINDERS)
    bar = information(waiting, at=timezone.now())["identification"]
    assert bar["judgement"]["criticality"] == Criticality.HIGH
    assert bar["done"] == 2


@pytest.mark.usefixtures("_known_places")
def test_where_they_are_and_what_they_use(waiting, marina):
    comes_from(
        marina,
        "203.0.113.7",
        referrer="https://yandex.ru/search/?text=%D1%81%D1%87%D1%91%D1%82",
        user_agent=FIREFOX,
        screen="1920x1080",
        language="ru-RU",
    )
    assert told(waiting).items() >= {
        ("IP-адрес", "Волга-Логистик / 203.0.113.7"),
        ("Город, страна", "Нижний Новгород, Россия"),
        ("Пришёл с", "https://yandex.ru/search/?text=счёт"),
        ("Искал(а)", "«счёт»"),
        ("Посещений / чатов", "1 / 1"),
        ("Браузер", "Firefox 128"),
        ("Система", "Linux"),
        ("Устройство", "Компьютер"),
        ("Язык", "ru-RU"),
        ("Экран", "1920 × 1080"),
    }


@pytest.mark.usefixtures("_known_places")
@pytest.mark.parametrize(
    ("address", "shown", "place"),
    [
        ("10.0.0.7", "Внутренняя сеть / 10.0.0.7", "Внутренняя сеть"),
        ("8.8.8.8", "Не определено / 8.8.8.8", "Не определено"),
        ("198.51.100.200", "Вектор / 198.51.100.200", "Almaty, Казахстан"),
        (None, "Не определено", "Не определено"),
    ],
)
def test_an_address_that_is_inner_or_unknown_says_so(waiting, marina, address, shown, place):
    comes_from(marina, address)
    known = told(waiting)
    assert (known["IP-адрес"], known["Город, страна"]) == (shown, place)


def test_without_files_nothing_is_guessed(waiting, marina, settings, tmp_path):
    settings.GEO_DIR = tmp_path
    comes_from(marina, "203.0.113.7")
    assert told(waiting)["Город, страна"] == "Не определено"


def test_who_came_by_themselves_came_directly(waiting, marina):
    comes_from(marina, "203.0.113.7")
    assert told(waiting)["Пришёл с"] == "Прямой переход"


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("Asia/Yekaterinburg", ("15:30", "UTC+5")),
        ("America/St_Johns", ("07:00", "UTC−3:30")),
        ("Europe", None),
        ("../../etc/passwd", None),
        ("Нигде", None),
        ("", None),
    ],
)
def test_what_time_it_is_where_they_are(waiting, marina, zone, clock):
    comes_from(marina, None, time_zone=zone)
    known = information(waiting, at=datetime(2026, 11, 26, 10, 30, tzinfo=UTC))["clock"]
    assert (known and (known["time"], known["offset"])) == clock


def test_a_consent_is_told_with_its_version_and_time(waiting, marina):
    marina.consented_version, marina.consented_at = 2, datetime(2026, 3, 14, 7, 43, tzinfo=UTC)
    marina.save()
    waiting.visitor.refresh_from_db()
    waiting.visitor.site.privacy_version = 2
    shown = told(waiting)["Согласие"]
    assert shown.startswith("версия 2, <time ")
    assert "14.03.2026 10:43" in shown
    waiting.visitor.site.privacy_version = 3
    assert told(waiting)["Согласие"] == f"{shown}; действует версия 3"


def test_without_a_consent_there_is_a_dash(dialogue, marina, ilya):
    Visitor.objects.update(consented_version=0, consented_at=None)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/data/").content.decode()
    assert "<dt>Согласие</dt><dd>—</dd>" in page


def test_the_data_are_had_by_themselves(dialogue, ilya, zoya):
    url = f"/chat/{dialogue.public_id}/data/"
    assert "Посещений / чатов" in browser_of(ilya).get(url).content.decode()
    assert browser_of(zoya).get(url).status_code == 404


def statements_of(account, conversation):
    with CaptureQueriesContext(connection) as asked:
        workspace(account, find_conversation(account, conversation.public_id))
    return [one["sql"][:120] for one in asked]


@pytest.mark.parametrize("page", ["zone_conversation", "visitor_data"])
def test_who_is_erased_while_they_are_being_read_is_not_found(waiting, ilya, page):
    going = [waiting.visitor]

    def erase_behind(execute, sql, *arguments):
        answer = execute(sql, *arguments)
        if going and "chat_conversation" in sql:
            delete_person(going.pop(), at=timezone.now())
        return answer

    with connection.execute_wrapper(erase_behind):
        assert browser_of(ilya).get(reverse(page, args=[waiting.public_id])).status_code == 404
    assert not going


def test_a_conversation_is_opened_by_twelve_statements_whatever_its_size(
    marina, ilya, anton, darya, elena, dialogue
):
    """Beside the two by which any page knows who asks; who may hold it asks whether it is held."""
    for number in range(30):
        visit = comes_from(marina, "203.0.113.7")
        PageView.objects.bulk_create(
            PageView(visit=visit, url=f"https://a.ru/{page}", opened_at=timezone.now())
            for page in range(20)
        )
        notes(ilya, dialogue, f"№ {number}")
        about = ("visitor", "conversation")[number % 2]
        fills(ilya, dialogue, defines(elena, f"Поле {number}", about=about).key, "Есть")
        asked = writes(marina, f"Вопрос {number}")
        answers(ilya, dialogue, f"Ответ {number}", quotes=asked.client_id)
    for step in Step:
        settles(ilya, dialogue, step, f"Есть {step}")
    judges(ilya, dialogue, Impact.ALL, Urgency.STOPS)
    is_present(ilya, anton, darya)
    invites(ilya, dialogue, darya)
    joins(darya, dialogue)
    transfers(ilya, dialogue, anton)
    counts = {one.login: len(statements_of(one, dialogue)) for one in (ilya, anton, darya, elena)}
    assert counts.pop("elena") <= 13
    assert max(counts.values()) <= 12, counts
    assert len(statements_of(darya, closes(ilya, dialogue))) <= 12
