"""What is seen of a site's window is noted: at most once a minute each, and only so many rows."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from chat.identity import BadToken
from chat.models import Sighting
from departments.models import Site
from operators.buckets import Bucket

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
MOST = 20  # origins of a site for each outcome
MOST_REMEMBERED = 2000

Outcome = Sighting.Outcome


@dataclass
class Lately:
    """What this process has noted within the last minute. Anybody can bring up what is no good
    window: of that only so much is noted, whatever origins they make up.
    """

    noted: dict[tuple[int, str, str], datetime] = field(default_factory=dict)
    of_anybody: Bucket = field(default_factory=lambda: Bucket(capacity=30, rate=0.5))

    def is_due(self, key: tuple[int, str, str], at: datetime) -> bool:
        last = self.noted.get(key)
        if last is not None and last <= at < last + EVERY:
            return False
        if key[2] != Outcome.LOADED and not self.of_anybody.take():
            return False
        if len(self.noted) >= MOST_REMEMBERED:
            self.noted.clear()
        self.noted[key] = at
        return True


lately = Lately()


def note_refusal(site: Site, origin: str, bad: BadToken, *, at: datetime) -> None:
    """One that says nothing of the site's server is not noted."""
    if bad.flaw is not None:
        note_sighting(site, origin, Outcome(bad.flaw), minutes=bad.minutes, at=at)


def note_sighting(
    site: Site, origin: str, outcome: Outcome, *, minutes: int = 0, at: datetime
) -> None:
    """The window comes first: that it could not be noted is said in the log alone."""
    if not lately.is_due((site.pk, origin, outcome), at):
        return
    try:
        with transaction.atomic():
            _note(site, origin, outcome, minutes, at)
    except DatabaseError:
        logger.exception("What was seen of the window of %s is not noted.", site.key)


def _note(site: Site, origin: str, outcome: Outcome, minutes: int, at: datetime) -> None:
    Sighting.objects.update_or_create(
        site=site,
        origin=origin,
        outcome=outcome,
        defaults={"minutes": minutes, "seen_at": at},
    )
    alike = Sighting.objects.filter(site=site, outcome=outcome)
    surplus = list(alike.values_list("pk", flat=True)[MOST : 2 * MOST])
    if surplus:
        alike.filter(pk__in=surplus).delete()
