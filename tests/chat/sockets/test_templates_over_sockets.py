"""A changed template is told to the browsers that keep it, and to no other."""

from tests.cast import keeps_template


def test_a_shared_one_is_told_to_all_staff_and_to_no_visitor(wires, elena, ilya, zoya, marina):
    of_staff = [wires.operator(account) for account in (ilya, zoya)]
    window = wires.visitor(marina)
    keeps_template(elena)
    for zone in of_staff:
        assert zone.expect("templates") == {"type": "templates"}
    window.settle()
    assert window.of("templates") == []


def test_one_s_own_is_told_to_nobody_else(wires, elena, ilya, darya):
    mine, other, elena_s = (wires.operator(account) for account in (ilya, darya, elena))
    keeps_template(ilya, ilya)
    mine.expect("templates")
    for zone in (other, elena_s):
        zone.settle()
        assert zone.of("templates") == []
