"""Accounts by their pages: who gets in, what is refused at which field, who always remains."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from chat.models import Conversation
from departments.models import Department, Membership
from operators.models import Account, Change, Role
from tests.cast import PASSWORD, accepts, answers, browser_of, staff, writes
from tests.sphaera_support.administration.forms import error_of, many_operators, page_of

pytestmark = pytest.mark.once

LIST, ADD = "/accounts/", "/accounts/add/"
NEWCOMER = {
    "name": "Пётр Новый",
    "shown_name": "",
    "login": "petr",
    "role": "operator",
    "password": PASSWORD,
}


@pytest.fixture
def admin(elena):
    return browser_of(elena)


@pytest.fixture
def olga(site):
    return staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR)


def form_of(account, **fields):
    """As its page shows it, with these fields typed over."""
    shown = {
        "name": account.name,
        "shown_name": account.shown_name,
        "login": account.login,
        "role": account.role,
        "password": "",
        "departments": list(account.memberships.values_list("department", flat=True)),
        "shown_version": account.version,
    }
    return shown | fields


def address_of(account):
    return f"{LIST}{account.pk}/"


def signs_in(login, password=PASSWORD):
    return (
        browser_of().post("/login/", {"username": login, "password": password}).status_code == 302
    )


# Saving


def test_who_was_added_signs_in_and_stands_in_the_department(admin, first_line):
    place = {"departments": [first_line.pk], f"departments_limit_{first_line.pk}": "5"}
    answer = admin.post(ADD, NEWCOMER | place)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?saved=saved")
    assert signs_in("petr")
    account = Account.objects.get(login="petr")
    assert list(account.memberships.values_list("department", "limit")) == [(first_line.pk, 5)]
    assert "Пётр Новый" in page_of(admin.get(LIST))


def test_the_right_to_read_reports_is_given_and_noted(admin, ilya):
    assert admin.post(address_of(ilya), form_of(ilya, reads_reports="on")).status_code == 302
    ilya.refresh_from_db()
    noted = Change.objects.get(kind=Change.Kind.ACCOUNT, subject=ilya.pk)
    assert (ilya.reads_reports, noted.before, noted.after) == (
        True,
        {"reads_reports": False},
        {"reads_reports": True},
    )


def test_all_that_was_typed_is_kept(admin, ilya, second_line):
    typed = {"name": "Илья  Ворон", "shown_name": "Илья", "login": "voron", "role": "administrator"}
    place = {"departments": [second_line.pk], f"departments_priority_{second_line.pk}": "0"}
    sent = form_of(ilya, **typed, **place, even_alone="1")
    assert admin.post(address_of(ilya), sent).status_code == 302
    ilya.refresh_from_db()
    kept = ilya.name, ilya.shown_name, ilya.login, ilya.role
    assert kept == ("Илья Ворон", "Илья", "voron", "administrator")
    assert list(ilya.memberships.values_list("department", "priority")) == [(second_line.pk, 0)]


def test_taking_the_last_out_of_the_first_level_is_asked(admin, ilya):
    typed = form_of(ilya, departments=[])
    answer = admin.post(address_of(ilya), typed)
    assert answer.status_code == 409
    assert "они увидят «Не в сети»: demo" in page_of(answer)
    assert ilya.memberships.exists()
    assert admin.post(address_of(ilya), typed | {"even_alone": "1"}).status_code == 302


def test_without_a_new_password_the_old_one_holds(admin, ilya):
    admin.post(address_of(ilya), form_of(ilya, name="Илья"))
    assert signs_in("ilya")


def test_a_new_password_ends_the_old_one(admin, ilya):
    admin.post(address_of(ilya), form_of(ilya, password="an umbrella at noon"))
    assert (signs_in("ilya"), signs_in("ilya", "an umbrella at noon")) == (False, True)


# The link


def link_of(answer):
    found = re.search(r'id="link" value="http://127.0.0.1:8000([^"]+)"', page_of(answer))
    assert found is not None
    return found[1]


@pytest.fixture
def link(admin, site):
    """For Pyotr, who has no password yet."""
    return link_of(admin.post(ADD, NEWCOMER | {"password": "", "link": "on"}))


def test_who_has_no_password_sets_one_by_the_link_and_is_in(link):
    assert not signs_in("petr", "")
    browser = browser_of()
    answer = browser.post(link, {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/")
    assert browser.get("/help/").status_code == 200
    assert signs_in("petr")


def test_a_link_is_good_once(link):
    browser_of().post(link, {"password": PASSWORD})
    answer = browser_of().post(link, {"password": "another of mine"})
    assert answer.status_code == 410
    assert "уже не действует" in page_of(answer)
    assert signs_in("petr")


@pytest.mark.parametrize(("days", "status"), [(2.9, 200), (3.1, 410)])
def test_a_link_is_good_for_three_days(link, monkeypatch, days, status):
    then = datetime.now() + timedelta(days=days)  # noqa: DTZ005  as Django's tokens count
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: then)
    assert browser_of().get(link).status_code == status


def test_looking_at_a_link_uses_nothing_up(link):
    for _time in range(2):
        assert browser_of().get(link).status_code == 200


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_a_password_that_is_none_is_refused(link, password):
    answer = browser_of().post(link, {"password": password})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page_of(answer)
    assert browser_of().get(link).status_code == 200


def test_who_remembers_their_password_after_all_needs_no_link(admin, ilya):
    link = link_of(admin.post(f"{address_of(ilya)}link/"))
    assert signs_in("ilya")
    assert browser_of().get(link).status_code == 410


def test_a_link_is_nobody_else_s(admin, link, ilya):
    proof = link.rstrip("/").rpartition("/")[2]
    for address in (f"/login/link/{ilya.pk}/{proof}/", "/login/link/0/x-y/", f"{link[:-3]}xx/"):
        assert browser_of().get(address).status_code == 410


def test_the_link_of_who_was_put_off_is_void(admin, link):
    account = Account.objects.get(login="petr")
    admin.post(f"{address_of(account)}deactivate/")
    assert browser_of().get(link).status_code == 410


def test_a_new_link_for_who_forgot(admin, ilya):
    link = link_of(admin.post(f"{address_of(ilya)}link/"))
    browser_of().post(link, {"password": "an umbrella at noon"})
    assert signs_in("ilya", "an umbrella at noon")


# Refusing


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Обязательное"),
        ("name", "\u3164", "Обязательное"),
        ("name", "я" * 151, "не более 150"),
        ("name", "Илья\u202egpj", "управляющие"),
        ("name", "Илья\x00", "управляющие"),
        ("shown_name", "я" * 151, "не более 150"),
        ("login", "", "Обязательное"),
        ("login", "x" * 151, "не более 150"),
        ("login", "два слова", "правильное имя пользователя"),
        ("login", "deleted:7", "правильное имя пользователя"),
        ("login", "😀", "правильное имя пользователя"),
        ("login", "<b>", "правильное имя пользователя"),
        ("login", "ilya", "уже занят"),
        ("login", "ILYA", "уже занят"),
        ("login", "ЁЛКА", "уже занят"),
        ("login", "Marina", "уже занят"),
        ("role", "customer", "нет среди допустимых"),
        ("role", "", "Обязательное"),
        ("password", "", "Задайте пароль или отметьте"),
        ("password", "short", "короткий"),
        ("password", "password123", "широко распространён"),
        ("departments", ["999999"], "больше нет"),
        ("departments", ["x"], "больше нет"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, ilya, customer, field, value, words):
    staff("ёлка", "Ёлка")
    before = Account.objects.count()
    answer = admin.post(ADD, NEWCOMER | {field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert Account.objects.count() == before
    assert not Change.objects.exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Илья 🚀", "O'Брайен; --"])
def test_a_strange_name_is_a_name(admin, site, name):
    assert admin.post(ADD, NEWCOMER | {"name": name}).status_code == 302
    assert Account.objects.filter(name=name).exists()
    assert "<script>alert" not in admin.get(LIST).content.decode()


def test_what_was_typed_is_typed_still(admin, first_line, site):
    place = {"departments": [first_line.pk], f"departments_limit_{first_line.pk}": "x"}
    page = page_of(admin.post(ADD, NEWCOMER | place))
    assert all(typed in page for typed in ("Пётр Новый", 'value="petr"', PASSWORD, 'value="x"'))


def test_a_field_is_checked_as_it_is_left(admin, ilya):
    words = page_of(admin.post(ADD, NEWCOMER | {"login": "Ilya", "check": "login"}))
    assert "уже занят" in words
    assert "<html" not in words


def test_a_login_of_long_ago_may_stay(admin, site):
    old = staff("old login", "Старый")
    assert admin.post(address_of(old), form_of(old, name="Новый")).status_code == 302


@pytest.mark.parametrize("what", ["", "deactivate/", "delete/", "link/", "sign-out/", "activate/"])
def test_a_customer_is_no_account_of_staff(admin, customer, what):
    assert admin.post(f"{address_of(customer)}{what}").status_code == 404


# Two administrators


def test_the_second_is_told_and_loses_nothing(admin, olga, ilya):
    mine = form_of(ilya, name="Моё имя")
    browser_of(olga).post(address_of(ilya), form_of(ilya, login="voron", password=PASSWORD))
    answer = admin.post(address_of(ilya), mine)
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Ольга Дёмина" in page
    assert "логин («ilya» → «voron»)" in page
    assert "пароль" in page
    assert "Моё имя" in page
    ilya.refresh_from_db()
    assert ilya.name == "Илья Воронцов"
    assert admin.post(address_of(ilya), mine | {"shown_version": "2"}).status_code == 302


# Who always remains


def test_the_last_administrator_stays_one(admin, elena):
    answer = admin.post(address_of(elena), form_of(elena, role="operator"))
    assert answer.status_code == 409
    assert "последний администратор" in error_of(answer, "role")
    elena.refresh_from_db()
    assert elena.is_administrator


def test_one_who_is_put_off_is_no_other_administrator(admin, elena, olga):
    admin.post(f"{address_of(olga)}deactivate/")
    assert admin.post(address_of(elena), form_of(elena, role="operator")).status_code == 409
    assert admin.post(f"{address_of(elena)}deactivate/").status_code == 409


def test_of_two_one_may_go(admin, olga, elena):
    assert admin.post(address_of(olga), form_of(olga, role="operator")).status_code == 302
    assert Account.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_nobody_deletes_themselves(admin, elena, olga):
    answer = admin.post(f"{address_of(elena)}delete/")
    assert answer.status_code == 409
    assert "Себя удалить нельзя" in page_of(answer)
    assert Account.objects.staff().filter(pk=elena.pk).exists()


# Putting off and deleting


def test_the_question_says_how_many(admin, ilya, dialogue):
    for deed in ("deactivate", "delete"):
        page = page_of(admin.get(f"{address_of(ilya)}{deed}/"))
        assert "Открытых обращений: 1." in page
        assert "некому ответить, они увидят «Не в сети»: demo" in page
    ilya.refresh_from_db()
    assert ilya.is_active


def test_put_off_and_on_again(admin, ilya):
    admin.post(f"{address_of(ilya)}deactivate/")
    assert not signs_in("ilya")
    assert "Отключён" in page_of(admin.get(LIST))
    admin.post(f"{address_of(ilya)}activate/")
    assert signs_in("ilya")


def deletes(admin, account):
    assert admin.post(f"{address_of(account)}delete/").status_code == 302


def test_a_deleted_account_s_conversations_go_back_to_the_queue(
    transactional_db, admin, ilya, dialogue
):
    deletes(admin, ilya)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.operator) == ("waiting", None)


def test_what_it_wrote_stays_under_its_name(admin, ilya, dialogue):
    answers(ilya, dialogue, "Готово")
    deletes(admin, ilya)
    said = dialogue.messages.get(text="Готово")
    assert (said.author, said.author_name) == (ilya, "Илья Воронцов")


def test_it_is_nowhere_any_more_and_its_login_is_free(admin, ilya, darya, first_line):
    deletes(admin, ilya)
    assert "Илья Воронцов" not in page_of(admin.get(LIST))
    assert admin.get(address_of(ilya)).status_code == 404
    assert not signs_in("ilya")
    assert list(first_line.members.all()) == [darya]
    assert admin.post(ADD, NEWCOMER | {"login": "Ilya"}).status_code == 302
    assert signs_in("Ilya")


def test_signing_out_everywhere_leaves_the_password(admin, ilya):
    theirs = browser_of(ilya)
    assert theirs.get("/help/").status_code == 200
    admin.post(f"{address_of(ilya)}sign-out/")
    assert theirs.get("/help/").status_code == 302
    assert signs_in("ilya")


# The log of changes


def test_each_deed_is_noted_and_no_password(admin, elena, ilya):
    admin.post(address_of(ilya), form_of(ilya, name="Илья", password="an umbrella at noon"))
    for deed in ("link", "sign-out", "deactivate", "activate", "delete"):
        admin.post(f"{address_of(ilya)}{deed}/")
    deeds = ["changed", "link_made", "signed_out", "deactivated", "activated", "deleted"]
    assert list(Change.objects.values_list("deed", flat=True)) == deeds
    changed = Change.objects.get(deed="changed")
    assert (changed.by, changed.address, changed.subject) == (elena, "127.0.0.1", ilya.pk)
    assert changed.before == {"name": "Илья Воронцов"}
    assert changed.after == {"name": "Илья", "password": "изменён"}
    assert "umbrella" not in str(list(Change.objects.values()))


def test_the_use_of_a_link_is_noted(link):
    browser_of().post(link, {"password": PASSWORD})
    used = Change.objects.get(deed="link_used")
    assert (used.by_name, used.subject_name) == ("Пётр Новый", "Пётр Новый")


# Many


def test_the_list_asks_the_same_of_two_hundred(
    admin, site, first_line, second_line, django_assert_max_num_queries
):
    many_operators(200, first_line, second_line)
    with django_assert_max_num_queries(12):
        assert "Оператор 199" in page_of(admin.get(LIST))


@pytest.mark.parametrize("asked", ["ИЛЬЯ", "ilya", "воронцов илья", "ПЕРВОГО уровня илья"])
def test_whoever_is_looked_for_is_found(admin, ilya, anton, asked):
    page = page_of(admin.get(LIST, {"q": asked}))
    assert ("Илья Воронцов" in page, "Антон Белый" in page) == (True, False)


@pytest.mark.parametrize("asked", ["нет такого", "\x00", "%", "'"])
def test_nobody_is_found_in_words(admin, ilya, asked):
    assert "Никого не найдено" in page_of(admin.get(LIST, {"q": asked}))


def test_what_an_operator_was_taken_from_is_offered_to_another(
    transactional_db, admin, first_line, ilya, darya, marina
):
    """Their running conversations stay theirs; what waits for them waits for the others."""
    mine = accepts(ilya, writes(marina).conversation)
    admin.post(address_of(ilya), form_of(ilya, departments=[]))
    assert not Membership.objects.filter(account=ilya).exists()
    assert Conversation.objects.get(pk=mine.pk).operator == ilya
    assert Department.objects.get(pk=first_line.pk).members.get() == darya
