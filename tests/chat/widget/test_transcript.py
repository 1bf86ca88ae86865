"""«Скачать переписку»: what the visitor reads, all of it, by their clock."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.amendments import correct_message
from chat.files.storage import store_file
from chat.models import Message
from chat.widget.transcript import Transcript, TranscriptResponse, clock_of
from tests.cast import accepts, answers, browser_of, closes, token, writes

pytestmark = pytest.mark.once

NIGHT = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def taken(visitor, query=""):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get(f"/widget/demo/transcript/{query}", headers=bearer)


def text_of(visitor, query=""):
    return taken(visitor, query).getvalue().decode()


@pytest.fixture
def talk(marina, ilya):
    """Asked, answered with a file, corrected, a note of staff, closed; and another one later."""
    conversation = writes(marina, "Не приходит\nсчёт", at=NIGHT).conversation
    accepts(ilya, conversation, at=NIGHT + MINUTE)
    log = store_file(SimpleUploadedFile("счёт.txt", b"text"), at=NIGHT, account=ilya)
    answers(ilya, conversation, "Вот он", files=[log.public_id], at=NIGHT + 2 * MINUTE)
    answer = answers(ilya, conversation, "Порлучили?", at=NIGHT + 2 * MINUTE)
    correct_message(ilya, conversation.public_id, answer.seq, "Получили?", at=NIGHT + 3 * MINUTE)
    answers(ilya, conversation, "Тайна", note=True, at=NIGHT + 3 * MINUTE)
    closes(ilya, conversation, at=NIGHT + 4 * MINUTE)
    writes(marina, "Спасибо!", at=NIGHT + timedelta(days=3))


WHOLE = """

Обращение от 01.03.2026
───────────────────────

01.03.2026 22:30  Орлова Марина
Не приходит
счёт

01.03.2026 22:31  К переписке присоединился оператор Илья Воронцов

01.03.2026 22:32  Илья Воронцов
Вот он
Файл: счёт.txt, 4 Б

01.03.2026 22:32  Илья Воронцов (изменено)
Получили?

01.03.2026 22:34  Обращение закрыто


Обращение от 04.03.2026
───────────────────────

04.03.2026 22:30  Орлова Марина
Спасибо!
"""


def test_it_holds_what_the_visitor_reads_by_their_clock(marina, talk):
    text = text_of(marina, "?timezone=Europe/Berlin")
    assert text.startswith("Переписка с поддержкой: demo\nОрлова Марина\nСохранено ")
    assert "(Europe/Berlin)\n" in text
    assert text.partition("(Europe/Berlin)\n")[2] == WHOLE


@pytest.mark.parametrize("zone", ["", "Нигде", "../../etc/passwd", "/etc/passwd", "Europe", "%00"])
def test_a_zone_that_there_is_not_is_the_site_s(marina, talk, zone):
    assert "02.03.2026 00:30  Орлова Марина" in text_of(marina, f"?timezone={zone}")


@pytest.mark.once
def test_where_no_zone_can_be_read_it_is_utc():
    assert clock_of("Нигде", "Никакая") == ZoneInfo("UTC")


def test_it_is_a_download_of_plain_text(marina, talk):
    answer = taken(marina)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == "attachment"
    assert "no-store" in answer["Cache-Control"]


def test_another_s_is_not_in_it(marina, sergey, talk):
    writes(sergey, "Секрет Сергея")
    assert "Сергея" not in text_of(marina)
    assert "Орлова" not in text_of(sergey)


def test_who_never_wrote_has_an_empty_one(marina):
    assert text_of(marina).count("\n") == 3


def test_a_promise_is_told_by_the_visitor_s_clock(marina, waiting):
    Message.objects.create(
        conversation=waiting,
        client_id="0d6a1c52-3f0e-4a54-9d5f-0b6e5a0a9f01",
        seq=waiting.last_seq + 1,
        visitor_seq=waiting.last_visitor_seq + 1,
        kind="event",
        author_kind="system",
        code="promised",
        params={
            "name": "Илья",
            "until": "2026-03-02T09:00:00+00:00",
            "zone": "Europe/Moscow",
        },
        created_at=NIGHT + timedelta(hours=11),
    )
    assert "Илья ответит до 18:00" in text_of(marina, "?timezone=Asia/Tokyo")


def test_a_long_one_is_read_page_by_page_and_whole(marina, waiting, monkeypatch):
    monkeypatch.setattr("chat.widget.transcript.PAGE", 3)
    for number in range(10):
        writes(marina, f"Сообщение {number}")
    text = text_of(marina)
    assert [text.count(f"Сообщение {number}\n") for number in range(10)] == [1] * 10
    assert text.count("Обращение от") == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_hands_it_out_as_tests_read_it(marina, talk):
    async def read():
        at = timezone.now()
        response = TranscriptResponse(Transcript(marina, ZoneInfo("Europe/Berlin")), at=at)
        return b"".join([piece async for piece in response]).decode()

    assert asyncio.run(read()).endswith(WHOLE)
