"""Embedded, tasks run in the thread of the beat: each when it is due, and one that fails alone."""

from datetime import timedelta

import pytest
from celery import Celery

from sphaera_support.beat import EmbeddedScheduler

pytestmark = pytest.mark.once

EVERY = 60  # seconds


@pytest.fixture
def done():
    return []


@pytest.fixture
def scheduler(done):
    app = Celery("tests")
    app.conf.update(task_always_eager=True, broker_url="memory://")

    @app.task(name="notes", shared=False)
    def _note():
        done.append("noted")

    @app.task(name="fails", shared=False)
    def _fail():
        done.append("failed")
        raise ValueError

    app.conf.beat_schedule = {
        name: {"task": name, "schedule": EVERY} for name in ("fails", "notes")
    }
    return EmbeddedScheduler(app=app)


def comes_due(scheduler):
    for entry in scheduler.schedule.values():
        entry.last_run_at -= timedelta(seconds=EVERY)


def test_it_sleeps_until_the_first_is_due(scheduler, done):
    assert EVERY - 5 < scheduler.tick() <= EVERY
    assert done == []


def test_what_is_due_is_done_once_and_one_that_fails_keeps_back_no_other(scheduler, done, caplog):
    comes_due(scheduler)
    assert [scheduler.tick(), scheduler.tick()] == [0, 0]
    assert EVERY - 5 < scheduler.tick() <= EVERY
    assert sorted(done) == ["failed", "noted"]
    assert caplog.messages == ["fails failed"]
