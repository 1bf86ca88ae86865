"""The pictures of one operator: when they were there, how their figures moved, their scores."""

from collections import Counter
from datetime import datetime
from itertools import chain

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Scale
from operators.models import Intention
from reports.attendance import zone
from reports.conversations import Score, Scores
from reports.figures import FIGURES
from reports.pages.drawn import scores_picture
from reports.pages.periods import bundles_of, summed
from reports.pictures import (
    Day,
    Label,
    Picture,
    Series,
    Span,
    Stacks,
    line_picture,
    stacked_bars,
    timeline,
    units,
)
from reports.work import DayOfWork, OperatorReport

MOST_DAYS = 14  # of the timeline: the latest
KINDS = (Intention.ONLINE, Intention.BUSY, Intention.BREAK)


def pictures_of(report: OperatorReport, *, with_team: bool) -> dict[str, Picture]:
    """Beside a team of two, one's own figures tell those of the other."""
    bundles = bundles_of(report.selection.days)
    labels = [bundle.label for bundle in bundles]
    own = [summed(report.by_day, bundle.days) for bundle in bundles]
    response = FIGURES["response"]
    series = [Series(report.account.name, units.DURATION, list(map(response.of, own)))]
    if with_team:
        team = [summed(report.team_by_day, bundle.days) for bundle in bundles]
        series.append(Series(_("команда"), units.DURATION, list(map(response.of, team))))
    return {
        "presence": presence_picture(report.timeline[:MOST_DAYS]),
        "response": line_picture(
            "response-days",
            _("Первый ответ по дням"),
            labels,
            series,
            definition=str(response.definition),
        ),
        "chats": stacked_bars(
            "chats-days",
            _("Чаты по дням"),
            Stacks(labels, [Series(_("чаты"), units.CHATS, [sums.received for sums in own])]),
            definition=_("Обращения, которые оператор вёл, по дню, в который они начались."),
        ),
        "scores": scores_picture(_scores(report), report.summary),
    }


def _scores(report: OperatorReport) -> Scores:
    whole = report.summary
    used = {key.rpartition("-")[0] for key in whole.scores}
    counted = Counter(whole.scores)
    given = chain.from_iterable(
        [
            Score(scale.value, score, counted[f"{scale.value}-{score}"])
            for score in reversed(scale.scores)
        ]
        for scale in Scale
        if scale in used
    )
    return Scores(list(given), whole.commented, whole.declined)


def presence_picture(days: list[DayOfWork]) -> Picture:
    return timeline(
        "presence-days",
        _("Присутствие"),
        [_day(day) for day in days],
        [str(Intention(kind).label).lower() for kind in KINDS],
        definition=_(
            "Когда оператор был в зоне «Общение», с выбранным состоянием. Последние 14 дней"
            " периода; время — по часам установки."
        ),
    )


def _day(day: DayOfWork) -> Day:
    spans = [
        Span(KINDS.index(Intention(span.intention)), _hour(span.began_at), _hour(span.ended_at, 24))
        for span in day.spans
    ]
    short = f"{date_format(day.day, 'D').lower()}, {day.day:%d.%m}"
    full = f"{date_format(day.day, 'l').capitalize()}, {date_format(day.day, 'j E')}"
    chats = units.CHATS.words(day.chats)
    label = Label(short, f"{full}: {chats}", is_rest=day.day.weekday() >= 5)
    return Day(label, spans, units.hours(day.time.present))


def _hour(at: datetime, midnight: float = 0) -> float:
    """Of the day; the end of one that ends at midnight is 24."""
    local = at.astimezone(zone())
    hour = local.hour + local.minute / 60 + local.second / 3600
    return hour or midnight
