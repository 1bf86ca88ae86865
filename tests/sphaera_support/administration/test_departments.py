"""Departments by their pages: what is saved, what is refused at which field, what is noted."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat.actions.sweep import sweep
from chat.models import Conversation, Message
from departments.models import Department, Membership, Site
from operators.models import Change, OnlyGrows, Role
from tests.cast import accepts, browser_of, closes, is_present, staff, writes
from tests.sphaera_support.administration.forms import (
    DEPARTMENT,
    error_of,
    many_operators,
    page_of,
    shown_version,
)

pytestmark = pytest.mark.once

LIST, ADD = "/settings/departments/", "/settings/departments/add/"


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def form_of(department, **fields):
    """As its page shows it, with these fields typed over."""
    sites = list(department.sites.values_list("pk", flat=True))
    shown = {
        **DEPARTMENT,
        "name": department.name,
        "level": str(department.level),
        "members": list(department.memberships.values_list("account", flat=True)),
        "sites": sites,
        "shown_version": department.version,
    }
    return shown | fields


def address_of(department):
    return f"{LIST}{department.pk}/"


# Saving


def test_a_new_department_stands_on_the_list(admin, site, ilya):
    members = {"members": [ilya.pk], f"members_limit_{ilya.pk}": "3"}
    answer = admin.post(ADD, {**DEPARTMENT, **members, "sites": [site.pk]})
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?saved=saved")
    department = Department.objects.get(name="Ночная смена")
    assert list(department.memberships.values_list("account", "limit")) == [(ilya.pk, 3)]
    assert list(department.sites.all()) == [site]
    listed = page_of(admin.get(LIST))
    assert "Ночная смена" in listed
    assert "0/3" in listed


def test_all_that_was_typed_is_kept(admin, first_line, site):
    typed = {
        "name": "Первая   линия",
        "level": "2",
        "distribution": "in_turn",
        "offer_timeout": "45",
        "greeting": "Здравствуйте, {имя}! Я {оператор}.",
        "waiting_text": "Вы {место}-й.",
        "sites": [],
    }
    admin.post(address_of(first_line), form_of(first_line, **typed, even_alone="1"))
    first_line.refresh_from_db()
    assert (first_line.name, first_line.level) == ("Первая линия", 2)
    assert first_line.offer_timeout.total_seconds() == 45
    assert first_line.greeting == "Здравствуйте, {имя}! Я {оператор}."
    assert list(first_line.sites.all()) == []


def test_who_is_taken_out_is_out_and_the_turn_of_the_others_stays(admin, first_line, ilya, darya):
    Membership.objects.filter(account=darya).update(offered_at=timezone.now())
    admin.post(address_of(first_line), form_of(first_line, members=[darya.pk]))
    (membership,) = first_line.memberships.all()
    assert membership.account == darya
    assert membership.offered_at is not None


def test_the_order_within_a_level_says_who_gets_new_visitors(admin, site, first_line, ilya, marina):
    second = Department.objects.create(name="Вторая смена")
    site.departments.add(second)
    Membership.objects.create(department=second, account=ilya)
    admin.post(f"{address_of(second)}move/", {"where": "up"})
    assert [one.name for one in Department.objects.filter(level=1)] == [
        "Вторая смена",
        "Поддержка первого уровня",
    ]
    assert writes(marina).conversation.department == second


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        ("Добрый день, {имя}!", "Добрый день, Орлова Марина!"),
        ("{оператор}, {сайт}", "Ваш Илья, demo"),
    ],
)
def test_the_greeting_says_who_is_who(first_line, waiting, ilya, greeting, said):
    ilya.shown_name = "Ваш Илья"
    ilya.save()
    Department.objects.filter(pk=first_line.pk).update(greeting=greeting)
    accepts(ilya, waiting)
    assert Message.objects.filter(text=said).exists()


def test_the_waiting_text_says_the_place(first_line, marina, sergey):
    Department.objects.filter(pk=first_line.pk).update(waiting_text="Ваше место: {место}")
    writes(marina)
    writes(sergey)
    said = Message.objects.filter(text__startswith="Ваше место").order_by("pk")
    assert [message.text for message in said] == ["Ваше место: 1", "Ваше место: 2"]


# Refusing


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Обязательное"),
        ("name", "   ", "Обязательное"),
        ("name", "\u200b\u2060", "Обязательное"),
        ("name", "я" * 101, "не более 100"),
        ("name", "Смена\x00", "управляющие"),
        ("name", "Смена \u202egpj", "управляющие"),
        ("name", "ПОДДЕРЖКА первого  уровня", "уже есть"),
        ("level", "4", "нет среди допустимых"),
        ("level", "", "Обязательное"),
        ("distribution", "magic", "нет среди допустимых"),
        ("offer_timeout", "4", "больше либо равно 5"),
        ("offer_timeout", "3601", "меньше либо равно 3600"),
        ("offer_timeout", "скоро", "целое число"),
        ("offer_timeout", "9" * 5000, "целое число"),
        ("greeting", "я" * 1001, "не более 1000"),
        ("greeting", "Вы {место}-й", "Можно: {имя}, {оператор}, {сайт}"),
        ("greeting", "Раз\x07два", "управляющие"),
        ("waiting_text", "Ждёт {оператор}", "Можно: {имя}, {сайт}, {место}"),
        ("members", ["999999"], "больше нет"),
        ("members", ["' OR 1=1"], "больше нет"),
        ("sites", ["999999"], "нет среди допустимых"),
        ("sites", ["x"], "нет среди допустимых"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, site, field, value, words):
    before = Department.objects.count()
    answer = admin.post(ADD, {**DEPARTMENT, field: value})
    assert answer.status_code == 422
    assert words in error_of(answer, field)
    assert Department.objects.count() == before
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"limit": "-1"}, {"limit": "101"}, {"limit": "два"}, {"priority": "77"}]
)
def test_a_limit_that_is_none_is_refused_by_name(admin, site, ilya, typed):
    terms = {f"members_{what}_{ilya.pk}": value for what, value in typed.items()}
    answer = admin.post(ADD, {**DEPARTMENT, "members": [ilya.pk], **terms})
    assert answer.status_code == 422
    assert error_of(answer, "members").startswith("Илья Воронцов: предел")


def test_a_customer_is_no_operator(admin, site, customer):
    answer = admin.post(ADD, {**DEPARTMENT, "members": [customer.pk]})
    assert answer.status_code == 422


def test_what_was_typed_is_typed_still(admin, site, ilya):
    terms = {"members": [ilya.pk], f"members_limit_{ilya.pk}": "много"}
    page = page_of(
        admin.post(ADD, {**DEPARTMENT, "greeting": "Привет, {имя}", **terms, "level": "3"})
    )
    assert all(typed in page for typed in ("Ночная смена", "Привет, {имя}", 'value="много"'))
    assert '<option value="3" selected>' in page
    assert f'name="members" value="{ilya.pk}" checked' in page


@pytest.mark.parametrize("name", ["<b>Жирный</b>", "Поддержка 🚀", "'; DROP TABLE --"])
def test_a_strange_name_is_a_name(admin, site, name):
    assert admin.post(ADD, {**DEPARTMENT, "name": name}).status_code == 302
    assert Department.objects.filter(name=name).exists()
    assert "<b>Жирный" not in admin.get(LIST).content.decode()


def test_a_field_is_checked_as_it_is_left(admin, first_line, site):
    typed = {**DEPARTMENT, "name": first_line.name.upper(), "check": "name"}
    answer = admin.post(ADD, typed)
    assert answer.status_code == 200
    assert "уже есть" in page_of(answer)
    assert "<html" not in page_of(answer)
    assert page_of(admin.post(ADD, typed | {"name": "Новая"})).strip() == ""
    assert not Department.objects.filter(name="Новая").exists()


def test_its_own_name_is_no_other_s(admin, first_line, site):
    assert (
        admin.post(address_of(first_line), form_of(first_line, sites=[site.pk])).status_code == 302
    )


# What it means for visitors


def test_taking_the_last_away_is_asked(admin, first_line, site, ilya):
    """Two presses: the first says which site would be left alone."""
    typed = form_of(first_line, members=[])
    answer = admin.post(address_of(first_line), typed)
    assert answer.status_code == 409
    assert "станет некому ответить" in page_of(answer)
    assert ": demo" in page_of(answer)
    assert first_line.memberships.exists()
    assert admin.post(address_of(first_line), typed | {"even_alone": "1"}).status_code == 302
    assert not first_line.memberships.exists()


def test_another_department_of_the_first_level_takes_them(admin, site, first_line, ilya, darya):
    other = Department.objects.create(name="Вторая смена")
    site.departments.add(other)
    Membership.objects.create(department=other, account=darya)
    answer = admin.post(address_of(first_line), form_of(first_line, members=[]))
    assert answer.status_code == 302


# Two administrators


def test_the_second_is_told_and_loses_nothing(admin, first_line, site, ilya):
    colleague = browser_of(staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR))
    mine = form_of(first_line, name="Моё название", greeting="Мой привет")
    colleague.post(address_of(first_line), form_of(first_line, level="2", even_alone="1"))
    answer = admin.post(address_of(first_line), mine)
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Ольга Дёмина" in page
    assert "уровень («1» → «2»)" in page
    assert "Моё название" in page
    assert "Мой привет" in page
    first_line.refresh_from_db()
    assert first_line.name == "Поддержка первого уровня"
    again = mine | {"shown_version": first_line.version, "even_alone": "1"}
    assert f'name="shown_version" value="{first_line.version}"' in page
    assert admin.post(address_of(first_line), again).status_code == 302
    first_line.refresh_from_db()
    assert first_line.name == "Моё название"


def test_a_form_without_a_version_is_an_old_one(admin, first_line, site):
    typed = form_of(first_line)
    del typed["shown_version"]
    assert admin.post(address_of(first_line), typed).status_code == 409


def test_the_page_shows_its_version(admin, first_line, site):
    assert shown_version(admin, address_of(first_line)) == "1"
    admin.post(address_of(first_line), form_of(first_line, even_alone="1"))
    assert shown_version(admin, address_of(first_line)) == "2"


# Deleting


def test_what_is_open_has_to_go_somewhere(admin, first_line, second_line, dialogue):
    answer = admin.post(f"{address_of(first_line)}delete/", {})
    assert answer.status_code == 422
    assert "куда передать" in error_of(answer, "to")
    assert Department.objects.filter(pk=first_line.pk).exists()


def test_the_question_says_how_many(admin, first_line, second_line, dialogue, sergey):
    writes(sergey)
    page = page_of(admin.get(f"{address_of(first_line)}delete/"))
    assert "открыто обращений: 1, ждут в очереди: 1" in page
    assert "Передать и удалить" in page
    assert "станет некому ответить, они увидят «Не в сети»: demo" in page


def deletes(admin, department, to=""):
    """As the page of the question does."""
    data = {"to": to and to.pk}
    assert admin.post(f"{address_of(department)}delete/", data).status_code == 302


@pytest.fixture
def committed(transactional_db):
    """What follows a commit happens."""


def test_what_waits_and_what_goes_on_is_moved_and_told_once(
    committed, admin, first_line, second_line, dialogue, sergey, anton
):
    waiting = writes(sergey).conversation
    deletes(admin, first_line, second_line)
    for conversation in (dialogue, waiting):
        conversation.refresh_from_db()
        assert (conversation.department, conversation.state) == (second_line, "waiting")
        told = Message.objects.filter(conversation=conversation, code="queued")
        assert [line.params["department"] for line in told] == ["Поддержка второго уровня"]


def test_who_answers_and_is_of_the_other_too_goes_on(
    committed, admin, first_line, second_line, dialogue, ilya
):
    Membership.objects.create(department=second_line, account=ilya)
    deletes(admin, first_line, second_line)
    dialogue.refresh_from_db()
    assert (dialogue.department, dialogue.operator) == (second_line, ilya)


def test_its_name_is_free_and_stays_in_history(admin, first_line, second_line, dialogue, ilya):
    closes(ilya, dialogue)
    deletes(admin, first_line)
    assert first_line.name not in page_of(admin.get(LIST))
    assert admin.post(ADD, {**DEPARTMENT, "name": first_line.name}).status_code == 302
    closed = Conversation.objects.select_related("department").get()
    assert closed.department.name == "Поддержка первого уровня"
    assert closed.department.deleted_at is not None


def test_a_dump_leaves_it_in(admin, first_line, second_line):
    deletes(admin, first_line)
    dump = StringIO()
    call_command("dumpdata", "departments", "operators", stdout=dump)
    assert first_line.name in [one["fields"].get("name") for one in json.loads(dump.getvalue())]


def test_there_is_no_page_of_it(admin, first_line, second_line):
    deletes(admin, first_line)
    for page in ("", "delete/"):
        assert admin.get(f"{address_of(first_line)}{page}").status_code == 404
    assert admin.post(f"{address_of(first_line)}move/").status_code == 404


def test_what_is_reopened_goes_where_the_rest_went(
    committed, admin, first_line, second_line, dialogue, sergey, ilya, marina
):
    closes(ilya, dialogue)
    writes(sergey)
    deletes(admin, first_line, second_line)
    assert writes(marina).conversation.department == second_line


def test_what_came_into_it_meanwhile_is_moved_by_the_sweep(
    committed, admin, site, first_line, second_line, marina
):
    deletes(admin, first_line)
    at = timezone.now()
    conversation = Conversation.objects.create(
        visitor=marina,
        department_id=first_line.pk,
        started_at=at,
        changed_at=at,
        waiting_since=at,
        queued_at=at,
    )
    site.departments.add(Department.objects.create(name="Новая первая"))
    sweep(at=timezone.now(), trusts_leases=False)
    conversation.refresh_from_db()
    assert conversation.department.name == "Новая первая"


def test_without_another_department_nothing_open_is_left_alone(admin, site, first_line, waiting):
    Department.objects.exclude(pk=first_line.pk).delete()
    page = page_of(admin.get(f"{address_of(first_line)}delete/"))
    assert "Передать их некуда" in page
    assert "Передать и удалить" not in page


# The log of changes


def test_each_change_is_noted(admin, elena, first_line, site, ilya):
    admin.post(address_of(first_line), form_of(first_line, level="2", members=[], even_alone="1"))
    (change,) = Change.objects.all()
    assert (change.by, change.by_name, change.address) == (elena, "Елена Соколова", "127.0.0.1")
    assert (change.kind, change.subject, change.deed) == ("department", first_line.pk, "changed")
    assert change.before == {"level": 1, "members": [["Илья Воронцов", 1, 0]]}
    assert change.after == {"level": 2, "members": []}


def test_adding_and_deleting_are_noted(admin, second_line, site):
    admin.post(ADD, DEPARTMENT)
    deletes(admin, second_line)
    deeds = Change.objects.values_list("deed", "subject_name")
    assert list(deeds) == [("added", "Ночная смена"), ("deleted", "Поддержка второго уровня")]


def test_what_is_noted_stays(admin, site):
    admin.post(ADD, DEPARTMENT)
    note = Change.objects.get()
    for tampering in (
        note.save,
        note.delete,
        Change.objects.all().delete,
        lambda: Change.objects.update(by_name="Никто"),
    ):
        with pytest.raises(OnlyGrows):
            tampering()


# Many


def test_the_list_asks_the_same_of_fifty(admin, site, django_assert_max_num_queries):
    departments = [
        Department.objects.create(name=f"Отдел {number}", level=number % 3 + 1)
        for number in range(50)
    ]
    site.departments.set(departments)
    many_operators(4, *departments)
    with django_assert_max_num_queries(12):
        assert "Отдел 49" in page_of(admin.get(LIST))


def test_of_a_crowd_those_who_are_there_come_first(admin, first_line, site):
    many_operators(60, first_line)
    late = staff("late", "Яков Поздний", first_line)
    is_present(late)
    listed = page_of(admin.get(LIST))
    assert "Яков Поздний" in listed
    assert "и ещё 31" in listed


def test_the_form_asks_the_same_of_many(admin, first_line, site, django_assert_max_num_queries):
    many_operators(400, first_line)
    Site.objects.bulk_create(Site(key=f"site{number}", name="Сайт") for number in range(100))
    with django_assert_max_num_queries(12):
        assert "Оператор 399" in page_of(admin.get(address_of(first_line)))


def test_the_form_of_many_is_taken(admin, first_line, site):
    """Three fields for each of them."""
    operators = many_operators(400, first_line)
    limits = {f"members_limit_{operator.pk}": "7" for operator in operators}
    priorities = {f"members_priority_{operator.pk}": "2" for operator in operators}
    sent = form_of(first_line, **limits, **priorities)
    assert admin.post(address_of(first_line), sent).status_code == 302
    assert first_line.memberships.filter(limit=7, priority=2).count() == 400


def test_an_empty_list_says_what_it_is_for(admin, first_line, second_line, third_line, site):
    Site.objects.all().delete()
    Department.objects.all().delete()
    assert "Добавить первый отдел" in page_of(admin.get(LIST))
