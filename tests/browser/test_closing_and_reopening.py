import pytest
from playwright.sync_api import expect

# A file of its own server: the site's window for reopening is changed.
pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

CLOSED = "Если появится новый вопрос, просто напишите."


@pytest.fixture
def closed(dialogue):
    """The conversation is over; its id, for comparison."""
    visitor, operator = dialogue
    conversation = conversation_of(operator)
    operator.closes()
    expect(visitor.place.get_by_text(CLOSED)).to_be_visible()
    expect(visitor.place.get_by_text("Обращение закрыто")).to_have_count(1)
    expect(operator.row(visitor, "Мои")).to_have_count(0)
    return conversation


def conversation_of(operator):
    return operator.page.url.removesuffix("/").rpartition("/")[2]


def test_writing_again_reopens_the_same_conversation(closed, visitor, operator):
    visitor.says("Опять не приходит")
    operator.accepts(visitor)
    assert conversation_of(operator) == closed
    operator.hears("Не приходит счёт")
    operator.hears("Опять не приходит")
    operator.says("Смотрю ещё раз")
    visitor.hears("Смотрю ещё раз")


def test_an_operator_can_not_write_into_what_is_closed(closed, operator):
    operator.page.goto(f"/chat/{closed}/")
    expect(
        operator.place.get_by_text("Если посетитель напишет снова, оно вернётся")
    ).to_be_visible()
    expect(operator.place.get_by_role("tab", name="Ответ посетителю")).to_be_disabled()


def test_later_it_is_a_new_conversation_under_the_old_one(closed, visitor, operator, support):
    support.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from departments.models import Site;"
        "Site.objects.update(reopen_window=timedelta(0))",
    )
    visitor.says("Новый вопрос")
    operator.accepts(visitor)
    assert conversation_of(operator) != closed
    assert operator.texts == ["Новый вопрос"]
    assert visitor.texts == ["Не приходит счёт", "Новый вопрос"]
    expect(visitor.place.get_by_text("Новое обращение")).to_be_visible()
    operator.says("Слушаю")
    visitor.hears("Слушаю")
