"""One browser, two sides: the sign-ins of customer and staff know nothing of each other."""

import subprocess
import sys

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from sphaera_support.cabinet.models import Customer
from tests.cast import (
    PASSWORD,
    SECOND,
    browser_of,
    cabinet_of,
    signs_in_to_cabinet,
    token,
)
from tests.server import ROOT

CABINET, TOKEN, LEAVE = "/личный-кабинет/", "/личный-кабинет/token/", "/личный-кабинет/выйти/"


def with_cookies_of(browser: Client) -> Client:
    """Another machine to which the cookies were copied."""
    copy = browser_of()
    copy.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
    return copy


@pytest.fixture
def second_customer(customer):
    other = type(customer).objects.create_account(
        "rustam", PASSWORD, name="Рустам", role="customer"
    )
    Customer.objects.create(account=other, full_name="Рустам Ахметов")
    return other


def test_a_session_prepared_by_staff_gets_no_token_of_the_customer(ilya, customer):
    browser = browser_of(ilya)
    attacker = with_cookies_of(browser)
    signs_in_to_cabinet(browser, customer)
    assert browser.get(TOKEN).status_code == 200
    assert attacker.get(TOKEN).status_code == 401
    assert browser.get("/chat/").status_code == 200


def test_a_customer_s_session_prepared_by_another_is_none_of_who_signs_in(
    customer, second_customer
):
    browser = cabinet_of(second_customer)
    attacker = with_cookies_of(browser)
    signs_in_to_cabinet(browser, customer)
    assert browser.get(CABINET).context["customer"].account == customer
    assert attacker.get(TOKEN).status_code == 401


def test_a_key_that_somebody_chose_is_not_kept(customer):
    browser = browser_of()
    browser.cookies["customerid"] = "x" * 32
    signs_in_to_cabinet(browser, customer)
    assert browser.cookies["customerid"].value != "x" * 32


def test_staff_who_sign_in_over_a_prepared_session_get_a_new_one(ilya, darya):
    browser = browser_of(darya)
    attacker = with_cookies_of(browser)
    browser.post("/login/", {"username": "ilya", "password": PASSWORD})
    assert browser.get("/chat/").wsgi_request.user == ilya
    assert attacker.get("/chat/").status_code == 302


@pytest.mark.parametrize("value", ["", "x", "\x00" * 32, "%00" * 20, "é" * 32, "x" * 4000])
def test_a_strange_cookie_is_nobody_and_no_error(site, value):
    assert browser_of().get(TOKEN, headers={"Cookie": f"customerid={value}"}).status_code == 401


def test_a_key_of_staff_opens_no_cabinet_and_a_customer_s_no_zone(ilya, customer):
    staff, owner = browser_of(ilya), cabinet_of(customer)
    swapped = browser_of()
    swapped.cookies["customerid"] = staff.cookies["sessionid"].value
    swapped.cookies["sessionid"] = owner.cookies["customerid"].value
    assert swapped.get(TOKEN).status_code == 401
    assert swapped.get("/chat/").status_code == 302


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(customer):
    browser = cabinet_of(customer)
    copy = with_cookies_of(browser)
    browser.post(LEAVE)
    assert copy.get(TOKEN).status_code == 401


@pytest.mark.parametrize("change", ["put off", "new password", "session cleared"])
def test_a_customer_s_session_ends_with_its_ground(customer, change):
    browser = cabinet_of(customer)
    if change == "put off":
        type(customer).objects.update(is_active=False)
    elif change == "new password":
        customer.set_password("another")
        customer.save()
    else:
        Session.objects.all().delete()
    assert browser.get(TOKEN).status_code == 401


def test_a_customer_s_session_is_cleared_away_in_its_time(customer):
    cabinet_of(customer)
    ends = Session.objects.get().expire_date - timezone.now()
    assert 13.9 < ends.total_seconds() / 86_400 <= 14


def test_both_cookies_are_out_of_reach_of_scripts_and_of_other_sites(ilya, customer):
    browser = browser_of()
    browser.post("/login/", {"username": "ilya", "password": PASSWORD})
    signs_in_to_cabinet(browser, customer)
    for name in ("sessionid", "customerid"):
        cookie = browser.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_with_https_cookies_are_of_this_host_alone(tmp_path):
    asked = ("SESSION_COOKIE_NAME", "CUSTOMER_COOKIE_NAME", "CSRF_COOKIE_NAME")
    code = f"from sphaera_support import settings; print(*(getattr(settings, n) for n in {asked}))"
    environment = {"PUBLIC_URL": "https://support.example.ru", "DATA_DIR": str(tmp_path)}
    told = subprocess.check_output([sys.executable, "-c", code], env=environment, cwd=ROOT)
    assert told.decode().split() == ["__Host-sessionid", "__Host-customerid", "__Host-csrftoken"]


def test_a_form_opened_before_another_customer_came_signs_in_who_fills_it_in(
    wires, marina, customer, second_customer
):
    browser = cabinet_of(customer)
    old = token(marina, at=timezone.now() - SECOND)
    tab = wires.visitor(marina, token=old)
    signs_in_to_cabinet(browser, second_customer)
    assert browser.get(CABINET).context["customer"].account == second_customer
    assert tab.closing() == 4401


def test_a_page_of_who_was_here_before_signs_nobody_else_out(customer, second_customer):
    browser = cabinet_of(second_customer)
    browser.post(LEAVE, {"customer": customer.pk})
    assert browser.get(TOKEN).status_code == 200
    browser.post(LEAVE, {"customer": second_customer.pk})
    assert browser.get(TOKEN).status_code == 401
