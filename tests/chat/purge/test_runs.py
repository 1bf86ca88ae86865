"""A run is one, whoever works on it and however often it is broken off."""

import os
import signal
from itertools import count
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from chat.models import (
    Attachment,
    Conversation,
    DestructionAct,
    DoomedFile,
    Message,
    PurgeRun,
    Visitor,
)
from chat.purge.actions import batches, doomed, runs
from chat.purge.actions.runs import begin_run, work_on
from sphaera_support.management.commands import purge
from tests.cast import comes_from
from tests.chat.purge.world import YEARS, purges, talked
from tests.forks import ended, forked

KILLS = int(os.environ.get("PURGE_KILLS", "10"))
STEPS = 60  # statements and removals, within which it is killed: more than one batch has


@pytest.fixture
def small_batches(monkeypatch) -> None:
    for name in ("FEWEST", "MOST"):
        monkeypatch.setattr(batches, name, 4)
    monkeypatch.setattr(runs, "pace_of", lambda gently: batches.Pace(most=4))


def people(site, number: int) -> list[Visitor]:
    return [
        Visitor.objects.create(site=site, subject=f"customer{one}", name="Клиент")
        for one in range(number)
    ]


def files_on_disk(settings) -> list[Path]:
    folders = [Path(settings.MEDIA_ROOT, name) for name in ("attachments", "previews")]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_two_at_once_do_the_work_once(db, site, ilya, small_batches):
    for one in people(site, 4):
        talked(one, ilya)
    first, second = (work_on(begin_run(PurgeRun.Way.COMMAND)) for _one in "ab")
    turns = sum(1 for pair in zip(first, second, strict=False) if pair)
    assert turns
    assert not list(first) + list(second)
    run = PurgeRun.objects.get()
    assert (run.roots["conversations"], run.roots["visitors"]) == (4, 4)
    assert DestructionAct.objects.get().number == 1


def test_a_long_conversation_goes_in_pieces(db, marina, ilya, small_batches):
    conversation = talked(marina, ilya)
    told = conversation.messages.first()
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            client_id=f"00000000-0000-0000-0000-{seq:012}",
            seq=seq,
            kind="text",
            author_kind="visitor",
            created_at=told.created_at,
        )
        for seq in range(50, 60)
    )
    Conversation.objects.update(last_seq=59)
    assert purges().roots["conversations"] == 1
    assert not Message.objects.exists()


def test_what_is_counted_first_stops_it_before_anything_goes(db, marina, ilya, monkeypatch, caplog):
    talked(marina, ilya)

    def fails(_before):
        raise OSError("No space left on device\nDETAIL: Марина")

    monkeypatch.setattr(runs, "FIRST", [fails])
    with pytest.raises(CommandError, match="Нет места на диске"):
        call_command("purge")
    assert Conversation.objects.exists()
    assert PurgeRun.objects.get().trouble
    assert "Марина" not in caplog.text


def test_a_file_that_cannot_be_removed_is_said_and_tried_again(db, marina, ilya, monkeypatch):
    talked(marina, ilya, files=1)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", _refuse)
        run = purges()
    assert run.act.left_files == DoomedFile.objects.filter(tries=1).count() == 2
    doomed.remove_doomed()
    assert not DoomedFile.objects.exists()


def _refuse(*_args, **_kwargs):
    raise PermissionError(13, "Permission denied")


def test_asked_what_would_go_it_says_and_deletes_nothing(db, marina, ilya, capsys):
    talked(marina, ilya, files=1)
    then = timezone.now() - YEARS
    Attachment.objects.update(created_at=then)
    comes_from(marina, "203.0.113.7", started_at=then, seen_at=then, present_until=then)
    call_command("purge", "--dry-run")
    told = capsys.readouterr().out
    assert "conversations: 1" in told
    assert "files: 1," in told
    # These go along.
    assert "files of messages that stay: 0" in told
    assert "\nvisits: 1" in told
    assert "addresses of visits that stay: 0" in told
    assert "nothing left: 1" in told
    assert Conversation.objects.exists()
    assert not PurgeRun.objects.exists()


@pytest.mark.parametrize("day", ["2999-01-01", "завтра", "2026-02-31"])
def test_a_date_that_cannot_be_is_refused(db, day):
    with pytest.raises(CommandError):
        call_command("purge", "--before", day)


def test_interrupted_it_says_that_it_goes_on(db, monkeypatch):
    monkeypatch.setattr(purge, "work_on", _interrupted)
    with pytest.raises(CommandError, match="goes on from here"):
        call_command("purge")


def _interrupted(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_killed_anywhere_it_ends_the_same(transactional_db, site, ilya, small_batches, settings):
    """At one statement or removal after the other, in a process of its own each time."""
    others = set(files_on_disk(settings))
    number = 4 + KILLS // 4
    for one in people(site, number):
        talked(one, ilya, files=1)
    before, points = timezone.now(), count(3, 7)
    ends = [
        in_another_process(before, dies_after=next(points) % STEPS + 1) for _kill in range(KILLS)
    ]
    assert set(ends) <= {0, signal.SIGKILL}
    assert in_another_process(before, dies_after=None) == 0
    run = PurgeRun.objects.exclude(rows={}).get()
    assert (run.roots["conversations"], run.roots["visitors"]) == (number, number)
    assert run.is_over
    print(f"killed {ends.count(signal.SIGKILL)} times")
    assert run.rows["chat.Message"] == run.rows["chat.Conversation"] * 4
    assert not (Visitor.objects.exists())
    assert not (DoomedFile.objects.exists())
    assert set(files_on_disk(settings)) == others
    assert DestructionAct.objects.get().digest == run.digest


def in_another_process(before, *, dies_after: int | None) -> int:
    """How it ended."""

    def act():
        die_after(dies_after)
        purges(before)

    return ended(forked(act))


def die_after(steps: int | None) -> None:
    left = count(steps, -1) if steps else count(1)

    def step(call, *args):
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args)

    unlink = Path.unlink
    Path.unlink = lambda self, missing_ok=False: step(unlink, self, missing_ok)  # type: ignore[method-assign]
    connection.execute_wrappers.append(step)
