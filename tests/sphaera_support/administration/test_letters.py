"""Mail of the administration: the link for a first sign-in, and «Почта» of the settings."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.mail.actions.trials import post_trial
from chat.models import Letter
from operators.models import Account, Change
from tests.cast import PASSWORD, browser_of
from tests.chat.mail.postbox import Postbox, configured
from tests.chat.mail.sent import carries, dead_letter
from tests.sphaera_support.administration.forms import error_of, page_of
from tests.sphaera_support.administration.test_accounts import NEWCOMER, form_of, link_of

pytestmark = pytest.mark.once

ADDRESS, ADD = "ilya@example.ru", "/accounts/add/"
BUTTON = "Отправить ссылку на почту"
OFF = "Почта на этом сервере не настроена"


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def ilya(ilya):
    ilya.email = ADDRESS
    ilya.save()
    return ilya


@pytest.fixture
def postbox(settings):
    """Mail is configured."""
    with Postbox() as running:
        yield configured(settings, running)


def sends(admin, account):
    return admin.post(f"/accounts/{account.pk}/link/", {"send": "1"})


def test_the_letter_brings_a_link_that_lets_in(admin, ilya, postbox):
    answer = sends(admin, ilya)
    assert f"Письмо со ссылкой отправляется: {ADDRESS}" in page_of(answer)
    assert carries() == 1
    (taken,) = postbox.taken
    assert taken.to == [ADDRESS]
    assert "Илья Воронцов" in taken.text
    address = next(line for line in taken.text.splitlines() if line.startswith("http://127.0.0.1"))
    path = address.removeprefix("http://127.0.0.1:8000")
    assert browser_of().post(path, {"password": PASSWORD}).status_code == 302


def test_a_newcomer_with_an_address_is_written_to(admin, site, postbox):
    admin.post(ADD, NEWCOMER | {"password": "", "link": "on", "email": ADDRESS})
    assert [letter.address for letter in Letter.objects.all()] == [ADDRESS]


def test_a_newcomer_without_one_is_not(admin, site, postbox):
    answer = admin.post(ADD, NEWCOMER | {"password": "", "link": "on"})
    assert link_of(answer)
    assert not Letter.objects.exists()


def test_a_name_is_a_name_in_a_letter_too(admin, ilya, postbox):
    Account.objects.filter(pk=ilya.pk).update(name="О'Брайен <b> & Ко")
    sends(admin, ilya)
    carries()
    assert "О'Брайен <b> & Ко" in postbox.taken[0].text
    assert "О&#x27;Брайен &lt;b&gt; &amp; Ко" in postbox.taken[0].html


def test_where_mail_is_not_configured_it_is_said_and_there_is_no_letter(admin, ilya):
    page = page_of(admin.get(f"/accounts/{ilya.pk}/"))
    assert (BUTTON in page, OFF in page) == (False, True)
    assert link_of(sends(admin, ilya))
    assert not Letter.objects.exists()


def test_the_button_is_for_who_has_an_address(admin, ilya, darya, postbox):
    pages = [page_of(admin.get(f"/accounts/{account.pk}/")) for account in (ilya, darya)]
    assert [BUTTON in page for page in pages] == [True, False]


def test_one_presses_the_other_button_for_a_link_without_a_letter(admin, ilya, postbox):
    assert link_of(admin.post(f"/accounts/{ilya.pk}/link/"))
    assert not Letter.objects.exists()


# «Почта»


def test_where_mail_is_off_the_page_says_so(admin):
    page = page_of(admin.get("/settings/mail/"))
    assert (OFF in page, "пробное письмо</button>" in page) == (True, False)
    assert admin.post("/settings/mail/trial/").status_code == 409
    assert OFF in page_of(admin.get("/settings/departments/add/"))


def test_the_page_says_which_server_and_no_secret(admin, postbox, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "user-name", "hush"
    page = page_of(admin.get("/settings/mail/"))
    assert f"127.0.0.1:{postbox.port}" in page
    assert "support@example.ru" in page
    assert not [word for word in ("user-name", "hush") if word in page]


def test_a_trial_letter_comes_and_the_page_says_so(admin, elena, postbox):
    assert "укажите эл. почту" in page_of(admin.get("/settings/mail/"))
    assert admin.post("/settings/mail/trial/").status_code == 422
    Account.objects.filter(pk=elena.pk).update(email="elena@example.ru")
    admin.post("/settings/mail/trial/")
    assert "Пробное письмо отправляется" in page_of(admin.get("/settings/mail/"))
    carries()
    assert "Пробное письмо отправлено" in page_of(admin.get("/settings/mail/"))
    assert postbox.taken[0].to == ["elena@example.ru"]


def test_why_a_trial_did_not_go_is_said(admin, elena, postbox):
    Account.objects.filter(pk=elena.pk).update(email="elena@example.ru")
    postbox.says = {"MAIL": "550 relaying denied"}
    elena.refresh_from_db()
    post_trial(Doer(elena), at=timezone.now())
    carries()
    assert "Пробное письмо не ушло: Сервер не принял адрес отправителя: 550" in page_of(
        admin.get("/settings/mail/")
    )


@pytest.fixture
def dead(postbox):
    return dead_letter(at=timezone.now())


def test_a_dead_letter_is_seen_and_sent_again(admin, dead):
    page = page_of(admin.get("/settings/mail/"))
    assert "552 full" in page
    admin.post(f"/settings/mail/{dead.pk}/again/")
    dead.refresh_from_db()
    assert (dead.state, dead.tries) == ("pending", 0)
    assert admin.post(f"/settings/mail/{dead.pk}/again/").status_code == 404


def test_one_that_is_being_sent_is_left_to_whoever_does(admin, dead):
    Letter.objects.update(state="pending", leased_until=timezone.now() + timedelta(1))
    assert admin.post(f"/settings/mail/{dead.pk}/again/").status_code == 409


def test_one_that_nobody_wants_any_more_leaves_the_list(admin, dead):
    admin.post(f"/settings/mail/{dead.pk}/give-up/")
    assert not Letter.objects.exists()
    assert "Недоставленных писем нет" in page_of(admin.get("/settings/mail/"))


# The address


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("ilya", "правильный адрес"),
        ("ilya@", "правильный адрес"),
        ("<b>@example.ru", "правильный адрес"),
        ("ilya@example.ru\nBcc: all@example.ru", "правильный адрес"),
        ("ilya@exa\u202emple.ru", "управляющие"),
        ("ilya@example.ru\x00", "правильный адрес"),
        ("😀@example.ru", "правильный адрес"),
        (f"{'x' * 250}@example.ru", "не более 254"),
    ],
)
def test_what_is_no_address_is_refused_at_its_field(admin, site, email, words):
    answer = admin.post(ADD, NEWCOMER | {"email": email})
    assert answer.status_code == 422
    assert words in error_of(answer, "email")
    assert not Account.objects.filter(login="petr").exists()


def test_an_address_is_kept_and_noted(admin, darya):
    admin.post(f"/accounts/{darya.pk}/", form_of(darya, email=" darya@example.ru "))
    darya.refresh_from_db()
    assert darya.email == "darya@example.ru"
    noted = Change.objects.get()
    assert (noted.before, noted.after) == ({"email": ""}, {"email": "darya@example.ru"})


def test_it_goes_with_the_account(admin, ilya):
    admin.post(f"/accounts/{ilya.pk}/delete/")
    ilya.refresh_from_db()
    assert ilya.email == ""
