"""A form without a good proof is refused in our own words, and works when it is sent again."""

import re

import pytest

from tests.cast import PASSWORD
from tests.sphaera_support.test_http_security import wary

DOORS = [("/login/", "ilya"), ("/личный-кабинет/", "marina")]


def proof_in(answer) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("door", "login"), DOORS)
def test_a_sign_in_without_a_good_proof_shows_the_form_again(ilya, customer, door, login):
    form = {"username": login, "password": PASSWORD, "csrfmiddlewaretoken": "x" * 64}
    answer = wary().post(door, form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert f'value="{login}"' in page
    assert PASSWORD not in page
    assert "Страница входа устарела" in page


@pytest.mark.parametrize(("door", "login"), DOORS)
def test_the_next_press_signs_in(ilya, customer, door, login):
    browser = wary()
    form = {"username": login, "password": PASSWORD}
    shown = browser.post(door, form)
    assert browser.post(door, form | {"csrfmiddlewaretoken": proof_in(shown)}).status_code == 302


@pytest.mark.parametrize(("door", "login"), DOORS)
def test_a_form_open_since_before_another_tab_signed_in_works(ilya, customer, door, login):
    browser = wary()
    opened = {path: proof_in(browser.get(path)) for path, _login in DOORS}
    for path, name in [*DOORS, (door, login)]:
        form = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": opened[path]}
        assert browser.post(path, form).status_code == 302


def test_what_is_open_on_either_side_stays_good_when_the_other_signs_in(ilya, customer):
    browser = wary()
    proof = {"csrfmiddlewaretoken": proof_in(browser.get("/login/"))}
    browser.post("/личный-кабинет/", proof | {"username": "marina", "password": PASSWORD})
    browser.post("/login/", proof | {"username": "ilya", "password": PASSWORD})
    assert browser.post("/личный-кабинет/выйти/", proof).status_code == 302
    assert browser.post("/logout/", proof).status_code == 302
    assert browser.get("/chat/").status_code == 302


def test_where_one_was_going_is_kept(ilya):
    page = wary().post("/login/", {"username": "ilya", "next": "/help/"}).content.decode()
    assert 'name="next" value="/help/"' in page


def test_the_way_out_asks_again(ilya):
    browser = wary(ilya)
    shown = browser.post("/logout/", {"csrfmiddlewaretoken": "x" * 64})
    assert (shown.status_code, "Выйти?" in shown.content.decode()) == (403, True)
    assert browser.post("/logout/", {"csrfmiddlewaretoken": proof_in(shown)}).status_code == 302


@pytest.mark.parametrize("path", ["/accounts/7/deactivate/", "/личный-кабинет/выйти/"])
def test_other_forms_get_a_page_of_ours(elena, customer, path):
    browser = wary(elena)
    answer = browser.post(path, {}, headers={"Accept": "text/html,*/*"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Форма устарела" in page
    assert not re.search("csrf|django|traceback", page.lower().replace("csrfmiddlewaretoken", ""))


def test_a_foreign_page_is_offered_no_form(ilya):
    browser = wary()
    proof = {"csrfmiddlewaretoken": proof_in(browser.get("/login/"))}
    answer = browser.post("/login/", proof, headers={"Origin": "http://evil"})
    line = browser.post("/chat/x/close/", headers={"Origin": "http://evil", "HX-Request": "true"})
    assert "X-Fresh-Proof" not in line
    assert (answer.status_code, b"<form" in answer.content) == (403, False)


def test_the_zone_gets_a_line_and_an_upload_its_reason(ilya):
    browser = wary(ilya)
    line = browser.post("/chat/x/close/", headers={"HX-Request": "true"})
    reason = browser.post("/chat/files/", headers={"Accept": "*/*"})
    assert (line.status_code, reason.status_code) == (403, 403)
    assert line.content.decode().startswith("<p data-refusal>Страница устарела")
    headers = {"HX-Request": "true", "X-CSRFToken": line["X-Fresh-Proof"]}
    assert browser.post("/chat/x/close/", headers=headers).status_code == 404
    assert reason.json()["detail"].startswith("Страница устарела")


def test_what_was_typed_is_shown_as_text_and_cut(ilya):
    page = wary().post("/login/", {"username": '"><b>' + "x" * 9000}).content.decode()
    assert "<b>x" not in page
    assert len(page) < 9000


def test_a_sign_in_of_another_browser_is_no_proof(ilya, customer):
    other, browser = wary(), wary()
    proof = {"csrfmiddlewaretoken": proof_in(other.get("/login/"))}
    browser.get("/login/")
    form = {"username": "ilya", "password": PASSWORD}
    assert browser.post("/login/", form | proof).status_code == 403
