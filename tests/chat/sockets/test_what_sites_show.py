"""The pulse notes what sites show, and goes on where it cannot."""

from django.db import DatabaseError
from django.utils import timezone

from chat.models import Availability
from chat.sockets import shown, troubles
from operators.models import Lease
from tests.wires import complaints_in


def causes() -> list[str]:
    return list(Availability.objects.order_by("pk").values_list("cause", flat=True))


def test_an_operator_who_comes_and_is_lost_is_noted(wires, site, ilya):
    zone = wires.operator(ilya)
    wires.beat()
    zone.end()
    wires.until(lambda: not wires.hub().operators)
    Lease.objects.update(valid_until=timezone.now())
    wires.beat(2)
    assert causes()[-2:] == ["online", "lost"]


def test_what_cannot_be_noted_is_said_once_and_stops_nothing(
    wires, monkeypatch, site, ilya, caplog
):
    def refuse(*_args, **_given):
        raise DatabaseError("disk full")

    zone = wires.operator(ilya)
    with monkeypatch.context() as broken:
        broken.setattr(shown, "note_availability", refuse)
        wires.hub().shown._noted_at = None
        wires.beat(3)
        assert troubles.parts() == [shown.PART]
    wires.beat()
    assert troubles.parts() == []
    assert [one.count("disk full") for one in complaints_in(caplog)] == [1, 0]
    caplog.clear()
    zone.settle()
