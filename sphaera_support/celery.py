"""The Celery application. Embedded, its tasks run in the web process (see server.py)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sphaera_support.settings")

app = Celery("sphaera_support")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
