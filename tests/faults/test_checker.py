"""The checker of `make faults` sees each kind of loss: Anna writes to Boris, one thing is wrong."""

import msgspec
import pytest

from tests.faults.checker import Checker, Record, Row, Verdict
from tests.faults.history import WORLD, Event
from tests.faults.liveness import Waits

ANNA, BORIS, CLARA = "visitor:anna", "operator:boris", "operator:clara"
TALK = "talk"
MESSAGES = 4


class Story:
    """A run in which all went well; each test spoils one thing and has it judged."""

    def __init__(self) -> None:
        self.events: list[Event] = [Event(0.0, BORIS, "accepted", TALK)]
        self.rows: list[Row] = []
        for number in range(1, MESSAGES + 1):
            self.exchange(number, ANNA if number % 2 else BORIS)
        for actor in (ANNA, BORIS):
            self.read_afresh(actor)

    def exchange(self, number: int, author: str) -> None:
        id, hash = f"m{number}", f"h{number}"
        self.rows.append(Row(TALK, number, number, id, author, hash))
        self.events += [
            Event(number, author, "send", TALK, id, hash=hash),
            Event(number + 0.1, author, "ack", TALK, id, number),
            Event(number + 0.2, ANNA, "recv", TALK, id, number, hash),
            Event(number + 0.2, BORIS, "recv", TALK, id, number, hash),
        ]

    def read_afresh(self, actor: str) -> None:
        for row in self.rows:
            self.events.append(Event(50.0, actor, "cold", row.conv, row.id, row.seq, row.hash))
        self.events.append(Event(51.0, actor, "cold_end", TALK))

    def drop(self, actor: str, ev: str, id: str) -> None:
        self.events = [e for e in self.events if (e.actor, e.ev, e.id) != (actor, ev, id)]

    def change(self, actor: str, ev: str, id: str, **fields: object) -> None:
        self.events = [
            msgspec.structs.replace(e, **fields) if (e.actor, e.ev, e.id) == (actor, ev, id) else e
            for e in self.events
        ]

    def change_row(self, place: int, **fields: object) -> None:
        self.rows[place] = msgspec.structs.replace(self.rows[place], **fields)

    def judge(self) -> Verdict:
        events = sorted(self.events, key=lambda event: event.t)
        checker = Checker(events, Record(self.rows, {TALK: ANNA}), bystanders=[CLARA])
        checker.run()
        Waits(checker).run()
        return checker.verdict

    def blames(self) -> set[str]:
        return {violation.rule for violation in self.judge().violations}


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_run_without_loss_passes(story):
    assert not story.judge().violations


def test_an_acknowledged_message_that_is_not_stored_is_lost(story):
    story.rows.pop()
    assert "lost" in story.blames()


def test_an_unacknowledged_message_may_be_stored_or_not(story):
    story.events.append(Event(9.0, ANNA, "send", TALK, "m9", hash="h9"))
    story.events.append(Event(9.1, ANNA, "nack", TALK, "m9", code="closed"))
    assert not story.blames()


def test_a_message_stored_twice_under_one_id_is_doubled(story):
    story.rows.append(Row(TALK, 5, 5, "m4", BORIS, "h4"))
    assert "doubled" in story.blames()


def test_a_text_stored_twice_under_two_ids_is_doubled(story):
    story.rows.append(Row(TALK, 5, 5, "m5", BORIS, "h4"))
    assert "doubled" in story.blames()


def test_a_message_that_a_participant_never_saw_is_undelivered(story):
    story.drop(BORIS, "recv", "m4")
    assert story.blames() == {"undelivered"}


def test_a_message_missing_in_a_cold_read_is_undelivered(story):
    story.drop(ANNA, "cold", "m4")
    assert story.blames() == {"undelivered"}


def test_a_participant_who_could_read_nothing_afresh_is_noticed(story):
    story.drop(ANNA, "cold_end", "")
    assert story.blames() == {"undelivered"}


def test_messages_shown_in_another_order_are_out_of_order(story):
    story.change(ANNA, "recv", "m2", seq=3)
    story.change(ANNA, "recv", "m3", seq=2)
    assert "out of order" in story.blames()


def test_messages_stored_in_another_order_than_sent_are_out_of_order(story):
    story.change(ANNA, "send", "m1", t=3.05)
    assert "out of order" in story.blames()


def test_a_message_acknowledged_under_another_number_is_out_of_order(story):
    story.change(ANNA, "ack", "m3", seq=2)
    assert story.blames() == {"out of order"}


def corrected(story: Story) -> Story:
    """Boris put m4 into other words, and both read them."""
    story.rows.append(Row(TALK, 5, 5, "a1", "system", ""))
    story.change_row(3, hash="h4b")
    story.events.append(Event(4.5, BORIS, "correcting", TALK, hash="h4b", of="m4"))
    story.events.append(Event(4.6, BORIS, "corrected", TALK, hash="h4b", of="m4"))
    for actor in (ANNA, BORIS):
        story.change(actor, "cold", "m4", hash="h4b")
        for ev, t in (("recv", 4.7), ("cold", 50.1)):
            story.events.append(Event(t, actor, ev, TALK, "a1", 5, "h4b", of="m4"))
    return story


def test_a_corrected_message_passes(story):
    assert not corrected(story).judge().violations


def test_an_acknowledged_correction_that_is_not_stored_is_lost(story):
    corrected(story).change_row(3, hash="h4")
    assert "lost" in story.blames()


def test_who_is_left_with_old_words_is_noticed(story):
    corrected(story).change(ANNA, "recv", "a1", hash="h4")
    assert story.blames() == {"altered"}


def test_a_correction_that_a_participant_never_saw_is_undelivered(story):
    corrected(story).drop(ANNA, "recv", "a1")
    assert "undelivered" in story.blames()


def test_a_client_that_skips_a_number_leaves_a_gap(story):
    story.drop(BORIS, "recv", "m2")
    assert story.blames() == {"gaps", "undelivered"}


def test_a_hole_in_the_stored_numbering_is_a_gap(story):
    story.change_row(3, seq=5)
    assert "gaps" in story.blames()


def test_a_message_of_a_foreign_conversation_is_foreign(story):
    story.events.append(Event(9.0, "visitor:eve", "recv", TALK, "m1", 1, "h1"))
    assert story.blames() == {"foreign"}


def test_a_note_that_the_visitor_saw_is_foreign(story):
    story.change(BORIS, "send", "m4", note=True)
    story.change_row(3, visitor_seq=None)
    assert "foreign" in story.blames()


def test_a_glimpse_of_anything_by_a_bystander_is_foreign(story):
    story.events.append(Event(9.0, CLARA, "glimpse", TALK, "m1", 1, "h1"))
    assert story.blames() == {"foreign"}


def test_a_glimpse_of_a_waiting_conversation_is_a_colleagues_right(story):
    story.events.append(Event(9.0, "operator:dora", "glimpse", TALK, "m3", 3, "h3"))
    assert not story.blames()


def test_a_stored_message_that_nobody_sent_is_invented(story):
    story.drop(ANNA, "send", "m1")
    assert story.blames() == {"invented"}


def test_a_message_stored_under_another_name_is_invented(story):
    story.change_row(0, author=BORIS)
    assert "invented" in story.blames()


def test_a_text_that_changed_on_the_way_is_altered(story):
    story.change(BORIS, "recv", "m1", hash="other")
    assert story.blames() == {"altered"}


def test_two_operators_who_accepted_at_once_are_two_owners(story):
    story.events.append(Event(0.5, CLARA, "accepted", TALK))
    assert "two owners" in story.blames()


def test_a_conversation_that_ended_may_be_accepted_anew(story):
    story.events.append(Event(-2.0, CLARA, "accepted", TALK))
    story.events.append(Event(-1.0, ANNA, "ending", TALK))
    story.events.append(Event(-0.5, ANNA, "ended", TALK))
    assert not story.blames()


def test_an_end_on_its_way_while_somebody_accepts_is_no_second_owner(story):
    story.events.append(Event(-2.0, ANNA, "ending", TALK))
    story.events.append(Event(-1.0, CLARA, "accepted", TALK))
    story.events.append(Event(-0.5, ANNA, "ended", TALK))
    assert not story.blames()


def test_a_message_that_was_never_answered_is_noticed(story):
    story.events.append(Event(9.0, ANNA, "send", TALK, "m9", hash="h9"))
    assert story.blames() == {"unanswered"}


def test_an_answer_after_more_than_ten_seconds_is_late(story):
    story.change(BORIS, "ack", "m4", t=14.5)
    assert story.blames() == {"late"}


def test_time_with_a_broken_server_does_not_count(story):
    story.change(BORIS, "ack", "m4", t=14.5)
    story.events.append(Event(4.05, WORLD, "fault", code="kill"))
    story.events.append(Event(13.0, WORLD, "healed", code="kill"))
    assert not story.blames()


def test_a_delivery_after_more_than_five_seconds_is_late(story):
    story.change(ANNA, "recv", "m4", t=10.0)
    assert story.blames() == {"late"}


def long_history(story: Story, *, page_seconds: float) -> None:
    """Clara takes the talk over and reads what was said before, one message a page."""
    story.events.append(Event(10.0, CLARA, "accepted", TALK))
    story.exchange(MESSAGES + 1, ANNA)
    for page, row in enumerate(story.rows, 1):
        at = 10.0 + page * page_seconds
        story.events.append(Event(at, CLARA, "recv", TALK, row.id, row.seq, row.hash))


def late_for_clara(story: Story) -> list[str]:
    return [v.what for v in story.judge().violations if v.rule == "late" and CLARA in v.what]


def test_a_long_history_may_take_long_page_by_page(story):
    long_history(story, page_seconds=4.0)
    assert not late_for_clara(story)


def test_a_page_of_the_history_after_more_than_five_seconds_is_late(story):
    long_history(story, page_seconds=5.1)
    assert len(late_for_clara(story)) == len(story.rows)


def test_what_is_said_after_the_history_was_read_is_due_at_once(story):
    long_history(story, page_seconds=1.0)
    story.exchange(20, ANNA)
    story.events.append(Event(26.0, CLARA, "recv", TALK, "m20", 20, "h20"))
    assert len(late_for_clara(story)) == 1


def test_without_redis_a_delivery_is_due_all_the_same(story):
    story.change(ANNA, "recv", "m4", t=10.0)
    story.events.append(Event(4.05, WORLD, "fault", code="redis"))
    story.events.append(Event(9.9, WORLD, "healed", code="redis"))
    assert story.blames() == {"late"}


def test_a_participant_who_does_not_come_back_is_late(story):
    story.events.append(Event(20.0, ANNA, "disc", code="1006"))
    assert story.blames() == {"late"}


def test_a_connection_that_the_server_broke_off_with_an_error_is_noticed(story):
    story.events.append(Event(20.0, ANNA, "disc", code="1011"))
    story.events.append(Event(20.5, ANNA, "welcome"))
    assert story.blames() == {"thrown out"}
