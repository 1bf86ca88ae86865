from celery import shared_task
from django.utils import timezone

from chat import files


@shared_task
def remove_orphan_files() -> int:
    return files.remove_orphans(at=timezone.now())
