"""«Токены API» of the settings."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import ApiToken
from operators.models import Account, Change
from tests.cast import browser_of
from tests.chat.api.outside import Outside
from tests.sphaera_support.administration.forms import error_of, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def adds(elena, site, **form):
    usual = {"name": "CRM", "scopes": ["tickets:read"], "sites": [site.pk], "pace": "60"}
    return browser_of(elena).post("/settings/tokens/add/", usual | form)


def test_the_token_is_shown_once_and_works(elena, site):
    answer = adds(elena, site)
    shown = page_of(answer).partition("readonly")[2].partition(">")[2].partition("<")[0]
    assert Outside(shown).get("/tickets").status_code == 200
    later = page_of(browser_of(elena).get("/settings/tokens/"))
    assert (shown in later, shown[:12] in later) == (False, True)
    assert "no-store" in answer["Cache-Control"]


def test_the_log_of_changes_knows_how_far_it_may_and_no_token(elena, site):
    shown = page_of(adds(elena, site)).partition("readonly")[2].partition(">")[2].partition("<")[0]
    browser_of(elena).post(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
    noted = str(list(Change.objects.values_list("kind", "deed", "subject_name", "before", "after")))
    assert "('token', 'added', 'CRM', {}" in noted
    assert "('token', 'revoked', 'CRM'" in noted
    assert "Читать заявки" in noted
    assert shown not in noted


def test_a_revoked_one_is_over_and_stays_in_the_list(elena, site):
    adds(elena, site)
    address = f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/"
    browser = browser_of(elena)
    assert "Отозвать «CRM»?" in page_of(browser.get(address))
    assert "Токен отозван" in page_of(browser.post(address, follow=True))
    assert (browser.post(address).status_code, Account.objects.get(role="system").is_active) == (
        *(404, False),
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Обязательное поле"),
        ("scopes", [], "Обязательное поле"),
        ("scopes", ["notes:read"], "Заметки читают вместе с перепиской"),
        ("sites", [], "Отметьте хотя бы один сайт"),
        ("pace", "0", "больше либо равно 1"),
        ("ends_on", (timezone.now() - timedelta(days=2)).date().isoformat(), "уже прошёл"),
    ],
)
def test_what_cannot_be_says_why(elena, site, field, value, words):
    answer = adds(elena, site, **{field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert not ApiToken.objects.exists()
    assert not Account.objects.filter(role="system").exists()


def test_nobody_signs_in_as_a_system_and_no_list_of_people_shows_one(elena, site):
    adds(elena, site, name="Другая контора")
    system = Account.objects.get(role="system")
    form = {"username": system.login, "password": ""}
    assert browser_of().post("/login/", form).status_code == 422
    browser = browser_of(elena)
    pages = ["/accounts/", "/history/", "/reports/operators/", "/settings/departments/add/"]
    assert [page for page in pages if system.name in page_of(browser.get(page))] == []
    assert browser.get(f"/accounts/{system.pk}/").status_code == 404


def test_with_no_token_the_page_says_what_that_means(elena):
    assert "другие системы ничего не читают" in page_of(browser_of(elena).get("/settings/tokens/"))
