from django.apps import AppConfig


class SphaeraSupportConfig(AppConfig):
    name = "sphaera_support"
    label = "sphaera_support"

    def ready(self) -> None:
        from sphaera_support import checks  # noqa: F401  registers itself
