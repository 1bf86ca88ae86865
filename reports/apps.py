from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from chat.purge.actions.runs import before_purging
        from reports.actions.counting import count_before

        before_purging(count_before)
