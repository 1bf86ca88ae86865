"""A page stays its account's when another signs in to the same browser meanwhile."""

import re

import pytest

from operators.models import Lease
from tests.cast import browser_of, makes_group
from tests.server import ROOT

# Pages of nobody's, where one signs in, and the window, whose person is in its token.
NOBODY_S = {"link.html", "login.html", "sign_in.html", "_header.html"}
BY_SCRIPT = {"_departure.html"}


def stale(account):
    """What the scripts of this account's zone send, whoever is signed in by now."""
    return {"HX-Request": "true", "X-Page-Of": str(account.pk)}


def test_a_zone_of_another_gets_no_socket_and_takes_no_place(wires, ilya, darya):
    zone = wires.open("/ws/operator/", cookies=browser_of(darya))
    zone.say("hello", page_of=str(ilya.pk))
    assert (zone.closing(), zone.frames) == (4410, [])
    assert not Lease.objects.exists()


def test_one_s_own_zone_and_one_that_names_nobody_are_welcome(wires, ilya):
    assert wires.operator(ilya, page_of=str(ilya.pk)).welcome
    assert wires.operator(ilya).welcome


def test_nothing_is_done_under_the_other_s_name(ilya, darya, dialogue):
    browser = browser_of(ilya)
    answer = browser.post(f"/chat/{dialogue.public_id}/close/", headers=stale(darya))
    dialogue.refresh_from_db()
    assert (answer.status_code, dialogue.state) == (403, "active")
    assert answer.headers["HX-Trigger"] == "anotheraccount"
    assert "теперь другой сотрудник: Илья Воронцов" in answer.content.decode()


def test_nothing_of_the_other_s_is_shown(ilya, darya, dialogue):
    browser, group = browser_of(ilya), makes_group(ilya, "Смена", darya)
    for path in ("?part=lists", f"{dialogue.public_id}/", f"internal/{group.public_id}/"):
        answer = browser.get(f"/chat/{path}", headers=stale(darya))
        assert answer.status_code == 403
        assert "Орлова" not in answer.content.decode()


def test_an_upload_is_told_why(ilya, darya):
    headers = {"X-Page-Of": str(darya.pk), "Accept": "*/*"}
    answer = browser_of(ilya).post("/chat/files/", headers=headers)
    assert (answer.status_code, "Илья" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("path", ["/logout/", "/accounts/{}/deactivate/"])
def test_a_form_without_scripts_says_it_on_a_page(elena, darya, ilya, path):
    browser = browser_of(elena)
    form = f"page_of={darya.pk}"
    answer = browser.post(path.format(ilya.pk), form, "application/x-www-form-urlencoded")
    ilya.refresh_from_db()
    assert (answer.status_code, ilya.is_active) == (403, True)
    assert "Вход сменился" in answer.content.decode()
    assert browser.get("/help/").status_code == 200


def test_who_is_signed_out_is_sent_to_sign_in_as_before(ilya):
    assert browser_of().get("/chat/", headers=stale(ilya)).status_code == 302


def test_the_zone_says_whose_it_is(ilya):
    page = browser_of(ilya).get("/chat/").content.decode()
    assert f'"X-Page-Of": "{ilya.pk}"' in page


@pytest.mark.parametrize(
    "name", ["shared/_topbar.html", "administration/_proof.html", "sign_in/logout.html"]
)
def test_these_forms_say_whose_they_are(name):
    assert 'name="page_of" value="{{ request.user.pk }}"' in (ROOT / "templates" / name).read_text()


SAYS_IT = re.compile(r"page_of|hx-post|administration/_(proof|form_top)\.html|cabinet/_customer")


def test_the_first_line_of_a_form_of_the_administration_says_it():
    top = (ROOT / "templates/administration/_form_top.html").read_text()
    assert "administration/_proof.html" in top


def test_no_other_form_is_posted_without_saying_it():
    """Forms of htmx carry the page's headers."""
    form = re.compile(r'<form[^>]*method="post"[^>]*>.{0,200}', re.DOTALL)
    silent = {
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        for found in form.findall(path.read_text())
        if not SAYS_IT.search(found)
    }
    assert silent <= NOBODY_S | BY_SCRIPT
