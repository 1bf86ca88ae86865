"""The pictures of the report on conversations."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from departments.models import Scale
from reports.conversations import ConversationReport, Scores
from reports.figures import FIGURES
from reports.pages.filters import score_words
from reports.pages.periods import Bundle, bundles_of, summed
from reports.pictures import (
    Part,
    Picture,
    Series,
    Stacks,
    heat_map,
    share_bars,
    stacked_bars,
    units,
)
from reports.sums import Sums

STACKED = (
    ("answered", _("принято")),
    ("missed", _("пропущено")),
    ("offline", _("не в сети")),
    ("waiting", _("ждут")),
)


def pictures_of(report: ConversationReport) -> dict[str, Picture]:
    return {
        "days": days_picture(report.by_day, bundles_of(report.selection.days)),
        "hours": heat_map(
            "hours",
            _("По часам и дням недели"),
            report.by_hour_and_weekday,
            units.CONVERSATIONS,
            definition=_(
                "Сколько обращений началось в этот час этого дня недели за весь период, по часовому"
                " поясу сайта."
            ),
            note=_("обращений за период, время сайта"),
        ),
        "scores": scores_picture(report.scores, report.summary),
    }


def days_picture(by_day: Mapping[date, Sums], bundles: list[Bundle]) -> Picture:
    bundled = [summed(by_day, bundle.days) for bundle in bundles]
    series = [
        Series(title, units.CONVERSATIONS, [FIGURES[key].of(sums) for sums in bundled])
        for key, title in STACKED
        if key != "waiting" or any(sums.waiting for sums in bundled)
    ]
    wait = Series(_("ожидание"), units.DURATION, [FIGURES["wait"].of(sums) for sums in bundled])
    stacks = Stacks([bundle.label for bundle in bundles], series, wait)
    return stacked_bars(
        "days",
        _("По дням") if len(bundles) == len(by_day) else _("По периодам"),
        stacks,
        definition=_(
            "Обращения по дню, в который начались; столбец делится на принятые, пропущенные и «не"
            " в сети». Линия — среднее ожидание в этот день."
        ),
    )


def scores_picture(scores: Scores, whole: Sums) -> Picture:
    parts = [
        Part(*_short(Scale(one.scale), one.score), count=one.count)
        if one.scale != Scale.STARS
        else Part(*_short(Scale.STARS, one.score), count=one.count, look="stars")
        for one in scores.given
    ]
    told = {"scored": units.number(scores.total), "all": units.number(whole.received)}
    definition = FIGURES["score"].definition
    return share_bars(
        "scores",
        _("Оценки"),
        parts,
        units.SCORES,
        definition=str(definition),
        note=_("%(scored)s из %(all)s") % told,
    )


def _short(scale: Scale, score: int) -> tuple[str, str]:
    full = score_words(scale, score)
    return (f"{'★' * score}{'☆' * (5 - score)}" if scale == Scale.STARS else full), full
