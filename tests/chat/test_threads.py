"""Threads for the database: the last that was free is the first to be asked."""

import threading
from collections import Counter

import pytest

from chat.threads import Threads

PATIENCE = 10


@pytest.fixture
def ended():
    return Counter()


@pytest.fixture
def threads(ended):
    def end():
        ended[threading.current_thread().name] += 1

    threads = Threads(3, "work", end)
    yield threads
    threads.close()


def done_by(threads, count=1):
    """The names of those who did so many jobs, one after the other."""
    names = []
    for _ in range(count):
        done = threading.Event()

        def note(done=done):
            names.append(threading.current_thread().name)
            done.set()

        threads.submit(note)
        assert done.wait(PATIENCE)
        _until(lambda: len(threads._free) == len(threads._threads))
    return names


def _until(holds):
    for _ in range(1000):
        if holds():
            return
        threading.Event().wait(0.01)
    raise AssertionError("It never was so.")


def held(threads, count):
    """So many jobs that go on until they are let go."""
    began, go_on = threading.Semaphore(0), threading.Event()

    def hold():
        began.release()
        go_on.wait(PATIENCE)

    for _ in range(count):
        threads.submit(hold)
    return began, go_on


def test_one_after_the_other_is_done_by_one(threads):
    assert set(done_by(threads, 20)) == {"work_0"}


def test_who_was_free_last_is_asked_first(threads):
    began, go_on = held(threads, 3)
    for _ in range(3):
        assert began.acquire(timeout=PATIENCE)
    go_on.set()
    _until(lambda: len(threads._free) == 3)
    last = threads._free[-1].name
    assert set(done_by(threads, 5)) == {last}


def test_there_are_no_more_than_so_many_and_the_rest_waits_in_order(threads):
    began, go_on = held(threads, 3)
    for _ in range(3):
        assert began.acquire(timeout=PATIENCE)
    done = []
    for number in range(10):
        threads.submit(lambda number=number: done.append((threading.current_thread().name, number)))
    assert done == []
    go_on.set()
    threads.close()
    assert sorted(number for _name, number in done) == list(range(10))
    assert {name for name, _number in done} <= {"work_0", "work_1", "work_2"}


def test_each_ends_for_itself_when_all_is_done(threads, ended):
    done = []
    for number in range(50):
        threads.submit(lambda number=number: done.append(number))
    threads.close()
    assert len(done) == 50
    assert set(ended.values()) == {1}
    with pytest.raises(RuntimeError):
        threads.submit(print)


def test_none_is_begun_that_nobody_needs(threads, ended):
    threads.close()
    assert not ended


def test_a_thread_that_cannot_begin_is_given_nothing(threads, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            threads.submit(print)
    assert done_by(threads, 3) == ["work_0"] * 3
