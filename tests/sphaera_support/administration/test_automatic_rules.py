"""«Автоматические действия» of the settings."""

import json

import pytest
from django.utils import timezone

from chat.actions.firing import fire
from chat.models import AutomaticRule, Firing
from operators.models import Change
from tests.cast import SECRET, browser_of, defines, is_present, on_site, writes
from tests.chat.automatic.rules import rules_that
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = [pytest.mark.django_db, pytest.mark.once]

URL = "/settings/actions/"
ONE = {"part": "c1", "fact_c1": "page", "how_c1": "contains", "value_c1": "/оплата/"}
FORM = {"title": "Оплата", "is_on": "on", "join": "all", "delay": "30", **ONE, "tag": "оплата"}


def adds(elena, **given):
    return browser_of(elena).post(f"{URL}add/", FORM | given)


def listed(elena):
    return page_of(browser_of(elena).get(URL))


def test_one_that_is_added_stands_last_in_words(elena):
    assert "Действий пока нет" in listed(elena)
    rules_that(elena, title="Первое", banner="Скидки")
    assert adds(elena, invitation="Помочь?").status_code == 302
    page = listed(elena)
    assert page.index("Первое") < page.index("Оплата")
    assert "Адрес страницы содержит «/оплата/»" in page
    assert "Пригласить (свободный оператор)" in page
    change = Change.objects.latest("pk")
    assert (change.kind, change.deed, change.after["tag"]) == ("rule", "added", "оплата")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": " "}, "title", "Обязательное поле"),
        ({"delay": "9999"}, "delay", "3600"),
        ({"value_c1": ""}, "conditions", "напишите, с чем сравнивать"),
        ({"value_c1": "я" * 10_000}, "conditions", "Не длиннее 500 знаков, а здесь 10000"),
        ({"how_c1": "mask", "value_c1": "^/a.*$"}, "conditions", "регулярное выражение"),
        ({"part": ["c1", "g2"]}, "conditions", "В группе нет ни одного условия"),
        ({"part": []}, "conditions", "Добавьте хотя бы одно условие"),
        ({"fact_c1": "network"}, "conditions", "выберите, как сравнивать"),
        ({"join": "xor"}, "conditions", "все условия или любое"),
        ({"value": "7"}, "value", "Выберите поле"),
        ({"barrier": "hard", "invitation": "Помочь?"}, "barrier", "выберите одно"),
        ({"operator": "99999"}, "operator", "Выберите корректный вариант"),
    ],
)
def test_what_makes_no_rule_is_said_and_stays_typed(elena, given, field, words):
    response = adds(elena, **given)
    assert response.status_code == 422
    assert words in error_of(response, field)
    if given.get("title") is None:
        assert 'value="Оплата"' in page_of(response)
    assert not AutomaticRule.objects.exists()


def test_one_that_does_nothing_is_refused_as_a_whole(elena):
    response = adds(elena, tag="")
    assert "Выберите, что сделать" in page_of(response)


def test_rows_are_added_and_taken_out_and_nothing_typed_is_lost(elena):
    browser = browser_of(elena)
    page = page_of(browser.post(f"{URL}add/", FORM | {"more_group": "1"}))
    assert 'name="part" value="g2"' in page
    assert 'name="in_g2" value="c3"' in page
    assert 'value="/оплата/"' in page
    assert 'value="30"' in page
    page = page_of(browser.post(f"{URL}add/", FORM | {"drop": "c1", "tag": SECRET}))
    assert "Условий нет" in page
    assert SECRET in page
    page = page_of(browser.post(f"{URL}add/", FORM | {"fact_c1": "site_open", "refresh": "1"}))
    assert 'name="value_c1"' not in page
    assert not AutomaticRule.objects.exists()


def test_a_tree_with_a_group_is_saved_and_shown_again(elena):
    group = {"part": ["c1", "g2"], "join_g2": "any", "in_g2": ["c3", "c4"]}
    rows = {"fact_c3": "visits", "how_c3": "at_least", "value_c3": "3"}
    rows |= {"fact_c4": "field", "how_c4": "is", "value_c4": "да", "of_c4": defines(elena).key}
    assert adds(elena, **group, **rows).status_code == 302
    rule = AutomaticRule.objects.get()
    assert "Число посещений не меньше 3 или Поле «Стенд» равно «да»" in listed(elena)
    page = page_of(browser_of(elena).get(f"{URL}{rule.pk}/"))
    assert json.dumps(rule.conditions).count('"condition"') == 3
    assert page.count('class="condition"') == 3


def test_two_who_change_one_notice_each_other(elena):
    rule = rules_that(elena, banner="Скидки")
    browser = browser_of(elena)
    shown = shown_version(browser, f"{URL}{rule.pk}/")
    assert browser.post(f"{URL}{rule.pk}/", FORM | {"shown_version": shown}).status_code == 302
    response = browser.post(f"{URL}{rule.pk}/", FORM | {"shown_version": shown, "tag": "b"})
    assert response.status_code == 409
    assert "название («Правило» → «Оплата»)" in page_of(response)


def test_they_are_put_in_order_switched_and_deleted(elena):
    first, second = rules_that(elena, tag="a"), rules_that(elena, tag="b")
    browser = browser_of(elena)
    browser.post(f"{URL}{second.pk}/move/", {"where": "up"})
    assert list(AutomaticRule.objects.current()) == [second, first]
    browser.post(f"{URL}{first.pk}/switch/", {"on": "0"})
    assert list(AutomaticRule.objects.on()) == [second]
    browser.post(f"{URL}{second.pk}/delete/")
    assert list(AutomaticRule.objects.current()) == [first]
    deeds = list(Change.objects.values_list("deed", flat=True))[-3:]
    assert deeds == ["changed", "deactivated", "deleted"]
    assert browser.get(f"{URL}{second.pk}/").status_code == 404


def test_the_list_counts_what_came_of_invitations(elena, ilya, marina, sergey):
    rule = rules_that(elena, invitation="Помочь?")
    is_present(ilya)
    for visitor in (marina, sergey):
        fire(on_site(visitor).pk, rule.pk, at=timezone.now())
    writes(marina)
    assert Firing.objects.count() == 2
    assert "приглашений 2: ответили 1, отказались 0" in listed(elena)


def test_a_check_names_the_rule_and_why_those_before_it_would_not_fire(elena, site, other_site):
    rules_that(elena, ("page", "contains", "/оплата/"), ("visits", "at_least", "3"), tag="a")
    rules_that(elena, title="Чужое", tag="b", site=other_site.pk)
    rules_that(elena, ("network", "within", "10.0.0.0/8"), title="Сеть", tag="c")
    rules_that(elena, ("hours", "within", "9-18"), title="Днём", delay=5, stops=True, tag="d")
    rules_that(elena, title="Последнее", tag="e")
    asked = {"site": site.pk, "page": "https://a/оплата/", "visits": "1", "at": "2026-11-26T10:00"}
    page = page_of(browser_of(elena).get(f"{URL}check/", asked))
    assert "не выполнено: Число посещений не меньше 3" in page
    assert "не выполнено: Адрес страницы" not in page
    for words in ("Для другого сайта", "не выполнено: IP-адрес среди 10.0.0.0/8"):
        assert words in page
    assert "Сработает через 5 с" in page
    assert "Не проверяется: выше остановилось «Днём»" in page
    assert not Firing.objects.exists()


def test_a_check_of_what_is_none_is_said(elena, site):
    response = browser_of(elena).get(f"{URL}check/", {"site": site.pk, "address": "дом"})
    assert response.status_code == 422
    assert "Это не IP-адрес" in page_of(response)
