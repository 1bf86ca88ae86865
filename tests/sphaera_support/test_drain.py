"""A server that is about to go tells everybody when to come back."""

from operators.models import Lease


def test_everybody_is_told_when_and_closed_with_1012(wires, marina, ilya):
    sockets = [wires.operator(ilya), wires.visitor(marina)]
    wires.run(wires.hub().drain(spread_seconds=2))
    assert [socket.closing() for socket in sockets] == [1012, 1012]
    waits = [socket.expect("reconnect")["after_ms"] for socket in sockets]
    assert all(300 <= wait <= 2300 for wait in waits)
    assert waits[0] != waits[1]


def test_whoever_comes_while_it_goes_is_sent_away(wires, site):
    wires.run(wires.hub().drain(spread_seconds=0))
    assert wires.open(f"/ws/visitor/{site.key}/").closing() == 1012


def test_a_restart_takes_nobody_s_place(wires, ilya):
    """The operator is back before the lease runs out: nobody sees them leave."""
    zone = wires.operator(ilya)
    before = Lease.objects.get().valid_until
    wires.run(wires.hub().drain(spread_seconds=0))
    zone.closing()
    zone.end()
    lease = Lease.objects.get()
    assert (lease.released_at, lease.valid_until) == (None, before)
