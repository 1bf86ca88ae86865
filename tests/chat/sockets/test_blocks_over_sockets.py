"""Who is blocked, or comes from where no window is to be, has none: not opened, not kept open."""

import json
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.blocks import BlockDraft, block_visitor, exclude_addresses, unblock_visitor
from chat.actions.changes import Doer
from chat.models import Attachment, Block, ExcludedNetwork, Sighting, Visit, Visitor
from operators.addresses import read_networks
from tests.cast import ORIGIN, SECRET, answers, browser_of, token

ADDRESS, NEAR, FAR = "203.0.113.7", "203.0.113.99", "198.51.100.1"


def comes(wires, visitor, address=ADDRESS):
    """A tab whose hello is sent."""
    wire = wires.open(f"/ws/visitor/{visitor.site.key}/", address=address)
    wire.say("hello", token=token(visitor))
    return wire


def enters(wires, visitor, address=ADDRESS):
    wire = comes(wires, visitor, address)
    wire.welcome = wire.expect("welcome")
    return wire


def blocks(account, conversation, network="", term="forever", reason="Спам"):
    draft = BlockDraft(reason, term, network)
    return block_visitor(Doer(account), conversation.public_id, draft, at=timezone.now())


def excludes(account, *texts):
    networks = [one for text in texts for one in read_networks(text)]
    exclude_addresses(Doer(account), networks, shown=0, at=timezone.now())


def asks(visitor, path, address=ADDRESS, **given):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get(path, headers=bearer, REMOTE_ADDR=address, **given)


def test_every_tab_closes_at_once_and_staff_see_it_closed(wires, ilya, marina, dialogue):
    zone, tabs = wires.operator(ilya), [enters(wires, marina), enters(wires, marina, FAR)]
    blocks(ilya, dialogue)
    assert [tab.closing() for tab in tabs] == [4403, 4403]
    assert zone.expect("conversation", state="closed")["id"] == dialogue.public_id
    assert "заблокирован" in zone.expect("message", kind="note")["text"]


def test_another_browser_and_another_address_change_nothing(wires, ilya, marina, dialogue):
    blocks(ilya, dialogue)
    assert comes(wires, marina, FAR).closing() == 4403


def test_others_stay(wires, ilya, marina, sergey, dialogue):
    enters(wires, marina)
    other = enters(wires, sergey)
    blocks(ilya, dialogue)
    other.settle()
    assert other.close_code is None


def test_with_its_network_goes_who_shares_it_and_nobody_comes(
    wires, ilya, marina, sergey, dialogue
):
    enters(wires, marina)
    near, far = enters(wires, sergey, NEAR), enters(wires, sergey, FAR)
    blocks(ilya, dialogue, "203.0.113.0/24")
    assert near.closing() == 4403
    assert comes(wires, sergey, NEAR).closing() == 4403
    far.settle()
    assert far.close_code is None


def test_a_lost_doorbell_costs_a_beat(wires, ilya, marina, dialogue, site):
    tab = enters(wires, marina)
    Block.objects.create(
        site=site,
        subject="marina",
        visitor_name="",
        term="forever",
        reason="x",
        by=ilya,
        at=timezone.now(),
    )
    wires.beat()
    assert tab.closing() == 4403


def test_when_the_term_is_over_or_it_is_lifted_they_come_again(wires, ilya, marina, dialogue):
    block = blocks(ilya, dialogue, term="hour")
    Block.objects.update(until=timezone.now() - timedelta(seconds=1))
    wires.beat()
    enters(wires, marina)
    Block.objects.update(until=block.until)
    wires.beat()
    assert comes(wires, marina).closing() == 4403
    unblock_visitor(ilya, dialogue.public_id, at=timezone.now())
    wires.beat()
    enters(wires, marina)


def test_there_is_no_window_no_history_and_no_upload(wires, ilya, marina, dialogue):
    blocks(ilya, dialogue)
    paths = ("window/", "transcript/", f"earlier/{dialogue.public_id}/?before=5")
    assert {asks(marina, f"/widget/demo/{path}").status_code for path in paths} == {403}
    answer = browser_of().post(
        "/widget/demo/files/",
        {"file": SimpleUploadedFile("a.txt", b"text")},
        headers={"Authorization": f"Bearer {token(marina)}"},
    )
    assert (answer.status_code, Attachment.objects.count()) == (403, 0)
    assert "недоступен" in answer.json()["detail"]


def test_a_fresh_token_does_not_help(wires, ilya, marina, dialogue):
    tab = enters(wires, marina)
    hub = wires.hub()
    steps, hub._steps = hub._steps, ()
    blocks(ilya, dialogue)
    hub._steps = steps
    tab.say("token", id="0d6a1c52-3f0e-4a54-9d5f-0b6e5a0a9f05", token=token(marina))
    assert tab.closing() == 4403


def test_why_they_are_blocked_reaches_them_by_no_way(wires, ilya, marina, dialogue):
    answers(ilya, dialogue, "Готово")
    tab = enters(wires, marina)
    blocks(ilya, dialogue, reason=SECRET)
    tab.closing()
    unblock_visitor(ilya, dialogue.public_id, at=timezone.now())
    wires.beat()
    back = enters(wires, marina)
    back.ask("message", text="Снова я")
    back.ask("sync", after=0)
    told = json.dumps([tab.frames, back.frames], ensure_ascii=False)
    pages = [
        asks(marina, f"/widget/demo/{path}/").getvalue().decode()
        for path in ("window", "transcript")
    ]
    assert "Готово" in told
    for text in (told, *pages):
        assert SECRET not in text
        assert "блокирован" not in text


# Excluded


def test_an_excluded_address_has_no_window_and_leaves_no_trace(wires, site, elena):
    excludes(elena, "203.0.113.0/24")
    stranger = Visitor(site=site, subject="stranger", name="Кто-то")
    assert comes(wires, stranger).closing() == 4403
    shell = {"Sec-Fetch-Dest": "iframe", "Referer": f"{ORIGIN}/"}
    browser_of().get("/widget/demo/", headers=shell, REMOTE_ADDR=ADDRESS)
    assert asks(stranger, "/widget/demo/window/").status_code == 403
    assert (Visitor.objects.count(), Visit.objects.count(), Sighting.objects.count()) == (0, 0, 0)


def test_from_elsewhere_the_same_person_comes_in(wires, marina, elena):
    excludes(elena, "203.0.113.0/24")
    enters(wires, marina, FAR)
    assert asks(marina, "/widget/demo/window/", FAR).status_code == 200


def test_open_windows_of_an_excluded_address_go_at_once(wires, marina, elena):
    tab = enters(wires, marina)
    excludes(elena, "203.0.113.7")
    assert tab.closing() == 4403


def test_by_the_pulse_too(wires, marina, elena):
    tab = enters(wires, marina)
    ExcludedNetwork.objects.create(
        network="203.0.113.0/24", added_at=timezone.now(), added_by=elena
    )
    wires.beat()
    assert tab.closing() == 4403


def test_what_is_excluded_keeps_no_member_of_staff_out(wires, ilya, elena):
    excludes(elena, "127.0.0.1")
    wires.operator(ilya)
