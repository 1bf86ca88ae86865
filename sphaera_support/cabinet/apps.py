from django.apps import AppConfig


class CabinetConfig(AppConfig):
    name = "sphaera_support.cabinet"
    label = "cabinet"
