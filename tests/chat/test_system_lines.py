"""System lines: a code with parameters in the log, a sentence for each reader."""

from datetime import datetime
from importlib import import_module

import pytest
from django.utils.html import strip_tags

from chat.models import InternalLineCode, InternalMessage, LineCode, Message, MessageKind
from chat.wire import lines
from chat.wire.faces import STAFF, VISITOR
from operators.templatetags.icons import ICONS
from tests.cast import accepts, closes

STAFF_ALONE = {code for code in LineCode if code not in lines._FOR_VISITOR}
encode = import_module("chat.migrations.0008_system_lines")

PARAMS = {
    "name": "Антон Белый",
    "sender": "Илья Воронцов",
    "inviter": "Илья Воронцов",
    "remover": "Илья Воронцов",
    "department": "Поддержка второго уровня",
    "level": 2,
    "wait_seconds": 38,
    "until": "2026-11-23T12:30:00+00:00",
    "zone": "Europe/Moscow",
    "title": "Ночная смена",
    "words": "Так было сказано",
    "is_return": False,
    "note": "",
    "visitor": "Орлова Марина",
    "term": "day",
    "network": "203.0.113.0/24",
    "number": "2026-01187",
    "incident": 3,
    "text": "Чиним вход",
    "asked": "Не приходит счёт",
    "done": "",
    "expected": "",
}


def line(code, **params):
    at = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
    return Message(code=code, params={**PARAMS, **params}, created_at=at)


@pytest.mark.parametrize("code", LineCode)
def test_every_code_has_words_for_staff(code):
    assert "%" not in lines.for_staff(line(code))
    assert lines.for_staff(line(code))


@pytest.mark.parametrize("code", sorted(set(LineCode) - STAFF_ALONE))
def test_what_the_visitor_reads_names_no_reason_and_nobody_behind_it(code):
    words = lines.for_visitor(line(code))
    assert words
    assert "%" not in words
    assert "Илья" not in words


@pytest.mark.parametrize("code", sorted(set(LineCode) - STAFF_ALONE))
def test_shown_as_html_it_says_the_same_with_a_picture(code):
    told = line(code)
    told.kind = MessageKind.EVENT
    for to_visitor, words in ((True, lines.for_visitor), (False, lines.for_staff)):
        shown = strip_tags(lines.line_html(told, VISITOR if to_visitor else STAFF) or "")
        assert shown.partition("до ")[0] == words(told).partition("до ")[0]
    assert (ICONS / f"{lines.icon_of(told)}.svg").exists()


def test_names_stand_out_and_are_no_markup():
    told = line(LineCode.CLOSED, name="<i>Илья</i>")
    told.kind = MessageKind.EVENT
    shown = lines.line_html(told, STAFF)
    assert shown == "<b>&lt;i&gt;Илья&lt;/i&gt;</b>: обращение закрыто"


def test_what_is_known_in_words_alone_is_left_as_it_is():
    told = line(LineCode.TOLD)
    told.kind = MessageKind.EVENT
    assert (lines.line_html(told, STAFF), lines.icon_of(told)) == (None, "")


@pytest.mark.parametrize("code", sorted(STAFF_ALONE))
def test_of_what_is_for_staff_the_visitor_reads_nothing(code):
    assert lines.for_visitor(line(code)) == ""


@pytest.mark.parametrize("code", InternalLineCode)
def test_every_code_of_a_chat_has_words(code):
    words = lines.for_members(InternalMessage(code=code, params=PARAMS))
    assert words
    assert "%" not in words


@pytest.mark.parametrize(
    ("seconds", "shown"), [(38, "0:38"), (725, "12:05"), (3723, "1:02:03"), (0, "0:00")]
)
def test_a_wait_reads_as_a_clock(seconds, shown):
    assert lines.for_staff(line(LineCode.ACCEPTED, wait_seconds=seconds)).endswith(shown)


def test_a_promise_reads_by_the_site_s_clock():
    assert lines.for_visitor(line(LineCode.PROMISED)) == "Антон Белый ответит до 15:30"


def test_a_promise_of_another_day_names_it():
    words = lines.for_visitor(line(LineCode.PROMISED, until="2026-11-24T07:00:00+00:00"))
    assert words == "Антон Белый ответит 24.11 до 10:00"


def test_a_reason_and_a_note_follow_the_line():
    assert lines.for_staff(line(LineCode.TRANSFER_DECLINED, reason="Обед")).endswith("Белый. Обед")
    assert lines.for_staff(line(LineCode.INVITED, note="Помоги")).endswith("Белый\nПомоги")


def test_a_note_without_an_author_has_a_title():
    assert lines.title_of(line(LineCode.TRANSFER_EXPIRED)) == "Передача"


def test_who_did_it_can_be_counted(ilya, waiting):
    accepts(ilya, waiting)
    closes(ilya, waiting)
    told = Message.objects.filter(params__account=ilya.pk).order_by("seq")
    assert list(told.values_list("code", flat=True)) == [LineCode.ACCEPTED, LineCode.CLOSED]


# Those from before there were codes


class Said:
    """A row as it stood before the migration."""

    def __init__(self, text, staff_text="", *, kind="event", author_name=""):
        self.text, self.staff_text, self.kind = text, staff_text, kind
        self.author_name, self.code, self.params = author_name, "", {}


BEFORE = [
    ("Обращение возобновлено", ""),
    (
        "К переписке присоединился оператор Илья Воронцов",
        "Илья Воронцов: обращение принято · ожидание 1:02:03",
    ),
    ("Обращение закрыто", "Илья Воронцов: обращение закрыто"),
    ("Обращение закрыто", "Посетитель завершил обращение"),
    (
        "Оператор вышел, ищем другого. Обращение снова в очереди",
        "Рабочее место оператора пропало, обращение вернулось в очередь",
    ),
    (
        "Оператор вышел, ищем другого. Обращение снова в очереди",
        "Илья Воронцов: обращение возвращено в очередь",
    ),
    (
        "Обращение передано: Антон Белый",
        "Обращение передано: Илья Воронцов → Антон Белый, уровень 2",
    ),
    (
        "Обращение передано: Склад. Вам ответят, как только освободится оператор",
        "Илья Воронцов: обращение передано в очередь отдела «Склад»",
    ),
    (
        "К переписке присоединился оператор Антон Белый",
        "Администратор Елена Соколова: обращение → Антон Белый, уровень 1",
    ),
    (
        "К переписке присоединился оператор Антон Белый",
        "К переписке присоединился оператор Антон Белый · по приглашению: Илья Воронцов",
    ),
    (
        "Оператор Антон Белый вышел из переписки",
        "Антон Белый: больше не участвует в переписке (Илья Воронцов)",
    ),
]


# What has other words by now.
RENAMED = {
    "Оператор вышел, ищем": "Оператор отключился, ищем",
    "Рабочее место оператора пропало,": "Оператор отключился,",
}


def by_now(words):
    for then, now in RENAMED.items():
        words = words.replace(then, now)
    return words


def shown(row):
    message = Message(code=row.code, params=row.params, text=row.text, author_name=row.author_name)
    return lines.for_visitor(message), lines.for_staff(message)


@pytest.mark.parametrize(("visitors", "staffs"), BEFORE)
def test_what_was_stored_as_words_is_read_as_a_code(visitors, staffs):
    row = Said(visitors, staffs)
    assert encode._encoded(row)
    assert row.code
    assert row.text == ""
    assert shown(row) == (by_now(visitors), by_now(staffs or visitors))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Передача", "Передача отклонена: Антон Белый. Ухожу. Позже"),
        ("Передача", "Передачу не приняли вовремя: Склад"),
        ("Приглашение", "Приглашение отменено: Антон Белый"),
    ],
)
def test_notes_of_the_system_too(title, text):
    row = Said(text, kind="note", author_name=title)
    assert encode._encoded(row)
    assert shown(row)[1] == text
    assert lines.title_of(Message(code=row.code)) == title


def test_words_that_nobody_knows_stay_words():
    greeting, strange = Said("Здравствуйте!"), Said("Одно", "Другое")
    assert not encode._encoded(greeting)
    assert encode._encoded(strange)
    assert shown(strange) == ("Одно", "Другое")


def test_lines_of_chats_among_staff_too():
    for words in ("Группа создана: Антон", "Новый участник: Борис. Приглашение: Антон"):
        row = Said(words)
        assert encode._encoded_internal(row)
        assert lines.for_members(InternalMessage(code=row.code, params=row.params)) == words
