"""Whatever comes in, by every way there is: nothing fails over it, and what is kept is text of the
length that its field has. How it is shown: tests/chat/zone/test_hostile_visitors.py.
"""

from datetime import timedelta
from urllib.parse import quote_from_bytes
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from chat.actions.ratings import ask_for_rating
from chat.models import (
    AnswerTemplate,
    Comment,
    Message,
    MessageKind,
    PageView,
    RatingRequest,
    Visit,
    Visitor,
)
from operators.models import Account, SignIn
from tests.cast import PASSWORD, browser_of, notes, signed, token
from tests.hostile import HOSTILE, ill_kept, is_ill
from tests.naughty import answers_to, frame, is_polite

FORM = "application/x-www-form-urlencoded"
REFUSED = {400, 409, 422}  # too much of it, outdated, not to be kept
MOST_IN_A_FRAME = 1500  # characters of one of its fields, so that all of it fits


def bytes_of(bad: str) -> bytes:
    return bad.encode("utf-8", "surrogatepass")


def posts(browser: Client, url: str, **fields: str) -> int:
    """As no browser of ours would: NUL and half a pair of surrogates among it."""
    said = "&".join(f"{name}={quote_from_bytes(bytes_of(bad))}" for name, bad in fields.items())
    return browser.post(url, said, content_type=FORM).status_code


def is_answered(wires, tab) -> None:
    """Let in, or refused as a frame or as a person."""
    wires.until(lambda: tab.of("welcome") or tab.of("error") or tab.close_code is not None)


def test_the_measure_sees_what_is_ill():
    assert not any(is_ill(value, 10) for value in ("Марина\n\t", None, 7, {"а": ["б"]}))
    for value in ("a\x00", "a\ud800", "\u202e", "я" * 11, {"a\x01": 1}, [["я" * 11]]):
        assert is_ill(value, 10)


def test_what_a_page_and_a_browser_tell_of_themselves(wires, marina):
    for bad in HOSTILE.values():
        told = bad[:MOST_IN_A_FRAME]
        tab = wires.open(f"/ws/visitor/{marina.site.key}/", agent=bytes_of(told))
        page = {"url": told, "title": told, "referrer": told}
        about = {"screen": told, "timezone": told, "language": told}
        tab.say("hello", token=token(marina), page=page, **about)
        is_answered(wires, tab)
        # What is no text makes no frame; our own scripts send none such.
        assert bool(tab.of("welcome")) == ("\ud800" not in bad)
        if tab.of("welcome"):
            tab.say("page", url=f"https://a.ru/{told}", title=told)
            assert tab.ask("ping")["type"] == "ack"
            assert tab.of("error") == []
        tab.disconnect()
    assert Visit.objects.exclude(user_agent="").exists()
    assert (PageView.objects.count() > 1, ill_kept()) == (True, set())


def of_lengths(bad: str, *most: int) -> list[str]:
    """It, and what is different when no more than so much of it is said."""
    return list(dict.fromkeys([bad, *(bad[:length] for length in most)]))


def test_what_a_site_signs(wires, site):
    """Too much of it is refused as a whole, of less each part is cut."""
    for said in (said for bad in HOSTILE.values() for said in of_lengths(bad, 800, 150)):
        told = {"name": said, "contract": said, "plan": said, "email": said, said: said}
        tab = wires.open(f"/ws/visitor/{site.key}/")
        tab.say("hello", token=signed(site, **told, sub=said))
        is_answered(wires, tab)
        again = wires.open(f"/ws/visitor/{site.key}/")
        again.say("hello", token=signed(site, **told))
        is_answered(wires, again)
    assert (Visitor.objects.count() > 1, ill_kept()) == (True, set())


def test_what_a_visitor_writes(wires, marina, ilya, dialogue):
    tab = wires.visitor(marina)
    for bad in HOSTILE.values():
        said = bad[:MOST_IN_A_FRAME]
        request = ask_for_rating_again(ilya, dialogue)
        for asked in (
            frame("message", id=str(uuid4()), text=said, email=said[:200]),
            frame("message", id=(written := str(uuid4())), text=said),
            frame("message", id=str(uuid4()), text=bad[:9000]),
            frame("correct", id=str(uuid4()), message=written, text=f"Иначе: {said[:50]}"),
            frame("rate", id=str(uuid4()), request=request, score=5, comment=said),
            frame("typing", text=said[:400]),
        ):
            assert all(one["type"] == "ack" or is_polite(one) for one in answers_to(tab, asked))
    assert RatingRequest.objects.exclude(comment="").exists()
    assert (Message.objects.count() > 10, ill_kept()) == (True, set())


def ask_for_rating_again(ilya, dialogue) -> int:
    """However short the pause."""
    RatingRequest.objects.update(asked_at=timezone.now() - timedelta(days=1))
    ask_for_rating(ilya, dialogue.public_id, at=timezone.now())
    asked = Message.objects.filter(kind=MessageKind.RATING_REQUEST).latest("seq")
    return asked.visitor_seq or 0


@pytest.mark.django_db
def test_what_a_colleague_notes(ilya, dialogue):
    browser, url = browser_of(ilya), f"/chat/{dialogue.public_id}/"
    comment = notes(ilya, dialogue, "Звонить")
    for bad in HOSTILE.values():
        for said in of_lengths(bad, 3000, 250):
            answers = {
                posts(browser, f"{url}comments/", text=said, subject=said),
                posts(browser, f"{url}comments/{comment.pk}/", text=said),
                posts(browser, f"{url}remark/", text=said, shown=said),
                posts(browser, f"{url}remark/", text=said, shown=kept_remark()),
            }
            assert answers <= REFUSED | {200}
    assert Comment.objects.count() > 1
    assert (kept_remark() != "", ill_kept()) == (True, set())


def kept_remark() -> str:
    return Visitor.objects.get(subject="marina").remark


@pytest.mark.django_db
def test_what_names_are_given_and_what_a_browser_calls_itself(elena, site, first_line):
    browser = browser_of(elena)
    given = {"role": "operator", "password": PASSWORD, "level": "1"}
    for number, bad in enumerate(HOSTILE.values()):
        agent = bytes_of(bad)[:8000].decode("latin1")
        assert browser.get("/profile/", headers={"user-agent": agent}).status_code == 200
        for said in of_lengths(bad, 60):
            login = f"new{number}-{len(said)}"
            shown = {"shown_version": str(Account.objects.get(pk=elena.pk).version)}
            answers = {
                posts(browser, "/accounts/add/", **given, name=said, login=login),
                posts(browser, "/accounts/add/", **given, name=said, login=said, email=said),
                posts(browser, "/profile/", **shown, shown_name=said),
                posts(browser, "/settings/departments/add/", **given, name=said, greeting=said),
                posts(browser, f"/sites/{site.pk}/", name=said, time_zone=said),
                posts(browser, "/settings/templates/add/", code=login, title=said, text=said),
            }
            assert answers <= REFUSED | {200, 302}
        assert browser.get("/chat/").status_code == 200
    assert SignIn.objects.exclude(agent="").exists()
    assert Account.objects.exclude(shown_name="").exists()
    assert (Account.objects.count() > 1, AnswerTemplate.objects.exists()) == (True, True)
    assert ill_kept() == set()
