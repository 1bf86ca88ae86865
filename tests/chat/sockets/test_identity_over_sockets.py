"""The same attacks at the door: the socket closes with 4401, and the log says no error."""

import pytest
from django.utils import timezone

from chat.actions.visitors import end_chat_session
from tests.cast import SECOND, signed, token
from tests.chat.widget.test_identity_tokens import ATTACKS

# A frame cannot carry these: they are refused as frames, and nobody is let in either.
NO_FRAME = {"one megabyte", "lone surrogate", "subject of 10 KB"}


def knock(wires, site, token):
    tab = wires.open(f"/ws/visitor/{site.key}/")
    tab.say("hello", token=token)
    return tab


def test_every_attack_ends_with_4401(wires, site):
    for name in ATTACKS.keys() - NO_FRAME:
        tab = knock(wires, site, ATTACKS[name](site))
        assert (name, tab.closing(), tab.frames) == (name, 4401, [])


@pytest.mark.parametrize("name", sorted(NO_FRAME))
def test_what_no_frame_can_carry_is_an_error_and_no_welcome(wires, site, name):
    tab = knock(wires, site, ATTACKS[name](site))
    assert tab.expect("error")["code"] in ("invalid", "too_large")
    assert not tab.of("welcome")


def test_a_stranger_s_key_ends_with_4403(wires, site, marina):
    tab = wires.open("/ws/visitor/nowhere/")
    tab.say("hello", token=token(marina))
    assert tab.closing() == 4403


def test_a_site_that_was_put_off_lets_nobody_in(wires, site, marina):
    site.is_active = False
    site.save()
    assert knock(wires, site, token(marina)).closing() == 4403


def test_a_token_from_before_the_sign_out_opens_nothing(wires, site, marina):
    old = token(marina, at=timezone.now() - SECOND)
    end_chat_session(site, "marina", at=timezone.now())
    assert knock(wires, site, old).closing() == 4401


def test_a_session_of_staff_is_no_identity_of_a_visitor(wires, site, ilya):
    from tests.cast import browser_of

    tab = wires.open(f"/ws/visitor/{site.key}/", cookies=browser_of(ilya))
    tab.say("hello", token="")
    assert tab.closing() == 4401


def test_the_socket_ends_with_its_token(wires, site):
    exp = timezone.now().timestamp() + 2
    tab = knock(wires, site, signed(site, exp=exp))
    tab.expect("welcome")
    assert tab.closing() == 4401
    assert exp <= timezone.now().timestamp() < exp + 3


def test_a_fresh_token_prolongs_the_socket(wires, site):
    tab = knock(wires, site, signed(site, exp=timezone.now().timestamp() + 2))
    tab.expect("welcome")
    assert tab.ask("token", token=signed(site))["type"] == "ack"
    assert wires.hub().visitors.copy().pop().expires_at > timezone.now() + 100 * SECOND


def test_a_fresh_token_of_somebody_else_ends_it(wires, marina, sergey):
    tab = wires.visitor(marina)
    tab.say("token", id="6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11", token=token(sergey))
    assert tab.closing() == 4401
