"""A row that was rendered before a transfer and comes after it brings nothing back."""

import pytest

from chat.broadcasts.conversations import row_changed
from chat.models import Conversation
from tests.cast import accepts, takes_over, transfers
from tests.chat.sockets.test_who_is_told import about_visitors


@pytest.fixture
def before(waiting) -> Conversation:
    """As somebody has read it who is now busy rendering its row."""
    return Conversation.objects.select_related("visitor", "operator", "department").get()


def goes_to(ilya, anton, conversation) -> None:
    accepts(ilya, conversation)
    transfers(ilya, conversation, anton, even_absent=True)


def test_it_comes_back_to_nobody_who_lost_it(wires, ilya, darya, anton, before):
    zone = wires.operator(darya)
    goes_to(ilya, anton, before)
    zone.expect("fragment", target=f"visitor-{before.public_id}", action="remove")
    zone.forget()
    row_changed(before)
    zone.settle()
    assert about_visitors(zone) == []


def test_it_comes_to_nobody_who_never_heard_of_it(wires, ilya, darya, anton, before):
    colleague = wires.operator(ilya)  # so that this process listens to the department by then
    goes_to(ilya, anton, before)
    colleague.expect("fragment", target=f"visitor-{before.public_id}", action="remove")
    zone = wires.operator(darya)
    row_changed(before)
    zone.expect("fragment", target=f"visitor-{before.public_id}", action="remove")
    zone.settle()
    assert not [raw for raw in zone.raw if "Орлова" in raw or "счёт" in raw]


def test_it_does_not_take_the_new_owner_s_row_back(wires, ilya, anton, before):
    zone = wires.operator(anton)
    goes_to(ilya, anton, before)
    takes_over(anton, before)
    zone.expect("conversation", department=str(anton.departments.get().pk))
    zone.forget()
    row_changed(before)
    zone.settle()
    assert zone.of("fragment") == []


def test_a_row_of_what_was_told_last_is_passed_on(wires, marina, darya, before):
    zone = wires.operator(darya)
    wires.visitor(marina)
    assert zone.expect("fragment", target=f"visitor-{before.public_id}", action="replace")
