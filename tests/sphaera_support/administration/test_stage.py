"""«Этап обслуживания»: what it shows, what it asks, and what a change does."""

import pytest

from chat.actions.ruled import Ruled
from chat.models import AutomaticRule, Conversation, RetentionTerms
from departments.models import Department, Service, levels_known, stage_now
from departments.stages import Stage, operators_needed
from operators.models import Change
from tests.cast import browser_of, comes_from, transfers
from tests.chat.purge.world import talked

pytestmark = pytest.mark.once
URL = "/settings/stage/"


def sends(elena, stage, **fields):
    version = Service.objects.values_list("version", flat=True).first() or 0
    form = {"stage": stage, "shown_version": version, **fields}
    return browser_of(elena).post(URL, form)


@pytest.mark.parametrize(("customers", "needed"), [(0, 1), (99, 1), (100, 2), (342, 4)])
def test_the_norm_is_one_and_one_more_for_every_full_hundred(customers, needed):
    assert operators_needed(customers) == needed


def test_without_a_choice_nothing_is_cut_short(db):
    assert stage_now() == Stage.HIGH


def test_it_shows_who_is_there_and_who_is_needed(elena, ilya, marina):
    comes_from(marina, "203.0.113.7")
    page = browser_of(elena).get(URL).content.decode()
    assert "Активных клиентов за 30 дней" in page
    assert "Операторов есть" in page


def test_it_says_first_what_a_shorter_term_deletes(elena, ilya, marina):
    talked(marina, ilya)
    page = browser_of(elena).get(f"{URL}?stage=initial").content.decode()
    assert "Срок хранения станет короче" in page
    assert "Оставить «Высокий»" in page
    assert stage_now() == Stage.HIGH


def test_it_says_what_stays_longer_and_why(elena):
    RetentionTerms.objects.update_or_create(pk=1, defaults={"files": 400, "reason": "Договор"})
    page = browser_of(elena).get(f"{URL}?stage=initial").content.decode()
    assert "Дольше этапа останется, на основании «Договор»: Файлы" not in page
    RetentionTerms.objects.update(messages=400)
    page = browser_of(elena).get(f"{URL}?stage=initial").content.decode()
    assert "на основании «Договор»: Обращения, заявки и комментарии — 400 дней; Файлы" in page


@pytest.mark.parametrize("number", ["", "0", "17", "много"])
def test_a_shorter_term_wants_the_number_typed(elena, ilya, marina, number):
    talked(marina, ilya)
    answer = sends(elena, "initial", number=number)
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.content.decode() or not number
    assert stage_now() == Stage.HIGH


def test_with_the_number_it_is_changed_and_noted(elena, ilya, marina):
    talked(marina, ilya)
    assert sends(elena, "initial", number="\u00a01 ").status_code == 302
    assert stage_now() == Stage.INITIAL
    noted = Change.objects.get(kind="stage")
    assert (noted.before, noted.after) == ({"stage": "Высокий"}, {"stage": "Начальный"})


def test_of_two_who_change_it_the_second_notices(elena):
    sends(elena, "middle")
    answer = browser_of(elena).post(URL, {"stage": "high", "shown_version": 0})
    assert answer.status_code == 409


def test_what_is_open_above_goes_where_it_is_told(
    elena, ilya, anton, dialogue, first_line, django_capture_on_commit_callbacks
):
    transfers(ilya, dialogue, anton, even_absent=True)
    assert sends(elena, "middle").status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert sends(elena, "middle", to=first_line.pk).status_code == 302
    assert Conversation.objects.get().department == first_line


def test_with_one_level_a_transfer_offers_no_departments(elena, ilya, darya, anton, dialogue):
    Service.objects.create(stage=Stage.MIDDLE)
    url = f"/chat/{dialogue.public_id}/transfer/"
    page = browser_of(ilya).get(url).content.decode()
    assert "Дарья Лунина" in page
    assert "Поддержка второго уровня" not in page
    assert "Антон Белый" not in page
    refused = browser_of(ilya).post(url, {"to": f"department-{dialogue.department_id}"})
    assert refused.status_code in (404, 409, 422)


def test_where_there_is_nobody_else_no_button_says_transfer(ilya, anton, dialogue):
    Service.objects.create(stage=Stage.MIDDLE)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/transfer/").content.decode()
    assert "Передать некому" in page
    assert 'type="submit"' not in page


def test_with_one_level_no_other_is_offered_where_nothing_goes(elena, first_line, second_line):
    Service.objects.create(stage=Stage.MIDDLE)
    browser = browser_of(elena)
    deletion = f"/settings/departments/{first_line.pk}/delete/"
    for url in ("/settings/actions/add/", deletion):
        assert second_line.name not in browser.get(url).content.decode()
    page = browser.get("/settings/departments/").content.decode()
    assert "Не участвует на этом этапе" in page
    assert "передаёт нерешённое выше" not in page


def test_a_rule_assigns_to_no_department_that_takes_no_part(second_line):
    ruled = Ruled([AutomaticRule(department=second_line)])
    assert ruled.department == second_line
    Service.objects.create(stage=Stage.MIDDLE)
    assert ruled.department is None


def test_who_never_had_other_levels_is_not_asked_for_one(elena):
    Service.objects.create(stage=Stage.INITIAL)
    assert levels_known() == [1, 2, 3]  # of departments that there were
    Department.objects.update(level=1)
    assert levels_known() == [1]
    assert 'name="level"' not in browser_of(elena).get("/tickets/").content.decode()
    assert 'name="level"' not in browser_of(elena).get("/reports/conversations/").content.decode()


def test_an_unknown_stage_is_refused_and_a_get_of_it_shows_the_one_of_now(elena):
    assert sends(elena, "вечный").status_code == 422
    assert browser_of(elena).get(f"{URL}?stage=вечный").status_code == 200
