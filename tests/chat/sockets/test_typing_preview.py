"""What a visitor is typing: read by who answers, where the site shows it, and kept nowhere."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.cast import SECRET, browser_of, token


@pytest.fixture
def previews(site):
    site.previews_typing = True
    site.save()


def types(tab, text=SECRET, **fields):
    tab.say("typing", text=text, **({"on": True} | fields))


def window_of(visitor):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get("/widget/demo/window/", headers=bearer).content.decode()


def test_nothing_of_it_is_passed_on_unless_the_site_shows_it(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert tab.welcome["previews"] is False
    assert "data-previews" not in window_of(marina)
    types(tab)
    assert zone.expect("typing", on=True)["text"] == ""
    zone.settle()
    assert SECRET not in "".join(zone.raw)


def test_who_answers_reads_it(wires, marina, ilya, dialogue, previews):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert tab.welcome["previews"] is True
    assert "data-previews" in window_of(marina)
    types(tab, "Не могу\nнайти")
    zone.expect("typing", on=True, text="Не могу найти", conversation=dialogue.public_id)
    types(tab, "Не могу", on=False)
    zone.expect("typing", on=False, text="")


def test_nobody_else_does(wires, marina, sergey, ilya, darya, anton, zoya, dialogue, previews):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    others = [wires.operator(one) for one in (darya, anton, zoya)]
    others += [wires.visitor(one) for one in (marina, sergey)]
    types(tab)
    zone.expect("typing", text=SECRET)
    for other in (*others, tab):
        other.settle()
        assert SECRET not in "".join(other.raw)


def test_it_is_neither_stored_nor_logged(wires, marina, ilya, dialogue, previews, caplog):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    caplog.set_level("DEBUG")
    types(tab)
    zone.expect("typing", text=SECRET)
    zone.settle()
    stored = StringIO()
    call_command("dumpdata", stdout=stored)
    assert SECRET not in stored.getvalue()
    assert SECRET not in caplog.text


def test_too_much_at_once_is_not_passed_on(wires, marina, ilya, dialogue, previews):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    for number in range(50):
        types(tab, f"{number} {SECRET}")
    tab.settle()
    zone.settle()
    assert 1 <= len([frame for frame in zone.of("typing") if SECRET in frame["text"]]) < 25


def test_what_is_too_long_is_refused_and_the_socket_lives(wires, marina, ilya, dialogue, previews):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    types(tab, "я" * 501)
    assert tab.expect("error")["code"] == "invalid"
    types(tab, "а\x00б" + "я" * 400)
    assert zone.expect("typing")["text"] == "аб" + "я" * 400


def test_before_there_is_a_conversation_nobody_is_told(wires, marina, ilya, previews):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    types(tab)
    tab.settle()
    zone.settle()
    assert SECRET not in "".join(zone.raw)
