"""«Исходы» of the settings."""

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.outcomes import MOST, rename_outcome, retire_outcome
from chat.models import ClosingOutcome
from operators.models import Change
from tests.cast import browser_of, closes, offers_outcome
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = [pytest.mark.django_db, pytest.mark.once]

AT_FIRST = ["Решено", "Заявка", "Консультация", "Дубликат", "Спам", "Нет ответа"]


@pytest.fixture(autouse=True)
def _only_what_there_is_at_first(db):
    """Whatever tests before this one emptied."""
    ClosingOutcome.objects.all().delete()
    at = timezone.now()
    ClosingOutcome.objects.bulk_create(
        ClosingOutcome(title=title, position=number, created_at=at)
        for number, title in enumerate(AT_FIRST, start=1)
    )


def titles():
    return list(ClosingOutcome.objects.current().values_list("title", flat=True))


def adds(elena, title):
    return browser_of(elena).post("/settings/outcomes/add/", {"title": title})


def presses(elena, outcome, what, **form):
    return browser_of(elena).post(f"/settings/outcomes/{outcome.pk}/{what}/", form)


def page(elena):
    return page_of(browser_of(elena).get("/settings/outcomes/"))


def asked(account, conversation):
    """What the closing of a conversation offers."""
    return page_of(browser_of(account).get(f"/chat/{conversation.public_id}/close/"))


def test_one_that_is_added_is_offered_last(elena, ilya, dialogue):
    assert adds(elena, "  Возврат   денег ").status_code == 302
    assert titles() == [*AT_FIRST, "Возврат денег"]
    shown = asked(ilya, dialogue)
    assert shown.index("Нет ответа") < shown.index("Возврат денег")


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("решено", "Исход «Решено» уже есть."),
        (" ", "Обязательное поле."),
        ("а" * 61, "Убедитесь, что это значение содержит не более 60 символов (сейчас 61)."),
        ("Ре\u202eшено", "Уберите невидимые управляющие символы."),
    ],
)
def test_a_title_that_cannot_be_says_why(elena, title, words):
    answer = adds(elena, title)
    assert answer.status_code == 422
    assert error_of(answer, "title") == words
    assert titles() == AT_FIRST


def test_they_stand_in_the_administrator_s_order(elena, ilya, dialogue):
    second = ClosingOutcome.objects.get(title="Заявка")
    presses(elena, second, "move", where="up")
    assert titles()[:3] == ["Заявка", "Решено", "Консультация"]
    for shown in (asked(ilya, dialogue), page(elena)):
        assert shown.index("Заявка") < shown.index("Решено")
    presses(elena, second, "move", where="up")
    presses(elena, second, "move", where="down")
    assert titles() == AT_FIRST


def test_it_is_renamed(elena):
    outcome = ClosingOutcome.objects.get(title="Спам")
    browser, url = browser_of(elena), f"/settings/outcomes/{outcome.pk}/"
    sent = {"title": "Реклама", "shown_version": shown_version(browser, url)}
    assert browser.post(url, sent).status_code == 302
    assert "Реклама" in titles()


def test_the_second_of_two_is_told_what_the_first_changed(elena):
    outcome = ClosingOutcome.objects.get(title="Спам")
    rename_outcome(Doer(elena), outcome.pk, "Реклама", shown=1, at=timezone.now())
    sent = {"title": "Мусор", "shown_version": "1"}
    answer = browser_of(elena).post(f"/settings/outcomes/{outcome.pk}/", sent)
    assert answer.status_code == 409
    assert "название («Спам» → «Реклама»)" in page_of(answer)
    assert 'value="Мусор"' in page_of(answer)


def test_a_retired_one_is_offered_no_more_and_keeps_what_was_chosen(elena, ilya, dialogue, sergey):
    outcome = ClosingOutcome.objects.get(title="Спам")
    closes(ilya, dialogue, "Спам")
    assert presses(elena, outcome, "retire").status_code == 302
    assert "Спам" not in titles()
    retired = page(elena).partition("Убранные")[2]
    assert "Спам" in retired
    assert "выбран: 1" in retired
    assert presses(elena, outcome, "restore").status_code == 302
    assert titles() == AT_FIRST


def test_one_does_not_come_back_beside_another_of_its_title(elena):
    outcome = ClosingOutcome.objects.get(title="Спам")
    retire_outcome(Doer(elena), outcome.pk, at=timezone.now())
    offers_outcome(elena, "спам")
    answer = presses(elena, outcome, "restore")
    assert answer.status_code == 422
    assert "Исход «спам» уже есть." in page_of(answer)


def test_where_there_are_none_it_says_what_that_means(elena):
    ClosingOutcome.objects.all().delete()
    assert "закрывают, ни о чём не спрашивая" in page(elena)


def test_there_are_only_so_many(elena):
    at = timezone.now()
    ClosingOutcome.objects.bulk_create(
        ClosingOutcome(title=f"№ {number}", created_at=at) for number in range(MOST)
    )
    answer = adds(elena, "Возврат денег")
    assert answer.status_code == 422
    assert f"Исходов уже предельное число: {MOST}." in page_of(answer)


def test_who_changed_what_is_in_the_log_of_changes(elena):
    outcome = offers_outcome(elena, "Возврат денег")
    retire_outcome(Doer(elena), outcome.pk, at=timezone.now())
    noted = Change.objects.filter(kind=Change.Kind.OUTCOME, subject=outcome.pk)
    assert list(noted.values_list("deed", "by_name")) == [
        ("added", "Елена Соколова"),
        ("deactivated", "Елена Соколова"),
    ]
