import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reports.actions.attending import add_up_attendance
from reports.actions.counting import count_all, count_for
from reports.actions.exports import forget_exports
from reports.actions.schedules import post_due_reports
from reports.exports.writer import write_what_waits

logger = logging.getLogger("sphaera_support.reports")

# At a stretch, of the five seconds between two: a history that is new to reports.
COUNTING = timedelta(seconds=2)
NIGHTLY = timedelta(minutes=10)


@shared_task
def count_conversations() -> None:
    count_for(COUNTING)


@shared_task
def count_what_was_missed() -> None:
    """Nightly; done twice, it changes nothing the second time."""
    add_up_attendance(at=timezone.now())
    if missed := count_all(NIGHTLY):
        logger.info("Conversations counted that reports had missed: %d", missed)


@shared_task
def write_exports() -> None:
    write_what_waits()


@shared_task
def forget_old_exports() -> None:
    if count := forget_exports(at=timezone.now()):
        logger.info("Exports removed after their day: %d", count)


@shared_task
def post_scheduled_reports() -> None:
    post_due_reports(at=timezone.now())
