"""What the panel tells of a visitor."""

import pytest
from django.utils import timezone

from chat.models import Criticality
from chat.zone.information import information

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_every_conversation_begins_with_is_no_step_done(waiting):
    told = information(waiting, at=timezone.now())
    assert dict(told["identification"])["Критичность"] == ""
    assert told["identified"] == 1
    waiting.criticality = Criticality.HIGH
    told = information(waiting, at=timezone.now())
    assert dict(told["identification"])["Критичность"] == "Высокая"
    assert told["identified"] == 2
