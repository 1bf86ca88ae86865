import logging

from celery import shared_task
from django.utils import timezone

from reports.actions.exports import forget_exports, write_next_export

logger = logging.getLogger("sphaera_support.reports")


@shared_task
def write_exports() -> None:
    """One at a time, so that those of many do not keep all workers busy."""
    write_next_export(at=timezone.now())


@shared_task
def forget_old_exports() -> None:
    if count := forget_exports(at=timezone.now()):
        logger.info("Exports removed after their day: %d", count)
