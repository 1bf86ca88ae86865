"""The link for a first sign-in by e-mail: sent where mail is configured, and never in the log."""

import smtplib

import pytest
from django.core import mail

from operators.models import Account, Change
from tests.cast import PASSWORD, browser_of
from tests.sphaera_support.administration.forms import error_of, page_of
from tests.sphaera_support.administration.test_accounts import NEWCOMER, form_of, link_of

pytestmark = pytest.mark.once

ADDRESS, ADD = "ilya@example.ru", "/accounts/add/"
BUTTON = "Отправить ссылку на почту"


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def ilya(ilya):
    ilya.email = ADDRESS
    ilya.save()
    return ilya


@pytest.fixture
def post(settings):
    """Mail is configured."""
    settings.SENDS_MAIL = True


@pytest.fixture
def refusing(post, monkeypatch):
    """By a server that takes nothing."""

    def refuse(*_args, **_kwargs):
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})

    monkeypatch.setattr("chat.actions.letters.send_mail", refuse)


def sends(admin, account):
    return admin.post(f"/accounts/{account.pk}/link/", {"send": "1"})


def test_the_letter_brings_the_link_that_is_shown(admin, ilya, post):
    answer = sends(admin, ilya)
    assert f"Ссылка отправлена: {ADDRESS}" in page_of(answer)
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert f"http://127.0.0.1:8000{link_of(answer)}\n" in letter.body
    assert "Илья Воронцов" in letter.body
    assert browser_of().post(link_of(answer), {"password": PASSWORD}).status_code == 302


def test_a_newcomer_with_an_address_is_written_to(admin, site, post):
    admin.post(ADD, NEWCOMER | {"password": "", "link": "on", "email": ADDRESS})
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]


def test_a_newcomer_without_one_is_not(admin, site, post):
    answer = admin.post(ADD, NEWCOMER | {"password": "", "link": "on"})
    assert link_of(answer)
    assert mail.outbox == []


def test_a_name_is_a_name_in_a_letter_too(admin, ilya, post):
    Account.objects.filter(pk=ilya.pk).update(name="О'Брайен <b> & Ко")
    sends(admin, ilya)
    assert "О'Брайен <b> & Ко" in mail.outbox[0].body


def test_where_mail_is_not_configured_there_is_no_button_and_no_letter(admin, ilya):
    assert BUTTON not in page_of(admin.get(f"/accounts/{ilya.pk}/"))
    answer = sends(admin, ilya)
    assert link_of(answer)
    assert ("отправлен" in page_of(answer), mail.outbox) == (False, [])


def test_the_button_is_for_who_has_an_address(admin, ilya, darya, post):
    pages = [page_of(admin.get(f"/accounts/{account.pk}/")) for account in (ilya, darya)]
    assert [BUTTON in page for page in pages] == [True, False]


def test_one_presses_the_other_button_for_a_link_without_a_letter(admin, ilya, post):
    assert link_of(admin.post(f"/accounts/{ilya.pk}/link/"))
    assert mail.outbox == []


def test_a_letter_that_is_refused_is_told_and_the_link_is_there(admin, ilya, refusing, caplog):
    answer = sends(admin, ilya)
    assert answer.status_code == 200
    assert f"Письмо не отправлено ({ADDRESS})" in page_of(answer)
    link = link_of(answer)
    assert "SMTPRecipientsRefused" in caplog.text
    assert link.split("/")[-2] not in caplog.text
    assert browser_of().get(link).status_code == 200


def test_no_server_at_all_is_told(admin, ilya, post, settings, unused_tcp_port_of):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_tcp_port_of
    assert "Письмо не отправлено" in page_of(sends(admin, ilya))


@pytest.fixture
def unused_tcp_port_of():
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def test_what_was_sent_is_noted_and_the_link_is_not(admin, ilya, post):
    answer = sends(admin, ilya)
    assert list(Change.objects.values_list("deed", flat=True)) == ["link_made", "link_sent"]
    assert link_of(answer).split("/")[-2] not in str(list(Change.objects.values()))


def test_what_was_not_sent_is_not_noted(admin, ilya, refusing):
    sends(admin, ilya)
    assert list(Change.objects.values_list("deed", flat=True)) == ["link_made"]


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
