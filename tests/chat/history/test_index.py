"""The index follows the log, and goes with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from chat import tasks
from chat.access import visible_to
from chat.actions.amendments import correct_message, retract_message
from chat.actions.history import BATCH, SETTLES_IN, catch_up, index_history
from chat.files.storage import store_file
from chat.history.search import Wanted, search
from chat.history.terms import read_asked, terms_of
from chat.models import HistoryCursor, HistoryEntry, Message
from tests.cast import answers, closes, writes

pytestmark = pytest.mark.django_db(transaction=True)


def indexes(*, later=timedelta(), most=BATCH):
    return index_history(most=most, at=timezone.now() + later).indexed


def found(query):
    return search(Wanted(read_asked(query), None))


def test_what_was_said_is_found_newest_first(dialogue, ilya):
    later = answers(ilya, dialogue, "Счёт придёт завтра")
    indexes()
    first = Message.objects.get(seq=1)
    assert found("счета") == [later.pk, first.pk]
    assert found("завтра счет") == [later.pk]
    assert found("вчера") == []


def test_a_page_goes_on_where_the_one_before_ended(dialogue, ilya):
    said = [answers(ilya, dialogue, f"Порт {number}").pk for number in range(5349, 5354)]
    indexes()
    wanted = Wanted(read_asked("порты"), None)
    assert search(wanted, most=2) == said[:-3:-1]
    assert search(wanted, before=said[3], most=2) == [said[2], said[1]]
    assert search(wanted, after=said[1], most=2) == [said[2], said[3]]


@pytest.mark.parametrize(("few", "walk"), [(15_000, 60_000), (0, 60_000), (0, 3), (0, 0)])
def test_every_way_to_hits_leads_to_the_same(dialogue, ilya, anton, monkeypatch, few, walk):
    monkeypatch.setattr("chat.history.search.FEW", few)
    monkeypatch.setattr("chat.history.search.WALK", walk)
    said = [answers(ilya, dialogue, f"Порт {number}").pk for number in range(5349, 5354)]
    indexes()
    asked = read_asked('порты "порт 53"')
    for conversations in (None, visible_to(ilya)):
        wanted = Wanted(asked, conversations)
        assert search(wanted, most=3) == said[:1:-1]
        assert search(wanted, before=said[1]) == [said[0]]
        assert search(wanted, after=said[3]) == [said[4]]
    assert search(Wanted(asked, visible_to(anton))) == []
    for account, hits in ((ilya, [said[4]]), (anton, [])):
        wanted = Wanted(asked, None, within=visible_to(account).order_by("-pk")[:10])
        assert search(wanted, most=1) == hits


def test_files_are_found_by_their_names(waiting, marina):
    file = SimpleUploadedFile("Акт сверки 0418.txt", b"text")
    log = store_file(file, at=timezone.now(), visitor=marina)
    said = writes(marina, "", files=[log.public_id])
    indexes()
    assert found("акты") == found("041") == [said.pk]


def test_lines_of_the_system_are_not_said(dialogue, ilya):
    closes(ilya, dialogue)
    indexes()
    assert found("закрыто") == []


def test_a_batch_is_no_longer_than_asked_and_the_next_goes_on(dialogue, ilya):
    for number in range(4):
        answers(ilya, dialogue, f"Порт {number}")
    assert [indexes(most=2), indexes(most=2), indexes(most=2), indexes(most=2)] == [2, 2, 1, 0]
    assert len(found("порт")) == 4


def test_nothing_is_passed_over_that_may_still_be_written(dialogue):
    """A message gets its key before its transaction ends: one with a lower key may come later."""
    assert indexes(most=1) == 1
    assert HistoryCursor.objects.get().done == 0
    indexes(later=SETTLES_IN)
    indexes(later=2 * SETTLES_IN)
    assert HistoryCursor.objects.get().done == Message.objects.latest("pk").pk
    assert indexes(later=3 * SETTLES_IN) == 0


def test_one_that_comes_late_is_found_all_the_same(dialogue, ilya):
    early, late = answers(ilya, dialogue, "Ранний"), answers(ilya, dialogue, "Поздний")
    indexes()
    HistoryEntry.objects.filter(message=early).delete()  # as if it had not been there yet
    indexes(later=SETTLES_IN)
    assert found("ранний") == [early.pk]
    assert found("поздний") == [late.pk]


def test_who_searches_does_not_wait_for_that(dialogue, ilya):
    early = answers(ilya, dialogue, "Ранний")
    indexes()
    HistoryEntry.objects.filter(message=early).delete()
    assert indexes() == 0
    catch_up(timedelta(seconds=5))
    assert found("ранний") == [early.pk]


def test_what_is_indexed_is_not_looked_at_again_with_every_batch(dialogue, ilya):
    """Or a busy minute costs as its square."""
    answers(ilya, dialogue, "Порт 5349")
    indexes()
    before = Message.objects.latest("pk").pk
    assert HistoryCursor.objects.get().looks_from == before
    answers(ilya, dialogue, "Порт 5350")
    assert indexes() == 1
    assert HistoryCursor.objects.get().done < before < HistoryCursor.objects.get().looks_from


def test_a_batch_looks_at_so_many_keys_and_no_more(dialogue, ilya, monkeypatch):
    """What is indexed already is looked at again when the log has settled, and is many."""
    monkeypatch.setattr("chat.actions.history.LOOKS_AT", 2)
    said = [answers(ilya, dialogue, f"Порт {number}").pk for number in range(5)]
    while index_history(at=timezone.now()).is_more:
        pass
    assert HistoryCursor.objects.get().reached == said[-1]
    HistoryEntry.objects.filter(pk=said[3]).delete()
    later = timezone.now() + SETTLES_IN
    looks = [index_history(at=later)]
    while looks[-1].is_more:
        looks.append(index_history(at=later))
    assert sum(look.indexed for look in looks) == 1
    assert len(looks) == -(-Message.objects.count() // 2)


def test_nobody_waits_for_what_is_laid_out(dialogue, ilya, marina, monkeypatch):
    """SQLite has one writer: whoever reads and reckons in a transaction keeps messages waiting."""
    spoken: list[int] = []

    def said_meanwhile(text):
        if not spoken:
            spoken.append(_in_a_thread(lambda: writes(marina, "Порт 5350").pk))
        return terms_of(text)

    monkeypatch.setattr("chat.actions.history.terms_of", said_meanwhile)
    first = answers(ilya, dialogue, "Порт 5349")
    indexes()
    assert found("5349") == [first.pk]
    indexes()
    assert found("порт") == [*spoken, first.pk]


@pytest.mark.parametrize("change", [correct_message, retract_message])
def test_what_changes_while_it_is_laid_out_keeps_its_last_words(
    dialogue, ilya, monkeypatch, change
):
    said = answers(ilya, dialogue, "Порт 5349")
    words = ["Шлюз 8443"] if change is correct_message else []

    def changed_meanwhile(text):
        monkeypatch.setattr("chat.actions.history.terms_of", terms_of)
        change(ilya, dialogue.public_id, said.seq, *words, at=timezone.now())
        return terms_of(text)

    monkeypatch.setattr("chat.actions.history.terms_of", changed_meanwhile)
    indexes()
    assert found("порт") == []
    assert found("шлюз") == ([said.pk] if words else [])


def test_a_batch_that_another_was_quicker_with_says_nothing_of_how_far_it_came(
    dialogue, monkeypatch
):
    def another_was_quicker(text):
        monkeypatch.setattr("chat.actions.history.terms_of", terms_of)
        assert indexes() == 1
        return terms_of(text)

    monkeypatch.setattr("chat.actions.history.terms_of", another_was_quicker)
    assert index_history(at=timezone.now()) == (0, False)
    assert HistoryEntry.objects.count() == 1


def _in_a_thread(call):
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(call).result(timeout=5)
        pool.submit(lambda: connection.close()).result()  # noqa: PLW0108  the thread's own
    return result


def test_who_searches_finds_what_is_missing_however_far_it_is(dialogue, ilya, monkeypatch):
    said = [answers(ilya, dialogue, f"Порт {number}").pk for number in range(5)]
    indexes()
    monkeypatch.setattr("chat.actions.history.LOOKS_AT", 1)
    HistoryEntry.objects.filter(pk__in=(said[0], said[4])).delete()
    catch_up(timedelta(seconds=5))
    assert found("порт") == said[::-1]


def test_what_was_corrected_is_found_by_its_last_words(dialogue, ilya):
    said = answers(ilya, dialogue, "Порт 5349")
    indexes()
    correct_message(ilya, dialogue.public_id, said.seq, "Шлюз 8443", at=timezone.now())
    assert (found("порт"), found("5349")) == ([], [])
    assert found("шлюз 8443") == [said.pk]


def test_what_was_taken_back_is_not_found(dialogue, ilya):
    said = answers(ilya, dialogue, "Порт 5349")
    indexes()
    retract_message(ilya, dialogue.public_id, said.seq, at=timezone.now())
    indexes(later=SETTLES_IN)
    assert found("порт") == []
    assert not HistoryEntry.objects.filter(pk=said.pk).exists()


def test_what_was_taken_back_before_it_was_indexed_never_is(dialogue, ilya):
    said = answers(ilya, dialogue, "Порт 5349")
    retract_message(ilya, dialogue.public_id, said.seq, at=timezone.now())
    indexes()
    assert found("порт") == []


def rows_of_the_index():
    if connection.vendor == "postgresql":
        return HistoryEntry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM chat_historyterms WHERE chat_historyterms MATCH 'счет'"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_a_message_is_found_by_goes_with_it_whoever_deletes_it(waiting, by_hand):
    indexes()
    assert rows_of_the_index() == 1
    if by_hand:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM chat_message")
    else:
        waiting.delete()
    assert rows_of_the_index() == HistoryEntry.objects.count() == 0


def test_the_sweep_takes_all_there_is_batch_by_batch(dialogue, ilya, monkeypatch):
    monkeypatch.setattr("chat.actions.history.BATCH", 2)
    for number in range(5):
        answers(ilya, dialogue, f"Порт {number}")
    tasks.index_history()
    assert len(found("порт")) == 5
