from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions import mending
from chat.verifying import files, log, states
from operators.seals import find_broken_seals, last_seal
from reports.checks import find_differences
from sphaera_support.moving.snapshot import one_moment


@dataclass(frozen=True)
class Check:
    """What it finds, a line each; how it is put right where that is safe, and how often it was."""

    find: Callable[[], Iterator[str]]
    repair: Callable[[], int] | None = None


# Each app names its own here.
CHECKS: tuple[Check, ...] = (
    Check(log.find_gaps),
    Check(log.find_wrong_ends, mending.mend_ends),
    Check(log.find_gaps_among_staff),
    Check(log.find_orphans, mending.forget_orphan_entries),
    Check(states.find_impossible_states, mending.end_stretches),
    Check(log.find_other_owners),
    Check(files.find_rows_without_files),
    Check(files.find_files_without_rows, mending.remove_files_without_rows),
    Check(lambda: find_broken_seals(at=timezone.now())),
    Check(find_differences),
)


class Command(BaseCommand):
    help = (
        "Look through all that is kept for gaps, references to nothing, files without rows and"
        " rows without files, and states that cannot be. Exit code 1 where something was found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="put right what can be safely")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for check in CHECKS:
            if options["repair"] and check.repair is not None and (count := check.repair()):
                self.stdout.write(_("Исправлено: %d") % count)
            with one_moment():
                for line in check.find():
                    self.stdout.write(line)
                    found += 1
        self.stdout.write(_("Последняя печать журнала изменений: %s") % last_seal())
        if found:
            raise CommandError(_("Нарушений: %d") % found)
        self.stdout.write(_("Нарушений нет"))
