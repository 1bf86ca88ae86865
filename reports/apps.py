from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from chat.mail.drafts import Draft
    from chat.models import Letter


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from chat.mail.kinds import TITLES, WRITERS
        from chat.purge.actions.runs import before_purging
        from reports.actions.counting import count_before

        before_purging(count_before)
        WRITERS["report"], TITLES["report"] = write_report, _("Отчёт по расписанию")


def write_report(letter: "Letter", at: datetime) -> "Draft":
    """What makes tables is read when one is made."""
    from reports.schedules.letters import write_report

    return write_report(letter, at)
