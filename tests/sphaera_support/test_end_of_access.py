"""Signing out and being put off end what is open, at once."""

import pytest

from chat.models import Conversation
from operators.models import Lease
from tests.cast import browser_of, cabinet_of, signs_in_to_cabinet, token

WITHIN = 5.0  # seconds: what security.md allows when the doorbell was lost


def test_signing_out_of_the_cabinet_closes_every_window(wires, marina, customer):
    browser = cabinet_of(customer)
    tabs = [wires.visitor(marina) for _tab in range(2)]
    browser.post("/личный-кабинет/выйти/")
    assert [tab.closing() for tab in tabs] == [4401, 4401]


def test_signing_out_of_the_cabinet_voids_the_tokens(wires, marina, customer):
    browser, old = cabinet_of(customer), token(marina)
    browser.post("/личный-кабинет/выйти/")
    tab = wires.open("/ws/visitor/demo/")
    tab.say("hello", token=old)
    assert tab.closing() == 4401
    assert browser_of().get("/widget/demo/window/", headers=bearer(old)).status_code == 401


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_who_signs_in_again_is_let_in_again(wires, marina, customer):
    browser = cabinet_of(customer)
    browser.post("/личный-кабинет/выйти/")
    signs_in_to_cabinet(browser, customer)
    fresh = browser.get("/личный-кабинет/token/").json()["token"]
    assert wires.visitor(marina, token=fresh).welcome


def test_another_customer_s_window_stays(wires, sergey, customer):
    tab = wires.visitor(sergey)
    cabinet_of(customer).post("/личный-кабинет/выйти/")
    tab.settle()
    assert tab.close_code is None


def test_signing_out_closes_the_operator_s_socket(wires, ilya):
    browser = browser_of(ilya)
    zone = wires.operator(ilya, browser=browser)
    browser.post("/logout/")
    assert zone.closing(1.5) == 4401
    assert Lease.objects.get().ending == Lease.Ending.SIGNED_OUT


def test_a_session_that_vanished_closes_the_socket_without_a_doorbell(wires, ilya):
    browser = browser_of(ilya)
    zone = wires.operator(ilya, browser=browser)
    browser.session.flush()
    assert zone.closing(WITHIN + 2) == 4401


def test_a_new_password_closes_the_socket(wires, ilya):
    zone = wires.operator(ilya)
    ilya.set_password("another")
    ilya.save()
    assert zone.closing(WITHIN + 2) == 4401


def test_being_put_off_closes_the_socket(wires, ilya, elena):
    zone = wires.operator(ilya)
    browser_of(elena).post(f"/accounts/{ilya.pk}/deactivate/")
    assert zone.closing(1.5) == 4403


def test_the_conversations_of_who_was_put_off_return_to_the_queue(
    wires, marina, ilya, darya, elena, dialogue
):
    tab, colleague = wires.visitor(marina), wires.operator(darya)
    browser_of(elena).post(f"/accounts/{ilya.pk}/deactivate/")
    assert tab.expect("conversation", state="waiting")["position"] == 1
    assert colleague.expect("conversation", state="waiting")["id"] == dialogue.public_id
    assert tab.expect("message")["text"].startswith("Оператор отключился")


def test_a_colleague_can_then_take_them(wires, marina, ilya, darya, elena, dialogue):
    browser_of(elena).post(f"/accounts/{ilya.pk}/deactivate/")
    zone = wires.operator(darya)
    assert zone.ask("accept", conversation=dialogue.public_id)["type"] == "ack"
    assert Conversation.objects.get().operator == darya


def test_who_was_put_off_and_on_again_signs_in_anew(wires, ilya, elena):
    admin = browser_of(elena)
    for change in ("deactivate", "activate"):
        admin.post(f"/accounts/{ilya.pk}/{change}/")
    assert wires.operator(ilya).welcome


def test_the_last_administrator_stays(wires, elena):
    answer = browser_of(elena).post(f"/accounts/{elena.pk}/deactivate/")
    elena.refresh_from_db()
    assert (answer.status_code, elena.is_active) == (409, True)


@pytest.mark.parametrize("path", ["/личный-кабинет/", "/личный-кабинет/выйти/"])
def test_a_customer_in_the_same_browser_does_not_cost_the_operator_the_place(
    wires, ilya, customer, path
):
    """A browser may hold both; each comes and goes alone."""
    browser = browser_of(ilya)
    zone = wires.operator(ilya, browser=browser)
    signs_in_to_cabinet(browser, customer)
    browser.post(path)
    wires.run(wires.hub()._check_access())
    zone.settle()
    assert zone.close_code is None


def test_the_operator_s_leaving_leaves_the_customer_in(ilya, customer):
    browser = browser_of(ilya)
    signs_in_to_cabinet(browser, customer)
    browser.post("/logout/")
    assert browser.get("/личный-кабинет/token/").status_code == 200
    assert browser.get("/chat/").status_code == 302


def test_the_customer_s_leaving_leaves_the_operator_in(ilya, customer):
    browser = browser_of(ilya)
    signs_in_to_cabinet(browser, customer)
    browser.post("/личный-кабинет/выйти/")
    assert browser.get("/личный-кабинет/token/").status_code == 401
    assert browser.get("/chat/").status_code == 200
