"""Two administrators at the same moment, on real threads."""

import pytest
from django.utils import timezone

from chat.actions.accounts import (
    AccountDraft,
    LastAdministrator,
    LoginTaken,
    add_account,
    change_account,
    delete_account,
)
from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.departments import (
    DepartmentDraft,
    DepartmentNameTaken,
    add_department,
    change_department,
)
from chat.actions.sites import SiteNameTaken, add_site, change_site
from departments.models import Department
from operators.models import Account, Role
from tests.cast import PASSWORD, staff
from tests.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga(site):
    return staff("olga", "Ольга Дёмина", role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("are_there_others", [True, False])
def test_of_one_name_there_is_one_department(elena, olga, are_there_others):
    if not are_there_others:
        Department.objects.all().delete()

    def adds(who, name):
        return lambda: add_department(Doer(who), DepartmentDraft(name=name), at=timezone.now())

    names = ("Смена", "Смена") if not are_there_others else ("Смена", "СМЕНА")
    outcomes = at_once([adds(elena, names[0]), adds(olga, names[1])])
    assert sorted(type(one).__name__ for one in outcomes) == ["Department", "DepartmentNameTaken"]
    assert any(isinstance(one, DepartmentNameTaken) for one in outcomes)


def test_of_one_name_there_is_one_site(elena, olga):
    def adds(who, name):
        return lambda: add_site(Doer(who), {"name": name}, at=timezone.now())

    outcomes = at_once([adds(elena, "Магазин"), adds(olga, "МАГАЗИН")])
    assert sorted(type(one).__name__ for one in outcomes) == ["Site", "SiteNameTaken"]
    assert any(isinstance(one, SiteNameTaken) for one in outcomes)


def test_of_one_login_there_is_one_account(elena, olga):
    def adds(who, login):
        draft = AccountDraft(name="Пётр", login=login, password=PASSWORD)
        return lambda: add_account(Doer(who), draft, at=timezone.now())

    outcomes = at_once([adds(elena, "petr"), adds(olga, "PETR")])
    assert sum(isinstance(one, LoginTaken) for one in outcomes) == 1
    assert Account.objects.filter(name="Пётр").count() == 1


def test_of_two_who_delete_each_other_one_stays(elena, olga):
    def deletes(who, whom):
        return lambda: delete_account(Doer(who), whom.pk, at=timezone.now())

    outcomes = at_once([deletes(elena, olga), deletes(olga, elena)])
    assert len(outcomes) <= 1
    assert all(isinstance(one, LastAdministrator) for one in outcomes)
    assert Account.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1


def test_of_two_who_save_one_form_one_is_told(elena, olga, site, first_line, ilya):
    def saves_department(who, name):
        draft = DepartmentDraft(name=name)
        return lambda: change_department(
            Doer(who), first_line.pk, draft, shown=1, even_alone=True, at=timezone.now()
        )

    def saves_account(who, name):
        draft = AccountDraft(name=name, login="ilya")
        return lambda: change_account(
            Doer(who), ilya.pk, draft, shown=1, even_alone=True, at=timezone.now()
        )

    def saves_site(who, name):
        return lambda: change_site(Doer(who), site.pk, {"name": name}, shown=1, at=timezone.now())

    for saves in (saves_department, saves_account, saves_site):
        outcomes = at_once([saves(elena, "Одно"), saves(olga, "Другое")])
        (told,) = outcomes
        assert isinstance(told, ChangedMeanwhile)
        assert [change.version for change in told.changes] == [2]
