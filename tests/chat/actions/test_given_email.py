"""An address for the answer: a person's own word, where the site asks for it."""

import pytest

from chat.actions.errors import NoEmail
from chat.models import Message, Visitor
from departments.models import Site
from tests.cast import accepts, browser_of, signed, token, writes

pytestmark = pytest.mark.once

ADDRESS = "marina@example.ru"


@pytest.fixture
def asking(site, marina):
    site.asks_email = True
    site.save(update_fields=["asks_email"])
    return Visitor.objects.get(pk=marina.pk)


def given(visitor) -> str:
    return Visitor.objects.get(pk=visitor.pk).given_email


def test_it_is_kept_and_stays(asking):
    writes(asking, email=f" {ADDRESS} ")
    writes(asking, "И ещё")
    assert given(asking) == ADDRESS


def test_a_site_that_does_not_ask_keeps_none(marina):
    writes(marina, email=ADDRESS)
    assert given(marina) == ""


@pytest.mark.parametrize("nonsense", ["марина", "a@b", "a b@example.ru", "@example.ru", "a@@b.ru"])
def test_what_is_none_is_refused_with_what_was_said(asking, nonsense):
    with pytest.raises(NoEmail):
        writes(asking, email=nonsense)
    assert Message.objects.count() == 0


def test_the_socket_says_so_in_words(wires, asking):
    tab = wires.visitor(asking)
    refusal = tab.ask("message", text="Есть кто?", email="марина")
    assert (refusal["type"], refusal["code"]) == ("error", "invalid")
    assert "адрес эл. почты" in refusal["detail"]
    assert tab.ask("message", text="Есть кто?", email=ADDRESS)["type"] == "ack"
    assert given(asking) == ADDRESS


def test_the_operator_reads_that_nobody_vouches_for_it(asking, ilya):
    conversation = accepts(ilya, writes(asking, email=ADDRESS).conversation)
    page = browser_of(ilya).get(f"/chat/{conversation.public_id}/").content.decode()
    assert "Эл. почта, со слов" in page
    assert ADDRESS in page


def window_of(client, site, proof) -> str:
    address = f"/widget/{site.key}/window/"
    page = client.get(address, headers={"Authorization": f"Bearer {proof}"})
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize(("vouched", "is_asked"), [("", True), ("m.orlova@example.ru", False)])
def test_the_window_asks_whom_the_site_named_none(client, site, asking, vouched, is_asked):
    site.refresh_from_db()
    page = window_of(client, site, signed(site, email=vouched))
    assert ("data-email" in page) is is_asked


def test_no_window_asks_unless_the_site_does(client, site, asking):
    """The field is there and shown once the site's look says so, in open windows too."""
    assert "&quot;asks_email&quot;:true" in window_of(client, site, token(asking))
    Site.objects.update(asks_email=False)
    assert "&quot;asks_email&quot;:false" in window_of(client, site, token(asking))
