"""What every answer carries, and what no request gets past."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from operators import presence
from operators.models import Account, Lease
from tests.cast import PASSWORD, browser_of, cabinet_of, token
from tests.sphaera_support.test_access import MATRIX, addresses, as_it_is, collected, of_each

pytestmark = pytest.mark.once

__all__ = ["addresses", "collected"]  # fixtures

POSTS = sorted(
    (MATRIX.keys() & {name for name, (method, *_rest) in MATRIX.items() if method == "post"})
    | {"login", "logout", "cabinet"}
)


def wary(account: Account | None = None) -> Client:
    """A browser whose posts are checked as on a real server."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1:8000")
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


# Forgery


# What the window sends bears its own token.
UNPROVEN = sorted(set(POSTS) - {"widget_upload", "widget_begin_upload", "widget_mail_transcript"})


@pytest.mark.once
@pytest.mark.parametrize(
    "sent", [{}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "x" * 64}]
)
def test_a_post_without_proof_is_refused(addresses, elena, sent):
    browser = wary(elena)

    def status(name):
        return as_it_is(browser).post(addresses[name], sent).status_code

    assert of_each(UNPROVEN, status) == dict.fromkeys(UNPROVEN, 403)


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_piece_of_a_file_without_proof_is_refused(addresses, elena, method):
    assert getattr(wary(elena), method)(addresses["upload_piece"]).status_code == 403


@pytest.mark.once
def test_a_proof_in_the_address_is_none(addresses, elena):
    browser = wary(elena)
    browser.get("/logout/")
    proof = browser.cookies["csrftoken"].value

    def status(name):
        address = f"{addresses[name]}?csrfmiddlewaretoken={proof}"
        return as_it_is(browser).post(address, content_type="text/plain", data="").status_code

    assert of_each(UNPROVEN, status) == dict.fromkeys(UNPROVEN, 403)


def test_a_foreign_page_with_the_right_proof_is_refused(addresses, elena):
    browser = wary(elena)
    browser.get("/logout/")
    proof = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    refused = browser.post("/logout/", proof, headers={"Origin": "http://evil"})
    accepted = browser.post("/logout/", proof, headers={"Origin": "http://127.0.0.1:8000"})
    assert (refused.status_code, accepted.status_code) == (403, 302)


def test_a_forged_way_out_leaves_one_in(ilya):
    browser = wary(ilya)
    browser.post("/logout/")
    assert browser.get("/chat/").status_code == 200


def test_the_bearer_s_upload_needs_no_other_proof(addresses, marina):
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    assert wary().post(addresses["widget_upload"], headers=bearer).status_code == 400


def test_a_cookie_is_no_bearer(addresses, customer, ilya):
    for browser in (browser_of(ilya), cabinet_of(customer)):
        assert browser.post(addresses["widget_upload"]).status_code == 401
        assert browser.get(addresses["widget_window"]).status_code == 401


# After signing in


@pytest.mark.once
@pytest.mark.parametrize(
    "target",
    [
        *("//evil", "///evil", "http://evil", "https:/evil", "https:evil", "/\\evil", "\\\\evil"),
        *("http:///evil", "javascript:alert(1)", "data:text/html,x", "/\t/evil", "", "chat/"),
        *("//127.0.0.1:8000@evil/", "http://127.0.0.1:8000.evil/", " //evil", "\x00//evil"),
    ],
)
def test_signing_in_leads_nowhere_else(ilya, target):
    form = {"username": "ilya", "password": PASSWORD, "next": target}
    assert browser_of().post("/login/", form)["Location"] == "/chat/"
    assert browser_of(ilya).get("/login/", {"next": target})["Location"] == "/chat/"


def test_signing_in_leads_where_one_was_going(ilya):
    form = {"username": "ilya", "password": PASSWORD, "next": "/help/?part=1"}
    assert browser_of().post("/login/", form)["Location"] == "/help/?part=1"


@pytest.mark.parametrize(
    "form",
    [
        {"username": "ilya", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "marina", "password": PASSWORD},
        {"username": "ilya", "password": PASSWORD + " "},
    ],
)
def test_every_failure_to_sign_in_reads_the_same(ilya, customer, form):
    answer = browser_of().post("/login/", form)
    assert answer.status_code == 422
    assert "Логин или пароль не подходят" in answer.content.decode()


@pytest.mark.parametrize("username", ["", "a\x00b", "x" * 200, "' OR 1=1 --", "илья"])
def test_strange_logins_are_refused_and_not_an_error(ilya, username):
    form = {"username": username, "password": PASSWORD}
    assert browser_of().post("/login/", form).status_code == 422


def test_an_operator_does_not_sign_in_to_the_cabinet(ilya):
    form = {"username": "ilya", "password": PASSWORD}
    assert browser_of().post("/личный-кабинет/", form).status_code == 422


def test_an_account_that_was_put_off_does_not_sign_in(ilya):
    Account.objects.update(is_active=False)
    form = {"username": "ilya", "password": PASSWORD}
    assert browser_of().post("/login/", form).status_code == 422


# Guessing


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True


def guess(password="wrong", login="ilya", address="203.0.113.7", path="/login/"):
    form = {"username": login, "password": password}
    return browser_of().post(path, form, REMOTE_ADDR=address)


@pytest.mark.parametrize(("path", "login"), [("/login/", "ilya"), ("/личный-кабинет/", "marina")])
def test_ten_wrong_passwords_lock_the_login_for_a_while(guarded, ilya, customer, path, login):
    for _attempt in range(10):
        guess(login=login, path=path)
    answer = guess(PASSWORD, login=login, path=path)
    assert answer.status_code == 429
    assert not {"sessionid", "customerid"} & answer.cookies.keys()


def test_nine_do_not(guarded, ilya):
    for _attempt in range(9):
        guess()
    assert guess(PASSWORD).status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(guarded, ilya):
    for _attempt in range(10):
        guess()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert guess(PASSWORD).status_code == 302


def test_a_forwarded_address_opens_no_lock(guarded, ilya):
    """Nobody is a proxy of ours here: what a client says of its address counts for nothing."""
    for attempt in range(10):
        form = {"username": "ilya", "password": "wrong"}
        forwarded = {"X-Forwarded-For": f"198.51.100.{attempt}"}
        browser_of().post("/login/", form, headers=forwarded, REMOTE_ADDR="203.0.113.7")
    assert guess(PASSWORD).status_code == 429


def test_the_one_who_is_locked_out_is_told_why(guarded, ilya):
    answers = [guess() for _attempt in range(11)]
    assert "Слишком много попыток" in answers[-1].content.decode()


def test_the_owner_of_the_login_is_not_locked_out_elsewhere(guarded, ilya):
    for _attempt in range(11):
        guess()
    assert guess(PASSWORD, address="198.51.100.4").status_code == 302


def test_colleagues_behind_the_same_address_are_not_locked_out(guarded, ilya, darya):
    for _attempt in range(11):
        guess()
    assert guess(PASSWORD, login="darya").status_code == 302


def test_a_success_forgets_the_failures(guarded, ilya):
    for _attempt in range(9):
        guess()
    guess(PASSWORD)
    for _attempt in range(9):
        guess()
    assert guess(PASSWORD).status_code == 302


def test_many_logins_from_one_address_are_too_many(guarded, ilya):
    answers = [guess(login=f"nobody{number}") for number in range(60)]
    assert {answer.status_code for answer in answers[:30]} == {422}
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "10"
    assert "через 10 секунд" in answers[-1].content.decode()


def test_an_address_that_guessed_too_much_keeps_nobody_else_out(guarded, ilya):
    for number in range(60):
        guess(login=f"nobody{number}")
    assert guess(PASSWORD).status_code == 429
    assert guess(PASSWORD, address="198.51.100.4").status_code == 302


def test_an_office_signs_in_from_one_address_all_day(guarded, ilya):
    assert {guess(PASSWORD).status_code for _time in range(60)} == {302}


def test_the_one_who_is_locked_out_is_told_when_to_come_back(guarded, ilya):
    answers = [guess() for _attempt in range(11)]
    assert answers[-1]["Retry-After"] == "900"


def test_a_whole_network_of_ipv6_is_one_address(guarded, ilya):
    for number in range(40):
        guess(login=f"nobody{number}", address=f"2001:db8:0:1::{number:x}")
    assert guess(address="2001:db8:0:1:ffff::1").status_code == 429
    assert guess(address="2001:db8:0:2::1").status_code == 422


# Headers

FRAMED = {"widget_shell"}
FRAMED_BY_US = {"site_preview"}
PUBLIC = {"widget_loader", "widget_avatar", "front", "healthz", "readyz", "api_description"}


@pytest.fixture
def answers(addresses, elena):
    """What an administrator is answered, by name."""
    browser = browser_of(elena)
    return of_each(
        MATRIX, lambda name: getattr(as_it_is(browser), MATRIX[name][0])(addresses[name])
    )


@pytest.mark.once
def test_every_answer_forbids_what_it_need_not_allow(answers):
    ours = re.compile(r"http://(127\.0\.0\.1|localhost):8000")
    for name, answer in answers.items():
        policy = ours.sub("", answer["Content-Security-Policy"])
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "http:" not in policy, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name


@pytest.mark.once
def test_our_pages_are_framed_by_nobody(answers):
    for name in MATRIX.keys() - FRAMED - FRAMED_BY_US - {"download_file"}:
        policy = answers[name]["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, name
        assert answers[name]["X-Frame-Options"] == "DENY", name


@pytest.mark.once
def test_what_is_somebody_s_is_kept_by_no_cache(answers):
    for name in MATRIX.keys() - PUBLIC - FRAMED:
        if answers[name].status_code in (200, 401):
            assert re.search("private|no-store", answers[name].get("Cache-Control", "")), name


@pytest.mark.parametrize("status", [400, 403, 404])
def test_pages_of_errors_are_ours_and_tell_nothing(elena, ilya, status):
    path, host = ("/accounts/", "127.0.0.1:8000") if status == 403 else ("/nowhere/", "127.0.0.1")
    browser = Client(HTTP_HOST="evil" if status == 400 else host)
    browser.force_login(ilya, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(path)
    assert answer.status_code == status
    assert not re.search("Traceback|settings|django", answer.content.decode(), re.IGNORECASE)


@pytest.mark.once
@pytest.mark.parametrize("host", ["evil", "127.0.0.1.evil", "127.0.0.1:8000@evil", "a b", ""])
def test_another_host_is_refused(db, host):
    assert Client(HTTP_HOST=host).get("/healthz").status_code == 400


def test_a_forwarded_host_is_not_believed(ilya):
    answer = browser_of(ilya).get("/", headers={"X-Forwarded-Host": "evil"})
    assert answer["Location"] == "/chat/"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(ilya):
    answer = browser_of().post("/login/", {"username": "ilya", "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# Being there


def test_a_fragment_asked_for_by_the_zone_is_no_other_section(ilya):
    presence.take_place(ilya, uuid4(), at=timezone.now())
    browser_of(ilya).get("/help/", headers={"HX-Request": "true"})
    assert Lease.objects.get().released_at is None


def test_it_says_that_it_lives_and_is_ready(db):
    browser = browser_of()
    assert [browser.get(path).json() for path in ("/healthz", "/readyz")] == [{"status": "ok"}] * 2


def test_it_is_not_ready_without_its_layer_and_still_lives(db, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.lossy_layers.DeafLayer"}}
    browser = browser_of()
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["layer"])
    assert browser.get("/healthz").status_code == 200
