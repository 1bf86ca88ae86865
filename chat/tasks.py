import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from chat.actions.data_requests import forget_whose
from chat.actions.history import index_for
from chat.actions.seals import seal_changes
from chat.actions.sign_ins import forget_ended
from chat.files.sweeps import (
    draw_missing,
    remove_orphans,
    remove_parts,
    remove_stray_photos,
    remove_strays,
    remove_template_strays,
    remove_unfinished,
    scan_pending,
)
from chat.mail.actions.sending import forget_letters
from chat.mail.couriers import COURIERS as OF_MAIL
from chat.notices.couriers import make_push_round
from chat.personal.archives import make_next, remove_expired
from chat.purge.actions.doomed import remove_doomed
from chat.purge.actions.runs import purge_for
from chat.tickets.actions.telling import tell_for
from chat.webhooks.actions.deliveries import forget_deliveries
from chat.webhooks.couriers import COURIERS as OF_WEBHOOKS

logger = logging.getLogger("sphaera_support.files")

# At a stretch, of the five seconds between two: an old history that is new to the index.
INDEXING = timedelta(seconds=2)
# Likewise: of an incident with thousands of tickets.
TELLING = timedelta(seconds=2)
# Likewise: of a night.
PURGING = timedelta(seconds=2)


@shared_task
def remove_orphan_files() -> None:
    at = timezone.now()
    _tell("Uploads removed that no message took: %d", remove_orphans(at=at))
    _tell("Unfinished uploads removed: %d", remove_unfinished(at=at))
    _tell("Uploads removed that did not go on: %d", remove_parts(at=at))
    _tell("Archives of personal data removed: %d", remove_expired(at=at))


@shared_task
def scan_pending_files() -> None:
    _tell("Files looked into that had to wait: %d", scan_pending(at=timezone.now()))


@shared_task
def draw_missing_previews() -> None:
    _tell("Previews drawn that were missing: %d", draw_missing())


@shared_task
def remove_stray_files() -> None:
    _tell("Files removed that no row names: %d", remove_strays(at=timezone.now()))
    _tell("Photos removed that no account has: %d", remove_stray_photos(at=timezone.now()))
    count = remove_template_strays(at=timezone.now())
    _tell("Files of templates removed that no row names: %d", count)
    _tell("Files that are to go and cannot be removed: %d", remove_doomed())


@shared_task
def index_history() -> None:
    index_for(INDEXING)


@shared_task
def tell_of_incidents() -> None:
    """What is said to the customers of an incident, beyond those who had it at once."""
    tell_for(TELLING)


@shared_task
def make_archives() -> None:
    """Of people's own data, those that were asked for."""
    while make_next():
        pass


@shared_task
def seal_log_of_changes() -> None:
    seal_changes()


@shared_task
def deliver_webhooks() -> None:
    OF_WEBHOOKS.make_round()


@shared_task
def push_notices() -> None:
    make_push_round()


@shared_task
def forget_webhook_deliveries() -> None:
    forget_deliveries(at=timezone.now())


@shared_task
def send_letters() -> None:
    OF_MAIL.make_round()


@shared_task
def forget_old_letters() -> None:
    forget_letters(at=timezone.now())


@shared_task
def purge_history() -> None:
    """In the quiet hours of the night, once."""
    purge_for(PURGING)


@shared_task
def forget_ended_sign_ins() -> None:
    forget_ended()


@shared_task
def forget_whose_requests() -> None:
    forget_whose()


def _tell(words: str, count: int) -> None:
    if count:
        logger.info(words, count)
