"""The purge by hand: the same rules, batches and acts as at night (chat.purge)."""

import sys
from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from chat.models import DoomedFile, PurgeRun
from chat.purge.actions.runs import PurgeStopped, begin_run, work_on
from chat.purge.preview import WORDS, Preview, count_roots, look_ahead
from chat.purge.terms import Cutoffs, cutoffs_at
from sphaera_support.management.commands.serve import missing_migrations

BAR = 30  # characters


class Command(BaseCommand):
    help = "Delete what is older than its term; closed conversations, and all that goes with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go, delete nothing."
        )
        parser.add_argument(
            "--gently", action="store_true", help="In the small steps of the nightly run."
        )
        parser.add_argument(
            "--before", metavar="DATE", help="2026-03-01: what is older, whatever its term."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if missing_migrations():
            raise CommandError("The database is older than this code: run `manage.py migrate`.")
        at = timezone.now()
        before = _read(options["before"], at)
        if options["dry_run"]:
            return self._tell(look_ahead(before or cutoffs_at(at), at=at))
        self.gently = options["gently"]
        self._finish_the_other(before)
        return self._purge(begin_run(PurgeRun.Way.COMMAND, before=before))

    def _finish_the_other(self, before: Cutoffs | None) -> None:
        """One that was broken off, by terms of its own."""
        other = PurgeRun.objects.unfinished().first()
        if other is not None and (before is None or other.before != before.stored):
            self.stdout.write(f"The run of {other.started_at:%Y-%m-%d %H:%M} is finished first.")
            self._purge(other)

    def _purge(self, run: PurgeRun) -> None:
        done, total = 0, _total(run) if sys.stderr.isatty() else 0
        try:
            for progress in work_on(run, gently=self.gently):
                done += progress.batch.roots
                if total:
                    self._draw(done / total, progress.rule.name)
        except PurgeStopped as stopped:
            raise CommandError(f"{stopped} The next run goes on from here.") from stopped
        except KeyboardInterrupt as interrupt:
            words = "Interrupted. The next run goes on from here."
            raise CommandError(words, returncode=130) from interrupt
        if total:
            self.stderr.write("")
        run.refresh_from_db()
        self._say_what_went(run)

    def _draw(self, share: float, rule: str) -> None:
        share = min(1.0, share)
        bar = "#" * int(BAR * share)
        drawn = f"\r[{bar:<{BAR}}] {share:4.0%} {rule:<16}"
        self.stderr.write(drawn, style_func=str, ending="")  # an error would be red
        self.stderr.flush()

    def _say_what_went(self, run: PurgeRun) -> None:
        for label, count in sorted(run.rows.items()):
            self.stdout.write(f"{label}: {count}")
        act = getattr(run, "act", None)
        self.stdout.write(f"Act {act.number}." if act else "Nothing was due.")
        left = DoomedFile.objects.count()
        if left:
            raise CommandError(f"{left} files could not be removed; the next run tries again.")

    def _tell(self, ahead: Preview) -> None:
        self.stdout.write("Would be deleted:")
        for name, count in ahead.roots.items():
            self.stdout.write(f"{WORDS[name]}: {count}")
        self.stdout.write(f"messages: {ahead.messages}")
        self.stdout.write(f"files: {ahead.files}, {ahead.bytes} bytes")


def _total(run: PurgeRun) -> int:
    return sum(count_roots(Cutoffs.read(run.before), at=timezone.now()).values())


def _read(text: str | None, at: datetime) -> Cutoffs | None:
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{text!r} is no date; write it as 2026-03-01.")
    before = timezone.make_aware(datetime.combine(day, time.min))
    if before > at:
        raise CommandError(f"{text} is in the future: nothing is older than that by now.")
    return Cutoffs.all_at(before)
