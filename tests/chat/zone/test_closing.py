"""The panel «Закрыть обращение», and where the outcome is read afterwards."""

from html import unescape

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.outcomes import retire_outcome
from tests.cast import (
    accepts,
    browser_of,
    closes,
    defines,
    fills,
    offers_outcome,
    writes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def refund(elena):
    offers_outcome(elena, "Решено")
    return offers_outcome(elena, "Возврат денег")


def text(answer):
    return unescape(answer.content.decode())


def address(conversation):
    return f"/chat/{conversation.public_id}/close/"


def asks(account, conversation):
    return browser_of(account).get(address(conversation))


def ends(account, conversation, **typed):
    return browser_of(account).post(address(conversation), typed)


def test_outcomes_stand_by_number_and_none_is_chosen_beforehand(ilya, sergey, dialogue):
    closes(ilya, accepts(ilya, writes(sergey).conversation), "Возврат денег")
    shown = text(asks(ilya, dialogue))
    assert "Возврат денег" in shown
    assert "checked" not in shown


def test_what_is_required_is_asked_at_once(ilya, elena, dialogue):
    defines(elena, "Причина", key="cause", is_required=True)
    defines(elena, "Стенд", key="stand", is_required=True)
    fills(ilya, dialogue, "stand", "7")
    shown = text(asks(ilya, dialogue))
    assert 'name="field-cause"' in shown
    assert 'name="field-stand"' not in shown


def test_without_an_outcome_it_asks_again_and_loses_nothing(ilya, elena, dialogue):
    defines(elena, "Причина", key="cause", is_required=True)
    answer = ends(ilya, dialogue, **{"field-cause": "Настройка"})
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#closing-{dialogue.public_id}")
    assert "Выберите исход." in text(answer)
    assert 'value="Настройка"' in text(answer)


def test_without_a_required_field_the_outcome_stays_chosen(ilya, elena, dialogue, refund):
    defines(elena, "Причина", key="cause", is_required=True)
    answer = ends(ilya, dialogue, outcome=refund.pk)
    assert answer.status_code == 422
    assert f'value="{refund.pk}" required checked' in text(answer)


def test_one_that_was_retired_meanwhile_is_not_among_the_others(ilya, elena, dialogue, refund):
    retire_outcome(Doer(elena), refund.pk, at=timezone.now())
    answer = ends(ilya, dialogue, outcome=refund.pk)
    assert answer.status_code == 422
    assert "его убрал администратор" in text(answer)
    assert "Возврат денег" not in text(answer)


@pytest.mark.parametrize("typed", ["много", "-1", "²", "9" * 40])
def test_what_is_no_outcome_is_none(ilya, dialogue, typed):
    answer = ends(ilya, dialogue, outcome=typed)
    assert answer.status_code == 422


def test_who_may_not_close_it_is_not_asked(darya, anton, dialogue):
    assert asks(darya, dialogue).status_code == 409
    assert asks(anton, dialogue).status_code == 404


def test_the_outcome_is_read_in_the_head_and_in_the_history(ilya, dialogue, refund):
    assert ends(ilya, dialogue, outcome=refund.pk).status_code == 200
    browser, key = browser_of(ilya), dialogue.public_id
    assert "Закрыто · Возврат денег" in text(browser.get(f"/chat/{key}/"))
    assert "Возврат денег" in text(browser.get(f"/chat/{key}/history/"))
    for day in (f"/chat/{key}/history/{key}/", f"/history/{key}/"):
        assert "Илья Воронцов · Возврат денег" in text(browser.get(day))


def test_nothing_of_it_stays_when_the_conversation_goes_on(ilya, marina, dialogue):
    closes(ilya, dialogue, "Возврат денег")
    writes(marina, "Деньги не пришли")
    browser, key = browser_of(ilya), dialogue.public_id
    assert "Возврат денег" not in text(browser.get(f"/chat/{key}/history/"))
    assert "обращение закрыто · Возврат денег" in text(browser.get(f"/chat/{key}/"))


def test_what_the_visitor_chose_to_end_is_closed_with_nothing_chosen(wires, ilya, marina, dialogue):
    tab = wires.visitor(marina)
    tab.ask("end")
    tab.expect("conversation", state="closed")
    shown = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/"))
    assert "Закрыто · Завершил посетитель" in shown
