"""Who may knock: an operator's cookie is worth nothing in a page of somebody else's."""

import pytest

from tests.cast import ORIGIN, browser_of, token

FOREIGN = [
    *("null", "", "http://evil", "https://evil/127.0.0.1:8000", "http://127.0.0.1:8000.evil"),
    *("http://evil@127.0.0.1:8000", "http://127.0.0.1:8000@evil", "http://127.0.0.1:8001"),
    *("http://127.0.0.1", "https://127.0.0.1:8000", "HTTP://127.0.0.1:8000", "127.0.0.1:8000"),
    *("http://127.0.0.1:8000/", "http://sub.localhost:8000", "http://LOCALHOST:8000", "*"),
    *("http://127.0.0.1:8000 ", "http://127.0.0.1:8000, http://evil", "http://[::1]:8000"),
]


def test_an_operator_is_refused_from_anywhere_else(wires, ilya):
    browser = browser_of(ilya)

    def is_let_in(origin):
        return wires.open("/ws/operator/", origin=origin, cookies=browser).is_accepted

    assert [origin for origin in FOREIGN if is_let_in(origin)] == []


def test_an_operator_is_refused_without_an_origin(wires, ilya):
    assert not wires.open("/ws/operator/", origin=None, cookies=browser_of(ilya)).is_accepted


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:8000"])
def test_an_operator_comes_from_our_own_pages(wires, ilya, origin):
    assert wires.open("/ws/operator/", origin=origin, cookies=browser_of(ilya)).is_accepted


def test_a_visitor_is_refused_from_anywhere_else(wires, site):
    path = f"/ws/visitor/{site.key}/"
    codes = {origin: wires.open(path, origin=origin).closing() for origin in FOREIGN}
    assert codes == dict.fromkeys(FOREIGN, 4403)


def test_a_visitor_may_come_without_an_origin(wires, site, marina):
    socket = wires.open(f"/ws/visitor/{site.key}/", origin=None)
    socket.say("hello", token=token(marina))
    socket.expect("welcome")


def test_there_are_no_other_sockets(wires, site):
    paths = ["/ws/", "/ws/operator", "/ws/visitor/", "/ws/visitor/a/b/", "/"]
    assert [path for path in paths if wires.open(path).is_accepted] == []


def test_without_a_session_there_is_no_zone(wires, site):
    socket = wires.open("/ws/operator/")
    socket.say("hello")
    assert socket.closing() == 4401


def test_a_session_that_nobody_knows_is_none(wires, site):
    browser = browser_of()
    browser.cookies["sessionid"] = "x" * 32
    socket = wires.open("/ws/operator/", cookies=browser)
    socket.say("hello")
    assert socket.closing() == 4401


def test_a_session_from_before_a_new_password_is_none(wires, ilya):
    browser = browser_of(ilya)
    ilya.set_password("another")
    ilya.save()
    socket = wires.open("/ws/operator/", cookies=browser)
    socket.say("hello")
    assert socket.closing() == 4401


def test_a_customer_has_no_zone(wires, customer):
    socket = wires.open("/ws/operator/", cookies=browser_of(customer))
    socket.say("hello")
    assert socket.closing() == 4403


def test_a_customer_of_the_cabinet_has_no_zone(wires, customer):
    from tests.cast import cabinet_of

    socket = wires.open("/ws/operator/", cookies=cabinet_of(customer))
    socket.say("hello")
    assert socket.closing() == 4401


def test_an_account_that_was_put_off_has_no_zone(wires, ilya):
    browser = browser_of(ilya)
    ilya.is_active = False
    ilya.save()
    socket = wires.open("/ws/operator/", cookies=browser)
    socket.say("hello")
    assert socket.closing() == 4403
