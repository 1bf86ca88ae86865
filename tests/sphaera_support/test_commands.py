"""The commands that integrators, load tests and a new installation use."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.identity import verify
from chat.models import Attachment, ExtraField, FieldValue
from departments.models import Department, Site
from operators.models import Account, Role
from sphaera_support.cabinet.models import Customer
from tests.cast import browser_of


def tokens(capsys, *arguments):
    call_command("widget_token", *arguments)
    return capsys.readouterr().out.splitlines()


def test_a_token_opens_the_window(site, capsys):
    (token,) = tokens(capsys, "demo", "marina", "--name", "Марина")
    identity = verify(site, token, at=timezone.now())
    assert (identity.subject, identity.name) == ("marina", "Марина")


def test_without_a_name_the_subject_is_shown(site, capsys):
    (token,) = tokens(capsys, "demo", "marina")
    assert verify(site, token, at=timezone.now()).name == "marina"


def test_with_a_count_subjects_are_numbered(site, capsys):
    found = [
        verify(site, t, at=timezone.now()) for t in tokens(capsys, "demo", "m", "--count", "3")
    ]
    assert [identity.subject for identity in found] == ["m1", "m2", "m3"]


@pytest.mark.parametrize("count", ["0", "-1"])
def test_a_count_that_counts_nothing_is_refused(site, count):
    with pytest.raises(CommandError, match="positive"):
        call_command("widget_token", "demo", "m", f"--count={count}")


def test_a_site_that_nobody_knows_is_refused(site):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("widget_token", "nowhere", "m")


def test_a_site_that_was_put_off_is_refused(site):
    Site.objects.update(is_active=False)
    with pytest.raises(CommandError):
        call_command("widget_token", "demo", "m")


def test_a_command_without_arguments_says_what_it_needs(db):
    with pytest.raises(CommandError, match="site_key"):
        call_command("widget_token")


@pytest.mark.parametrize("subject", ["", "x" * 256, "a\x00b"])
def test_a_subject_that_no_window_would_take_is_refused(site, capsys, subject):
    """Better than a token that fails later, far from here."""
    with pytest.raises(CommandError):
        tokens(capsys, "demo", subject)


@pytest.fixture
def demo(db):
    call_command("demo")


def counts():
    return [model.objects.count() for model in (Account, Customer, Site, Department)]


def test_the_demo_has_its_people_and_places(demo):
    people = Account.objects.exclude(role=Role.SYSTEM)
    assert set(people.values_list("login", flat=True)) == {
        *("admin", "operator1", "operator2", "operator3", "client1", "client2"),
    }
    assert counts() == [len(people) + 1, 2, 1, 3]  # and the account of a token


def test_files_are_shown_once_in_a_conversation_that_is_over(demo):
    for _time in range(2):
        call_command("demo", "--files")
    picture, log = Attachment.objects.order_by("pk")
    assert (bool(picture.preview_size), log.content_type) == (True, "text/plain")
    assert picture.message.conversation.state == "closed"


def test_somebody_s_extra_fields_are_filled_in(demo):
    call_command("demo")
    assert {one.kind for one in ExtraField.objects.all()} == set(ExtraField.Kind)
    assert FieldValue.objects.filter(visitor__subject="client1").count() == 4


def test_each_operator_has_their_level(demo):
    levels = Account.objects.filter(login__startswith="operator").order_by("login")
    assert list(levels.values_list("departments__level", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("login", "path"),
    [("admin", "/login/"), ("operator1", "/login/"), ("client1", "/личный-кабинет/")],
)
def test_they_sign_in_with_the_demo_s_password(demo, login, path):
    form = {"username": login, "password": "demo"}
    assert browser_of().post(path, form).status_code == 302


def test_a_second_time_changes_nothing(demo):
    Account.objects.filter(login="operator1").update(name="Переименован")
    before = counts()
    call_command("demo")
    assert counts() == before
    assert Account.objects.get(login="operator1").name == "Переименован"


def test_a_demo_site_that_was_deleted_stays_so(demo):
    Site.objects.update(is_active=False, deleted_at=timezone.now())
    call_command("demo")
    assert not Site.objects.exists()


def test_operators_for_a_load_test_are_of_the_first_level(demo):
    call_command("demo", "--operators", "3")
    call_command("demo", "--operators", "3")
    loads = Account.objects.filter(login__startswith="load").order_by("login")
    assert list(loads.values_list("login", "departments__level")) == [
        ("load1", 1),
        ("load2", 1),
        ("load3", 1),
    ]


def test_the_demo_site_is_open_around_the_clock(demo):
    from departments.hours import is_open, next_change

    schedule = Site.objects.get(key="demo").schedule
    assert is_open(schedule, timezone.now())
    assert next_change(schedule, timezone.now()) is None


# administrator


@pytest.fixture
def first_account(db, monkeypatch):
    def make(password, *arguments):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        call_command("administrator", *arguments)

    return make


def test_the_first_administrator_signs_in(first_account):
    first_account("длинный пароль", "elena", "--name", "Елена Соколова")
    account = Account.objects.get(login="elena")
    assert (account.name, account.is_administrator) == ("Елена Соколова", True)
    browser = browser_of()
    browser.post("/login/", {"username": "elena", "password": "длинный пароль"})
    assert browser.get("/accounts/").status_code == 200


def test_without_a_name_an_administrator_is_called_by_the_login(first_account):
    first_account("длинный пароль", "elena")
    assert Account.objects.get().name == "elena"


@pytest.mark.parametrize("password", ["", "коротк", "password"])
def test_a_password_that_anyone_would_guess_is_refused(first_account, password):
    with pytest.raises(CommandError):
        first_account(password, "elena")
    assert not Account.objects.exists()


@pytest.mark.parametrize("login", ["ilya", " "])
def test_a_login_that_is_taken_or_empty_is_refused(first_account, ilya, login):
    with pytest.raises(CommandError, match="taken or empty"):
        first_account("длинный пароль", login)
    assert Account.objects.get() == ilya
