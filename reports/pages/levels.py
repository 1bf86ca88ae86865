"""`/reports/levels/`: where requests are solved, how they travel, what is overdue, who is there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.criticality import Criticality
from operators.access import reports_page
from reports.beside import made_beside
from reports.figures import FIGURES
from reports.levels import HourOfStaff, LevelsReport
from reports.pages.frame import SECTION, report_page, selection_of
from reports.pages.tiles import values_of
from reports.pictures import (
    Label,
    Part,
    Picture,
    Series,
    Stacks,
    share_bars,
    stacked_bars,
    units,
)
from reports.selection import Selection

FILTERS = ("site", "department")
OF_LEVEL = ("received", "closed", "climbs", "climb", "bounces", "response", "duration")


@require_safe
@reports_page(SECTION)
@made_beside
def levels(request: HttpRequest) -> HttpResponse:
    def read(selection: Selection) -> dict[str, Any]:
        report = LevelsReport(selection, at=timezone.now())
        by_level = report.by_level.items()
        return {
            "level_heads": [FIGURES[key] for key in OF_LEVEL],
            "levels": [(level, values_of(OF_LEVEL, sums)) for level, sums in by_level],
            "pictures": {"solved": solved_picture(report), "staff": staff_picture(report)},
            "bounces": report.bounces,
            "overdue": [
                {"told": one, "criticality": Criticality(one.criticality).label}
                for one in report.overdue
            ],
            "customers": report.active_customers,
            "norm": report.norm,
            "count": report.summary.received,
        }

    selection = selection_of(request)
    return report_page(request, "reports/levels.html", selection, read, only=FILTERS)


def solved_picture(report: LevelsReport) -> Picture:
    parts = [
        Part(_("Уровень %s") % level, _("Закрыто на уровне %s") % level, sums.closed)
        for level, sums in report.by_level.items()
    ]
    return share_bars(
        "solved",
        _("Где решено"),
        parts,
        units.CONVERSATIONS,
        definition=_("Обращения периода, закрытые на этом уровне, и их доля."),
    )


def staff_picture(report: LevelsReport) -> Picture:
    hours: list[HourOfStaff] = report.by_hour
    received = units.averaged("обращений")
    people = units.averaged("операторов")
    labels = [Label(str(one.hour), f"{one.hour}:00–{(one.hour + 1) % 24}:00") for one in hours]
    stacks = Stacks(
        labels,
        [Series(_("обращений в час"), received, [one.received for one in hours])],
        Series(_("операторов в сети"), people, [one.present for one in hours]),
    )
    return stacked_bars(
        "staff",
        _("Нагрузка и люди по часам"),
        stacks,
        first=_("Час"),
        definition=_(
            "Сколько обращений начиналось в этот час в среднем за день и сколько операторов в это"
            " время было в зоне «Общение»."
        ),
        note=_("в среднем за день"),
    )
