"""Who else looks at a conversation: told to who looks at the same, and to nobody besides."""

from tests.cast import is_present, transfers


def looks(zone, conversation, **fields):
    zone.say("watch", conversation=conversation and conversation.public_id, **fields)


def opens(wires, account, conversation):
    zone = wires.operator(account)
    zone.ask("sync", conversation=conversation.public_id, after=0)
    looks(zone, conversation)
    return zone


def test_who_comes_and_who_is_there_hear_of_each_other(wires, ilya, darya, dialogue):
    mine = opens(wires, ilya, dialogue)
    mine.settle()
    theirs = opens(wires, darya, dialogue)
    about = {"conversation": dialogue.public_id, "state": "looks"}
    mine.expect("watching", account=str(darya.pk), name=darya.name, **about)
    theirs.expect("watching", account=str(ilya.pk), name=ilya.name, **about)


def test_that_one_writes_is_told_and_that_one_left(wires, ilya, darya, elena, dialogue):
    mine = opens(wires, ilya, dialogue)
    for account, leave in (
        (darya, lambda zone: looks(zone, None)),
        (elena, lambda zone: zone.disconnect()),
    ):
        theirs = opens(wires, account, dialogue)
        looks(theirs, dialogue, writes=True)
        mine.expect("watching", account=str(account.pk), state="writes")
        leave(theirs)
        mine.expect("watching", account=str(account.pk), state="gone")


def test_nobody_else_is_told(wires, marina, ilya, darya, elena, anton, dialogue):
    tab, elsewhere, other = wires.visitor(marina), wires.operator(elena), wires.operator(anton)
    elsewhere.ask("sync", conversation=dialogue.public_id, after=0)
    mine, theirs = opens(wires, ilya, dialogue), opens(wires, darya, dialogue)
    looks(theirs, dialogue, writes=True)
    mine.expect("watching", state="writes")
    for wire in (tab, elsewhere, other):
        wire.settle()
        assert not wire.of("watching")
    assert not [frame for frame in tab.raw if darya.name in frame]


def test_one_is_not_told_of_oneself(wires, ilya, dialogue):
    mine = opens(wires, ilya, dialogue)
    looks(mine, dialogue, writes=True)
    mine.settle()
    assert not mine.of("watching")


def test_what_one_may_not_see_one_does_not_look_at(wires, ilya, anton, dialogue):
    mine, other = opens(wires, ilya, dialogue), wires.operator(anton)
    looks(other, dialogue, writes=True)
    other.settle()
    mine.settle()
    assert not mine.of("watching")
    assert not other.of("watching")


def test_who_lost_it_looks_no_more(wires, ilya, anton, dialogue):
    is_present(anton)
    transfers(ilya, dialogue, anton)
    mine, theirs = opens(wires, ilya, dialogue), opens(wires, anton, dialogue)
    mine.expect("watching", account=str(anton.pk), state="looks")
    dialogue.transfers.update(outcome="cancelled")
    dialogue.revision = 99
    dialogue.save()
    wires.beat(2)
    theirs.by_pulse("fragment", target=f"workspace-{dialogue.public_id}", action="remove")
    mine.expect("watching", account=str(anton.pk), state="gone")
