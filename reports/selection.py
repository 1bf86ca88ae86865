"""What a report is about: a period and conditions. It is the address of the page, and the same for
the screen, the export and the letter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from chat.models import Closing, ExtraField
from departments.criticality import Criticality
from departments.models import Scale, Site
from reports.models import Kind

DAY = timedelta(days=1)
# Longer ones are not added up.
LONGEST = 3 * 366
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
MOST_CHOSEN = 100
MOST_TEXT = 200
PERIODS = ("today", "yesterday", "week", "month", "quarter")
NO_SCORE = "none"
SCORES = tuple(f"{scale.value}-{score}" for scale in Scale for score in scale.scores)


@dataclass(frozen=True)
class Selection:
    """Both days are of the period. What was asked for and makes no sense is told in `problem`, in
    words; nothing is found then.
    """

    since: date
    until: date
    period: str = ""  # of PERIODS, where it was chosen by name
    sites: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    levels: tuple[int, ...] = ()
    operators: tuple[int, ...] = ()
    criticalities: tuple[int, ...] = ()
    # Keys of outcomes, or ways of chat.Closing that have none.
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # «stars-5», or NO_SCORE.
    scores: tuple[str, ...] = ()
    plan: str = ""
    field: str = ""  # key of an extra field
    value: str = ""  # that stands in it
    with_ticket: bool | None = None
    text: str = ""
    problem: str = ""
    # Where an account may not read all: only these departments count.
    within: tuple[int, ...] | None = None

    @classmethod
    def from_query(cls, query: QueryDict, *, at: datetime) -> Self:
        """Of the address of a page. Never raises."""
        reader = _Reader(query)
        sites = reader.keys("site", _("Сайт"))
        since, until, period = reader.period(_today(sites, at))
        return cls(
            since=since,
            until=until,
            period=period,
            sites=sites,
            departments=reader.keys("department", _("Отдел")),
            levels=tuple(map(int, reader.choices("level", _("Уровень"), ("1", "2", "3")))),
            operators=reader.keys("operator", _("Оператор")),
            criticalities=tuple(
                map(
                    int,
                    reader.choices("criticality", _("Критичность"), map(str, Criticality.values)),
                )
            ),
            outcomes=reader.outcomes(),
            kinds=reader.choices("kind", _("Вид"), Kind.values),
            scores=reader.choices("score", _("Оценка"), (*SCORES, NO_SCORE)),
            plan=reader.words("plan"),
            field=reader.field(),
            value=reader.words("value"),
            with_ticket=reader.flag("ticket", _("С заявкой")),
            text=reader.words("q"),
            problem=reader.problem,
        )

    def to_query(self) -> str:
        """What `from_query` reads: a period by its name stays that period tomorrow too."""
        return urlencode(list(self._pairs()))

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.period:
            yield "period", self.period
        else:
            yield "from", self.since.isoformat()
            yield "to", self.until.isoformat()
        for name, chosen in self.chosen().items():
            yield from ((name, str(one)) for one in chosen)
        for name in ("plan", "field", "value"):
            if told := getattr(self, name):
                yield name, told
        if self.with_ticket is not None:
            yield "ticket", "yes" if self.with_ticket else "no"
        if self.text:
            yield "q", self.text

    def chosen(self) -> Mapping[str, tuple[int, ...] | tuple[str, ...]]:
        """Of what several may be chosen, by the name in the address."""
        return {
            "site": self.sites,
            "department": self.departments,
            "level": self.levels,
            "operator": self.operators,
            "criticality": self.criticalities,
            "outcome": self.outcomes,
            "kind": self.kinds,
            "score": self.scores,
        }

    @property
    def of_places(self) -> Self:
        """Period, sites and departments alone: what a report that knows no more is asked by."""
        return type(self)(
            since=self.since,
            until=self.until,
            period=self.period,
            sites=self.sites,
            departments=self.departments,
            problem=self.problem,
            within=self.within,
        )

    @property
    def length(self) -> int:
        """Days."""
        return (self.until - self.since).days + 1

    @property
    def days(self) -> list[date]:
        return [self.since + number * DAY for number in range(self.length)]

    @property
    def before(self) -> Self:
        """The period of the same length that ends where this one begins."""
        length = self.length * DAY
        return replace(self, since=self.since - length, until=self.since - DAY, period="")


def _today(sites: tuple[int, ...], at: datetime) -> date:
    """Of the only site that is chosen, else of the installation."""
    zone = settings.TIME_ZONE
    if len(sites) == 1:
        found = Site.with_deleted.filter(pk=sites[0]).values_list("time_zone", flat=True).first()
        zone = found or zone
    return at.astimezone(ZoneInfo(zone)).date()


class _Reader:
    """Reads what it can and keeps the first thing that it could not."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.problem = ""

    def _say(self, words: str) -> None:
        self.problem = self.problem or words

    def keys(self, name: str, title: str) -> tuple[int, ...]:
        found = []
        for told in self.query.getlist(name)[:MOST_CHOSEN]:
            if told.isascii() and told.isdigit() and len(told) <= 9:
                found.append(int(told))
            elif told:
                self._say(_("Отбор «%s» не понят: выберите его заново.") % title)
        return tuple(dict.fromkeys(found))

    def choices(self, name: str, title: str, known: Iterable[str]) -> tuple[str, ...]:
        chosen, allowed = [], set(known)
        for told in self.query.getlist(name)[:MOST_CHOSEN]:
            if told in allowed:
                chosen.append(told)
            elif told:
                self._say(_("Отбор «%s» не понят: выберите его заново.") % title)
        return tuple(dict.fromkeys(chosen))

    def outcomes(self) -> tuple[str, ...]:
        told = [one for one in self.query.getlist("outcome")[:MOST_CHOSEN] if one]
        ways = set(Closing.Way.values)
        for one in told:
            if one not in ways and not (one.isascii() and one.isdigit() and len(one) <= 9):
                self._say(_("Отбор «%s» не понят: выберите его заново.") % _("Исход"))
                return ()
        return tuple(dict.fromkeys(told))

    def words(self, name: str) -> str:
        told = (self.query.get(name, "") or "").replace("\0", "").strip()
        return told[:MOST_TEXT]

    def field(self) -> str:
        key = self.words("field")
        if key and not ExtraField.objects.filter(key=key).exists():
            self._say(_("Такого поля нет: выберите поле заново."))
        return key

    def flag(self, name: str, title: str) -> bool | None:
        told = self.query.get(name, "") or ""
        if told and told not in ("yes", "no"):
            self._say(_("Отбор «%s» не понят: выберите его заново.") % title)
        return {"yes": True, "no": False}.get(told)

    def period(self, today: date) -> tuple[date, date, str]:
        told_since, told_until = self.words("from"), self.words("to")
        name = self.words("period")
        if not told_since and not told_until:
            if name and name not in PERIODS:
                self._say(_("Такого периода нет: выберите его заново."))
            name = name if name in PERIODS else "month"
            return *_named(name, today), name
        since = self._day(told_since) or self._day(told_until) or today
        until = self._day(told_until) or (since if told_until else max(since, today))
        if until < since:
            self._say(_("Начало периода позже его конца: поменяйте даты местами."))
            until = since
        if (until - since).days >= LONGEST:
            self._say(_("Период длиннее трёх лет: уточните период."))
            since = until - (LONGEST - 1) * DAY
        return since, until, ""

    def _day(self, told: str) -> date | None:
        if not told:
            return None
        try:
            day = date.fromisoformat(told)
        except ValueError:
            self._say(_("Дата не понята: нужна вида 2026-11-26."))
            return None
        if not EARLIEST <= day <= LATEST:
            self._say(_("Дата вне календаря отчётов: уточните период."))
            return None
        return day


def _named(name: str, today: date) -> tuple[date, date]:
    """«Неделя», «месяц» and «квартал» are the last 7, 30 and 91 days, today among them."""
    if name == "yesterday":
        return today - DAY, today - DAY
    days = {"today": 1, "week": 7, "month": 30, "quarter": 91}[name]
    return today - (days - 1) * DAY, today
