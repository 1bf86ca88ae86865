"""The list of operators comes row by row: the changed one alone, as a page has it."""

import re

import pytest

from chat.actions.accounts import deactivate_account
from operators.models import Account
from tests.cast import accepts, browser_of, staff
from tests.chat.sockets.test_pulse import loses

__all__ = ["loses"]  # a fixture


def row_of(account):
    return f"operator-{account.pk}"


def rows_told(wire):
    targets = [frame["target"] for frame in wire.of("fragment")]
    return [target for target in targets if target.startswith("operator-")]


def rows_on_the_page(account):
    page = browser_of(account).get("/chat/?part=lists").content.decode()
    (listed,) = re.findall(r"<operator-list.*?</operator-list>", page, re.DOTALL)
    return re.findall(r'<li class="operator.*?</li>', listed, re.DOTALL)


def rows_in(frames):
    """What a page shows that was told all of these."""
    shown = {}
    for frame in frames:
        if frame["type"] == "fragment" and frame["target"].startswith("operator-"):
            shown[frame["target"]] = frame["html"]
    return sorted((html for html in shown.values() if html), key=order_of)


def order_of(html):
    (order,) = re.findall(r'data-order="([^"]*)"', html)
    return order


@pytest.fixture
def zone(wires, darya):
    """A colleague who was told of everybody."""
    zone = wires.operator(darya)
    wires.hub().load_changed()
    zone.settle()
    return zone


def test_who_comes_is_told_by_their_row_alone_and_once(wires, ilya, anton, zone):
    zone.forget()
    wires.operator(ilya)
    assert "dot--on" in zone.expect("fragment", target=row_of(ilya))["html"]
    zone.settle()
    assert rows_told(zone) == [row_of(ilya)]


def test_what_one_chooses_is_one_row(wires, ilya, anton, zone):
    other = wires.operator(ilya)
    zone.forget()
    other.ask("presence", value="busy")
    assert "dot--busy" in zone.expect("fragment", target=row_of(ilya))["html"]
    zone.settle()
    assert rows_told(zone) == [row_of(ilya)]


def test_who_takes_a_conversation_has_one_more(wires, ilya, waiting, zone):
    wires.operator(ilya)
    zone.forget()
    accepts(ilya, waiting)
    assert ">1</span>" in zone.expect("fragment", target=row_of(ilya))["html"]
    zone.settle()
    assert rows_told(zone) == [row_of(ilya)]


def test_where_nothing_is_another_nothing_is_told(wires, zone):
    zone.forget()
    wires.hub().load_changed()
    zone.settle()
    assert rows_told(zone) == []


def test_somebody_new_is_told(wires, zone, first_line):
    new = staff("new", "Новый Оператор", first_line)
    wires.hub().load_changed()
    zone.settle()
    assert "Новый Оператор" in zone.expect("fragment", target=row_of(new))["html"]


def test_who_was_deactivated_goes(wires, ilya, elena, zone):
    wires.operator(ilya)
    zone.forget()
    deactivate_account(ilya, at=ilya.intention_at)
    gone = zone.expect("fragment", target=row_of(ilya), action="remove")
    assert gone["html"] == ""


def test_the_frames_make_the_list_that_a_page_has(wires, darya, ilya, anton, waiting):
    zone = wires.operator(darya)
    wires.operator(ilya).ask("presence", value="break", comment="обед")
    accepts(darya, waiting)
    Account.objects.filter(pk=anton.pk).update(name="Ёлкин Антон")
    zone.settle()
    wires.hub().load_changed()
    zone.settle()
    assert rows_in(zone.frames) == [html.strip() for html in rows_on_the_page(darya)]


def test_after_a_reconnect_the_page_s_list_is_gone_on_from(wires, zone, darya, ilya):
    zone.disconnect()
    wires.operator(ilya)
    again = wires.operator(darya)
    listed = rows_on_the_page(darya)
    again.settle()
    told = rows_in(again.frames)
    assert set(told) <= {html.strip() for html in listed}


def test_a_lost_word_of_who_came_is_told_by_the_pulse(wires, loses, darya, ilya):
    loses(1.0)
    zone = wires.operator(darya)
    wires.operator(ilya)
    assert zone.by_pulse("fragment", target=row_of(ilya))
