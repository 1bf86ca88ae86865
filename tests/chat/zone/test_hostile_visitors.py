"""Whatever a browser, a site or a colleague says of a visitor is shown as text, and cut."""

import json

import pytest
from django.utils import timezone

from chat import identity
from chat.actions.comments import Subject, add_comment, save_remark
from chat.actions.errors import Refusal
from chat.actions.visitors import Device, begin_visit, open_pages, recognise_visitor
from chat.models import Comment, ExtraField, FieldValue
from chat.sockets.frames import Fact, Page
from chat.text import clean_line, has_controls
from tests.cast import accepts, browser_of, comes_from, defines, fills, signed, writes
from tests.hostile import HOSTILE
from tests.server import ROOT

LARGEST = 400_000  # bytes of a part of the page, whatever was said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known_places(settings):
    """In which 192.0.2.0/24 has names with markup, too."""
    settings.GEO_DIR = ROOT / "sphaera_support" / "demo"


def parts(account, conversation):
    browser = browser_of(account)
    for part in ("", "data/", "pages/", "comments/"):
        answer = browser.get(f"/chat/{conversation.public_id}/{part}")
        assert answer.status_code == 200, part
        yield answer.content.decode()


def is_harmless(html: str) -> bool:
    shown = html.replace("\n", "")
    is_text = not any(tag in html.lower() for tag in ("<xss", "<img src=x", "<b>город"))
    return is_text and not has_controls(shown) and len(html.encode()) < LARGEST


@pytest.mark.once
@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_a_browser_says(marina, ilya, dialogue, bad):
    at = timezone.now()
    device = Device("192.0.2.7", bad, screen=bad, time_zone=bad, language=bad)
    told = Fact(bad)
    visit = begin_visit(marina, None, Page(url=told, title=told, referrer=told), device, at=at)
    open_pages({visit.pk: Page(url=Fact(f"https://a.ru/{bad}"), title=told)}, at=at)
    assert all(map(is_harmless, parts(ilya, dialogue)))


@pytest.mark.once
@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_a_site_signs(site, ilya, bad):
    told = {"name": bad, "contract": bad, "plan": bad, "email": bad, bad: bad, "stand": bad}
    try:
        said = identity.verify(site, signed(site, **told), at=timezone.now())
    except identity.BadToken:
        return  # not even let in
    conversation = writes(recognise_visitor(site, said)).conversation
    assert all(map(is_harmless, parts(ilya, conversation)))


@pytest.mark.once
@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_a_colleague_notes(marina, ilya, dialogue, bad):
    comes_from(marina, "192.0.2.7")
    browser = browser_of(ilya)
    given = bad.encode("utf-8", "replace").decode()
    for url, form in (
        ("comments/", {"text": given, "subject": given}),
        ("comments/", {"text": given[:4000], "subject": "network"}),
        ("remark/", {"text": given, "shown": ""}),
        ("remark/", {"text": given[:300], "shown": given}),
    ):
        answer = browser.post(f"/chat/{dialogue.public_id}/{url}", form)
        assert answer.status_code in (200, 409, 422)
        assert "<xss" not in answer.content.decode()
    assert all(map(is_harmless, parts(ilya, dialogue)))


@pytest.mark.once
@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_stands_in_extra_fields(site, elena, ilya, bad):
    """What staff type into one of each kind, and what a site signs for it."""
    given = bad.encode("utf-8", "replace").decode()
    for kind in ExtraField.Kind:
        # The forms of administrators take no controls.
        listed = [clean_line(given, 100)] if kind == ExtraField.Kind.CHOICE else []
        for about in ExtraField.About:
            title = clean_line(given, 80)
            defines(elena, title, key=f"{kind}_{about}", kind=kind, about=about, choices=listed)
    said = identity.verify(
        site,
        signed(site, **{f"{kind}_visitor": bad[:120] for kind in ExtraField.Kind}),
        at=timezone.now(),
    )
    conversation = accepts(ilya, writes(recognise_visitor(site, said)).conversation)
    assert all(map(is_harmless, parts(ilya, conversation)))
    browser = browser_of(ilya)
    for key in ExtraField.objects.values_list("key", flat=True):
        for typed in dict.fromkeys((given, given[:400])):
            url = f"/chat/{conversation.public_id}/fields/{key}/"
            answer = browser.post(url, {"value": typed, "shown": given})
            assert answer.status_code in (200, 409, 422)
            assert "<xss" not in answer.content.decode()
    assert all(map(is_harmless, parts(ilya, conversation)))


def test_a_text_with_a_lone_surrogate_is_refused_as_any_that_is_none(ilya, elena, dialogue):
    field = defines(elena)
    for act in (
        lambda: add_comment(
            ilya, dialogue.public_id, Subject.VISITOR, "a\ud800", at=timezone.now()
        ),
        lambda: save_remark(ilya, dialogue.public_id, "a\ud800", shown="", at=timezone.now()),
        lambda: fills(ilya, dialogue, field.key, "a\ud800"),
    ):
        with pytest.raises(Refusal):
            act()
    assert not Comment.objects.exists()
    assert not FieldValue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_said_over_a_socket_it_is_no_other(wires, marina, ilya, dialogue):
    """What is no text is no frame (test_naughty_frames_of_visitors)."""
    zone = wires.operator(ilya)
    for bad in HOSTILE.values():
        said = bad[:1000].encode("utf-8", "replace").decode()
        tab = wires.visitor(
            marina,
            page={"url": said, "title": said, "referrer": said},
            screen=said,
            timezone=said,
            language=said,
        )
        tab.disconnect()
    zone.settle()
    assert not [frame for frame in zone.raw if "<xss" in json.loads(frame).get("html", "")]
    assert all(map(is_harmless, parts(ilya, dialogue)))
