"""When a site is open, in words: now and next, and at any moment what a visitor sees and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dated
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.schedules import told
from departments.hours import Schedule, day_of, is_open, next_change

WEEKDAYS = (
    gettext_lazy("Понедельник"),
    gettext_lazy("Вторник"),
    gettext_lazy("Среда"),
    gettext_lazy("Четверг"),
    gettext_lazy("Пятница"),
    gettext_lazy("Суббота"),
    gettext_lazy("Воскресенье"),
)
_ON_WEEKDAY = (
    gettext_lazy("в понедельник"),
    gettext_lazy("во вторник"),
    gettext_lazy("в среду"),
    gettext_lazy("в четверг"),
    gettext_lazy("в пятницу"),
    gettext_lazy("в субботу"),
    gettext_lazy("в воскресенье"),
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def on_weekday(weekday: int) -> str:
    return str(_ON_WEEKDAY[weekday % 7])


@dataclass(frozen=True)
class Opening:
    """At one moment, by the clock of the site."""

    at: datetime
    is_open: bool
    change: datetime | None
    # The change after that.
    then: datetime | None

    @property
    def clock(self) -> str:
        """The weekday and the hour there; a template would show the server's."""
        return dated(self.at, "D, G:i").lower()

    @property
    def headline(self) -> str:
        words = {
            (True, True): _("Сейчас открыто, закроется %(when)s (%(after)s)."),
            (True, False): _("Сейчас открыто, и по графику не закроется."),
            (False, True): _("Сейчас закрыто, откроется %(when)s (%(after)s)."),
            (False, False): _("Сейчас закрыто, и по графику не откроется."),
        }[self.is_open, self.change is not None]
        if self.change is None:
            return words
        return words % {"when": when(self.change, self.at), "after": after(self.change, self.at)}

    @property
    def sequel(self) -> str:
        if self.then is None:
            return ""
        words = _("Затем откроется %s.") if self.is_open else _("Затем закроется %s.")
        return words % when(self.then, self.at)


def opening_of(schedule: Schedule, at: datetime) -> Opening:
    change = next_change(schedule, at)
    then = next_change(schedule, change) if change else None
    local = at.astimezone(schedule.time_zone)
    return Opening(local, is_open(schedule, at), change, then)


def when(moment: datetime, now: datetime) -> str:
    """«в 18:00», «завтра в 9:00», «в понедельник в 9:00», «во вторник, 1 декабря, в 9:00»: both
    by one clock.
    """
    at_hour = _("в %s") % clock_of(moment)
    days = (moment.date() - now.date()).days
    if days == 0:
        return at_hour
    if days == 1:
        return _("завтра %s") % at_hour
    if 1 < days < 7:
        return f"{on_weekday(moment.weekday())} {at_hour}"
    return f"{on_weekday(moment.weekday())}, {day_words(moment.date(), now.date())}, {at_hour}"


def clock_of(moment: datetime) -> str:
    return clock(moment.hour * 60 + moment.minute)


def clock(minute: int) -> str:
    """As it is said: «9:00»."""
    return f"{minute // 60}:{minute % 60:02}"


def day_words(day: date, now: date | None = None) -> str:
    """«1 декабря 2026»; without the year where it is this one."""
    return dated(day, "j E" if now and now.year == day.year else "j E Y")


def after(moment: datetime, now: datetime) -> str:
    """«через 2 ч 15 мин», as two clocks differ that show whole minutes."""
    left = moment.astimezone(UTC) - now.astimezone(UTC).replace(second=0, microsecond=0)
    days, hours, minutes = left // DAY, left % DAY // HOUR, left % HOUR // MINUTE
    if days:
        parts = [(days, _("%s д")), (hours, _("%s ч"))]
    else:
        parts = [(hours, _("%s ч")), (minutes, _("%s мин"))]
    told = " ".join(words % number for number, words in parts if number)
    return _("через %s") % told


@dataclass(frozen=True)
class Seen:
    """What a visitor sees at a moment, and why."""

    is_open: bool
    reasons: list[str]


def seen(schedule: Schedule, notes: Mapping[date, str], at: datetime, zone: ZoneInfo) -> Seen:
    """`at` is aware; `zone` is the visitor's; notes are those of exceptional dates."""
    opening = opening_of(schedule, at)
    theirs = at.astimezone(zone)
    both = _("У посетителя %(there)s, на сайте %(here)s.")
    clocks = both % {"there": _clock(theirs), "here": _clock(opening.at)}
    consequences = (
        _("Если оператора первого уровня нет на месте, видно «Не в сети» и форма для сообщения.")
        if opening.is_open
        else _("С кем оператор уже говорит, тот видит «В сети» и пишет дальше.")
    )
    reasons = [clocks, why(schedule, notes, opening), _next(opening, zone), consequences]
    return Seen(opening.is_open, [line for line in reasons if line])


def _clock(moment: datetime) -> str:
    weekday = str(WEEKDAYS[moment.weekday()]).lower()
    return f"{weekday}, {day_words(moment.date())}, {clock_of(moment)}"


def why(schedule: Schedule, notes: Mapping[date, str], opening: Opening) -> str:
    """Which line of the schedule decides at that moment."""
    today = opening.at.date()
    day = (day_of(schedule, opening.at) or today) if opening.is_open else today
    hours = told(schedule.spans_on(day))
    if day in schedule.exceptions:
        note = f" ({notes[day]})" if notes.get(day) else ""
        return _("Так решает исключение на %(day)s%(note)s: %(hours)s.") % {
            "day": day_words(day),
            "note": note,
            "hours": hours,
        }
    weekday = str(WEEKDAYS[day.weekday()]).lower()
    if day != today:
        return _("Ещё идут часы предыдущего дня (%(weekday)s): %(hours)s.") % {
            "weekday": weekday,
            "hours": hours,
        }
    return _("Так решает неделя (%(weekday)s): %(hours)s.") % {"weekday": weekday, "hours": hours}


def _next(opening: Opening, zone: ZoneInfo) -> str:
    if opening.change is None:
        return ""
    words = (
        _("Закроется %(here)s; у посетителя будет %(there)s.")
        if opening.is_open
        else _("Откроется %(here)s; у посетителя будет %(there)s.")
    )
    theirs = opening.change.astimezone(zone)
    there = clock_of(theirs)
    if theirs.date() != opening.change.date():
        there = f"{there}, {day_words(theirs.date(), opening.at.date())}"
    return words % {"here": when(opening.change, opening.at), "there": there}
