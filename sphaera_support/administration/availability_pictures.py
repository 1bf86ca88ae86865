"""The pictures of «Почему не в сети»: a day, and weeks by cause."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat.models import SHUT, Cause
from reports.availability import Stretch, Week
from reports.pages.periods import words_of
from reports.pictures import Label, Picture, Series, Stacks, band, stacked_bars, units
from reports.pictures.band import Kind, Piece
from sphaera_support.administration.availability_words import state_of
from sphaera_support.administration.opening import clock_of

HOUR = 3600
EVERY = 3  # hours between two figures

# By what is out of reach in working hours; in this order in both pictures.
GROUPS: tuple[tuple[str, frozenset[Cause]], ...] = (
    (_("никого нет"), frozenset({Cause.NOBODY})),
    (_("перерыв или «Занят»"), frozenset({Cause.AWAY})),
    (_("связь потеряна"), frozenset({Cause.LOST})),
    (_("нет отдела или людей"), frozenset({Cause.DEPARTMENT, Cause.PEOPLE})),
    (_("служба не работала"), frozenset({Cause.STOPPED})),
)
KINDS = (
    *(Kind(title, f"stack-{n}", n) for n, (title, _causes) in enumerate(GROUPS, start=1)),
    Kind(_("в сети"), "span-online"),
    Kind(_("закрыто по графику"), "span-shut"),
    Kind(_("сайт выключен"), "span-off"),
)
OTHERS = ((Cause.ONLINE,), SHUT, (Cause.OFF,))


def kind_of(cause: Cause | None) -> int | None:
    if cause is None:
        return None
    sets = [*(causes for _title, causes in GROUPS), *OTHERS]
    return next(at for at, causes in enumerate(sets) if cause in causes)


def day_picture(
    stretches: Sequence[Stretch], since: datetime, until: datetime, moment: datetime
) -> Picture:
    """`since` and `until` are its midnights by the clock of the site: 23 to 25 hours apart."""
    length = until.timestamp() - since.timestamp()

    def share_of(at: datetime) -> float:
        return (at.timestamp() - since.timestamp()) / length

    pieces = [
        Piece(
            share_of(one.began_at),
            share_of(one.ended_at),
            kind_of(one.cause),
            _when(one, since, until),
            "" if one.cause in (None, Cause.ONLINE) else str(Cause(one.cause).label),
        )
        for one in stretches
    ]
    day = date_format(since, "j E Y")
    return band(
        "day-band",
        _("День по минутам, %s") % day,
        pieces,
        KINDS,
        [(share_of(at), f"{at.astimezone(since.tzinfo):%H}") for at in _ticks(since, until)],
        description=_described(stretches),
        mark=share_of(moment),
        definition=_(
            "Что видел посетитель без начатой беседы, по часам сайта. Записано тогда же: перемены в"
            " графике и отделах прошлого не меняют. Черта — выбранная минута."
        ),
    )


def _ticks(since: datetime, until: datetime) -> list[datetime]:
    """Whole hours of the wall clock, each once."""
    first, last = round(since.timestamp()), round(until.timestamp())
    hours = [datetime.fromtimestamp(at, since.tzinfo) for at in range(first, last, HOUR)]
    return [at for at in hours if at.hour % EVERY == 0 and at.minute == 0 and not at.fold]


def _when(one: Stretch, since: datetime, until: datetime) -> str:
    first, last = (at.astimezone(since.tzinfo) for at in (one.began_at, one.ended_at))
    is_whole = last.timestamp() >= until.timestamp()
    return f"{clock_of(first)}–{'24:00' if is_whole else clock_of(last)}"


def _described(stretches: Sequence[Stretch]) -> str:
    """In a sentence: how long what was shown."""
    lengths: dict[str, float] = {}
    for one in stretches:
        words = state_of(one.cause)
        lengths[words] = lengths.get(words, 0) + one.seconds
    told = [f"{words} — {units.MINUTES.words(round(s / 60))}" for words, s in lengths.items()]
    return "; ".join(told) + "." if told else ""


def weeks_picture(weeks: Sequence[Week]) -> Picture:
    labels = [Label(f"{week.monday:%d.%m}", words_of(week.monday, week.sunday)) for week in weeks]
    series = [
        Series(title, units.MINUTES, [_minutes(week, causes) for week in weeks])
        for title, causes in GROUPS
    ]
    return stacked_bars(
        "unserved-weeks",
        _("Минут не в сети в рабочее время"),
        Stacks(labels, series),
        first=_("Неделя"),
        look="bars drawing--causes",
        definition=_(
            "Сколько минут за неделю, с понедельника по воскресенье, сайт по графику был открыт, а"
            " новый посетитель видел «Не в сети» или не видел ничего."
        ),
    )


def _minutes(week: Week, causes: frozenset[Cause]) -> float | None:
    if week.minutes is None:
        return None
    return sum(minutes for cause, minutes in week.minutes.items() if cause in causes)
