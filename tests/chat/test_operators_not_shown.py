"""A site that does not show who answers: no name reaches its visitors, by whatever way."""

import pytest
from django.utils import timezone

from chat.actions.amendments import correct_message
from departments.models import Site
from tests.cast import (
    accepts,
    answers,
    browser_of,
    closes,
    invites,
    is_present,
    joins,
    takes_over,
    token,
    transfers,
    writes,
)

NAMES = ("Илья", "Воронцов", "Ил. В.", "Антон", "Белый", "ИВ", "АБ")


@pytest.fixture
def ilya(ilya):
    ilya.shown_name = "Ил. В."
    ilya.save()
    return ilya


@pytest.fixture
def nameless(site):
    site.shows_operators = False
    site.save()
    return site


def told_by_http(marina):
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    pages = ("window/", "transcript/")
    found = [browser_of().get(f"/widget/demo/{page}", headers=bearer) for page in pages]
    return "".join(answer.getvalue().decode() for answer in found)


def named_in(text):
    return [name for name in NAMES if name in text]


def talk(marina, ilya, anton, conversation):
    """All that names somebody: accepted, answered, corrected, quoted, joined, handed over."""
    is_present(ilya, anton)
    accepts(ilya, conversation)
    answer = answers(ilya, conversation, "Смотрю")
    at = timezone.now()
    correct_message(ilya, conversation.public_id, answer.seq, "Уже смотрю", at=at)
    writes(marina, "Спасибо", quotes=answer.client_id)
    answers(ilya, conversation, "Вот ещё", quotes=answer.client_id)
    invites(ilya, conversation, anton)
    joins(anton, conversation)
    answers(anton, conversation, "И я здесь")
    transfers(ilya, conversation, anton)
    takes_over(anton, conversation)


def test_nothing_a_visitor_is_told_names_them(wires, nameless, marina, ilya, anton, first_line):
    first_line.greeting = "Здравствуйте! С вами {оператор}."
    first_line.save()
    tab = wires.visitor(marina)
    conversation = writes(marina, "Не приходит счёт").conversation
    talk(marina, ilya, anton, conversation)
    zone = wires.operator(anton)
    zone.say("typing", conversation=conversation.public_id)
    assert tab.expect("typing") == {"type": "typing", "name": "Оператор", "on": True}
    assert zone.ask("message", conversation=conversation.public_id, text="Готово")["type"] == "ack"
    assert tab.expect("message", text="Готово")["author"]["name"] == "Оператор"
    again = wires.visitor(marina)
    closes(anton, conversation)
    tab.settle()
    assert again.welcome["conversation"]["operator"]["name"] == "Оператор"
    assert len(again.welcome["messages"]) > 8
    assert named_in("".join(tab.raw + again.raw)) == []
    assert named_in(told_by_http(marina)) == []
    assert any("Антон Белый" in frame for frame in zone.raw)


def test_what_was_written_before_names_nobody_either(site, marina, ilya, anton, waiting):
    talk(marina, ilya, anton, waiting)
    assert "Ил. В." in told_by_http(marina)
    Site.objects.update(shows_operators=False)
    shown = told_by_http(marina)
    assert named_in(shown) == []
    assert "К переписке присоединился оператор" in shown
    assert "Обращение передано другому оператору" in shown
    Site.objects.update(shows_operators=True)
    assert "Антон Белый" in told_by_http(marina)


def test_an_open_window_hears_of_it(wires, site, marina, dialogue):
    tab = wires.visitor(marina)
    assert tab.welcome["look"]["operators"] is True
    Site.objects.update(shows_operators=False)
    assert tab.by_pulse("look")["look"]["operators"] is False
