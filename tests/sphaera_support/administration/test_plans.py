"""Plans and the table of criticality by their pages."""

import pytest

from departments.contracts.models import CriticalityTable, Plan
from departments.criticality import Criticality, Impact, Urgency
from tests.cast import browser_of, offers_plan, signs_contract
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

PLANS, CRITICALITY = "/settings/plans/", "/settings/criticality/"
TYPED = {
    "name": "Премиум",
    "includes": "Выезд",
    "has_chat": "on",
    "is_offered": "on",
    "answer_4": "15 мин",
    "solution_4": "4 ч",
    "clock_4": "on",
    "answer_2": "1 ч 30 мин",
    "solution_1": "600",
}


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def test_a_new_one_stands_on_the_list_with_its_terms(admin):
    answer = admin.post(f"{PLANS}add/", TYPED)
    assert (answer.status_code, answer["Location"]) == (302, f"{PLANS}?saved=saved")
    terms = Plan.objects.get().terms.order_by("criticality")
    assert list(terms.values_list("answer", "solution", "is_around_the_clock")) == [
        (None, 600, False),
        (90, None, False),
        (None, None, False),
        (15, 240, True),
    ]
    page = page_of(admin.get(PLANS))
    for words in ("Премиум", "15 мин / 4 ч", "круглосуточно", "1 ч 30 мин / —", "— / 10 ч"):
        assert words in page


def test_they_stand_by_their_names(admin, elena):
    for name in ("Янтарь", "Базовый"):
        offers_plan(elena, name)
    page = page_of(admin.get(PLANS))
    assert page.index("Базовый") < page.index("Янтарь")


def test_what_was_saved_is_what_is_shown(admin):
    admin.post(f"{PLANS}add/", TYPED)
    page = page_of(admin.get(f"{PLANS}{Plan.objects.get().pk}/"))
    for words in ('value="15 мин"', 'value="4 ч"', 'value="1 ч 30 мин"', 'value="10 ч"'):
        assert words in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Обязательное поле."),
        ("name", "базовый", "План «базовый» уже есть."),
        ("answer_4", "скоро", "Срок пишут так"),
        ("answer_4", "0", "от минуты до 400 дней"),
        ("solution_1", "9601 ч", "от минуты до 400 дней"),
        ("solution_1", "-5", "Срок пишут так"),
        ("includes", "я" * 2001, "2000"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(admin, elena, field, typed, said):
    offers_plan(elena, "Базовый")
    answer = admin.post(f"{PLANS}add/", {**TYPED, field: typed})
    assert answer.status_code == 422
    assert said in error_of(answer, field)
    assert Plan.objects.count() == 1


def test_who_saves_second_is_told(admin, elena):
    plan = offers_plan(elena)
    address = f"{PLANS}{plan.pk}/"
    shown = {**TYPED, "shown_version": shown_version(admin, address)}
    admin.post(address, {**shown, "name": "Первый"})
    answer = admin.post(address, {**shown, "name": "Второй"})
    assert answer.status_code == 409
    assert "название («Расширенный» → «Первый»)" in page_of(answer)
    assert "сроки, критическая" in page_of(answer)


def test_one_with_contracts_is_not_deleted_and_it_is_said_what_to_do(admin, elena):
    plan = offers_plan(elena)
    contract = signs_contract(elena, plan)
    answer = admin.post(f"{PLANS}{plan.pk}/delete/")
    assert answer.status_code == 409
    assert "С этим планом есть договоры (1). Снимите отметку" in page_of(answer)
    admin.post(f"/settings/contracts/{contract.pk}/delete/")
    assert admin.post(f"{PLANS}{plan.pk}/delete/")["Location"] == f"{PLANS}?saved=deleted"
    assert admin.get(f"{PLANS}{plan.pk}/").status_code == 404


# Criticality

ALL_LOW = {f"cell_{impact}_{urgency}": "1" for impact in Impact for urgency in Urgency}
CELL = (Impact.ALL, Urgency.STOPS)


def test_the_table_begins_as_usual_and_is_changed(admin):
    assert "критическая" in page_of(admin.get(CRITICALITY))
    sent = {**ALL_LOW, "cell_3_3": "3", "shown_version": "0"}
    assert admin.post(CRITICALITY, sent)["Location"] == f"{CRITICALITY}?saved=saved"
    assert CriticalityTable.objects.get().table[CELL] == Criticality.HIGH
    answer = admin.post(CRITICALITY, sent)
    assert answer.status_code == 409
    assert "вся организация, работа стоит («критическая» → «высокая»)" in page_of(answer)


def test_a_plan_has_cells_of_its_own_and_the_rest_as_all(admin, elena):
    plan = offers_plan(elena)
    address = f"{CRITICALITY}{plan.pk}/"
    assert "критическая, как у всех" in page_of(admin.get(address))
    sent = dict.fromkeys(ALL_LOW, "") | {"cell_1_1": "4", "shown_version": "1"}
    assert admin.post(address, sent).status_code == 302
    plan.refresh_from_db()
    assert plan.own_cells == {(Impact.ONE, Urgency.CAN_WAIT): Criticality.CRITICAL}
    admin.post(address, {**sent, "cell_1_1": "", "shown_version": "2"})
    plan.refresh_from_db()
    assert plan.own_cells == {}


@pytest.mark.parametrize("typed", ["", "7", "высокая"])
def test_what_is_no_criticality_is_said(admin, typed):
    answer = admin.post(CRITICALITY, {**ALL_LOW, "cell_2_2": typed})
    assert answer.status_code == 422
    assert error_of(answer, "cell_2_2")
    assert not CriticalityTable.objects.exists()
