"""However long a search takes, who writes does not wait for it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from chat.actions.history import index_history
from chat.history.deadline import TookTooLong, deadline
from chat.models import HistoryEntry
from tests.cast import answers
from tests.chat.history.test_deadline import ENDLESS

pytestmark = pytest.mark.django_db(transaction=True)


class Searching(threading.Thread):
    """One that would go on for an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.is_given_up = False
        self.begun = threading.Event()

    def run(self) -> None:
        try:
            with deadline(timedelta(hours=1)), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    self.key = connection.connection.info.backend_pid
                else:
                    self.database = connection.connection
                self.begun.set()
                cursor.execute(ENDLESS)
        except TookTooLong:
            self.is_given_up = True
        finally:
            connection.close()

    def is_ended(self) -> None:
        """From outside, as often as it takes: it may not have begun yet."""
        while self.is_alive():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_cancel_backend(%s)", [self.key])
            else:
                self.database.interrupt()
            self.join(0.1)


@pytest.fixture
def searching():
    thread = Searching()
    thread.start()
    thread.begun.wait(60)
    yield thread
    thread.is_ended()


def test_messages_are_stored_and_indexed_while_a_search_goes_on(dialogue, ilya, searching):
    said = answers(ilya, dialogue, "Пишем дальше")
    index_history(at=said.created_at)
    assert HistoryEntry.objects.filter(pk=said.pk).exists()
    assert searching.is_alive()
    searching.is_ended()
    assert searching.is_given_up
