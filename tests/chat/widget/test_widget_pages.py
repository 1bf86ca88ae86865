"""The visitor's window by HTTP: a loader for all, an empty frame, and nothing without a token."""

import re

import pytest

from tests.cast import answers, browser_of, closes, signed, token, writes
from tests.chat.widget.test_identity_tokens import ATTACKS
from tests.sphaera_support.test_access import collected

pytestmark = pytest.mark.once

__all__ = ["collected"]  # fixture

IN_FRAME = {"Sec-Fetch-Dest": "iframe"}
HEADERS = ATTACKS.keys() - {"one megabyte", "lone surrogate", "not ASCII", "NUL"}


def window(token):
    return browser_of().get("/widget/demo/window/", headers={"Authorization": f"Bearer {token}"})


def test_the_loader_is_one_public_script_for_everybody(collected, site):
    answer = browser_of().get("/widget/loader.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert {"public", "max-age=300"} <= set(answer["Cache-Control"].split(", "))
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("query", ["?site=<script>alert(1)</script>", "?callback=x", "?" + "a" * 9])
def test_the_loader_repeats_nothing_that_it_is_told(collected, site, query):
    plain, asked = (browser_of().get(f"/widget/loader.js{q}").content for q in ("", query))
    assert plain == asked


def test_the_loader_may_be_used_on_any_site(collected, site):
    assert browser_of().get("/widget/loader.js")["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_frame_is_framed_by_the_site_s_origins_and_ours(site):
    site.origins = ["https://shop.example.ru", "https://xn--d1acufc.xn--p1ai:8443"]
    site.save()
    answer = browser_of().get("/widget/demo/", headers=IN_FRAME)
    ancestors = re.findall("frame-ancestors ([^;]*)", answer["Content-Security-Policy"])
    ours = ["http://127.0.0.1:8000", "http://localhost:8000"]
    assert [allowed.split() for allowed in ancestors] == [[*ours, *site.origins]]
    assert "X-Frame-Options" not in answer


def test_a_domain_with_all_below_it_is_told_to_browsers_and_to_the_window(site):
    site.origins = ["https://*.example.ru"]
    site.save()
    answer = browser_of().get("/widget/demo/", headers=IN_FRAME)
    assert "https://*.example.ru https://example.ru;" in answer["Content-Security-Policy"] + ";"
    assert 'localhost:8000 https://*.example.ru"' in answer.content.decode()


def test_an_origin_that_was_removed_is_out_with_the_next_request(site):
    site.origins = ["https://shop.example.ru"]
    site.save()
    site.origins = []
    site.save()
    policy = browser_of().get("/widget/demo/", headers=IN_FRAME)["Content-Security-Policy"]
    assert "shop.example.ru" not in policy


def test_the_frame_holds_nobody_s_data(site, marina, dialogue):
    page = browser_of().get("/widget/demo/", headers=IN_FRAME).content.decode()
    assert "Орлова" not in page
    assert token(marina).partition(".")[2] not in page


@pytest.mark.parametrize("key", ["nowhere", "DEMO", "demo2"])
def test_an_unknown_site_has_no_frame(site, key):
    assert browser_of().get(f"/widget/{key}/", headers=IN_FRAME).status_code == 404


def test_a_site_that_was_put_off_has_no_frame_and_no_window(site, marina):
    site.is_active = False
    site.save()
    assert browser_of().get("/widget/demo/", headers=IN_FRAME).status_code == 404
    assert window(token(marina)).status_code == 401


def test_the_frame_is_no_page_of_its_own(site):
    answer = browser_of().get("/widget/demo/", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_the_window_refuses_what_proves_nothing(site, name):
    answer = window(ATTACKS[name](site))
    assert answer.status_code == 401
    assert "Войдите в личный кабинет" in answer.content.decode()


@pytest.mark.parametrize("header", ["", "Bearer", "Basic bWFyaW5h", "Token x", "bearer  "])
def test_the_window_refuses_without_a_bearer(site, header):
    answer = browser_of().get("/widget/demo/window/", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_token_in_the_address_is_none(site, marina):
    path = f"/widget/demo/window/?token={token(marina)}"
    assert browser_of().get(path).status_code == 401


def test_the_window_holds_the_history_of_its_bearer(site, marina, ilya, dialogue):
    answers(ilya, dialogue, "Счёт отправлен")
    page = window(token(marina)).content.decode()
    assert [text in page for text in ("Не приходит счёт", "Счёт отправлен")] == [True, True]


def test_the_window_names_the_conversation_that_it_shows(marina, ilya, dialogue):
    """The socket's numbers are this conversation's: the client must know which it holds."""
    page = window(token(marina)).content.decode()
    assert f'data-conversation="{dialogue.public_id}"' in page
    assert f'data-thread="{dialogue.public_id}"' in page


def test_the_window_does_not_hold_another_s_history(marina, sergey, dialogue):
    writes(sergey, "Тайна Сергея")
    assert "Тайна" not in window(token(marina)).content.decode()


def test_a_tag_in_a_message_is_text(marina):
    writes(marina, '<script>alert(1)</script><img src=x onerror="alert(1)">')
    page = window(token(marina)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    "name", ["<b>Марина</b>", '"><script>x</script>', "{{ 7|add:7 }}", "'-alert(1)-'"]
)
def test_a_tag_in_a_name_is_text(site, ilya, name):
    assert window(signed(site, sub="eve", name=name)).status_code == 200
    from chat.models import Visitor

    visitor = Visitor.objects.get(subject="eve")
    conversation = writes(visitor).conversation
    page = browser_of(ilya).get(f"/chat/{conversation.public_id}/").content.decode()
    assert not re.search("<b>Марина|<script>x", page)


def test_what_was_closed_is_still_read(marina, ilya, dialogue):
    closes(ilya, dialogue)
    assert "Обращение закрыто" in window(token(marina)).content.decode()


def test_the_window_says_whether_somebody_is_there(marina):
    assert 'data-status="offline"' in window(token(marina)).content.decode()


def test_a_cabinet_that_is_not_signed_in_has_no_widget(site):
    page = browser_of().get("/личный-кабинет/").content.decode()
    assert "loader.js" not in page


def test_a_signed_in_cabinet_embeds_it_with_a_token_of_the_customer(customer, site):
    from django.utils import timezone

    from chat.identity import verify
    from tests.cast import cabinet_of

    browser = cabinet_of(customer)
    assert "loader.js" in browser.get("/личный-кабинет/").content.decode()
    fresh = browser.get("/личный-кабинет/token/").json()["token"]
    identity = verify(site, fresh, at=timezone.now())
    assert (identity.subject, identity.contract) == ("marina", "СФ-1")
