"""A visitor is blocked: what is open closes, staff read why, and it ends by itself or is lifted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.blocks import (
    BlockDraft,
    block_visitor,
    close_of_blocked,
    exclude_addresses,
    lift_block,
    unblock_visitor,
)
from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.conversations import reopen_conversation
from chat.actions.errors import (
    AlreadyBlocked,
    BadTerm,
    BlockedByAnother,
    BlockReasonMissing,
    CoversOwnAddress,
    ForeignAddress,
    NotBlocked,
    NotFound,
    NotYours,
    WindowRefused,
)
from chat.models import Block, Closing, Conversation, ExcludedNetwork, MessageKind, Visit, Wait
from chat.recount import differences
from chat.wire.lines import for_staff
from operators.addresses import read_networks
from tests.cast import closes, writes

pytestmark = pytest.mark.once

ADDRESS = "203.0.113.7"


def blocks(account, conversation, *, network="", term="day", reason="Спам", at=None, **given):
    draft = BlockDraft(reason, term, network)
    doer = Doer(account, given.pop("own", None))
    key = conversation.public_id
    return block_visitor(doer, key, draft, at=at or timezone.now(), **given)


def is_there(visitor, address=ADDRESS):
    at = timezone.now()
    return Visit.objects.create(
        visitor=visitor, address=address, started_at=at, seen_at=at, present_until=at + Visit.VALID
    )


def test_the_conversation_closes_and_staff_alone_read_why(ilya, dialogue):
    said_before = dialogue.messages.exclude(visitor_seq=None).count()
    blocks(ilya, dialogue)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.closed_by) == ("closed", ilya)
    assert dialogue.messages.exclude(visitor_seq=None).count() == said_before
    line = dialogue.messages.latest("seq")
    assert line.kind == MessageKind.NOTE
    assert "заблокирован на сутки. Спам" in for_staff(line)


def test_its_stretches_end_as_with_any_other_end(ilya, dialogue):
    blocks(ilya, dialogue)
    assert list(differences(Conversation.objects.all())) == []
    assert dialogue.ownerships.get().ended_by == "blocked"


def test_what_waits_is_blocked_without_being_accepted(ilya, waiting):
    blocks(ilya, waiting)
    assert Wait.objects.get().ended_at is not None


def test_who_is_blocked_writes_nothing_more(ilya, marina, dialogue):
    blocks(ilya, dialogue)
    with pytest.raises(WindowRefused):
        writes(marina, "Ещё")
    assert Conversation.objects.open().count() == 0


def test_after_the_term_they_write_again(ilya, marina, dialogue):
    blocks(ilya, dialogue, term="hour", at=timezone.now() - timedelta(hours=2))
    assert writes(marina, "Это снова я").conversation.closed_at is None


@pytest.mark.parametrize(
    ("term", "length"),
    [("hour", timedelta(hours=1)), ("day", timedelta(days=1)), ("week", timedelta(weeks=1))],
)
def test_how_long_it_lasts(ilya, dialogue, term, length):
    block = blocks(ilya, dialogue, term=term)
    assert block.until - block.at == length


def test_for_ever_has_no_end(ilya, dialogue):
    assert blocks(ilya, dialogue, term="forever").until is None


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reason": " \u200b "}, BlockReasonMissing),
        ({"term": "year"}, BadTerm),
        ({"term": ""}, BadTerm),
        ({"network": "198.51.100.1"}, ForeignAddress),
        ({"network": "203.0.0.0/16"}, ForeignAddress),
        ({"network": "0.0.0.0/0"}, ForeignAddress),
        ({"network": "где-то"}, ForeignAddress),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(ilya, marina, dialogue, given, refusal):
    is_there(marina)
    with pytest.raises(refusal):
        blocks(ilya, dialogue, **given)
    dialogue.refresh_from_db()
    assert (Block.objects.count(), dialogue.state) == (0, "active")


@pytest.mark.parametrize(
    ("network", "stored"), [(ADDRESS, f"{ADDRESS}/32"), ("203.0.113.0/24",) * 2]
)
def test_with_the_person_their_address_or_its_network(ilya, marina, dialogue, network, stored):
    is_there(marina)
    assert blocks(ilya, dialogue, network=network).network == stored


def test_of_ipv6_the_network_has_64_bits(ilya, marina, dialogue):
    is_there(marina, "2001:db8:0:1::5")
    assert blocks(ilya, dialogue, network="2001:db8:0:1::/64").network == "2001:db8:0:1::/64"


def test_others_of_the_network_who_are_there_go_too(
    ilya, marina, sergey, dialogue, django_capture_on_commit_callbacks
):
    other = writes(sergey, "А я при чём?").conversation
    visits = [is_there(marina), is_there(sergey, "203.0.113.99")]
    with django_capture_on_commit_callbacks(execute=True):
        blocks(ilya, dialogue, network="203.0.113.0/24")
    other.refresh_from_db()
    assert other.state == "closed"
    assert not Visit.objects.present(timezone.now()).filter(pk__in=[v.pk for v in visits]).exists()


def test_who_would_block_the_own_address_is_asked(ilya, marina, dialogue):
    is_there(marina)
    with pytest.raises(CoversOwnAddress) as asked:
        blocks(ilya, dialogue, network="203.0.113.0/24", own="203.0.113.200")
    assert "203.0.113.200" in asked.value.detail
    assert blocks(
        ilya, dialogue, network="203.0.113.0/24", own="203.0.113.200", even_own=True
    ).network


def test_once_is_enough(ilya, dialogue):
    blocks(ilya, dialogue)
    with pytest.raises(AlreadyBlocked):
        blocks(ilya, dialogue)


def test_who_may_not_write_in_it_blocks_nobody(darya, kamila, dialogue):
    with pytest.raises(NotYours):
        blocks(darya, dialogue)
    with pytest.raises(NotFound):
        blocks(kamila, dialogue)


def test_the_closing_is_not_taken_back_while_it_lasts(ilya, dialogue):
    blocks(ilya, dialogue)
    with pytest.raises(AlreadyBlocked):
        reopen_conversation(ilya, dialogue.public_id, at=timezone.now())


def test_what_was_opened_just_then_is_closed_by_the_pulse(ilya, marina, dialogue):
    closes(ilya, dialogue)
    blocks(ilya, dialogue)
    Conversation.objects.update(closed_at=None)
    Closing.objects.all().delete()
    close_of_blocked(at=timezone.now())
    assert Conversation.objects.get().state == "closed"


# Lifted


def test_who_did_it_lifts_it_and_staff_read_that(ilya, marina, dialogue):
    block = blocks(ilya, dialogue)
    unblock_visitor(ilya, dialogue.public_id, at=timezone.now())
    block.refresh_from_db()
    assert block.lifted_by == ilya
    line = dialogue.messages.latest("seq")
    assert (line.visitor_seq, "разблокирован" in for_staff(line)) == (None, True)
    assert writes(marina, "Спасибо").conversation.closed_at is None


def test_nobody_else_but_an_administrator_lifts_it(ilya, darya, elena, dialogue):
    blocks(ilya, dialogue)
    with pytest.raises(BlockedByAnother):
        unblock_visitor(darya, dialogue.public_id, at=timezone.now())
    unblock_visitor(elena, dialogue.public_id, at=timezone.now())
    assert not Block.objects.in_force(timezone.now()).exists()


def test_what_is_lifted_or_over_is_not_lifted_again(ilya, elena, dialogue):
    at = timezone.now()
    block = blocks(ilya, dialogue, term="hour")
    with pytest.raises(NotBlocked):
        lift_block(elena, block.pk, at=at + timedelta(hours=2))
    lift_block(elena, block.pk, at=at)
    with pytest.raises(NotBlocked):
        lift_block(elena, block.pk, at=at)


# Excluded


def excludes(account, *texts, shown, own=None, **given):
    networks = [one for text in texts for one in read_networks(text)]
    exclude_addresses(Doer(account, own), networks, shown=shown, at=timezone.now(), **given)


def current():
    return list(ExcludedNetwork.objects.current().values_list("network", flat=True))


def test_what_is_taken_out_keeps_who_did_it(elena, site):
    excludes(elena, "10.0.0.0/8", "10.0.0.0/8", "2001:db8::/32", shown=0)
    excludes(elena, "2001:db8::/32", shown=2)
    assert current() == ["2001:db8::/32"]
    gone = ExcludedNetwork.objects.get(network="10.0.0.0/8")
    assert (gone.added_by, gone.removed_by) == (elena, elena)


def test_what_another_saved_meanwhile_is_not_lost(elena, site):
    excludes(elena, "10.0.0.0/8", shown=0)
    with pytest.raises(ChangedMeanwhile):
        excludes(elena, "192.0.2.0/24", shown=0)
    assert current() == ["10.0.0.0/8"]


def test_who_would_exclude_themselves_is_asked_once(elena, site):
    with pytest.raises(CoversOwnAddress):
        excludes(elena, "10.0.0.0/8", shown=0, own="10.1.2.3")
    excludes(elena, "10.0.0.0/8", shown=0, own="10.1.2.3", even_own=True)
    excludes(elena, "10.0.0.0/8", "192.0.2.1", shown=1, own="10.1.2.3")
    assert current() == ["10.0.0.0/8", "192.0.2.1/32"]


def test_who_is_there_from_an_excluded_address_is_on_no_site_any_more(elena, marina):
    is_there(marina)
    excludes(elena, "203.0.113.0/24", shown=0)
    assert not Visit.objects.present(timezone.now()).exists()
