"""One's own account: the name for visitors, the password, the sessions."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat.actions.sign_ins import forget_ended, note_open, note_use
from operators.models import Change, SignIn
from tests.cast import PASSWORD, browser_of, is_present, signed_in, staff
from tests.sphaera_support.administration.forms import error_of, page_of, shown_version

pytestmark = pytest.mark.once

PROFILE, NEW = "/profile/", "an umbrella at noon"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME = f"{WINDOWS}Chrome/131.0.0.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def mine(ilya):
    """Ilya's browser."""
    return browser_of(ilya)


def saves(browser, **fields):
    shown = {"shown_name": "", "current": "", "password": "", "shown_version": "1"}
    return browser.post(PROFILE, shown | fields)


def signs_in(login, password=PASSWORD):
    form = {"username": login, "password": password}
    return browser_of().post("/login/", form).status_code == 302


def is_in(browser):
    return browser.get("/help/").status_code == 200


# The page


def test_whoever_is_of_staff_has_one(ilya, elena, customer):
    for account in (ilya, elena):
        page = page_of(browser_of(account).get(PROFILE))
        assert account.name in page
        assert 'class="account" href="/profile/"' in page
    assert browser_of(customer).get(PROFILE).status_code == 403


def test_opening_it_is_leaving_the_zone(ilya, mine):
    is_present(ilya)
    mine.get(PROFILE)
    assert not ilya.leases.filter(released_at=None).exists()


# The name for visitors


def test_the_name_for_visitors_is_changed(ilya, mine):
    answer = saves(mine, shown_name="  Оператор   Илья ")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/?saved=saved")
    ilya.refresh_from_db()
    assert (ilya.shown_name, ilya.name, ilya.version) == ("Оператор Илья", "Илья Воронцов", 2)
    assert is_in(mine)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("shown_name", "я" * 151, "не более 150"),
        ("shown_name", "Илья\u202egpj", "управляющие"),
        ("shown_name", "Илья\x00", "управляющие"),
        ("password", "short", "короткий"),
        ("password", "password123", "широко распространён"),
        ("password", "x" * 1025, "не более 1024"),
        ("current", "x" * 1025, "не более 1024"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(ilya, mine, field, value, words):
    typed = {"current": PASSWORD, "password": NEW, "shown_name": "Илья"}
    answer = saves(mine, **(typed | {field: value}))
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    ilya.refresh_from_db()
    assert (ilya.shown_name, ilya.version, Change.objects.exists()) == ("", 1, False)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Илья 🚀", "O'Брайен; --"])
def test_a_strange_name_is_a_name(ilya, mine, name):
    assert saves(mine, shown_name=name).status_code == 302
    ilya.refresh_from_db()
    assert ilya.shown_name == name
    assert "<script>alert" not in mine.get(PROFILE).content.decode()


def test_nobody_changes_more_of_themselves(ilya, mine):
    saves(mine, shown_name="Илья", role="administrator", login="root", name="Никто")
    ilya.refresh_from_db()
    assert (ilya.role, ilya.login, ilya.name) == ("operator", "ilya", "Илья Воронцов")


def test_what_an_administrator_saved_meanwhile_is_told(elena, ilya, mine):
    version = shown_version(mine, PROFILE)
    form = {"name": ilya.name, "login": "ilya", "role": "operator", "shown_name": "Илья"}
    form |= {"departments": list(ilya.memberships.values_list("department", flat=True))}
    browser_of(elena).post(f"/accounts/{ilya.pk}/", form | {"shown_version": version})
    answer = saves(mine, shown_name="Моё имя", shown_version=version)
    assert answer.status_code == 409
    page = page_of(answer)
    assert "Елена Соколова" in page
    assert "Моё имя" in page
    assert saves(mine, shown_name="Моё имя", shown_version="2").status_code == 302


# The password


def test_a_new_password_needs_the_old_one(ilya, mine):
    assert saves(mine, current=PASSWORD, password=NEW).status_code == 302
    assert (signs_in("ilya"), signs_in("ilya", NEW)) == (False, True)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"password": NEW}, "current", "Введите текущий"),
        ({"password": NEW, "current": "not mine at all"}, "current", "не подходит"),
        ({"current": PASSWORD}, "password", "Введите новый"),
    ],
)
def test_without_the_old_one_nothing_is_changed(ilya, mine, typed, field, words):
    answer = saves(mine, shown_name="Илья", **typed)
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    ilya.refresh_from_db()
    assert ilya.shown_name == ""
    assert signs_in("ilya")


def test_a_new_password_ends_the_other_sessions_and_not_this_one(ilya, mine):
    other = browser_of(ilya)
    saves(mine, current=PASSWORD, password=NEW)
    assert (is_in(mine), is_in(other)) == (True, False)


def test_guessing_the_old_one_is_slowed_down_as_signing_in_is(ilya, mine, settings):
    settings.AXES_ENABLED = True
    for _time in range(10):
        saves(mine, current="a guess of mine", password=NEW)
    assert "через 15 минут" in error_of(saves(mine, current=PASSWORD, password=NEW), "current")


def test_a_field_that_is_left_examines_no_password(ilya, mine, monkeypatch):
    monkeypatch.setattr("sphaera_support.administration.profile.examine", pytest.fail)
    words = page_of(saves(mine, current="x", password="short", check="password"))
    assert "короткий" in words
    assert page_of(saves(mine, current="x", password=NEW, check="current")).strip() == ""


def test_what_is_changed_is_noted_and_no_password(ilya, mine):
    saves(mine, shown_name="Илья", current=PASSWORD, password=NEW)
    noted = Change.objects.get()
    assert (noted.by, noted.subject, noted.deed) == (ilya, ilya.pk, "changed")
    assert noted.before == {"shown_name": ""}
    assert noted.after == {"shown_name": "Илья", "password": "изменён"}


# Sessions


def devices_of(browser):
    return re.findall(r"<li>\s*<div class=\"grow\"><b>(.*?)</b>", page_of(browser.get(PROFILE)))


def test_each_session_is_named_with_its_device_this_one_first(ilya):
    phone = browser_of(ilya)
    phone.get("/help/", headers={"User-Agent": IPHONE})
    here = browser_of(ilya)
    here.get("/help/", headers={"User-Agent": CHROME})
    assert devices_of(here) == ["Неизвестное устройство", "Mobile Safari 18, iPhone"] or (
        devices_of(here) == ["Chrome 131, Windows 10", "Mobile Safari 18, iPhone"]
    )
    page = page_of(here.get(PROFILE))
    assert page.count("этот сеанс") == 1
    assert page.count('aria-label="Завершить:') == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome 131, Windows 10"),
        (IPHONE, "Mobile Safari 18, iPhone"),
        ("", "Неизвестное устройство"),
        ("\x00<b>" * 400, "Неизвестное устройство"),
        ("curl/8", "curl 8"),
    ],
)
def test_a_device_is_named_by_what_it_says_of_itself(ilya, mine, agent, words):
    signed_in(browser_of(ilya), ilya, agent)
    assert words in devices_of(mine)[1:]


def test_colleagues_sessions_are_none_of_one_s_own(ilya, darya, mine):
    signed_in(browser_of(darya), darya, CHROME)
    assert len(devices_of(mine)) == 1


def test_one_session_is_ended(ilya, mine):
    lost, other = browser_of(ilya), browser_of(ilya)
    ended = signed_in(lost, ilya, IPHONE)
    signed_in(other, ilya, CHROME)
    answer = mine.post(f"/profile/sessions/{ended.pk}/end/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/?saved=ended")
    assert [is_in(one) for one in (mine, lost, other)] == [True, False, True]
    assert not Session.objects.filter(session_key=ended.session_key).exists()


def test_all_others_are_ended(ilya, mine):
    others = [browser_of(ilya) for _one in range(3)]
    for other in others:
        signed_in(other, ilya)
    mine.post("/profile/sessions/end/")
    assert is_in(mine)
    assert not any(map(is_in, others))
    assert len(devices_of(mine)) == 1


def test_nobody_ends_a_colleague_s(ilya, darya, mine):
    hers = browser_of(darya)
    session = signed_in(hers, darya)
    assert mine.post(f"/profile/sessions/{session.pk}/end/").status_code == 302
    mine.post("/profile/sessions/end/")
    assert is_in(hers)


@pytest.mark.parametrize("pk", [0, 10**9])
def test_what_is_over_already_is_over(mine, pk):
    assert mine.post(f"/profile/sessions/{pk}/end/").status_code == 302


def test_the_socket_of_an_ended_session_closes(wires, ilya):
    lost = browser_of(ilya)
    ended = signed_in(lost, ilya)
    zone = wires.operator(ilya, browser=lost)
    browser_of(ilya).post(f"/profile/sessions/{ended.pk}/end/")
    assert zone.closing() == 4401


@pytest.mark.parametrize("deed", ["sign-out/", "delete/"])
def test_what_an_administrator_ends_is_ended(elena, ilya, darya, mine, deed):
    signed_in(mine, ilya)
    browser_of(elena).post(f"/accounts/{ilya.pk}/{deed}")
    assert not ilya.sign_ins.exists()
    assert not is_in(mine)


def test_one_who_signed_out_is_not_signed_in(ilya, mine):
    other = browser_of(ilya)
    signed_in(other, ilya)
    other.post("/logout/")
    assert len(devices_of(mine)) == 1


def test_traces_of_sessions_that_ended_go(ilya, mine):
    other = browser_of(ilya)
    signed_in(other, ilya)
    kept = signed_in(mine, ilya)
    other.post("/logout/")
    assert forget_ended() == 1
    assert list(SignIn.objects.all()) == [kept]


# Their last use


def test_a_use_is_noted_once_a_minute(ilya, mine, django_assert_num_queries):
    at = timezone.now()

    def uses(after):
        key = mine.session.session_key
        note_use(ilya, key, agent=CHROME, address="203.0.113.9", at=at + timedelta(seconds=after))

    for after, queries in ((0, 1), (59, 0), (61, 1)):
        with django_assert_num_queries(queries):
            uses(after)
    noted = SignIn.objects.get()
    assert (noted.used_at, noted.address) == (at + timedelta(seconds=61), "203.0.113.9")


def test_an_open_zone_is_a_use(ilya, mine):
    noted = signed_in(mine, ilya)
    at = timezone.now() + timedelta(hours=8)
    note_open({noted.session_key}, at=at)
    noted.refresh_from_db()
    assert noted.used_at == at


def test_customers_are_not_noted(customer):
    browser_of(customer).get("/help/")
    assert not SignIn.objects.exists()


def test_the_page_asks_the_same_of_many_sessions(ilya, mine, django_assert_max_num_queries):
    for _one in range(20):
        signed_in(browser_of(ilya), ilya, CHROME)
    with django_assert_max_num_queries(12):
        assert len(devices_of(mine)) == 21


def test_a_name_of_its_own_s_account_is_shown(site):
    new = staff("new", "Новый <b>")
    assert "<b>" not in browser_of(new).get(PROFILE).content.decode().partition("<h1>")[2][:40]
