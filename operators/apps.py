from django.apps import AppConfig
from django.db.models.signals import post_migrate

from operators.append_only import keep_append_only


class OperatorsConfig(AppConfig):
    name = "operators"

    def ready(self) -> None:
        post_migrate.connect(keep_append_only, sender=self)
