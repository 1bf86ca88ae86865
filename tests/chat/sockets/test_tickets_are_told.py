"""Who follows the visitor learns that a ticket is another; the visitor reads its number alone."""

import pytest

from tests.cast import SECRET, answers_ticket, becomes, registers


def test_staff_ask_anew_and_the_visitor_gets_one_line(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    hidden = dict.fromkeys(("description", "software", "version", "contract"), SECRET)
    ticket = registers(ilya, dialogue, **hidden)
    zone.expect("information", visitor=str(marina.pk), parts=["tickets"])
    tab.expect("message", kind="event", text=f"Зарегистрирована заявка № {ticket.number}")
    zone.forget()
    tab.forget()
    answers_ticket(ilya, ticket, SECRET, note=True)
    becomes(ilya, ticket, "work")
    zone.expect("information", parts=["tickets"])
    tab.settle()
    assert not [frame for frame in tab.frames if frame["type"] != "ack"]
    assert SECRET not in "".join(zone.raw)


@pytest.mark.parametrize("who", ["darya", "anton", "kamila", "zoya"])
def test_who_follows_nothing_of_theirs_is_told_nothing(wires, ilya, dialogue, request, who):
    other = wires.operator(request.getfixturevalue(who))
    registers(ilya, dialogue)
    other.settle()
    assert other.of("information") == []
